package queueing

import "math"

// ErlangB is the share of arrivals lost by n servers without a queue at an
// offered load of a erlangs (A. K. Erlang, 1917): B₀ = 1, Bₖ = aBₖ₋₁/(k+aBₖ₋₁).
func ErlangB(n int, a float64) float64 {
	if !(a > 0) || n <= 0 {
		return boolean(n <= 0)
	}
	if math.IsInf(a, 1) {
		return 1
	}
	k, b := start(min(a, float64(n)), a)
	for k < n && b > 0 {
		k++
		b = a * b / (float64(k) + a*b)
	}
	return b
}

// ErlangC is the share of arrivals that wait for one of n servers at an offered
// load of a erlangs; 1 when the load is not below n.
func ErlangC(n int, a float64) float64 { return waiting(n, a, ErlangB(n, a)) }

// waiting turns Erlang B into Erlang C: C = B/(1−ρ(1−B)).
func waiting(n int, a, b float64) float64 {
	if !(a > 0) {
		return boolean(n <= 0)
	}
	if spare(n, a) == 0 {
		return 1
	}
	return b / (1 - a/float64(n)*(1-b))
}

// spare is how many of n servers a load of a leaves free; a load that differs from n by
// the last bits of its calculation leaves none.
func spare(n int, a float64) float64 {
	if free := float64(n) - a; free > 1e-12*a {
		return free
	}
	return 0
}

func boolean(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// Delay is the waiting time in M/M/n: with probability Wait it is exponential
// with Rate per second, otherwise zero. A Rate of 0 or less means that the queue
// grows without end.
type Delay struct {
	Wait float64
	Rate float64
}

// DelayOf is the delay with n servers, a load of a erlangs and a mean handle
// time of handle seconds.
func DelayOf(n int, a, handle float64) Delay { return delay(n, a, handle, ErlangB(n, a)) }

func delay(n int, a, handle, b float64) Delay {
	if !(handle > 0) {
		return Delay{Rate: math.Inf(1)}
	}
	return Delay{Wait: waiting(n, a, b), Rate: spare(n, a) / handle}
}

// Started is the share of items opened within t seconds: 1 − C·exp(−(n−a)μt).
func (d Delay) Started(t float64) float64 {
	switch {
	case !(d.Rate > 0):
		return 0
	case !(t > 0):
		return 1 - d.Wait
	}
	return 1 - d.Wait*math.Exp(-d.Rate*t)
}

// MeanWait is the average wait (ASA) in seconds, C/((n−a)μ).
func (d Delay) MeanWait() float64 {
	if !(d.Rate > 0) {
		return math.Inf(1)
	}
	return d.Wait / d.Rate
}

// Decided is the share of items finished within t seconds when their own handle
// time is exponential with a mean of handle seconds. With x = t/handle and
// d = Rate·handle (n−a where all classes of the queue take the same time):
// 1 − e⁻ˣ(1−C) − C(d·e⁻ˣ − e⁻ᵈˣ)/(d−1), and at d = 1 its limit.
func (d Delay) Decided(t, handle float64) float64 {
	switch {
	case !(handle > 0):
		return d.Started(t)
	case !(d.Rate > 0) || !(t > 0):
		return 0
	}
	x, k := t/handle, min(d.Rate*handle, math.MaxFloat64)
	return max(1-math.Exp(-x)*(1-d.Wait)-d.Wait*late(x, k), 0)
}

// late is P(E₁/k + E₂ > x) for independent unit exponentials.
func late(x, k float64) float64 {
	u := k - 1
	if math.Abs(u*x) > 1 {
		return (k*math.Exp(-x) - math.Exp(-k*x)) / u
	}
	if u == 0 {
		return math.Exp(-x) * (1 + x)
	}
	return math.Exp(-x) * (1 - math.Expm1(-u*x)/u)
}

// Target is a promise of a class: Percent (a share) within Within seconds, to be
// opened, or with Decided to be finished, Handle being the mean handle time of
// the class.
type Target struct {
	Percent float64
	Within  float64
	Decided bool
	Handle  float64
}

// Reachable is the share that any number of servers can keep: of Decided, those
// whose work alone takes no longer than the time.
func (t Target) Reachable() float64 {
	if !t.Decided || !(t.Handle > 0) {
		return 1
	}
	return -math.Expm1(-max(t.Within, 0) / t.Handle)
}

// InReach says whether some number of servers keeps the target.
func (t Target) InReach() bool { return t.Percent <= t.goal() }

// Kept is the share that is kept at a delay.
func (t Target) Kept(d Delay) float64 {
	if t.Decided {
		return d.Decided(t.Within, t.Handle)
	}
	return d.Started(t.Within)
}

// nearLimit is the relative distance to Reachable at which more servers count as
// useless; it keeps the answer finite, and steady as a promise becomes unreachable.
// Nearer to 1 the distance is what is missing to 1.
const nearLimit = 1e-4

// goal is the share to be kept: Percent, or what is as good as Reachable.
func (t Target) goal() float64 {
	r := t.Reachable()
	return min(t.Percent, r*(1-min(nearLimit, 1-r)))
}

// largestLoad in erlangs is beyond all people; above it Heads does not count servers
// one by one, and Erlang A has no meaning.
const largestLoad = 1e12

// Heads is the least number of servers that keeps all targets on one queue with a
// load of a erlangs and a mean handle time of handle seconds. Of a target out of
// reach it takes the least number beyond which more do not help. It takes a time
// that grows with √a. Above 10¹² erlangs it is a + 10√a, which keeps any.
func Heads(a, handle float64, targets ...Target) int {
	if !(a > 0) || !(handle > 0) {
		return 0
	}
	if a > largestLoad {
		return int(min(a+10*math.Sqrt(a), math.MaxInt64/2))
	}
	n, b := start(a, a)
	for {
		n++
		b = a * b / (float64(n) + a*b)
		if float64(n) > a && allKept(delay(n, a, handle, b), targets) {
			return n
		}
	}
}

func allKept(d Delay, targets []Target) bool {
	for _, t := range targets {
		if t.Kept(d) < t.goal() {
			return false
		}
	}
	return true
}

// start is where the recursion of Erlang B for a load of a may begin with B = 1 on the
// way to n servers, n at most a: far enough below for whatever it begins with to be
// forgotten to e⁻⁵⁰ when it reaches them.
func start(n, a float64) (k int, b float64) {
	return int(max(n-10*math.Sqrt(a), 0)), 1
}

// HalfinWhitt is the share that waits with a + β√a servers as a grows:
// [1 + βΦ(β)/φ(β)]⁻¹ (S. Halfin and W. Whitt, 1981); all wait where β is not positive.
func HalfinWhitt(beta float64) float64 {
	if !(beta > 0) {
		return 1
	}
	phi := math.Exp(-beta*beta/2) / math.Sqrt(2*math.Pi)
	cdf := math.Erfc(-beta/math.Sqrt2) / 2
	return 1 / (1 + beta*cdf/phi)
}

// Quantile is the standard normal quantile of p, at least 0: half of the items
// need no headroom. From 1 on it is +Inf.
func Quantile(p float64) float64 {
	if !(p > 0.5) {
		return 0
	}
	return math.Sqrt2 * math.Erfinv(2*min(p, 1)-1)
}
