package demand

import (
	"math"
	"slices"
)

// band is how the errors of windows are spread.
type band struct {
	cv      float64   // relative error beside the noise of counting
	slot    []float64 // factor on the spread by slot
	usual   float64   // mean absolute error over the spread without the factors
	sums    []float64 // of such errors by slot, and their weights
	weights []float64
	mean    float64 // expectation of a window
	z       [strata][levels]float64
	shift   [strata]float64 // of the median, in spreads
}

const (
	// floor is the least expectation that a spread is computed of: where nothing is
	// expected, something may come.
	floor = 0.1
	// strata are the windows of which little is expected, beside others, whose errors are
	// mostly none; those of small counts, whose errors are of other shapes; and the others.
	strata       = 4
	littleOf     = 0.05 // of the mean expectation
	halfAnItem   = 0.5  // items
	someItems    = 2.0
	slotPrior    = 8.0   // errors of a slot that weigh as much as what its size says
	meanOfNormal = 0.798 // mean absolute value of a standard normal
	cvMost       = 10.0
	bisections   = 16
	// fewPairs are too few errors for their quantiles; their mean is taken then, with a share
	// of a rough guess, which counts as some of an error.
	fewPairs    = 20
	roughWeight = 1.0
	// leave is how many times an error is taken out of the spread that it is measured by.
	leave = 1.5
)

// roughBand is a band that no past shows, with a relative error.
func roughBand(cv float64) *band {
	b := &band{cv: cv, slot: []float64{1}}
	for k := range b.z {
		b.z[k] = [levels]float64{-1.645, -1.282, 0, 1.282, 1.645}
	}
	return b
}

// widen moves the quantiles from the median.
func (b *band) widen(factor float64) {
	for k := range b.z {
		for i := range b.z[k] {
			b.z[k][i] *= factor
		}
	}
}

// newBand measures how errors of windows are spread; there is one at least. The median of
// intervals is shifted by them; that of sums is what is expected.
func newBand(pairs []pair, w *windows, rough *band) *band {
	b := &band{slot: make([]float64, w.slots)}
	for i := range b.slot {
		b.slot[i] = 1
	}
	missed, weight := 0.0, 0.0
	for _, p := range pairs {
		b.mean += p.weight * p.forecast
		missed += p.weight * math.Abs(p.actual-p.forecast)
		weight += p.weight
	}
	b.mean /= weight
	b.fitCV(pairs, missed)
	if n := float64(len(pairs)); n < fewPairs {
		few := roughBand(math.Sqrt((n*b.cv*b.cv + roughWeight*rough.cv*rough.cv) / (n + roughWeight)))
		few.widen(1 + 2/n)
		return few
	}
	b.fitSlots(pairs)
	for k, r := range b.standardize(pairs) {
		b.z[k], b.shift[k] = r.quantiles()
		if w.length > 1 {
			b.shift[k] = 0
		}
	}
	return b
}

// spread is that of a window of a slot: the noise of counting, a relative error, and the slot's.
func (b *band) spread(f float64, slot int) float64 {
	return math.Sqrt(max(f, floor)+b.cv*b.cv*f*f) * b.slot[slot%len(b.slot)]
}

// stratum is that of an expectation.
func (b *band) stratum(f float64) int {
	switch {
	case f < littleOf*b.mean:
		return 0
	case f < halfAnItem:
		return 1
	case f < someItems:
		return 2
	}
	return strata - 1
}

// point is the forecast of a window.
func (b *band) point(f float64, slot int, wider float64) Point {
	k := b.stratum(f)
	s := b.spread(f, slot)
	out := Point{Known: true, Expected: f}
	middle := f + b.shift[k]*s
	for i, z := range b.z[k] {
		switch {
		case i < Median:
			out.Quantiles[i] = max(min(f+z*s*wider, middle), 0)
		case i > Median:
			out.Quantiles[i] = max(f+z*s*wider, middle, 0)
		default:
			out.Quantiles[i] = max(middle, 0)
		}
	}
	return out
}

// fitCV makes the mean error what it was.
func (b *band) fitCV(pairs []pair, missed float64) {
	low, high := 0.0, cvMost
	for range bisections {
		b.cv = (low + high) / 2
		expected := 0.0
		for _, p := range pairs {
			expected += p.weight * b.spread(p.forecast, p.slot)
		}
		if meanOfNormal*expected < missed {
			low = b.cv
		} else {
			high = b.cv
		}
	}
}

// fitSlots gives each slot a factor by its errors and those of its neighbours, as far as
// there are enough of them to tell.
func (b *band) fitSlots(pairs []pair) {
	n := len(b.slot)
	b.sums, b.weights = make([]float64, n), make([]float64, n)
	sum, weight := 0.0, 0.0
	for _, p := range pairs {
		z := p.weight * math.Abs(p.actual-p.forecast) / b.spread(p.forecast, p.slot)
		b.sums[p.slot] += z
		b.weights[p.slot] += p.weight
		if b.stratum(p.forecast) > 0 {
			sum += z
			weight += p.weight
		}
	}
	if sum == 0 {
		return
	}
	b.usual = sum / weight
	for i := range b.slot {
		b.slot[i] = b.factor(i, 0, 0)
	}
}

// factor is that of a slot without some of its errors.
func (b *band) factor(i int, sum, weight float64) float64 {
	s, w := b.sums[i]-sum, b.weights[i]-weight
	if n := len(b.sums); n > daysOfWeek {
		for _, j := range [2]int{(i + n - 1) % n, (i + 1) % n} {
			s += neighbour * b.sums[j]
			w += neighbour * b.weights[j]
		}
	}
	return (slotPrior*b.usual + max(s, 0)) / (slotPrior + max(w, 0)) / b.usual
}

// standardize gives the errors over their spreads, by stratum. That of each is computed
// without it, or it would hide in the spread it widens, and without half as much again for the
// neighbours, who missed with it.
func (b *band) standardize(pairs []pair) [strata]residuals {
	var out [strata]residuals
	for _, p := range pairs {
		s := b.spread(p.forecast, p.slot)
		if b.usual > 0 {
			s /= b.slot[p.slot]
			own := p.weight * math.Abs(p.actual-p.forecast) / s
			s *= b.factor(p.slot, leave*own, leave*p.weight)
		}
		k := b.stratum(p.forecast)
		out[k] = append(out[k], residual{(p.actual - p.forecast) / s, p.weight, p.trial})
	}
	all := slices.Concat(out[:]...)
	for k, r := range out {
		if len(r) < fewPairs { // as for all
			out[k] = slices.Clone(all)
		}
	}
	return out
}
