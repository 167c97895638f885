package override

import (
	"context"
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/outcome"
	"github.com/modcap/modcap/internal/resolve"
)

// decision reports on a decision about a rollout. What comes of it is the policy's, which
// reads the same object.
func (r *Reconciler) decision(ctx context.Context, o *v1alpha1.CapacityOverride) outcome.Outcome {
	d := o.Spec.Rollout
	if state, _ := resolve.OverrideState(o, r.Now()); state == v1alpha1.ReasonExpired {
		return outcome.Done(r.tell(o, nil))
	}
	var p v1alpha1.ModerationPolicy
	err := r.Client.Get(ctx, client.ObjectKey{Namespace: o.Namespace, Name: d.PolicyRef.Name}, &p)
	if client.IgnoreNotFound(err) != nil {
		return outcome.Transient(fmt.Errorf("read policy: %w", err))
	}
	if err != nil {
		return outcome.Done(r.tell(o, &obstacle{
			v1alpha1.ReasonPolicyNotFound,
			fmt.Sprintf("spec.rollout.policyRef: ModerationPolicy %s does not exist in this namespace", d.PolicyRef.Name),
			v1alpha1.ReasonNoSuchWork, "There is no rollout to decide about",
		}))
	}
	if problem := resolve.DecisionProblem(o, &p); problem != "" {
		return outcome.Done(r.tell(o, &obstacle{
			v1alpha1.ReasonNothingToDecide, problem, v1alpha1.ReasonNoSuchWork, "There is nothing to decide about",
		}))
	}
	return outcome.Done(r.tell(o, nil))
}
