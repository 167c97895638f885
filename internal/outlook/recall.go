package outlook

import (
	"math"
	"slices"

	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/sample"
)

// Recall is a State that knows what figures of a promise were worth, from the outlook that
// was recorded with a decision. What is not there, or cannot be, is as of a new State.
func Recall(deadline sample.Span, o capacity.Outlook) State {
	s := reset(deadline)
	for f, w := range map[Figure]capacity.Worth{
		BreachLikely: o.Breach.Likely, BreachSure: o.Breach.Sure, DrainLikely: o.Drain.Likely, DrainSure: o.Drain.Sure,
	} {
		s.Tracks[f].recall(f, w)
	}
	return s
}

// recall takes worths as a plan was given them, in thousandths. Where they are other than
// at first, much was learned already, and the next claim is not to count like a first one.
func (t *track) recall(f Figure, w capacity.Worth) {
	if len(w) != capacity.WorthMarks || slices.Equal(t.worth(), w) {
		return
	}
	for i, v := range w {
		most := mostWorth
		if f.Breach() && i == len(w)-1 {
			most = 1 // beyond the horizon nothing is claimed
		}
		t.Worth[i] = math.Log(min(max(float64(v)/1000, leastWorth), most))
	}
	t.Settled = drainEarly * drainFirst
}
