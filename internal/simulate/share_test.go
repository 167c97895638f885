package simulate_test

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/simulate"
)

// anyShared is a few queues with bursts, on workers that do one unit a second.
func anyShared(rng *rand.Rand) simulate.Shared {
	var s simulate.Shared
	length, pool := 300+rng.IntN(600), simulate.Pool{Throughput: 1, Startup: 20, Min: 0, Max: 60, Initial: 3}
	for i := range 2 + rng.IntN(3) {
		work := sample.Milli(250 * (1 + rng.IntN(12)))
		p := pool
		p.Throughput, p.Deadline = 1/work.Float(), 1+rng.IntN(150)
		c := &simulate.Case{
			Pool: p, Share: 0.99, Arrivals: simulate.Draw(evenly(length, 2*rng.Float64()), 1, rng.Uint64N(1<<40)+1),
			Declared: simulate.Declared{Queue: capacity.Queue{Key: fmt.Sprint("q/", i), WorkPerItem: work}},
		}
		for at := rng.IntN(length); at < min(length, 80); at++ {
			c.Arrivals[at] += float64(rng.IntN(6))
		}
		s = append(s, c)
	}
	return s
}

// item is an item, or a part of it, in a plain simulation that takes the most urgent
// of all that waits.
type item struct {
	queue, came, due int
	work             float64
}

// plainly is how much work of each queue is late when so many workers take what is due
// first, and the total there was.
func plainly(s simulate.Shared, workers []int) (late []float64) {
	late = make([]float64, len(s))
	var all []item
	for t := 0; t < s.Seconds() || len(all) > 0; t++ {
		for i, c := range s {
			if t < s.Seconds() && c.Arrivals[t] > 0 {
				all = append(all, item{i, t, t + c.Pool.Deadline, c.Arrivals[t] * c.Declared.Queue.WorkPerItem.Float()})
			}
		}
		slices.SortStableFunc(all, func(a, b item) int { return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.queue, b.queue)) })
		room := float64(workers[min(t, len(workers)-1)])
		for len(all) > 0 && room > 1e-9 {
			done := min(room, all[0].work)
			room -= done
			if t >= all[0].due {
				late[all[0].queue] += done
			}
			if all[0].work -= done; all[0].work < 1e-9 {
				all = all[1:]
			}
		}
	}
	return late
}

// Whatever can be in time is in time, by any number of workers; and where not, the
// first queue is the last to be late.
func TestWhatIsDueFirstIsDoneFirst(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 21))
	kept, short := 0, 0
	for n := range 200 {
		s := anyShared(rng)
		workers := 1 + rng.IntN(14)
		for i := range s {
			s[i].Pool.Initial = workers
		}
		late := plainly(s, []int{workers})
		got, tape := s.Record(constant(workers))
		if total(late) < 1e-6 {
			if kept++; got.Attained < 1-1e-9 {
				t.Fatalf("%d: everything can be in time, and %.6f is", n, got.Attained)
			}
		} else if short++; got.Queues[0].Late > late[0]/s[0].Declared.Queue.WorkPerItem.Float()+0.02*got.Queues[0].Items {
			t.Fatalf("%d: the first queue has %v of %v items late, by deadline alone %v", n, got.Queues[0].Late, got.Queues[0].Items, late[0])
		}
		conserved(t, s, tape, workers)
	}
	if kept < 20 || short < 20 {
		t.Errorf("%d kept, %d short: nothing was compared", kept, short)
	}
}

// conserved checks that items are neither lost nor made, and that no worker idles while
// anything waits.
func conserved(t *testing.T, s simulate.Shared, tape *simulate.Tape, workers int) {
	t.Helper()
	before := make([]float64, len(s))
	for second := range s.Seconds() {
		done, waits, arrivals := 0.0, 0.0, 0.0
		for i, lane := range tape.Lanes {
			work := s[i].Declared.Queue.WorkPerItem.Float()
			d := before[i] + lane.Arrivals[second] - lane.Backlog[second]
			if d < -1e-6 {
				t.Fatalf("second %d: queue %d has done %v", second, i, d)
			}
			before[i] = lane.Backlog[second]
			done, waits, arrivals = done+d*work, waits+before[i], arrivals+lane.Arrivals[second]
		}
		if done > float64(workers)+1e-6 || waits > 1e-6 && done < float64(workers)-1e-6 {
			t.Fatalf("second %d: %v done by %d workers while %v wait", second, done, workers, waits)
		}
		if math.Abs(waits-tape.Backlog[second]) > 1e-6 || arrivals != tape.Arrivals[second] {
			t.Fatalf("second %d: lanes do not add up", second)
		}
	}
}

// The bound for several queues is the least that any plan pays: all plans are tried.
func TestSharedBoundIsTheLeast(t *testing.T) {
	rng := rand.New(rand.NewPCG(22, 22))
	for range 80 {
		var s simulate.Shared
		seconds := 2 + rng.IntN(3)
		for i := range 2 + rng.IntN(2) {
			work := sample.Milli(500 * (1 + rng.IntN(3)))
			c := &simulate.Case{
				Pool: simulate.Pool{Throughput: 1 / work.Float(), Deadline: 1 + rng.IntN(3)}, Arrivals: make([]float64, seconds),
				Declared: simulate.Declared{Queue: capacity.Queue{Key: fmt.Sprint("q/", i), WorkPerItem: work}},
			}
			for k := range c.Arrivals {
				c.Arrivals[k] = float64(rng.IntN(3))
			}
			s = append(s, c)
		}
		if got, want := s.Bound(), leastPlan(s); math.Abs(got-want) > 1e-9 {
			t.Fatalf("the clairvoyant pays %v, and some plan %v", got, want)
		}
	}
}

// leastPlan tries every plan that asks for up to nine workers in each second.
func leastPlan(s simulate.Shared) float64 {
	plan := make([]int, s.Seconds()+3)
	least := math.Inf(1)
	var try func(second, cost int)
	try = func(second, cost int) {
		if float64(cost) >= least {
			return
		}
		if second == len(plan) {
			if total(plainly(s, append(slices.Clone(plan), 99))) < 1e-9 {
				least = float64(cost)
			}
			return
		}
		for plan[second] = 0; plan[second] <= 9; plan[second]++ {
			if latest(s, plan[:second+1]) {
				continue
			}
			try(second+1, cost+plan[second])
		}
		plan[second] = 0
	}
	try(0, 0)
	return least
}

// latest is true when something is late already under the beginning of a plan.
func latest(s simulate.Shared, begun []int) bool {
	cut := make(simulate.Shared, len(s))
	for i, c := range s {
		o := *c
		o.Arrivals = c.Arrivals[:min(len(begun), len(c.Arrivals))]
		cut[i] = &o
	}
	return total(plainly(cut, append(slices.Clone(begun), 99))) > 1e-9
}
