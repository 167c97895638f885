package quality

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestBetaQuantiles(t *testing.T) {
	// Clopper and Pearson's limits as R 4.4 prints them: binom.test(x, n)$conf.int.
	for _, c := range []struct {
		x, n         int64
		lower, upper float64
	}{
		{0, 10, 0, 0.3084971}, {1, 10, 0.002528579, 0.4450161}, {5, 10, 0.187086, 0.812914}, {10, 10, 0.6915029, 1},
		{0, 1000, 0, 0.003682084}, {5, 1000, 0.001625428, 0.01162948}, {3, 100, 0.006229972, 0.0851760},
	} {
		got := interval([]stratum{{sampled: c.n, labelled: c.n, wrong: c.x, decided: 77}})
		if math.Abs(got.lower-c.lower) > 1e-6 || math.Abs(got.upper-c.upper) > 1e-6 {
			t.Errorf("%d of %d: %.7f to %.7f, want %.7f to %.7f", c.x, c.n, got.lower, got.upper, c.lower, c.upper)
		}
	}
}

// binomial draws how many of n are errors.
func binomial(r *rand.Rand, n int64, p float64) (x int64) {
	for range n {
		if r.Float64() < p {
			x++
		}
	}
	return x
}

// world is a stratum of which the truth is known.
type world struct {
	decided, rate, wrong float64
}

// The interval holds the truth in at least 94 of 100 samples (nominally 95), of shares from one in two thousand to
// one in three, of few checks and of many, and of rates that differ up to a thousandfold, whether errors lie where much is sampled or
// where little is.
func TestCoverage(t *testing.T) {
	const runs = 3000
	least := 1.0
	for name, worlds := range map[string][]world{
		"rare, few":                  {{20_000, 0.01, 0.0005}},
		"rare":                       {{200_000, 0.01, 0.0005}},
		"usual":                      {{100_000, 0.005, 0.005}},
		"often":                      {{20_000, 0.02, 0.05}},
		"a third":                    {{5000, 0.02, 0.33}},
		"tiny":                       {{800, 0.01, 0.1}},
		"two rates":                  {{100_000, 0.005, 0.01}, {5000, 0.1, 0.01}},
		"errors where few checks":    {{100_000, 0.001, 0.02}, {10_000, 0.1, 0.001}},
		"errors where many checks":   {{100_000, 0.001, 0.001}, {10_000, 0.1, 0.05}},
		"a thousandfold":             {{200_000, 0.0005, 0.01}, {1000, 0.5, 0.2}},
		"frequent where few checks":  {{10_000, 0.002, 0.4}, {10_000, 0.1, 0.05}},
		"frequent where many checks": {{10_000, 0.002, 0.1}, {10_000, 0.1, 0.9}},
		"five rates":                 {{50_000, 0.001, 0.02}, {50_000, 0.002, 0.01}, {20_000, 0.01, 0.005}, {5000, 0.05, 0.03}, {500, 0.5, 0.1}},
	} {
		r := rand.New(rand.NewPCG(7, uint64(len(name))))
		var all, wrong float64
		for _, w := range worlds {
			all, wrong = all+w.decided, wrong+w.decided*w.wrong
		}
		held, naive := 0, 0
		for range runs {
			var strata []stratum
			var x, n int64
			for _, w := range worlds {
				s := stratum{sampled: int64(w.decided * w.rate), decided: w.decided}
				s.labelled, s.wrong = s.sampled, binomial(r, s.sampled, w.wrong)
				strata, x, n = append(strata, s), x+s.wrong, n+s.labelled
			}
			if b := interval(strata); b.lower <= wrong/all && wrong/all <= b.upper {
				held++
			}
			if b := interval([]stratum{{sampled: n, labelled: n, wrong: x, decided: 1}}); b.lower <= wrong/all && wrong/all <= b.upper {
				naive++
			}
		}
		share := float64(held) / runs
		least = min(least, share)
		t.Logf("%-27s holds in %.1f %%, without weights in %.1f %%", name, 100*share, 100*float64(naive)/runs)
		if share < 0.94 {
			t.Errorf("%s: the interval holds in %.1f %% of samples, want 94", name, 100*share)
		}
		if strings.Contains(name, "errors where") && float64(naive)/runs > 0.5 {
			t.Errorf("%s: without weights it would hold too, so that nothing is shown", name)
		}
	}
	t.Logf("the least is %.1f %%", 100*least)
}
