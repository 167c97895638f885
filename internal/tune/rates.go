package tune

import "math"

// halfLives of the averages in seconds, to scale, at least; with long deadlines a share
// of those.
var (
	halfLives  = [paces]float64{20, 40, 60}
	waitShares = [paces]float64{0.1, 1.0 / 6, 1.0 / 3}
)

const (
	// slower is how much slower the second average of a pace is.
	slower = 6
	// doubt is by how many standard deviations (of a Poisson stream) the fast average
	// must differ from the slow one to be believed.
	doubt = 2
	// leastNoise is the rate, in replicas, below which noise is not taken as less.
	leastNoise = 0.2

	steadyHalf = 90.0 // to scale
	waitHalf   = 3600.0
	dayHalf    = 43_200.0
)

// rates are averages of the work that arrives, in replicas.
type rates struct {
	fast, slow, now [paces]float64
	feature         [features]float64
	before          [features]float64 // a slot ago
	recent          [peakSlots]float64
	day             float64
	// wait is the deadline averaged over the work, in seconds.
	wait   float64
	peakOf int // slots that the peak is of
	// paced is what a slot moves the averages by, waiter that of the wait.
	paced  paced
	waiter move
	leaps  leaps
}

// spans are what averages are taken over: a slot in seconds, and by how much times are shorter than
// with a long lead.
type spans struct {
	slot, scale float64
	// lead is its slots, 0 for work that can wait for it: that has the time to look twice at a leap.
	lead int
	// most is the most replicas that there may be.
	most float64
}

// paced is by how much averages move in a slot, for its width, a scale and a wait.
type paced struct {
	slot, scale, wait float64
	half, fast, slow  [paces]float64
	noise             [paces]float64 // seconds that a fast average is worth
	steady, day       float64
}

// pace finds it anew where it is for others: powers take their time.
func (r *rates) pace(slot, scale float64) *paced {
	p := &r.paced
	if p.slot == slot && p.scale == scale && p.wait == r.wait {
		return p
	}
	if p.slot != slot || p.scale != scale {
		*p = paced{slot: slot, scale: scale, steady: 1 - fade(slot, steadyHalf*scale), day: 1 - fade(slot, dayHalf)}
	}
	p.wait = r.wait
	for i, half := range halfLives {
		if half = max(half*scale, r.wait*waitShares[i]); half != p.half[i] {
			p.half[i], p.fast[i], p.slow[i] = half, 1-fade(slot, half), 1-fade(slot, slower*half)
			p.noise[i] = 2 * half / math.Ln2
		}
	}
	return p
}

// move is by how much of the difference an average moves in a slot.
type move struct{ slot, half, by float64 }

// of is the share for a half-life: they seldom change, and powers take their time.
func (m *move) of(slot, half float64) float64 {
	if m.slot != slot || m.half != half {
		*m = move{slot, half, 1 - fade(slot, half)}
	}
	return m.by
}

// larger is max of numbers that are numbers: max minds others, and what is done many times
// a slot takes three times as long by it.
func larger(a, b float64) float64 {
	if a > b {
		return a
	}
	return b
}

// fold takes in the n-th slot. At first the averages are plain ones.
func (r *rates) fold(rate float64, in spans, n int64) {
	p, one := r.pace(in.slot, in.scale), 1/float64(n)
	if n > 1 && in.lead > 0 {
		leapt := r.leaps.see(rate, r.now[Brisk], r.day, in)
		for i := range paces {
			r.fast[i] = larger(r.fast[i], leapt)
		}
	}
	for i := range paces {
		r.fast[i] += larger(p.fast[i], one) * (rate - r.fast[i])
		r.slow[i] += larger(p.slow[i], one) * (rate - r.slow[i])
		r.now[i] = r.slow[i]
		if math.Abs(r.fast[i]-r.slow[i]) > doubt*math.Sqrt(larger(r.slow[i], leastNoise)/p.noise[i]) {
			r.now[i] = r.fast[i]
		}
	}
	r.before = r.feature
	r.feature[Quick] = r.now[Brisk]
	r.feature[Steady] += larger(p.steady, one) * (rate - r.feature[Steady])
	r.peak(n, max(int(peakSlots*in.scale), 1))
	r.day += larger(p.day, one) * (rate - r.day)
}

// peak takes in the rate now of the n-th slot, and finds the highest of the last so many:
// anew only when the one that was highest is no longer among them.
func (r *rates) peak(n int64, slots int) {
	at, top := int(n%peakSlots), &r.feature[Peak]
	gone, now := r.recent[(at+peakSlots-slots)%peakSlots], r.now[Brisk]
	r.recent[at] = now
	if slots == r.peakOf && (now >= *top || gone < *top) {
		*top = larger(*top, now)
		return
	}
	last := r.recent[max(at+1-slots, 0) : at+1]
	r.peakOf, *top = slots, max(highest(last), highest(r.recent[peakSlots-slots+len(last):]))
}

// highest is the most of what is not below 0; 0 for none.
func highest(values []float64) (most float64) {
	for _, x := range values {
		if x > most {
			most = x
		}
	}
	return most
}

// deadline takes in the deadline of a slot's work, averaged over it, in seconds.
func (r *rates) deadline(seconds, slot float64) {
	if r.wait == 0 {
		r.wait = seconds
		return
	}
	r.wait += r.waiter.of(slot, waitHalf) * (seconds - r.wait)
}
