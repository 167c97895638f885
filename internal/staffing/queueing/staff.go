package queueing

import "math"

// Workload is one queue to be staffed.
type Workload struct {
	Arrivals float64 // a second
	Handle   float64 // mean seconds
	Target   Target  // its Handle is taken from the workload
	// MaxOccupancy is the largest share of time spent working; 0 is no limit.
	MaxOccupancy float64
	// Shrinkage is the share of paid time not available, below 1.
	Shrinkage float64
}

// Staffing is the answer for a Workload.
type Staffing struct {
	Raw          int     // servers at work
	Positions    int     // people to schedule: Raw/(1−shrinkage), rounded up
	ServiceLevel float64 // share kept of the target with Raw servers
	Occupancy    float64
	Wait         float64 // share that waits
	MeanWait     float64 // seconds
	Reachable    float64 // share that any number of servers can keep
}

// Staff finds the servers for the target first, then for the occupancy, then the
// people to schedule for the shrinkage.
func Staff(w Workload) Staffing {
	w.Target.Handle = w.Handle
	load := w.Arrivals * w.Handle
	n := max(Heads(load, w.Handle, w.Target), AtOccupancy(load, w.MaxOccupancy))
	d := DelayOf(n, load, w.Handle)
	out := Staffing{Raw: n, Positions: n, Reachable: w.Target.Reachable()}
	if n == 0 {
		return out
	}
	out.ServiceLevel, out.Wait, out.MeanWait = w.Target.Kept(d), d.Wait, d.MeanWait()
	out.Occupancy = load / float64(n)
	if w.Shrinkage > 0 && w.Shrinkage < 1 {
		out.Positions = ceil(float64(n) / (1 - w.Shrinkage))
	}
	return out
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
func ceil(x float64) int { return int(math.Ceil(x - 1e-9*max(1, x))) }

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
	if !(alone > 0) {
		return 1
	}
	return min(math.Hypot(math.Sqrt(squares), errors)/alone, 1)
}

// AtLeast is x rounded up to whole servers, forgiving the last bits.
func AtLeast(x float64) int { return ceil(x) }
