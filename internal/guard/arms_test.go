package guard

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/modcap/modcap/internal/sample"
)

// wager is the bet on leaks of cells, each with checks and errors by arm and stratum.
func wager(tolerated sample.PPM, cells ...cell) *gathered {
	j := &judge{streams: []Watched{{Stream: leaks, Tolerated: tolerated}}, places: []map[string]bool{{"plain": true, "near": true}}}
	return j.bet(0, cells)
}

// arms is a cell with one stratum, sampled at 1 %.
func arms(stableChecks, candidateChecks, stableErrors, candidateErrors int64) cell {
	return cell{strata: []stratum{
		{arm: Candidate, name: "plain", rate: 10_000, labelled: candidateChecks, errors: []int64{candidateErrors}},
		{arm: Stable, name: "plain", rate: 10_000, labelled: stableChecks, errors: []int64{stableErrors}},
	}}
}

func wealthOf(g *gathered) float64 { return math.Exp(g.wealth()) }

func TestWealthByHand(t *testing.T) {
	for name, c := range map[string]struct {
		got  *gathered
		want float64
	}{
		"nothing":                 {wager(0, arms(100, 100, 0, 0)), 1},
		"no candidate":            {wager(0, arms(100, 0, 9, 0)), 1},
		"one error of candidate":  {wager(0, arms(100, 100, 0, 1)), (10./9 + 6./5 + 4./3 + 3./2 + 5./3) / 5},
		"one error of stable":     {wager(0, arms(100, 100, 1, 0)), (8./9 + 4./5 + 2./3 + 1./2 + 1./3) / 5},
		"a tenth of the items":    {wager(0, arms(900, 100, 0, 1)), (1.25/1.025 + 1.5/1.05 + 2/1.1 + 3/1.2 + 5/1.4) / 5},
		"two cohorts multiply":    {wager(0, arms(100, 100, 0, 1), arms(100, 100, 1, 0)), (80./81 + 24./25 + 8./9 + 3./4 + 5./9) / 5},
		"tolerated: three to two": {wager(500_000, arms(150, 100, 0, 1)), (10./9 + 6./5 + 4./3 + 3./2 + 5./3) / 5},
	} {
		t.Run(name, func(t *testing.T) {
			if got := wealthOf(c.got); math.Abs(got-c.want) > 1e-12 {
				t.Errorf("one unit became %v, want %v", got, c.want)
			}
		})
	}
}

// An error that is sampled five times as often is a fifth of one.
func TestWeighedError(t *testing.T) {
	g := wager(0, cell{strata: []stratum{
		{arm: Candidate, name: "near", rate: 50_000, labelled: 500, errors: []int64{1}},
		{arm: Candidate, name: "plain", rate: 10_000, labelled: 900, errors: []int64{0}},
		{arm: Stable, name: "plain", rate: 10_000, labelled: 1000, errors: []int64{0}},
	}})
	var want float64
	for _, r := range ratios {
		want += (1 + (2*r/(1+r)-1)/5) / 5
	}
	if got := wealthOf(g); math.Abs(got-want) > 1e-12 {
		t.Errorf("one unit became %v, want %v", got, want)
	}
}

// TestMartingale counts out every course of a few errors under the null: what a unit becomes is one in the
// mean, at every time, whatever the shares, and with strata that errors move between.
func TestMartingale(t *testing.T) {
	for _, q := range []float64{0.05, 0.3, 0.5, 0.9} {
		for n := range int64(9) {
			mean := 0.0
			for k, p := range binomials(n, q) {
				mean += p * wealthOf(wager(0, arms(int64(1000*(1-q)+0.5), int64(1000*q+0.5), n-int64(k), int64(k))))
			}
			if math.Abs(mean-1) > 1e-9 {
				t.Errorf("share %v, %d errors: %v in the mean", q, n, mean)
			}
		}
	}
	// The candidate's errors lie near the threshold, sampled five times as often; the rate is the stable one's. So of the
	// errors found five in six are the candidate's: unweighted, that were a rise.
	mean, unweighted := 0.0, 0.0
	for k, p := range binomials(6, 5./6) {
		near := cell{strata: []stratum{
			{arm: Candidate, name: "near", rate: 50_000, labelled: 500, errors: []int64{int64(k)}},
			{arm: Candidate, name: "plain", rate: 10_000, labelled: 900, errors: []int64{0}},
			{arm: Stable, name: "plain", rate: 10_000, labelled: 1000, errors: []int64{6 - int64(k)}},
		}}
		mean += p * wealthOf(wager(0, near))
		unweighted += p * wealthOf(wager(0, arms(1000, 1000, 6-int64(k), int64(k))))
	}
	if math.Abs(mean-1) > 1e-9 || unweighted < 2 {
		t.Errorf("weighted %v in the mean, want 1; unweighted %v, want a rise", mean, unweighted)
	}
}

// TestFalseAlarms looks at bets after each cohort: they pass 1/alpha at any time in no more than alpha of
// courses without a rise, and in nearly all with a doubling.
func TestFalseAlarms(t *testing.T) {
	const courses, alpha = 1200, 0.05
	passed := map[float64]int{}
	for _, rise := range []float64{1, 2} {
		for seed := range uint64(courses) {
			r := rand.New(rand.NewPCG(seed, uint64(rise)))
			var cells []cell
			for range 30 {
				c := arms(int64(200+r.IntN(200)), int64(40+r.IntN(200)), 0, 0)
				for i, rate := range []float64{0.02 * rise, 0.02} {
					for range c.strata[i].labelled {
						if r.Float64() < rate {
							c.strata[i].errors[0]++
						}
					}
				}
				cells = append(cells, c)
				if wager(0, cells...).wealth() >= -math.Log(alpha) {
					passed[rise]++
					break
				}
			}
		}
	}
	if most := alpha + 2*math.Sqrt(alpha*(1-alpha)/courses); float64(passed[1]) > most*courses {
		t.Errorf("%d of %d courses without a rise passed", passed[1], courses)
	}
	if float64(passed[2]) < 0.95*courses {
		t.Errorf("%d of %d courses with a doubling passed", passed[2], courses)
	}
	t.Logf("of %d: %d without a rise, %d with a doubling", courses, passed[1], passed[2])
}

// One error more of the candidate is never better for it, one more of the stable revision never worse.
func TestMonotone(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for range 500 {
		stable, candidate := int64(50+r.IntN(500)), int64(50+r.IntN(500))
		s, c := r.Int64N(40), r.Int64N(40)
		was := wager(0, arms(stable, candidate, s, c)).wealth()
		if wager(0, arms(stable, candidate, s, c+1)).wealth() <= was || wager(0, arms(stable, candidate, s+1, c)).wealth() >= was {
			t.Fatalf("%d of %d and %d of %d", s, stable, c, candidate)
		}
	}
}

// One more of its kind found never lowers a bound, whatever the weight of its move and of another.
func TestBoundsMonotone(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 8))
	for range 3000 {
		n, m := 20+r.Int64N(600), 20+r.Int64N(600)
		x, y, weight := r.Int64N(n), r.Int64N(m+1), 2*r.Float64()-1
		for _, f := range []func([]part, float64) float64{upper, lower} {
			less, more := f([]part{{1, x, n}, {weight, y, m}}, 0.004), f([]part{{1, x + 1, n}, {weight, y, m}}, 0.004)
			if more < less-1e-12 {
				t.Fatalf("%d of %d, beside %d of %d with weight %v: %v, and with one more %v", x, n, y, m, weight, less, more)
			}
		}
	}
}
