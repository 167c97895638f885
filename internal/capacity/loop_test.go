package capacity_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/sample"
)

// A closed loop of one-second steps: Poisson arrivals into a first-in-first-out
// queue, pods that take a startup to be ready, metrics that are one interval
// old, a decision every five seconds.

const loopBegin = sample.Instant(1_790_000_000_000)

type loop struct {
	deadline, startup int // seconds
	perReplica        float64
	rate              func(second int) float64
	warm, seconds     int // history given to the forecast, seconds scored
}

type cohort struct {
	at    int
	items float64
}

type world struct {
	loop
	rng      *rand.Rand
	pool     capacity.Pool
	state    capacity.State
	forecast forecast.State
	fifo     []cohort
	ready    int
	starting []int // seconds at which they were created
	wanted   int
	arrived  float64 // since the last decision
	late     capacity.Queue
	// outcome
	due, onTime, replicaSeconds, work float64
	changes                           int
}

func (l loop) run(t *testing.T, seed uint64) *world {
	t.Helper()
	w := &world{
		loop: l, rng: rand.New(rand.NewPCG(seed, 7)),
		pool: capacity.Pool{
			Min: 1, Max: 1000, Throughput: sample.Milli(l.perReplica * 1000), Startup: sample.Span(l.startup) * sample.Second,
			MetricDelay: 5 * sample.Second, Interval: 5 * sample.Second, Stabilization: 5 * sample.Minute,
		},
		forecast: forecast.New(sample.Span(l.deadline) * sample.Second),
	}
	w.wanted = int(math.Ceil(l.rate(0) / l.perReplica))
	w.ready = w.wanted
	for s := -l.warm; s < l.seconds; s++ {
		n := w.poisson(l.rate(max(s, 0)))
		w.arrived += n
		if s >= 0 {
			w.step(s, n)
		}
		if s%5 == 4 || s%5 == -1 {
			w.observe(s)
		}
	}
	return w
}

func (w *world) poisson(mean float64) float64 {
	n := -1.0
	for t := 0.0; t < mean; n++ {
		t += w.rng.ExpFloat64()
	}
	return max(n, 0)
}

// step is one second of work.
func (w *world) step(s int, arrivals float64) {
	w.fifo = append(w.fifo, cohort{s, arrivals})
	w.due += arrivals
	w.work += arrivals / w.perReplica
	for len(w.starting) > 0 && s-w.starting[0] >= w.startup {
		w.ready, w.starting = w.ready+1, w.starting[1:]
	}
	w.replicaSeconds += float64(w.ready + len(w.starting))
	for budget := float64(w.ready) * w.perReplica; budget > 0 && len(w.fifo) > 0; {
		c := &w.fifo[0]
		done := min(budget, c.items)
		if s-c.at <= w.deadline {
			w.onTime += done
		}
		if c.items, budget = c.items-done, budget-done; c.items <= 0 {
			w.fifo = w.fifo[1:]
		}
	}
}

// observe folds in the last five seconds, decides on what was seen an interval
// ago, and applies the decision.
func (w *world) observe(s int) {
	end := loopBegin.Add(sample.Span(s+1) * sample.Second)
	bin := forecast.Bin{At: end.Add(-5 * sample.Second), Width: 5 * sample.Second, Count: sample.Milli(w.arrived * 1000)}
	seen := w.late
	w.late = w.queue(end)
	w.forecast.Fold([]forecast.Bin{bin})
	w.arrived = 0
	if s < 0 || seen.Key == "" {
		return
	}
	q := w.forecast.Demand(end, w.pool.Lead(), seen.Percent)
	seen.Forecast = capacity.Forecast{Known: q.Warm, Mean: q.Mean, Upper: q.Upper}
	in := capacity.Input{
		Now: end, Pool: w.pool, Queues: []capacity.Queue{seen}, State: w.state,
		Fleet: capacity.Fleet{Known: true, Wanted: int32(w.wanted), Ready: int32(w.ready)},
	}
	for _, at := range w.starting {
		in.Fleet.Starting = append(in.Fleet.Starting, loopBegin.Add(sample.Span(at)*sample.Second))
	}
	d := capacity.Plan(in)
	w.state = d.State
	w.scale(s, int(d.Replicas))
}

func (w *world) queue(now sample.Instant) capacity.Queue {
	var backlog float64
	oldest := 0
	for i, c := range w.fifo {
		if backlog += c.items; i == 0 {
			oldest = int(now.Since(loopBegin)/sample.Second) - c.at
		}
	}
	return capacity.Queue{
		Key: "ns/q", Deadline: sample.Span(w.deadline) * sample.Second, Percent: 990_000, WorkPerItem: sample.One,
		Backlog:   sample.FreshAt(sample.Milli(backlog*1000), now),
		OldestAge: sample.FreshAt(sample.Whole(int64(oldest)), now),
		Arrivals:  sample.FreshAt(sample.Milli(w.arrived*200), now),
	}
}

func (w *world) scale(s, n int) {
	if n != w.wanted {
		w.changes++
	}
	w.wanted = n
	for w.ready+len(w.starting) < n {
		w.starting = append(w.starting, s+1)
	}
	if extra := w.ready + len(w.starting) - n; extra > 0 {
		young := min(extra, len(w.starting))
		w.starting = w.starting[:len(w.starting)-young]
		w.ready -= extra - young
	}
}

func TestClosedLoop(t *testing.T) {
	day := func(s int) float64 { return 55 - 45*math.Cos(2*math.Pi*float64(s)/86400) }
	step := func(s int) float64 {
		if s < 3600 {
			return 20
		}
		return 80
	}
	flat := func(int) float64 { return 50 }
	short := loop{deadline: 30, startup: 60, perReplica: 10, rate: flat, warm: 3600, seconds: 21600}
	video := loop{deadline: 120, startup: 60, perReplica: 10, rate: day, warm: 1800, seconds: 86400}
	batch := loop{deadline: 600, startup: 120, perReplica: 10, rate: day, warm: 1800, seconds: 86400}
	with := func(l loop, rate func(int) float64, perReplica float64) loop {
		l.rate, l.perReplica = rate, perReplica
		return l
	}
	long := with(short, day, 10)
	long.seconds = 86400
	for name, c := range map[string]struct {
		loop
		cost float64 // replica time over pure work, at most
	}{
		"step, deadline twice the startup":    {with(video, step, 10), 1.25},
		"day, deadline twice the startup":     {video, 1.25},
		"step, deadline five times":           {with(batch, step, 10), 1.25},
		"day, deadline five times":            {batch, 1.25},
		"steady, deadline below the startup":  {short, 1.3},
		"day, deadline below the startup":     {long, 1.3},
		"steady, short deadline, few workers": {with(short, flat, 25), 1.55},
	} {
		t.Run(name, func(t *testing.T) {
			w := c.run(t, 1)
			attained, cost := w.onTime/w.due, w.replicaSeconds/w.work
			t.Logf("%.2f %% on time, %.3f of the work, %d changes", 100*attained, cost, w.changes)
			if attained < 0.99 || cost > c.cost {
				t.Errorf("%.4f on time, %.3f of the work (at most %v)", attained, cost, c.cost)
			}
		})
	}
}
