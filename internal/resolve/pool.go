package resolve

import (
	"slices"
	"strings"
	"time"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/sample"
)

// defaultInterval is how often numbers are read where a spec leaves out what the API
// server fills in: manifests read from files have no defaults applied.
const defaultInterval = 5 * sample.Second

// Learned are values measured in place of declared ones; zero means none.
type Learned struct {
	Throughput sample.Milli
	Startup    sample.Span
}

// Pool is a pool as the capacity engine sees it at now. interval is how often
// numbers are read.
func Pool(p *v1alpha1.ClassifierPool, learned Learned, interval sample.Span, overrides []capacity.Override, now time.Time) capacity.Pool {
	bounds, next := PoolBounds(p, now)
	if interval <= 0 {
		interval = defaultInterval
	}
	out := capacity.Pool{
		Min: bounds.Min, Max: bounds.Max, Next: next,
		Startup: DeclaredStartup(p), Throughput: DeclaredThroughput(p),
		MetricDelay: interval, Interval: interval,
		Stabilization: span(p.Spec.ScaleDown.Stabilization, 0),
		Overrides:     overrides,
	}
	if p.Spec.FlapBudget != nil {
		out.ScaleDownsPerHour = p.Spec.FlapBudget.ScaleDownsPerHour
	}
	if p.Spec.Throughput.Learn && learned.Throughput > 0 {
		out.Throughput = learned.Throughput
	}
	if p.Spec.Startup.Learn && learned.Startup > 0 {
		out.Startup = learned.Startup
	}
	return out
}

// DeclaredThroughput is spec.throughput in work units a second.
func DeclaredThroughput(p *v1alpha1.ClassifierPool) sample.Milli {
	v, err := p.Spec.Throughput.ItemsPerSecond.Milli()
	if err != nil {
		return 0
	}
	return sample.Milli(v)
}

// DeclaredStartup is spec.startup.time.
func DeclaredStartup(p *v1alpha1.ClassifierPool) sample.Span {
	return span(p.Spec.Startup.Time, 0)
}

// Overrides are the overrides of a pool that are in force at now, by name, and the
// next instant at which that changes; 0 for never. all comes in any order: a cache
// lists in one that changes from look to look.
func Overrides(pool string, all []v1alpha1.CapacityOverride, now time.Time) ([]capacity.Override, sample.Instant) {
	var active []capacity.Override
	var next sample.Instant
	for i := range all {
		o := &all[i]
		if o.Spec.Pool() != pool || o.DeletionTimestamp != nil {
			continue
		}
		state, edge := OverrideState(o, now)
		if edge != 0 && (next == 0 || edge < next) {
			next = edge
		}
		if state != v1alpha1.ReasonInForce {
			continue
		}
		c := capacity.Override{
			Name: o.Name, Kind: capacity.OverrideKind(o.Spec.Type), Until: sample.At(o.Spec.Until.Time),
			Reason: o.Spec.Reason, By: o.Spec.By,
		}
		if o.Spec.Replicas != nil {
			c.Replicas = *o.Spec.Replicas
		}
		active = append(active, c)
	}
	slices.SortFunc(active, func(a, b capacity.Override) int { return strings.Compare(a.Name, b.Name) })
	return active, next
}

// OverrideState is the reason of an override's Active condition at now, and when
// it changes; 0 for never.
func OverrideState(o *v1alpha1.CapacityOverride, now time.Time) (string, sample.Instant) {
	switch {
	case !now.Before(o.Spec.Until.Time):
		return v1alpha1.ReasonExpired, 0
	case o.Spec.From != nil && now.Before(o.Spec.From.Time):
		return v1alpha1.ReasonNotYet, sample.At(o.Spec.From.Time)
	default:
		return v1alpha1.ReasonInForce, sample.At(o.Spec.Until.Time)
	}
}

// Queue is the machine stage of a queue as the capacity engine sees it. The
// forecast is the caller's to add. ok is false for a queue without one.
func Queue(q *v1alpha1.ModerationQueue, rows Rows) (capacity.Queue, bool) {
	c := q.Spec.Classification
	if c == nil {
		return capacity.Queue{}, false
	}
	p, err := promise(c.ServiceLevel, "")
	if err != nil {
		return capacity.Queue{}, false
	}
	work, err := decimalOr(c.WorkPerItem, sample.One)
	if err != nil {
		return capacity.Queue{}, false
	}
	m := &c.Metrics
	return capacity.Queue{
		Key:      q.Namespace + "/" + q.Name,
		Priority: Priority(q), Protected: q.Spec.Protected,
		Deadline: p.Within, Percent: p.Percent, WorkPerItem: work,
		Backlog:   value(rows, q.Namespace, m.RowSelector, &m.Backlog),
		OldestAge: value(rows, q.Namespace, m.RowSelector, m.OldestAge),
		Arrivals:  value(rows, q.Namespace, m.RowSelector, &m.Arrivals),
	}, true
}

// Completed is the rate of items that the machines completed, for learning.
func Completed(q *v1alpha1.ModerationQueue, rows Rows) sample.Sample {
	if q.Spec.Classification == nil {
		return sample.Missing(sample.CauseNotDeclared)
	}
	m := &q.Spec.Classification.Metrics
	return value(rows, q.Namespace, m.RowSelector, m.Completed)
}

// ArrivalsRow is the row of the machine stage's arrivals, whose history the
// forecast is made from.
func ArrivalsRow(q *v1alpha1.ModerationQueue) (Row, bool) {
	if q.Spec.Classification == nil {
		return Row{}, false
	}
	m := &q.Spec.Classification.Metrics
	return rowOf(q.Namespace, m.RowSelector, &m.Arrivals)
}

// worst is the sample of lowest quality among those declared;
// Absent with cause NotDeclared when none is.
func worst(samples ...sample.Sample) sample.Sample {
	var declared []sample.Sample
	for _, s := range samples {
		if s.Cause != sample.CauseNotDeclared {
			declared = append(declared, s)
		}
	}
	if len(declared) == 0 {
		return sample.Missing(sample.CauseNotDeclared)
	}
	return sample.Worst(declared...)
}
