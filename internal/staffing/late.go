package staffing

import "github.com/modcap/modcap/internal/sample"

// placeLate sets the gaps of c so that they sum up to what is late: people are missed where they
// could do work that waits, whichever it be, since who does the older work sooner frees others for
// the younger; and by the time at which something falls due that is late.
func (p *planner) placeLate(c *class, gone []int64) {
	n := len(gone)
	f := flow{people: c.people}
	weights := f.weights()
	p.comeLate(c, gone)
	more := make([]int64, n) // what could be done besides what is, up to the end of each interval
	var given int64
	for i := range more {
		come, _ := p.bounds(c, i)
		given += c.placed.given[i]
		more[i] = come - given
	}
	for i := n - 2; i >= 0; i-- {
		more[i] = min(more[i], more[i+1])
	}
	var cv curves
	cv.add(0, 0, 0)
	var x, late int64
	for i := range more {
		x += weights[i] * int64(p.span(i))
		late += p.lateAt(c, gone, i)
		cv.add(x, late, more[i])
	}
	// At the end nothing is done but what is late.
	cv.high[n] = late
	for _, s := range cv.taut() {
		upTo := func(k int) int64 { return sample.MulDiv(s.work, cv.x[k]-cv.x[s.from], s.weight) }
		for k := s.from; k < s.to; k++ {
			c.placed.gap[k] += p.nearest(upTo(k+1)-upTo(k), k)
		}
	}
}

// comeLate notes what is going to be late and has come up to the end of each interval.
func (p *planner) comeLate(c *class, gone []int64) {
	var come int64
	next := 0 // the first interval whose late work has not all come
	for i := range gone {
		here, _ := p.bounds(c, i)
		for next < len(gone) && gone[next]+p.lateAt(c, gone, next) <= here {
			come += p.lateAt(c, gone, next)
			next++
		}
		part := int64(0)
		if next < len(gone) {
			part = max(here-gone[next], 0)
		}
		c.placed.comeLate[i] += come + part
	}
}

// lateAt is the work of c that falls due at the end of interval i and is late.
func (p *planner) lateAt(c *class, gone []int64, i int) int64 {
	_, due := p.bounds(c, i)
	return max(due-gone[i], 0)
}

// bounds are those of the work of c in parts, less what is left to others after the end of the plan.
func (p *planner) bounds(c *class, i int) (come, due int64) {
	come, due = c.work.bounds(i)
	most := c.work.done[p.grid.N-1]*p.allot.scale - c.placed.beyond
	return min(come*p.allot.scale, most), min(due*p.allot.scale, most)
}
