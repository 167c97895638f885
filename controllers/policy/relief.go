package policy

import (
	"context"
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/conditions"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/rollout"
)

// reliefFreeze is by what relief keeps a rollout where it is.
const reliefFreeze = "relief"

// +kubebuilder:rbac:groups=modcap.dev,resources=staffingtargets,verbs=get;list;watch

// relieved puts into the status what gives way for the policy's queues, as the targets that
// plan them remember it. It answers these targets.
func (r *Reconciler) relieved(ctx context.Context, p *v1alpha1.ModerationPolicy) ([]v1alpha1.StaffingTarget, error) {
	set := conditions.For(&p.Status.CommonStatus, p.Generation, r.Now())
	if p.Spec.Relief == nil {
		set.Clear(v1alpha1.ConditionReliefActive)
		return nil, nil
	}
	var targets v1alpha1.StaffingTargetList
	if err := r.Client.List(ctx, &targets, client.InNamespace(p.Namespace)); err != nil {
		return nil, fmt.Errorf("list staffing targets: %w", err)
	}
	all := resolve.ReliefOf(targets.Items, p.Name)
	status, names := make([]v1alpha1.ReliefStatus, len(all)), map[*v1alpha1.ReliefStatus]string{}
	for i := range all {
		status[i] = *all[i].Status
		names[&status[i]] = all[i].Target
	}
	base.ReliefCondition(set, status, func(s *v1alpha1.ReliefStatus) string { return "target " + names[s] })
	return targets.Items, nil
}

// relieved is relief in force as a reason why no step ends: what people decide then is not
// what they would decide.
func (g *rolling) relieved() []rollout.Freeze {
	if resolve.ReliefInForce(g.targets, g.p.Name) {
		return []rollout.Freeze{{By: reliefFreeze}}
	}
	return nil
}
