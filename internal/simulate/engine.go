package simulate

import (
	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/tune"
)

// Engine is the policy of modcap: the forecast and the plan that its controllers
// run, every interval of the pool, with the state carried on.
type Engine struct {
	declared Declared
	epoch    sample.Instant
	pool     capacity.Pool
	until    sample.Instant // when pool is to be asked again; 0 for never
	interval int            // seconds

	forecast forecast.State
	tuner    *tune.State
	stream   [1]tune.Stream
	state    capacity.State
	bin      [1]forecast.Bin
	queue    [1]capacity.Queue
	starting []sample.Instant
	items    float64 // arrived since the decision before
	// Last is the latest decision, which explains itself.
	Last capacity.Decision
}

// NewEngine folds what arrived before the scored day, oldest first, and is then
// ready for its first second, which is at epoch.
func NewEngine(d Declared, epoch sample.Instant, history []forecast.Bin) *Engine {
	e := &Engine{declared: d, epoch: epoch, forecast: forecast.Advance(forecast.New(d.Queue.Deadline), history)}
	e.look(epoch)
	e.tuner = tune.New(tune.Slot(e.tuned(), d.Queue.Deadline))
	e.tune(history)
	e.interval = max(1, int(e.pool.Interval/sample.Second))
	return e
}

// look asks for the bounds in force.
func (e *Engine) look(now sample.Instant) {
	e.pool, e.until = e.declared.Pool(now), 0
	if e.pool.Next != nil {
		e.until = e.pool.Next.At
	}
}

// Step decides every interval. After the day's end it decides no more, as a
// timeline that is replayed does not either.
func (e *Engine) Step(v *View) int {
	e.items += v.Arrived
	if v.Ended || v.Second%e.interval != 0 {
		return v.Desired
	}
	now := e.epoch.Add(seconds(v.Second))
	if e.until != 0 && now >= e.until {
		e.look(now)
	}
	e.observe(v, now)
	e.Last = capacity.Plan(capacity.Input{
		Rules: capacity.Rules, Now: now, Pool: e.pool, Fleet: e.fleet(v, now), Queues: e.queue[:], State: e.state,
		Tuning: e.tuner.Tuning(),
	})
	e.state = e.Last.State
	return int(e.Last.Replicas)
}

// observe makes the queue of a decision from the second's view, as the controllers
// make it from metrics: all that is known here of how a forecast enters a plan.
func (e *Engine) observe(v *View, now sample.Instant) {
	q, width := e.declared.Queue, seconds(e.interval)
	q.Arrivals = sample.Missing(sample.CauseNotReadYet)
	if v.Second > 0 {
		e.bin[0] = forecast.Bin{At: now.Add(-width), Width: width, Count: milli(e.items)}
		e.forecast = forecast.Advance(e.forecast, e.bin[:])
		e.tune(e.bin[:])
		q.Arrivals = sample.FreshAt(milli(e.items/float64(e.interval)), now)
	}
	e.items = 0
	q.Backlog = sample.FreshAt(milli(v.Backlog), now)
	q.OldestAge = sample.FreshAt(sample.Whole(int64(v.Oldest)), now)
	if e.forecast.Until != 0 {
		d := forecast.Demand(e.forecast, now, e.pool.Lead(), q.Percent)
		q.Forecast = capacity.Forecast{Known: d.Warm, Mean: d.Mean, Upper: d.Upper}
	}
	e.queue[0] = q
}

// tuned is the pool as the tuner is told of it.
func (e *Engine) tuned() tune.Pool {
	p := &e.pool
	return tune.Pool{
		Startup: p.Startup, Lead: p.Lead(), Min: p.Min, Max: p.Max, Throughput: p.Throughput, Percent: e.declared.Queue.Percent,
	}
}

// tune folds what arrived into the tuner.
func (e *Engine) tune(bins []forecast.Bin) {
	e.stream[0] = tune.Stream{Deadline: e.declared.Queue.Deadline, WorkPerItem: e.declared.Queue.WorkPerItem, Bins: bins}
	e.tuner.Advance(e.tuned(), e.stream[:])
}

// fleet is the workers as the controllers see pods.
func (e *Engine) fleet(v *View, now sample.Instant) capacity.Fleet {
	e.starting = e.starting[:0]
	for _, s := range v.Starting {
		created := now.Add(seconds(s.At - v.Second)).Add(-e.pool.Startup)
		for range s.Count {
			e.starting = append(e.starting, created)
		}
	}
	return capacity.Fleet{Known: true, Wanted: int32(v.Desired), Ready: int32(v.Ready), Starting: e.starting}
}

// milli is an amount in thousandths; a simulation stays far below the most.
func milli(v float64) sample.Milli {
	m, ok := sample.FromFloat(v)
	if !ok {
		return sample.MaxMilli
	}
	return m
}
