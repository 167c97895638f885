package forecast

import (
	"math"
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// Time scales. Bins are folded into slots of a sixth of the window, 1 to 5 s.
const (
	maxWindow   = 10 * sample.Minute
	maxSlot     = 5 * sample.Second
	minSlot     = sample.Second
	windowSlots = 6
	maxGap      = 10 * sample.Minute // older than that, what was seen is no longer warm
	maxBin      = 24 * sample.Hour
	fineBin     = 10 * sample.Second
)

// halfLives of the exponential averages, in seconds.
var halfLives = [...]float64{10, 30, 60, 120, 300, 600}

// horizons for which errors and quantiles are tracked; a question is answered
// by the next longer one.
var horizons = [...]sample.Span{
	15 * sample.Second, 30 * sample.Second, sample.Minute, 2 * sample.Minute, 5 * sample.Minute, 15 * sample.Minute,
}

// taus are the probabilities whose quantiles are tracked.
var taus = [...]float64{0.9, 0.95, 0.99, 0.995, 0.999}

const (
	levelCount = len(halfLives)
	overlap    = 4 // forecasts under way for each horizon
)

// State is what is known of one stream of arrivals. It is a value: Advance
// never changes the one it is given. The zero State is ready for use with a
// window of 30 s.
type State struct {
	// Window is the span over which Upper's rate is averaged: the deadline of
	// the queue, at most 10 min.
	Window sample.Span `json:"window"`
	// Until is the end of what was folded in; 0 at first.
	Until sample.Instant `json:"until"`
	// Open is the slot being filled.
	Open openSlot `json:"open"`
	// Recent are the items of the last slots without a gap, at most a window's.
	Recent []float64 `json:"recent,omitempty"`
	// Slots is how many slots the levels have seen.
	Slots int64 `json:"slots"`
	// Levels are the exponential averages of the rate, items per second.
	Levels [levelCount]float64 `json:"levels"`
	// Dispersion is variance over mean of the items of a window, trend removed; 1
	// for a Poisson stream.
	Dispersion float64 `json:"dispersion"`
	// Before is the items of the window before, Into the slots since.
	Before float64 `json:"before"`
	Into   int     `json:"into"`
	// Ladder is what was learned for each horizon.
	Ladder [len(horizons)]rung `json:"ladder"`
}

type openSlot struct {
	At      sample.Instant `json:"at"`
	Covered sample.Span    `json:"covered"`
	Items   float64        `json:"items"`
}

// rung is what was learned for one horizon.
type rung struct {
	// Errors are mean squared errors of each level as the rate over the horizon.
	Errors [levelCount]float64 `json:"errors"`
	// Quantiles of the normalised peak, one for each tau, ascending.
	Quantiles [len(taus)]float64 `json:"quantiles"`
	// Spread is the mean size of the normalised peak: the step of the tracker.
	Spread float64 `json:"spread"`
	Scored int64   `json:"scored"`
	// Pending are the forecasts under way, oldest first.
	Pending []pending `json:"pending,omitempty"`
}

// pending is a forecast waiting to be scored.
type pending struct {
	At        sample.Instant      `json:"at"`
	Levels    [levelCount]float64 `json:"levels"`
	Quantiles [len(taus)]float64  `json:"quantiles"`
	Anchor    float64             `json:"anchor"`
	Scale     float64             `json:"scale"`
	Peak      float64             `json:"peak"`
	Items     float64             `json:"items"`
}

// New is the state of a stream nothing is known of. Window is the deadline of
// its items; it is brought within 1 s and 10 min.
func New(window sample.Span) State {
	return State{Window: window}.ready()
}

// ready is s with what a zero State leaves open.
func (s State) ready() State {
	if s.Window <= 0 {
		s.Window = 30 * sample.Second
	}
	s.Window = min(max(s.Window, minSlot), maxWindow)
	if s.Dispersion <= 0 {
		s.Dispersion = 1
		for i := range s.Ladder {
			s.Ladder[i].prime(horizons[i], s.Window)
		}
	}
	return s
}

// prime sets the quantiles that a Poisson stream would have, its windows within
// the horizon taken as independent.
func (r *rung) prime(horizon, window sample.Span) {
	windows := max(1, float64(horizon)/float64(window))
	for i, tau := range taus {
		r.Quantiles[i] = math.Sqrt2 * math.Erfinv(2*math.Pow(tau, 1/windows)-1)
	}
	r.Spread = 1
}

// clone is s with slices of its own.
func (s State) clone() State {
	s.Recent = slices.Clone(s.Recent)
	for i := range s.Ladder {
		s.Ladder[i].Pending = slices.Clone(s.Ladder[i].Pending)
	}
	return s
}

func (s *State) slot() sample.Span {
	return min(max(s.Window/windowSlots, minSlot), maxSlot)
}
