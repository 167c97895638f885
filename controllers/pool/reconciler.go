package pool

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/outcome"
	"github.com/modcap/modcap/internal/report"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
)

// Reconciler reconciles ClassifierPools.
type Reconciler struct {
	*base.Env
	memories memories
}

// New makes a Reconciler.
func New(env *base.Env) *Reconciler { return &Reconciler{Env: env} }

var kind = report.Kind[*v1alpha1.ClassifierPool]{
	Name:   "ClassifierPool",
	Common: func(p *v1alpha1.ClassifierPool) *v1alpha1.CommonStatus { return &p.Status.CommonStatus },
	Status: func(p *v1alpha1.ClassifierPool) any { return &p.Status },
	Blank: func(p *v1alpha1.ClassifierPool) {
		p.Status.Learned = nil
		if r := p.Status.Replicas; r != nil {
			r.Ready, r.Unschedulable, r.Failing = 0, 0, 0
		}
		if d := p.Status.Decision; d != nil {
			d.Explanation = nil
		}
	},
}

// +kubebuilder:rbac:groups=modcap.dev,resources=classifierpools;moderationqueues;capacityoverrides,verbs=get;list;watch
// +kubebuilder:rbac:groups=modcap.dev,resources=classifierpools/status,verbs=get;update;patch

// Reconcile brings the target of one pool to what its queues need.
func (r *Reconciler) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	return base.Reconcile(ctx, r.Env, req.NamespacedName, &v1alpha1.ClassifierPool{}, base.Steps[*v1alpha1.ClassifierPool]{
		Kind:  kind,
		Gone:  r.gone,
		Judge: r.reconcile,
	})
}

func (r *Reconciler) gone(key types.NamespacedName) {
	r.memories.forget(key)
	r.Metrics.ForgetPool(key.Namespace, key.Name)
	r.keepFacts(key, nil)
}

// reconcile gathers, decides, acts and reports on pool's status.
func (r *Reconciler) reconcile(ctx context.Context, pool *v1alpha1.ClassifierPool) outcome.Outcome {
	if err := resolve.CheckPool(pool); err != nil {
		r.stalled(pool, err)
		return outcome.Done(0)
	}
	o, err := r.gather(ctx, pool)
	if err != nil {
		return outcome.Transient(err)
	}
	m := r.memories.of(client.ObjectKeyFromObject(pool), pool.UID)
	if err := r.recallFigures(ctx, &o, m); err != nil {
		return outcome.Transient(err)
	}
	d := r.decide(&o, m)
	act, err := r.act(ctx, &o, m, d)
	if err != nil {
		return outcome.Transient(err)
	}
	recorded := r.record(ctx, &o, m, d)
	r.report(&o, m, d, act) // whether recorded or not: the scale may have been written
	if recorded != nil {
		return outcome.Transient(recorded)
	}
	return outcome.Done(next(&o, d, act.until))
}

// next is when to look again: at the decision's own time, when an override begins
// or ends, when a wait for idle workers is over, and at the latest after the interval
// at which numbers are read.
func next(o *observed, d decided, drained sample.Instant) time.Duration {
	wait := d.interval
	for _, at := range []sample.Instant{d.decision.Next, d.nextOverride, drained} {
		if left := at.Time().Sub(o.now); at != 0 && left > 0 && left < wait {
			wait = left
		}
	}
	return max(wait, 100*time.Millisecond)
}
