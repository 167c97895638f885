package resolve

import (
	"slices"
	"time"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// ShiftOptions are what one person more on each shift of a team would bring, in the
// intervals of a grid that begin at from or later. A team with a schedule has none: its
// people are the workforce suite's.
func ShiftOptions(t *v1alpha1.ReviewTeam, now time.Time, grid staffing.Grid, from sample.Instant) ([]staffing.Option, error) {
	base, err := Team(t, now, grid)
	if err != nil || t.Spec.ScheduleRef != nil {
		return nil, err
	}
	out := make([]staffing.Option, 0, len(t.Spec.Shifts))
	for i, s := range t.Spec.Shifts {
		more := t.DeepCopy()
		more.Spec.Shifts = slices.Clone(t.Spec.Shifts)
		more.Spec.Shifts[i].Headcount++
		changed, err := Team(more, now, grid)
		if err != nil {
			return nil, err
		}
		o := staffing.Option{Team: t.Name, Shift: string(s.Name), Productive: make([]sample.Milli, grid.N)}
		for k := range o.Productive {
			if grid.At(k) < from {
				continue
			}
			a, b := base.Supply.Intervals[k], changed.Supply.Intervals[k]
			o.Productive[k] = max(b.Productive-a.Productive, 0)
			o.Cost += sample.Span(sample.MulDiv(int64(max(b.Scheduled-a.Scheduled, 0)), int64(grid.Width), int64(sample.One)))
		}
		out = append(out, o)
	}
	return out, nil
}
