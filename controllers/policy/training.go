package policy

import (
	"context"
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/rollout"
)

// +kubebuilder:rbac:groups=modcap.dev,resources=reviewteams,verbs=get;list;watch

// untrained says which people are not trained for the change where the next step would be.
func (r *Reconciler) untrained(ctx context.Context, g *rolling, in *rollout.Input) (string, error) {
	t := g.p.Spec.Rollout.Training
	if t == nil || t.MinTrained == nil {
		return "", nil
	}
	var teams v1alpha1.ReviewTeamList
	if err := r.Client.List(ctx, &teams, client.InNamespace(g.p.Namespace)); err != nil {
		return "", fmt.Errorf("list teams: %w", err)
	}
	return resolve.Untrained(resolve.Lesson{
		Policy: g.p, Revision: g.canary.Name, HarmDomains: resolve.ChangedDomains(g.stable, g.canary), Queues: g.queues,
	}, teams.Items, in.Next()), nil
}
