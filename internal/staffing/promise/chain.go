package promise

import "math"

// chain is the distribution of how many items a pool has, in hand and waiting: a walk over
// a grid that is fine where people are and coarse where queues are long. With steps of one
// it is the birth and death process of an M/M/n queue; above n people its variance is that
// of the work that comes and is done, and with long steps it is a diffusion with that.
type chain struct {
	at, p    []float64
	up, down []float64 // rates an hour to the next and the last cell
	pivot    []float64 // of the solution: one over each
	top      int       // cells above hold nothing
}

// reach is how many empty cells are kept above those that hold something: more than are
// filled in a step.
const reach = 32

// flow is what happens to a pool: items an hour come while somebody is free, and while
// nobody is, with a dispersion; each of n people does rate items an hour, of a spread.
type flow struct{ in, full, dispersion, n, rate, spread float64 }

// newChain has room for most people and a queue of up to far items, and begins with some.
func newChain(most, far, begin float64) *chain {
	c := &chain{}
	step := max(1, math.Sqrt(most)/4, most/2000)
	for x := 0.0; x < far || len(c.at) < 3; x += step {
		if x > most+8*step {
			step *= 1.15
		}
		c.at = append(c.at, x)
	}
	n := len(c.at)
	c.p, c.up, c.down, c.pivot = make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	first := 0
	for first+1 < n && c.at[first+1] <= begin {
		first++
	}
	c.p[first] = 1
	c.top = min(first+reach, n-1)
	return c
}

// set takes a flow: rates to both sides that have its drift and variance, and where the grid
// is too coarse for the variance, its drift.
func (c *chain) set(f flow) {
	last := c.top
	for i, x := range c.at[:last+1] {
		in, out := f.in, f.rate*min(x, f.n)
		variance := in*f.dispersion + out
		if x >= f.n {
			in = f.full
			variance = f.in*f.dispersion + out*f.spread
		}
		right, left := c.at[min(i+1, last)]-x, x-c.at[max(i-1, 0)]
		drift := in - out
		switch i {
		case 0:
			c.up[i], c.down[i] = in/right, 0
		case last:
			c.up[i], c.down[i] = 0, max(-drift, 0)/left
		default:
			c.up[i] = (variance + drift*left) / (right * (right + left))
			c.down[i] = (variance - drift*right) / (left * (right + left))
			if c.up[i] < 0 || c.down[i] < 0 {
				c.up[i], c.down[i] = max(drift, 0)/right, max(-drift, 0)/left
			}
		}
	}
}

// step moves on by some hours: backward Euler, which is stable however long they are.
func (c *chain) step(hours float64) {
	p, pivot := c.p[:c.top+1], c.pivot
	for i := range p {
		d := 1 + hours*(c.up[i]+c.down[i])
		if i > 0 {
			low := hours * c.up[i-1] * pivot[i-1]
			d -= low * hours * c.down[i]
			p[i] += low * p[i-1]
		}
		pivot[i] = 1 / d
	}
	for i := len(p) - 1; i >= 0; i-- {
		if i+1 < len(p) {
			p[i] += hours * c.down[i+1] * p[i+1]
		}
		p[i] *= pivot[i]
	}
}

// trim forgets cells that hold nothing, and makes room above those that do.
func (c *chain) trim() {
	for c.top > 0 && c.p[c.top] < 1e-13 {
		c.p[c.top] = 0
		c.top--
	}
	c.top = min(c.top+reach, len(c.p)-1)
}
