package staffing

import (
	"context"
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
)

// checkRates are the shares of queues' items that are to be checked for the intervals that their
// policies want, by queue, as the policies published them: what was published stays while numbers
// are not fresh, and over a restart.
func (r *Reconciler) checkRates(
	ctx context.Context, namespace string, queues []v1alpha1.ModerationQueue,
) (map[string]resolve.QualityRates, error) {
	var policies v1alpha1.ModerationPolicyList
	if err := r.Client.List(ctx, &policies, client.InNamespace(namespace)); err != nil {
		return nil, fmt.Errorf("list policies: %w", err)
	}
	out := map[string]resolve.QualityRates{}
	for i := range policies.Items {
		p := &policies.Items[i]
		if p.Spec.Quality == nil || p.Spec.Quality.Wanted == nil {
			continue
		}
		report, err := r.Quality(ctx, namespace, p.Name)
		if err != nil {
			return nil, err
		}
		if report == nil {
			continue
		}
		for j := range queues {
			if ref := queues[j].Spec.PolicyRef; ref != nil && ref.Name == p.Name {
				out[queues[j].Name] = resolve.QualityRatesOf(&queues[j], p, report.Needs)
			}
		}
	}
	return out, nil
}
