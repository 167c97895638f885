package routing

import (
	"cmp"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
)

// A queue is more specific than another if it restricts more of market, language
// and content class. Of two that restrict equally many, the one with fewer markets
// comes first, then the one with narrower languages, then the one with fewer
// classes; then the older, then the first by name. A queue whose matches are all
// among another's is therefore always before it.

// scope is a match prepared for comparison with others.
type scope struct {
	dims      int // how many of the three are restricted
	markets   area
	languages area
	classes   area
	breadth   uint64 // of the languages; higher is wider
}

// area is what a match takes in one dimension.
type area struct {
	any  bool
	n    int
	own  set // the values listed
	take set // the values taken: for languages also those that a listed range covers
}

// set is a bit set over the values that any queue lists.
type set []uint64

func (s set) meets(o set) bool {
	for i := range s {
		if s[i]&o[i] != 0 {
			return true
		}
	}
	return false
}

func (s set) within(o set) bool {
	for i := range s {
		if s[i]&^o[i] != 0 {
			return false
		}
	}
	return true
}

func (a area) meets(o area) bool  { return a.any || o.any || a.take.meets(o.take) }
func (a area) within(o area) bool { return o.any || (!a.any && a.own.within(o.take)) }

func (s *scope) meets(o *scope) bool {
	return s.markets.meets(o.markets) && s.classes.meets(o.classes) && s.languages.meets(o.languages)
}

func (s *scope) within(o *scope) bool {
	return s.markets.within(o.markets) && s.classes.within(o.classes) && s.languages.within(o.languages)
}

// conflicts reports whether two queues match some item equally: they share items,
// restrict equally many dimensions, and neither is a proper part of the other.
func (s *scope) conflicts(o *scope) bool {
	return s.dims == o.dims && s.meets(o) && s.within(o) == o.within(s)
}

// values numbers the words of one dimension over all queues.
type values map[string]int

func (v values) add(words []string) {
	for _, w := range words {
		if _, known := v[w]; !known {
			v[w] = len(v)
		}
	}
}

// area of the words listed; covers widens each to the values it takes.
func (v values) area(words []string, covers func(rng, word string) bool) area {
	a := area{any: len(words) == 0, n: len(words)}
	if a.any {
		a.n = math.MaxInt
		return a
	}
	a.own = make(set, (len(v)+63)/64)
	for _, w := range words {
		a.own[v[w]/64] |= 1 << (v[w] % 64)
	}
	a.take = a.own
	if covers == nil {
		return a
	}
	a.take = slices.Clone(a.own)
	for _, rng := range words {
		for w, i := range v {
			if covers(rng, w) {
				a.take[i/64] |= 1 << (i % 64)
			}
		}
	}
	return a
}

// breadth of languages: a range of one subtag outweighs any number (up to 63) of
// longer ones below it, so that a narrower list never has more.
func breadth(ranges []string) (sum uint64) {
	for i, r := range ranges {
		covered := slices.ContainsFunc(ranges[:i], func(o string) bool { return v1.Covers(o, r) }) // ascending: prefixes come first
		if depth := min(strings.Count(r, "-"), 7); !covered {
			hi, lo := bits.Add64(sum, 1<<(6*(7-depth)), 0)
			if lo != 0 {
				hi = math.MaxUint64
			}
			sum = hi
		}
	}
	return sum
}

// rank puts candidates in order of precedence.
func rank(entries []*candidate) {
	markets, languages, classes := values{}, values{}, values{}
	folded := make([][]string, len(entries))
	for i, e := range entries {
		for _, l := range e.doc.Match.Languages {
			folded[i] = append(folded[i], strings.ToLower(l))
		}
		folded[i] = sorted(folded[i])
		markets.add(e.doc.Match.Markets)
		languages.add(folded[i])
		classes.add(e.doc.Match.Classes)
	}
	for i, e := range entries {
		e.scope = scope{
			markets:   markets.area(e.doc.Match.Markets, nil),
			languages: languages.area(folded[i], v1.Covers),
			classes:   classes.area(e.doc.Match.Classes, nil),
			breadth:   breadth(folded[i]),
		}
		for _, a := range []area{e.scope.markets, e.scope.languages, e.scope.classes} {
			if !a.any {
				e.scope.dims++
			}
		}
	}
	slices.SortFunc(entries, func(a, b *candidate) int {
		return cmp.Or(
			cmp.Compare(b.scope.dims, a.scope.dims),
			cmp.Compare(a.scope.markets.n, b.scope.markets.n),
			cmp.Compare(a.scope.breadth, b.scope.breadth),
			cmp.Compare(a.scope.classes.n, b.scope.classes.n),
			a.queue.CreationTimestamp.Compare(b.queue.CreationTimestamp.Time),
			cmp.Compare(a.queue.Name, b.queue.Name),
		)
	})
}

// findConflicts reports each queue that loses items to one that matches them
// equally. It is told of the first of them only.
func (c *compilation) findConflicts() {
	for j, loser := range c.entries {
		for _, winner := range c.entries[:j] {
			if !loser.scope.conflicts(&winner.scope) {
				continue
			}
			c.conflict(winner, loser)
			break
		}
	}
}

func (c *compilation) conflict(winner, loser *candidate) {
	name, other := loser.queue.Name, winner.queue.Name
	severity, what := Warning, "some of the items"
	if loser.scope.within(&winner.scope) {
		severity, what = Error, "exactly the items"
	}
	message := fmt.Sprintf("ModerationQueue %s matches %s of this queue and is %s, so they go there.", other, what, why(winner, loser))
	c.find(queueObject(name), Finding{
		Code: CodeQueuesConflict, Severity: severity, Field: "spec", Message: message,
		Fix: "Let the two queues differ in markets, languages or match.contentClasses, or make one of them a part of the other.",
	})
	r := c.out.Queues[name]
	r.ConflictsWith = other
	if r.Current {
		r.Reason, r.Message = v1alpha1.ReasonConflicted, message
	}
	c.out.Queues[name] = r
}

func why(winner, loser *candidate) string {
	w, l := winner.scope, loser.scope
	switch {
	case w.markets.n != l.markets.n || w.breadth != l.breadth || w.classes.n != l.classes.n:
		return "narrower"
	case !winner.queue.CreationTimestamp.Time.Equal(loser.queue.CreationTimestamp.Time):
		return "older"
	}
	return "first by name"
}

// chooseDefault picks the queue that takes what nothing matches: of several, the
// oldest, then the first by name.
func (c *compilation) chooseDefault() {
	var defaults []*candidate
	catchAll := false
	for _, e := range c.entries {
		catchAll = catchAll || e.scope.dims == 0
		if e.doc.Match.Default {
			defaults = append(defaults, e)
		}
	}
	slices.SortFunc(defaults, func(a, b *candidate) int {
		return cmp.Or(a.queue.CreationTimestamp.Compare(b.queue.CreationTimestamp.Time), cmp.Compare(a.queue.Name, b.queue.Name))
	})
	if len(defaults) == 0 {
		if !catchAll {
			c.find(surface(c.in.Surface), Finding{
				Code: CodeNoDefaultQueue, Severity: Warning,
				Message: fmt.Sprintf("No queue of surface %s takes the items that match no queue; routers get Unmatched for them.", c.in.Surface),
				Fix:     "Set match.default: true on one queue of the surface.",
			})
		}
		return
	}
	c.fallback = defaults[0].queue.Name
	for _, e := range defaults[1:] {
		c.find(queueObject(e.queue.Name), Finding{
			Code: CodeDefaultsConflict, Severity: Warning, Field: "spec.match.default",
			Message: fmt.Sprintf("ModerationQueue %s is the default of surface %s already, and is the older or the first by name.",
				c.fallback, c.in.Surface),
			Fix: "Leave match.default: true on one queue of the surface.",
		})
	}
}
