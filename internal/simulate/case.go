package simulate

import (
	"fmt"
	"math"

	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/trace"
)

// Declared is what modcap is told of a queue and its pool.
type Declared struct {
	// Pool is the pool as declared, with the bounds in force at an instant and the
	// next change of them. It is asked again when that comes: its lead stays the same.
	Pool func(now sample.Instant) capacity.Pool
	// Queue is the queue's promise and weight; what is observed of it is left out.
	Queue capacity.Queue
	// Events are its calendar.
	Events []forecast.Event
	// Min and Max are the widest bounds of the replicas at any time.
	Min, Max int
}

// Load says what arrives: a day of a trace, scaled and drawn.
type Load struct {
	Day  Day
	Seed uint64
	// Mean is items a second over the scored day; 0 takes the trace as it is.
	Mean float64
}

// historyDays is how much of the past the engine is given.
const historyDays = 28

// Case is one scored day, ready to be run under any policy.
type Case struct {
	Declared Declared
	// Epoch is when the day begins.
	Epoch sample.Instant
	// Arrivals are the items of each second, History those before it in bins.
	Arrivals []float64
	History  []forecast.Bin
	Pool     Pool
	// Share of the items that must be in time.
	Share float64
	// Missing is how many seconds of the day no bin of the trace covers.
	Missing int

	first float64 // workers that the first second keeps busy
}

// NewCase makes a case. The error says why the trace has no such day, or the
// declaration nothing to simulate.
func NewCase(t *trace.Trace, d Declared, load Load) (*Case, error) {
	if err := load.Day.In(t); err != nil {
		return nil, err
	}
	rates, start := load.Day.Of(t)
	return newCase(t, d, &scored{rates: rates, start: start, mean: load.Mean, seed: load.Seed})
}

// scored is a scored day of a trace.
type scored struct {
	rates []float64 // items a second of each second, from second start of the trace on
	start int
	// mean is items a second, 0 for those of rates.
	mean float64
	// seed and stream choose the draws; two generators are made of them.
	seed, stream uint64
}

func newCase(t *trace.Trace, d Declared, s *scored) (*Case, error) {
	rates, mean := s.rates, s.mean
	if mean == 0 {
		mean = sum(rates) / float64(len(rates))
	}
	scale := Scale(rates, mean)
	if scale == 0 {
		return nil, fmt.Errorf("%s: nothing arrives in the %d s from second %d that are scored: choose the day with the peak",
			t.Name, len(rates), s.start)
	}
	_, covered := t.Items(s.start, s.start+len(rates))
	c := &Case{
		Declared: d, Epoch: t.Begins.Add(seconds(s.start)), Share: float64(d.Queue.Percent) / float64(sample.AllPPM),
		Arrivals: draw(rates, scale, s.seed, s.stream), Missing: len(rates) - covered,
	}
	c.History = history(t, s, historyDays, scale)
	pool := d.Pool(c.Epoch)
	c.Pool = Pool{
		Throughput: pool.Throughput.Float() / d.Queue.WorkPerItem.Float(),
		Startup:    int((pool.Startup + sample.Second - 1) / sample.Second),
		Deadline:   int(d.Queue.Deadline / sample.Second),
		Min:        d.Min, Max: d.Max,
	}
	if c.Pool.Deadline < 1 || c.Pool.Throughput <= 0 {
		return nil, fmt.Errorf("a deadline of %s with %g items a second for each worker cannot be simulated: a second and some work are least",
			d.Queue.Deadline, c.Pool.Throughput)
	}
	c.first = rates[0] * mean * float64(len(rates)) / sum(rates) / c.Pool.Throughput
	c.Pool.Initial = initial(c.first)
	return c, nil
}

// initial is the workers that a day begins with: those that its first second keeps busy.
func initial(busy float64) int { return max(1, int(math.Ceil(busy))) }

// Engine is modcap for this case, at the beginning of its day.
func (c *Case) Engine() *Engine { return NewEngine(c.Declared, c.Epoch, c.History) }

// Bound is the worker-seconds of the clairvoyant.
func (c *Case) Bound() float64 { return Clairvoyant(c.Arrivals, c.Pool.Throughput, c.Pool.Deadline) }

// Rules are those of the peers, for this case's promise and workers.
func (c *Case) Rules() []Rule { return Peers(float64(c.Pool.Deadline), c.Pool.Throughput) }

// Work is the worker-seconds that the items take by themselves.
func (c *Case) Work() float64 { return sum(c.Arrivals) / c.Pool.Throughput }
