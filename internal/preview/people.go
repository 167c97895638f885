package preview

import (
	"cmp"
	"slices"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
	"github.com/modcap/modcap/internal/staffing/promise"
)

// roleAppeals is the role of who decides appeals.
const roleAppeals = "Appeals"

// People is what a change asks of people, by class.
type People struct {
	Grid    staffing.Grid
	Classes []ClassChange
}

// ClassChange is a class of which people do more or less, sooner or later.
type ClassChange struct {
	Key           staffing.ClassKey
	Before, After ClassNeed
}

// ClassNeed is what a class needs.
type ClassNeed struct {
	// Required is productive people, by interval.
	Required []sample.Milli
	// Time is the time of those, Peak the most of them on the roster.
	Time sample.Span
	Peak staffing.Moment
	// Late is person-time that is due and not done; First is when people are first missing, 0 for never.
	Late  sample.Span
	First sample.Instant
	// OnTime is the share that is expected to be on time; OnTimeUnknown where nothing comes.
	OnTime sample.PPM
}

// little is what of late work rounding explains.
const little = 6 * sample.Minute

// Worse reports whether more is late.
func (c *ClassChange) Worse() bool { return c.After.Late > c.Before.Late+little }

// Better reports whether less is.
func (c *ClassChange) Better() bool { return c.After.Late < c.Before.Late-little }

// changes reports whether there is anything to say of the class.
func (c *ClassChange) changes() bool {
	const part = sample.One / 20
	apart := c.After.Peak.Heads - c.Before.Peak.Heads
	longer := c.After.Time - c.Before.Time
	return c.Worse() || c.Better() || max(apart, -apart) >= part || max(longer, -longer) >= little
}

// Plan plans for people before and after the change.
func Plan(before, after *staffing.Input) *People {
	was, is := needs(before), needs(after)
	out := &People{Grid: after.Grid()}
	keys := make([]staffing.ClassKey, 0, len(is))
	for k := range is {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, staffing.ClassKey.Compare)
	for _, k := range keys {
		c := ClassChange{Key: k, Before: was[k], After: is[k]}
		if c.changes() {
			out.Classes = append(out.Classes, c)
		}
	}
	return out
}

// Worse are the classes of which more is late, the first to be short of people first.
func (p *People) Worse() []ClassChange {
	var out []ClassChange
	for _, c := range p.Classes {
		if c.Worse() {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b ClassChange) int { return cmp.Compare(a.After.First, b.After.First) })
	return out
}

func needs(in *staffing.Input) map[staffing.ClassKey]ClassNeed {
	plan := staffing.Plan(*in)
	promise.Foresee(*in, &plan)
	out := map[staffing.ClassKey]ClassNeed{}
	for i := range plan.Classes {
		c := &plan.Classes[i]
		n := ClassNeed{First: c.FirstGap, OnTime: staffing.OnTimeUnknown}
		var weighted, weight int64
		for k, x := range c.Intervals {
			n.Required = append(n.Required, x.Required)
			n.Time += sample.Span(sample.MulDiv(int64(x.Required), int64(plan.Grid.Width), int64(sample.One)))
			n.Late += x.Late
			if x.RequiredScheduled > n.Peak.Heads {
				n.Peak = staffing.Moment{At: plan.Grid.At(k), Heads: x.RequiredScheduled}
			}
			if k < len(c.OnTime) && c.OnTime[k] != staffing.OnTimeUnknown {
				weighted += sample.MulDiv(int64(c.OnTime[k]), int64(x.Required), int64(sample.One))
				weight += int64(x.Required)
			}
		}
		if weight > 0 {
			n.OnTime = sample.PPM(sample.MulDiv(weighted, int64(sample.One), weight))
		}
		out[c.Key] = n
	}
	return out
}
