package demand

import (
	"math"
	"slices"
)

// How members are weighed.
const (
	mostTrials = 20 // origins of the past at which the ways were tried
	errorHalf  = 4  // trials after which an error counts half
	// Powers of the inverse errors that make a weight: of intervals, and of days, without
	// which small counts, whose noise is the same for all, would not tell the levels apart.
	intervalPower, dayPower = 24, 12
	enough                  = 168 // intervals of a period whose errors are to be believed
	little                  = 1e-9
	negligible              = 1e-3 // a weight that is taken for none
)

// season is the counts of a series as they are fitted, and the period they repeat with.
type season struct {
	counts  []float64 // what must not be fitted is NaN
	begin   int       // the first that is known
	period  int       // intervals
	piece   int       // those of a day
	special map[int]Special
}

// trial is what was forecast at one origin, and what was wrong about each member's forecast
// of the period after it.
type trial struct {
	origin    int
	forecast  []float64 // as far as the horizon
	intervals missed
	days      missed
}

// missed are absolute errors by member, and how much an error of this trial counts: with
// the root of the typical one, so that a week in which all fail is not all that counts.
type missed struct {
	errors []float64
	scale  float64
}

func (m *missed) finish() { m.scale = math.Sqrt(median(slices.Clone(m.errors)) + 1) }

// most is how many trials there are before an origin.
func (s *season) most(origin int) int {
	return max(min(mostTrials, (origin-s.begin)/s.period-1), 0)
}

// trials forecast at the origins of the past that lie whole periods before one, each with
// weights from those before it, and at the origin itself: that is the first, the oldest is
// the last. What is kept is not made again.
func (s *season) trials(origin, horizon int, kept map[int]*trial) []*trial {
	most := s.most(origin)
	out := make([]*trial, most+1)
	for i := most; i >= 0; i-- {
		at := origin - i*s.period
		t, ok := kept[at]
		if !ok {
			t = s.try(at, horizon, out[i+1:])
			if kept != nil {
				kept[at] = t
			}
		}
		out[i] = t
	}
	return out
}

// try forecasts at an origin with what the trials before it say, newest first. The errors it
// finds are for later ones.
func (s *season) try(origin, horizon int, before []*trial) *trial {
	p := newPast(s.counts, origin, s.period, s.piece)
	ms := members()
	weights := s.weigh(before, len(ms))
	t := &trial{origin: origin, forecast: make([]float64, horizon)}
	buffer := make([]float64, max(horizon, s.period))
	for i, m := range ms {
		f := buffer
		if weights[i] == 0 {
			f = f[:s.period] // for its errors
		}
		m.forecast(p, f)
		if weights[i] > 0 {
			for h := range t.forecast {
				t.forecast[h] += weights[i] * f[h]
			}
		}
		intervals, days := s.judge(f, origin)
		t.intervals.errors = append(t.intervals.errors, intervals)
		t.days.errors = append(t.days.errors, days)
	}
	t.intervals.finish()
	t.days.finish()
	s.replaceSpecial(t)
	return t
}

// judge adds the absolute errors of the period after an origin up, by interval and by day.
func (s *season) judge(f []float64, origin int) (intervals, days float64) {
	sum := 0.0
	for h := range s.period {
		if h%s.piece == 0 {
			days += math.Abs(sum)
			sum = 0
		}
		if at := origin + h; at < len(s.counts) && known(s.counts[at]) && known(f[h]) {
			e := s.counts[at] - f[h]
			sum += e
			intervals += math.Abs(e)
		}
	}
	return intervals, days + math.Abs(sum)
}

// replaceSpecial forecasts days that are like another as that one.
func (s *season) replaceSpecial(t *trial) {
	if len(s.special) == 0 || s.period != daysOfWeek*s.piece {
		return
	}
	plain := slices.Clone(t.forecast)
	for h := range plain {
		day, within := (t.origin+h)/s.piece, (t.origin+h)%s.piece
		special, is := s.special[day]
		if !is || special.Unlike {
			continue
		}
		slot := mod(special.Like*s.piece+within-t.origin, s.period)
		from := h/s.period*s.period + slot
		if from >= len(plain) {
			from = slot
		}
		if from < len(plain) {
			t.forecast[h] = plain[from]
		}
	}
}

func mod(a, n int) int { return ((a % n) + n) % n }

// weigh gives each member a weight by its errors, newest first; the weights add up to 1. The
// fewer the intervals of a period, the more of an error is luck, and the less it decides.
func (s *season) weigh(before []*trial, n int) []float64 {
	intervals, days := make([]float64, n), make([]float64, n)
	share, fade := 1.0, math.Exp2(-1.0/errorHalf)
	for _, t := range before {
		for i := range n {
			intervals[i] += share * t.intervals.errors[i] / t.intervals.scale
			days[i] += share * t.days.errors[i] / t.days.scale
		}
		share *= fade
	}
	out := make([]float64, n)
	best, bestDay, total := slices.Min(intervals)+little, slices.Min(days)+little, 0.0
	trust := min(math.Sqrt(float64(s.period)/enough), 1)
	for i := range out {
		out[i] = math.Pow(best/(intervals[i]+little), trust*intervalPower) * math.Pow(bestDay/(days[i]+little), trust*dayPower)
		total += out[i]
	}
	kept := 0.0
	for i := range out {
		if out[i] /= total; out[i] < negligible {
			out[i] = 0
		}
		kept += out[i]
	}
	for i := range out {
		out[i] /= kept
	}
	return out
}
