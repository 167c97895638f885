package promise

import "math"

func normal(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }

// counted is the probability that a count with a mean and a variance comes up to j, above
// 0: that j events, each a gamma distributed time after the other, fit (E. B. Wilson and M.
// M. Hilferty, 1931). Where the variance is far above what j events have, the count is
// normal.
func counted(j, mean, variance float64) float64 {
	if variance > 2*j*mean {
		return normal((mean - j) / math.Sqrt(variance))
	}
	shape := j * mean / variance
	return normal((math.Cbrt(mean/j) - 1 + 1/(9*shape)) * 3 * math.Sqrt(shape))
}
