package traffic

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/modcap/modcap/internal/draw"
)

// Source gives counts of arrivals.
type Source interface {
	// Next is the number of items that arrive in the next second, 0 or more.
	Next() int64
}

// Published magnitudes; the package comment names the data sets.
const (
	// DailyPeak is the peak hour of a day over its mean.
	DailyPeak = 1.7
	// EventPeak is the peak hour of a scheduled event over the mean.
	EventPeak = 6.1
	// SurgePeak is the peak hour of a social surge over the mean.
	SurgePeak = 8.0
	// ChatDispersion is variance over mean of live chat messages a second.
	ChatDispersion = 1.5
	// WebDispersion is variance over mean of web requests a minute, trend removed.
	WebDispersion = 3.5
)

// Profile declares generated traffic. Times are those of the run, so a day may be
// minutes long.
type Profile struct {
	// Mean is items a second over a whole day, surges left out; above 0.
	Mean float64
	// Day is the length of a day; 24h if 0.
	Day time.Duration
	// DailyPeak is the highest rate of the daily curve over its mean, from 1 (no
	// curve) to 2; DailyPeak if 0.
	DailyPeak float64
	// PeakAt is when in the day the daily curve is highest.
	PeakAt time.Duration
	// Dispersion is variance over mean of the counts a second; 1 (Poisson) if 0.
	Dispersion float64
	// Opening is the time over which traffic rises from nothing at the start.
	Opening time.Duration
	// Surges come on top of the daily curve.
	Surges []Surge
}

// Surge is a passing rise: linear over Rise, level over Hold, then halving every
// HalfLife.
type Surge struct {
	// At is the start of the rise.
	At time.Duration
	// Rise, Hold and HalfLife shape it. HalfLife 0 ends it at once.
	Rise, Hold, HalfLife time.Duration
	// Peak is the highest rate over Mean that the surge adds; above 0.
	Peak float64
}

// Validate says what is wrong with the profile.
func (p Profile) Validate() error {
	switch {
	case !within(p.Mean, math.SmallestNonzeroFloat64, math.MaxFloat64):
		return fmt.Errorf("mean %g: must be above 0", p.Mean)
	case min(p.Day, p.PeakAt, p.Opening) < 0:
		return errors.New("no time may be negative")
	case p.DailyPeak != 0 && !within(p.DailyPeak, 1, 2):
		return fmt.Errorf("daily peak %g: must be from 1 to 2", p.DailyPeak)
	case p.Dispersion != 0 && !within(p.Dispersion, 1, 1000):
		return fmt.Errorf("dispersion %g: must be from 1 to 1000", p.Dispersion)
	}
	for i, s := range p.Surges {
		if !(s.Peak > 0) || min(s.At, s.Rise, s.Hold, s.HalfLife) < 0 {
			return fmt.Errorf("surge %d: peak must be above 0, and no time negative", i+1)
		}
	}
	return nil
}

// within reports whether v is from low to high; NaN is not.
func within(v, low, high float64) bool { return v >= low && v <= high }

// Rate is the expected items a second at a moment of the run.
func (p Profile) Rate(at time.Duration) float64 {
	day, peak := p.Day, p.DailyPeak
	if day == 0 {
		day = 24 * time.Hour
	}
	if peak == 0 {
		peak = DailyPeak
	}
	angle := 2 * math.Pi * float64(at-p.PeakAt) / float64(day)
	level := 1 + (peak-1)*math.Cos(angle)
	for _, s := range p.Surges {
		level += s.at(at)
	}
	if at < p.Opening {
		level *= float64(at) / float64(p.Opening)
	}
	return p.Mean * level
}

// at is what the surge adds, in multiples of the mean.
func (s Surge) at(now time.Duration) float64 {
	t := now - s.At
	switch {
	case t < 0:
		return 0
	case t < s.Rise:
		return s.Peak * float64(t) / float64(s.Rise)
	case t < s.Rise+s.Hold:
		return s.Peak
	case s.HalfLife == 0:
		return 0
	}
	return s.Peak * math.Exp2(-float64(t-s.Rise-s.Hold)/float64(s.HalfLife))
}

// Generate makes the source of a valid profile.
func Generate(p Profile, seed uint64) (Source, error) {
	if err := p.Validate(); err != nil {
		return nil, fmt.Errorf("read traffic profile: %w", err)
	}
	return &generator{profile: p, rng: rand.New(rand.NewPCG(seed, 0x6d6f6463))}, nil
}

type generator struct {
	profile Profile
	rng     *rand.Rand
	second  int64
}

// Next takes the rate of the second's middle.
func (g *generator) Next() int64 {
	at := time.Duration(g.second)*time.Second + time.Second/2
	g.second++
	return draw.Overdispersed(g.rng, g.profile.Rate(at), g.profile.Dispersion)
}
