package forecast

import (
	"math"

	"github.com/modcap/modcap/internal/sample"
)

const (
	// leastLift is the lift below which nothing is foreseen by events, seasonLift by the
	// season alone: less than that is within what stands ready anyway. leastJump is the
	// step between two quarter-hours, as a logarithm and beyond the slope about it, that
	// is a jump.
	leastLift  = 0.05
	seasonLift = 0.2
	leastJump  = 0.15
	// hold is how long after a lift began it counts: who follows the rate alone has
	// caught up by then.
	hold = 4 * sample.Minute
)

// foreseen is the highest rate within [now, until] by season and events, if that is a
// lift over what they said a while ago; 0 when it is none. rate is the rate now, by
// the levels, with events divided out.
func (s *State) foreseen(rate float64, now, until sample.Instant, events []Event) float64 {
	m := s.Far[0].Mode
	if m != daily && m != weekly {
		m = level
	}
	if m == level && len(events) == 0 {
		return 0
	}
	before, highest := math.Inf(1), 0.0
	s.visit(m, now, until, events, func(at sample.Instant, factor float64) {
		if at <= now {
			before = min(before, factor)
		}
		if at >= now {
			highest = max(highest, factor)
		}
	})
	least := leastLift
	if len(events) == 0 {
		least = seasonLift
	}
	if highest <= before*(1+least) {
		return 0
	}
	if m == level {
		return rate * highest
	}
	// By the level with the season divided out, and no more than as much above the
	// rate now: about a jump that comes early or late either may be wrong.
	return min(s.Far[0].rate(m, s.Season.Levels[m-level]), rate/before) * highest
}

// visit calls f with what season and events make of the rate, now and at every instant
// from a hold before to to at which that turns: the ends, both sides of the quarters'
// bounds, their middles, and the edges of the events.
func (s *State) visit(m mode, now, to sample.Instant, events []Event, f func(sample.Instant, float64)) {
	from := now.Add(-hold)
	at := func(t sample.Instant) {
		if t >= from && t <= to {
			f(t, math.Exp(s.Season.curve(m, t))*factorAt(events, t))
		}
	}
	at(from)
	at(now)
	at(to)
	if m != level {
		half := sample.Instant(quarter / 2)
		for t := from - from%half + half; t <= to; t += half {
			at(t - 1)
			at(t)
		}
	}
	for i := range events {
		for _, t := range [...]sample.Instant{events[i].From, events[i].To} {
			at(t - 1)
			at(t)
		}
	}
}

// curve is the logarithm of the season at an instant: straight from the middle of a
// quarter-hour to that of the next, but for a jump between the two.
func (s *season) curve(m mode, at sample.Instant) float64 {
	if m == level || at < 0 {
		return 0
	}
	q := int64(at) / int64(quarter)
	here := s.factor(m, q)
	from := float64(int64(at)%int64(quarter))/float64(quarter) - 0.5 // the middle
	other, bound := q+1, q+1
	if from < 0 {
		other, bound = q-1, q
	}
	if other < 0 || !s.known(q) || !s.known(other) {
		return here
	}
	step := s.factor(m, other) - here
	if math.Abs(step) > leastJump && s.jump(m, bound) {
		return here
	}
	return here + math.Abs(from)*step
}

// known is whether the q-th quarter's time of day was ever seen.
func (s *season) known(q int64) bool {
	rows := s.days().rows
	for i := q % dayQuarters; i < int64(len(rows)); i += dayQuarters {
		if rows[i] != noRow {
			return true
		}
	}
	return false
}

// jump is true when the season jumps as the q-th quarter begins: by more than the
// slope about it, on most of the days, or weeks, that are remembered.
func (s *season) jump(m mode, q int64) bool {
	if q < 2 {
		return false
	}
	step := s.factor(m, q) - s.factor(m, q-1)
	sign := 1.0
	if step < 0 {
		sign, step = -1, -step
	}
	slope := max(sign*(s.factor(m, q-1)-s.factor(m, q-2)), sign*(s.factor(m, q+1)-s.factor(m, q)), 0)
	if step-slope < leastJump {
		return false
	}
	if s.days().often(q, sign*step) {
		return true
	}
	return m == weekly && q%hour == 0 && s.weeks().often(q/hour, sign*step)
}

// often is true when at least two of three periods remembered, and two, show half of a
// step as the place at begins.
func (c cycle) often(at int64, step float64) bool {
	all, with := 0, 0
	n, size := int64(len(c.rates)), int64(len(c.rows))
	for i := at % n; i < size; i += n {
		before, after := c.rows[(i+size-1)%size], c.rows[i]
		if before == noRow || after == noRow {
			continue
		}
		all++
		if float64(int(after)-int(before))/rowStep/step >= 0.5 {
			with++
		}
	}
	return with >= 2 && 3*with >= 2*all
}

// peakFactor is the highest product of the events within [from, to).
func peakFactor(events []Event, from, to sample.Instant) float64 {
	most := factorAt(events, from)
	for i := range events {
		for _, t := range [...]sample.Instant{events[i].From, events[i].To} {
			if t > from && t < to {
				most = max(most, factorAt(events, t))
			}
		}
	}
	return most
}
