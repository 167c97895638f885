package staffing

import (
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// Train says of each option of training what it brings alone, by finite difference on the flow from
// teams to classes: people of the shift give their heads to a team that holds one skill more. As many
// are trained as bring something; what brings nothing is left out. What closes most for its cost
// comes first, at most maxTrained of them: one or the other, not all.
func Train(in Input, options []Option) []Remedy {
	p := required(in)
	var out []Remedy
	for k := range options {
		if options[k].kind() != KindTraining {
			continue
		}
		if m, ok := train(p, &options[k]); ok {
			m.Options = []int{k}
			out = append(out, m)
		}
	}
	slices.SortStableFunc(out, func(a, b Remedy) int {
		return -ratio(int64(a.Before-a.After), int64(a.Cost), int64(b.Before-b.After), int64(b.Cost))
	})
	return out[:min(len(out), maxTrained)]
}

const maxTrained = 16

// trainee is an option of training that is tried.
type trainee struct {
	r        *recommender // of a plan with a team more: who has learnt
	o        *Option
	from, to int // teams
	short    []bool
}

// train tries one option.
func train(p *planner, o *Option) (Remedy, bool) {
	t := slices.IndexFunc(p.teams, func(t Team) bool { return t.Name == o.Team })
	if t < 0 || o.Cost <= 0 || o.Limit <= 0 {
		return Remedy{}, false
	}
	learnt := Skill{Team: o.Team, Language: o.Language, HarmDomain: o.HarmDomain}.learnt(&p.teams[t])
	learnt.Name += "\x00" // a name that no team has
	x := trainee{r: newRecommender(p.withTeam(learnt), nil), o: o, from: t, to: len(p.teams)}
	for _, w := range x.r.rows {
		x.short = append(x.short, w.total > 0)
	}
	first, lacked := x.r.missing(), x.r.lacked()
	one, least := x.move(1), x.move(o.Limit)
	if least >= first {
		return Remedy{}, false
	}
	n := x.enough(least)
	x.move(n)
	m := Remedy{
		Kind: KindTraining, Team: o.Team, Shift: o.Shift, Language: o.Language, HarmDomain: o.HarmDomain, Heads: n,
		Times: []Range{{o.From, o.Until}}, Cost: sample.Span(n) * o.Cost, Before: x.r.time(first), After: x.r.time(least),
		Closes: x.r.closes(lacked),
	}
	if hours := o.productive(); hours > 0 {
		m.PerHour = sample.Span(sample.MulDiv(first-one, int64(sample.Hour), hours))
	}
	return m, true
}

// enough is the fewest people with whom no more is missing than least, the limit's. With more
// people, no more is missing than with fewer.
func (x *trainee) enough(least int64) int {
	few, enough := 0, x.o.Limit
	for enough-few > 1 {
		if n := (few + enough) / 2; x.move(n) == least {
			enough = n
		} else {
			few = n
		}
	}
	return enough
}

// move makes n people of the shift those who have learnt, where anything is missing, and says what
// is missing then.
func (x *trainee) move(n int) int64 {
	for i, heads := range x.o.Productive[:min(len(x.o.Productive), len(x.r.rows))] {
		if heads > 0 && x.short[i] {
			slot := x.r.p.slots[i]
			all := slot[x.from] + slot[x.to]
			slot[x.to] = min(sample.Milli(n)*heads, all)
			slot[x.from] = all - slot[x.to]
			x.r.fill(i)
		}
	}
	return x.r.missing()
}

// productive is the heads of one person, added up over the intervals.
func (o *Option) productive() (sum int64) {
	for _, h := range o.Productive {
		sum += int64(h)
	}
	return sum
}

// withTeam is the plan with one team more, who has nobody yet; what classes need is as it was.
func (p *planner) withTeam(team Team) *planner {
	out := &planner{now: p.now, grid: p.grid, teams: append(slices.Clone(p.teams), team)}
	for _, c := range p.classes {
		more := *c
		if Qualified(c.in, team) {
			more.teams = append(slices.Clone(c.teams), len(p.teams))
		}
		out.classes = append(out.classes, &more)
	}
	out.group()
	for _, slot := range p.slots {
		out.slots = append(out.slots, append(slices.Clone(slot), 0))
	}
	return out
}
