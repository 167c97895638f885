package queueing

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// exactB is Erlang B in rational arithmetic.
func exactB(n int, a *big.Rat) float64 {
	b := big.NewRat(1, 1)
	for k := 1; k <= n; k++ {
		ab := new(big.Rat).Mul(a, b)
		b.Quo(ab, new(big.Rat).Add(ab, big.NewRat(int64(k), 1)))
	}
	f, _ := b.Float64()
	return f
}

func TestErlangBIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 30 {
		a := r.ExpFloat64() * 50
		n := 1 + r.IntN(90)
		want := exactB(n, new(big.Rat).SetFloat64(a))
		if got := ErlangB(n, a); !(math.Abs(got-want) <= 1e-13*want) {
			t.Errorf("B(%d, %v) = %v, want %v", n, a, got, want)
		}
	}
}

// byRecursion is Erlang B from the first server on.
func byRecursion(n int, a float64) float64 {
	b := 1.0
	for k := 1; k <= n; k++ {
		b = a * b / (float64(k) + a*b)
	}
	return b
}

func TestErlangBMayBeginLate(t *testing.T) {
	for _, a := range []float64{1e-300, 1e-3, 1, 99.5, 101, 1000, 12345, 250_000.25} {
		for _, n := range []int{1, 2, 50, 990, 1000, 1010, 12345, 12421, 100_000, 251_000} {
			want := byRecursion(n, a)
			if got := ErlangB(n, a); !(math.Abs(got-want) <= 1e-12*want+1e-300) {
				t.Errorf("B(%d, %v) = %v, want %v", n, a, got, want)
			}
		}
	}
	if b := ErlangB(math.MaxInt64, 1000); b != 0 {
		t.Errorf("servers without end lose %v", b)
	}
	if b := ErlangB(5, math.Inf(1)); b != 1 {
		t.Errorf("a load without end loses %v", b)
	}
}

func TestWhatHasNoMeaningIsAnswered(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for name, c := range map[string]struct{ got, want float64 }{
		"no handle time, at once":          {DelayOf(3, 2, 0).Started(0), 1},
		"no handle time, decided":          {DelayOf(3, 2, 0).Decided(5, 0), 1},
		"nobody waits for no time":         {Delay{Wait: 0.25, Rate: 1}.Started(-5), 0.75},
		"no time to wait":                  {Delay{Wait: 0.25, Rate: inf}.Started(0), 0.75},
		"no time to decide":                {Delay{Wait: 0.25, Rate: 1}.Decided(0, 10), 0},
		"all the time to decide":           {Delay{Wait: 0.25, Rate: 1}.Decided(inf, 10), 1},
		"waits that pass at once":          {Delay{Wait: 0.25, Rate: inf}.Decided(10, 10), 1 - math.Exp(-1)},
		"time is not a number":             {Delay{Wait: 0.25, Rate: 1}.Decided(nan, 10), 0},
		"decided where handling is none":   {Target{Percent: 0.9, Decided: true}.Reachable(), 1},
		"decided before it came":           {Target{Within: -1, Handle: 10, Decided: true}.Reachable(), 0},
		"Halfin-Whitt without reserve":     {HalfinWhitt(0), 1},
		"Halfin-Whitt with less than none": {HalfinWhitt(-40), 1},
		"Halfin-Whitt with all":            {HalfinWhitt(40), 0},
		"heads before it came":             {float64(Heads(10, 60, Target{Percent: 0.9, Within: -5})), 16},
		"heads for everything at once":     {float64(Heads(2, 60, Target{Percent: 1, Within: 0})), 23},
		"heads for a world of work":        {float64(Heads(1e14, 60)), 1e14 + 1e8},
		"heads for work without end":       {float64(Heads(inf, 60)), float64(math.MaxInt64 / 2)},
		"quantile of more than all":        {Quantile(1.5), inf},
		"headroom of less than nothing":    {Pooled([]Window{{Items: -3, Handle: 60, Dispersion: 1, Quantile: 2}}), 1},
		"headroom for everything":          {Pooled([]Window{{Items: 3, Handle: 60, Dispersion: 1, Quantile: inf}}), 1},
		"occupancy of nearly nothing":      {float64(AtOccupancy(1e-300, 0.85)), 0},
		"the last bits of a division":      {float64(AtOccupancy(8.5, 0.85)), 10},
	} {
		t.Run(name, func(t *testing.T) {
			if c.got != c.want && !(math.Abs(c.got-c.want) <= 1e-15*c.want) {
				t.Errorf("got %v, want %v", c.got, c.want)
			}
		})
	}
}

func TestHeadsOfLargeSystems(t *testing.T) {
	// C(12345, 12421) of the vectors: that many start 61.9 % at once, and one fewer does not.
	n := Heads(12345, 180, Target{Percent: 1 - 0.381225016, Within: 0})
	if n != 12421 {
		t.Errorf("%d heads, want 12421", n)
	}
	for _, a := range []float64{12345, 1e6, 1e8} {
		n := Heads(a, 180, Target{Percent: 0.8, Within: 20})
		if d := DelayOf(n, a, 180); d.Started(20) < 0.8 || DelayOf(n-1, a, 180).Started(20) >= 0.8 {
			t.Errorf("%d heads for %g keep %v", n, a, d.Started(20))
		}
	}
}

func TestLoadOfWholeServers(t *testing.T) {
	// Arrivals a second times handle time is rarely a whole number to the last bit.
	for n := 1; n < 2000; n++ {
		handle := float64(1 + n%997)
		w := Workload{Arrivals: float64(n) / handle, Handle: handle, Target: Target{Percent: 0.5}}
		if s := w.With(n); !math.IsInf(s.MeanWait, 1) || s.Wait != 1 || s.ServiceLevel != 0 {
			t.Errorf("%d servers for as much load: %+v", n, s)
		}
		if s := Staff(w); s.Raw <= n {
			t.Errorf("%+v for a load of %d", s, n)
		}
	}
}

func TestGoalsRiseWithThePromise(t *testing.T) {
	for _, x := range []float64{0.1, 1, 2.5, 5, 9, 9.3, 20, 40} {
		before, last := 0, 0.0
		for _, percent := range []float64{0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999, 0.999999, 0.9999999} {
			target := Target{Percent: percent, Within: x, Handle: 1, Decided: true}
			n := Heads(10, 1, target)
			kept := target.Kept(DelayOf(n, 10, 1))
			if n < before || kept < last {
				t.Errorf("x = %g: %g takes %d, less takes %d", x, percent, n, before)
			}
			if before, last = n, kept; percent <= target.goal() && kept < percent {
				t.Errorf("x = %g: %d keep %v of %v", x, n, kept, percent)
			}
		}
		if n := Heads(10, 1, Target{Percent: 0.9999999, Within: x}); DelayOf(n, 10, 1).Started(x) < 0.9999999 {
			t.Errorf("x = %g: %d start too few", x, n)
		}
	}
}

// tagged follows one item with j others waiting before it, all servers busy, for t
// seconds (a Markov chain by uniformisation): the shares of such items that are being
// served or done, and that are done.
func tagged(s *Impatient, j int, t float64) (served, decided float64) {
	place, serving, done := make([]float64, j+1), 0.0, 0.0
	place[j] = 1
	most := float64(s.n)*s.mu + float64(j+1)*s.theta + s.mu
	weight := math.Exp(-most * t)
	for k, left := 0, 1.0; left > 1e-13; k++ {
		served, decided, left = served+weight*(serving+done), decided+weight*done, left-weight
		weight *= most * t / float64(k+1)
		next, finished := make([]float64, j+1), serving*s.mu/most
		into := place[0] * float64(s.n) * s.mu / most
		for i, p := range place {
			forward := (float64(s.n)*s.mu + float64(i)*s.theta) / most
			next[i] += p * (1 - forward - s.theta/most)
			if i > 0 {
				next[i-1] += p * forward
			}
		}
		place, serving, done = next, serving-finished+into, done+finished
	}
	return served, decided
}

func TestImpatientAgainstItsMarkovChain(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for range 25 {
		n, theta := 1+r.IntN(12), math.Exp(r.Float64()*6-3)
		lambda := float64(n) * (0.3 + r.Float64())
		s := ErlangA(n, lambda, 1, theta)
		within := math.Exp(r.Float64()*4 - 3)
		served, decided := 1-s.Wait, (1-s.Wait)*-math.Expm1(-within)
		for i, q := range s.queued {
			if q < 1e-12 {
				continue
			}
			a, b := tagged(&s, s.first+i, within)
			served, decided = served+q*a, decided+q*b
		}
		if got := s.ServedWithin(within); math.Abs(got-served) > 1e-9 {
			t.Errorf("n %d, λ %v, θ %v: %v served within %v, want %v", n, lambda, theta, got, within, served)
		}
		if got := s.DecidedWithin(within); math.Abs(got-decided) > 1e-8 {
			t.Errorf("n %d, λ %v, θ %v: %v decided within %v, want %v", n, lambda, theta, got, within, decided)
		}
	}
}

// byDensity is the shares served and decided within t from the density of the wait that
// arrivals would have, λp(n−1)·exp(λ(1−e^(−θx))/θ − nμx) (F. Baccelli and G. Hebuterne, 1981).
func byDensity(n int, lambda, mu, theta, t float64) (served, decided float64) {
	exponent := func(x float64) float64 { return -lambda*math.Expm1(-theta*x)/theta - float64(n)*mu*x }
	likeliest := max(math.Log(lambda/(float64(n)*mu))/theta, 0)
	width := 12 / math.Sqrt(float64(n)*mu*theta)
	top := exponent(likeliest)
	density := func(x float64) float64 { return lambda * math.Exp(exponent(x)-top) }
	sum := func(to float64, f func(x float64) float64) float64 {
		const steps = 20_000
		from := max(likeliest-width, 0)
		step, total := (min(to, likeliest+width)-from)/steps, 0.0
		for i := 0; i <= steps && step > 0; i++ {
			x := from + float64(i)*step
			weight := float64(2 + 2*(i%2))
			if i == 0 || i == steps {
				weight = 1
			}
			total += weight * step / 3 * density(x) * f(x)
		}
		return total
	}
	free := 0.0 // from p(n−1) down
	for k, p := n-1, math.Exp(-top); k >= 0; k-- {
		free += p
		p *= float64(k) * mu / lambda
	}
	all := free + sum(math.Inf(1), func(float64) float64 { return 1 })
	served = free + sum(t, func(x float64) float64 { return math.Exp(-theta * x) })
	decided = -free*math.Expm1(-mu*t) - sum(t, func(x float64) float64 { return math.Exp(-theta*x) * math.Expm1(-mu*(t-x)) })
	return served / all, decided / all
}

func TestLargeImpatientSystemsAgainstTheDensityOfTheWait(t *testing.T) {
	for _, n := range []int{30, 500, 12345, 100_000} {
		for _, load := range []float64{0.97, 0.999, 1, 1.02, 1.1} {
			for _, theta := range []float64{0.1, 0.5, 3} {
				lambda, within := load*float64(n), 0.11
				s := ErlangA(n, lambda, 1, theta)
				served, decided := byDensity(n, lambda, 1, theta, within)
				if got := s.ServedWithin(within); math.Abs(got-served) > 1e-7 {
					t.Errorf("n %d, load %g, θ %g: %v served, want %v", n, load, theta, got, served)
				}
				if got := s.DecidedWithin(within); math.Abs(got-decided) > 1e-7 {
					t.Errorf("n %d, load %g, θ %g: %v decided, want %v", n, load, theta, got, decided)
				}
			}
		}
	}
}

// whole is Erlang A over all its states, from none on, in logarithms.
func whole(n int, lambda, mu, theta float64) *Impatient {
	s := &Impatient{n: n, lambda: lambda, mu: mu, theta: theta}
	logs, most := []float64{0}, 0.0
	for k := 1; k < 100 || k < 2*s.mode() || logs[k-1] > most-60; k++ {
		logs = append(logs, logs[k-1]+math.Log(lambda/s.leaves(k)))
		most = max(most, logs[k])
	}
	all := 0.0
	for _, l := range logs {
		all += math.Exp(l - most)
	}
	for k := n; k < len(logs); k++ {
		p := math.Exp(logs[k]-most) / all
		s.queued = append(s.queued, p)
		s.Wait += p
		s.Queue += float64(k-n) * p
	}
	s.Abandon = theta * s.Queue / lambda
	return s
}

func TestErlangAWhereItIsOverloadedOrIdle(t *testing.T) {
	for _, n := range []int{1, 3, 40, 600} {
		for _, load := range []float64{1e-3, 0.1, 0.9, 1, 1.1, 2, 10} {
			for _, theta := range []float64{0.02, 0.3, 1, 30, 1e5} {
				lambda := load * float64(n)
				got, want := ErlangA(n, lambda, 1, theta), whole(n, lambda, 1, theta)
				for _, c := range []struct {
					what      string
					got, want float64
				}{
					{"wait", got.Wait, want.Wait},
					{"abandon", got.Abandon, want.Abandon},
					{"queue", got.Queue, want.Queue},
					{"occupied", got.Occupied, lambda * (1 - want.Abandon) / float64(n)},
					{"over 0.1", got.WaitsOver(0.1), want.WaitsOver(0.1)},
					{"over 2", got.WaitsOver(2), want.WaitsOver(2)},
					{"served within 0.1", got.ServedWithin(0.1), want.ServedWithin(0.1)},
					{"served within 700", got.ServedWithin(700), want.ServedWithin(700)},
				} {
					if !(math.Abs(c.got-c.want) <= 2e-8*max(c.want, 1e-2)) {
						t.Errorf("n %d, load %g, θ %g: %s %v, want %v", n, load, theta, c.what, c.got, c.want)
					}
				}
			}
		}
	}
}

func TestPatienceTowardsItsEnds(t *testing.T) {
	for _, load := range []float64{0.01, 0.5, 0.9, 0.99} {
		for _, n := range []int{1, 10, 300} {
			a := load * float64(n)
			d := DelayOf(n, a, 1)
			patient, hasty := ErlangA(n, a, 1, 1e-300), ErlangA(n, a, 1, math.Inf(1))
			near(t, "wait of the patient", patient.Wait, d.Wait, 6)
			near(t, "none give up", patient.Abandon, 0, 6)
			near(t, "started by the patient", patient.ServedWithin(0.3), d.Started(0.3), 6)
			near(t, "decided for the patient", patient.DecidedWithin(1.7), d.Decided(1.7, 1), 6)
			near(t, "the hasty are lost", hasty.Abandon, ErlangB(n, a), 9)
			near(t, "and the others served", hasty.ServedWithin(5), 1-ErlangB(n, a), 9)
		}
	}
	full := ErlangA(10, 1e6, 1, 1e-12)
	near(t, "all wait", full.Wait, 1, 9)
	near(t, "the surplus gives up", full.Abandon, 1-10/1e6, 9)
	near(t, "nobody idle", full.Occupied, 1, 9)
	near(t, "nobody in time", full.ServedWithin(1), 0, 9)
	idle := ErlangA(2000, 10, 1, 1)
	near(t, "occupancy of the idle", idle.Occupied, 0.005, 12)
}

func TestStaffWithPatience(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for i := range 60 {
		w := Workload{
			Arrivals: math.Exp(r.Float64()*9-6) / 10, Handle: 10, Patience: math.Exp(r.Float64()*10 - 4),
			Target:       Target{Percent: 0.5 + 0.49*r.Float64(), Within: 60 * r.Float64(), Decided: i%3 == 0},
			MaxOccupancy: 0.6 + 0.39*r.Float64(), Shrinkage: 0.3,
		}
		target, occupancy := w.Needs()
		goal := w.Target
		goal.Handle = 10
		if kept := w.With(target).ServiceLevel; kept < goal.goal() {
			t.Errorf("%+v: %d keep %v", w, target, kept)
		}
		if target > 1 && w.With(target-1).ServiceLevel >= goal.goal() {
			t.Errorf("%+v: one fewer than %d keeps it too", w, target)
		}
		if busy := w.With(occupancy).Occupancy; busy > w.MaxOccupancy {
			t.Errorf("%+v: %d are busy %v", w, occupancy, busy)
		}
		if occupancy > 1 && w.With(occupancy-1).Occupancy <= w.MaxOccupancy {
			t.Errorf("%+v: one fewer than %d is not busier than that", w, occupancy)
		}
		if s := Staff(w); s.Raw != max(target, occupancy) || s.Positions != ceil(float64(s.Raw)/0.7) {
			t.Errorf("%+v: staff %+v, needs %d and %d", w, s, target, occupancy)
		}
	}
}

func TestOneMoreNeverHurts(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for i := range 200 {
		w := Workload{Arrivals: r.ExpFloat64() * 3, Handle: 5, Target: Target{Within: 10 * r.Float64(), Decided: i%2 == 0}}
		if i%4 > 1 {
			w.Patience = math.Exp(r.Float64()*8 - 4)
		}
		before := w.With(1)
		for n := 2; n < 60; n++ {
			s := w.With(n)
			if s.ServiceLevel < before.ServiceLevel-2e-8 || s.Occupancy > before.Occupancy+1e-12 || s.Wait > before.Wait+1e-12 ||
				s.Abandon > before.Abandon+1e-12 || s.MeanWait > before.MeanWait+1e-9 {
				t.Fatalf("%+v: %+v is worse than %+v", w, s, before)
			}
			before = s
		}
	}
}

func FuzzStaff(f *testing.F) {
	f.Add(100.0/1800, 180.0, 600.0, 0.8, 20.0, 0.85, false)
	f.Add(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, true)
	f.Add(12345.0/180, 180.0, 0.0, 0.99, 0.0, 1.0, true)
	f.Add(1e-9, 1.0, 1e-9, 0.999999, 1e9, 0.5, true)
	f.Add(68.58, 29.375, 37.0, -67.01, 55.0, 1.0, true) // terms too small to shrink
	f.Add(-25.0, -80.0, 82.0, 0.5, 8.0, 0.5, true)      // a load of two wrongs
	f.Add(math.Inf(1), math.NaN(), -1.0, 2.0, -5.0, math.NaN(), false)
	f.Fuzz(func(t *testing.T, arrivals, handle, patience, percent, within, occupancy float64, decided bool) {
		if patience > 0 && (arrivals*patience > 1e5 || arrivals*handle > 1e4) || arrivals*handle > 1e8 {
			return // right, and slow
		}
		w := Workload{Arrivals: arrivals, Handle: handle, Patience: patience, MaxOccupancy: occupancy, Shrinkage: 0.3,
			Target: Target{Percent: percent, Within: within, Decided: decided}}
		s := Staff(w)
		for name, share := range map[string]float64{"level": s.ServiceLevel, "occupancy": s.Occupancy, "wait": s.Wait, "abandon": s.Abandon} {
			if !(share >= 0 && share <= 1+1e-9) {
				t.Errorf("%+v: %s of %+v", w, name, s)
			}
		}
		if s.Raw < 0 || s.Positions < s.Raw || !(s.MeanWait >= 0) || (arrivals > 0 && handle > 0 && arrivals*handle > 0) != (s.Raw > 0) {
			t.Errorf("%+v: %+v", w, s)
		}
		w.Target.Handle = handle
		if goal := w.Target.goal(); s.Raw > 0 && s.ServiceLevel < goal-1e-6 {
			t.Errorf("%+v keeps %v, not %v", w, s.ServiceLevel, goal)
		}
	})
}
