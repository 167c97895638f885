package demand

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// DaySeconds is a day in seconds, and the widest interval.
const DaySeconds = 86_400

// daysOfWeek is how many days the season has.
const daysOfWeek = 7

// Unknown stands for a count that is not known: not counted, closed, or censored.
func Unknown() float64 { return math.NaN() }

func known(x float64) bool { return !math.IsNaN(x) }

// Series is arrivals as they were counted, in intervals of one width that follow each other.
// The first begins at midnight where days matter.
type Series struct {
	// Interval is the width in seconds; it divides a day.
	Interval int
	// Counts are the items of each interval, 0 or more; NaN is unknown, which is not zero.
	Counts []float64
	// Censored marks intervals that relief, a rollout or a surge changed: they are left out
	// of the fit. Nil marks none; else it is as long as Counts.
	Censored []bool
	// Special are days that are not like those seven before and after them, by their number
	// from the first of Counts on, such as public holidays. They teach nothing about their
	// day of the week. Days beyond the counts are for the forecast.
	Special map[int]Special
}

// Special says what a day is like.
type Special struct {
	// Like is the number of a day whose place in the week this one takes: for a Thursday
	// that is like a Sunday, that of any Sunday. Any number will do for a day of the past.
	Like int
	// Unlike says that it is like no other: it is forecast as the day of the week it is.
	Unlike bool
}

// day is the number of intervals of a day.
func (s *Series) day() int { return DaySeconds / s.Interval }

// Check says what is wrong with a series.
func (s *Series) Check() error {
	switch {
	case s.Interval < 1 || s.Interval > DaySeconds || DaySeconds%s.Interval != 0:
		return fmt.Errorf("the interval is %d s: want one that divides a day", s.Interval)
	case s.Censored != nil && len(s.Censored) != len(s.Counts):
		return fmt.Errorf("%d intervals are marked and %d are counted", len(s.Censored), len(s.Counts))
	}
	for i, c := range s.Counts {
		if c < 0 || math.IsInf(c, 0) {
			return fmt.Errorf("interval %d has %g items: want 0 or more, or NaN where it is unknown", i, c)
		}
	}
	if !slices.ContainsFunc(s.Counts, known) {
		return errors.New("no interval has a known count")
	}
	return nil
}

// seen are the counts without what was censored: what a forecast may be judged by.
func (s *Series) seen() []float64 {
	out := slices.Clone(s.Counts)
	for i, c := range s.Censored {
		if c {
			out[i] = Unknown()
		}
	}
	return out
}

// fitted are the counts that may be learned from: those seen, without special days.
func (s *Series) fitted() []float64 {
	out := s.seen()
	for i := range out {
		if _, special := s.Special[i/s.day()]; special {
			out[i] = Unknown()
		}
	}
	return out
}

// FromBins makes a series of bins of a width in seconds, which begin at seconds after the
// series' start, ascending. Bins that are absent are unknown. An interval of which bins are
// absent counts if as many are there as in most weeks, as where a desk opens at 8:15; else it
// is unknown, since part of it was not counted.
func FromBins(at []int, count []float64, bin, interval int) (Series, error) {
	switch {
	case len(at) == 0 || len(at) != len(count):
		return Series{}, fmt.Errorf("there are %d bins and %d counts", len(at), len(count))
	case bin < 1 || interval < bin || interval%bin != 0:
		return Series{}, fmt.Errorf("intervals of %d s cannot be made of bins of %d s", interval, bin)
	}
	n := at[len(at)-1]/interval + 1
	out := Series{Interval: interval, Counts: make([]float64, n)}
	covered := make([]float64, n)
	for i, t := range at {
		if t < 0 || t%interval+bin > interval {
			return Series{}, fmt.Errorf("the bin at second %d does not lie in one interval of %d s", t, interval)
		}
		out.Counts[t/interval] += count[i]
		covered[t/interval]++
	}
	out.dropPartial(covered, daysOfWeek*DaySeconds/interval)
	return out, out.Check()
}

// dropPartial makes unknown what was counted in part only.
func (s *Series) dropPartial(covered []float64, week int) {
	for slot := range min(week, len(covered)) {
		var some []float64
		for i := slot; i < len(covered); i += week {
			if covered[i] > 0 {
				some = append(some, covered[i])
			}
		}
		usual := 0.0
		if len(some) > 0 {
			usual = median(some)
		}
		for i := slot; i < len(covered); i += week {
			if covered[i] == 0 || covered[i] < usual {
				s.Counts[i] = Unknown()
			}
		}
	}
}

// median sorts its values, of which there is one at least.
func median(x []float64) float64 {
	slices.Sort(x)
	n := len(x)
	return (x[(n-1)/2] + x[n/2]) / 2
}

// conformal is the least value that a share of n+1 values like these do not exceed. It sorts.
func conformal(x []float64, share float64) float64 {
	if len(x) == 0 {
		return 0
	}
	slices.Sort(x)
	rank := int(math.Ceil(share * float64(len(x)+1)))
	return x[min(rank, len(x))-1]
}
