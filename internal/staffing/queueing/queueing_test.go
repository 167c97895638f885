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

func TestErlangB(t *testing.T) {
	for name, c := range map[string]struct {
		n        int
		a, want  float64
		decimals int
	}{
		"132 servers, 123 erlangs": {132, 123, 0.031242821, 9},
		"1 server, 5 erlangs":      {1, 5, 0.8333333333, 10},
		"10 servers, 20 erlangs":   {10, 20, 0.5379631686, 10},
		"190 servers, 200 erlangs": {190, 200, 0.0886968439, 10},
		"200 servers, 180 erlangs": {200, 180, 0.010325, 6},
		"no servers":               {0, 3, 1, 12},
		"no load":                  {3, 0, 0, 12},
	} {
		t.Run(name, func(t *testing.T) { near(t, "B", ErlangB(c.n, c.a), c.want, c.decimals) })
	}
}

func TestErlangC(t *testing.T) {
	for name, c := range map[string]struct {
		n        int
		a, want  float64
		decimals int
	}{
		"132 servers, 123 erlangs":     {132, 123, 0.321116179, 9},
		"12421 servers, 12345 erlangs": {12421, 12345, 0.381225015, 9},
		"overloaded":                   {900, 1000, 1, 12},
		"load equals servers":          {1, 1, 1, 12},
		"12 servers, 10 erlangs":       {12, 10, 0.4493882243, 10},
		"10 servers, 8 erlangs":        {10, 8, 0.4091801508, 10},
		"25 servers, 20 erlangs":       {25, 20, 0.2091028266, 10},
		"2 servers, 1 erlang":          {2, 1, 1.0 / 3, 12},
		"no load":                      {3, 0, 0, 12},
	} {
		t.Run(name, func(t *testing.T) { near(t, "C", ErlangC(c.n, c.a), c.want, c.decimals) })
	}
}

func TestStartedAndMeanWait(t *testing.T) {
	for name, c := range map[string]struct {
		a      float64
		n      int
		handle float64
		level  float64
		asa    float64
	}{
		"10 erlangs":  {10, 14, 180, 0.8883500, 7.8359},
		"100 erlangs": {100, 110, 240, 0.8969970, 5.6882},
		"40 erlangs":  {40, 45, 300, 0.7558734, 20.4424},
	} {
		t.Run(name, func(t *testing.T) {
			d := DelayOf(c.n, c.a, c.handle)
			near(t, "P(W ≤ 20 s)", d.Started(20), c.level, 7)
			near(t, "ASA", d.MeanWait(), c.asa, 4)
		})
	}
}

func TestPyworkforceExample(t *testing.T) {
	w := Workload{Arrivals: 100.0 / 1800, Handle: 180, Target: Target{Percent: 0.8, Within: 0.33 * 60},
		MaxOccupancy: 0.85, Shrinkage: 0.3}
	s := Staff(w)
	if s.Raw != 14 || s.Positions != 20 {
		t.Errorf("raw %d, positions %d, want 14 and 20", s.Raw, s.Positions)
	}
	near(t, "service level", s.ServiceLevel, 0.887853, 6)
	near(t, "occupancy", s.Occupancy, 0.714286, 6)
	near(t, "wait probability", s.Wait, 0.174132, 6)
	near(t, "level with 13", DelayOf(13, 10, 180).Started(0.33*60), 0.7949, 4)
	w.MaxOccupancy = 0.7
	if s := Staff(w); s.Raw != 15 || s.Positions != 22 {
		t.Errorf("at 70 %% occupancy: raw %d, positions %d, want 15 and 22", s.Raw, s.Positions)
	}
	if s := Staff(Workload{Handle: 180, Target: w.Target}); s.Raw != 0 || s.Positions != 0 {
		t.Errorf("no arrivals: %+v, want nobody", s)
	}
}

func TestTimeToDecisionTable(t *testing.T) {
	for name, c := range map[string]struct {
		a, x          float64
		byWait        int
		decidedByWait float64
		decided       int // 0: out of reach
		limit         float64
	}{
		"10 erlangs, 0.11": {10, 20.0 / 180, 15, 0.097, 0, 0.105},
		"10 erlangs, 1":    {10, 1, 12, 0.528, 0, 0.632},
		"10 erlangs, 2.5":  {10, 2.5, 11, 0.778, 13, 0.918},
		"10 erlangs, 3":    {10, 3, 11, 0.848, 12, 0.950},
		"10 erlangs, 5":    {10, 5, 11, 0.970, 11, 0.993},
		"30 erlangs, 2.5":  {30, 2.5, 31, 0.754, 34, 0.918},
	} {
		t.Run(name, func(t *testing.T) {
			const handle = 60
			started := Target{Percent: 0.9, Within: c.x * handle, Handle: handle}
			decided := started
			decided.Decided = true
			n := Heads(c.a, handle, started)
			if n != c.byWait {
				t.Errorf("heads by wait %d, want %d", n, c.byWait)
			}
			near(t, "decided with these", decided.Kept(DelayOf(n, c.a, handle)), c.decidedByWait, 3)
			near(t, "limit", decided.Reachable(), c.limit, 3)
			got := Heads(c.a, handle, decided)
			kept := decided.Kept(DelayOf(got, c.a, handle))
			if c.decided == 0 {
				near(t, "kept where out of reach", kept, decided.Reachable(), 3)
			} else if got != c.decided || kept < 0.9 {
				t.Errorf("heads by decision %d keep %.4f, want %d keeping 0.9", got, kept, c.decided)
			}
		})
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

func TestErlangA(t *testing.T) {
	for name, c := range map[string]struct {
		lambda, theta          float64
		n                      int
		t                      float64
		wait, abandon, queue   float64
		occupied, over, served float64
	}{
		"n=10":            {10, .5, 10, .1, .619655, .103913, 2.078264, .896087, .516591, .480885},
		"n=12":            {10, .5, 12, .1, .341520, .039181, .783623, .800682, .244858, .752853},
		"n=100":           {100, .5, 100, .1, .596703, .033030, 6.606031, .966970, .291690, .701110},
		"impatient, n=95": {100, 2, 95, .1, .596545, .076588, 3.829419, .972012, .155015, .806368},
		"patient, n=55":   {50, 1.0 / 3, 55, 1.0 / 9, .310770, .011987, 1.798123, .898193, .132449, .864640},
	} {
		t.Run(name, func(t *testing.T) {
			s := ErlangA(c.n, c.lambda, 1, c.theta)
			near(t, "P(wait)", s.Wait, c.wait, 6)
			near(t, "P(abandon)", s.Abandon, c.abandon, 6)
			near(t, "E[Lq]", s.Queue, c.queue, 6)
			near(t, "occupancy", s.Occupied, c.occupied, 6)
			near(t, "P(V>T)", s.WaitsOver(c.t), c.over, 6)
			near(t, "served within", s.ServedWithin(c.t), c.served, 6)
		})
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

func TestHalfinWhitt(t *testing.T) {
	// At 115 servers exact rational arithmetic gives 0.09544102.
	for beta, want := range map[float64][2]float64{
		.25: {.720932, .680797}, .5: {.504539, .515707}, 1: {.223361, .237008},
		1.5: {.084690, .095441}, 2: {.026881, .033196},
	} {
		near(t, "alpha", HalfinWhitt(beta), want[0], 6)
		near(t, "exact C at 100 erlangs", ErlangC(int(math.Ceil(100+10*beta)), 100), want[1], 6)
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
