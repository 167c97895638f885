package feed

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/modcap/modcap/internal/observe"
	"github.com/modcap/modcap/internal/outcome"
	"github.com/modcap/modcap/internal/resolve"
)

// reader keeps the rows watched that objects of a kind read, under names that begin with prefix.
type reader[T client.Object] struct {
	client   client.Client
	observer *observe.Observer
	prefix   string
	rows     func(T) []resolve.Row
}

// watch watches the rows of one object, which it reads into empty; none once it is gone.
func (r *reader[T]) watch(ctx context.Context, req reconcile.Request, empty T) (reconcile.Result, error) {
	if err := r.client.Get(ctx, req.NamespacedName, empty); err != nil {
		if client.IgnoreNotFound(err) == nil {
			r.observer.Watch(r.prefix+req.String(), nil)
		}
		return outcome.Transient(client.IgnoreNotFound(err)).Result()
	}
	rows := r.rows(empty)
	refs := make([]observe.RowRef, 0, len(rows))
	for _, row := range rows {
		refs = append(refs, refOf(row))
	}
	r.observer.Watch(r.prefix+req.String(), refs)
	return reconcile.Result{}, nil
}
