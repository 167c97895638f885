package demand

import (
	"errors"
	"fmt"
	"math"
)

const levels = 5

// Median is the place of the median in the quantiles of a Point.
const Median = 2

// Levels are the quantiles of a forecast, in percent.
func Levels() [levels]int { return [levels]int{5, 10, 50, 90, 95} }

// HorizonDays is the longest horizon, in days.
const HorizonDays = 35

// Point is the forecast of an interval, or of a sum of them.
type Point struct {
	// Known says that there is a forecast; without it nothing is known of such a time for
	// weeks: the desk is closed, as far as the past tells.
	Known bool
	// Expected is the mean, in items. Those of intervals add up to those of sums.
	Expected float64
	// Quantiles are those of Levels, in items, 0 or more, ascending. They do not add up.
	Quantiles [levels]float64
}

// Season is what a forecast repeats.
type Season string

// The seasons.
const (
	Weekly Season = "Week"
	Daily  Season = "Day"
	// Flat is one level for all times of day.
	Flat Season = "Flat"
)

// Basis is what a forecast rests on.
type Basis struct {
	Season Season `json:"season"`
	// Known are the intervals with a count that may be learned from, of All from the first
	// such one on.
	Known int `json:"knownIntervals"`
	All   int `json:"intervals"`
	// Trials are the origins of the past, a season apart, from whose errors weights and
	// quantiles were learned. Without any, the quantiles are a rough guess.
	Trials int `json:"trials"`
}

// Forecast is what will come after a series ends.
type Forecast struct {
	Basis Basis
	// Points are the intervals, the first of which follows the last of the series.
	Points []Point

	season *season
	trials []*trial
	rough  *band
}

// New forecasts a number of intervals that follow a series.
func New(s *Series, horizon int) (*Forecast, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	if most := HorizonDays * s.day(); horizon < 1 || horizon > most {
		return nil, fmt.Errorf("the horizon is %d intervals: want 1 to %d, which are %d days", horizon, most, HorizonDays)
	}
	f := at(s, s.fitted())
	if f.Basis.Known == 0 {
		return nil, errors.New("every known interval is censored or lies on a special day: nothing is left to learn from")
	}
	if f.Basis.Season == Flat {
		f.trials = []*trial{f.flat(len(s.Counts), horizon)}
	} else {
		f.trials = f.season.trials(len(s.Counts), horizon, nil)
	}
	f.Basis.Trials = len(f.trials) - 1
	f.Points, f.rough = f.season.windows(f.trials, span{0, 1}).points(f.rough)
	return f, nil
}

// Relative errors of forecasts whose errors were never seen.
const (
	roughDay  = 0.35 // from one day
	roughFlat = 0.7  // from less
)

// at chooses the season by how much is known.
func at(s *Series, counts []float64) *Forecast {
	out := &Forecast{rough: roughBand(roughFlat)}
	begin := 0
	for begin < len(counts)-1 && !known(counts[begin]) {
		begin++
	}
	for _, c := range counts[begin:] {
		if known(c) {
			out.Basis.Known++
		}
	}
	day := s.day()
	out.Basis.All = len(counts) - begin
	out.season = &season{counts: counts, begin: begin, period: day, piece: day, special: s.Special}
	out.Basis.Season = Flat
	switch {
	case out.Basis.All >= 2*daysOfWeek*day:
		out.Basis.Season, out.season.period, out.season.piece = Weekly, daysOfWeek*day, day
	case day > 1 && out.Basis.All >= day:
		out.Basis.Season, out.season.period, out.season.piece = Daily, day, day
		out.rough = roughBand(roughDay)
	}
	return out
}

// flat forecasts the mean of what is known.
func (f *Forecast) flat(origin, horizon int) *trial {
	sum, squares, n := 0.0, 0.0, 0.0
	for _, c := range f.season.counts {
		if known(c) {
			sum += c
			squares += c * c
			n++
		}
	}
	mean := sum / n
	if f.season.piece == 1 && n > trimAt && mean > 0 { // days: their spread is in the counts
		f.rough.cv = math.Sqrt(max((squares-sum*mean)/(n-1)-mean, 0)) / mean
	}
	t := &trial{origin: origin, forecast: make([]float64, horizon)}
	for h := range t.forecast {
		t.forecast[h] = mean
	}
	return t
}

// Sums are the forecasts of sums over windows of a length, in intervals, which follow each
// other from an interval on; those that lie within the horizon. Nothing adds up but what is
// expected: the quantiles are those of the sums.
func (f *Forecast) Sums(from, length int) []Point {
	if from < 0 || length < 1 || from+length > len(f.trials[0].forecast) {
		return nil
	}
	out, _ := f.season.windows(f.trials, span{from, length}).points(f.rough)
	return out
}
