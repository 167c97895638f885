package override

import (
	"context"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/conditions"
	"github.com/modcap/modcap/internal/outcome"
	"github.com/modcap/modcap/internal/report"
	"github.com/modcap/modcap/internal/resolve"
)

// Reconciler reconciles CapacityOverrides.
type Reconciler struct {
	*base.Env
}

var kind = report.Kind[*v1alpha1.CapacityOverride]{
	Name:   "CapacityOverride",
	Common: func(o *v1alpha1.CapacityOverride) *v1alpha1.CommonStatus { return &o.Status.CommonStatus },
	Status: func(o *v1alpha1.CapacityOverride) any { return &o.Status },
	Blank:  func(*v1alpha1.CapacityOverride) {},
}

// +kubebuilder:rbac:groups=modcap.dev,resources=capacityoverrides/status,verbs=get;update;patch

// Reconcile reports on one override.
func (r *Reconciler) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	return base.Reconcile(ctx, r.Env, req.NamespacedName, &v1alpha1.CapacityOverride{}, base.Steps[*v1alpha1.CapacityOverride]{
		Kind:  kind,
		Gone:  func(key types.NamespacedName) { r.Metrics.ForgetOverride(key.Namespace, key.Name) },
		Judge: r.reconcile,
	})
}

func (r *Reconciler) reconcile(ctx context.Context, o *v1alpha1.CapacityOverride) outcome.Outcome {
	var pool v1alpha1.ClassifierPool
	err := r.Client.Get(ctx, client.ObjectKey{Namespace: o.Namespace, Name: o.Spec.PoolRef.Name}, &pool)
	if client.IgnoreNotFound(err) != nil {
		return outcome.Transient(fmt.Errorf("read pool: %w", err))
	}
	return outcome.Done(r.judge(o, err == nil))
}

// judge says whether the override is in force, and when that changes.
func (r *Reconciler) judge(o *v1alpha1.CapacityOverride, poolExists bool) time.Duration {
	now := r.Now()
	set := conditions.For(&o.Status.CommonStatus, o.Generation, now)
	state, edge := resolve.OverrideState(o, now)
	active := state == v1alpha1.ReasonInForce && poolExists
	r.setMetric(o, active)
	switch {
	case !poolExists:
		set.NotReady(v1alpha1.ReasonPoolNotFound, fmt.Sprintf(
			"spec.poolRef: ClassifierPool %s does not exist in this namespace", o.Spec.PoolRef.Name))
		set.False(v1alpha1.ConditionActive, v1alpha1.ReasonPoolMissing, "There is no pool to act on")
	case state == v1alpha1.ReasonExpired:
		set.Ready("The override has ended by itself and may be deleted")
		set.False(v1alpha1.ConditionActive, state, "Ended at "+stamp(o.Spec.Until))
	case state == v1alpha1.ReasonNotYet:
		set.Ready("The override is accepted")
		set.False(v1alpha1.ConditionActive, state, "Begins at "+stamp(*o.Spec.From))
	default:
		set.Ready("The override is accepted")
		set.True(v1alpha1.ConditionActive, state, "Ends at "+stamp(o.Spec.Until))
	}
	if edge == 0 {
		return 0
	}
	return max(edge.Time().Sub(now), time.Second)
}

func (r *Reconciler) setMetric(o *v1alpha1.CapacityOverride, active bool) {
	v := 0.0
	if active {
		v = 1
	}
	r.Metrics.Overrides.WithLabelValues(o.Namespace, o.Name, string(o.Spec.Type)).Set(v)
}

func stamp(t metav1.Time) string { return t.UTC().Format(time.RFC3339) }
