package override

import (
	"context"
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/outcome"
	"github.com/modcap/modcap/internal/resolve"
)

// rework reports on an override about people. What it adds to the plan is the plan's, which reads the
// same object.
func (r *Reconciler) rework(ctx context.Context, o *v1alpha1.CapacityOverride) outcome.Outcome {
	var q v1alpha1.ModerationQueue
	err := r.Client.Get(ctx, client.ObjectKey{Namespace: o.Namespace, Name: o.Spec.Rework.QueueRef.Name}, &q)
	if client.IgnoreNotFound(err) != nil {
		return outcome.Transient(fmt.Errorf("read queue: %w", err))
	}
	const nothing = "There is no such work to add to"
	switch {
	case err != nil:
		return outcome.Done(r.tell(o, &obstacle{
			v1alpha1.ReasonQueueNotFound,
			fmt.Sprintf("spec.rework.queueRef: ModerationQueue %s does not exist in this namespace", o.Spec.Rework.QueueRef.Name),
			v1alpha1.ReasonNoSuchWork, nothing,
		}))
	default:
		if err := resolve.CheckRework(o.Spec.Rework, &q); err != nil {
			return outcome.Done(r.tell(o, &obstacle{v1alpha1.ReasonInvalidSpec, err.Error(), v1alpha1.ReasonNoSuchWork, nothing}))
		}
	}
	return outcome.Done(r.tell(o, nil))
}
