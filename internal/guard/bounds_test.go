package guard

import (
	"fmt"
	"math"
	"testing"
)

// binomials are the probabilities of each count of n, each kept with probability p.
func binomials(n int64, p float64) []float64 {
	out := make([]float64, n+1)
	for k := range out {
		all, _ := math.Lgamma(float64(n) + 1)
		in, _ := math.Lgamma(float64(k) + 1)
		rest, _ := math.Lgamma(float64(n) - float64(k) + 1)
		out[k] = math.Exp(all-in-rest) * math.Pow(p, float64(k)) * math.Pow(1-p, float64(n)-float64(k))
	}
	return out
}

// TestUpperOfOnePart compares with Clopper and Pearson: the p at which so few are found with probability alpha.
func TestUpperOfOnePart(t *testing.T) {
	for _, n := range []int64{100, 300} {
		for _, alpha := range []float64{0.04, 0.008, 0.0033} {
			for _, x := range []int64{0, 1, 3, 10, n / 4, n / 2, n - 10, n - 1, n} {
				low, high := 0.0, 1.0
				for range 60 {
					p, sum := (low+high)/2, 0.0
					for _, q := range binomials(n, p)[:x+1] {
						sum += q
					}
					if sum > alpha {
						low = p
					} else {
						high = p
					}
				}
				got := upper([]part{{1, x, n}}, alpha)
				if d := got - low; d < -0.0015 || d > 0.004 {
					t.Errorf("%d of %d at %v: %.5f, exactly %.5f", x, n, alpha, got, low)
				}
			}
		}
	}
}

// TestUpperCovers counts every sample of two moves: the bound is below the truth no more often than alpha.
func TestUpperCovers(t *testing.T) {
	const n = 120
	for _, alpha := range []float64{0.04, 0.0042} {
		for _, weights := range [][2]float64{{1, -1}, {1, -0.2}, {0.2, -1}, {1, 1}, {1, 0.05}} {
			worst := 0.0
			where := ""
			var bounds [n + 1][n + 1]float64
			for a := range bounds {
				for b := range bounds[a] {
					bounds[a][b] = upper([]part{{weights[0], int64(a), n}, {weights[1], int64(b), n}}, alpha)
				}
			}
			for _, p := range []float64{0.002, 0.01, 0.05, 0.2, 0.5, 0.9, 0.99} {
				for _, q := range []float64{0.002, 0.01, 0.05, 0.2, 0.5, 0.9, 0.99} {
					missed, ps, qs := 0.0, binomials(n, p), binomials(n, q)
					for a := range ps {
						for b := range qs {
							if bounds[a][b] < weights[0]*p+weights[1]*q {
								missed += ps[a] * qs[b]
							}
						}
					}
					if missed > worst {
						worst, where = missed, fmt.Sprint(p, q)
					}
				}
			}
			t.Logf("alpha %v, weights %v: missed %.4f at %s", alpha, weights, worst, where)
			if worst > alpha*1.15 {
				t.Errorf("alpha %v, weights %v: missed %.4f at %s", alpha, weights, worst, where)
			}
		}
	}
}
