package override

import (
	"context"
	"fmt"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/conditions"
	"github.com/modcap/modcap/internal/outcome"
	"github.com/modcap/modcap/internal/resolve"
)

// freeze reports on an override of type Freeze. What it keeps from ending is the policies',
// which read the same object. While some of its policies exist it is in force for these.
func (r *Reconciler) freeze(ctx context.Context, o *v1alpha1.CapacityOverride) outcome.Outcome {
	var policies v1alpha1.ModerationPolicyList
	if err := r.Client.List(ctx, &policies, client.InNamespace(o.Namespace)); err != nil {
		return outcome.Transient(fmt.Errorf("list policies: %w", err))
	}
	if state, _ := resolve.OverrideState(o, r.Now()); state == v1alpha1.ReasonExpired {
		return outcome.Done(r.tell(o, nil))
	}
	found, missing := resolve.FreezeFindings(o, policies.Items)
	o.Status.Findings, o.Status.FindingCount = found[:min(len(found), maxFindings)], int32(len(found))
	if len(missing) == 0 {
		return outcome.Done(r.tell(o, nil))
	}
	message := "spec.policyRefs: not in this namespace: ModerationPolicy " + strings.Join(missing, ", ")
	if len(missing) == len(o.Spec.PolicyRefs) {
		return outcome.Done(r.tell(o, &obstacle{
			v1alpha1.ReasonPolicyNotFound, message, v1alpha1.ReasonNoSuchWork, "There is no policy to act on",
		}))
	}
	wait := r.tell(o, nil)
	conditions.For(&o.Status.CommonStatus, o.Generation, r.Now()).NotReady(v1alpha1.ReasonPolicyNotFound, message)
	return outcome.Done(wait)
}
