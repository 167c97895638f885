package draw

import (
	"math"
	"math/rand/v2"
)

// Gamma draws from the gamma distribution with the shape given (above 0) and scale
// 1, by Marsaglia and Tsang (ACM TOMS 26, 2000); below shape 1 with their boost.
func Gamma(r *rand.Rand, shape float64) float64 {
	if shape < 1 {
		return Gamma(r, shape+1) * math.Pow(1-r.Float64(), 1/shape)
	}
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		if math.Log(1-r.Float64()) < 0.5*x*x+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

// Beta draws from the beta distribution, both parameters above 0: a number from 0
// to 1 with mean a/(a+b).
func Beta(r *rand.Rand, a, b float64) float64 {
	x := Gamma(r, a)
	y := Gamma(r, b)
	if x+y == 0 {
		return a / (a + b)
	}
	return x / (x + y)
}

// few is the size up to which counting one by one is fast enough.
const few = 30

// Binomial draws how many of n (0 or more) items are kept if each is kept with
// probability p. It halves n by the median of n uniforms, which is beta
// distributed (Devroye 1986, X.4.3).
func Binomial(r *rand.Rand, n int64, p float64) int64 {
	if p >= 1 {
		return max(n, 0)
	}
	var kept int64
	for n > few && p > 0 {
		a := 1 + n/2
		b := n + 1 - a
		x := Beta(r, float64(a), float64(b))
		if x >= p {
			n, p = a-1, p/x
		} else {
			kept += a
			n, p = b-1, (p-x)/(1-x)
		}
	}
	for range n {
		if r.Float64() < p {
			kept++
		}
	}
	return kept
}

// Poisson draws from the Poisson distribution with the mean given, 0 or more. Large
// means are reduced by a gamma draw (Ahrens and Dieter 1974), small ones counted.
func Poisson(r *rand.Rand, mean float64) int64 {
	var n int64
	for mean > few {
		m := math.Floor(mean * 7 / 8)
		x := Gamma(r, m)
		if x > mean {
			return n + Binomial(r, int64(m)-1, mean/x)
		}
		n += int64(m)
		mean -= x
	}
	for t := r.ExpFloat64(); t < mean; t += r.ExpFloat64() {
		n++
	}
	return n
}

// Overdispersed draws a count with the mean given whose variance is index times the
// mean: a Poisson count with a gamma distributed rate (negative binomial). An index
// of 1 or less gives the Poisson count.
func Overdispersed(r *rand.Rand, mean, index float64) int64 {
	if mean <= 0 {
		return 0
	}
	if index > 1 {
		shape := mean / (index - 1)
		mean = Gamma(r, shape) * (index - 1)
	}
	return Poisson(r, mean)
}

// Lognormal draws from the lognormal distribution with the mean (above 0) and the
// coefficient of variation given.
func Lognormal(r *rand.Rand, mean, cv float64) float64 {
	variance := math.Log(1 + cv*cv)
	return mean * math.Exp(math.Sqrt(variance)*r.NormFloat64()-variance/2)
}
