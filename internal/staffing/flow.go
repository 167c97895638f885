package staffing

import (
	"cmp"
	"math"
	"math/bits"
	"slices"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing/queueing"
)

// flow is work that may wait longer than one interval: what comes in, what is due, and when its
// people are there. Work is in person-milliseconds, time in milliseconds from now.
//
// The need is the smoothest use of these people that does no work before it comes and none after it
// is due (the taut string between the two curves), smooth in the people's time: a day's work of a
// team that sleeps at night is needed in the day. Beyond the horizon, the horizon repeats.
type flow struct {
	spans   []sample.Span  // what is left of the present interval, then whole ones
	loads   []sample.Milli // heads that arriving work takes, headroom included
	people  []sample.Milli // heads that could be given to it
	backlog int64          // work waiting
	oldest  sample.Span    // the backlog's ages are spread evenly up to this
	eras    []era          // the time to the deadline of what comes; that of the backlog is the first one's
	overdue sample.Span    // time in which to finish what is overdue
}

// era is from when on what comes has so much time. What came before it is done first, so that it is due
// at the latest when the first of it is.
type era struct{ from, within sample.Span }

// schedule is work over the intervals of the grid, each value a sum up to the end of its interval:
// what is due, what there is to do, and what is best done.
type schedule struct {
	due, come, done []int64
}

// need is the heads of each interval: the work of a stretch of the string, shared by the weights of
// its intervals.
func (f flow) need() []sample.Milli {
	heads, _ := f.plan()
	return heads
}

// plan is the need, and the work it is the need of.
func (f flow) plan() ([]sample.Milli, schedule) {
	weights := f.weights()
	c := f.curves(weights)
	n := len(f.spans)
	out := make([]sample.Milli, n)
	done := make([]int64, n)
	y := int64(0)
	for _, s := range c.taut() {
		for k := s.from; k < min(s.to, n); k++ {
			out[k] = sample.Milli((sample.MulDiv(s.work, 2*int64(sample.One)*weights[k], s.weight) + 1) / 2)
			done[k] = y + sample.MulDiv(s.work, c.x[k+1]-c.x[s.from], s.weight)
		}
		y += s.work
	}
	return out, schedule{due: c.low[1 : n+1], come: c.high[1 : n+1], done: done}
}

// join makes s the schedule that keeps the promises of both.
func (s *schedule) join(o schedule) {
	if s.done == nil {
		*s = o
		return
	}
	was, is := int64(0), int64(0) // what other was and s is done before
	sum := int64(0)
	for i := range s.done {
		s.due[i], s.come[i] = max(s.due[i], o.due[i]), max(s.come[i], o.come[i])
		more := max(s.done[i]-is, o.done[i]-was)
		is, was = s.done[i], o.done[i]
		sum = min(sum+more, s.come[i])
		s.done[i] = sum
	}
}

// fullWeight is the weight of the interval with the most people.
const fullWeight = 10_000_000

// weights are how much of people's time a moment of each interval is: in proportion to the people,
// and never nothing, so that work which cannot wait for them is needed while they are away.
func (f flow) weights() []int64 {
	most := max(slices.Max(f.people), 1)
	out := make([]int64, len(f.people))
	for k, p := range f.people {
		out[k] = sample.MulDiv(int64(p), fullWeight, int64(most)) + 1
	}
	return out
}

// curves are work available (high) and due (low) at points in people's time.
type curves struct {
	x, low, high []int64
}

// maxBeyond bounds the points after the horizon.
const maxBeyond = 60

func (f flow) curves(weights []int64) curves {
	n := len(f.spans)
	come := f.arrivals()
	period, weight := sample.Span(0), int64(0)
	var c curves
	c.add(0, 0, 0)
	for k := range n {
		period += f.spans[k]
		weight += weights[k] * int64(f.spans[k])
		c.add(weight, f.due(period, come), f.backlog+come.at(period))
	}
	longest := slices.MaxFunc(f.eras, func(a, b era) int { return cmp.Compare(a.within, b.within) }).within
	beyond := (longest+f.overdue)/period + 2
	step := (beyond-1)/maxBeyond + 1
	t, x := period, weight
	for k := sample.Span(0); k < beyond; k += step {
		t += step * period
		x += int64(step) * weight
		c.add(x, f.due(t, come), f.backlog+come.at(t))
	}
	// At the end, no more waits than now, and nothing that is due.
	last := len(c.x) - 1
	end := max(c.low[last], c.high[last]-f.backlog)
	c.low[last], c.high[last] = end, end
	return c
}

func (c *curves) add(x, low, high int64) {
	c.x, c.low, c.high = append(c.x, x), append(c.low, low), append(c.high, max(low, high))
}

// due is the work due by t: of the backlog, and of what comes.
func (f flow) due(t sample.Span, come arrivals) int64 {
	work, within := f.arrived(t, come), f.eras[0].within
	if t >= f.latest(0) {
		return work + f.backlog
	}
	if f.oldest <= within {
		first := within - f.oldest // when the oldest is due
		switch {
		case t < first:
			return work
		case t >= within:
			return work + f.backlog
		}
		return work + sample.MulDiv(f.backlog, int64(t-first), int64(f.oldest))
	}
	// Younger than the promise: due one by one. Older: due after the time to finish what is overdue.
	work += sample.MulDiv(f.backlog, int64(min(t, within)), int64(f.oldest))
	if t >= f.overdue {
		work += f.backlog - sample.MulDiv(f.backlog, int64(within), int64(f.oldest))
	}
	return work
}

// arrived is the work that came and is due by t, each in the time of its era; the last one goes on
// after the horizon.
func (f flow) arrived(t sample.Span, come arrivals) (work int64) {
	for k, e := range f.eras {
		until := t - e.within
		if t >= f.latest(k) {
			until = t
		}
		if k+1 < len(f.eras) {
			until = min(until, f.eras[k+1].from)
		}
		work += max(come.at(until)-come.at(e.from), 0)
	}
	return work
}

// latest is when all that came before the end of era k is due, because the first of a later one is.
func (f flow) latest(k int) sample.Span {
	out := 2 * maxTime
	for _, e := range f.eras[k+1:] {
		out = min(out, e.from+e.within)
	}
	return out
}

// arrivals is the cumulative work that comes, at the edges of the intervals, repeating.
type arrivals struct {
	at0  []sample.Span
	work []int64
}

func (f flow) arrivals() arrivals {
	a := arrivals{at0: []sample.Span{0}, work: []int64{0}}
	t, w := sample.Span(0), int64(0)
	for k, s := range f.spans {
		t += s
		w += sample.MulDiv(int64(f.loads[k]), int64(s), int64(sample.One))
		a.at0, a.work = append(a.at0, t), append(a.work, w)
	}
	return a
}

// at is the work that comes by t.
func (a arrivals) at(t sample.Span) int64 {
	if t <= 0 {
		return 0
	}
	last := len(a.at0) - 1
	period, all := a.at0[last], a.work[last]
	whole, rest := int64(t/period)*all, t%period
	// The first interval may be short, all others are equal.
	first := a.at0[1]
	k := 0
	if rest >= first && last > 1 {
		k = 1 + int((rest-first)/(a.at0[2]-first))
	}
	part := sample.MulDiv(a.work[k+1]-a.work[k], int64(rest-a.at0[k]), int64(a.at0[k+1]-a.at0[k]))
	return whole + a.work[k] + part
}

// stretch is a straight part of the string.
type stretch struct {
	from, to     int // intervals
	work, weight int64
}

// taut is the shortest way between the curves from the first point to the last.
func (c curves) taut() []stretch {
	var out []stretch
	at, y := 0, int64(0)
	for at < len(c.x)-1 {
		to, target := c.next(at, y)
		out = append(out, stretch{at, to, max(target-y, 0), c.x[to] - c.x[at]})
		at, y = to, max(target, y)
	}
	return out
}

// next is the point at which the string that leaves point at, y first bends, or the last one.
func (c curves) next(at int, y int64) (to int, target int64) {
	low, high := at+1, at+1 // the steepest lower and the flattest upper bound so far
	for k := at + 1; k < len(c.x); k++ {
		dx := c.x[k] - c.x[at]
		if k > at+1 && steeper(c.low[k]-y, dx, c.high[high]-y, c.x[high]-c.x[at]) {
			return high, c.high[high]
		}
		if k > at+1 && steeper(c.low[low]-y, c.x[low]-c.x[at], c.high[k]-y, dx) {
			return low, c.low[low]
		}
		if !steeper(c.low[low]-y, c.x[low]-c.x[at], c.low[k]-y, dx) {
			low = k
		}
		if !steeper(c.high[k]-y, dx, c.high[high]-y, c.x[high]-c.x[at]) {
			high = k
		}
	}
	last := len(c.x) - 1
	return last, c.high[last]
}

// steeper reports whether dy1/dx1 > dy2/dx2, exactly; dx are positive.
func steeper(dy1, dx1, dy2, dx2 int64) bool {
	if dy1 < 0 != (dy2 < 0) {
		return dy2 < 0
	}
	if dy1 < 0 {
		dy1, dx1, dy2, dx2 = -dy2, dx2, -dy1, dx1
	}
	h1, l1 := bits.Mul64(uint64(dy1), uint64(dx2))
	h2, l2 := bits.Mul64(uint64(dy2), uint64(dx1))
	return h1 > h2 || h1 == h2 && l1 > l2
}

// lead is the time from the clock start by which the work of p must be under way: a decision takes
// the handle time.
func (c *class) lead(p Promise) sample.Span {
	if p.Measure == Decided {
		return max(p.Within-c.handle, 1)
	}
	return p.Within
}

// window is the work of one promise's time in interval i, at most a day of it.
func (c *class) window(p Promise, i int) (w queueing.Window, length sample.Span) {
	length = min(c.lead(p), day)
	w = queueing.Window{
		Items: c.rates[i].Float() * seconds(length) / 3600, Handle: seconds(c.handleAt(i)), Spread: 1, Dispersion: 1,
		Error: share(DefaultForecastError), Quantile: queueing.Quantile(share(min(p.Percent, highestPercent))),
	}
	if c.in.Dispersion > 0 {
		w.Dispersion = c.in.Dispersion.Float()
	}
	if c.in.ForecastError > 0 {
		w.Error = share(c.in.ForecastError)
	}
	return w, length
}

// inflated is the heads that arrivals take in interval i: the load with the part pooled of its
// headroom, and at least the load at the occupancy people may be kept at.
func (c *class) inflated(p Promise, i int, pooled float64) sample.Milli {
	w, length := c.window(p, i)
	chance, forecast := w.Headroom()
	reserve := pooled * math.Hypot(chance, forecast) / seconds(length)
	load := c.load(i)
	heads := max(load+reserve, load/share(max(c.occupancy, 1)))
	return sample.Milli(min(math.Ceil(heads*1000-1e-6), maxLoad*1000))
}
