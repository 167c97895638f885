package quality

import "math"

// tail is the probability beyond each end of an interval.
const tail = 0.025

// stratum is decisions that were sampled at one rate: how many of the sampled were labelled, and
// were wrong, and how many decisions they stand for.
type stratum struct {
	sampled, labelled, wrong int64
	decided                  float64
}

// bounds are a share with its interval, from 0 to 1.
type bounds struct{ lower, estimate, upper float64 }

// interval is the share of decisions that are wrong, of strata with labelled > 0.
//
// With one rate it is that of Clopper and Pearson (Biometrika 26, 1934), which holds in at least
// 95 of 100 samples whatever the truth. With several rates, errors have weights; the counts are
// then the effective ones of Fay and Feuer (Statistics in Medicine 16, 1997): for the lower end
// those with which the mean and the variance of the weighted errors agree, for the upper end those
// after one more error of the greatest weight. So a few checks that stand for many decisions, and
// found nothing wrong, leave as much in doubt as they should.
func interval(strata []stratum) bounds {
	var all float64
	for _, s := range strata {
		all += s.decided
	}
	if all <= 0 {
		return bounds{upper: 1}
	}
	var y, most float64
	for _, s := range strata {
		w := s.decided / all / float64(s.labelled)
		y += w * float64(s.wrong)
		most = max(most, w)
	}
	y = min(y, 1)
	v := variance(strata, all, y)
	out := bounds{estimate: y, upper: 1}
	if y > 0 {
		x := y * y / v
		out.lower = quantile(x, x/y-x+1, tail)
	}
	if yu, vu := y+most, v+most*most; yu > 0 {
		x := yu * yu / vu
		out.upper = quantile(x, x/yu-x+1, 1-tail)
	}
	out.lower, out.upper = min(out.lower, y), max(out.upper, y)
	return out
}

// variance of the weighted errors, as if they were rare. Where errors lie in the strata that weigh
// most, and are not rare, the share of right ones differs by stratum, and the greater one holds.
func variance(strata []stratum, all, y float64) float64 {
	var rare, exact float64
	for _, s := range strata {
		n := float64(s.labelled)
		w := s.decided / all / n
		rare += w * w * float64(s.wrong)
		exact += w * w * float64(s.wrong) * (n - float64(s.wrong)) / n
	}
	if y < 1 {
		return max(rare, exact/(1-y))
	}
	return rare
}

// quantile of the beta distribution: the x below which a share p of it lies. Without a b it is 1.
func quantile(a, b, p float64) float64 {
	if b < 1e-9 {
		return 1
	}
	low, high := 0.0, 1.0
	x := a / (a + b)
	constant := lgamma(a+b) - lgamma(a) - lgamma(b)
	for range 100 {
		off := incompleteBeta(a, b, x) - p
		if off > 0 {
			high = x
		} else {
			low = x
		}
		density := math.Exp(constant + (a-1)*math.Log(x) + (b-1)*math.Log1p(-x))
		next := x - off/density
		if !(next > low && next < high) { // not a number either
			next = (low + high) / 2
		}
		if math.Abs(next-x) <= 1e-10*max(x, 1e-4) {
			return next
		}
		x = next
	}
	return x
}

// incompleteBeta is the regularised incomplete beta function, by Lentz's continued fraction (DLMF
// 8.17.22), from the side on which it converges quickly.
func incompleteBeta(a, b, x float64) float64 {
	switch {
	case x <= 0:
		return 0
	case x >= 1:
		return 1
	case x > (a+1)/(a+b+2):
		return 1 - incompleteBeta(b, a, 1-x)
	}
	front := math.Exp(lgamma(a+b) - lgamma(a) - lgamma(b) + a*math.Log(x) + b*math.Log1p(-x))
	c, d := 1.0, 1/away(1-(a+b)*x/(a+1))
	f := d
	for m := 1.0; m <= 1000; m++ {
		even := m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		d, c = 1/away(1+even*d), away(1+even/c)
		f *= c * d
		odd := -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		d, c = 1/away(1+odd*d), away(1+odd/c)
		f *= c * d
		if math.Abs(c*d-1) < 1e-13 {
			break
		}
	}
	return front * f / a
}

// away keeps what is divided by away from 0.
func away(x float64) float64 {
	const tiny = 1e-300
	if math.Abs(x) < tiny {
		return tiny
	}
	return x
}

func lgamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}
