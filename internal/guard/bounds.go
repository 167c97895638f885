package guard

import (
	"math"

	"github.com/modcap/modcap/internal/sample"
)

// tenThousand is the number of items that errors are told by.
const tenThousand = 10_000

// part is what one move adds to the change of a stream's errors: weight errors per item that entered if
// all of its items are of the stream's kind (violating for leakage, benign for overkill), of which x were
// among n sampled. A part without a sample may be anything.
type part struct {
	weight float64
	x, n   int64
}

// upper bounds the sum of parts from above, so that it is below the truth in a share alpha of samples.
//
// The bound of one part is that of Clopper and Pearson, the quantile of a beta distribution. Of several it
// is the quantile of their sum, each beta leaning to the unfavourable side: melded bounds (Fay, Proschan
// and Brittain, Biometrics 71, 2015), which for two samples agree with Fisher's exact test. The quantile is
// Cornish and Fisher's, from the first four cumulants of the sum.
//
// The expansion may overshoot where all but a few of a part are of its kind, and so the bound is at most that
// with any one part at its worst, or all of them: it is worse to have found one more.
func upper(parts []part, alpha float64) float64 {
	var sum [4]float64
	own := make([][4]float64, len(parts))
	var most float64
	for i, p := range parts {
		most += max(p.weight, 0)
		own[i] = p.cumulants()
		for k, c := range own[i] {
			sum[k] += c
		}
	}
	bound := min(quantile(sum, alpha), most)
	for i, p := range parts {
		rest := sum
		for k, c := range own[i] {
			rest[k] -= c
		}
		rest[0] += max(p.weight, 0)
		bound = min(bound, quantile(rest, alpha))
	}
	return bound
}

// cumulants are those of what the part adds, leaning to more.
func (p part) cumulants() (out [4]float64) {
	a, b := float64(p.x), float64(p.n-p.x)
	switch {
	case p.n == 0:
		return [4]float64{max(p.weight, 0)}
	case p.weight > 0:
		a++
	default:
		b++
	}
	w := p.weight
	for i, c := range betaCumulants(a, b) {
		out[i] = c * w
		w *= p.weight
	}
	return out
}

// lower bounds it from below.
func lower(parts []part, alpha float64) float64 {
	mirrored := make([]part, len(parts))
	for i, p := range parts {
		mirrored[i] = part{-p.weight, p.x, p.n}
	}
	return -upper(mirrored, alpha)
}

// betaCumulants are the first four of the beta distribution; with b = 0 it is 1, and with a = 0 it is 0.
func betaCumulants(a, b float64) [4]float64 {
	if a == 0 || b == 0 {
		return [4]float64{a / (a + b)}
	}
	s := a + b
	variance := a * b / (s * s * (s + 1))
	skewness := 2 * (b - a) * math.Sqrt(s+1) / ((s + 2) * math.Sqrt(a*b))
	kurtosis := 6 * ((a-b)*(a-b)*(s+1) - a*b*(s+2)) / (a * b * (s + 2) * (s + 3))
	return [4]float64{a / s, variance, skewness * variance * math.Sqrt(variance), kurtosis * variance * variance}
}

// leaning is the most that a bound is drawn in because the distribution leans away from it: beyond that the
// expansion falls below the true quantile.
const leaning = 0.5

// quantile is that of a distribution with these cumulants above which alpha of it lies.
func quantile(k [4]float64, alpha float64) float64 {
	if k[1] <= 0 {
		return k[0]
	}
	sd := math.Sqrt(k[1])
	skewness, kurtosis := max(k[2]/(sd*sd*sd), -leaning), k[3]/(k[1]*k[1])
	z := math.Sqrt2 * math.Erfinv(1-2*alpha)
	z2 := z * z
	w := z + (z2-1)*skewness/6 + z*(z2-3)*kurtosis/24 - z*(2*z2-5)*skewness*skewness/36
	return k[0] + sd*w
}

// perTenThousand is a share as errors per 10,000 items.
func perTenThousand(share float64) sample.Milli {
	m, _ := sample.FromFloat(share * tenThousand)
	return m
}
