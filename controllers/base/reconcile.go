package base

import (
	"context"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/modcap/modcap/internal/outcome"
	"github.com/modcap/modcap/internal/report"
)

// Steps are what a reconciler of one kind does of its own.
type Steps[T client.Object] struct {
	Kind report.Kind[T]
	// Gone forgets an object that no longer exists.
	Gone func(types.NamespacedName)
	// Judge does the work and puts what there is to say into the object's status,
	// which is written whatever it returns.
	Judge func(context.Context, T) outcome.Outcome
	// Written is called when the status says all that Judge put into it, but for numbers
	// that may wait; unset for nothing. What must not be known before it is remembered
	// follows here.
	Written func(T)
}

// Reconcile reads an object into obj, takes the steps, and writes its status if that
// changed. An object that is being deleted is left alone: there are no finalizers.
func Reconcile[T client.Object](ctx context.Context, e *Env, key types.NamespacedName, obj T, s Steps[T]) (reconcile.Result, error) {
	if err := e.Client.Get(ctx, key, obj); err != nil {
		if client.IgnoreNotFound(err) != nil {
			return outcome.Transient(err).Result()
		}
		e.Status.Forget(s.Kind.Name, key)
		s.Gone(key)
		return reconcile.Result{}, nil
	}
	if obj.GetDeletionTimestamp() != nil {
		return reconcile.Result{}, nil
	}
	before := obj.DeepCopyObject().(T)
	result := s.Judge(ctx, obj)
	wait, err := report.Commit(ctx, e.Status, s.Kind, before, obj)
	if err != nil {
		return outcome.Transient(err).Result()
	}
	if s.Written != nil && (wait == 0 || report.OnlyNumbers(s.Kind, before, obj)) {
		s.Written(obj)
	}
	return result.Sooner(wait).Result()
}
