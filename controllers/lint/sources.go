package lint

import (
	"context"
	"time"

	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/modcap/modcap/api/v1alpha1"
)

// debounce gathers the changes of an edit (a GitOps sync touches many objects) into one look.
const debounce = 2 * time.Second

// Sources are what wakes the reconciler: every kind, by its namespace; a source for the whole cluster wakes
// every namespace with queues.
func Sources(c cache.Cache, reader client.Reader) []source.TypedSource[Request] {
	here := func(o client.Object) []Request { return []Request{{o.GetNamespace()}} }
	everywhere := func(client.Object) []Request { return namespaces(reader) }
	return []source.TypedSource[Request]{
		of(c, &v1alpha1.ModerationQueue{}, here), of(c, &v1alpha1.ModerationPolicy{}, here), of(c, &v1alpha1.ClassifierPool{}, here),
		of(c, &v1alpha1.ReviewTeam{}, here), of(c, &v1alpha1.StaffingTarget{}, here), of(c, &v1alpha1.MetricSource{}, here),
		of(c, &v1alpha1.CapacityOverride{}, here), of(c, &v1alpha1.ClusterMetricSource{}, everywhere),
	}
}

// namespaces are those with queues.
func namespaces(reader client.Reader) []Request {
	var queues v1alpha1.ModerationQueueList
	if err := reader.List(context.Background(), &queues); err != nil {
		return nil // the cache is not synced: every object comes as an event of its own
	}
	seen := map[Request]bool{}
	var out []Request
	for i := range queues.Items {
		if req := (Request{queues.Items[i].Namespace}); !seen[req] {
			seen[req] = true
			out = append(out, req)
		}
	}
	return out
}

// of watches a kind: specs, labels, creation and deletion.
func of[T client.Object](c cache.Cache, kind T, to func(client.Object) []Request) source.TypedSource[Request] {
	add := func(o client.Object, q workqueue.TypedRateLimitingInterface[Request]) {
		for _, r := range to(o) {
			q.AddAfter(r, debounce)
		}
	}
	return source.TypedKind(c, kind, handler.TypedFuncs[T, Request]{
		CreateFunc: func(_ context.Context, e event.TypedCreateEvent[T], q workqueue.TypedRateLimitingInterface[Request]) {
			add(e.Object, q)
		},
		UpdateFunc: func(_ context.Context, e event.TypedUpdateEvent[T], q workqueue.TypedRateLimitingInterface[Request]) {
			add(e.ObjectNew, q)
		},
		DeleteFunc: func(_ context.Context, e event.TypedDeleteEvent[T], q workqueue.TypedRateLimitingInterface[Request]) {
			add(e.Object, q)
		},
	}, predicate.Or(predicate.TypedGenerationChangedPredicate[T]{}, predicate.TypedLabelChangedPredicate[T]{}))
}
