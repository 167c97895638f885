package promise

import (
	"cmp"

	"github.com/modcap/modcap/internal/sample"
)

// Plant is classes of work and the people for them, on a row of equal intervals.
type Plant struct {
	Width   sample.Span // of an interval
	Classes []Class
	Teams   []Team
}

// Team is people who hold the same skills.
type Team struct {
	// Heads are its productive people by interval. Who is not named is not there.
	Heads []sample.Milli
}

// Class is the work of one class and what is promised for it.
type Class struct {
	Protected bool
	Priority  int
	// Within is the time of the promise, Started that it ends when an item is opened
	// and not when it is decided.
	Within  sample.Span
	Started bool
	// Handle is the mean handle time, Variation the standard deviation over the mean.
	Handle    sample.Span
	Variation sample.Milli
	// Rates are items an hour by interval, Dispersion the variance of their counts
	// over the mean.
	Rates      []sample.Milli
	Dispersion sample.Milli
	// Backlog is the items that wait at the beginning, Oldest the age of the first of them;
	// their ages are spread evenly.
	Backlog sample.Milli
	Oldest  sample.Span
	// Teams are the indices of those that the published rows give the work to.
	Teams []int
	// Relaxed are teams besides that take what is older, when they have nothing else to do.
	Relaxed []Relaxed
}

// Relaxed are the indices of teams that take work from an age on.
type Relaxed struct {
	After sample.Span
	Teams []int
}

// Before orders classes as people take them where both wait: protected first, then by
// priority. Of equals the item goes first that is due first.
func (c *Class) Before(o *Class) int {
	rank := func(protected bool) int {
		if protected {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(rank(c.Protected), rank(o.Protected)), cmp.Compare(o.Priority, c.Priority))
}

// Intervals is how many intervals the plant has.
func (p *Plant) Intervals() int {
	n := 0
	for i := range p.Classes {
		n = max(n, len(p.Classes[i].Rates))
	}
	return n
}
