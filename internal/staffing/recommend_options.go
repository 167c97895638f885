package staffing

import (
	"cmp"
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// Terms of overtime. An hour of it is paid as one and a half.
const (
	overtimePaid, overtimeOf = 3, 2
	longestOvertime          = 2 * sample.Hour
	longestDay               = 12 * sample.Hour // of a shift with its overtime
)

// OvertimeOptions are the ways in which people of each shift may stay up to two hours longer, or begin up to
// two hours earlier, on days on which the team is short then (see Shortage). Nobody does both: where
// both would help on a day, half of the people may do each. Nothing begins before from.
func OvertimeOptions(in SupplyInput, team string, from sample.Instant, short []sample.Milli) []Option {
	var out []Option
	o := overtime{in: in, team: team, from: from, short: short}
	first, last := DateOf(in.Grid.Start.Time().In(in.Zone))-1, DateOf(in.Grid.At(in.Grid.N).Time().In(in.Zone))+1
	for d := first; d <= last; d++ {
		heads := in.headcounts(d)
		for i, s := range in.Shifts {
			if heads[i] > 0 && !s.OnCall {
				out = append(out, o.of(s, d, heads[i])...)
			}
		}
	}
	return out
}

type overtime struct {
	in    SupplyInput
	team  string
	from  sample.Instant
	short []sample.Milli
}

// of are the ways for n people who start a shift on a day.
func (o *overtime) of(s Shift, d Date, n int) []Option {
	start, stop := s.minutes()
	begin, end := Wall(d, start, o.in.Zone), Wall(d, stop, o.in.Zone)
	most := min(longestDay-end.Since(begin), longestOvertime)
	before := o.stretch(begin, -1, most)
	after := o.stretch(end, 1, most)
	early := n
	if len(after) > 0 {
		early = n / 2
	}
	if len(before) == 0 {
		early = 0
	}
	return append(o.options(s.Name, true, before, early), o.options(s.Name, false, after, n-early)...)
}

// stretch are the hours next to a shift in which the team is short, each from the shift on: the
// second hour is there only where it is short in that.
func (o *overtime) stretch(at sample.Instant, sign, most sample.Span) []Range {
	var out []Range
	for hours := sample.Hour; hours <= most; hours += sample.Hour {
		near, far := at.Add(sign*(hours-sample.Hour)), at.Add(sign*hours)
		if o.worst(Range{min(near, far), max(near, far)}) > 0 {
			out = append(out, Range{min(at, far), max(at, far)})
		}
	}
	return slices.DeleteFunc(out, func(r Range) bool { return r.From < o.from })
}

// worst is the most heads that are missing in a stretch of time.
func (o *overtime) worst(r Range) (heads sample.Milli) {
	for i, missing := range o.short {
		if o.in.Grid.At(i) < r.To && o.in.Grid.At(i+1) > r.From {
			heads = max(heads, missing)
		}
	}
	return heads
}

// options shares n people between stretches of one and of two hours: as many may do two as are
// missing in the second hour, the rest one.
func (o *overtime) options(shift string, early bool, stretches []Range, n int) []Option {
	var out []Option
	for i := len(stretches) - 1; i >= 0; i-- {
		r, limit := stretches[i], n
		if i > 0 {
			far := Range{stretches[i-1].To, r.To}
			if early {
				far = Range{r.From, stretches[i-1].From}
			}
			limit = min(n, o.heads(o.worst(far)))
		}
		if n -= limit; limit <= 0 {
			continue
		}
		out = append(out, Option{
			Kind: KindOvertime, Team: o.team, Shift: shift, Early: early, From: r.From, Until: r.To, Limit: limit,
			Productive: shareOf(o.in.Grid, r, o.in.Shrinkage), Cost: r.To.Since(r.From) * overtimePaid / overtimeOf,
		})
	}
	return out
}

// heads are the people whose productive heads are so many.
func (o *overtime) heads(productive sample.Milli) int {
	one := int64(o.in.Shrinkage.Productive())
	if one <= 0 {
		return 0
	}
	return int(min(sample.MulDivUp(int64(productive), int64(sample.AllPPM)/int64(sample.One), one), manyHeads))
}

// shareOf is one person's productive part of each interval, at work in a stretch of time.
func shareOf(g Grid, r Range, s Shrinkage) []sample.Milli {
	out := make([]sample.Milli, g.N)
	for i := range out {
		if over := min(r.To, g.At(i+1)).Since(max(r.From, g.At(i))); over > 0 {
			productive := sample.MulDiv(int64(over), int64(s.Productive()), int64(g.Width))
			out[i] = sample.Milli(productive * int64(sample.One) / int64(sample.AllPPM))
		}
	}
	return out
}

// Standby are the people on call of a team.
type Standby struct {
	Team      string
	Shrinkage Shrinkage
	// Heads is what all of them would be worth in each interval, as productive heads.
	Heads []sample.Milli
	// CallTime is how long after a call they work. It is paid.
	CallTime sample.Span
}

// OnCallOptions are the ways in which people on call may be called from now on: in each time on call, from
// the first to the last interval in which their team is short.
func OnCallOptions(s *Standby, g Grid, now sample.Instant, short []sample.Milli) []Option {
	one := shareOf(Grid{Start: g.Start, Width: g.Width, N: 1}, Range{g.Start, g.At(1)}, s.Shrinkage)[0]
	n := min(len(s.Heads), len(short), g.N)
	var out []Option
	for i := 0; i < n && one > 0; i++ {
		end, limit := i, manyHeads
		for ; end < n && s.Heads[end] >= one; end++ {
			limit = min(limit, int(s.Heads[end]/one))
		}
		if r := s.stint(g, now, short[:end], i); r.From < r.To {
			out = append(out, Option{
				Kind: KindOnCall, Team: s.Team, From: r.From, Until: r.To, Limit: limit,
				Productive: shareOf(g, r, s.Shrinkage), Cost: r.To.Since(r.From) + s.CallTime,
			})
		}
		i = max(i, end)
	}
	return out
}

// stint is the part of a time on call, from an interval to the last, in which to be there.
func (s *Standby) stint(g Grid, now sample.Instant, short []sample.Milli, first int) Range {
	end := len(short)
	for first < end && (short[first] <= 0 || g.At(first) < now.Add(s.CallTime)) {
		first++
	}
	for end > first && short[end-1] <= 0 {
		end--
	}
	return Range{g.At(first), g.At(end)}
}

// Skill is one that a team lacks for work that nobody is there to do.
type Skill struct {
	Team       string
	Language   string // or
	HarmDomain string
}

// Lacking are the skills of which a team would need one more to take work that is missing people,
// by team.
func Lacking(in Input) []Skill {
	p := required(in)
	found := map[Skill]bool{}
	for _, c := range p.classes {
		short := slices.ContainsFunc(c.placed.gap, func(gap sample.Milli) bool { return gap > 0 })
		for t := range p.teams {
			if s, ok := lacks(c.in, &p.teams[t]); short && ok {
				found[s] = true
			}
		}
	}
	out := make([]Skill, 0, len(found))
	for s := range found {
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b Skill) int {
		return cmp.Or(cmp.Compare(a.Team, b.Team), cmp.Compare(a.Language, b.Language), cmp.Compare(a.HarmDomain, b.HarmDomain))
	})
	return out
}

// lacks is the one skill that a team lacks for a class, if it is one.
func lacks(c Class, t *Team) (Skill, bool) {
	if Qualified(c, *t) {
		return Skill{}, false
	}
	for _, s := range []Skill{{Team: t.Name, Language: c.Key.Language}, {Team: t.Name, HarmDomain: c.Key.HarmDomain}} {
		if (s.Language != "" || s.HarmDomain != "") && s.HarmDomain != "*" && Qualified(c, s.learnt(t)) {
			return s, true
		}
	}
	return Skill{}, false
}

// learnt is a team that has the skill too.
func (s Skill) learnt(t *Team) Team {
	out := *t
	if s.Language != "" {
		out.Skills.Languages = append(slices.Clone(t.Skills.Languages), s.Language)
	}
	if s.HarmDomain != "" {
		out.Skills.HarmDomains = append(slices.Clone(t.Skills.HarmDomains), s.HarmDomain)
	}
	return out
}

// FirstStart is when somebody may first stand on a shift: at its first start at from or later, 0 when
// there is none on the grid; at once when from is not after now.
func FirstStart(in *SupplyInput, s Shift, from sample.Instant) sample.Instant {
	if from <= in.Now {
		return max(from, in.Grid.Start)
	}
	end := in.Grid.At(in.Grid.N)
	start, _ := s.minutes()
	for d := DateOf(from.Time().In(in.Zone)) - 1; ; d++ {
		switch at := Wall(d, start, in.Zone); {
		case at >= end:
			return 0
		case at >= from && s.startsOn(d):
			return at
		}
	}
}
