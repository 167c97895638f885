package source

import (
	"context"
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/controllers/feed"
	"github.com/modcap/modcap/internal/conditions"
	"github.com/modcap/modcap/internal/facts"
	"github.com/modcap/modcap/internal/observe"
	"github.com/modcap/modcap/internal/outcome"
	"github.com/modcap/modcap/internal/report"
	"github.com/modcap/modcap/internal/sample"
)

// lookAgain is how often the health is looked at when no transition is told.
const lookAgain = 30 * time.Second

// Health gives the health of a source.
type Health func(observe.SourceKey, sample.Instant) (observe.SourceHealth, bool)

// Reconciler reports on one kind of source.
type Reconciler[T client.Object] struct {
	*base.Env
	Health   Health
	Problems *facts.Table[feed.Problem]
	// New makes an empty object of the kind.
	New func() T
	// Parts gives an object's spec and status.
	Parts func(T) (*v1alpha1.MetricSourceSpec, *v1alpha1.MetricSourceStatus)
	// Kind is the name of the kind.
	Kind string
}

// +kubebuilder:rbac:groups=modcap.dev,resources=metricsources/status;clustermetricsources/status,verbs=get;update;patch

// Reconcile reports on one source.
func (r *Reconciler[T]) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	return base.Reconcile(ctx, r.Env, req.NamespacedName, r.New(), base.Steps[T]{
		Kind: r.kind(),
		Gone: func(key types.NamespacedName) { r.Metrics.ForgetSource(key.Namespace, key.Name) },
		Judge: func(_ context.Context, obj T) outcome.Outcome {
			spec, status := r.Parts(obj)
			r.judge(declared{req.NamespacedName, obj.GetGeneration(), spec}, status)
			return outcome.Done(lookAgain)
		},
	})
}

func (r *Reconciler[T]) kind() report.Kind[T] {
	return report.Kind[T]{
		Name: r.Kind,
		Common: func(o T) *v1alpha1.CommonStatus {
			_, s := r.Parts(o)
			return &s.CommonStatus
		},
		Status: func(o T) any {
			_, s := r.Parts(o)
			return s
		},
		Blank: func(o T) {
			_, s := r.Parts(o)
			for i := range s.Series {
				s.Series[i].Rows = 0
			}
		},
	}
}

// declared is a source as its owner wrote it.
type declared struct {
	key        types.NamespacedName
	generation int64
	spec       *v1alpha1.MetricSourceSpec
}

// judge puts the health of a source into its status.
func (r *Reconciler[T]) judge(d declared, status *v1alpha1.MetricSourceStatus) {
	now := r.Now()
	if p, ok := r.Problems.Get(d.key); ok {
		set := conditions.For(&status.CommonStatus, d.generation, now)
		if p.Reason == v1alpha1.ReasonInvalidSpec {
			set.Stalled(p.Reason, p.Message)
		} else {
			set.NotReady(p.Reason, p.Message)
		}
		set.False(v1alpha1.ConditionMetricsFresh, p.Reason, "Nothing is read: "+p.Message)
		status.Series, status.Summary = nil, nil
		return
	}
	health, ok := r.Health(observe.SourceKey{Namespace: d.key.Namespace, Name: d.key.Name}, sample.At(now))
	if !ok || health.Generation != d.generation || awaited(health) {
		// What stands answers the spec before: it is left as it is, its generation too.
		if len(status.Conditions) == 0 {
			conditions.For(&status.CommonStatus, d.generation, now).Reconciling("Waiting for the first answer")
		}
		return
	}
	first := r.reportSeries(d.key, health, status)
	reportHealth(conditions.For(&status.CommonStatus, d.generation, now), d, health, first)
}

// awaited reports whether a series is still to be read for the first time, and
// none fails.
func awaited(h observe.SourceHealth) bool {
	waiting := false
	for i := range h.Series {
		switch {
		case h.Series[i].Cause == sample.CauseNotReadYet:
			waiting = true
		case h.Series[i].Quality != sample.Fresh:
			return false
		}
	}
	return waiting
}

// reportSeries lists the series, and returns the first that fails.
func (r *Reconciler[T]) reportSeries(
	key types.NamespacedName, h observe.SourceHealth, status *v1alpha1.MetricSourceStatus,
) (first *observe.SeriesHealth) {
	if slices.ContainsFunc(status.Series, func(was v1alpha1.SeriesStatus) bool {
		return !slices.ContainsFunc(h.Series, func(s observe.SeriesHealth) bool { return s.Name == string(was.Name) })
	}) {
		r.Metrics.ForgetSource(key.Namespace, key.Name) // of series that are no longer declared
	}
	status.Series = nil
	for i := range h.Series {
		s := &h.Series[i]
		status.Series = append(status.Series, v1alpha1.SeriesStatus{
			Name: v1alpha1.Word(s.Name), Quality: s.Quality.String(), Cause: string(s.Cause), Rows: base.Digits(int64(s.Rows)),
		})
		up := 0.0
		switch {
		case s.Quality == sample.Fresh:
			up = 1
		case first == nil && s.Cause != sample.CauseNotReadYet:
			first = s
		}
		r.Metrics.SourceUp.WithLabelValues(key.Namespace, key.Name, s.Name).Set(up)
	}
	status.Summary = &v1alpha1.SourceSummary{
		Answering: fmt.Sprintf("%d/%d", h.Answering, len(h.Series)), FailingSince: base.Time(h.FailingSince),
	}
	return first
}

// reportHealth sets the conditions; first is the first series that fails, if any.
func reportHealth(set conditions.Setter, d declared, h observe.SourceHealth, first *observe.SeriesHealth) {
	switch {
	case first != nil && h.Answering == 0:
		set.NotReady(v1alpha1.ReasonUnreachable, unreachable(d.spec, first.Cause))
		set.False(v1alpha1.ConditionMetricsFresh, string(first.Cause), "No series answers")
	case first != nil:
		set.Ready("The source answers")
		set.False(v1alpha1.ConditionMetricsFresh, string(first.Cause),
			fmt.Sprintf("Series %s cannot be used: %s", first.Name, explain(first.Cause)))
	default:
		set.Ready("The source answers")
		set.True(v1alpha1.ConditionMetricsFresh, v1alpha1.ReasonFresh, "Every series answers")
	}
}

func unreachable(spec *v1alpha1.MetricSourceSpec, cause sample.Cause) string {
	if spec.Prometheus != nil {
		return fmt.Sprintf("%s gives no usable answer: %s", spec.Prometheus.URL, explain(cause))
	}
	return "The external metrics API gives no usable answer: " + explain(cause)
}

// explain says a cause in a reader's words, with what to do.
func explain(c sample.Cause) string {
	if s, ok := map[sample.Cause]string{
		sample.CauseUnreachable:  "the connection is refused or the name is not found; check the address, DNS and network policies",
		sample.CauseTimeout:      "there is no answer in time; check the server's load, or raise spec.timeout",
		sample.CauseTLS:          "the certificate is refused; check tls.caSecretRef and tls.serverName",
		sample.CauseUnauthorized: "it answers 401 or 403; check authorization.secretRef",
		sample.CauseForbiddenTarget: "modcap does not dial that address (loopback, link-local or the API server); " +
			"start the operator with --allow-source-cidrs to allow it",
		sample.CauseHTTPStatus:    "it answers with an HTTP error",
		sample.CauseBadAnswer:     "the answer is not what was asked for; try the query by hand",
		sample.CausePartialData:   "it answers with warnings, so that data may be missing",
		sample.CauseNoRow:         "the query gives no row",
		sample.CauseDuplicateRows: "several rows have the same rowLabels; aggregate by them in the query",
		sample.CauseNotANumber:    "a value is not a number",
		sample.CauseNegative:      "a value is negative",
		sample.CauseOutOfRange:    "a value or its time is out of range",
		sample.CauseTooOld:        "the newest numbers are older than maxAge",
	}[c]; ok {
		return s
	}
	return string(c)
}
