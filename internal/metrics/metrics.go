package metrics

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/modcap/modcap/internal/report"
)

// Metrics are the operator's own metrics.
type Metrics struct {
	PoolWanted    *prometheus.GaugeVec
	PoolCurrent   *prometheus.GaugeVec
	PoolReady     *prometheus.GaugeVec
	PoolDecisions *prometheus.CounterVec
	PoolWrites    *prometheus.CounterVec
	PoolTrouble   *prometheus.GaugeVec
	PoolCost      *prometheus.GaugeVec

	QueueBacklog          *prometheus.GaugeVec
	QueueAttained         *prometheus.GaugeVec
	QueuePromise          *prometheus.GaugeVec
	QueueFeasible         *prometheus.GaugeVec
	QueueReviewersMissing *prometheus.GaugeVec
	QueueFindings         *prometheus.GaugeVec
	QueueBreach           *prometheus.GaugeVec
	QueueDrain            *prometheus.GaugeVec
	QueueClaims           *prometheus.CounterVec

	StaffingCoverage  *prometheus.GaugeVec
	StaffingMissing   *prometheus.GaugeVec
	StaffingFirstGap  *prometheus.GaugeVec
	StaffingAlone     *prometheus.GaugeVec
	StaffingUncovered *prometheus.GaugeVec
	StaffingUnmanned  *prometheus.GaugeVec
	StaffingPlanned   *prometheus.GaugeVec

	PolicyErrors *prometheus.GaugeVec
	PolicyChecks *prometheus.GaugeVec

	ReliefActive    *prometheus.GaugeVec
	ReliefBegun     *prometheus.GaugeVec
	ReliefExhausted *prometheus.GaugeVec
	ReliefSpared    *prometheus.GaugeVec
	ReliefLeaks     *prometheus.GaugeVec
	ReliefDeferred  *prometheus.GaugeVec
	ReliefSamples   *prometheus.GaugeVec

	SourceUp *prometheus.GaugeVec

	// Those of the rollouts of policies' changes.
	RolloutPhase   *prometheus.GaugeVec
	RolloutShare   *prometheus.GaugeVec
	RolloutStep    *prometheus.GaugeVec
	RolloutUpper   *prometheus.GaugeVec
	RolloutMargin  *prometheus.GaugeVec
	RolloutAborted *prometheus.GaugeVec
	RereviewItems  *prometheus.GaugeVec

	RoutingWrites *prometheus.CounterVec
	StatusWrites  *prometheus.CounterVec
	StatusDelays  *prometheus.CounterVec
	Overrides     *prometheus.GaugeVec
}

// Spec describes one metric; docs/metrics.md is generated from these.
type Spec struct {
	Name, Help, Type string
	Labels           []string
}

// New registers the metrics.
func New(r prometheus.Registerer) *Metrics {
	m, collectors := build()
	r.MustRegister(collectors...)
	return m
}

// Specs lists every metric, in the order of the documentation.
func Specs() []Spec {
	b := &builder{}
	b.all()
	return b.specs
}

func build() (*Metrics, []prometheus.Collector) {
	b := &builder{}
	m := b.all()
	return m, b.collectors
}

type builder struct {
	specs      []Spec
	collectors []prometheus.Collector
}

func (b *builder) gauge(name, help string, labels ...string) *prometheus.GaugeVec {
	g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
	b.add(g, Spec{name, help, "gauge", labels})
	return g
}

func (b *builder) counter(name, help string, labels ...string) *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	b.add(c, Spec{name, help, "counter", labels})
	return c
}

func (b *builder) add(c prometheus.Collector, s Spec) {
	b.collectors = append(b.collectors, c)
	b.specs = append(b.specs, s)
}

func (b *builder) all() *Metrics {
	pool, queue := []string{"namespace", "pool"}, []string{"namespace", "queue"}
	target := []string{"namespace", "target"}
	stage := append(append([]string{}, queue...), "stage")
	m := &Metrics{
		PoolWanted:  b.gauge("modcap_pool_wanted_replicas", "Replicas that the latest decision wants. An HPA can follow it.", pool...),
		PoolCurrent: b.gauge("modcap_pool_current_replicas", "Replicas that the scale target asks for.", pool...),
		PoolReady:   b.gauge("modcap_pool_ready_replicas", "Replicas that are ready.", pool...),
		PoolTrouble: b.gauge("modcap_pool_missing_replicas", "Replicas that are unschedulable or failing.",
			append(append([]string{}, pool...), "cause")...),
		PoolCost: b.gauge("modcap_pool_cost_per_hour",
			"Replicas that the scale target asks for, times spec.cost.perReplicaHour. Absent without a price.", pool...),
		PoolDecisions: b.counter("modcap_pool_decisions_total", "Decisions by verdict and binding rule.",
			append(append([]string{}, pool...), "verdict", "binding")...),
		PoolWrites: b.counter("modcap_pool_scale_writes_total", "Writes of the scale by direction and result.",
			append(append([]string{}, pool...), "direction", "result")...),
		QueueBacklog:  b.gauge("modcap_queue_backlog_items", "Items waiting, as last read. Absent while it is not known.", stage...),
		QueueAttained: b.gauge("modcap_queue_attained_ratio", "Share of due items done in time over the last hour.", stage...),
		QueuePromise:  b.gauge("modcap_queue_promise_ratio", "Share of items promised in time.", stage...),
		QueueFeasible: b.gauge("modcap_queue_feasible", "1 if the machines can keep the promise as forecast now, else 0.", queue...),
		QueueReviewersMissing: b.gauge("modcap_queue_missing_reviewers",
			"Productive reviewers needed now and not there.", queue...),
		QueueFindings: b.gauge("modcap_queue_findings", "Problems found with the queue.", queue...),
		QueueBreach: b.gauge("modcap_queue_breach_seconds",
			"Time for which no item is late with 90 % (percent 90), or after which one is as likely late as not (50); "+
				"a day at most, 0 while one is late.",
			append(append([]string{}, stage...), "percent")...),
		QueueDrain: b.gauge("modcap_queue_drain_seconds",
			"Time within which the present backlog is done with 90 %, or as likely as not (50). Absent while the end is not in sight.",
			append(append([]string{}, stage...), "percent")...),
		QueueClaims: b.counter("modcap_queue_outlook_claims_total",
			"Figures of breachIn (figure breach) and drainTime (drain), one a minute at most, by what became of them: held, missed, or "+
				"beyond, which said that nothing happens within 24 hours, and nothing did. Of percent 90, held / (held + missed) is to be 0.9.",
			append(append([]string{}, stage...), "figure", "percent", "result")...),
		StaffingCoverage: b.gauge("modcap_staffing_coverage_ratio",
			"Share of the reviewer time needed over the horizon that is there. Absent while the need of a class is not known.", target...),
		StaffingMissing: b.gauge("modcap_staffing_missing_reviewers", "Productive reviewers needed now and not there.", target...),
		StaffingFirstGap: b.gauge("modcap_staffing_first_gap_seconds",
			"Time until a class has too few people for the first time; 0 while one has. Absent without a gap to the horizon.", target...),
		StaffingAlone: b.gauge("modcap_staffing_alone_classes",
			"Classes that in some interval of the horizon hang on one person.", target...),
		StaffingUncovered: b.gauge("modcap_staffing_uncovered_classes",
			"Classes that in some interval of the horizon nobody on shift can do.", target...),
		StaffingUnmanned: b.gauge("modcap_staffing_escalation_uncovered_seconds",
			"Time of the horizon in which nobody of a tier that items escalate to is there in time: of the tier and language with most.",
			target...),
		StaffingPlanned: b.gauge("modcap_staffing_planned_timestamp_seconds", "When the plan in force was made.", target...),
		SourceUp:        b.gauge("modcap_source_up", "1 if the series of the source answers, else 0.", "namespace", "source", "series"),
		RoutingWrites: b.counter("modcap_routing_writes_total", "Routing objects written by what they are.",
			"namespace", "surface", "document"),
		StatusWrites: b.counter("modcap_status_writes_total", "Status writes by kind and urgency.", "kind", "urgency"),
		StatusDelays: b.counter("modcap_status_delays_total", "Status writes put off by the budget or the pace of numbers.",
			"kind", "urgency"),
		Overrides: b.gauge("modcap_override_active", "1 while the override is in force.", "namespace", "override", "type"),
	}
	b.rollouts(m)
	b.policies(m)
	return m
}

// Relief are the metrics of the relief of a policy in a target.
func (m *Metrics) Relief() []*prometheus.GaugeVec {
	return []*prometheus.GaugeVec{
		m.ReliefActive, m.ReliefBegun, m.ReliefExhausted, m.ReliefSpared, m.ReliefLeaks, m.ReliefDeferred, m.ReliefSamples,
	}
}

// StatusWrite counts a status write.
func (m *Metrics) StatusWrite(kind string, u report.Urgency) {
	m.StatusWrites.WithLabelValues(kind, u.String()).Inc()
}

// StatusDelay counts a status write that was put off.
func (m *Metrics) StatusDelay(kind string, u report.Urgency) {
	m.StatusDelays.WithLabelValues(kind, u.String()).Inc()
}

// ForgetReplicas drops the replicas of a pool, which are not known: an HPA that
// follows them must not read 0.
func (m *Metrics) ForgetReplicas(namespace, name string) {
	l := prometheus.Labels{"namespace": namespace, "pool": name}
	for _, g := range []*prometheus.GaugeVec{m.PoolWanted, m.PoolCurrent, m.PoolReady, m.PoolTrouble, m.PoolCost} {
		g.DeletePartialMatch(l)
	}
}

// ForgetPool drops the series of a pool.
func (m *Metrics) ForgetPool(namespace, name string) {
	m.ForgetReplicas(namespace, name)
	l := prometheus.Labels{"namespace": namespace, "pool": name}
	m.PoolDecisions.DeletePartialMatch(l)
	m.PoolWrites.DeletePartialMatch(l)
}

// ForgetQueue drops the series of a queue.
func (m *Metrics) ForgetQueue(namespace, name string) {
	l := prometheus.Labels{"namespace": namespace, "queue": name}
	for _, g := range []*prometheus.GaugeVec{
		m.QueueBacklog, m.QueueAttained, m.QueuePromise, m.QueueFeasible, m.QueueReviewersMissing, m.QueueFindings,
	} {
		g.DeletePartialMatch(l)
	}
	m.ForgetFigures(namespace, name)
	m.QueueClaims.DeletePartialMatch(l)
}

// ForgetFigures drops the time to breach and the drain time of a queue, which are not known.
func (m *Metrics) ForgetFigures(namespace, queue string) {
	l := prometheus.Labels{"namespace": namespace, "queue": queue}
	m.QueueBreach.DeletePartialMatch(l)
	m.QueueDrain.DeletePartialMatch(l)
}

// ForgetTarget drops the series of a target.
func (m *Metrics) ForgetTarget(namespace, name string) {
	l := prometheus.Labels{"namespace": namespace, "target": name}
	for _, g := range append(m.Relief(),
		m.StaffingCoverage, m.StaffingMissing, m.StaffingFirstGap, m.StaffingAlone, m.StaffingUncovered, m.StaffingUnmanned,
		m.StaffingPlanned) {
		g.DeletePartialMatch(l)
	}
}

// ForgetSource drops the series of a source.
func (m *Metrics) ForgetSource(namespace, name string) {
	m.SourceUp.DeletePartialMatch(prometheus.Labels{"namespace": namespace, "source": name})
}

// ForgetOverride drops the series of an override.
func (m *Metrics) ForgetOverride(namespace, name string) {
	m.Overrides.DeletePartialMatch(prometheus.Labels{"namespace": namespace, "override": name})
}
