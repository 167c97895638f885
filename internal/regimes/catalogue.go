package regimes

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/modcap/modcap/internal/spell"
)

// Catalogue is regimes by name. The zero value is empty.
type Catalogue struct {
	all []Regime
}

// Shipped is the catalogue that modcap brings along.
func Shipped() (Catalogue, error) {
	all, err := Read(shipped)
	if err != nil {
		return Catalogue{}, fmt.Errorf("the shipped catalogue: %w", err)
	}
	return Catalogue{all}.sorted(), nil
}

func (c Catalogue) sorted() Catalogue {
	slices.SortFunc(c.all, func(a, b Regime) int { return strings.Compare(a.Name, b.Name) })
	return c
}

// All are the regimes in the order of their names. They are not to be changed.
func (c Catalogue) All() []Regime { return c.all }

// Find is the regime of a name; nil if there is none.
func (c Catalogue) Find(name string) *Regime {
	i, ok := slices.BinarySearchFunc(c.all, name, func(r Regime, name string) int { return strings.Compare(r.Name, name) })
	if !ok {
		return nil
	}
	return &c.all[i]
}

// Refused is a regime that was not added, and why not.
type Refused struct {
	Name, Why string
}

// With adds regimes that were declared at an origin. Of a name that is there only a shipped regime
// is replaced, and only by one that says so.
func (c Catalogue) With(origin string, own []Regime) (Catalogue, []Refused) {
	out := Catalogue{slices.Clone(c.all)}
	var refused []Refused
	for _, r := range own {
		there := c.Find(r.Name)
		switch {
		case there != nil && there.Origin != "":
			refused = append(refused, Refused{r.Name, fmt.Sprintf("%s declares it already; give it another name", there.Origin)})
			continue
		case there != nil && !r.ReplacesShipped:
			refused = append(refused, Refused{r.Name, "modcap ships one of this name; give yours another, or set replacesShipped: true"})
			continue
		case there == nil && r.ReplacesShipped:
			refused = append(refused, Refused{r.Name, "modcap ships no regime of this name; leave out replacesShipped"})
			continue
		case there != nil:
			out.all = slices.DeleteFunc(out.all, func(x Regime) bool { return x.Name == r.Name })
		}
		r.Origin = origin
		out.all = append(out.all, r)
	}
	return out.sorted(), refused
}

// Nearest are at most n names that somebody who wrote another name may have meant, the likeliest
// first: those that hold it or are held in it, or that begin with what few letters make of it.
func (c Catalogue) Nearest(name string, n int) []string {
	type near struct {
		name string
		far  int
	}
	var all []near
	for _, r := range c.all {
		far := spell.Beginning(name, r.Name)
		switch {
		case name != "" && (strings.Contains(r.Name, name) || strings.Contains(name, r.Name)):
			far = 0
		case far > len(name)/4 || name == "":
			continue
		}
		all = append(all, near{r.Name, far})
	}
	slices.SortFunc(all, func(a, b near) int { return cmp.Or(cmp.Compare(a.far, b.far), strings.Compare(a.name, b.name)) })
	var out []string
	for _, x := range all[:min(n, len(all))] {
		out = append(out, x.name)
	}
	return out
}
