package demand

import "math"

// windows are sums over stretches of one length that follow each other: of the forecast, and
// of forecasts and counts of the past. With a length of one they are the intervals.
type windows struct {
	length int
	now    []float64   // NaN where all is closed
	past   [][]float64 // by trial; NaN where it is not known yet, or most of it never
	actual [][]float64
	block  []int // periods ahead that the window ends in, from 0 on
	slots  int   // windows of a period, if they repeat with it; else 1
}

// span is where windows lie: from an interval after the origin on, each of a length.
type span struct{ from, length int }

func (s *season) windows(trials []*trial, at span) *windows {
	n := (len(trials[0].forecast) - at.from) / at.length
	w := &windows{length: at.length, now: make([]float64, n), block: make([]int, n), slots: 1}
	if s.period%at.length == 0 {
		w.slots = s.period / at.length
	}
	for k := range n {
		from := at.from + k*at.length
		w.now[k] = sumKnown(trials[0].forecast[from : from+at.length])
		w.block[k] = (from + at.length - 1) / s.period
	}
	for _, t := range trials[1:] {
		f, y := make([]float64, n), make([]float64, n)
		for k := range n {
			f[k], y[k] = Unknown(), Unknown()
			from := at.from + k*at.length
			if t.origin+from+at.length <= trials[0].origin {
				f[k], y[k] = sumBoth(t.forecast[from:from+at.length], s.counts[t.origin+from:])
			}
		}
		w.past, w.actual = append(w.past, f), append(w.actual, y)
	}
	return w
}

// mostOf is the share of what was expected that must be known for a sum to be compared.
const mostOf = 0.5

// sumBoth sums forecasts and counts over what is known of both, if that is most of what was
// expected; else both are NaN.
func sumBoth(forecast, counts []float64) (expected, actual float64) {
	all, any := 0.0, false
	for h, v := range forecast {
		if !known(v) {
			continue
		}
		all += v
		if known(counts[h]) {
			any = true
			expected += v
			actual += counts[h]
		}
	}
	if !any || expected < mostOf*all {
		return Unknown(), Unknown()
	}
	return expected, actual
}

// sumKnown is NaN if nothing is known.
func sumKnown(x []float64) float64 {
	sum, any := 0.0, false
	for _, v := range x {
		if known(v) {
			sum, any = sum+v, true
		}
	}
	if !any {
		return Unknown()
	}
	return sum
}

// pair is a forecast of the past and what came.
type pair struct {
	slot, trial      int
	forecast, actual float64
	weight           float64
}

// manyPairs are enough of them: older trials are not asked then.
const manyPairs = 3500

// residualHalf is after how many trials an error counts half for the quantiles.
const residualHalf = 20.0

// pairs are those of the windows of a block, the newest trial first.
func (w *windows) pairs(block int) []pair {
	out := make([]pair, 0, len(w.past)*min(w.slots, len(w.now)))
	weight, fade := 1.0, math.Exp2(-1/residualHalf)
	for i := range w.past {
		if len(out) >= manyPairs {
			break
		}
		for k, f := range w.past[i] {
			if w.block[k] == block && known(f) {
				out = append(out, pair{k % w.slots, i, f, w.actual[i][k], weight})
			}
		}
		weight *= fade
	}
	return out
}

// points are the forecasts of the windows; rough says how they are spread if nothing of the
// past does. The band is that of the first block, from which follows how rough a guess of
// sums is: their relative error is hardly greater than that of the intervals.
func (w *windows) points(rough *band) ([]Point, *band) {
	out := make([]Point, len(w.now))
	b, last, found := rough, -1, 0
	var first *band
	wider := 1.0
	for k, f := range w.now {
		if block := w.block[k]; block != last {
			last = block
			if pairs := w.pairs(block); len(pairs) >= fewPairs || b == rough && len(pairs) > 0 {
				b, found = newBand(pairs, w, rough), block
			}
			if first == nil {
				first = b
			}
			// Nothing was ever tried so far ahead: errors of what drifts grow with the root.
			wider = math.Sqrt(float64(block+1) / float64(found+1))
		}
		if known(f) {
			out[k] = b.point(f, k%w.slots, wider)
		}
	}
	return out, roughBand(first.cv)
}
