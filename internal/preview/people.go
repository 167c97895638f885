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
	// Before and After are the time of people that all classes need.
	Before, After sample.Span
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
	// Short is person-time that is missing to be sure of the promise; First is when people are first missing, 0 for
	// never.
	Short sample.Span
	First sample.Instant
	// OnTime is the share that is expected to be on time, all in all; OnTimeUnknown where nothing comes.
	OnTime sample.PPM
	// Promised is the share that is promised. Below is when first a smaller one is expected, 0 for never; Least is the
	// smallest.
	Promised, Least sample.PPM
	Below           sample.Instant
}

// little is what of missing people rounding explains.
const little = 6 * sample.Minute

// Breach reports whether a promise that is kept now would not be.
func (c *ClassChange) Breach() bool { return c.After.Below != 0 && c.Before.Below == 0 }

// Shorter reports whether more people would be missing.
func (c *ClassChange) Shorter() bool { return c.After.Short > c.Before.Short+little }

// Worse reports whether either is so.
func (c *ClassChange) Worse() bool { return c.Breach() || c.Shorter() }

// Better reports whether a promise would be kept that is not now, or fewer people would be missing, and neither the reverse.
func (c *ClassChange) Better() bool {
	return !c.Worse() && (c.After.Short < c.Before.Short-little || c.After.Below == 0 && c.Before.Below != 0)
}

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
		out.Before, out.After = out.Before+c.Before.Time, out.After+c.After.Time
		if c.changes() {
			out.Classes = append(out.Classes, c)
		}
	}
	return out
}

// Worse are the classes that are worse off, the first to be so first.
func (p *People) Worse() []ClassChange {
	var out []ClassChange
	for _, c := range p.Classes {
		if c.Worse() {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b ClassChange) int { return cmp.Compare(a.After.first(), b.After.first()) })
	return out
}

// first is when something is first amiss.
func (n *ClassNeed) first() sample.Instant {
	if n.Below != 0 && (n.First == 0 || n.Below < n.First) {
		return n.Below
	}
	return n.First
}

func needs(in *staffing.Input) map[staffing.ClassKey]ClassNeed {
	plan := staffing.Plan(*in)
	promise.Foresee(*in, &plan)
	promised := map[staffing.ClassKey]sample.PPM{}
	for i := range in.Classes {
		c := &in.Classes[i]
		promised[c.Key] = shortest(c, in.Grid())
	}
	out := map[staffing.ClassKey]ClassNeed{}
	for i := range plan.Classes {
		c := &plan.Classes[i]
		n := ClassNeed{First: c.FirstGap, Promised: promised[c.Key]}
		for k, x := range c.Intervals {
			n.add(plan.Grid, k, x)
		}
		if n.OnTime, n.Least = staffing.OnTimeUnknown, sample.AllPPM; n.Promised != untold {
			n.foreseen(plan.Grid, c)
		}
		out[c.Key] = n
	}
	return out
}

// untold stands for the promise of a class whose shortest promise does not hold for all of the plan: what is expected to
// be on time does not know of that, and the people required do.
const untold sample.PPM = -1

// Concerns reports whether a declared change of the handle time begins or fades while a plan lasts.
func Concerns(h staffing.HandleChange, in *staffing.Input) bool {
	g := in.Grid()
	return h.From < g.At(g.N) && (h.From >= g.Start || h.Decay > 0 && h.Active(in.Now))
}

// shortest is the share that the shortest promise of a class has: that is what is foreseen.
func shortest(c *staffing.Class, g staffing.Grid) sample.PPM {
	if len(c.Promises) == 0 {
		return 0
	}
	p := slices.MinFunc(c.Promises, func(a, b staffing.Promise) int {
		return cmp.Or(cmp.Compare(a.Within, b.Within), cmp.Compare(b.Percent, a.Percent))
	})
	if p.From > g.Start || p.Until != 0 && p.Until < g.At(g.N) {
		return untold
	}
	return p.Percent
}

func (n *ClassNeed) add(grid staffing.Grid, k int, x staffing.Need) {
	n.Required = append(n.Required, x.Required)
	n.Time += sample.Span(sample.MulDiv(int64(x.Required), int64(grid.Width), int64(sample.One)))
	n.Short += x.Late
	if x.RequiredScheduled > n.Peak.Heads {
		n.Peak = staffing.Moment{At: grid.At(k), Heads: x.RequiredScheduled}
	}
}

// foreseen takes in what is expected to be on time, by the people that each interval requires.
func (n *ClassNeed) foreseen(grid staffing.Grid, c *staffing.ClassPlan) {
	var weighted, weight int64
	for k, share := range c.OnTime {
		required := int64(c.Intervals[k].Required)
		if share == staffing.OnTimeUnknown || required <= 0 {
			continue
		}
		weighted += sample.MulDiv(int64(share), required, int64(sample.One))
		weight += required
		n.Least = min(n.Least, share)
		if share < n.Promised && n.Below == 0 {
			n.Below = grid.At(k)
		}
	}
	if weight > 0 {
		n.OnTime = sample.PPM(sample.MulDiv(weighted, int64(sample.One), weight))
	}
}
