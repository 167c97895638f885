package draw

import (
	"math"
	"math/rand/v2"
	"testing"
)

// moments are the mean and variance of n draws.
func moments(n int, draw func() float64) (mean, variance float64) {
	var sum, squares float64
	for range n {
		x := draw()
		sum += x
		squares += x * x
	}
	mean = sum / float64(n)
	return mean, squares/float64(n) - mean*mean
}

// TestMoments compares mean and variance with the distributions' own. The bounds
// are beyond five standard errors of 40,000 draws, and the seed is fixed.
func TestMoments(t *testing.T) {
	cases := map[string]struct {
		draw           func(r *rand.Rand) float64
		mean, variance float64
	}{
		"gamma small shape": {func(r *rand.Rand) float64 { return Gamma(r, 0.4) }, 0.4, 0.4},
		"gamma large shape": {func(r *rand.Rand) float64 { return Gamma(r, 90) }, 90, 90},
		"beta":              {func(r *rand.Rand) float64 { return Beta(r, 2, 6) }, 0.25, 0.25 * 0.75 / 9},
		"binomial small":    {func(r *rand.Rand) float64 { return float64(Binomial(r, 20, 0.3)) }, 6, 4.2},
		"binomial large":    {func(r *rand.Rand) float64 { return float64(Binomial(r, 200_000, 0.001)) }, 200, 199.8},
		"binomial half":     {func(r *rand.Rand) float64 { return float64(Binomial(r, 1000, 0.5)) }, 500, 250},
		"poisson small":     {func(r *rand.Rand) float64 { return float64(Poisson(r, 3.5)) }, 3.5, 3.5},
		"poisson large":     {func(r *rand.Rand) float64 { return float64(Poisson(r, 500)) }, 500, 500},
		"overdispersed":     {func(r *rand.Rand) float64 { return float64(Overdispersed(r, 60, 4)) }, 60, 240},
		"not overdispersed": {func(r *rand.Rand) float64 { return float64(Overdispersed(r, 60, 1)) }, 60, 60},
		"lognormal":         {func(r *rand.Rand) float64 { return Lognormal(r, 90, 0.8) }, 90, 72 * 72},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 2))
			mean, variance := moments(40_000, func() float64 { return c.draw(r) })
			if tolerance := 5 * math.Sqrt(c.variance/40_000); math.Abs(mean-c.mean) > tolerance {
				t.Errorf("mean %.4g, want %.4g ± %.2g", mean, c.mean, tolerance)
			}
			if math.Abs(variance/c.variance-1) > 0.15 {
				t.Errorf("variance %.4g, want %.4g within 15 %%", variance, c.variance)
			}
		})
	}
}

func TestEdges(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	cases := map[string]struct{ got, want int64 }{
		"nothing kept":      {Binomial(r, 5000, 0), 0},
		"all kept":          {Binomial(r, 5000, 1), 5000},
		"more than all":     {Binomial(r, 5000, 1.5), 5000},
		"no items":          {Binomial(r, 0, 0.5), 0},
		"fewer than none":   {Binomial(r, -3, 0.5), 0},
		"poisson of 0":      {Poisson(r, 0), 0},
		"overdispersed 0":   {Overdispersed(r, 0, 3), 0},
		"overdispersed < 0": {Overdispersed(r, -1, 3), 0},
	}
	for name, c := range cases {
		if c.got != c.want {
			t.Errorf("%s: got %d, want %d", name, c.got, c.want)
		}
	}
	for range 10_000 {
		if n := Binomial(r, 100, 0.9); n < 0 || n > 100 {
			t.Fatalf("kept %d of 100", n)
		}
		if x := Beta(r, 0.01, 0.01); math.IsNaN(x) || x < 0 || x > 1 {
			t.Fatalf("beta gave %g", x)
		}
	}
}
