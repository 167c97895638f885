package forecast

import (
	"math"

	"github.com/modcap/modcap/internal/sample"
)

// Time scales. Bins are folded into slots of a sixth of the window, 1 to 5 s.
const (
	maxWindow   = 10 * sample.Minute
	maxSlot     = 5 * sample.Second
	minSlot     = sample.Second
	windowSlots = 6
	mostSlots   = int(maxWindow / maxSlot)
	maxGap      = 10 * sample.Minute // older than that, what was seen is no longer warm
	maxBin      = 24 * sample.Hour
	fineBin     = 10 * sample.Second
)

// halfLives of the exponential averages, in seconds.
var halfLives = [...]float64{10, 30, 60, 120, 300, 600}

// naiveLevel is the average that stands for the last rate: of half a minute.
const naiveLevel = 1

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

// State is what is known of one stream of arrivals: a plain value of fixed size, so
// that assignment copies it. The zero State is ready for use with a window of 30 s.
type State struct {
	// Window is the span over which Upper's rate is averaged: the deadline of
	// the queue, at most 10 min.
	Window sample.Span `json:"window"`
	// Until is the end of what was folded in; 0 at first.
	Until sample.Instant `json:"until"`
	// Open is the slot being filled.
	Open openSlot `json:"open"`
	// Recent are the items of the last slots without a gap, at most a window's: Kept
	// of them, in a ring of which Next is written next.
	Recent [mostSlots]float32 `json:"recent"`
	Kept   int                `json:"kept"`
	Next   int                `json:"next"`
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
	// Ladder is what was learned for each horizon: of those of Only, where it names any.
	Ladder [len(horizons)]rung `json:"ladder"`
	Only   rungs               `json:"only,omitempty"`
	// Season is the times of day and week, Far the hours ahead.
	Season season              `json:"season"`
	Far    [len(spans)]stretch `json:"far"`
}

// rungs are some of the ladder, by bits; none stands for all.
type rungs uint8

func (r rungs) has(i int) bool { return r == 0 || r>>i&1 != 0 }

// rungOf is the rung that answers for a horizon.
func rungOf(horizon sample.Span) int {
	for i, h := range horizons {
		if horizon <= h {
			return i
		}
	}
	return len(horizons) - 1
}

type openSlot struct {
	At      sample.Instant `json:"at"`
	Covered sample.Span    `json:"covered"`
	Items   float64        `json:"items"`
}

// rung is what was learned for one horizon.
type rung struct {
	// Errors are mean squared errors of each level as the rate over the horizon,
	// Blended that of what was forecast.
	Errors  [levelCount]float64
	Blended float64
	// Naive is true while the last rate has been a better forecast than the blend.
	Naive bool
	// Quantiles of the normalised peak, one for each tau, ascending.
	Quantiles [len(taus)]float64
	// Spread is the mean size of the normalised peak: the step of the tracker.
	Spread float64
	Scored int64
	// Pending are the forecasts under way, oldest first: the first Waiting of them.
	Pending [overlap]pending
	Waiting int32
}

// pending is a forecast waiting to be scored. It holds what was forecast, and what
// came since.
type pending struct {
	At        sample.Instant
	Levels    [levelCount]float32
	Quantiles [len(taus)]float32
	Blended   float32
	Anchor    float32
	Scale     float32
	Peak      float32
	Items     float64
}

// New is the state of a stream nothing is known of. Window is the deadline of
// its items; it is brought within 1 s and 10 min.
func New(window sample.Span) State {
	s := State{Window: window}
	s.ready()
	return s
}

// For says that Demand will be asked for this horizon only (Ahead is always answered), so
// that nothing is learned for others: most of the work is for the shortest horizons, of
// which who simulates days of one pool asks none. It is said before anything is folded in.
func (s *State) For(horizon sample.Span) {
	s.ready()
	s.Only = 1<<rungOf(horizon) | 1<<(len(horizons)-1)
}

// Rewindow is s for another window: what was learned of peaks over the old one is
// forgotten, levels and seasons stay.
func (s *State) Rewindow(window sample.Span) State {
	out := New(window)
	out.Only, out.Until, out.Slots, out.Levels = s.Only, s.Until, s.Slots, s.Levels
	if s.Slots > 0 {
		out.Season, out.Far = s.Season, s.Far
	}
	return out
}

// ready fills in what a zero State leaves open.
func (s *State) ready() {
	if s.Dispersion > 0 {
		return
	}
	if s.Window <= 0 {
		s.Window = 30 * sample.Second
	}
	s.Window = min(max(s.Window, minSlot), maxWindow)
	s.Dispersion = 1
	for i := range s.Ladder {
		s.Ladder[i].prime(horizons[i], s.Window)
	}
	s.Season.forget()
	for i := range s.Far {
		s.Far[i].prime(spans[i].quarters, spans[i].doubt)
	}
}

// prime sets the quantiles that a Poisson stream would have, its windows within
// the horizon taken as independent.
func (r *rung) prime(horizon, window sample.Span) {
	windows := max(1, float64(horizon)/float64(window))
	for i, tau := range taus {
		r.Quantiles[i] = normal(math.Pow(tau, 1/windows))
	}
	r.Spread = 1
}

// normal is a quantile of the standard normal distribution.
func normal(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }

func (s *State) slot() sample.Span {
	return min(max(s.Window/windowSlots, minSlot), maxSlot)
}
