package simulate

import (
	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/tune"
)

// Engine is the policy of modcap: the forecasts, the tuner and the plan that its
// controllers run, every interval of the pool, with the state carried on.
type Engine struct {
	declared Declared // the first queue's; the pool is that of all
	epoch    sample.Instant
	pool     capacity.Pool
	until    sample.Instant // when pool is to be asked again; 0 for never
	interval int            // seconds

	queues   []watched
	tuner    *tune.State
	planner  capacity.Planner
	starting []sample.Instant
	// streams are the bins that the tuner has not folded, whose slots may be wider; input
	// is of the next decision.
	streams []tune.Stream
	input   capacity.Input
	// Last is the latest decision, good until the next; without what is left out of terse
	// ones while nobody watches.
	Last capacity.Decision
	// Watch, if not nil, is asked for the outlooks of the queues, and told of decisions.
	Watch Watcher
}

// watched is what the engine knows of a queue.
type watched struct {
	declared capacity.Queue
	forecast forecast.State
	events   []forecast.Event
	items    float64 // arrived since the decision before
}

// NewEngine folds what arrived before the scored day, oldest first, and is then
// ready for its first second, which is at epoch.
func NewEngine(d Declared, epoch sample.Instant, history []forecast.Bin) *Engine {
	return newEngine([]*Case{{Declared: d, Epoch: epoch, History: history}})
}

func newEngine(cases []*Case) *Engine { return engineOf(cases, tune.Family()) }

// engineOf is an engine whose tuner has the family.
func engineOf(cases []*Case, family []tune.Member) *Engine {
	first, n := cases[0], len(cases)
	e := &Engine{
		declared: first.Declared, epoch: first.Epoch, queues: make([]watched, n),
		streams: make([]tune.Stream, n), input: capacity.Input{Rules: capacity.Rules, Queues: make([]capacity.Queue, n)},
	}
	shortest := first.Declared.Queue.Deadline
	e.look(e.epoch)
	for i, c := range cases {
		q := c.Declared.Queue
		shortest = min(shortest, q.Deadline)
		e.queues[i] = watched{declared: q, forecast: forecast.New(q.Deadline), events: c.Declared.Events}
		e.queues[i].forecast.For(e.pool.Lead())
		e.queues[i].forecast.Fold(c.History, c.Declared.Events...)
		e.input.Queues[i] = q
		e.streams[i] = tune.Stream{Deadline: q.Deadline, WorkPerItem: q.WorkPerItem, Percent: q.Percent, Bins: c.History}
	}
	e.tuner = tune.NewFamily(tune.Slot(e.tuned(), shortest), family)
	e.tuner.Lazy = true
	e.tuner.Advance(e.tuned(), e.streams)
	for i := range e.streams {
		e.streams[i].Bins = nil
	}
	e.interval = max(1, int(e.pool.Interval/sample.Second))
	return e
}

// look asks for the bounds in force.
func (e *Engine) look(now sample.Instant) {
	e.pool, e.until = e.declared.Pool(now), 0
	if e.pool.Next != nil {
		e.until = e.pool.Next.At
	}
	e.input.Pool = e.pool
}

// Every is the interval.
func (e *Engine) Every() int { return e.interval }

// Step decides every interval. After the day's end it decides no more, as a
// timeline that is replayed does not either.
func (e *Engine) Step(v *View) int {
	for i := range e.queues {
		e.queues[i].items += v.queue(i).Since
	}
	if v.Ended || v.Second%e.interval != 0 {
		return v.Desired
	}
	now := e.epoch.Add(seconds(v.Second))
	if e.until != 0 && now >= e.until {
		e.look(now)
	}
	for i := range e.queues {
		e.observe(i, v, now)
	}
	if v.Second > 0 {
		e.learn()
	}
	in := &e.input
	in.Now = now
	in.Fleet = e.fleet(v, now)
	in.State = e.Last.State
	in.Tuning = e.tuner.Tuning()
	e.planner.Terse = e.Watch == nil
	e.Last = e.planner.Plan(in)
	if e.Watch != nil {
		e.Watch.Decided(in, &e.Last)
	}
	return int(e.Last.Replicas)
}

// learn lets the tuner fold the slots that are whole, and lets go of their bins.
func (e *Engine) learn() {
	e.tuner.Advance(e.tuned(), e.streams)
	for i := range e.streams {
		bins := e.streams[i].Bins
		folded := 0
		for folded < len(bins)-1 && bins[folded].End() <= e.tuner.Until {
			folded++
		}
		e.streams[i].Bins = append(bins[:0], bins[folded:]...)
	}
}

// queue is what is seen of one; of the only one, what is seen of all.
func (v *View) queue(i int) Waiting {
	if len(v.Queues) < 2 {
		return Waiting{Backlog: v.Backlog, Arrived: v.Arrived, Since: v.Since, Oldest: v.Oldest}
	}
	return v.Queues[i]
}

// observe makes a queue of a decision from the second's view, as the controllers
// make it from metrics: all that is known here of how a forecast enters a plan.
func (e *Engine) observe(i int, v *View, now sample.Instant) {
	w, seen, width := &e.queues[i], v.queue(i), seconds(e.interval)
	q := &e.input.Queues[i] // of which what is declared stays
	q.Arrivals = sample.Missing(sample.CauseNotReadYet)
	if v.Second > 0 {
		bin := forecast.Bin{At: now.Add(-width), Width: width, Count: milli(w.items)}
		e.streams[i].Bins = append(e.streams[i].Bins, bin)
		w.forecast.Fold(e.streams[i].Bins[len(e.streams[i].Bins)-1:], w.events...)
		q.Arrivals = sample.FreshAt(milli(w.items/float64(e.interval)), now)
	}
	w.items = 0
	q.Backlog = sample.FreshAt(milli(seen.Backlog), now)
	q.OldestAge = sample.FreshAt(sample.Whole(int64(seen.Oldest)), now)
	if w.forecast.Until != 0 {
		d := w.forecast.Demand(now, e.pool.Lead(), q.Percent, w.events...)
		q.Forecast = capacity.Forecast{Known: d.Warm, Mean: d.Mean, Upper: d.Upper, Foreseen: d.Foreseen, Basis: string(d.Basis)}
	}
	if e.Watch != nil {
		q.Outlook = e.Watch.Outlook(i, &w.forecast, now, w.events)
	}
}

// tuned is the pool as the tuner is told of it.
func (e *Engine) tuned() tune.Pool {
	p := &e.pool
	out := tune.Pool{Startup: p.Startup, Lead: p.Lead(), Min: p.Min, Max: p.Max, Throughput: p.Throughput}
	for i := range e.queues {
		out.Percent = max(out.Percent, e.queues[i].declared.Percent)
	}
	return out
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
