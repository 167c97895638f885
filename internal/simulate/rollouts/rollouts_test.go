package rollouts

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDraw(t *testing.T) {
	families := map[int]int{}
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 2))
		kind, rise := Kind(seed%2), []float64{0, 0.005}[seed/2%2]
		c := Draw(r, 0.005, 0.02, kind, rise)
		families[len(c.Moves)]++
		sum := 0.0
		for _, m := range c.Moves {
			sum += m.Share
			if m.Violating < 0 || m.Violating > 1 || m.From == m.To {
				t.Fatalf("%+v", m)
			}
		}
		if math.Abs(sum-0.02) > 1e-9 || math.Abs(c.Rise(kind)-rise) > 1e-9 || c.Rise(1-kind) > rise+1e-9 {
			t.Fatalf("seed %d: moved %v, rise %v and %v: %+v", seed, sum, c.Rise(kind), c.Rise(1-kind), c)
		}
	}
	if families[1] == 0 || families[2] == 0 || families[4] == 0 {
		t.Errorf("families by moves: %v", families)
	}
}

// Rise by hand: of 1 % opened, a third violating, reviewers would have leaked 3 %.
func TestRise(t *testing.T) {
	c := Change{Moves: []Move{{Review, Allow, 0.01, 1. / 3}, {Act, Review, 0.02, 0.5}}}
	if got, want := c.Rise(Leakage), 0.01/3*0.97+0.01*0.03; math.Abs(got-want) > 1e-12 {
		t.Errorf("leakage rises by %v, want %v", got, want)
	}
	if got, want := c.Rise(Overkill), -0.02/3*0.01-0.01*0.99; math.Abs(got-want) > 1e-12 {
		t.Errorf("overkill rises by %v, want %v", got, want)
	}
}

func run(c Change, hours int, seed uint64, shares ...float64) *World {
	w := New(c, hours, seed)
	for _, s := range shares {
		w.Go(s)
	}
	return w
}

// TestCounts: what is counted is what the change says, within four standard errors.
func TestCounts(t *testing.T) {
	shares := make([]float64, 80)
	for i := range 40 {
		shares[i] = 0.5
	}
	c := Change{Base: 0.02, Moves: []Move{{Review, Allow, 0.02, 0.5}}, People: [kinds]float64{0, 0.01}}
	w := run(c, 6, 1, shares...)
	var items, moved, sampled, labelled, violating int64
	var checks, found [arms][strata]int64
	for i := range w.Cohorts {
		k := &w.Cohorts[i]
		items += k.Items[Stable] + k.Items[Candidate]
		moved += k.Moved[0]
		d := &k.Discordant[0]
		sampled, labelled, violating = sampled+d.Sampled, labelled+d.Labelled, violating+d.Found[0]
		for arm := range arms {
			for s := range strata {
				checks[arm][s] += k.Random[arm][s].Labelled
				found[arm][s] += k.Random[arm][s].Found[0]
			}
		}
	}
	if sampled != Discordant || labelled < Discordant-3 {
		t.Errorf("%d of a move sampled, %d labelled", sampled, labelled)
	}
	near := func(what string, got, of int64, p float64) {
		if sd := math.Sqrt(p * (1 - p) * float64(of)); math.Abs(float64(got)-p*float64(of)) > 4*sd {
			t.Errorf("%s: %d of %d, expected %.0f", what, got, of, p*float64(of))
		}
	}
	near("moved", moved, items, 0.02)
	near("violating", violating, labelled, 0.5)
	seen, wrongly := Sensitive*(Sensitive+(1-Sensitive)*Sensitive), (1-Specific)*((1-Specific)+Specific*(1-Specific))
	for arm, rise := range [...]float64{0, c.Rise(Leakage)} {
		p := (0.02 + rise) / Allowed
		near("leaks", found[arm][allowed], checks[arm][allowed], p*seen+(1-p)*wrongly)
	}
	seen, wrongly = Specific*(Specific+(1-Specific)*Specific), (1-Sensitive)*((1-Sensitive)+Sensitive*(1-Sensitive))
	for arm, rise := range [...]float64{0, c.Rise(Overkill) + 0.01} {
		p := (0.02 + rise) / (1 - Allowed)
		near("overkill", found[arm][actioned], checks[arm][actioned], p*seen+(1-p)*wrongly)
	}
}

// TestDelays: half of the labels are there after the median, and of errors after twice that.
func TestDelays(t *testing.T) {
	for late, median := range map[bool]int{false: DelayMedian, true: 2 * DelayMedian} {
		w := New(Change{}, 1, 3)
		var c curve
		w.delays(&c, 40_000, late)
		var by int32
		for at := range median {
			by += c[at]
		}
		// Items are decided on average half an hour before the cohort's end.
		if share := float64(by) / 40_000; share < 0.46 || share > 0.50 {
			t.Errorf("late %t: %.3f after %d h", late, share, median-1)
		}
	}
}

func TestSeed(t *testing.T) {
	c := Change{Base: 0.02, Moves: []Move{{Review, Allow, 0.02, 0.5}}}
	plain := func(w *World) (out []Checks) {
		for i := range w.Cohorts {
			for _, checks := range append(w.Cohorts[i].Discordant, w.Cohorts[i].Random[Candidate][:]...) {
				out = append(out, Checks{Sampled: checks.Sampled, Labelled: checks.Labelled, Found: checks.Found})
			}
		}
		return out
	}
	ignore := cmp.AllowUnexported(Checks{})
	if diff := cmp.Diff(plain(run(c, 6, 1, 0, 0.5, 0.5)), plain(run(c, 6, 1, 0, 0.5, 0.5)), ignore); diff != "" {
		t.Error(diff)
	}
	if cmp.Equal(plain(run(c, 6, 1, 0, 0.5, 0.5)), plain(run(c, 6, 2, 0, 0.5, 0.5)), ignore) {
		t.Error("two seeds give the same counts")
	}
}
