package controllers

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/controllers/feed"
	"github.com/modcap/modcap/controllers/lint"
	"github.com/modcap/modcap/controllers/override"
	"github.com/modcap/modcap/controllers/policy"
	"github.com/modcap/modcap/controllers/pool"
	"github.com/modcap/modcap/controllers/queue"
	"github.com/modcap/modcap/controllers/routing"
	"github.com/modcap/modcap/controllers/source"
	"github.com/modcap/modcap/controllers/staffing"
	"github.com/modcap/modcap/controllers/team"
	"github.com/modcap/modcap/internal/facts"
	"github.com/modcap/modcap/internal/observe"
	"github.com/modcap/modcap/internal/sample"
)

// Options are what the controllers are given besides the manager.
type Options struct {
	Env *base.Env
	// Regimes is a cache of the ConfigMaps in which users declare regimes.
	Regimes  cache.Cache
	Observer *observe.Observer
	Wakers   *Wakers
	// Concurrency is how many objects of a kind are reconciled at once.
	Concurrency int
}

// Setup adds every controller to the manager.
func Setup(ctx context.Context, mgr manager.Manager, o Options) error {
	if err := base.Index(ctx, mgr.GetFieldIndexer()); err != nil {
		return err
	}
	o.Wakers.client, o.Env.RegimeMaps = mgr.GetClient(), o.Regimes
	s := setup{Options: o, mgr: mgr, problems: facts.NewTable[feed.Problem](o.Wakers.Source)}
	for _, add := range []func() error{
		s.feed, s.sources, s.pools, s.queues, s.policies, s.routing, s.staffing, s.teams, s.overrides, s.lint,
	} {
		if err := add(); err != nil {
			return fmt.Errorf("set up controllers: %w", err)
		}
	}
	return nil
}

type setup struct {
	Options
	mgr      manager.Manager
	problems *facts.Table[feed.Problem]
}

// named starts a controller: leader says that it runs on the leader only, with a
// warm cache on the others.
func named[R comparable](s *setup, name string, leader bool, r reconcile.TypedReconciler[R]) (controller.TypedController[R], error) {
	warm := leader
	c, err := controller.NewTyped(name, s.mgr, controller.TypedOptions[R]{
		Reconciler: r, NeedLeaderElection: &leader, EnableWarmup: &warm, MaxConcurrentReconciles: max(s.Concurrency, 1),
		RateLimiter: workqueue.DefaultTypedControllerRateLimiter[R](),
	})
	if err != nil {
		return nil, fmt.Errorf("make controller %s: %w", name, err)
	}
	return c, nil
}

// feed runs on every replica.
func (s *setup) feed() error {
	src := &feed.Sources{
		Reader: s.mgr.GetAPIReader(), Client: s.mgr.GetClient(), Observer: s.Observer, Problems: s.problems, Namespace: s.Env.Namespace,
	}
	c, err := named[reconcile.Request](s, "feed-sources", false, src)
	if err != nil {
		return err
	}
	if err := all(c, own(s, &v1alpha1.MetricSource{}), own(s, &v1alpha1.ClusterMetricSource{})); err != nil {
		return err
	}
	q, err := named[reconcile.Request](s, "feed-queues", false, &feed.Queues{Client: s.mgr.GetClient(), Observer: s.Observer})
	if err != nil {
		return err
	}
	if err := all(q, own(s, &v1alpha1.ModerationQueue{})); err != nil {
		return err
	}
	t, err := named[reconcile.Request](s, "feed-teams", false, &feed.Teams{Client: s.mgr.GetClient(), Observer: s.Observer})
	if err != nil {
		return err
	}
	if err := all(t, own(s, &v1alpha1.ReviewTeam{})); err != nil {
		return err
	}
	p, err := named[reconcile.Request](s, "feed-policies", false, &feed.Policies{Client: s.mgr.GetClient(), Observer: s.Observer})
	if err != nil {
		return err
	}
	return all(p, own(s, &v1alpha1.ModerationPolicy{}))
}

func (s *setup) health(key observe.SourceKey, now sample.Instant) (observe.SourceHealth, bool) {
	snapshot := s.Observer.Snapshot(key)
	return snapshot.Health(now), snapshot != nil
}

func (s *setup) sources() error {
	namespaced := &source.Reconciler[*v1alpha1.MetricSource]{
		Env: s.Env, Health: s.health, Problems: s.problems, Kind: "MetricSource",
		New: func() *v1alpha1.MetricSource { return &v1alpha1.MetricSource{} },
		Parts: func(o *v1alpha1.MetricSource) (*v1alpha1.MetricSourceSpec, *v1alpha1.MetricSourceStatus) {
			return &o.Spec, &o.Status
		},
	}
	c, err := named[reconcile.Request](s, "source", true, namespaced)
	if err != nil {
		return err
	}
	if err := all(c, own(s, &v1alpha1.MetricSource{}), s.Wakers.sources.Source()); err != nil {
		return err
	}
	cluster := &source.Reconciler[*v1alpha1.ClusterMetricSource]{
		Env: s.Env, Health: s.health, Problems: s.problems, Kind: "ClusterMetricSource",
		New: func() *v1alpha1.ClusterMetricSource { return &v1alpha1.ClusterMetricSource{} },
		Parts: func(o *v1alpha1.ClusterMetricSource) (*v1alpha1.MetricSourceSpec, *v1alpha1.MetricSourceStatus) {
			return &o.Spec, &o.Status
		},
	}
	if c, err = named[reconcile.Request](s, "cluster-source", true, cluster); err != nil {
		return err
	}
	return all(c, own(s, &v1alpha1.ClusterMetricSource{}), s.Wakers.clusterSources.Source())
}

func (s *setup) pools() error {
	c, err := named[reconcile.Request](s, "pool", true, pool.New(s.Env))
	if err != nil {
		return err
	}
	return all(c, own(s, &v1alpha1.ClassifierPool{}), s.Wakers.pools.Source(),
		mapped(s, &v1alpha1.ModerationQueue{}, poolOfQueue), mapped(s, &v1alpha1.CapacityOverride{}, s.poolsOfOverride))
}

func (s *setup) queues() error {
	c, err := named[reconcile.Request](s, "queue", true, &queue.Reconciler{Env: s.Env})
	if err != nil {
		return err
	}
	return all(c, own(s, &v1alpha1.ModerationQueue{}), s.Wakers.queues.Source(),
		mapped(s, &v1alpha1.ClassifierPool{}, s.queuesOfPool),
		mapped(s, &v1alpha1.ModerationPolicy{}, s.queuesOfPolicy), regimesFor(s, s.queuesOfRegimes),
		mapped(s, &v1alpha1.MetricSource{}, s.queuesOfSource), mapped(s, &v1alpha1.ClusterMetricSource{}, s.queuesOfClusterSource))
}

func (s *setup) policies() error {
	c, err := named[reconcile.Request](s, "policy", true, &policy.Reconciler{Env: s.Env})
	if err != nil {
		return err
	}
	return all(c, own(s, &v1alpha1.ModerationPolicy{}), s.Wakers.policies.Source(), s.lostRevisions(),
		mapped(s, &v1alpha1.ModerationQueue{}, policyOfQueue), mapped(s, &v1alpha1.CapacityOverride{}, s.policiesOfOverride), s.relieved())
}

func (s *setup) routing() error {
	c, err := named[routing.Request](s, "routing", true, &routing.Reconciler{Env: s.Env})
	if err != nil {
		return err
	}
	return all(c, append(routing.Sources(s.mgr.GetCache(), s.mgr.GetClient()), routing.RegimeSource(s.Regimes, s.mgr.GetClient()),
		s.Wakers.surfaces.Source())...)
}

func (s *setup) staffing() error {
	c, err := named[reconcile.Request](s, "staffing", true, staffing.New(s.Env))
	if err != nil {
		return err
	}
	return all(c, own(s, &v1alpha1.StaffingTarget{}), s.Wakers.targets.Source(), regimesFor(s, targetsAround[*corev1.ConfigMap](s)),
		mapped(s, &v1alpha1.ModerationQueue{}, targetsAround[*v1alpha1.ModerationQueue](s)),
		mapped(s, &v1alpha1.ReviewTeam{}, targetsAround[*v1alpha1.ReviewTeam](s)),
		mapped(s, &v1alpha1.ModerationPolicy{}, targetsAround[*v1alpha1.ModerationPolicy](s)),
		mapped(s, &v1alpha1.CapacityOverride{}, targetsAround[*v1alpha1.CapacityOverride](s)),
		mapped(s, &v1alpha1.StaffingTarget{}, targetsAround[*v1alpha1.StaffingTarget](s)))
}

func (s *setup) teams() error {
	c, err := named[reconcile.Request](s, "team", true, &team.Reconciler{Env: s.Env})
	if err != nil {
		return err
	}
	return all(c, own(s, &v1alpha1.ReviewTeam{}), s.Wakers.teams.Source())
}

func (s *setup) overrides() error {
	c, err := named[reconcile.Request](s, "override", true, &override.Reconciler{Env: s.Env})
	if err != nil {
		return err
	}
	return all(c, own(s, &v1alpha1.CapacityOverride{}), mapped(s, &v1alpha1.ClassifierPool{}, s.overridesOf),
		mapped(s, &v1alpha1.ModerationQueue{}, s.overridesOfQueue), mapped(s, &v1alpha1.ModerationPolicy{}, s.overridesOfPolicy),
		mapped(s, &v1alpha1.CapacityOverride{}, s.overridesAround), s.decidable())
}

func (s *setup) lint() error {
	c, err := named[lint.Request](s, "lint", true, &lint.Reconciler{Env: s.Env})
	if err != nil {
		return err
	}
	return all(c, lint.Sources(s.mgr.GetCache(), s.Regimes, s.mgr.GetClient())...)
}

// list returns the requests for the objects of a list.
func (s *setup) list(
	ctx context.Context, list client.ObjectList, each func() []reconcile.Request, opts ...client.ListOption,
) []reconcile.Request {
	if err := s.mgr.GetClient().List(ctx, list, opts...); err != nil {
		return nil // the cache is not synced: every object comes as an event of its own
	}
	return each()
}
