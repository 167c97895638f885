package lab_test

import (
	"math/rand/v2"
	"testing"

	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/lab"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/simulate"
)

// tiny is a case of a few seconds with whole items, whose delay is startup + 2 s.
func tiny(arrivals []float64, deadline, startup, initial int, share float64) *simulate.Case {
	pool := capacity.Pool{
		Throughput: sample.One, Startup: sample.Span(startup) * sample.Second, MetricDelay: sample.Second, Interval: sample.Second,
	}
	return &simulate.Case{
		Declared: simulate.Declared{Pool: func(sample.Instant) capacity.Pool { return pool }},
		Arrivals: arrivals, Share: share,
		Pool: simulate.Pool{Throughput: 1, Startup: startup, Deadline: deadline, Min: 0, Max: 40, Initial: initial},
	}
}

// inTime counts items one by one: each waits in one line, and in each second as many are
// served as stand ready, and as came a delay before, by the definition.
func inTime(c *simulate.Case, delay, factor, workers int) (onTime, all int) {
	var line []int // when each item that waits came
	for t := range len(c.Arrivals) + delay + 1 {
		if t < len(c.Arrivals) {
			for range int(c.Arrivals[t]) {
				line = append(line, t)
				all++
			}
		}
		room := workers
		switch from := t - delay; {
		case from < 0:
			room += c.Pool.Initial
		case from < len(c.Arrivals):
			room += factor * int(c.Arrivals[from])
		}
		for ; room > 0 && len(line) > 0; room-- {
			if t < line[0]+c.Pool.Deadline {
				onTime++
			}
			line = line[1:]
		}
	}
	return onTime, all
}

// counted tries every number of workers, from none on.
func counted(cases []*simulate.Case, delay, factor int) (workers int, beyond bool) {
	for ; workers <= cases[0].Pool.Max; workers++ {
		share := 0.0
		for _, c := range cases {
			onTime, all := inTime(c, delay, factor, workers)
			share += float64(onTime) / float64(all) / float64(len(cases))
		}
		if share >= cases[0].Share-1e-12 {
			return workers, false
		}
	}
	return cases[0].Pool.Max, true
}

func TestLeastStandingIsWhatCountingFinds(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	stood, beyond := 0, 0
	for range 3000 {
		deadline, startup, initial := 1+rng.IntN(6), rng.IntN(5), rng.IntN(4)
		share := []float64{0.5, 0.8, 0.95, 1}[rng.IntN(4)]
		var cases []*simulate.Case
		for range 1 + rng.IntN(3) {
			arrivals := make([]float64, 3+rng.IntN(12))
			arrivals[rng.IntN(len(arrivals))] = 1
			for i := range arrivals {
				if rng.IntN(3) == 0 {
					arrivals[i] += float64(rng.IntN(12))
				}
			}
			cases = append(cases, tiny(arrivals, deadline, startup, initial, share))
		}
		got := lab.LeastStanding(cases)
		if got.Delay != startup+2 {
			t.Fatalf("the delay is %d with a startup of %d", got.Delay, startup)
		}
		workers, over := counted(cases, got.Delay, 1)
		if got.Copy.Workers != workers || got.Copy.Beyond != over || got.Copy.Factor != 1 {
			t.Fatalf("%d workers (beyond: %v), counting finds %d (%v): deadline %d, delay %d, share %v, %v",
				got.Copy.Workers, got.Copy.Beyond, workers, over, deadline, got.Delay, share, cases[0].Arrivals)
		}
		if deadline > got.Delay && workers != 0 {
			t.Fatalf("%d workers stand, though all can wait for new ones", workers)
		}
		if f := got.Cheapest.Factor; f == 2 || f == 3 || f == 5 {
			if workers, over := counted(cases, got.Delay, int(f)); got.Cheapest.Workers != workers || got.Cheapest.Beyond != over {
				t.Fatalf("%+v, counting finds %d (%v)", got.Cheapest, workers, over)
			}
		}
		if got.Cheapest.Cost > got.Copy.Cost && !got.Copy.Beyond {
			t.Fatalf("the cheapest costs %v, and the copy %v", got.Cheapest.Cost, got.Copy.Cost)
		}
		if workers > 0 {
			stood++
		}
		if over {
			beyond++
		}
	}
	if stood < 500 {
		t.Errorf("only %d of the cases need anybody to stand", stood)
	}
	if beyond > 0 {
		t.Errorf("%d cases are beyond 40 workers, though no second has that many items", beyond)
	}
}

// A step that nobody announced, by hand: 10 items a second begin at second 10, startup
// and delay are beyond the deadline, and no item may be late.
func TestLeastStandingOfAStep(t *testing.T) {
	arrivals := make([]float64, 60)
	for i := 10; i < 60; i++ {
		arrivals[i] = 10
	}
	for name, c := range map[string]struct {
		share float64
		want  lab.Ready
	}{
		// Until second 15 nothing comes of the step, and after it all: in the 5 seconds 50
		// items came, of which those of the last 2 may wait.
		"all in time": {1, lab.Ready{Factor: 1, Workers: 8, Cost: 1 + 8*60/500.0}},
		// With 5 standing, of the items of seconds 11 to 15, 5, 10, 10, 10 and 5 are late: 40 of
		// the 50 that may be.
		"some late": {0.9, lab.Ready{Factor: 1, Workers: 5, Cost: 1 + 5*60/500.0}},
	} {
		t.Run(name, func(t *testing.T) {
			one := tiny(arrivals, 2, 3, 0, c.share)
			if got := lab.LeastStanding([]*simulate.Case{one}).Copy; got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
	high := tiny(arrivals, 2, 3, 0, 1)
	high.Pool.Max = 5
	if got := lab.LeastStanding([]*simulate.Case{high}); !got.Copy.Beyond || got.Copy.Workers != 5 {
		t.Errorf("with 5 workers at most: %+v", got)
	}
}
