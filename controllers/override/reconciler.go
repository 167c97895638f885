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
	s := &o.Status
	s.On, s.Does = resolve.OverrideOn(&o.Spec), resolve.OverrideDoes(o)
	s.Queues, s.Findings, s.FindingCount = nil, nil, 0
	switch {
	case o.Spec.Rework != nil:
		return r.rework(ctx, o)
	case len(o.Spec.QueueRefs) > 0:
		return r.queues(ctx, o)
	case o.Spec.Rollout != nil:
		return r.decision(ctx, o)
	case o.Spec.Type == v1alpha1.OverrideFreeze:
		return r.freeze(ctx, o)
	}
	var pool v1alpha1.ClassifierPool
	err := r.Client.Get(ctx, client.ObjectKey{Namespace: o.Namespace, Name: o.Spec.Pool()}, &pool)
	if client.IgnoreNotFound(err) != nil {
		return outcome.Transient(fmt.Errorf("read pool: %w", err))
	}
	return outcome.Done(r.judge(o, err == nil))
}

// obstacle is why an override does nothing: reasons of Ready and of Active, with their messages.
type obstacle struct{ ready, message, active, nothing string }

// judge says whether the override is in force, and when that changes.
func (r *Reconciler) judge(o *v1alpha1.CapacityOverride, poolExists bool) time.Duration {
	var in *obstacle
	if !poolExists {
		in = &obstacle{
			v1alpha1.ReasonPoolNotFound, fmt.Sprintf("spec.poolRef: ClassifierPool %s does not exist in this namespace", o.Spec.Pool()),
			v1alpha1.ReasonPoolMissing, "There is no pool to act on",
		}
	}
	return r.tell(o, in)
}

// tell reports whether the override is in force, if nothing is in its way.
func (r *Reconciler) tell(o *v1alpha1.CapacityOverride, in *obstacle) time.Duration {
	now := r.Now()
	set := conditions.For(&o.Status.CommonStatus, o.Generation, now)
	state, edge := resolve.OverrideState(o, now)
	r.setMetric(o, state == v1alpha1.ReasonInForce && in == nil && !resolve.ReworkDone(o))
	switch {
	case in != nil:
		set.NotReady(in.ready, in.message)
		set.False(v1alpha1.ConditionActive, in.active, in.nothing)
	case state == v1alpha1.ReasonExpired:
		set.Ready(over(o))
		set.False(v1alpha1.ConditionActive, state, ended(o, now))
	case resolve.ReworkDone(o):
		set.Ready("The override is done and may be deleted")
		set.False(v1alpha1.ConditionActive, v1alpha1.ReasonDone, "All items have been looked at")
	case state == v1alpha1.ReasonNotYet:
		set.Ready("The override is accepted")
		set.False(v1alpha1.ConditionActive, state, "Begins at "+stamp(*o.Spec.From))
	default:
		set.Ready("The override is accepted")
		set.True(v1alpha1.ConditionActive, state, "Ends at "+stamp(o.Spec.Until)+late(o))
	}
	if edge == 0 {
		return 0
	}
	return max(edge.Time().Sub(now), time.Second)
}

// longest is how long an override is at most that is not taken for one which was to stay.
const longest = 366 * 24 * time.Hour

// late says of an override that ends so late that nobody will see it end.
func late(o *v1alpha1.CapacityOverride) string {
	begin := o.CreationTimestamp
	if o.Spec.From != nil {
		begin = *o.Spec.From
	}
	if o.Spec.Until.Sub(begin.Time) <= longest {
		return ""
	}
	return ", more than a year after it begins: see whether until is meant; what is to stay belongs into the spec"
}

// kept is how long the past is that forecasts are made of: for so long an ended surge says what of it came for once.
const kept = 28 * 24 * time.Hour

// over is what to do with an override that has ended.
func over(o *v1alpha1.CapacityOverride) string {
	if o.Spec.Type == v1alpha1.OverrideSurge {
		return "The override has ended by itself. Forecasts set apart what came in its time as long as it exists: delete it after " +
			stamp(metav1.NewTime(o.Spec.Until.Add(kept)))
	}
	return "The override has ended by itself and may be deleted"
}

// ended is when an override ended; one that came too late never was in force.
func ended(o *v1alpha1.CapacityOverride, now time.Time) string {
	if at := o.CreationTimestamp; !at.IsZero() && !at.After(now) && !at.Before(&o.Spec.Until) {
		return fmt.Sprintf("Its until, %s, was over when it was written at %s: it never was in force; set a later one",
			stamp(o.Spec.Until), stamp(at))
	}
	return "Ended at " + stamp(o.Spec.Until)
}

func (r *Reconciler) setMetric(o *v1alpha1.CapacityOverride, active bool) {
	v := 0.0
	if active {
		v = 1
	}
	r.Metrics.Overrides.WithLabelValues(o.Namespace, o.Name, string(o.Spec.Type)).Set(v)
}

func stamp(t metav1.Time) string { return t.UTC().Format(time.RFC3339) }
