package staffing

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing/allocation"
)

// recommender is a choice in the making.
type recommender struct {
	p       *planner
	options []Option
	team    []int    // of an option; −1 for one that the plan does not have, or that brings nothing
	heads   []int    // of an option
	built   []int    // of an option: those that the plan has already
	gives   [][]gift // of an option
	// base is the allocation of the plan, without what no option reaches (least, by work and
	// interval); now is it with the people chosen.
	base, now *allocation.Solver
	least     [][]int64
	beyond    int64 // all of least
	// by are the options that reach a row.
	by map[reached][]giver
	// sets are the teams whose lack in all intervals is known; see likewise.
	sets map[string]bool
}

// reached is a row of the allocation.
type reached struct {
	kind rowKind
	allocation.Row
}

type rowKind uint8

const (
	ofTeam rowKind = iota
	ofLimit
	ofDay
)

// gift is what one of an option adds to a row; of a team it is heads, which each interval makes
// time of.
type gift struct {
	to   reached
	time int64
}

// giver is an option that gives something.
type giver struct {
	option int
	time   int64
}

func newRecommender(p *planner, options []Option) *recommender {
	r := &recommender{p: p, options: options, heads: make([]int, len(options)), built: make([]int, len(options)), by: map[reached][]giver{}}
	for k := range options {
		o := &options[k]
		t := slices.IndexFunc(p.teams, func(t Team) bool { return t.Name == o.Team })
		if o.Cost <= 0 || o.Kind == KindTraining {
			t = -1
		}
		r.team = append(r.team, t)
		r.gives = append(r.gives, r.giftsOf(k))
		for _, g := range r.gives[k] {
			r.by[g.to] = append(r.by[g.to], giver{k, g.time})
		}
	}
	r.begin(p)
	return r
}

// begin takes a plan, with the people in it, for what more people are added to.
func (r *recommender) begin(p *planner) {
	r.p, r.base = p, p.allot.solver.Clone()
	r.now = r.base.Clone()
	r.least, r.beyond, r.sets = nil, 0, map[string]bool{}
	copy(r.built, r.heads)
}

// productive is what one more of an option adds to interval i.
func (r *recommender) productive(k, i int) sample.Milli {
	if r.team[k] < 0 || i >= len(r.options[k].Productive) {
		return 0
	}
	return min(max(r.options[k].Productive[i], 0), sample.One)
}

// giftsOf is what one more of an option adds to the time of the team, and to its limits.
func (r *recommender) giftsOf(k int) (out []gift) {
	t := r.team[k]
	if t < 0 {
		return nil
	}
	for i := range r.p.grid.N {
		if time := r.p.time(r.productive(k, i), i); time > 0 {
			out = append(out, gift{reached{ofTeam, allocation.Row{Of: t, At: i}}, time})
		}
	}
	for l, of := range r.p.allot.limits {
		if of.team != t {
			continue
		}
		x := &r.p.teams[t].Exposure[of.exposure]
		for i := range r.p.grid.N {
			if time := x.of(r.p.time(r.productive(k, i), i)); time > 0 {
				out = append(out, gift{reached{ofLimit, allocation.Row{Of: l, At: i}}, time})
			}
		}
		for d := range x.Days {
			if time := r.options[k].budget(of.exposure, d); time > 0 {
				out = append(out, gift{reached{ofDay, allocation.Row{Of: l, At: d}}, int64(time) * r.p.allot.scale})
			}
		}
	}
	return out
}

// budget is what one more adds to a day's budget of a limit.
func (o *Option) budget(exposure, d int) sample.Span {
	if exposure >= len(o.Budgets) || d >= len(o.Budgets[exposure]) {
		return 0
	}
	return min(max(o.Budgets[exposure][d], 0), day)
}

// fill gives people to work anew: those there are and those that were chosen.
func (r *recommender) fill() {
	r.now.Set(r.base)
	for k, n := range r.heads {
		more := int64(n - r.built[k])
		if more <= 0 {
			continue
		}
		for _, g := range r.gives[k] {
			switch time := more * g.time; g.to.kind {
			case ofTeam:
				r.now.Raise(g.to.Of, g.to.At, time)
			case ofLimit:
				r.now.RaiseLimit(g.to.Of, g.to.At, time)
			case ofDay:
				r.now.RaiseDay(g.to.Of, g.to.At, time)
			}
		}
	}
	r.now.Again()
}

// forget takes what no option reaches, as many as may be of each, out of the work there is.
func (r *recommender) forget() {
	heads := slices.Clone(r.heads)
	for k := range r.options {
		r.heads[k] = max(r.options[k].limit(), r.built[k])
	}
	r.fill()
	copy(r.heads, heads)
	for w := range r.p.allot.works {
		var least []int64
		for i := range r.p.grid.N {
			undone := r.now.UndoneAt(w, i)
			least = append(least, undone)
			r.beyond += undone
			r.base.Forget(w, i, undone)
		}
		r.least = append(r.least, least)
	}
	r.fill()
}

// missing is the person-time that is late with the people chosen.
func (r *recommender) missing() sample.Span {
	return sample.Span((r.now.Missing() + r.beyond) / r.p.allot.scale)
}

// lacks is where people are missing with those chosen, by class and interval.
func (r *recommender) lacks() [][]sample.Milli {
	for w, least := range r.least {
		for i, time := range least {
			r.now.Forget(w, i, -time)
		}
	}
	out := r.p.lacks(r.now)
	for w, least := range r.least {
		for i, time := range least {
			r.now.Forget(w, i, time)
		}
	}
	return out
}

// lacks are the gaps of the classes in another allocation.
func (p *planner) lacks(solver *allocation.Solver) [][]sample.Milli {
	other := *p
	other.allot.solver = solver
	out := make([][]sample.Milli, len(p.classes))
	for k, c := range p.classes {
		x := *c
		x.required, x.standalone = slices.Clone(c.required), slices.Clone(c.standalone)
		x.placed = placed{works: c.placed.works}
		other.settle(&x)
		out[k] = x.placed.gap
	}
	return out
}

// manyHeads stands for as many as are wanted.
const manyHeads = 10_000

func (o *Option) limit() int {
	if o.Limit > 0 {
		return min(o.Limit, manyHeads)
	}
	return manyHeads
}

// maxRounds bounds how often the choice is held against the allocation and searched anew. Each
// round adds cuts, of which few matter.
const maxRounds = 24

// mostRelaxed bounds how often the search begins anew from the linear program.
const mostRelaxed = 3

// mostCuts bounds how often cuts are looked for before any search.
const mostCuts = 200

// mostWork bounds the search, in entries looked at: some tenths of a second.
const mostWork = 100_000_000

// choose sets the heads, and returns the problem that they solve.
func (r *recommender) choose() *cover {
	r.forget()
	c := r.cover()
	for range mostCuts {
		if !r.cut(c) {
			break
		}
		c.grow(unlimitedCost)
		r.try(c)
	}
	c.relax()
	c.improve(mostWork / 2)
	r.try(c)
	for round := 0; round < mostCuts && r.cut(c); round++ {
		c.grow(unlimitedCost)
		if round < mostRelaxed {
			c.relax()
		}
		if round < maxRounds {
			c.improve(mostWork / 2 / maxRounds)
		}
		r.try(c)
	}
	return c
}

// mostChecks bounds how often people are added who are missing in a plan with those chosen.
const mostChecks = 3

// check holds the choice against plans with these people, and adds who is missing there though an
// option reaches it. It returns what is missing in the end. Where all work is done in its interval
// and nothing is limited, a plan needs what it needed without them.
func (r *recommender) check(in Input, c *cover) sample.Span {
	depends := func(x *class) bool { return x.work.done != nil }
	if len(r.p.allot.limits) == 0 && !slices.ContainsFunc(r.p.classes, depends) {
		return r.missing()
	}
	before, base, now := r.p, r.base, r.now
	least, beyond := r.least, r.beyond
	var missing sample.Span
	for round := 0; ; round++ {
		r.begin(required(r.with(in)))
		missing = r.missing()
		if r.forget(); round == mostChecks || !r.cut(c) {
			break
		}
		c.grow(unlimitedCost)
		r.try(c)
	}
	r.p, r.base, r.now, r.least, r.beyond = before, base, now, least, beyond
	clear(r.built)
	return missing
}

// with is the input of a plan with the people chosen.
func (r *recommender) with(in Input) Input { return With(in, r.options, r.merged(r.heads)) }

// try sets the allocation to a choice.
func (r *recommender) try(c *cover) {
	copy(r.heads, c.heads)
	r.fill()
}

// cover is the choice as a problem in whole numbers, without rows yet.
func (r *recommender) cover() *cover {
	c := &cover{
		known: map[string]int{}, gives: make([][]coverEntry, len(r.options)),
		heads: make([]int, len(r.options)), worth: make([]int64, len(r.options)),
		noise: make([]int64, len(r.options)),
	}
	c.quiet()
	for k := range r.options {
		c.cost, c.limit = append(c.cost, int64(r.options[k].Cost)), append(c.limit, r.options[k].limit())
	}
	return c
}

// cut adds rows for what is missing although options reach it: what the minimum cuts of the
// allocation lack. It reports whether there was any.
func (r *recommender) cut(c *cover) bool {
	more := false
	for _, x := range r.now.Cuts() {
		by := r.entries(&x)
		need := x.Missing
		for _, e := range by {
			need += int64(r.heads[e.at]) * e.heads
		}
		more = c.require(by, need) || more
		more = r.likewise(c, &x) || more
	}
	return more
}

// likewise adds the rows of the teams of a cut in all intervals in which work that cannot wait lacks
// them: those that are short in one are mostly short in others, or will be once others are not.
func (r *recommender) likewise(c *cover, x *allocation.Cut) bool {
	teams, ok := atOnce(x)
	key := fmt.Sprint(teams)
	if !ok || r.sets[key] {
		return false
	}
	r.sets[key] = true
	more := false
	for i := range r.p.grid.N {
		need := r.base.Lack(teams, i)
		if need <= 0 {
			continue
		}
		for k := range x.Teams {
			x.Teams[k].At = i
		}
		by := r.entries(x)
		for _, e := range by {
			need += int64(r.built[e.at]) * e.heads
		}
		more = c.require(by, need) || more
	}
	return more
}

// atOnce are the teams of a cut that is of teams alone, in one interval.
func atOnce(x *allocation.Cut) (teams []int, ok bool) {
	for _, row := range x.Teams {
		if teams = append(teams, row.Of); row.At != x.Teams[0].At {
			return nil, false
		}
	}
	return teams, len(teams) > 0 && len(x.Limits)+len(x.Days) == 0
}

// entries are the options that give anything to a cut, and how much.
func (r *recommender) entries(x *allocation.Cut) []coverEntry {
	gives := map[int]int64{}
	for kind, rows := range [][]allocation.Row{ofTeam: x.Teams, ofLimit: x.Limits, ofDay: x.Days} {
		for _, row := range rows {
			for _, g := range r.by[reached{rowKind(kind), row}] {
				gives[g.option] += g.time
			}
		}
	}
	out := make([]coverEntry, 0, len(gives))
	for k, time := range gives {
		out = append(out, coverEntry{k, time})
	}
	slices.SortFunc(out, func(a, b coverEntry) int { return cmp.Compare(a.at, b.at) })
	return out
}

// ratio compares a/b with c/d; none is below 0, b and d are above.
func ratio(a, b, c, d int64) int {
	h1, l1 := bits.Mul64(uint64(max(a, 0)), uint64(d))
	h2, l2 := bits.Mul64(uint64(max(c, 0)), uint64(b))
	return cmp.Or(cmp.Compare(h1, h2), cmp.Compare(l1, l2))
}

// byTime sorts by time closed, the most first, then by name.
func byTime(a, b *Closed) int {
	return cmp.Or(cmp.Compare(b.Time, a.Time), cmp.Compare(a.Language, b.Language), cmp.Compare(a.Tier, b.Tier))
}
