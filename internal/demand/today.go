package demand

import (
	"math"
	"slices"
)

// Today is the forecast of the hours that follow the first intervals of a forecast, of which
// it is known what came: higher where more came than was expected, and lower where less.
//
// How much of what was missed goes on is learned from the same hours of the past, by how
// far ahead: it is what a line through the misses of before and after says, less as much of it as
// may be luck. So where misses are luck alone nothing is corrected, and where a day that
// begins busy stays busy, most of it is. It fades as it did in the past.
type Today struct {
	// Points are the intervals after those that are over, at most a day of them.
	Points []Point
	// Expected and Came are the items of the past day that were expected and that came, where
	// both are known.
	Expected, Came float64

	forecast *Forecast
	trials   []*trial // corrected
	over     int      // intervals that are over
	n        int      // intervals ahead
}

const (
	todayStretch = 12  // parts of a day by which a share is learned, so two hours each
	todayBefore  = 0.5 // weight of what the stretch before says of a share
	usualMost    = 4.0 // times the typical miss, beyond which one teaches no more
	largestMiss  = 1.4 // most of a miss that goes on, in logs: four times as much
	leastItems   = 1.0 // expected in a stretch, below which it teaches nothing
	// luck is how much of a share's square must be beyond its variance: three standard errors.
	luck = 9.0
	// worth is by how much the errors of the past must have been less, as a share, for
	// anything to be corrected: where most of them is luck, a correction adds some.
	worth = 0.03
	// fewMisses teach nothing.
	fewMisses = 4
)

// Today corrects the hours after the first intervals of a forecast by what came in these; what
// is not known is NaN. It is nil where too little is known of the past to tell what goes on,
// or nothing of what came, and where nothing goes on: the forecast stands as it is then.
func (f *Forecast) Today(came []float64) *Today {
	day := f.season.piece
	t := &Today{forecast: f, over: len(came)}
	if t.n = min(len(f.Points)-t.over, day); f.Basis.Season != Weekly || len(f.trials) < 2 || t.over < 1 || t.n < 1 {
		return nil
	}
	ahead := f.trials[0].forecast[t.from():t.over]
	if t.Expected, t.Came = bothOf(ahead, came[t.from():]); t.Expected == 0 {
		return nil
	}
	learned := t.misses()
	shares := shareOf(learned)
	if !slices.ContainsFunc(shares, func(share float64) bool { return share > 0 }) {
		return nil
	}
	// Of what is known in part, the part counts.
	missed := min(max(logOf(t.Expected, t.Came), -largestMiss), largestMiss) * t.Expected / sumKnown(ahead)
	t.trials = []*trial{t.correct(f.trials[0], 0, shares, missed)}
	for i, trial := range f.trials[1:] {
		for _, m := range learned {
			if m.trial == i+1 {
				trial = t.correct(trial, m.day, shares, m.before)
			}
		}
		t.trials = append(t.trials, trial)
	}
	t.Points = t.Sums(1)
	return t
}

// from is the first interval of the past day.
func (t *Today) from() int { return max(t.over-t.forecast.season.piece, 0) }

// stretch is how many intervals a share is learned for.
func (t *Today) stretch() int { return max(t.forecast.season.piece/todayStretch, 1) }

// miss is what was wrong about the forecast of a day of a trial, in logs, before and
// after; NaN where it is not known.
type miss struct {
	trial, day int
	before     float64
	after      []float64 // by stretch
}

// misses are those of the same hours on the days of the trials.
func (t *Today) misses() (out []miss) {
	day, counts := t.forecast.season.piece, t.forecast.season.counts
	for i, past := range t.forecast.trials[1:] {
		for d := range daysOfWeek {
			begin, end := d*day+t.from(), d*day+t.over+t.n
			if end > len(past.forecast) || past.origin+end > t.forecast.trials[0].origin {
				break
			}
			at := func(from, to int) float64 {
				e, y := bothOf(past.forecast[from:to], counts[past.origin+from:past.origin+to])
				if e < leastItems {
					return Unknown()
				}
				return logOf(e, y)
			}
			m := miss{trial: i + 1, day: d, before: at(begin, d*day+t.over)}
			for from := d*day + t.over; from < end; from += t.stretch() {
				m.after = append(m.after, at(from, min(from+t.stretch(), end)))
			}
			if known(m.before) {
				out = append(out, m)
			}
		}
	}
	return out
}

// shareOf is how much of a miss before goes on, from 0 to 1, by stretch.
func shareOf(misses []miss) []float64 {
	if len(misses) == 0 {
		return nil
	}
	before := make([]float64, 0, len(misses))
	for _, m := range misses {
		before = append(before, m.before)
	}
	bound := usual(before)
	out := make([]float64, len(misses[0].after))
	var sum line
	with, without := 0.0, 0.0
	for s := range out {
		var x, y []float64
		for _, m := range misses {
			if known(m.after[s]) {
				x, y = append(x, min(max(m.before, -bound), bound)), append(y, m.after[s])
			}
		}
		limit := usual(y)
		sum.fade(todayBefore)
		for i := range x {
			y[i] = min(max(y[i], -limit), limit)
			sum.add(x[i], y[i])
		}
		out[s] = sum.share()
		for i := range x {
			with += math.Abs(y[i] - out[s]*x[i])
			without += math.Abs(y[i])
		}
	}
	if without < little || with > (1-worth)*without {
		clear(out)
	}
	return out
}

// usual bounds misses: a surge is no rule.
func usual(misses []float64) float64 {
	if len(misses) == 0 {
		return 0
	}
	size := make([]float64, len(misses))
	for i, m := range misses {
		size[i] = math.Abs(m)
	}
	return usualMost * median(size)
}

// line is what a line through the origin is fitted to.
type line struct{ xx, xy, yy, n float64 }

func (l *line) fade(by float64) { l.xx, l.xy, l.yy, l.n = l.xx*by, l.xy*by, l.yy*by, l.n*by }

func (l *line) add(x, y float64) { l.xx, l.xy, l.yy, l.n = l.xx+x*x, l.xy+x*y, l.yy+y*y, l.n+1 }

// share is the slope, less what may be luck.
func (l *line) share() float64 {
	if l.n < fewMisses || l.xx <= 0 || l.xy <= 0 {
		return 0
	}
	slope := l.xy / l.xx
	variance := max(l.yy-slope*l.xy, 0) / (l.n - 1) / l.xx
	return min(slope, 1) * max(1-luck*variance/(slope*slope), 0)
}

// correct is a trial with the hours after those that are over on one of its days corrected.
func (t *Today) correct(of *trial, day int, shares []float64, missed float64) *trial {
	out := &trial{origin: of.origin, forecast: slices.Clone(of.forecast)}
	from := day*t.forecast.season.piece + t.over
	for h := range t.n {
		if s := h / t.stretch(); s < len(shares) {
			out.forecast[from+h] *= math.Exp(shares[s] * missed)
		}
	}
	return out
}

// Sums are the forecasts of sums over windows of a length that follow each other, as far
// as Points reach. Their quantiles follow from the errors of forecasts of the past that were
// corrected likewise.
func (t *Today) Sums(length int) []Point {
	n := 0
	if length > 0 {
		n = t.n / length
	}
	if n == 0 {
		return nil
	}
	day := t.forecast.season.piece
	w := &windows{length: length, slots: n, block: make([]int, daysOfWeek*n)}
	for k := range n {
		w.now = append(w.now, sumKnown(t.trials[0].forecast[t.over+k*length:t.over+(k+1)*length]))
	}
	for _, past := range t.trials[1:] {
		f, y := make([]float64, daysOfWeek*n), make([]float64, daysOfWeek*n)
		for k := range f {
			f[k], y[k] = Unknown(), Unknown()
			from := k/n*day + t.over + k%n*length
			if to := from + length; to <= len(past.forecast) && past.origin+to <= t.trials[0].origin {
				f[k], y[k] = sumBoth(past.forecast[from:to], t.forecast.season.counts[past.origin+from:])
			}
		}
		w.past, w.actual = append(w.past, f), append(w.actual, y)
	}
	out, _ := w.points(t.forecast.rough)
	return out
}

// bothOf sums forecasts and counts where both are known.
func bothOf(forecast, counts []float64) (expected, came float64) {
	for h, f := range forecast {
		if known(f) && known(counts[h]) {
			expected += f
			came += counts[h]
		}
	}
	return expected, came
}

// logOf is how much more came than was expected, in logs; an item more of both, so that
// nothing is not infinitely less.
func logOf(expected, came float64) float64 { return math.Log((came + 1) / (expected + 1)) }
