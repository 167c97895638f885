package simulate

import "github.com/modcap/modcap/internal/trace"

// Day says which day of a trace is scored.
type Day string

// Days. A trace shorter than a day is scored whole.
const (
	LastDay Day = "last" // the final 24 hours
	PeakDay Day = "peak" // the day, counted from the trace's start, with the largest bin
)

// Start is the second of the trace at which the scored day begins.
func (d Day) Start(t *trace.Trace) int {
	from := max(0, t.Seconds()-trace.DaySeconds)
	if d != PeakDay {
		return from
	}
	top := 0
	for i := range t.Count {
		if t.Count[i] > t.Count[top] {
			top = i
		}
	}
	return min(from, t.At[top]/trace.DaySeconds*trace.DaySeconds)
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
