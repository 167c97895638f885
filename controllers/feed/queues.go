package feed

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/observe"
	"github.com/modcap/modcap/internal/outcome"
	"github.com/modcap/modcap/internal/resolve"
)

// Queues keeps the rows that queues need watched.
type Queues struct {
	Client   client.Client
	Observer *observe.Observer
}

// Reconcile watches the rows of one queue.
func (q *Queues) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	var queue v1alpha1.ModerationQueue
	if err := q.Client.Get(ctx, req.NamespacedName, &queue); err != nil {
		if client.IgnoreNotFound(err) == nil {
			q.Observer.Watch(req.String(), nil)
		}
		return outcome.Transient(client.IgnoreNotFound(err)).Result()
	}
	rows := resolve.QueueRows(&queue)
	refs := make([]observe.RowRef, 0, len(rows.All)+len(rows.History)+len(rows.Weeks))
	for _, r := range rows.All {
		refs = append(refs, refOf(r))
	}
	for _, r := range rows.History {
		ref := refOf(r)
		ref.History = true
		refs = append(refs, ref)
	}
	for _, r := range rows.Weeks {
		ref := refOf(r)
		ref.Weeks = true
		refs = append(refs, ref)
	}
	q.Observer.Watch(req.String(), refs)
	return reconcile.Result{}, nil
}

func keyOf(r resolve.Row) observe.SourceKey {
	if r.SourceKind == "ClusterMetricSource" {
		return observe.SourceKey{Name: r.Source}
	}
	return observe.SourceKey{Namespace: r.Namespace, Name: r.Source}
}

func refOf(r resolve.Row) observe.RowRef {
	return observe.RowRef{Source: keyOf(r), Series: r.Series, Row: observe.RowKey(r.Labels), Namespace: r.Namespace}
}
