package routing

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/apply"
	"github.com/modcap/modcap/internal/routing"
)

// revisions are those stored in a namespace, by policy and name.
func (r *Reconciler) revisions(ctx context.Context, namespace string) (map[string]map[string][]byte, error) {
	var list appsv1.ControllerRevisionList
	ours := client.MatchingLabels{apply.ManagedByLabel: apply.ManagedBy}
	if err := r.Client.List(ctx, &list, client.InNamespace(namespace), ours); err != nil {
		return nil, fmt.Errorf("list revisions: %w", err)
	}
	out := map[string]map[string][]byte{}
	for i := range list.Items {
		one := &list.Items[i]
		policy := one.Labels[apply.LabelPolicy]
		if out[policy] == nil {
			out[policy] = map[string][]byte{}
		}
		out[policy][strings.TrimPrefix(one.Name, policy+"-")] = one.Data.Raw
	}
	return out, nil
}

// inForce is by what the policies decide whose changes are rolled out.
func inForce(policies []v1alpha1.ModerationPolicy, stored map[string]map[string][]byte) map[string]*routing.InForce {
	out := map[string]*routing.InForce{}
	for i := range policies {
		if f := routing.InForceOf(&policies[i], stored[policies[i].Name]); f != nil {
			out[policies[i].Name] = f
		}
	}
	return out
}

// rolled passes a policy that decides by other revisions or shares than before.
type rolled struct {
	predicate.TypedFuncs[*v1alpha1.ModerationPolicy]
}

// Create passes nothing: policies that are new are compiled as such.
func (rolled) Create(event.TypedCreateEvent[*v1alpha1.ModerationPolicy]) bool { return false }

// Delete passes nothing, for the same reason.
func (rolled) Delete(event.TypedDeleteEvent[*v1alpha1.ModerationPolicy]) bool { return false }

// Update compares what documents are made of.
func (rolled) Update(e event.TypedUpdateEvent[*v1alpha1.ModerationPolicy]) bool {
	return !reflect.DeepEqual(decidedBy(e.ObjectOld.Status.Rollout), decidedBy(e.ObjectNew.Status.Rollout))
}

// decidedBy is the part of a status that documents are made of.
func decidedBy(s *v1alpha1.PolicyRolloutStatus) any {
	if s == nil {
		return nil
	}
	return v1alpha1.PolicyRolloutStatus{Stable: s.Stable, Canary: s.Canary, Unit: s.Unit, Sample: s.Sample, Shares: s.Shares}
}

// atOnce asks for a compilation without the debounce: an abort must not wait.
func atOnce(of func(client.Object) []Request) handler.TypedEventHandler[*v1alpha1.ModerationPolicy, Request] {
	return handler.TypedFuncs[*v1alpha1.ModerationPolicy, Request]{
		UpdateFunc: func(
			_ context.Context, e event.TypedUpdateEvent[*v1alpha1.ModerationPolicy], q workqueue.TypedRateLimitingInterface[Request],
		) {
			for _, r := range of(e.ObjectNew) {
				q.Add(r)
			}
		},
	}
}
