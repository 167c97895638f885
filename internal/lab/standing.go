package lab

import (
	"sort"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/simulate"
)

// Standing is what had to stand ready all day for a promise that no reaction keeps.
//
// It is defined by a policy that nobody can run. F workers stand ready all the time.
// Beside them every arrival begets capacity for Factor times its own work, in any
// fraction of a worker and without error, in the one second that comes exactly one
// delay after it. The delay is startup + metric delay + interval: a worker that is
// launched because of an item cannot be there earlier, but this one is there then,
// whatever the shape of the traffic, and gone in the next second. Both kinds serve the
// one queue first in, first out, so that second t serves at most
//
//	F·throughput + Factor·arrivals[t-delay]
//
// items. Until the first delay is over, the workers with which the day begins take the
// place of arrivals from before it. With Factor 1, capacity for every item's work is
// there after the delay, so that none waits longer: a deadline beyond the delay needs
// nothing to stand, F = 0. With a shorter deadline F makes up for what comes above what
// came one delay ago, but for the share that may be late.
//
// A Factor above 1 bets that what rises goes on rising; the best of a few is chosen in
// hindsight, by cost. For each, F is the least whole number with which the cell's share
// of items is in time, in the mean over seeds: attainment does not fall with F, so that
// bisection finds it.
type Standing struct {
	// Delay in seconds.
	Delay int `json:"delay"`
	// Copy is with Factor 1, and Cheapest with the factor that costs least.
	Copy     Ready `json:"copy"`
	Cheapest Ready `json:"cheapest"`
}

// Ready is a number of workers that stand, with a factor of reaction.
type Ready struct {
	Factor  float64 `json:"factor"`
	Workers int     `json:"workers"`
	// Beyond says that even the pool's most are too few.
	Beyond bool `json:"beyond,omitempty"`
	// Cost of the workers that stand and of the capacity of the reaction, startup and
	// whole workers left out, as a multiple of the pure work.
	Cost float64 `json:"cost"`
}

// factors of reaction, the first a copy of what came.
var factors = [...]float64{1, 1.25, 1.5, 2, 3, 5}

// LeastStanding is that of a cell, given its cases, one for each seed.
func LeastStanding(cases []*simulate.Case) Standing {
	first := cases[0]
	pool := first.Declared.Pool(first.Epoch)
	s := Standing{Delay: int((pool.Lead() + sample.Second - 1) / sample.Second)}
	for i, factor := range factors {
		r := least(cases, s.Delay, factor)
		if i == 0 {
			s.Copy, s.Cheapest = r, r
		} else if !r.Beyond && (s.Cheapest.Beyond || r.Cost < s.Cheapest.Cost) {
			s.Cheapest = r
		}
	}
	return s
}

// least finds the fewest workers for a factor.
func least(cases []*simulate.Case, delay int, factor float64) Ready {
	most := cases[0].Pool.Max
	workers := sort.Search(most+1, func(workers int) bool {
		attained := 0.0
		for _, c := range cases {
			attained += stand(c.Arrivals, c.Pool, reaction{delay, factor}, workers)
		}
		return attained >= (cases[0].Share-hair)*float64(len(cases))
	})
	r := Ready{Factor: factor, Workers: min(workers, most), Beyond: workers > most}
	for _, c := range cases {
		r.Cost += (float64(r.Workers*len(c.Arrivals))/c.Work() + factor) / float64(len(cases))
	}
	return r
}

// hair is more than what sums of shares are off by.
const hair = 1e-9

// reaction is what arrivals beget: capacity for factor times their work, a delay in
// seconds later.
type reaction struct {
	delay  int
	factor float64
}

// stand replays arrivals with so many workers standing and the reaction beside them: the
// share of the items in time.
func stand(arrivals []float64, pool simulate.Pool, r reaction, workers int) float64 {
	total, onTime := 0.0, 0.0
	for _, n := range arrivals {
		total += n
	}
	head, left := 0, arrivals[0] // the second whose items are next, and how many of them are left
	for t := 0; head < len(arrivals) && t < len(arrivals)+r.delay; t++ {
		room := pool.Throughput * float64(workers)
		if t < r.delay {
			room += pool.Throughput * float64(pool.Initial)
		} else {
			room += r.factor * arrivals[t-r.delay]
		}
		for head < len(arrivals) && head <= t {
			done := min(left, room)
			room, left = room-done, left-done
			if t-head < pool.Deadline {
				onTime += done
			}
			if left > 0 {
				break
			}
			if head++; head < len(arrivals) {
				left = arrivals[head]
			}
		}
	}
	return onTime / total
}
