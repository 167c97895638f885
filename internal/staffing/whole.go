package staffing

import (
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing/allocation"
)

// Whole is the work of a plan over all of its horizon, who may do it and by when, and what the plan
// makes of it: what a linear program needs to say how much less could be late. Time is in parts of
// which Hour are a person-hour.
type Whole struct {
	Hour   int64
	Heads  [][]int64 // by team and interval
	Limits []allocation.Limit
	// Batches are the classes by importance.
	Batches [][]WholeWork
	// Late is what the plan has late of each batch, what others have time for after its end included,
	// Required all that it requires, Relaxed what those who stand in do.
	Late              []int64
	Required, Relaxed int64
}

// WholeWork is the work of a class.
type WholeWork struct {
	// Edges are its teams, and then those that each step of relaxation adds.
	Edges [][]allocation.Edge
	// Now is work that has to be done in its interval, Open how many steps may take it there.
	Now  []int64
	Open []int
	// Come and Due are sums up to the end of each interval of work that may wait, in the order in which
	// it comes; Old are what of it is old enough for each step. Empty where none may wait.
	Come, Due []int64
	Old       [][]int64
}

// WholeOf makes a plan, and tells its work. Tests and the laboratory call it; Plan does not.
func WholeOf(in Input) Whole {
	p := required(in)
	p.allot.limits = nil // capacity notes them anew
	heads, limits := p.capacity()
	out := Whole{Hour: p.allot.scale * int64(sample.Hour), Heads: heads, Limits: limits}
	p.byLevel(func(from, to int) {
		var batch []WholeWork
		var late int64
		for k := from; k < to; k++ {
			c := p.classes[k]
			batch = append(batch, p.whole(c))
			late, out.Required = late+c.placed.beyond, out.Required+c.placed.beyond
			for i := range p.grid.N {
				late += c.placed.late[i]
				out.Required += c.placed.late[i] + c.placed.given[i]
				out.Relaxed += p.standIn(c, i)
			}
		}
		out.Batches, out.Late = append(out.Batches, batch), append(out.Late, late)
	})
	return out
}

// standIn is the time that others than its teams give to c in interval i.
func (p *planner) standIn(c *class, i int) (sum int64) {
	for _, w := range c.placed.works {
		for e := len(c.teams); e < len(c.workers); e++ {
			sum += p.allot.solver.By(w, i, e)
		}
	}
	return sum
}

func (p *planner) whole(c *class) WholeWork {
	n := p.grid.N
	out := WholeWork{Edges: [][]allocation.Edge{p.edges(c, c.teams)}, Now: make([]int64, n), Open: make([]int, n)}
	for k := range c.relax {
		out.Edges = append(out.Edges, p.edges(c, c.relax[k].teams))
	}
	if c.work.done == nil || c.flow != nil {
		out.Now = p.immediate(c)
	}
	for i := range out.Open {
		out.Open[i] = p.open(c, i)
	}
	if c.work.done == nil {
		return out
	}
	all := p.chainOf(c)
	out.Come, out.Due = all.come, all.due
	for _, s := range c.relax {
		old := make([]int64, n)
		for i := range old {
			old[i] = min(p.olderThan(c, i, s.after), out.Come[i])
		}
		out.Old = append(out.Old, old)
	}
	return out
}

// immediate is what a class requires in each interval and cannot wait.
func (p *planner) immediate(c *class) []int64 {
	out := make([]int64, p.grid.N)
	for w, k := range p.allot.works {
		if p.classes[k] != c || c.work.done != nil && w == c.placed.works[0] {
			continue
		}
		for i := range out {
			out[i] += p.allot.solver.Done(w, i) + p.allot.solver.UndoneAt(w, i)
		}
	}
	return out
}
