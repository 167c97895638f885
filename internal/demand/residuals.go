package demand

import (
	"math"
	"slices"
)

// residual is a standardised error, what it weighs, and how many trials ago it was made.
type residual struct {
	z, weight float64
	trial     int
}

type residuals []residual

const (
	tail = 0.05 // what lies beyond the outermost quantiles on each side
	// adapts is how much a miss of all windows of a trial widens a tail, in logs.
	adapts = 0.4
	// adaptAfter is how many trials must be behind one for it to judge the quantiles.
	adaptAfter = 2
	adaptOver  = 13 // trials
	// shiftAfter is how many trials must agree for the median to be shifted.
	shiftAfter = 3
)

// quantiles are those of the residuals, with each tail widened or narrowed as the past would
// have needed it trial by trial, and the shift of the median that is proven. It sorts.
func (r residuals) quantiles() (out [levels]float64, shift float64) {
	slices.SortFunc(r, func(a, b residual) int {
		switch { // faster than cmp.Compare, which asks for NaN; there is none
		case a.z < b.z:
			return -1
		case a.z > b.z:
			return 1
		}
		return 0
	})
	oldest, newest := 0, mostTrials
	for _, x := range r {
		oldest, newest = max(oldest, x.trial), min(newest, x.trial)
	}
	low, high := 0.0, 0.0
	for i := min(oldest-adaptAfter, adaptOver); i >= newest; i-- {
		below, above, all := r.beyond(i, stretch(r.before(i), low, high))
		if all > 0 {
			low += adapts * (below/all - tail)
			high += adapts * (above/all - tail)
		}
	}
	out = r.before(-1)
	shift = r.shift(out[Median])
	return stretch(out, low, high), shift
}

// stretch moves the quantiles from the median by factors, given in logs.
func stretch(q [levels]float64, low, high float64) [levels]float64 {
	low, high = math.Exp(low), math.Exp(high)
	for i := range q {
		factor := high
		if i < Median {
			factor = low
		}
		q[i] = q[Median] + (q[i]-q[Median])*factor
	}
	return q
}

// beyond counts the residuals of a trial below and above the outermost quantiles.
func (r residuals) beyond(trial int, q [levels]float64) (below, above, all float64) {
	for _, x := range r {
		if x.trial != trial {
			continue
		}
		all++
		switch {
		case x.z < q[0]:
			below++
		case x.z > q[levels-1]:
			above++
		}
	}
	return below, above, all
}

// before are the quantiles of the residuals of trials older than one.
func (r residuals) before(trial int) (out [levels]float64) {
	total := 0.0
	for _, x := range r {
		if x.trial > trial {
			total += x.weight
		}
	}
	at := Levels()
	k, sum := 0, 0.0
	last, lastAt := math.NaN(), 0.0
	for _, x := range r {
		if x.trial <= trial {
			continue
		}
		here := sum + x.weight/2
		for ; k < levels && here*100 >= float64(at[k])*total; k++ {
			out[k] = x.z
			if known(last) {
				out[k] = last + (float64(at[k])/100*total-lastAt)/(here-lastAt)*(x.z-last)
			}
		}
		sum += x.weight
		last, lastAt = x.z, here
	}
	for ; k < levels; k++ {
		out[k] = last
	}
	return out
}

// shift is as much of the median as its variation from trial to trial leaves (James and
// Stein's estimate): a week's luck is none.
func (r residuals) shift(median0 float64) float64 {
	var by [mostTrials + 1][]float64
	for _, x := range r {
		by[x.trial] = append(by[x.trial], x.z)
	}
	sum, squares, n := 0.0, 0.0, 0.0
	for _, v := range by {
		if len(v) > 0 {
			m := median(v)
			sum += m
			squares += m * m
			n++
		}
	}
	if n < shiftAfter {
		return 0
	}
	variance := (squares/n - sum/n*sum/n) / (n - 1)
	if median0*median0 <= variance {
		return 0
	}
	return median0 * (1 - variance/(median0*median0))
}
