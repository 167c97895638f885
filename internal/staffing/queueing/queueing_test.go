package queueing

import (
	"math"
	"testing"
)

// near fails unless got is want to the number of decimals that a vector gives.
func near(t *testing.T, what string, got, want float64, decimals int) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > 0.5000001*math.Pow(10, -float64(decimals)) {
		t.Errorf("%s = %.12g, want %.*f", what, got, decimals, want)
	}
}

// What is known of the formulas to many digits is in package vectors.
func TestNothingToDoAndNobodyToDoIt(t *testing.T) {
	near(t, "B without servers", ErlangB(0, 3), 1, 12)
	near(t, "B without load", ErlangB(3, 0), 0, 12)
	near(t, "C without load", ErlangC(3, 0), 0, 12)
	if s := Staff(Workload{Handle: 180, Target: Target{Percent: 0.8, Within: 20}}); s.Raw != 0 || s.Positions != 0 {
		t.Errorf("no arrivals: %+v, want nobody", s)
	}
}

func TestOccupancyAsksForMore(t *testing.T) {
	w := Workload{Arrivals: 100.0 / 1800, Handle: 180, Target: Target{Percent: 0.8, Within: 0.33 * 60}, MaxOccupancy: 0.7, Shrinkage: 0.3}
	if s := Staff(w); s.Raw != 15 || s.Positions != 22 {
		t.Errorf("at 70 %% occupancy: raw %d, positions %d, want 15 and 22", s.Raw, s.Positions)
	}
}

func TestOutOfReachAsMuchAsCanBe(t *testing.T) {
	for _, x := range []float64{20.0 / 180, 1} {
		target := Target{Percent: 0.9, Within: x * 60, Handle: 60, Decided: true}
		kept := target.Kept(DelayOf(Heads(10, 60, target), 10, 60))
		near(t, "kept where out of reach", kept, target.Reachable(), 3)
	}
}

func TestDecidedAtItsLimitAndBeside(t *testing.T) {
	// d = n−a = 1 exactly; the formula's neighbours on both sides must agree with the limit.
	at := Delay{Wait: 0.4, Rate: 1.0 / 60}.Decided(150, 60)
	near(t, "limit", at, 1-math.Exp(-2.5)*0.6-0.4*math.Exp(-2.5)*3.5, 12)
	for _, eps := range []float64{1e-3, 1e-6, 1e-9, 1e-12} {
		for _, sign := range []float64{-1, 1} {
			beside := Delay{Wait: 0.4, Rate: (1 + sign*eps) / 60}.Decided(150, 60)
			if math.Abs(beside-at) > eps {
				t.Errorf("at d = 1%+g: %v, at 1: %v", sign*eps, beside, at)
			}
		}
	}
	if got := (Delay{Wait: 0.5, Rate: 1e-9}).Decided(1e6, 1); math.IsNaN(got) || got < 0.5 || got > 1 {
		t.Errorf("a slow queue and a long time give %v", got)
	}
}

func TestErlangALimits(t *testing.T) {
	near(t, "theta = mu", ErlangA(12, 10, 1, 1).Wait, 0.3032238537, 10)
	near(t, "theta → 0", ErlangA(12, 10, 1, 1e-7).Wait, ErlangC(12, 10), 5)
	loss := ErlangA(12, 10, 1, 1e7)
	near(t, "theta → ∞", loss.Abandon, ErlangB(12, 10), 5)
	for name, s := range map[string]Impatient{"no servers": ErlangA(0, 1, 1, 1), "no arrivals": ErlangA(3, 0, 1, 1)} {
		if s.Wait != 0 || s.WaitsOver(1) != 0 {
			t.Errorf("%s: %+v, want an idle system", name, s)
		}
	}
	if s := ErlangA(2000, 10, 1, 1); s.Wait != 0 || s.ServedWithin(1) != 1 {
		t.Errorf("2000 servers for 10 erlangs: wait %v, served %v", s.Wait, s.ServedWithin(1))
	}
}

func TestQuantile(t *testing.T) {
	for p, want := range map[float64]float64{0.9: 1.2815515655, 0.95: 1.6448536270, 0.99: 2.3263478740, 0.5: 0,
		0.1: 0} {
		near(t, "z", Quantile(p), want, 9)
	}
}

func TestHeadroom(t *testing.T) {
	w := Window{Items: 230, Handle: 300, Spread: 1, Dispersion: 1, Error: 0.1, Quantile: 1.2815515655}
	chance, forecast := w.Headroom()
	near(t, "chance", chance, 8245.87, 2)     // 1.28155 · 300 · √(230·2)
	near(t, "forecast", forecast, 8842.71, 2) // 1.28155 · 0.1 · 230 · 300
	bursty := w
	bursty.Dispersion = 4
	if c, _ := bursty.Headroom(); math.Abs(c-2*chance) > 1e-9 {
		t.Errorf("at four times the dispersion %v, want twice %v", c, chance)
	}
	exact := w
	exact.Error = 0
	near(t, "one alone", Pooled([]Window{w}), 1, 12)
	near(t, "two of chance alone", Pooled([]Window{exact, exact}), math.Sqrt2/2, 12)
	near(t, "nobody", Pooled(nil), 1, 12)
	if p := Pooled([]Window{w, w}); p <= math.Sqrt2/2 || p >= 1 {
		t.Errorf("two with errors of forecast need %v of their own", p)
	}
}

func TestHeadsIsTheLeastThatKeepsAllTargets(t *testing.T) {
	for a := 0.01; a < 3000; a *= 1.7 {
		for _, x := range []float64{0.3, 1, 2.5, 4, 20} {
			short := Target{Percent: 0.9, Within: x * 60, Decided: true, Handle: 60}
			open := Target{Percent: 0.8, Within: 20}
			n := Heads(a, 60, short, open)
			kept := func(n int) bool {
				return float64(n) > a && allKept(DelayOf(n, a, 60), []Target{short, open})
			}
			if !kept(n) || kept(n-1) {
				t.Errorf("%d heads for %g erlangs, x = %g: %d keep it %t", n, a, x, n-1, kept(n-1))
			}
		}
	}
	if n := Heads(0, 60); n != 0 {
		t.Errorf("%d heads for nothing", n)
	}
	if n := Heads(math.NaN(), 60); n != 0 {
		t.Errorf("%d heads for no number", n)
	}
}
