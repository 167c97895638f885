package queueing

import "math"

// Workload is one queue to be staffed.
type Workload struct {
	Arrivals float64 // a second
	Handle   float64 // mean seconds
	Target   Target  // its Handle is taken from the workload
	// Patience is the mean time in seconds after which who waits gives up (Erlang A);
	// 0 is without end (Erlang C). Target is then a share of all who come: who gives up
	// has not been served in time.
	Patience float64
	// MaxOccupancy is the largest share of time spent working; 0 is no limit.
	MaxOccupancy float64
	// Shrinkage is the share of paid time not available, below 1.
	Shrinkage float64
}

// Staffing is what a number of servers makes of a Workload.
type Staffing struct {
	Raw          int     // servers at work
	Positions    int     // people to schedule: Raw/(1−shrinkage), rounded up
	ServiceLevel float64 // share kept of the target with Raw servers
	Occupancy    float64
	Wait         float64 // share that waits
	MeanWait     float64 // seconds, of all who come; +Inf where the queue grows without end
	Abandon      float64 // share that gives up
}

// Staff finds the servers for the target first, then for the occupancy, then the
// people to schedule for the shrinkage.
func Staff(w Workload) Staffing {
	target, occupancy := w.Needs()
	return w.With(max(target, occupancy))
}

// Needs are the least servers that keep the target, and that keep the occupancy. Of a
// target out of reach it is the least number beyond which more do not help.
func (w Workload) Needs() (target, occupancy int) {
	w.Target.Handle = w.Handle
	load := w.load()
	occupancy = AtOccupancy(load, w.MaxOccupancy)
	if !w.impatient() {
		return Heads(load, w.Handle, w.Target), occupancy
	}
	goal := w.Target.goal()
	target = least(w.enough(goal), func(n int) bool { return w.With(n).ServiceLevel >= goal })
	if occupancy > 0 {
		occupancy = least(occupancy, func(n int) bool { return w.With(n).Occupancy <= w.MaxOccupancy })
	}
	return target, occupancy
}

// load is the offered load in erlangs; 0 where arrivals or handle time have no meaning.
func (w Workload) load() float64 {
	if !(w.Arrivals > 0) || !(w.Handle > 0) {
		return 0
	}
	return w.Arrivals * w.Handle
}

// impatient says whether anybody comes who may give up.
func (w Workload) impatient() bool {
	return w.Patience > 0 && w.load() > 0 && w.load() <= largestLoad
}

// enough is a number of servers with which a share of goal does not wait at all, even
// if nobody gave up; as many keep the goal whatever the patience.
func (w Workload) enough(goal float64) int {
	return Heads(w.load(), w.Handle, Target{Percent: goal / w.Target.Reachable()})
}

// With is what n servers make of the workload.
func (w Workload) With(n int) Staffing {
	w.Target.Handle = w.Handle
	load := w.load()
	out := Staffing{Raw: n, Positions: n}
	if n <= 0 || !(load > 0) {
		return out
	}
	if w.Shrinkage > 0 && w.Shrinkage < 1 {
		out.Positions = ceil(float64(n) / (1 - w.Shrinkage))
	}
	if w.impatient() {
		w.withPatience(&out)
		return out
	}
	d := DelayOf(n, load, w.Handle)
	out.ServiceLevel, out.Wait, out.MeanWait = w.Target.Kept(d), d.Wait, d.MeanWait()
	out.Occupancy = min(load/float64(n), 1)
	return out
}

func (w Workload) withPatience(out *Staffing) {
	s := ErlangA(out.Raw, w.Arrivals, 1/w.Handle, 1/w.Patience)
	out.Occupancy, out.Wait, out.Abandon = s.Occupied, s.Wait, s.Abandon
	out.MeanWait = s.Queue / w.Arrivals
	if w.Target.Decided {
		out.ServiceLevel = s.DecidedWithin(w.Target.Within)
	} else {
		out.ServiceLevel = s.ServedWithin(w.Target.Within)
	}
}

// least is the least n for which kept holds, given one for which it does, and that it
// holds for all above. It looks near that one first: few servers for much work make
// long queues, which take long to add up.
func least(n int, kept func(n int) bool) int {
	over := 0 // too few
	for step := 1; n-step > over; step *= 2 {
		if !kept(n - step) {
			over = n - step
			break
		}
		n -= step
	}
	for n-over > 1 {
		if middle := over + (n-over)/2; kept(middle) {
			n = middle
		} else {
			over = middle
		}
	}
	return n
}

// AtOccupancy is the least number of servers that a load of a erlangs keeps busy
// no more than the share most of their time; 0 when most is no limit.
func AtOccupancy(a, most float64) int {
	if !(a > 0) || !(most > 0) || most >= 1 {
		return 0
	}
	return ceil(a / most)
}

// ceil rounds up, forgiving the last bits of a division: 8.5/0.85 is 10.
func ceil(x float64) int { return int(math.Ceil(x - 1e-12*max(1, x))) }

// Window is the work of one class that falls due in a window of time.
type Window struct {
	Items      float64 // expected in the window
	Handle     float64 // mean seconds
	Spread     float64 // squared coefficient of variation of the handle time
	Dispersion float64 // index of dispersion of arrivals in the window
	Error      float64 // relative error of the forecast of Items
	Quantile   float64 // standard normal quantile to be covered
}

// Headroom is the work, in seconds, to keep in reserve above the expected:
// z·√(λw·h²(1+cv²)·IoD + (ελwh)²), apart as its two terms, chance and forecast.
func (w Window) Headroom() (chance, forecast float64) {
	if !(w.Items > 0) || !(w.Handle > 0) {
		return 0, 0
	}
	chance = w.Quantile * w.Handle * math.Sqrt(w.Items*(1+w.Spread)*w.Dispersion)
	return chance, w.Quantile * w.Error * w.Items * w.Handle
}

// Pooled is the share of their own headrooms that classes served by the same
// people need together: chance adds as squares, errors of forecast in full.
func Pooled(windows []Window) float64 {
	var squares, errors, alone float64
	for _, w := range windows {
		c, f := w.Headroom()
		squares += c * c
		errors += f
		alone += math.Hypot(c, f)
	}
	if !(alone > 0) || math.IsInf(alone, 1) {
		return 1
	}
	return min(math.Hypot(math.Sqrt(squares), errors)/alone, 1)
}

// AtLeast is x rounded up to whole servers, forgiving the last bits.
func AtLeast(x float64) int { return ceil(x) }
