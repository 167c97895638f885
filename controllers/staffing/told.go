package staffing

import (
	"slices"

	"github.com/modcap/modcap/internal/demand"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// told is what was said of the past of a stream: the times at which it was no usual one, and the events that
// have begun, with what was expected of them.
type told struct {
	marks  []demand.Mark
	events []forecast.Event
}

func (g *gathered) told(c *staffing.ClassKey) told {
	out := told{marks: g.marks[stream{c.Queue, c.Review}]}
	for _, e := range g.events[c.Queue] {
		if now := sample.At(g.now); e.From < now && e.To > now.Add(-markMemory) {
			out.events = append(out.events, e)
		}
	}
	return out
}

func (t told) equal(o told) bool {
	return slices.Equal(t.marks, o.marks) && slices.Equal(t.events, o.events)
}

// otherwise is what came of the past otherwise. What came during an event is left out. Of one that is too long
// for that it is divided by what was expected of it: else what it has brought would be expected to be
// brought once more, as long as it lasts.
func (t told) otherwise(bins []demand.Bin) []demand.Bin {
	bins = demand.Without(bins, t.marks)
	if len(t.events) == 0 {
		return bins
	}
	out := slices.Clone(bins)
	for i := range out {
		if times := forecast.Factor(t.events, out[i].At, out[i].End()); times > 0 && times != sample.One {
			out[i].Count = sample.Milli(sample.MulDiv(int64(out[i].Count), int64(sample.One), int64(times)))
		}
	}
	return out
}
