package staffing

import (
	"cmp"
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// pledge is a promise on the grid.
type pledge struct {
	Promise
	from, to int  // it holds for what comes in the intervals from .. to-1; for all of one that it holds in a part of
	now      bool // it holds now
	assumed  bool // nobody promised it: it stands where no promise holds
}

// promisesOf are the promises in the order of their time, with values that the models can take. In every
// interval at least one of them holds.
func promisesOf(c Class, now sample.Instant, grid Grid) []pledge {
	var out []pledge
	for _, p := range c.Promises {
		p.Within = min(max(p.Within, 1), maxTime)
		p.Percent = min(max(p.Percent, 0), sample.AllPPM)
		if p.Measure != Started {
			p.Measure = Decided
		}
		if g := pledged(p, now, grid); g.from < g.to {
			out = append(out, g)
		}
	}
	out = append(out, holes(out, grid.N)...)
	slices.SortFunc(out, func(a, b pledge) int {
		return cmp.Or(cmp.Compare(a.Within, b.Within), cmp.Compare(b.Percent, a.Percent), cmp.Compare(a.Measure, b.Measure),
			cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to), cmp.Compare(a.From, b.From), cmp.Compare(a.Until, b.Until),
			cmp.Compare(a.Regime, b.Regime))
	})
	return out
}

// pledged finds the intervals that a promise holds for; none, if it is over or begins after the plan.
func pledged(p Promise, now sample.Instant, grid Grid) pledge {
	g := pledge{Promise: p, to: grid.N, now: (p.From == 0 || p.From <= now) && (p.Until == 0 || now < p.Until)}
	end := grid.At(grid.N)
	switch {
	case p.From >= end:
		g.from = grid.N
	case p.From > now:
		g.from = int(p.From.Since(grid.Start) / grid.Width)
	}
	switch {
	case p.Until == 0 || p.Until >= end:
	case p.Until <= now:
		g.to = 0
	default:
		g.to = int((p.Until.Since(grid.Start)-1)/grid.Width) + 1
	}
	return g
}

// holes are the intervals in which nothing is promised: the work is to be kept up with within a day.
func holes(all []pledge, n int) []pledge {
	var out []pledge
	none := Promise{Percent: sample.AllPPM / 2, Within: day, Measure: Started}
	for i := range n {
		if slices.ContainsFunc(all, func(p pledge) bool { return p.holds(i) }) {
			continue
		}
		if last := len(out) - 1; last >= 0 && out[last].to == i {
			out[last].to++
			continue
		}
		out = append(out, pledge{Promise: none, from: i, to: i + 1, assumed: true})
	}
	if !slices.ContainsFunc(all, func(p pledge) bool { return p.now }) && len(out) > 0 && out[0].from == 0 {
		out[0].now = true
	}
	return out
}

// holds reports whether the promise holds for what comes in interval i.
func (p *pledge) holds(i int) bool { return p.from <= i && i < p.to }

// hurried reports whether work that comes in interval i may not wait longer than an interval.
func (c *class) hurried(i int, width sample.Span) bool {
	return !c.rooms() && slices.ContainsFunc(c.promises, func(p pledge) bool {
		return regime(p.Promise, width) == ModelRealTime && p.holds(i)
	})
}

// sameHurry reports whether the promises within one interval are the same in two intervals.
func (c *class) sameHurry(i, j int, width sample.Span) bool {
	return !slices.ContainsFunc(c.promises, func(p pledge) bool {
		return regime(p.Promise, width) == ModelRealTime && p.holds(i) != p.holds(j)
	})
}

// strictestFlow is the strictest promise beyond one interval that holds for what comes in interval i; ok
// is false where there is none.
func (c *class) strictestFlow(i int, width sample.Span) (p Promise, ok bool) {
	k := slices.IndexFunc(c.promises, func(x pledge) bool { return regime(x.Promise, width) != ModelRealTime && x.holds(i) })
	if k < 0 {
		return Promise{}, false
	}
	return c.promises[k].Promise, true
}

// dated reports whether the promise begins or ends within a plan of n intervals.
func (p *pledge) dated(n int) bool { return p.from > 0 || p.to < n }

// planChange plans the work across the days on which promises begin or end: each item in the time of the
// strictest that held when it came. While a promise holds, its own plan has seen to the headroom; here it is
// seen to what came before and is to be done besides.
func (c *class) planChange(p *planner, pooled []float64) {
	if !slices.ContainsFunc(c.promises, func(x pledge) bool { return x.dated(p.grid.N) }) {
		return
	}
	held, eras := c.held(p.spans(), p.grid.Width)
	f := c.flowOf(p, eras)
	bare := func(i int) sample.Milli { return sample.Milli(c.microLoad(i) / 1000) }
	f.loads = c.changing(held, make([]float64, len(held)), p.grid.Width, bare)
	for i, heads := range f.need() {
		c.required[i] = max(c.required[i], heads)
		c.standalone[i] = max(c.standalone[i], c.required[i])
	}
	if !c.waits(p.grid.Width) {
		return
	}
	f.loads = c.changing(held, pooled, p.grid.Width, func(i int) sample.Milli { return c.required[i] })
	_, work := f.plan()
	done := int64(0)
	for i, s := range f.spans { // as the needs say
		done = min(done+sample.MulDiv(int64(c.required[i]), int64(s), int64(sample.One)), work.come[i])
		work.done[i] = done
	}
	c.work.join(work)
}

// held are the strictest promises that hold in each interval, and the times that they give.
func (c *class) held(spans []sample.Span, width sample.Span) (held []Promise, eras []era) {
	var at sample.Span
	for i, s := range spans {
		k := slices.IndexFunc(c.promises, func(x pledge) bool { return x.holds(i) })
		held = append(held, c.promises[k].Promise)
		within := c.lead(held[i])
		if c.hurried(i, width) {
			within = 1 // each interval has to have what it needs
		}
		if n := len(eras); n == 0 || eras[n-1].within != within {
			eras = append(eras, era{from: at, within: within})
		}
		at += s
	}
	return held, eras
}

// changing are the heads that arrivals take by the promises that hold; of work that may not wait they are
// given.
func (c *class) changing(held []Promise, pooled []float64, width sample.Span, hurried func(int) sample.Milli) []sample.Milli {
	out := make([]sample.Milli, len(held))
	for i := range out {
		if c.hurried(i, width) {
			out[i] = hurried(i)
			continue
		}
		out[i] = c.inflated(held[i], i, pooled[i])
	}
	return out
}

// promisedNow are the promises that hold now, but for one that nobody made.
func (c *class) promisedNow() (out []Promise) {
	for _, p := range c.promises {
		if p.now && !p.assumed {
			out = append(out, p.Promise)
		}
	}
	return out
}

// strictestNow is the strictest promise that holds now.
func (c *class) strictestNow() Promise {
	if k := slices.IndexFunc(c.promises, func(p pledge) bool { return p.now }); k >= 0 {
		return c.promises[k].Promise
	}
	return c.promises[0].Promise
}
