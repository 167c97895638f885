package routing

import (
	"context"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/source"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
)

// debounce gathers the changes of an edit (a GitOps sync touches many objects)
// into one compilation.
const debounce = time.Second

// Sources are what wakes the reconciler: queues by their surface; policies, pools,
// teams and overrides by every surface of their namespace; its own documents, so that one
// that somebody deleted or changed is made again.
func Sources(c cache.Cache, reader client.Reader) []source.TypedSource[Request] {
	edited := func(o client.Object) []Request { return SurfacesOf(context.Background(), reader, o.GetNamespace()) }
	return []source.TypedSource[Request]{
		source.TypedKind(c, &v1alpha1.ModerationQueue{}, enqueue[*v1alpha1.ModerationQueue](func(o client.Object) []Request {
			return []Request{{o.GetNamespace(), string(o.(*v1alpha1.ModerationQueue).Spec.Surface)}}
		}), predicate.TypedGenerationChangedPredicate[*v1alpha1.ModerationQueue]{}),
		source.TypedKind(c, &v1alpha1.ModerationPolicy{}, enqueue[*v1alpha1.ModerationPolicy](edited),
			predicate.TypedGenerationChangedPredicate[*v1alpha1.ModerationPolicy]{}),
		source.TypedKind(c, &v1alpha1.ModerationPolicy{}, atOnce(edited), rolled{}),
		source.TypedKind(c, &appsv1.ControllerRevision{}, enqueue[*appsv1.ControllerRevision](edited)),
		source.TypedKind(c, &v1alpha1.ClassifierPool{}, enqueue[*v1alpha1.ClassifierPool](edited),
			predicate.TypedGenerationChangedPredicate[*v1alpha1.ClassifierPool]{}),
		source.TypedKind(c, &v1alpha1.ReviewTeam{}, enqueue[*v1alpha1.ReviewTeam](edited),
			predicate.TypedGenerationChangedPredicate[*v1alpha1.ReviewTeam]{}),
		source.TypedKind(c, &v1alpha1.CapacityOverride{}, enqueue[*v1alpha1.CapacityOverride](func(o client.Object) []Request {
			if o.(*v1alpha1.CapacityOverride).Spec.Type != v1alpha1.OverridePriority {
				return nil
			}
			return edited(o)
		}), predicate.TypedGenerationChangedPredicate[*v1alpha1.CapacityOverride]{}),
		source.TypedKind(c, &corev1.ConfigMap{}, enqueue[*corev1.ConfigMap](func(o client.Object) []Request {
			if s := o.GetLabels()[v1.SurfaceLabel]; s != "" {
				return []Request{{o.GetNamespace(), s}}
			}
			return nil
		}), notMade[*corev1.ConfigMap]()),
	}
}

// RegimeSource wakes every surface of a namespace in which users declare regimes.
func RegimeSource(c cache.Cache, reader client.Reader) source.TypedSource[Request] {
	return source.TypedKind(c, &corev1.ConfigMap{}, enqueue[*corev1.ConfigMap](func(o client.Object) []Request {
		return SurfacesOf(context.Background(), reader, o.GetNamespace())
	}))
}

// notMade passes changes and deletions, and not creations: those are our own, or
// come with the start.
func notMade[T client.Object]() predicate.TypedPredicate[T] {
	return predicate.TypedFuncs[T]{CreateFunc: func(event.TypedCreateEvent[T]) bool { return false }}
}

// enqueue asks for a compilation of the surfaces that an object concerns, after
// the debounce.
func enqueue[T client.Object](of func(client.Object) []Request) handler.TypedEventHandler[T, Request] {
	add := func(o client.Object, q workqueue.TypedRateLimitingInterface[Request]) {
		for _, r := range of(o) {
			q.AddAfter(r, debounce)
		}
	}
	return handler.TypedFuncs[T, Request]{
		CreateFunc: func(_ context.Context, e event.TypedCreateEvent[T], q workqueue.TypedRateLimitingInterface[Request]) {
			add(e.Object, q)
		},
		UpdateFunc: func(_ context.Context, e event.TypedUpdateEvent[T], q workqueue.TypedRateLimitingInterface[Request]) {
			add(e.ObjectNew, q)
		},
		DeleteFunc: func(_ context.Context, e event.TypedDeleteEvent[T], q workqueue.TypedRateLimitingInterface[Request]) {
			add(e.Object, q)
		},
	}
}
