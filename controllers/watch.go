package controllers

import (
	"context"
	"slices"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	ctrlsource "sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/resolve"
)

// own watches the kind that a controller reconciles. Its own status writes wake
// nobody.
func own[T client.Object](s *setup, obj T) ctrlsource.TypedSource[reconcile.Request] {
	return ctrlsource.TypedKind(s.mgr.GetCache(), obj, &handler.TypedEnqueueRequestForObject[T]{}, changed[T]())
}

// mapped watches another kind, whose objects concern those that to names.
func mapped[T client.Object](s *setup, obj T, to func(context.Context, T) []reconcile.Request) ctrlsource.TypedSource[reconcile.Request] {
	return ctrlsource.TypedKind(s.mgr.GetCache(), obj, handler.TypedEnqueueRequestsFromMapFunc(to), changed[T]())
}

// changed passes what may change a decision: spec, labels, and deletion.
func changed[T client.Object]() predicate.TypedPredicate[T] {
	return predicate.Or(predicate.TypedGenerationChangedPredicate[T]{}, predicate.TypedLabelChangedPredicate[T]{})
}

// lostRevisions wakes the policy whose revision somebody deleted: it is made again. Those
// that are made are our own.
func (s *setup) lostRevisions() ctrlsource.TypedSource[reconcile.Request] {
	return ctrlsource.TypedKind(s.mgr.GetCache(), &appsv1.ControllerRevision{},
		handler.TypedEnqueueRequestForOwner[*appsv1.ControllerRevision](
			s.mgr.GetScheme(), s.mgr.GetRESTMapper(), &v1alpha1.ModerationPolicy{}, handler.OnlyControllerOwner()),
		predicate.TypedFuncs[*appsv1.ControllerRevision]{
			CreateFunc: func(event.TypedCreateEvent[*appsv1.ControllerRevision]) bool { return false },
			UpdateFunc: func(event.TypedUpdateEvent[*appsv1.ControllerRevision]) bool { return false },
		})
}

// relieved wakes the policies of which something else gives way than before: the status of a
// target says so.
func (s *setup) relieved() ctrlsource.TypedSource[reconcile.Request] {
	policies := func(_ context.Context, t *v1alpha1.StaffingTarget) (out []reconcile.Request) {
		for i := range t.Status.Relief {
			out = append(out, request(t.Namespace, t.Status.Relief[i].Policy))
		}
		return out
	}
	return ctrlsource.TypedKind(s.mgr.GetCache(), &v1alpha1.StaffingTarget{}, handler.TypedEnqueueRequestsFromMapFunc(policies),
		predicate.TypedFuncs[*v1alpha1.StaffingTarget]{
			UpdateFunc: func(e event.TypedUpdateEvent[*v1alpha1.StaffingTarget]) bool {
				return !slices.EqualFunc(e.ObjectOld.Status.Relief, e.ObjectNew.Status.Relief, sameRelief)
			},
		})
}

// decidable wakes the decisions about a policy's rollout of which something else can be decided than before.
func (s *setup) decidable() ctrlsource.TypedSource[reconcile.Request] {
	return ctrlsource.TypedKind(s.mgr.GetCache(), &v1alpha1.ModerationPolicy{}, handler.TypedEnqueueRequestsFromMapFunc(s.overridesOfPolicy),
		predicate.TypedFuncs[*v1alpha1.ModerationPolicy]{
			CreateFunc: func(event.TypedCreateEvent[*v1alpha1.ModerationPolicy]) bool { return false },
			DeleteFunc: func(event.TypedDeleteEvent[*v1alpha1.ModerationPolicy]) bool { return false },
			UpdateFunc: func(e event.TypedUpdateEvent[*v1alpha1.ModerationPolicy]) bool {
				return !slices.Equal(decidedAbout(e.ObjectOld), decidedAbout(e.ObjectNew))
			},
		})
}

// decidedAbout is what decisions about a policy's rollout can be about.
func decidedAbout(p *v1alpha1.ModerationPolicy) []string {
	out := []string{strconv.FormatInt(p.Status.ObservedGeneration, 10), p.Status.Revision}
	if s := p.Status.Rollout; s != nil {
		out = append(out, s.Stable, s.Canary)
		if s.Aborted != nil {
			out = append(out, s.Aborted.Revision, s.Aborted.At.String())
		}
	}
	if s := p.Status.Rereview; s != nil {
		out = append(append(out, string(s.State)), s.Revisions...)
	}
	return out
}

// sameRelief compares but for what it costs.
func sameRelief(a, b v1alpha1.ReliefStatus) bool {
	a.Cost, b.Cost = nil, nil
	return equality.Semantic.DeepEqual(a, b)
}

// regimesFor watches the ConfigMaps in which users declare regimes.
func regimesFor(s *setup, to func(context.Context, *corev1.ConfigMap) []reconcile.Request) ctrlsource.TypedSource[reconcile.Request] {
	return ctrlsource.TypedKind(s.Regimes, &corev1.ConfigMap{}, handler.TypedEnqueueRequestsFromMapFunc(to))
}

// queuesOfRegimes are the queues of a namespace that name a regime.
func (s *setup) queuesOfRegimes(ctx context.Context, m *corev1.ConfigMap) []reconcile.Request {
	var queues v1alpha1.ModerationQueueList
	return s.list(ctx, &queues, func() []reconcile.Request {
		var out []reconcile.Request
		for i := range queues.Items {
			if resolve.NamesRegime(&queues.Items[i]) {
				out = append(out, request(m.Namespace, queues.Items[i].Name))
			}
		}
		return out
	}, client.InNamespace(m.Namespace))
}

// all watches every source.
func all[R comparable](c controller.TypedController[R], sources ...ctrlsource.TypedSource[R]) error {
	for _, s := range sources {
		if err := c.Watch(s); err != nil {
			return err
		}
	}
	return nil
}

func request(namespace, name string) reconcile.Request {
	return reconcile.Request{NamespacedName: types.NamespacedName{Namespace: namespace, Name: name}}
}

func poolOfQueue(_ context.Context, q *v1alpha1.ModerationQueue) []reconcile.Request {
	if q.Spec.Classification == nil {
		return nil
	}
	return []reconcile.Request{request(q.Namespace, q.Spec.Classification.PoolRef.Name)}
}

// poolsOfOverride are the pool that an override names, and those of the queues that it names.
func (s *setup) poolsOfOverride(ctx context.Context, o *v1alpha1.CapacityOverride) []reconcile.Request {
	if o.Spec.PoolRef != nil {
		return []reconcile.Request{request(o.Namespace, o.Spec.PoolRef.Name)}
	}
	var out []reconcile.Request
	for _, ref := range o.Spec.QueueRefs {
		var q v1alpha1.ModerationQueue
		// A queue that is not in the cache comes as an event of its own.
		if s.mgr.GetClient().Get(ctx, client.ObjectKey{Namespace: o.Namespace, Name: ref.Name}, &q) == nil {
			out = append(out, poolOfQueue(ctx, &q)...)
		}
	}
	return out
}

func policyOfQueue(_ context.Context, q *v1alpha1.ModerationQueue) []reconcile.Request {
	if q.Spec.PolicyRef == nil {
		return nil
	}
	return []reconcile.Request{request(q.Namespace, q.Spec.PolicyRef.Name)}
}

// policiesOfOverride are those that an override decides about, or freezes.
func (s *setup) policiesOfOverride(ctx context.Context, o *v1alpha1.CapacityOverride) []reconcile.Request {
	switch {
	case o.Spec.Rollout != nil:
		return []reconcile.Request{request(o.Namespace, o.Spec.Rollout.PolicyRef.Name)}
	case o.Spec.Type != v1alpha1.OverrideFreeze:
		return nil
	}
	var policies v1alpha1.ModerationPolicyList
	return s.list(ctx, &policies, func() []reconcile.Request {
		var out []reconcile.Request
		for i := range policies.Items {
			if o.Spec.Freezes(policies.Items[i].Name) {
				out = append(out, request(o.Namespace, policies.Items[i].Name))
			}
		}
		return out
	}, client.InNamespace(o.Namespace))
}

// overridesOfPolicy are those that decide about a policy's rollout, or freeze it.
func (s *setup) overridesOfPolicy(ctx context.Context, p *v1alpha1.ModerationPolicy) []reconcile.Request {
	var overrides v1alpha1.CapacityOverrideList
	return s.list(ctx, &overrides, func() []reconcile.Request {
		var out []reconcile.Request
		for i := range overrides.Items {
			o := &overrides.Items[i].Spec
			if o.Freezes(p.Name) || o.Rollout != nil && o.Rollout.PolicyRef.Name == p.Name {
				out = append(out, request(p.Namespace, overrides.Items[i].Name))
			}
		}
		return out
	}, client.InNamespace(p.Namespace), client.MatchingFields{base.IndexOverridePool: ""})
}

// queuesBy lists the queues that refer to an object through an index.
func (s *setup) queuesBy(ctx context.Context, namespace, index, value string) []reconcile.Request {
	var queues v1alpha1.ModerationQueueList
	return s.list(ctx, &queues, func() []reconcile.Request {
		out := make([]reconcile.Request, 0, len(queues.Items))
		for i := range queues.Items {
			out = append(out, request(queues.Items[i].Namespace, queues.Items[i].Name))
		}
		return out
	}, client.InNamespace(namespace), client.MatchingFields{index: value})
}

func (s *setup) queuesOfPool(ctx context.Context, p *v1alpha1.ClassifierPool) []reconcile.Request {
	return s.queuesBy(ctx, p.Namespace, base.IndexPool, p.Name)
}

func (s *setup) queuesOfPolicy(ctx context.Context, p *v1alpha1.ModerationPolicy) []reconcile.Request {
	return s.queuesBy(ctx, p.Namespace, base.IndexPolicy, p.Name)
}

func (s *setup) queuesOfSource(ctx context.Context, m *v1alpha1.MetricSource) []reconcile.Request {
	return s.queuesBy(ctx, m.Namespace, base.IndexSource, "MetricSource/"+m.Name)
}

func (s *setup) queuesOfClusterSource(ctx context.Context, m *v1alpha1.ClusterMetricSource) []reconcile.Request {
	return s.queuesBy(ctx, "", base.IndexSource, "ClusterMetricSource/"+m.Name)
}

// targetsIn lists the targets of a namespace: which of them select the object, and
// did before, is theirs to find out.
func (s *setup) targetsIn(ctx context.Context, namespace string) []reconcile.Request {
	var targets v1alpha1.StaffingTargetList
	return s.list(ctx, &targets, func() []reconcile.Request {
		out := make([]reconcile.Request, 0, len(targets.Items))
		for i := range targets.Items {
			out = append(out, request(namespace, targets.Items[i].Name))
		}
		return out
	}, client.InNamespace(namespace))
}

func (s *setup) overridesOf(ctx context.Context, p *v1alpha1.ClassifierPool) []reconcile.Request {
	var overrides v1alpha1.CapacityOverrideList
	return s.list(ctx, &overrides, func() []reconcile.Request {
		out := make([]reconcile.Request, 0, len(overrides.Items))
		for i := range overrides.Items {
			out = append(out, request(p.Namespace, overrides.Items[i].Name))
		}
		return out
	}, client.InNamespace(p.Namespace), client.MatchingFields{base.IndexOverridePool: p.Name})
}

// overridesOfQueue are the overrides that name a queue.
func (s *setup) overridesOfQueue(ctx context.Context, q *v1alpha1.ModerationQueue) []reconcile.Request {
	return s.overridesBeside(ctx, q.Namespace, "", []string{q.Name})
}

// overridesAround are the other overrides that name one of an override's queues: what it says, they may contradict.
func (s *setup) overridesAround(ctx context.Context, o *v1alpha1.CapacityOverride) []reconcile.Request {
	return s.overridesBeside(ctx, o.Namespace, o.Name, o.Spec.Queues())
}

func (s *setup) overridesBeside(ctx context.Context, namespace, but string, queues []string) []reconcile.Request {
	if len(queues) == 0 {
		return nil
	}
	var overrides v1alpha1.CapacityOverrideList
	return s.list(ctx, &overrides, func() []reconcile.Request {
		var out []reconcile.Request
		for i := range overrides.Items {
			o := &overrides.Items[i]
			if o.Name != but && slices.ContainsFunc(o.Spec.Queues(), func(name string) bool { return slices.Contains(queues, name) }) {
				out = append(out, request(namespace, o.Name))
			}
		}
		return out
	}, client.InNamespace(namespace), client.MatchingFields{base.IndexOverridePool: ""})
}

// targetsAround adapts targetsIn to one kind.
func targetsAround[T client.Object](s *setup) func(context.Context, T) []reconcile.Request {
	return func(ctx context.Context, o T) []reconcile.Request { return s.targetsIn(ctx, o.GetNamespace()) }
}
