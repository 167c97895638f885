package simulate

import (
	"fmt"
	"strconv"

	"github.com/modcap/modcap/internal/trace"
)

// Day says which day of a trace is scored: the last, the busiest, or, by its number, the first,
// the second and so on, counted from the trace's start ("1", "2").
type Day string

// Days. A trace shorter than a day is scored whole.
const (
	LastDay Day = "last" // the final 24 hours
	PeakDay Day = "peak" // the day, counted from the trace's start, with the largest bin
)

// NthDay is the n-th day of a trace, from 1 on.
func NthDay(n int) Day { return Day(strconv.Itoa(n)) }

// ParseDay reads a Day.
func ParseDay(text string) (Day, error) {
	d := Day(text)
	if d.number() > 0 || d == LastDay || d == PeakDay {
		return d, nil
	}
	return "", fmt.Errorf("the day is %q: want last, peak, or the number of a day of the trace, such as 1 for its first", text)
}

// number of a day that has one; else 0.
func (d Day) number() int {
	n, err := strconv.Atoi(string(d))
	if err != nil || n < 1 || NthDay(n) != d {
		return 0
	}
	return n
}

// In says that the trace has no such day.
func (d Day) In(t *trace.Trace) error {
	if err := d.within(t.Seconds()); err != nil {
		return fmt.Errorf("%s: %w", t.Name, err)
	}
	return nil
}

// within says that so many seconds have no such day.
func (d Day) within(seconds int) error {
	whole := seconds / trace.DaySeconds
	switch n := d.number(); {
	case n <= max(whole, 1):
		return nil
	case whole == 0:
		return fmt.Errorf("there is no day %d: all of it is shorter than a day, and scored whole as day 1", n)
	default:
		return fmt.Errorf("there is no day %d: its whole days are 1 to %d, counted from its start, and the last 24 hours are the day \"last\"",
			n, whole)
	}
}

// of is the second at which the day begins of so many, of which the busiest is asked for where
// that matters.
func (d Day) of(seconds int, busiest func() int) int {
	last := max(0, seconds-trace.DaySeconds)
	switch n := d.number(); {
	case n > 0:
		return min(last, (n-1)*trace.DaySeconds)
	case d == PeakDay:
		return min(last, busiest()/trace.DaySeconds*trace.DaySeconds)
	}
	return last
}

// Start is the second of the trace at which the scored day begins.
func (d Day) Start(t *trace.Trace) int {
	return d.of(t.Seconds(), func() int {
		top := 0
		for i := range t.Count {
			if t.Count[i] > t.Count[top] {
				top = i
			}
		}
		return t.At[top]
	})
}

// Of are the items a second of each second of the trace's scored day, and the second
// of the trace at which it begins.
func (d Day) Of(t *trace.Trace) (rates []float64, start int) {
	start = d.Start(t)
	return t.Rates(start, min(t.Seconds(), start+trace.DaySeconds)), start
}

// Busiest is the most items a second of any stretch of so many seconds, in rates by
// the second.
func Busiest(rates []float64, stretch int) float64 {
	stretch = min(stretch, len(rates))
	now := sum(rates[:stretch])
	most := now
	for t := stretch; t < len(rates); t++ {
		now += rates[t] - rates[t-stretch]
		most = max(most, now)
	}
	return most / float64(stretch)
}
