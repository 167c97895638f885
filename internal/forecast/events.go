package forecast

import (
	"math"
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// Event is known beforehand: from From until To, Factor times as much arrives as
// would otherwise. Events that overlap multiply, within mostFactor and its inverse.
type Event struct {
	From   sample.Instant `json:"from"`
	To     sample.Instant `json:"to"`
	Factor sample.Milli   `json:"factor"` // thousandths: 2500 is two and a half times
}

const mostFactor = 100.0

// during is whether some of the event is in [from, to).
func (e *Event) during(from, to sample.Instant) bool {
	return e.From < to && e.To > from && e.From < e.To && e.Factor >= 0
}

// near are the events that have a part in [from, to): all of them, or a copy.
func near(events []Event, from, to sample.Instant) []Event {
	some := 0
	for i := range events {
		if events[i].during(from, to) {
			some++
		}
	}
	if some == 0 {
		return nil
	}
	if some == len(events) {
		return events
	}
	out := make([]Event, 0, some)
	for i := range events {
		if events[i].during(from, to) {
			out = append(out, events[i])
		}
	}
	return out
}

// factorAt is the product of the events in force.
func factorAt(events []Event, at sample.Instant) float64 {
	f := 1.0
	for i := range events {
		if e := &events[i]; e.during(at, at+1) {
			f *= e.Factor.Float()
		}
	}
	return min(max(f, 1/mostFactor), mostFactor)
}

// Factor is how many times as much arrives in [from, to) as otherwise, on average.
func Factor(events []Event, from, to sample.Instant) sample.Milli {
	return sample.Milli(math.Round(meanFactor(events, from, to) * 1000))
}

// meanFactor is the product over [from, to), averaged over time.
func meanFactor(events []Event, from, to sample.Instant) float64 {
	some := 0
	for i := range events {
		if events[i].during(from, to) {
			some++
		}
	}
	if some == 0 || from >= to {
		return 1
	}
	edges := make([]sample.Instant, 0, 2*some+2)
	edges = append(edges, from, to)
	for i := range events {
		if e := &events[i]; e.during(from, to) {
			edges = append(edges, max(e.From, from), min(e.To, to))
		}
	}
	slices.Sort(edges)
	sum := 0.0
	for i, at := range edges[1:] {
		if before := edges[i]; at > before {
			sum += factorAt(events, before) * float64(at-before)
		}
	}
	return sum / float64(to-from)
}
