package forecast

import (
	"math"

	"github.com/modcap/modcap/internal/sample"
)

// Point is the items that will have arrived in total within At from now.
type Point struct {
	At     sample.Span  `json:"at"`
	Middle sample.Milli `json:"middle"` // as likely more as less
	Upper  sample.Milli `json:"upper"`  // not more, with the probability asked for; ≥ Middle
}

// Ahead is the items to come until each of at (ascending, a minute to 24 h), in
// total: the median and the quantile of probability (50 % to 99.9 %). Neither falls from
// one point to the next. A state that has seen nothing gives zeros.
func Ahead(s *State, now sample.Instant, events []Event, at []sample.Span, probability sample.PPM) []Point {
	out := make([]Point, len(at))
	if s.Slots == 0 || len(at) == 0 {
		for i, span := range at {
			out[i].At = span
		}
		return out
	}
	w := newWalk(s, now, events, at[len(at)-1])
	share := 1 - float64(probability)/float64(sample.AllPPM)
	var before Point
	for i, span := range at {
		w.to(span)
		middle, upper := w.total(span, share)
		p := Point{At: span, Middle: max(milli(middle), before.Middle)}
		p.Upper = max(milli(upper), p.Middle, before.Upper)
		out[i], before = p, p
	}
	return out
}

// walk goes ahead from now, and sums what season and events make of the time.
type walk struct {
	s       *State
	now, at sample.Instant
	events  []Event
	// seconds that went by for each mode: as many as bring the same at the plain level.
	seconds [modes]float64
	wanted  [modes]bool
	// near is the rate now by the short ladder, rates the level by span.
	near  float64
	rates [len(spans)]float64
}

func newWalk(s *State, now sample.Instant, events []Event, last sample.Span) walk {
	r := &s.Ladder[len(horizons)-1]
	now = max(now, 0)
	w := walk{s: s, now: now, at: now, near: s.anchor(r, s.blend(r), s.quick())}
	w.events = near(events, now, now.Add(min(last, maxBin)))
	for i := range spans {
		t := &s.Far[i]
		w.wanted[t.Mode] = true
		switch {
		case s.Season.Minutes == 0:
			w.rates[i] = w.near
		case t.Mode == naive:
			w.rates[i] = max(s.Season.Last, 0)
		default:
			w.rates[i] = t.rate(t.Mode, s.Season.Levels[t.Mode-level])
		}
	}
	return w
}

// to walks to span from now, quarter by quarter; no further than a day.
func (w *walk) to(span sample.Span) {
	until := w.now.Add(min(span, maxBin))
	for w.at < until {
		q := int64(w.at) / int64(quarter)
		next := min(sample.Instant(q+1)*sample.Instant(quarter), until)
		seconds := float64(next-w.at) / 1000
		if len(w.events) > 0 {
			seconds *= meanFactor(w.events, w.at, next)
		}
		for m, wanted := range w.wanted {
			switch m := mode(m); {
			case m == naive || m == level:
				w.seconds[m] += seconds
			case wanted:
				w.seconds[m] += seconds * w.s.Season.times(m, q)
			}
		}
		w.at = next
	}
}

// total is the median and the upper quantile of the items until span, to where the
// walk has come: what the scored spans about it say, by the logarithm of the time.
func (w *walk) total(span sample.Span, share float64) (middle, upper float64) {
	quarters := float64(span) / float64(quarter)
	if quarters <= 1 {
		return w.soon(quarters, share)
	}
	for i := 1; i < len(spans); i++ {
		if n := float64(spans[i].quarters); quarters <= n || i == len(spans)-1 {
			from := float64(spans[i-1].quarters)
			f := min(math.Log(quarters/from)/math.Log(n/from), 1)
			m0, u0 := w.by(i-1, share)
			m1, u1 := w.by(i, share)
			return blendLogs(m0, m1, f), blendLogs(u0, u1, f)
		}
	}
	return 0, 0
}

// by is what span i says of the time walked.
func (w *walk) by(i int, share float64) (middle, upper float64) {
	t := &w.s.Far[i]
	items := w.rates[i] * w.seconds[t.Mode]
	half, q := t.quantiles(share)
	return (items+1)*math.Exp(half) - 1, (items+1)*math.Exp(max(q, half)) - 1
}

// soon is the total within a quarter of an hour: from the rate of the moment to the
// first span. Of the error of that, the noise of counting grows towards shorter times,
// what the rate itself wanders shrinks.
func (w *walk) soon(quarters, share float64) (middle, upper float64) {
	t := &w.s.Far[0]
	f := max(1+math.Log(quarters)/math.Log(15), 0) // 0 at a minute
	items := blendLogs(w.near*w.seconds[level], w.rates[0]*w.seconds[t.Mode], f)
	half, q := t.quantiles(share)
	q = max(q-half, 0)
	z := normal(max(1-share, 0.5))
	noise := z * z * max(w.s.Dispersion, 1) // of one item
	whole := noise / (items/max(quarters, 1e-6) + 1)
	noise /= items + 1
	wander := max(q*q-whole, 0) * quarters
	half *= quarters
	return (items+1)*math.Exp(half) - 1, (items+1)*math.Exp(half+math.Sqrt(noise+wander)) - 1
}

// quantiles are the median and that at which share is left out, of the logarithm of
// actual over forecast.
func (t *stretch) quantiles(share float64) (half, upper float64) {
	var values [len(farTaus)]float64
	for i, q := range t.Quantiles[t.Mode] {
		values[i] = float64(q) * float64(t.Spread[t.Mode])
	}
	most := float64(t.Most[t.Mode])
	return max(min(values[0], most), -most), min(between(farTaus[:], values[:], share), most)
}

// blendLogs is between a and b, by the logarithms of one item more.
func blendLogs(a, b, f float64) float64 {
	return math.Expm1(math.Log1p(max(a, 0))*(1-f) + math.Log1p(max(b, 0))*f)
}
