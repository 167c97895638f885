package queue

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/regimes"
	"github.com/modcap/modcap/internal/resolve"
)

// missing is a reference that leads nowhere.
type missing struct{ reason, message string }

// reference is a name in a queue's spec, and what it must lead to.
type reference struct {
	name   string
	kind   client.Object
	reason string
	// what says the field and the kind in a message.
	what string
}

// missingRegime says which regime of the queue there is not, or what is wrong with those there are.
func missingRegime(q *v1alpha1.ModerationQueue, known regimes.Catalogue) *missing {
	if err := resolve.UnknownRegime(q, known); err != nil {
		return &missing{v1alpha1.ReasonRegimeNotFound, err.Error()}
	}
	if err := resolve.CheckRegimes(q, known); err != nil {
		return &missing{v1alpha1.ReasonInvalidSpec, err.Error()}
	}
	return nil
}

// references looks for what the queue refers to, and returns the first that is missing.
func (r *Reconciler) references(ctx context.Context, q *v1alpha1.ModerationQueue) (*missing, error) {
	var refs []reference
	if c := q.Spec.Classification; c != nil {
		refs = append(refs, reference{
			c.PoolRef.Name, &v1alpha1.ClassifierPool{}, v1alpha1.ReasonPoolNotFound, "spec.classification.poolRef: ClassifierPool",
		})
	}
	if p := q.Spec.PolicyRef; p != nil {
		refs = append(refs, reference{
			p.Name, &v1alpha1.ModerationPolicy{}, v1alpha1.ReasonPolicyNotFound, "spec.policyRef: ModerationPolicy",
		})
	}
	for _, ref := range refs {
		if m, err := r.find(ctx, q.Namespace, ref); m != nil || err != nil {
			return m, err
		}
	}
	return r.series(ctx, q)
}

func (r *Reconciler) find(ctx context.Context, namespace string, ref reference) (*missing, error) {
	err := r.Client.Get(ctx, client.ObjectKey{Namespace: namespace, Name: ref.name}, ref.kind)
	if apierrors.IsNotFound(err) {
		return &missing{ref.reason, fmt.Sprintf("%s %s does not exist in this namespace", ref.what, ref.name)}, nil
	}
	return nil, err
}

// series looks for the sources and series that the queue's metrics name.
func (r *Reconciler) series(ctx context.Context, q *v1alpha1.ModerationQueue) (*missing, error) {
	type source struct{ kind, name string }
	declared := map[source]map[string]*v1alpha1.MetricSeries{}
	all := resolve.QueueRows(q).All
	for _, row := range all {
		key := source{row.SourceKind, row.Source}
		series, ok := declared[key]
		if !ok {
			var m *missing
			var err error
			if series, m, err = r.source(ctx, q, key.kind, key.name); m != nil || err != nil {
				return m, err
			}
			declared[key] = series
		}
		if reason, message := resolve.RowProblem(row, series[row.Series]); reason != "" {
			return &missing{reason, message}, nil
		}
	}
	return nil, nil
}

// source returns the series that a source declares, by name.
func (r *Reconciler) source(
	ctx context.Context, q *v1alpha1.ModerationQueue, kind, name string,
) (map[string]*v1alpha1.MetricSeries, *missing, error) {
	var spec *v1alpha1.MetricSourceSpec
	ref := reference{name: name, reason: v1alpha1.ReasonSourceNotFound, what: "metrics.sourceRef: " + kind}
	namespace := q.Namespace
	if kind == "ClusterMetricSource" {
		var s v1alpha1.ClusterMetricSource
		ref.kind, spec, namespace = &s, &s.Spec, ""
	} else {
		var s v1alpha1.MetricSource
		ref.kind, spec = &s, &s.Spec
	}
	if m, err := r.find(ctx, namespace, ref); m != nil || err != nil {
		return nil, m, err
	}
	out := make(map[string]*v1alpha1.MetricSeries, len(spec.Series))
	for i := range spec.Series {
		out[string(spec.Series[i].Name)] = &spec.Series[i]
	}
	return out, nil, nil
}
