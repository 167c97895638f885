package staffing

import (
	"slices"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing/allocation"
)

// allotment is who works for whom over the grid.
type allotment struct {
	solver *allocation.Solver
	now    *allocation.Solver // of this moment, see allocateNow
	scale  int64              // parts of a person-millisecond that time is counted in
	limits []limitOf
	most   []sample.Milli // heads that may draw on each limit now
	works  []int          // classes, by number of work
}

// limitOf is a limit of exposure of a team.
type limitOf struct{ team, exposure int }

// placed is what came of a class. Time is in parts (see allotment.scale).
type placed struct {
	edges []allocation.Edge // its workers, with what it draws on there
	works []int             // its works: what may wait, and what may not
	given []int64           // time of people by interval, in time for the promise
	late  []int64           // what is not, by the interval in which it falls due
	owed  []int64           // what is late and waits at the end of each interval, were it never done
	gap   []sample.Milli
	// comeLate is what is going to be late and has come up to the end of each interval.
	comeLate []int64
	// chain is that of the last of the works, missed what is due before it is old: while people are given.
	chain  chain
	missed []taken
	// beyond is what others may do in time after the end of the plan.
	beyond int64
	// now are its works of allocateNow.
	now []int
}

// allocate gives people to the classes, in order of protection and priority, and sets what each
// requires: what it is given, and where people would have to be for the rest.
func (p *planner) allocate() {
	p.allot.scale = p.scale()
	heads, limits := p.capacity()
	for _, c := range p.classes {
		c.placed.edges = p.edges(c, c.workers)
	}
	batches := p.batches()
	sizes := make([]int, len(batches))
	for k, b := range batches {
		for _, c := range p.classes[b.from:b.to] {
			if b.steps == 0 && p.in(b, c) {
				sizes[k]++
			}
		}
	}
	p.allot.solver = allocation.SolveBy(p.grid.N, heads, limits, sizes, func(s *allocation.Solver, k int) []allocation.Work {
		if k == 0 {
			p.allot.works = nil
			for _, c := range p.classes {
				c.placed.works, c.placed.missed = nil, nil
			}
		}
		return p.worksOfBatch(s, batches[k])
	})
	for _, c := range p.classes {
		p.settle(c)
	}
}

// batch is what is given people at once: classes from one to another, and of them the work that is left
// to some steps of relaxation; those whom later steps help, or those whom they do not.
type batch struct {
	from, to, steps int
	helped          bool
}

// batches are those of each level: first what its teams do, then what may be relaxed of the rest. Of
// classes that share people those that nobody can help later come first: what is late is then, as far
// as can be, what others may do.
func (p *planner) batches() []batch {
	var out []batch
	p.byLevel(func(from, to int) {
		steps := 0
		for _, c := range p.classes[from:to] {
			steps = max(steps, len(c.relax))
		}
		for k := range steps + 1 {
			for _, helped := range []bool{false, true} {
				b := batch{from, to, k, helped}
				if slices.ContainsFunc(p.classes[from:to], func(c *class) bool { return p.in(b, c) }) {
					out = append(out, b)
				}
			}
		}
	})
	return out
}

// in reports whether work of c is in b.
func (p *planner) in(b batch, c *class) bool {
	return b.steps <= len(c.relax) && p.helped(c, b.steps) == b.helped
}

// helped reports whether any of those is ever there who may stand in for c after some steps.
func (p *planner) helped(c *class, steps int) bool {
	return slices.ContainsFunc(c.workers[len(c.upToStep(steps)):], func(t int) bool {
		return slices.ContainsFunc(p.slots[:p.grid.N], func(heads []sample.Milli) bool { return heads[t] > 0 })
	})
}

func (p *planner) worksOfBatch(s *allocation.Solver, b batch) []allocation.Work {
	var out []allocation.Work
	for k := b.from; k < b.to; k++ {
		switch {
		case !p.in(b, p.classes[k]):
		case b.steps == 0:
			out = append(out, p.worksOf(k)...)
		default:
			out = append(out, p.relaxed(s, k, b.steps))
		}
	}
	return out
}

// byLevel calls f with the classes of which it does not matter who is late, from included, to not.
func (p *planner) byLevel(f func(from, to int)) {
	for from := 0; from < len(p.classes); {
		to := from + 1
		for to < len(p.classes) && p.classes[to].level() == p.classes[from].level() {
			to++
		}
		f(from, to)
		from = to
	}
}

// level is equal for classes of which it does not matter who is late.
func (c *class) level() [2]int {
	if c.in.Protected {
		return [2]int{1, c.in.Priority}
	}
	return [2]int{0, c.in.Priority}
}

// scale is fine enough that thousandths of heads in a millisecond count, unless work is so much that
// they cannot.
func (p *planner) scale() int64 {
	var all int64
	for _, c := range p.classes {
		if n := len(c.work.come); n > 0 {
			all += min(c.work.come[n-1], 1<<50)
		}
	}
	if all > 1<<51 || p.grid.Width > maxWidth {
		return 1
	}
	return int64(sample.One)
}

// time is what heads do in interval i.
func (p *planner) time(heads sample.Milli, i int) int64 {
	return sample.MulDiv(int64(heads), int64(p.span(i))*p.allot.scale, int64(sample.One))
}

// heads is who does so much in interval i, rounded down.
func (p *planner) heads(time int64, i int) sample.Milli {
	return sample.Milli(sample.MulDiv(time, int64(sample.One), int64(p.span(i))*p.allot.scale))
}

// span is the time of interval i that is left. A day is enough for an interval.
func (p *planner) span(i int) sample.Span {
	if i == 0 {
		return min(max(p.first, 1), maxWidth)
	}
	return min(p.grid.Width, maxWidth)
}

// capacity is the time of the teams, and its limits.
func (p *planner) capacity() ([][]int64, []allocation.Limit) {
	heads := make([][]int64, len(p.teams))
	var limits []allocation.Limit
	for t, team := range p.teams {
		heads[t] = make([]int64, p.grid.N)
		for i := range heads[t] {
			heads[t][i] = p.time(p.slots[i][t], i)
		}
		for e, x := range team.Exposure {
			l := allocation.Limit{Team: t}
			for _, time := range heads[t] {
				l.Most = append(l.Most, x.of(time))
			}
			for _, d := range x.days(p.grid.N) {
				l.Days = append(l.Days, allocation.Day{From: d.From, To: d.To, Budget: int64(d.Budget) * p.allot.scale})
			}
			limits = append(limits, l)
			p.allot.limits = append(p.allot.limits, limitOf{t, e})
		}
	}
	return heads, limits
}

// of is the share of some time that the limit allows.
func (x ExposureLimit) of(time int64) int64 {
	if x.Share <= 0 || x.Share >= sample.AllPPM {
		return time
	}
	return sample.MulDiv(time, int64(x.Share), int64(sample.AllPPM))
}

// days are the days of the limit with values that can be computed with.
func (x ExposureLimit) days(n int) []ExposureDay {
	out := slices.Clone(x.Days)
	for i, d := range out {
		from := min(max(d.From, 0), n)
		out[i] = ExposureDay{From: from, To: min(max(d.To, from), n), Budget: min(max(d.Budget, 0), maxBudget)}
	}
	return out
}

// maxBudget is more than a team can work in a day.
const maxBudget = sample.Span(maxTeam/sample.One) * 2 * day

// Draws reports whether the work of c counts for the limit.
func (x ExposureLimit) Draws(c Class) bool {
	return drawn(x.HarmDomains, append([]string{c.Key.HarmDomain}, c.Requires.HarmDomains...))
}

// drawn reports whether work on some domains counts for a limit of others.
func drawn(limited, domains []string) bool {
	return slices.ContainsFunc(limited, func(d string) bool { return d == "*" || slices.Contains(domains, d) })
}

// edges are the teams of a class and what it draws on there.
func (p *planner) edges(c *class, teams []int) []allocation.Edge {
	var out []allocation.Edge
	for _, t := range teams {
		e := allocation.Edge{Team: t}
		for l, of := range p.allot.limits {
			if of.team == t && p.teams[t].Exposure[of.exposure].Draws(c.in) {
				e.Limits = append(e.Limits, l)
			}
		}
		out = append(out, e)
	}
	return out
}

// edgesTo are those of a class to the first of its workers.
func (c *class) edgesTo(workers []int) []allocation.Edge {
	return c.placed.edges[:len(workers):len(workers)]
}

// worksOf are the work of a class that may wait, if there is any, and that which has to be done in
// its interval.
func (p *planner) worksOf(k int) []allocation.Work {
	c := p.classes[k]
	edges := c.edgesTo(c.teams)
	now := allocation.Work{Edges: edges, Wanted: make([]int64, p.grid.N)}
	any := false
	for i, heads := range c.required {
		if c.work.done != nil {
			heads = 0
			if c.flow != nil {
				heads = c.required[i] - c.flow[i]
			}
		}
		now.Wanted[i] = p.time(heads, i)
		any = any || heads > 0
	}
	var out []allocation.Work
	if c.work.done != nil {
		out = append(out, c.work.within(edges, p.allot.scale))
		c.placed.chain, c.placed.beyond = p.chainOf(c), 0
	}
	if any || len(out) == 0 {
		out = append(out, now)
	}
	for range out {
		c.placed.works = append(c.placed.works, len(p.allot.works))
		p.allot.works = append(p.allot.works, k)
	}
	return out
}

// within is the work that is to be done within the grid: as much as is best. At its end all that is
// due, as if nobody could do it after.
func (s schedule) within(edges []allocation.Edge, scale int64) allocation.Work {
	n := len(s.done)
	w := allocation.Work{Edges: edges, Wanted: make([]int64, n), Waiting: make([]int64, n), MayWait: make([]int64, n)}
	before := int64(0)
	for i := range s.done {
		come, due := s.bounds(i)
		done := max(min(s.done[i], come), due, before)
		w.Wanted[i] = (done - before) * scale
		w.Waiting[i], w.MayWait[i] = (come-done)*scale, (come-due)*scale
		before = done
	}
	return w
}

// bounds are the work there is to do up to the end of interval i, and what of it is due.
func (s schedule) bounds(i int) (come, due int64) {
	all := s.done[len(s.done)-1]
	come = min(s.come[i], all)
	if i == len(s.done)-1 {
		return come, come
	}
	return come, min(s.due[i], come)
}

// settle notes what a class is given and what is late of it.
func (p *planner) settle(c *class) {
	n := p.grid.N
	c.placed.given, c.placed.late, c.placed.owed = make([]int64, n), make([]int64, n), make([]int64, n)
	c.placed.gap, c.placed.comeLate = make([]sample.Milli, n), make([]int64, n)
	at := 0
	if c.work.done != nil {
		at = 1 + len(c.relax)
		p.settleWaiting(c, c.placed.works[:at])
	}
	for _, w := range c.placed.works[at:] {
		for i := range n {
			done, undone := p.allot.solver.Done(w, i), p.allot.solver.UndoneAt(w, i)
			c.placed.given[i] += done
			c.placed.late[i] += undone
			c.placed.gap[i] += p.nearest(undone, i)
		}
	}
	var owed int64
	for i := range n {
		owed += c.placed.late[i]
		c.placed.owed[i] += owed
		c.required[i] = p.heads(c.placed.given[i], i) + c.placed.gap[i]
		c.standalone[i] = max(c.standalone[i], c.required[i])
	}
}

// nearest is heads to the nearest thousandth.
func (p *planner) nearest(time int64, i int) sample.Milli {
	parts := int64(p.span(i)) * p.allot.scale
	return sample.Milli(sample.MulDiv(time, 2*int64(sample.One), parts)+1) / 2
}

// settleWaiting follows work that may wait, the first due first: what is not done when it falls due
// is late. Where people would have to be for that is worked out as for all work: between the time it
// comes and the time it is due, in proportion to the people.
func (p *planner) settleWaiting(c *class, works []int) {
	n := p.grid.N
	c.placed.beyond = c.work.done[n-1] * p.allot.scale
	for _, w := range works {
		c.placed.beyond -= p.allot.solver.Undone(w)
		for i := range n {
			c.placed.beyond -= p.allot.solver.Done(w, i)
		}
	}
	gone := make([]int64, n) // up to which work, in order of its dates, is done or late
	at := int64(0)
	for i := range n {
		come, due := p.bounds(c, i)
		var done int64
		for _, w := range works {
			done += p.allot.solver.Done(w, i)
		}
		c.placed.given[i] += done
		at = min(at+done, come)
		gone[i] = at
		if late := due - at; late > 0 {
			c.placed.late[i] += late
			at = due
		}
	}
	if slices.ContainsFunc(works, func(w int) bool { return p.allot.solver.Undone(w) > 0 }) {
		p.placeLate(c, gone)
	}
}
