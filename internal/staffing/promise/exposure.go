package promise

import (
	"cmp"
	"slices"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// part is a part of a team of a plan: who may do the work that its limits of exposure do not
// bar. A team of which half may look at hate at once, for the breaks that they take from it, is
// two halves, of which one may do everything and the other all but that.
type part struct {
	team   int
	barred []staffing.ExposureLimit
}

// split puts a team into the plant.
func (b *builder) split(t int) {
	team := &b.in.Teams[t]
	heads := make([]sample.Milli, b.n)
	for i, h := range team.Supply.Intervals[:min(b.n, len(team.Supply.Intervals))] {
		heads[i] = min(max(h.Productive, 0), sample.MaxMilli)
	}
	limits := slices.Clone(team.Exposure)
	slices.SortStableFunc(limits, func(x, y staffing.ExposureLimit) int { return cmp.Compare(allowed(x), allowed(y)) })
	caps := make([][]sample.Milli, len(limits), len(limits)+1)
	for l, x := range limits {
		caps[l] = b.most(t, x, heads)
	}
	caps = append(caps, heads)
	for l := len(limits) - 1; l >= 0; l-- {
		for i, most := range caps[l+1] {
			caps[l][i] = min(caps[l][i], most)
		}
	}
	below := make([]sample.Milli, b.n)
	for l, most := range caps {
		here := make([]sample.Milli, b.n)
		for i := range here {
			here[i] = most[i] - below[i]
		}
		below = most
		b.parts = append(b.parts, part{t, limits[:l]})
		b.plant.Teams = append(b.plant.Teams, Team{Heads: here})
	}
}

// allowed is the share of a limit.
func allowed(x staffing.ExposureLimit) sample.PPM {
	if x.Share <= 0 {
		return sample.AllPPM
	}
	return min(x.Share, sample.AllPPM)
}

// most is how many of a team's people may do work that a limit counts: its share of them, and
// where the work of a day is more than the budget of the day, the budget as the work is spread over the
// day. Which of several teams does the work is not asked: that spreads a budget more evenly.
func (b *builder) most(t int, x staffing.ExposureLimit, heads []sample.Milli) []sample.Milli {
	out, work := make([]sample.Milli, b.n), b.work(t, x)
	for i, h := range heads {
		out[i] = sample.Milli(sample.MulDiv(int64(h), int64(allowed(x)), int64(sample.AllPPM)))
	}
	for _, d := range x.Days {
		from := min(max(d.From, 0), b.n)
		to := min(max(d.To, from), b.n)
		budget, sum := sample.MulDiv(int64(max(d.Budget, 0)), int64(sample.One), int64(b.plant.Width)), int64(0)
		for i := from; i < to; i++ {
			sum += int64(min(out[i], work[i]))
		}
		if sum <= budget {
			continue
		}
		for i := from; i < to; i++ {
			out[i] = sample.Milli(sample.MulDiv(int64(min(out[i], work[i])), budget, sum))
		}
	}
	return out
}

// work is the heads that the work of a limit asks for in each interval, of all that the team may do.
func (b *builder) work(t int, x staffing.ExposureLimit) []sample.Milli {
	out := make([]sample.Milli, b.n)
	for k := range b.in.Classes {
		c := &b.in.Classes[k]
		if !x.Draws(*c) || !staffing.Qualified(*c, b.in.Teams[t]) {
			continue
		}
		handle, rates, _ := b.demand(c)
		for i, rate := range rates {
			out[i] = min(out[i]+sample.Milli(sample.MulDiv(int64(rate), int64(handle), int64(sample.Hour))), sample.MaxMilli)
		}
	}
	return out
}

// teams are the parts of teams that a class may be done by.
func (b *builder) teams(c *staffing.Class) []int {
	return b.partsOf(c, func(team int) bool { return staffing.Qualified(*c, b.in.Teams[team]) })
}

// relaxed are those that stand in before the work is due.
func (b *builder) relaxed(c *staffing.Class, within sample.Span) []Relaxed {
	var out []Relaxed
	for _, s := range staffing.StandIns(*c, b.in.Teams) {
		if s.After < within {
			out = append(out, Relaxed{s.After, b.partsOf(c, func(team int) bool { return team == s.Team })})
		}
	}
	return out
}

// partsOf are the parts of some teams that no limit bars from a class.
func (b *builder) partsOf(c *staffing.Class, of func(team int) bool) []int {
	var out []int
	for p := range b.parts {
		bars := func(x staffing.ExposureLimit) bool { return x.Draws(*c) }
		if of(b.parts[p].team) && !slices.ContainsFunc(b.parts[p].barred, bars) {
			out = append(out, p)
		}
	}
	return out
}
