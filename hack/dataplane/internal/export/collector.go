package export

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/modcap/modcap/hack/dataplane/internal/platform"
)

// collector makes metrics of a report.
type collector struct {
	report   func() platform.Report
	rollouts *rollouts
	bands    *bands

	stage, review map[string]*prometheus.Desc
	held          *prometheus.Desc
	decisions     *prometheus.Desc
	samples       *prometheus.Desc
	workers       *prometheus.Desc
	workerSeconds *prometheus.Desc
	busySeconds   *prometheus.Desc
	heads         *prometheus.Desc
	inHand        *prometheus.Desc
	teamSeconds   *prometheus.Desc
}

// Names of what both stages have, and of what review has besides.
const (
	backlog   = "backlog_items"
	oldest    = "oldest_age_seconds"
	arrivals  = "arrivals_total"
	completed = "completed_total"
	due       = "due_total"
	onTime    = "on_time_total"

	inProgress = "in_progress_items"
	handling   = "handle_seconds_total"
)

func newCollector(report func() platform.Report) *collector {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("moderation_"+name, help, labels, nil)
	}
	both := map[string]string{
		backlog:   "Items waiting.",
		oldest:    "Age of the oldest item waiting, 0 if none waits.",
		arrivals:  "Items that came.",
		completed: "Items classified, or decisions made by people.",
		due:       "Items whose deadline has passed.",
		onTime:    "Items whose deadline has passed and that were done by then.",
	}
	c := &collector{
		report: report, rollouts: newRollouts(), bands: newBands(), stage: map[string]*prometheus.Desc{}, review: map[string]*prometheus.Desc{},
		held:          desc("held_items", "Classified items that wait for documents or for a stream.", "queue"),
		decisions:     desc("decisions_total", "Decisions by the router's action.", "queue", "action"),
		samples:       desc("qa_samples_total", "Decisions drawn for a second look.", "queue"),
		workers:       desc("pool_workers", "Machine workers now.", "pool", "state"),
		workerSeconds: desc("pool_worker_seconds_total", "Time that machine workers existed.", "pool", "state"),
		busySeconds:   desc("pool_busy_seconds_total", "Work done by machine workers.", "pool"),
		heads:         desc("team_heads", "Productive people on shift.", "team"),
		inHand:        desc("team_in_progress_items", "Items that people have in hand.", "team"),
		teamSeconds:   desc("team_handle_seconds_total", "Time that people spent on items.", "team"),
	}
	for name, help := range both {
		c.stage[name] = desc("classification_"+name, help, "queue")
		c.review[name] = desc("review_"+name, help, "queue", "stream", "language", "domain")
	}
	c.review[inProgress] = desc("review_"+inProgress, "Items that people have in hand.", "queue", "stream", "language", "domain")
	c.review[handling] = desc("review_"+handling, "Time that people spent on decisions.", "queue", "stream", "language", "domain")
	return c
}

// Describe is required of a collector.
func (c *collector) Describe(out chan<- *prometheus.Desc) {
	for _, of := range []map[string]*prometheus.Desc{c.stage, c.review} {
		for _, d := range of {
			out <- d
		}
	}
	for _, d := range append([]*prometheus.Desc{
		c.held, c.decisions, c.samples, c.workers, c.workerSeconds, c.busySeconds, c.heads, c.inHand, c.teamSeconds,
	}, append(c.rollouts.all(), c.bands.all()...)...) {
		out <- d
	}
}

// Collect is required of a collector.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	r := c.report()
	for _, q := range r.Queues {
		c.queue(emitter{out}, q)
	}
	e := emitter{out}
	c.rollouts.collect(e, r.Rollouts)
	for _, p := range r.Pools {
		e.gauge(c.workers, float64(p.Workers.Ready), p.Name, "ready")
		e.gauge(c.workers, float64(p.Workers.Existing-p.Workers.Ready), p.Name, "other")
		e.counter(c.workerSeconds, p.ReadyTime.Seconds(), p.Name, "ready")
		e.counter(c.workerSeconds, (p.WorkerTime - p.ReadyTime).Seconds(), p.Name, "other")
		e.counter(c.busySeconds, p.BusyTime.Seconds(), p.Name)
	}
	for _, t := range r.Teams {
		if t.Name == "" {
			continue // what waits for nobody's hands is in the classes
		}
		e.gauge(c.heads, t.Heads, t.Name)
		e.gauge(c.inHand, float64(t.Busy), t.Name)
		e.counter(c.teamSeconds, t.Handled.Seconds(), t.Name)
	}
}

func (c *collector) queue(e emitter, q platform.QueueReport) {
	if q.Classified {
		e.gauge(c.stage[backlog], float64(q.Backlog), q.Name)
		e.gauge(c.stage[oldest], q.OldestAge.Seconds(), q.Name)
		c.ledger(e, c.stage, q.Machine, q.Name)
	}
	e.gauge(c.held, float64(q.Held), q.Name)
	e.counter(c.samples, float64(q.QASamples), q.Name)
	for action, n := range q.Decisions {
		e.counter(c.decisions, float64(n), q.Name, action)
	}
	c.bands.collect(e, q.Name, q.Bands)
	for _, s := range q.Streams {
		for _, class := range s.Classes {
			labels := []string{q.Name, s.Name, class.Language, class.HarmDomain}
			e.gauge(c.review[backlog], float64(class.Backlog), labels...)
			e.gauge(c.review[inProgress], float64(class.InProgress), labels...)
			e.gauge(c.review[oldest], class.OldestAge.Seconds(), labels...)
			e.counter(c.review[handling], class.Handled.Seconds(), labels...)
			c.ledger(e, c.review, class.Ledger, labels...)
		}
	}
}

func (c *collector) ledger(e emitter, of map[string]*prometheus.Desc, l platform.Ledger, labels ...string) {
	e.counter(of[arrivals], float64(l.Arrivals), labels...)
	e.counter(of[completed], float64(l.Completed), labels...)
	e.counter(of[due], float64(l.Due), labels...)
	e.counter(of[onTime], float64(l.OnTime), labels...)
}

// emitter sends metrics.
type emitter struct{ out chan<- prometheus.Metric }

func (e emitter) gauge(d *prometheus.Desc, v float64, labels ...string) {
	e.out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
}

func (e emitter) counter(d *prometheus.Desc, v float64, labels ...string) {
	e.out <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, v, labels...)
}
