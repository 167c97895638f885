package capacity

import (
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// maxPoints bounds the checkpoints of a curve. With more, neighbours are merged
// towards the earlier one, which asks for more rather than less.
const maxPoints = 48

// horizon is the times, in milliseconds from now, at which the rules change.
type horizon struct {
	// first is the next decision, and the first checkpoint.
	first int64
	// reach is the first time by which new replicas are asked to have done
	// anything: what is due before is late if the present ones cannot do it.
	reach int64
	// settle is when they are asked to have worked that off too, because everything
	// behind it waits.
	settle int64
}

// newHorizon leaves new replicas half a startup beyond the lead to reach, and a
// whole one to settle; less for a shorter deadline.
func newHorizon(pool *Pool, ds []demand) horizon {
	first := int64(max(pool.Interval, sample.Second))
	grace := int64(pool.Startup)
	for i := range ds {
		grace = min(grace, int64(ds[i].q.Deadline))
	}
	lead := int64(pool.Lead())
	return horizon{first: first, reach: lead + max(grace/2, first), settle: lead + max(grace, first)}
}

// grid is the checkpoints at which work due is compared with work done:
// milliseconds from now, ascending, the first > 0.
type grid struct {
	at []int64
}

// newGrid collects the times at which the work due, or what the supply does,
// changes its slope, in the memory of at.
func newGrid(at []int64, ds []demand, s supply, h horizon) grid {
	at = slices.Grow(at[:0], 3*len(ds)+len(s.starting)+8)
	at = append(at, h.first, h.reach, h.settle)
	for i := range ds {
		d := &ds[i]
		deadline := int64(d.q.Deadline)
		at = append(at, max(deadline-d.span, h.first), max(deadline, h.first), deadline+s.lead)
		if d.q.AgesKnown {
			for _, b := range d.q.Ages {
				at = append(at, max(deadline-int64(b.UpTo), h.first))
			}
		}
	}
	for _, t := range s.starting {
		at = append(at, max(t, h.first))
	}
	slices.Sort(at)
	return grid{at: thin(slices.Compact(at), h)}
}

// thin keeps at most about maxPoints of the sorted times, the first and those of
// the horizon among them.
func thin(at []int64, h horizon) []int64 {
	step := (len(at) + maxPoints - 1) / maxPoints
	if step <= 1 {
		return at
	}
	kept := at[:0]
	for i, t := range at {
		if i%step == 0 || t == h.reach || t == h.settle {
			kept = append(kept, t)
		}
	}
	return kept
}

// floor is the index of the last checkpoint not after t, and 0 before the first.
func (g *grid) floor(t int64) int {
	low, high := 0, len(g.at) // the first one after t is among these
	for low < high {
		if mid := (low + high) / 2; g.at[mid] <= t {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return max(low-1, 0)
}

// place is where a demand changes the slope of a curve: indexes of checkpoints.
type place struct {
	oldest, deadline, lead int // the deadline of the oldest item, that of one arriving now, and a lead later
}

// place finds them once for all curves of a plan.
func (g *grid) place(d *demand, lead int64) place {
	deadline := int64(d.q.Deadline)
	return place{oldest: g.floor(deadline - d.span), deadline: g.floor(deadline), lead: g.floor(deadline + lead)}
}

// curve is work due against time: due[i] is what must be done by grid.at[i].
type curve struct {
	g           grid
	jump, slope []int64
	due         []int64
}

// newCurve is an empty one, in the memory of room, which it returns as it is then.
func newCurve(g grid, room []int64) (curve, []int64) {
	n := len(g.at)
	room = zeros(room, 3*n)
	return curve{g: g, jump: room[:n:n], slope: room[n : 2*n : 2*n], due: room[2*n:]}, room
}

// add puts the work of one queue on the curve: its backlog by age against its
// deadline, then the arrivals to come, at the upper rate over a lead and at what is due
// from then on.
func (c *curve) add(d *demand) {
	deadline := int64(d.q.Deadline)
	if d.q.AgesKnown {
		for _, b := range d.q.Ages {
			i := c.g.floor(deadline - int64(b.UpTo))
			c.jump[i] = add(c.jump[i], times(b.Items, d.q.WorkPerItem))
		}
	}
	c.spread(d, deadline)
	c.slope[d.place.deadline] += d.upper
	c.slope[d.place.lead] -= d.upper - d.due
}

// spread puts the work whose ages are not known evenly between the time at which its
// oldest is due and the deadline; what is due before the first checkpoint is due at it.
func (c *curve) spread(d *demand, deadline int64) {
	work, from, to := d.older, deadline-d.span, deadline
	last := d.place.deadline
	if work == 0 || last == 0 || from >= to {
		c.jump[last] = add(c.jump[last], work)
		return
	}
	late := int64(0)
	if begin := c.g.at[0]; from < begin {
		late = part(work, begin-from, to-from)
	}
	first := d.place.oldest
	span := c.g.at[last] - c.g.at[first]
	c.jump[first] = add(c.jump[first], late)
	rest := work - late
	if span <= 0 {
		c.jump[last] = add(c.jump[last], rest)
		return
	}
	slope := min(part(rest, 1000, span), maxRate)
	c.slope[first] += slope
	c.slope[last] -= slope
	c.jump[last] = add(c.jump[last], max(rest-over(slope, span), 0))
}

// sum works out due from what was added.
func (c *curve) sum() {
	var work, slope, before int64
	for i, t := range c.g.at {
		work = add(add(work, over(slope, t-before)), c.jump[i])
		slope = max(slope+c.slope[i], 0)
		c.due[i], before = work, t
	}
}
