package staffing

import (
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// Lateness is what of a class is late in a plan.
type Lateness struct {
	Key       ClassKey
	Protected bool
	// Quality is the worst of the inputs, as in ClassPlan.
	Quality sample.Quality
	// Late is person-time by the interval in which it falls due.
	Late []sample.Span
	// Beyond is what is left at the end of the plan and does not count as late, since others may do it once
	// it is old enough.
	Beyond sample.Span
}

// LateOf is what is late in the plan of in, by class in the order of their keys: the same as Plan says of it,
// for less. Who tries many inputs needs no more.
func LateOf(in Input) []Lateness {
	p := required(in)
	out := make([]Lateness, 0, len(p.classes))
	for _, c := range p.classes {
		l := Lateness{Key: c.in.Key, Protected: c.in.Protected, Quality: c.quality, Late: make([]sample.Span, p.grid.N)}
		for i := range l.Late {
			l.Late[i] = sample.Span(c.placed.late[i] / p.allot.scale)
		}
		l.Beyond = sample.Span(c.placed.beyond / p.allot.scale)
		out = append(out, l)
	}
	slices.SortFunc(out, func(a, b Lateness) int { return a.Key.Compare(b.Key) })
	return out
}
