package queueing

import "math"

// Impatient is M/M/n+M in balance (Erlang A; C. Palm, 1946): who waits gives up
// after an exponential time. Items that lapse at a deadline behave like this.
type Impatient struct {
	Wait     float64 // share of arrivals that wait
	Abandon  float64 // share of arrivals that give up
	Queue    float64 // mean number waiting
	Occupied float64 // share of the servers' time spent working

	lambda, mu, theta float64
	n                 int
	first             int       // the fewest waiting that are worth counting
	queued            []float64 // queued[i]: probability that first+i wait and all servers are busy
}

// The queue is followed for patience of this many arrivals at most, and as many
// orders below a service at least: beyond it, nothing changes but the time it takes.
const (
	longestPatience  = 1e11
	shortestPatience = 1e15
)

// ErlangA solves M/M/n+M for lambda arrivals and mu services a second per server,
// theta giving up a second per waiting item; all positive, n at least 1, the load
// lambda/mu at most 10¹². Whatever else is an idle system.
func ErlangA(n int, lambda, mu, theta float64) Impatient {
	if n < 1 || !(lambda > 0) || !(mu > 0) || !(theta > 0) || !(lambda/mu <= largestLoad) {
		return Impatient{}
	}
	s := Impatient{n: n, lambda: lambda, mu: mu}
	s.theta = min(max(theta, lambda/longestPatience), (lambda+float64(n)*mu)*shortestPatience)
	free, busy := s.balance()
	for i := range s.queued {
		s.queued[i] /= free + busy
		s.Queue += float64(s.first+i) * s.queued[i]
	}
	s.Wait = busy / (free + busy)
	s.Abandon = min(s.theta*s.Queue/lambda, 1)
	s.Occupied = min(lambda*(1-s.Abandon)/(float64(n)*mu), 1)
	return s
}

// leaves is the rate at which k items become fewer.
func (s *Impatient) leaves(k int) float64 {
	return float64(min(k, s.n))*s.mu + float64(max(k-s.n, 0))*s.theta
}

// mode is the likeliest number of items, at work and waiting.
func (s *Impatient) mode() int {
	if a := s.lambda / s.mu; a < float64(s.n) {
		return int(a)
	}
	return s.n + int((s.lambda-float64(s.n)*s.mu)/s.theta)
}

const (
	// negligible is the share of a sum that what follows in it may be.
	negligible = 1e-18
	// nothing is where terms end in any case: still smaller ones lose their digits, and
	// then shrink no more.
	nothing = 1e-300
)

// balance fills queued, relative to the likeliest state, and sums the states with a
// free server and those without. From there on both sides the states become rarer, so
// that nothing overflows, and they end where what follows is negligible.
func (s *Impatient) balance() (free, busy float64) {
	mode := s.mode()
	var before []float64 // mode−1, mode−2, … as far as all servers are busy
	for k, p := mode, 1.0; k > 0; k-- {
		ratio := s.leaves(k) / s.lambda
		if p *= ratio; p < negligible*(1-ratio) {
			break
		}
		if k > s.n {
			before = append(before, p)
		} else {
			free += p
		}
	}
	s.first = max(mode-s.n-len(before), 0)
	s.queued = make([]float64, 0, 2*len(before)+64)
	for i := len(before) - 1; i >= 0; i-- {
		s.queued = append(s.queued, before[i])
		busy += before[i]
	}
	p, k := 1.0, mode
	for ; k < s.n && p > nothing; k++ {
		free += p
		p *= s.lambda / s.leaves(k+1)
	}
	for most := p; p > nothing; k++ {
		s.queued = append(s.queued, p)
		busy += p
		ratio := s.lambda / s.leaves(k+1)
		if p *= ratio; p < most*negligible*(1-ratio) {
			break
		}
	}
	return free, busy
}

// WaitsOver is the share of arrivals who would have to wait longer than t
// seconds if they did not give up.
func (s *Impatient) WaitsOver(t float64) float64 {
	over, below := 0.0, s.below(float64(s.n)*s.mu/s.theta, t)
	for _, q := range s.queued {
		over += q * below()
	}
	return over
}

// ServedWithin is the share of arrivals who are served and wait at most t seconds:
// c/(c+j+1)·I(j+1, c+1) with j waiting on arrival and c = nμ/θ. Who gives up counts
// among the arrivals, and not as served.
func (s *Impatient) ServedWithin(t float64) float64 {
	c := float64(s.n) * s.mu / s.theta
	served, below := 1-s.Wait, s.below(c+1, t)
	for i, q := range s.queued {
		served += q * c / (c + float64(s.first+i) + 1) * (1 - below())
	}
	return min(served, 1)
}

// DecidedWithin is the share of arrivals who are served, and finished at most t
// seconds after they came: ServedWithin(t−s) over the handle times s, with u = e^(−μs).
func (s *Impatient) DecidedWithin(t float64) float64 {
	if !(t > 0) || !(s.mu > 0) {
		return 0
	}
	return integral(func(u float64) float64 { return s.ServedWithin(t + math.Log(u)/s.mu) }, math.Exp(-s.mu*t), 1)
}

// below yields, for j = first, first+1, …, 1 − I(j+1, b) at x = 1 − e^(−θt), I being
// the regularised incomplete beta function: the negative binomial sum
// Σᵢ≤ⱼ C(b+i−1, i) xⁱ(1−x)ᵇ, all of whose terms are positive.
func (s *Impatient) below(b, t float64) func() float64 {
	n := negativeBinomial{b: b, decay: s.theta * max(t, 0)}
	n.x = -math.Expm1(-n.decay)
	i, logX := float64(s.first), math.Log(n.x)
	logTerm, sum := n.logTerm(i), 0.0
	if s.first > 0 {
		sum = n.before(i)
	}
	return func() float64 {
		sum += math.Exp(logTerm)
		logTerm += logX + math.Log((b+i)/(i+1))
		i++
		return min(sum, 1)
	}
}

// negativeBinomial has the terms C(b+i−1, i) xⁱ(1−x)ᵇ, with 1−x = e^(−decay).
type negativeBinomial struct{ b, x, decay float64 }

func (n negativeBinomial) logTerm(i float64) float64 {
	if i == 0 {
		return -n.b * n.decay
	}
	all, _ := math.Lgamma(n.b + i)
	failed, _ := math.Lgamma(n.b)
	passed, _ := math.Lgamma(i + 1)
	return all - failed - passed + i*math.Log(n.x) - n.b*n.decay
}

// before is the sum of the terms below i, from the side on which they become rarer.
func (n negativeBinomial) before(i float64) float64 {
	term, sum := math.Exp(n.logTerm(i)), 0.0
	if i*(1-n.x) > n.b*n.x { // above the mean
		for ; term > max(sum*negligible, nothing); i++ {
			sum += term
			term *= n.x * (n.b + i) / (i + 1)
		}
		return max(1-sum, 0)
	}
	for ; i > 0 && term > max(sum*negligible, nothing); i-- {
		term *= i / (n.x * (n.b + i - 1))
		sum += term
	}
	return min(sum, 1)
}

// integral of f from a to b, by Simpson's rule, halving where it is not yet precise.
func integral(f func(float64) float64, a, b float64) float64 {
	const pieces = 8
	sum, width := 0.0, (b-a)/pieces
	left := f(a)
	for i := range pieces {
		from := a + float64(i)*width
		right := f(min(from+width, b))
		p := piece{from, width, left, f(from + width/2), right}
		sum += p.refine(f, deepest)
		left = right
	}
	return sum
}

const (
	precise = 1e-9 // of an integral over a piece
	deepest = 20   // halvings
)

// piece is a stretch of an integral with its function at both ends and in the middle.
type piece struct{ from, width, left, middle, right float64 }

func (p piece) simpson() float64 { return p.width / 6 * (p.left + 4*p.middle + p.right) }

func (p piece) refine(f func(float64) float64, depth int) float64 {
	half := p.width / 2
	a := piece{p.from, half, p.left, f(p.from + half/2), p.middle}
	b := piece{p.from + half, half, p.middle, f(p.from + half + half/2), p.right}
	whole, halves := p.simpson(), a.simpson()+b.simpson()
	if depth == 0 || math.Abs(halves-whole) <= 15*precise {
		return halves + (halves-whole)/15
	}
	return a.refine(f, depth-1) + b.refine(f, depth-1)
}
