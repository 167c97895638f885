package controllers

import (
	"context"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/feed"
	"github.com/modcap/modcap/controllers/routing"
	"github.com/modcap/modcap/internal/observe"
	"github.com/modcap/modcap/internal/wake"
)

// Wakers wake controllers from outside Kubernetes: a number moved, a fact changed.
type Wakers struct {
	client client.Client

	sources, clusterSources, pools, queues, policies, teams, targets wake.Waker[reconcile.Request]

	surfaces wake.Waker[routing.Request]
}

// Queue wakes the queue's reconciler: a fact of it changed.
func (w *Wakers) Queue(key types.NamespacedName) {
	w.queues.Wake(reconcile.Request{NamespacedName: key})
}

// Policy wakes the policy's reconciler: a fact of it changed.
func (w *Wakers) Policy(key types.NamespacedName) {
	w.policies.Wake(reconcile.Request{NamespacedName: key})
}

// Team wakes the team's reconciler: a fact of it changed.
func (w *Wakers) Team(key types.NamespacedName) { w.teams.Wake(reconcile.Request{NamespacedName: key}) }

// Weights wakes the routing of the surfaces around a target: what its teams count for
// changed.
func (w *Wakers) Weights(target types.NamespacedName) {
	if w.client == nil {
		return
	}
	for _, r := range routing.SurfacesOf(context.Background(), w.client, target.Namespace) {
		w.surfaces.Wake(r)
	}
}

// Source wakes the source's reconciler; a cluster-wide one has no namespace.
func (w *Wakers) Source(key types.NamespacedName) {
	if key.Namespace == "" {
		w.clusterSources.Wake(reconcile.Request{NamespacedName: key})
		return
	}
	w.sources.Wake(reconcile.Request{NamespacedName: key})
}

// Health wakes the source's reconciler: its health changed.
func (w *Wakers) Health(key observe.SourceKey) {
	w.Source(types.NamespacedName{Namespace: key.Namespace, Name: key.Name})
}

// Moved wakes a policy, a queue, and its pool, or a team, and the targets around it,
// whose numbers moved materially or changed quality.
func (w *Wakers) Moved(consumer string) {
	if key, ok := feed.PolicyConsumer(consumer); ok {
		w.Policy(key)
		return
	}
	key, team, ok := feed.Consumer(consumer)
	if !ok {
		return
	}
	if team {
		w.Team(key)
		w.targetsIn(key.Namespace)
		return
	}
	w.Queue(key)
	var q v1alpha1.ModerationQueue
	if w.client == nil || w.client.Get(context.Background(), key, &q) != nil || q.Spec.Classification == nil {
		return
	}
	w.pools.Wake(request(key.Namespace, q.Spec.Classification.PoolRef.Name))
}

// targetsIn wakes the targets of a namespace: which of them plans a team is theirs
// to find out.
func (w *Wakers) targetsIn(namespace string) {
	var targets v1alpha1.StaffingTargetList
	if w.client == nil || w.client.List(context.Background(), &targets, client.InNamespace(namespace)) != nil {
		return // they look again by themselves soon
	}
	for i := range targets.Items {
		w.targets.Wake(request(namespace, targets.Items[i].Name))
	}
}
