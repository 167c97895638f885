package queue

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/conditions"
	"github.com/modcap/modcap/internal/facts"
	"github.com/modcap/modcap/internal/outcome"
	"github.com/modcap/modcap/internal/report"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
)

// lookAgain is how often a queue is looked at when nothing is told of it.
const lookAgain = 30 * time.Second

// Reconciler reconciles ModerationQueues.
type Reconciler struct {
	*base.Env
}

var kind = report.Kind[*v1alpha1.ModerationQueue]{
	Name:   "ModerationQueue",
	Common: func(q *v1alpha1.ModerationQueue) *v1alpha1.CommonStatus { return &q.Status.CommonStatus },
	Status: func(q *v1alpha1.ModerationQueue) any { return &q.Status },
	Blank:  blank,
	Leaps:  leaps,
}

// blank clears the observed numbers, leaving conditions, findings and routing.
func blank(q *v1alpha1.ModerationQueue) {
	if s := q.Status.Summary; s != nil {
		q.Status.Summary = &v1alpha1.QueueSummary{Bottleneck: s.Bottleneck, Metrics: s.Metrics}
	}
	q.Status.Classification = nil
	q.Status.Reviews = nil
}

// gathered is everything one reconcile looks at.
type gathered struct {
	now      time.Time
	queue    *v1alpha1.ModerationQueue
	rows     resolve.Rows
	pool     *facts.Pool
	staffing *facts.Staffing
	routing  *facts.Routing
	lint     facts.Lint
	missing  *missing
	known    base.Known
	// inForce is the queue with what regimes ask for now in place of their names.
	inForce *v1alpha1.ModerationQueue
}

// +kubebuilder:rbac:groups=modcap.dev,resources=moderationqueues/status,verbs=get;update;patch

// Reconcile reports on one queue.
func (r *Reconciler) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	return base.Reconcile(ctx, r.Env, req.NamespacedName, &v1alpha1.ModerationQueue{}, base.Steps[*v1alpha1.ModerationQueue]{
		Kind: kind,
		Gone: func(key types.NamespacedName) {
			r.Metrics.ForgetQueue(key.Namespace, key.Name)
			r.Facts.Routing.Drop(key)
		},
		Judge: r.reconcile,
	})
}

func (r *Reconciler) reconcile(ctx context.Context, q *v1alpha1.ModerationQueue) outcome.Outcome {
	if err := resolve.CheckQueue(q); err != nil {
		conditions.For(&q.Status.CommonStatus, q.Generation, r.Now()).Stalled(v1alpha1.ReasonInvalidSpec, err.Error())
		return outcome.Done(lookAgain)
	}
	g, err := r.gather(ctx, q)
	if err != nil {
		return outcome.Transient(err)
	}
	r.report(g)
	return outcome.Done(lookAgain)
}

func (r *Reconciler) gather(ctx context.Context, q *v1alpha1.ModerationQueue) (*gathered, error) {
	now := r.Now()
	key := client.ObjectKeyFromObject(q)
	g := &gathered{now: now, queue: q, rows: r.Readings.Rows(now)}
	if f, ok := r.Facts.Pools.Get(key); ok && q.Spec.Classification != nil && f.Pool == q.Spec.Classification.PoolRef.Name {
		g.pool = &f
	}
	if f, ok := r.Facts.Staffing.Get(key); ok {
		g.staffing = &f
	}
	if f, ok := r.Facts.Routing.Get(key); ok {
		g.routing = &f
	}
	g.lint, _ = r.Facts.QueueLint.Get(key)
	var err error
	if g.known, err = r.KnownRegimes(ctx, q.Namespace); err != nil {
		return nil, err
	}
	g.inForce = resolve.InForce(q, g.known.Catalogue, sample.At(now))
	if g.missing = missingRegime(q, g.known.Catalogue); g.missing == nil {
		g.missing, err = r.references(ctx, q)
	}
	return g, err
}
