package pool

import (
	"time"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
)

// decided is a decision with the input it was made from.
type decided struct {
	input    capacity.Input
	decision capacity.Decision
	interval time.Duration
	// nextOverride is when the overrides in force next change; 0 for never.
	nextOverride sample.Instant
}

// defaultInterval is how often a pool is looked at while no source says.
const defaultInterval = 5 * time.Second

// decide makes the input of the engine and calls it. It writes nothing but m.
func (r *Reconciler) decide(o *observed, m *memory) decided {
	out := decided{interval: r.interval(o)}
	fleet := fleetOf(*o)
	r.learnStartup(o, m, fleet.Rollout)
	overrides, edge := resolve.Overrides(o.pool.Name, o.overrides, o.now)
	out.nextOverride = edge
	learned := resolve.Learned{Throughput: m.learned.Throughput, Startup: m.learned.Startup}
	pool := resolve.Pool(o.pool, learned, sample.SpanOf(out.interval), overrides, o.now)
	queues := make([]capacity.Queue, 0, len(o.queues))
	for i := range o.queues {
		if q, ok := resolve.Queue(&o.queues[i], o.rows); ok {
			resolve.Override(&q, &o.queues[i], o.overrides, sample.At(o.now), pool.Lead())
			q.Forecast = r.forecast(o, &o.queues[i], q, pool.Lead(), m)
			q.Outlook = r.outlook(&o.queues[i], o.now, m)
			queues = append(queues, q)
		}
	}
	r.learnThroughput(o, m, fleet, queues)
	r.dropForecasts(o, m)
	tuning := r.tune(o, pool, queues, m)
	out.input = capacity.Input{
		Rules: capacity.Rules, Now: sample.At(o.now), Pool: pool, Fleet: fleet, Queues: queues,
		Tuning: tuning, State: seeded(m, o.pool),
	}
	out.decision = capacity.Plan(out.input)
	m.state = out.decision.State
	r.settle(o, m, &out)
	return out
}

// seeded is the engine's state; after a restart, what pool status remembers of it.
func seeded(m *memory, pool *v1alpha1.ClassifierPool) capacity.State {
	s := m.state
	if s.At != 0 {
		return s
	}
	if t := pool.Status.LastScaleUp; t != nil {
		s.LastScaleUp = sample.At(t.Time)
	}
	if t := pool.Status.LastScaleDown; t != nil {
		s.LastScaleDown = sample.At(t.Time)
	}
	return s
}

// interval is the shortest at which the numbers of the pool's queues are read.
func (r *Reconciler) interval(o *observed) time.Duration {
	shortest := time.Duration(0)
	for i := range o.queues {
		row, ok := resolve.ArrivalsRow(&o.queues[i])
		if !ok {
			continue
		}
		if d := r.Readings.Interval(row); d > 0 && (shortest == 0 || d < shortest) {
			shortest = d
		}
	}
	if shortest == 0 {
		return defaultInterval
	}
	return shortest
}

// forecast folds what arrived since the last look and asks for the demand over lead.
func (r *Reconciler) forecast(o *observed, q *v1alpha1.ModerationQueue, c capacity.Queue, lead sample.Span, m *memory) capacity.Forecast {
	row, ok := resolve.ArrivalsRow(q)
	if !ok {
		return capacity.Forecast{}
	}
	f := m.forecasts[q.Name]
	if f == nil {
		f = &forecasts{window: c.Deadline, state: forecast.New(c.Deadline)}
		m.forecasts[q.Name] = f
	}
	if deep := r.Readings.Deep(row); deep && !f.deep {
		// What was folded so far was the last day: seasons are in what came before.
		f.deep, f.window, f.state = true, c.Deadline, forecast.New(c.Deadline)
	}
	if f.window != c.Deadline {
		f.window, f.state = c.Deadline, f.state.Rewindow(c.Deadline)
	}
	f.events = resolve.Expected(q, o.overrides)
	f.state.Fold(r.Readings.Bins(row, f.state.Until), f.events...)
	if f.state.Until == 0 {
		return capacity.Forecast{}
	}
	d := f.state.Demand(sample.At(o.now), lead, c.Percent, f.events...)
	return capacity.Forecast{Known: d.Warm, Mean: d.Mean, Upper: d.Upper, Foreseen: d.Foreseen, Basis: string(d.Basis)}
}

func (r *Reconciler) dropForecasts(o *observed, m *memory) {
	there := make(map[string]bool, len(o.queues))
	for i := range o.queues {
		there[o.queues[i].Name] = true
	}
	for name := range m.forecasts {
		if !there[name] {
			delete(m.forecasts, name)
		}
	}
}

// learnStartup learns from pods that became ready since the last look. What pool
// status remembers holds until there is something better.
func (r *Reconciler) learnStartup(o *observed, m *memory, rollout bool) {
	recall(m, o.pool)
	spans, ready := startups(o.pods, m.readySeen)
	m.readySeen = ready
	if o.pool.Spec.Startup.Learn {
		m.learned = capacity.LearnStartup(m.learned, resolve.DeclaredStartup(o.pool), spans, rollout)
	}
}

func recall(m *memory, pool *v1alpha1.ClassifierPool) {
	l := pool.Status.Learned
	if l == nil || m.readySeen != nil {
		return
	}
	if v, err := v1alpha1.Decimal(l.ItemsPerSecond).Milli(); err == nil {
		m.learned.Throughput = sample.Milli(v)
	}
	if d, err := v1alpha1.Duration(l.Startup).Parse(); err == nil {
		m.learned.Startup = sample.SpanOf(d)
	}
}

// learnThroughput learns from what was completed while work was waiting at this
// look and the one before.
func (r *Reconciler) learnThroughput(o *observed, m *memory, fleet capacity.Fleet, queues []capacity.Queue) {
	if !o.pool.Spec.Throughput.Learn {
		return
	}
	declared := resolve.DeclaredThroughput(o.pool)
	var work, waiting sample.Milli
	for i := range o.queues {
		done := resolve.Completed(&o.queues[i], o.rows)
		if !done.Fresh() || i >= len(queues) || !queues[i].Backlog.Fresh() {
			m.saturated = false
			return
		}
		per := int64(queues[i].WorkPerItem)
		work += sample.Milli(sample.MulDiv(int64(done.Value), per, int64(sample.One)))
		waiting += sample.Milli(sample.MulDiv(int64(queues[i].Backlog.Value), per, int64(sample.One)))
	}
	// Enough for two seconds of all workers: nobody was idle.
	saturated := waiting > 2*declared*sample.Milli(max(fleet.Ready, 1))
	m.learned = capacity.LearnThroughput(m.learned, capacity.Observation{
		Declared: declared, Work: work, Ready: fleet.Ready, Saturated: saturated && m.saturated, Rollout: fleet.Rollout,
	})
	m.saturated = saturated
}
