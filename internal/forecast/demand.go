package forecast

import (
	"math"

	"github.com/modcap/modcap/internal/sample"
)

// warmScores is how many forecasts must have been scored before a quantile
// counts as learned: two horizons.
const warmScores = 2 * overlap

// quickLevels is how many of the levels can call a jump: those of up to a minute.
const quickLevels = 3

// Demand is the rate to expect from now over the horizon, and the highest rate
// over a window that it brings with probability target; and what of it the season
// and events foresee. Targets from 90 % to 99.9 % are told apart. A state that has
// seen nothing gives zeros, not warm.
func (s *State) Demand(now sample.Instant, horizon sample.Span, target sample.PPM, events ...Event) Quantiles {
	horizon = min(max(horizon, 0), maxBin)
	if s.Slots == 0 {
		return Quantiles{}
	}
	r := &s.Ladder[rungOf(horizon)]
	anchor := s.anchor(r, s.blend(r), s.quick())
	upper := anchor + max(r.quantile(target), 0)*s.scale(anchor)
	out := Quantiles{Basis: Level, Warm: r.Scored >= warmScores && now.Since(s.Until) <= maxGap}
	until := now.Add(max(horizon, sample.Second))
	events = near(events, now.Add(-hold), until)
	out.Foreseen = milli(s.foreseen(anchor, now, until, events))
	switch m := s.Far[0].Mode; {
	case len(events) > 0:
		out.Basis = Events
		anchor *= meanFactor(events, now, until)
		upper *= peakFactor(events, now, until)
	case r.Naive && out.Foreseen == 0:
		out.Basis = Naive
	case m == daily || m == weekly:
		out.Basis = m.basis()
	}
	out.Mean = milli(anchor)
	out.Upper = max(out.Mean, milli(upper))
	return out
}

// milli is a rate in thousandths, within 0 and MaxMilli.
func milli(rate float64) sample.Milli {
	if rate <= 0 || math.IsNaN(rate) {
		return 0
	}
	m, ok := sample.FromFloat(rate)
	if !ok {
		return sample.MaxMilli
	}
	return m
}

// blend is the mean of the levels, each by the inverse square of its recent
// mean squared error at this horizon.
func (s *State) blend(r *rung) float64 {
	if r.Scored == 0 {
		return s.Levels[0]
	}
	least := math.Inf(1)
	for i := range r.Errors {
		if e := r.Errors[i]; e < least {
			least = e
		}
	}
	var sum, weights float64
	for i := range s.Levels {
		ratio := (least + 1e-9) / (r.Errors[i] + 1e-9)
		sum += ratio * ratio * s.Levels[i]
		weights += ratio * ratio
	}
	return sum / weights
}

// anchor is the rate now: the blend, or the last rate while that has done better, or
// a faster level where that is higher by more than its noise, so that a jump shows at
// once.
func (s *State) anchor(r *rung, blended, quick float64) float64 {
	if r.Naive {
		return max(s.Levels[naiveLevel], quick)
	}
	return max(blended, quick)
}

// quickWorth is how many seconds averages of the quick half-lives are worth.
var quickWorth = func() (out [quickLevels]float64) {
	for i := range out {
		out[i] = 2 * halfLives[i] / math.Ln2
	}
	return out
}()

// quick is the highest of the fast levels, each less its own noise (three deviations).
func (s *State) quick() float64 {
	most := math.Inf(-1)
	for i, worth := range &quickWorth {
		level := s.Levels[i]
		if quick := level - 3*math.Sqrt(s.Dispersion*level/worth); quick > most {
			most = quick
		}
	}
	return most
}

// scale is the standard deviation of a window's mean rate around the anchor.
func (s *State) scale(anchor float64) float64 {
	window := float64(s.Window) / 1000
	return math.Sqrt(s.Dispersion * (anchor + 1/window) / window)
}

// quantile interpolates between the tracked probabilities.
func (r *rung) quantile(target sample.PPM) float64 {
	share := 1 - float64(target)/float64(sample.AllPPM)
	return between(taus[:], r.Quantiles[:], share)
}

// between is the value at which share is left out, of values at ascending
// probabilities: interpolated evenly in the logarithm of the share, and the nearest
// beyond either end.
func between(taus, values []float64, share float64) float64 {
	last := len(taus) - 1
	if share <= 1-taus[last] {
		return values[last]
	}
	for i := 1; i <= last; i++ {
		low, high := 1-taus[i-1], 1-taus[i]
		if share >= low {
			return values[i-1]
		}
		if share >= high {
			f := 1.0 // as for the promises that most make
			if share > high {
				f = math.Log(share/low) / math.Log(high/low)
			}
			return values[i-1] + f*(values[i]-values[i-1])
		}
	}
	return values[last]
}
