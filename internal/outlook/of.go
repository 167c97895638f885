package outlook

import (
	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/sample"
)

// level is the probability of the upper points.
const level = 900_000

// Of is what a plan is told of a queue: the items to come by its forecast, and what its
// figures proved to be worth. A forecast that has seen nothing gives nothing.
func (s *State) Of(f *forecast.State, now sample.Instant, events []forecast.Event) capacity.Outlook {
	if f.Until == 0 {
		return capacity.Outlook{}
	}
	if s.Deadline == 0 {
		*s = reset(0)
	}
	if passed := now.Since(s.ahead.at); s.ahead.at == 0 || passed < 0 || passed >= renew {
		s.ahead = lookAhead(f, now, events)
	}
	return capacity.Outlook{
		Middle: s.ahead.middle, Upper: s.ahead.upper,
		Breach: capacity.Calibration{Likely: s.Tracks[BreachLikely].worth(), Sure: s.Tracks[BreachSure].worth()},
		Drain:  capacity.Calibration{Likely: s.Tracks[DrainLikely].worth(), Sure: s.Tracks[DrainSure].worth()},
	}
}

// renew is how often the points are made anew: a day changes little in less.
const renew = 30 * sample.Second

// ahead are the points as they were last made, which nobody changes.
type ahead struct {
	at            sample.Instant
	middle, upper []sample.Milli
}

func lookAhead(f *forecast.State, now sample.Instant, events []forecast.Event) ahead {
	spans := capacity.OutlookSpans()
	out := ahead{at: now, middle: make([]sample.Milli, len(spans)), upper: make([]sample.Milli, len(spans))}
	for i, p := range forecast.Ahead(f, now, events, spans[:], level) {
		out.middle[i], out.upper[i] = short(p.Middle), short(p.Upper)
	}
	return out
}

// short is m in three digits, rounded up: records of decisions are small, and more is not
// known.
func short(m sample.Milli) sample.Milli {
	unit := sample.Milli(1)
	for m/unit >= 1000 {
		unit *= 10
	}
	return min((m+unit-1)/unit*unit, sample.MaxMilli)
}
