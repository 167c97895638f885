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
	wait float64
}

// fold takes in the n-th slot, with times to a scale. At first the averages are plain
// ones.
func (r *rates) fold(rate, slot, scale float64, n int64) {
	one := 1 / float64(n)
	for i, half := range halfLives {
		half = max(half*scale, r.wait*waitShares[i])
		r.fast[i] += max(1-fade(slot, half), one) * (rate - r.fast[i])
		r.slow[i] += max(1-fade(slot, slower*half), one) * (rate - r.slow[i])
		r.now[i] = r.slow[i]
		seconds := 2 * half / math.Ln2 // that the fast average is worth
		if math.Abs(r.fast[i]-r.slow[i]) > doubt*math.Sqrt(max(r.slow[i], leastNoise)/seconds) {
			r.now[i] = r.fast[i]
		}
	}
	r.before = r.feature
	r.feature[Quick] = r.now[Brisk]
	r.feature[Steady] += max(1-fade(slot, steadyHalf*scale), one) * (rate - r.feature[Steady])
	r.recent[n%peakSlots] = r.now[Brisk]
	r.feature[Peak] = 0
	for i := range max(int64(peakSlots*scale), 1) {
		r.feature[Peak] = max(r.feature[Peak], r.recent[(n+peakSlots-i)%peakSlots])
	}
	r.day += max(1-fade(slot, dayHalf), one) * (rate - r.day)
}

// deadline takes in the deadline of a slot's work, averaged over it, in seconds.
func (r *rates) deadline(seconds, slot float64) {
	if r.wait == 0 {
		r.wait = seconds
		return
	}
	r.wait += (1 - fade(slot, waitHalf)) * (seconds - r.wait)
}
