package staffing

import (
	"slices"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing/allocation"
)

// Train says of each option of training what it brings alone, by finite difference on the
// allocation: people of the shift may do what asks for one skill more, within the limits of
// exposure of their team. As many are trained as bring something; what brings nothing is left out.
// What closes most for its cost comes first, at most maxTrained of them: one or the other, not all.
func Train(in Input, options []Option) []Remedy {
	p := required(in)
	r := newRecommender(p, nil)
	able := map[Skill]*allocation.Solver{}
	var out []Remedy
	for k := range options {
		if options[k].kind() != KindTraining {
			continue
		}
		if m, ok := train(r, &options[k], able); ok {
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
	r     *recommender
	o     *Option
	team  int
	limit int // of what those who have learnt do with it
}

// train tries one option. The allocations in which people of a team may do with a skill what nobody
// has learnt yet are kept in able.
func train(r *recommender, o *Option, able map[Skill]*allocation.Solver) (Remedy, bool) {
	t := slices.IndexFunc(r.p.teams, func(t Team) bool { return t.Name == o.Team })
	if t < 0 || o.Cost <= 0 || o.Limit <= 0 {
		return Remedy{}, false
	}
	skill := Skill{Team: o.Team, Language: o.Language, HarmDomain: o.HarmDomain}
	if able[skill] == nil {
		able[skill] = r.p.widened(t, skill)
	}
	own := *r
	own.base, own.now = able[skill], able[skill].Clone()
	x := trainee{r: &own, o: o, team: t, limit: len(r.p.allot.limits)}
	first, lacked := own.missing(), own.lacks()
	one, least := x.move(1), x.move(o.Limit)
	if least >= first {
		return Remedy{}, false
	}
	n := x.enough(least)
	x.move(n)
	m := Remedy{
		Kind: KindTraining, Team: o.Team, Shift: o.Shift, Language: o.Language, HarmDomain: o.HarmDomain, Heads: n,
		Times: []Range{{o.From, o.Until}}, Cost: sample.Span(n) * o.Cost, Before: first, After: least,
		Closes: own.closes(lacked, own.lacks()),
	}
	if hours := r.p.hours(o); hours > 0 {
		m.PerHour = sample.Span(sample.MulDiv(int64(first-one), int64(sample.Hour), int64(hours)))
	}
	return m, true
}

// widened is the allocation in which people of a team may have one skill more.
func (p *planner) widened(t int, skill Skill) *allocation.Solver {
	learnt := skill.learnt(&p.teams[t])
	edges := map[int]allocation.Edge{}
	for _, c := range p.classes {
		if slices.Contains(c.workers, t) || !Qualified(c.in, learnt) {
			continue
		}
		for _, w := range c.placed.works {
			edges[w] = p.edges(c, []int{t})[0]
		}
	}
	return p.allot.solver.Widen(t, edges)
}

// enough is the fewest people with whom no more is missing than least, the limit's. With more
// people, no more is missing than with fewer.
func (x *trainee) enough(least sample.Span) int {
	few, enough := 0, x.o.Limit
	for enough-few > 1 {
		if n := (few + enough) / 2; x.move(n) <= least {
			enough = n
		} else {
			few = n
		}
	}
	return enough
}

// move makes n people of the shift those who have learnt, and says what is missing then.
func (x *trainee) move(n int) sample.Span {
	x.r.now.Set(x.r.base)
	for i, heads := range x.o.Productive[:min(len(x.o.Productive), x.r.p.grid.N)] {
		if heads > 0 {
			x.r.now.RaiseLimit(x.limit, i, x.r.p.time(min(sample.Milli(n)*heads, x.r.p.slots[i][x.team]), i))
		}
	}
	x.r.now.Again()
	return x.r.missing()
}

// hours is the productive time of one person of an option.
func (p *planner) hours(o *Option) (sum sample.Span) {
	for i, h := range o.Productive[:min(len(o.Productive), p.grid.N)] {
		sum += sample.Span(p.time(max(h, 0), i) / p.allot.scale)
	}
	return sum
}
