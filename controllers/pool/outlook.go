package pool

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/facts"
	"github.com/modcap/modcap/internal/outlook"
	"github.com/modcap/modcap/internal/sample"
)

// machineStage is the label of the machine stage in metrics.
const machineStage = "classification"

// outlook is what the plan is told of a queue beyond the lead: its forecast, which has
// been brought up to date, and what earlier figures proved to be worth.
func (r *Reconciler) outlook(q *v1alpha1.ModerationQueue, now time.Time, m *memory) capacity.Outlook {
	f, had := m.forecasts[q.Name]
	if !had {
		return capacity.Outlook{}
	}
	return m.figures(q.Name).Of(&f.state, sample.At(now), f.events)
}

// recallFigures takes, after a restart, what figures were worth from the latest decision on
// record, so that a queue's "no breach in sight" is not in doubt for a day each time.
func (r *Reconciler) recallFigures(ctx context.Context, o *observed, m *memory) error {
	if m.outlooks != nil {
		return nil
	}
	history, err := r.history(ctx, o)
	if err != nil {
		return err
	}
	m.outlooks = map[string]*outlook.State{}
	var in capacity.Input
	if len(history) > 0 {
		// Of a record of other rules, or one that was tampered with, there is nothing to recall.
		in, _, _ = history[len(history)-1].Read()
	}
	for i := range in.Queues {
		_, name, _ := strings.Cut(in.Queues[i].Key, "/")
		s := outlook.Recall(in.Queues[i].Deadline, in.Queues[i].Outlook)
		m.outlooks[name] = &s
	}
	return nil
}

// figures is what is known of a queue's figures.
func (m *memory) figures(queue string) *outlook.State {
	s := m.outlooks[queue]
	if s == nil {
		s = &outlook.State{}
		m.outlooks[queue] = s
	}
	return s
}

// settle shows what was seen of the queues to the claims made of them, makes new ones of
// what is said now, and counts what became of the old.
func (r *Reconciler) settle(o *observed, m *memory, d *decided) {
	risks := make(map[string]capacity.Risk, len(d.decision.Risk))
	for _, k := range d.decision.Risk {
		risks[k.Queue] = k
	}
	there := make(map[string]bool, len(d.input.Queues))
	for i := range d.input.Queues {
		q := &d.input.Queues[i]
		_, name, _ := strings.Cut(q.Key, "/")
		there[name] = true
		risk, said := risks[q.Key]
		seen := outlook.SeenOf(&d.input, q, risk, said)
		r.countClaims(o.pool.Namespace, name, m.figures(name).Look(seen))
		r.setFigures(o.pool.Namespace, name, &seen)
	}
	for name := range m.outlooks {
		if !there[name] {
			delete(m.outlooks, name)
			r.Metrics.ForgetFigures(o.pool.Namespace, name)
		}
	}
}

// setFigures sets the metrics of what is said of a queue now.
func (r *Reconciler) setFigures(namespace, queue string, l *outlook.Seen) {
	if !l.Said || !l.Fresh {
		r.Metrics.ForgetFigures(namespace, queue)
		return
	}
	set := func(g *prometheus.GaugeVec, percent string, at sample.Instant, beyond float64) {
		switch {
		case at != 0:
			g.WithLabelValues(namespace, queue, machineStage, percent).Set(float64(max(at.Since(l.Now), 0)) / 1000)
		case beyond > 0:
			g.WithLabelValues(namespace, queue, machineStage, percent).Set(beyond)
		default:
			g.DeleteLabelValues(namespace, queue, machineStage, percent)
		}
	}
	horizon := float64(capacity.OutlookHorizon) / 1000
	set(r.Metrics.QueueBreach, "50", l.Breach.Likely, horizon)
	set(r.Metrics.QueueBreach, "90", l.Breach.Sure, horizon)
	set(r.Metrics.QueueDrain, "50", l.Drain.Likely, 0)
	set(r.Metrics.QueueDrain, "90", l.Drain.Sure, 0)
}

func (r *Reconciler) countClaims(namespace, queue string, t outlook.Tally) {
	for _, f := range outlook.Figures() {
		what := "drain"
		if f.Breach() {
			what = "breach"
		}
		add := func(result string, n int) {
			if n > 0 {
				r.Metrics.QueueClaims.WithLabelValues(namespace, queue, machineStage, what, strconv.Itoa(f.Percent()), result).Add(float64(n))
			}
		}
		add("held", t[f].Held)
		add("missed", t[f].Missed)
		add("beyond", t[f].Beyond)
	}
}

// putFigures puts the figures of a queue into its fact. Those shown before are kept while
// they are nearly true, so that what is learned of figures writes nothing by itself.
func putFigures(f, was *facts.Pool, k capacity.Risk, now time.Time) {
	breach, drain := k.Breach, k.Drain
	if breach == (capacity.Figures{}) { // nothing but what is due now is looked at
		breach.Likely, breach.Sure = k.FirstBreach, k.FirstBreach
	}
	if drain == (capacity.Figures{}) {
		drain.Likely, drain.Sure = k.DrainBy, k.DrainBy
	}
	// While numbers are missing no breach in sight means nothing.
	if f.Known || k.FirstBreach != 0 {
		f.BreachIn = base.SteadyBreach(breach.Sure, now, was.BreachIn)
		f.BreachLikely = base.SteadyBreach(breach.Likely, now, was.BreachLikely)
	}
	if f.Known {
		f.Drain = base.SteadyLength(drain.Sure, now, was.Drain)
		f.DrainLikely = base.SteadyLength(drain.Likely, now, was.DrainLikely)
	}
}
