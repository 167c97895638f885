package queueing

import "math"

// Impatient is M/M/n+M in balance (Erlang A; C. Palm, 1946): who waits gives up
// after an exponential time. Items that lapse at a deadline behave like this.
type Impatient struct {
	Wait     float64 // share of arrivals that wait
	Abandon  float64 // share of arrivals that give up
	Queue    float64 // mean number waiting
	Occupied float64 // share of the servers' time spent working

	n, mu, theta float64
	queued       []float64 // queued[j]: probability that j wait and all servers are busy
}

// ErlangA solves M/M/n+M for lambda arrivals and mu services a second per server,
// theta giving up a second per waiting item; all positive, n at least 1.
func ErlangA(n int, lambda, mu, theta float64) Impatient {
	if n < 1 || !(lambda > 0) || !(mu > 0) || !(theta > 0) {
		return Impatient{}
	}
	s := Impatient{n: float64(n), mu: mu, theta: theta}
	// Relative to the state with n items. Below it: p(k−1) = p(k)·kμ/λ.
	free, p := 0.0, 1.0
	for k := n; k > 0 && p > 0; k-- {
		p *= float64(k) * mu / lambda
		if math.IsInf(free+p, 1) {
			return s // nobody ever waits, to the precision of a float
		}
		free += p
	}
	s.queued = s.tail(lambda)
	busy := 0.0
	for _, q := range s.queued {
		busy += q
	}
	for j := range s.queued {
		s.queued[j] /= free + busy
		s.Queue += float64(j) * s.queued[j]
	}
	s.Wait = busy / (free + busy)
	s.Abandon = theta * s.Queue / lambda
	s.Occupied = lambda * (1 - s.Abandon) / (s.n * mu)
	return s
}

// tail is the unnormalised probability of 0, 1, … waiting, until what follows is
// below the precision of the sum.
func (s Impatient) tail(lambda float64) []float64 {
	out, p, sum := []float64{1}, 1.0, 1.0
	for j := 1; ; j++ {
		ratio := lambda / (s.n*s.mu + float64(j)*s.theta)
		p *= ratio
		sum += p
		out = append(out, p)
		if ratio < 1 && p < sum*1e-17*(1-ratio) || len(out) >= maxStates {
			return out
		}
	}
}

const maxStates = 1_000_000

// WaitsOver is the share of arrivals who would have to wait longer than t
// seconds if they did not give up.
func (s Impatient) WaitsOver(t float64) float64 {
	over, below := 0.0, s.below(s.n*s.mu/s.theta, t)
	for _, q := range s.queued {
		over += q * below()
	}
	return over
}

// ServedWithin is the share of arrivals who are served and wait at most t seconds:
// c/(c+j+1)·I(j+1, c+1) with j waiting on arrival and c = nμ/θ.
func (s Impatient) ServedWithin(t float64) float64 {
	c := s.n * s.mu / s.theta
	served, below := 1-s.Wait, s.below(c+1, t)
	for j, q := range s.queued {
		served += q * c / (c + float64(j) + 1) * (1 - below())
	}
	return served
}

// below yields, for j = 0, 1, …, 1 − I(j+1, b) at 1 − e^(−θt), I being the
// regularised incomplete beta function: the negative binomial sum
// Σᵢ≤ⱼ C(b+i−1, i) xⁱ(1−x)ᵇ, all of whose terms are positive.
func (s Impatient) below(b, t float64) func() float64 {
	logX := math.Log(-math.Expm1(-s.theta * t))
	logTerm, sum, i := -b*s.theta*t, 0.0, 0.0
	return func() float64 {
		sum += math.Exp(logTerm)
		logTerm += logX + math.Log((b+i)/(i+1))
		i++
		return min(sum, 1)
	}
}
