package staffing

import (
	"cmp"
	"slices"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing/allocation"
)

// relaxed is the work of class k that its teams and the steps before would have late, as a work of its
// own that the teams of one more step may do. What is not old enough for it before it is due stays
// where it was.
func (p *planner) relaxed(s *allocation.Solver, k, steps int) allocation.Work {
	c := p.classes[k]
	last := c.placed.works[len(c.placed.works)-1]
	var out allocation.Work
	if c.work.done != nil {
		out = p.relaxWaiting(s, c, steps, last)
	} else {
		out = allocation.Work{Wanted: make([]int64, p.grid.N)}
		undone := make([]int64, p.grid.N)
		for i := range undone {
			undone[i] = s.UndoneAt(last, i)
			if p.open(c, i) >= steps {
				out.Wanted[i], undone[i] = undone[i], 0
			}
		}
		s.Reduce(last, undone, nil, nil)
	}
	out.Edges = c.edgesTo(c.upToStep(steps))
	c.placed.works = append(c.placed.works, len(p.allot.works))
	p.allot.works = append(p.allot.works, k)
	return out
}

// relaxWaiting takes what would be late from the last work of c. Which of the work others do is open: any
// of it, as long as its teams can do the rest when they do it now. So up to an interval others may have
// done what is old enough of what its teams leave, then and later.
func (p *planner) relaxWaiting(s *allocation.Solver, c *class, steps, last int) allocation.Work {
	n, from := p.grid.N, c.placed.chain
	late, left := from.follow(s, last)
	remain := p.remains(s, c)
	next := chain{come: left, due: make([]int64, n)}
	undone := make([]int64, n)
	var never, most int64 // what is due before it is old, and what others may have done
	for i := range n {
		most = max(most, min(left[i], remain.upTo(p.olderThan(c, i, c.relax[steps-1].after)))-never)
		next.come[i] = most
		undone[i] = max(late[i]-never-next.come[i], 0)
		never += undone[i]
		next.due[i] = late[i] - never
		_, due := c.work.bounds(i)
		c.placed.missed = append(c.placed.missed, taken{due * p.allot.scale, undone[i]})
	}
	beyond := min(undone[n-1], p.beyond(c, c.relax[steps-1].after))
	undone[n-1] -= beyond
	c.placed.beyond += beyond
	rest, mayWait := from.without(s, last, &next, late, undone)
	s.Reduce(last, undone, rest, mayWait)
	c.placed.chain = next
	return next.wanted()
}

// chain is work of a class that may wait: what there is to do up to the end of each interval, and what
// of it is due; in parts (see allotment.scale).
type chain struct{ come, due []int64 }

// chainOf is all the work of c.
func (p *planner) chainOf(c *class) chain {
	out := chain{come: make([]int64, p.grid.N), due: make([]int64, p.grid.N)}
	for i := range out.come {
		come, due := c.work.bounds(i)
		out.come[i], out.due[i] = come*p.allot.scale, due*p.allot.scale
	}
	return out
}

// follow is what of a work is late up to the end of each interval, the first due being done first, and
// how much of it may be taken away from what has come by then without anything done being missing.
func (x chain) follow(s *allocation.Solver, work int) (late, left []int64) {
	n := len(x.come)
	late, left = make([]int64, n), make([]int64, n)
	var done, most int64
	for i := range n {
		done += s.Done(work, i)
		most = max(most, x.due[i]-done)
		late[i], left[i] = most, x.come[i]-done
	}
	for i := n - 2; i >= 0; i-- {
		left[i] = min(left[i], left[i+1])
	}
	return late, left
}

// without is what may wait of a work, and at most, where what is late of it is left to others or not
// done (see Reduce). What the others may do is bounded so that all of this and theirs has come.
func (x chain) without(s *allocation.Solver, work int, next *chain, late, undone []int64) (waiting, mayWait []int64) {
	n := len(x.come)
	waiting, mayWait = make([]int64, n), make([]int64, n)
	var gone, done int64
	for i := range n {
		done += s.Done(work, i)
		gone += s.Done(work, i) + undone[i]
		waiting[i], mayWait[i] = x.come[i]-gone, done+late[i]-x.due[i]
	}
	most := next.due[n-1]
	for i := n - 1; i >= 0; i-- {
		most = min(most, waiting[i])
		next.come[i] = min(next.come[i], most)
		waiting[i] -= next.come[i]
		mayWait[i] += waiting[i]
	}
	return waiting, mayWait
}

// wanted is the work of a chain, done as soon as it may be.
func (x chain) wanted() allocation.Work {
	n := len(x.come)
	w := allocation.Work{Wanted: make([]int64, n), Waiting: make([]int64, n), MayWait: make([]int64, n)}
	var before int64
	for i := range n {
		w.Wanted[i], w.MayWait[i] = x.come[i]-before, x.come[i]-x.due[i]
		before = x.come[i]
	}
	return w
}

// taken is work that is done, or missed, of the first of all that comes.
type taken struct{ upTo, much int64 }

// remains is how much of the first of some work is left, up to points of it.
type remains struct {
	at, taken []int64 // points, and what is taken up to each
	least     []int64 // what is left up to each and all after it
}

// remains is what is left of the work of c by its works so far. Each takes the youngest it may: its
// teams of what has come, those who stand in of what is old enough for them.
func (p *planner) remains(s *allocation.Solver, c *class) remains {
	all := slices.Clone(c.placed.missed)
	for k, w := range c.placed.works {
		for i := range p.grid.N {
			t := taken{much: s.Done(w, i)}
			if k == 0 {
				t.upTo, _ = c.work.bounds(i)
				t.upTo *= p.allot.scale
			} else {
				t.upTo = p.olderThan(c, i, c.relax[k-1].after)
			}
			all = append(all, t)
		}
	}
	slices.SortFunc(all, func(a, b taken) int { return cmp.Compare(a.upTo, b.upTo) })
	out := remains{at: make([]int64, len(all)), taken: make([]int64, len(all)), least: make([]int64, len(all))}
	var sum int64
	for k, t := range all {
		sum += t.much
		out.at[k], out.taken[k] = t.upTo, sum
	}
	for k := len(all) - 1; k >= 0; k-- {
		out.least[k] = out.at[k] - out.taken[k]
		if k+1 < len(all) {
			out.least[k] = min(out.least[k], out.least[k+1])
		}
	}
	return out
}

// upTo is what is left of the first of the work.
func (x remains) upTo(at int64) int64 {
	k, _ := slices.BinarySearch(x.at, at+1) // the first point beyond
	left := at
	if k > 0 {
		left -= x.taken[k-1]
	}
	if k < len(x.at) {
		left = min(left, x.least[k])
	}
	return max(left, 0)
}

// beyond is what is left at the end of the plan that is neither due then nor older than after: all that
// is left counts as due there, but others have time for it.
func (p *planner) beyond(c *class, after sample.Span) int64 {
	n := p.grid.N
	all, due := c.work.done[n-1]*p.allot.scale, c.work.due[n-1]*p.allot.scale
	return max(all-max(due, p.olderThan(c, n-1, after))-c.placed.beyond, 0)
}

// olderThan is the work of c that is older than some time at the end of interval i. What comes within
// an interval comes evenly, what waits now came evenly over the age of the oldest.
func (p *planner) olderThan(c *class, i int, after sample.Span) int64 {
	come, _ := c.work.bounds(i)
	if after == 0 {
		return come * p.allot.scale
	}
	all := c.work.done[p.grid.N-1] * p.allot.scale
	t := p.end(i) - after
	if t <= 0 {
		waits := min(c.backlogWork()*p.allot.scale, all)
		if t <= -c.oldest {
			return 0
		}
		return sample.MulDiv(waits, int64(c.oldest+t), int64(c.oldest))
	}
	k := 0
	if t > p.first {
		k = min(1+int((t-p.first-1)/p.grid.Width), i)
	}
	from, earlier := sample.Span(0), c.backlogWork()
	if k > 0 {
		from, earlier = p.end(k-1), c.work.come[k-1]
	}
	more := max(c.work.come[k]-earlier, 0) * p.allot.scale
	return min(earlier*p.allot.scale+sample.MulDiv(more, int64(t-from), int64(p.end(k)-from)), all)
}
