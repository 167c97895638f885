package lint

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/lint"
)

// debounce gathers the changes of an edit (a GitOps sync touches many objects) into one look.
const debounce = 2 * time.Second

// Sources are what wakes the reconciler: every kind, by its namespace; a source for the whole cluster wakes
// every namespace with queues. maps is the cache of the ConfigMaps in which users declare regimes.
func Sources(c, maps cache.Cache, reader client.Reader) []source.TypedSource[Request] {
	here := func(o client.Object) []Request { return []Request{{o.GetNamespace()}} }
	everywhere := func(client.Object) []Request { return namespaces(reader) }
	edited := predicate.Or(predicate.TypedGenerationChangedPredicate[client.Object]{}, predicate.TypedLabelChangedPredicate[client.Object]{})
	var out []source.TypedSource[Request]
	for _, k := range new(lint.Lists).Kinds() {
		to := here
		if k.Shared {
			to = everywhere
		}
		out = append(out, of(c, k.Object, to, edited))
	}
	return append(out, of(maps, &corev1.ConfigMap{}, here)) // of which each change is one of its data
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

// of watches a kind: creation and deletion, and the changes that are passed.
func of(
	c cache.Cache, kind client.Object, to func(client.Object) []Request, passed ...predicate.TypedPredicate[client.Object],
) source.TypedSource[Request] {
	add := func(o client.Object, q workqueue.TypedRateLimitingInterface[Request]) {
		for _, r := range to(o) {
			q.AddAfter(r, debounce)
		}
	}
	return source.TypedKind(c, kind, handler.TypedFuncs[client.Object, Request]{
		CreateFunc: func(_ context.Context, e event.TypedCreateEvent[client.Object], q workqueue.TypedRateLimitingInterface[Request]) {
			add(e.Object, q)
		},
		UpdateFunc: func(_ context.Context, e event.TypedUpdateEvent[client.Object], q workqueue.TypedRateLimitingInterface[Request]) {
			add(e.ObjectNew, q)
		},
		DeleteFunc: func(_ context.Context, e event.TypedDeleteEvent[client.Object], q workqueue.TypedRateLimitingInterface[Request]) {
			add(e.Object, q)
		},
	}, passed...)
}
