package vectors

import (
	"fmt"
	"math"

	"github.com/modcap/modcap/internal/staffing/queueing"
)

// Vector is a value that is known to so many decimals, and what the formula gives.
type Vector struct {
	Formula, What string
	Got, Want     float64
	Decimals      int
}

// Equal reports whether the formula gives the digits.
func (v Vector) Equal() bool {
	return math.Abs(v.Got-v.Want) <= 0.5000001*math.Pow(10, -float64(v.Decimals))
}

func (v Vector) String() string {
	return fmt.Sprintf("%s, %s: %.12g, want %.*f", v.Formula, v.What, v.Got, v.Decimals, v.Want)
}

// All are all vectors.
func All() []Vector {
	var out []Vector
	for _, set := range []func() []Vector{erlangB, erlangC, waits, pyworkforce, erlangA, halfinWhitt, decided} {
		out = append(out, set()...)
	}
	return out
}

func erlangB() (out []Vector) {
	for _, c := range []struct {
		n        int
		a, want  float64
		decimals int
	}{
		{132, 123, 0.031242821, 9}, {1, 5, 0.8333333333, 10}, {10, 20, 0.5379631686, 10}, {190, 200, 0.0886968439, 10}, {200, 180, 0.010325, 6},
	} {
		out = append(out, Vector{"Erlang B", fmt.Sprintf("%g erlangs, %d servers", c.a, c.n), queueing.ErlangB(c.n, c.a), c.want, c.decimals})
	}
	return out
}

func erlangC() (out []Vector) {
	for _, c := range []struct {
		n        int
		a, want  float64
		decimals int
	}{
		{132, 123, 0.321116179, 9}, {12421, 12345, 0.381225015, 9}, {900, 1000, 1, 12}, {1, 1, 1, 12}, {12, 10, 0.4493882243, 10},
		{10, 8, 0.4091801508, 10}, {25, 20, 0.2091028266, 10}, {2, 1, 1.0 / 3, 12},
	} {
		out = append(out, Vector{"Erlang C", fmt.Sprintf("%g erlangs, %d servers", c.a, c.n), queueing.ErlangC(c.n, c.a), c.want, c.decimals})
	}
	return out
}

func waits() (out []Vector) {
	for _, c := range []struct {
		a          float64
		n          int
		handle     float64
		level, asa float64
	}{{10, 14, 180, 0.8883500, 7.8359}, {100, 110, 240, 0.8969970, 5.6882}, {40, 45, 300, 0.7558734, 20.4424}} {
		d, what := queueing.DelayOf(c.n, c.a, c.handle), fmt.Sprintf("%g erlangs, %d servers", c.a, c.n)
		out = append(out, Vector{"P(W ≤ 20 s)", what, d.Started(20), c.level, 7}, Vector{"mean wait", what, d.MeanWait(), c.asa, 4})
	}
	return out
}

// pyworkforce's example: 100 calls in 30 minutes of 3 minutes each, 80 % within 0.33 minutes.
func pyworkforce() []Vector {
	const name, within = "pyworkforce", 0.33 * 60
	w := queueing.Workload{
		Arrivals: 100.0 / 1800, Handle: 180, Target: queueing.Target{Percent: 0.8, Within: within}, MaxOccupancy: 0.85, Shrinkage: 0.3,
	}
	s := queueing.Staff(w)
	return []Vector{
		{name, "raw positions", float64(s.Raw), 14, 0},
		{name, "positions", float64(s.Positions), 20, 0},
		{name, "service level", s.ServiceLevel, 0.887853, 6},
		{name, "occupancy", s.Occupancy, 0.714286, 6},
		{name, "probability of waiting", s.Wait, 0.174132, 6},
		{name, "service level with 13", queueing.DelayOf(13, 10, 180).Started(within), 0.7949, 4},
	}
}

func erlangA() (out []Vector) {
	for _, c := range []struct {
		lambda, theta          float64
		n                      int
		t                      float64
		wait, abandon, queue   float64
		occupied, over, served float64
	}{
		{10, .5, 10, .1, .619655, .103913, 2.078264, .896087, .516591, .480885},
		{10, .5, 12, .1, .341520, .039181, .783623, .800682, .244858, .752853},
		{100, .5, 100, .1, .596703, .033030, 6.606031, .966970, .291690, .701110},
		{100, 2, 95, .1, .596545, .076588, 3.829419, .972012, .155015, .806368},
		{50, 1.0 / 3, 55, 1.0 / 9, .310770, .011987, 1.798123, .898193, .132449, .864640},
	} {
		s := queueing.ErlangA(c.n, c.lambda, 1, c.theta)
		for _, v := range []struct {
			what      string
			got, want float64
		}{
			{"P(wait)", s.Wait, c.wait}, {"P(abandon)", s.Abandon, c.abandon}, {"E[Lq]", s.Queue, c.queue}, {"occupancy", s.Occupied, c.occupied},
			{"P(V > T)", s.WaitsOver(c.t), c.over}, {"served within T", s.ServedWithin(c.t), c.served},
		} {
			what := fmt.Sprintf("%g erlangs, %d servers, theta %.3g, %s", c.lambda, c.n, c.theta, v.what)
			out = append(out, Vector{"Erlang A", what, v.got, v.want, 6})
		}
	}
	return append(out, Vector{"Erlang A", "10 erlangs, 12 servers, theta = mu", queueing.ErlangA(12, 10, 1, 1).Wait, 0.3032238537, 10})
}

// halfinWhitt's exact values are at 100 erlangs; at 115 servers rational arithmetic gives 0.09544102.
func halfinWhitt() (out []Vector) {
	for _, c := range [][3]float64{
		{.25, .720932, .680797}, {.5, .504539, .515707}, {1, .223361, .237008}, {1.5, .084690, .095441}, {2, .026881, .033196},
	} {
		n := int(math.Ceil(100 + 10*c[0]))
		out = append(out, Vector{"Halfin-Whitt", fmt.Sprintf("alpha(%g)", c[0]), queueing.HalfinWhitt(c[0]), c[1], 6},
			Vector{"Erlang C", fmt.Sprintf("100 erlangs, %d servers", n), queueing.ErlangC(n, 100), c[2], 6})
	}
	return out
}

// decided is the table of heads for 90 % by waiting and by decision.
func decided() (out []Vector) {
	for _, c := range []struct {
		a, x    float64
		byWait  float64
		level   float64 // that these keep, by decision
		decided float64 // 0: out of reach
		limit   float64
	}{
		{10, 20.0 / 180, 15, 0.097, 0, 0.105}, {10, 1, 12, 0.528, 0, 0.632}, {10, 2.5, 11, 0.778, 13, 0.918},
		{10, 3, 11, 0.848, 12, 0.950}, {10, 5, 11, 0.970, 11, 0.993}, {30, 2.5, 31, 0.754, 34, 0.918},
	} {
		const handle = 60
		wait := queueing.Target{Percent: 0.9, Within: c.x * handle, Handle: handle}
		done := wait
		done.Decided = true
		n, heads := queueing.Heads(c.a, handle, wait), 0
		if done.InReach() {
			heads = queueing.Heads(c.a, handle, done)
		}
		what := fmt.Sprintf("%g erlangs, T/AHT %.2g, ", c.a, c.x)
		out = append(out, Vector{"Decided", what + "heads by waiting", float64(n), c.byWait, 0},
			Vector{"Decided", what + "share decided with these", done.Kept(queueing.DelayOf(n, c.a, handle)), c.level, 3},
			Vector{"Decided", what + "heads by decision", float64(heads), c.decided, 0},
			Vector{"Decided", what + "limit", done.Reachable(), c.limit, 3})
	}
	return out
}
