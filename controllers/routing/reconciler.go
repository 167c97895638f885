package routing

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/outcome"
	"github.com/modcap/modcap/internal/regimes"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/routing"
	"github.com/modcap/modcap/internal/sample"
)

// lookAgain is how often a surface is compiled anew while nothing is told: a
// document that somebody deleted is made again.
const lookAgain = 5 * time.Minute

// Request names a surface of a namespace.
type Request struct {
	Namespace, Surface string
}

// String is for logs.
func (r Request) String() string { return r.Namespace + "/" + r.Surface }

// Reconciler publishes the documents of surfaces.
type Reconciler struct {
	*base.Env
}

// gathered is everything that the documents of a surface depend on.
type gathered struct {
	queues map[string]*v1alpha1.ModerationQueue
	input  routing.Input
	// nextShift is when the people on shift next change, nextPriority when an override of priorities begins
	// or ends, nextRegime when a regime that a queue names does; 0 when not in sight.
	nextShift, nextPriority, nextRegime sample.Instant
	// scheduled says that some team has a schedule, which may be written anew.
	scheduled bool
}

// Reconcile compiles and publishes one surface.
func (r *Reconciler) Reconcile(ctx context.Context, req Request) (reconcile.Result, error) {
	g, err := r.gather(ctx, req)
	if err != nil {
		return outcome.Transient(err).Result()
	}
	out, err := r.compile(ctx, req, g)
	if err != nil {
		return outcome.Transient(err).Result()
	}
	if !r.ReadOnly {
		if err := r.publish(ctx, req, g, out); err != nil {
			return outcome.Transient(err).Result()
		}
	}
	r.putFacts(req, g, out)
	if len(g.queues) == 0 {
		return reconcile.Result{}, nil
	}
	done := outcome.Done(lookAgain)
	if g.scheduled {
		done = done.Sooner(base.ScheduleEvery)
	}
	for _, at := range [3]sample.Instant{g.nextShift, g.nextPriority, g.nextRegime} {
		if at != 0 {
			done = done.Sooner(max(at.Time().Sub(r.Now()), time.Second))
		}
	}
	return done.Result()
}

func (r *Reconciler) gather(ctx context.Context, req Request) (*gathered, error) {
	g := &gathered{queues: map[string]*v1alpha1.ModerationQueue{}, input: routing.Input{
		Namespace: req.Namespace, Surface: req.Surface,
		Policies: map[string]*v1alpha1.ModerationPolicy{}, Pools: map[string]bool{},
	}}
	in := client.InNamespace(req.Namespace)
	var queues v1alpha1.ModerationQueueList
	var policies v1alpha1.ModerationPolicyList
	var pools v1alpha1.ClassifierPoolList
	var teams v1alpha1.ReviewTeamList
	var overrides v1alpha1.CapacityOverrideList
	for _, list := range []client.ObjectList{&queues, &policies, &pools, &teams, &overrides} {
		if err := r.Client.List(ctx, list, in); err != nil {
			return nil, fmt.Errorf("list what is routed: %w", err)
		}
	}
	g.nextPriority = resolve.Prioritize(queues.Items, overrides.Items, sample.At(r.Now()))
	known, err := r.KnownRegimes(ctx, req.Namespace)
	if err != nil {
		return nil, err
	}
	g.addQueues(queues.Items, known.Catalogue, sample.At(r.Now()))
	for i := range policies.Items {
		g.input.Policies[policies.Items[i].Name] = &policies.Items[i]
	}
	for i := range pools.Items {
		g.input.Pools[pools.Items[i].Name] = true
	}
	return g, r.gatherRest(ctx, req, g, policies.Items, teams.Items)
}

// gatherRest reads what is not a spec: revisions, plans, and what is published.
func (r *Reconciler) gatherRest(
	ctx context.Context, req Request, g *gathered, policies []v1alpha1.ModerationPolicy, teams []v1alpha1.ReviewTeam,
) error {
	stored, err := r.revisions(ctx, req.Namespace)
	if err != nil {
		return err
	}
	g.input.InForce = inForce(policies, stored)
	plans, err := r.plans(ctx, req.Namespace)
	if err != nil {
		return err
	}
	g.addRelief(plans)
	if err := r.addTeams(ctx, g, teams, plans); err != nil {
		return err
	}
	g.input.Previous, err = published(ctx, r.Client, req)
	return err
}

// addQueues adds the queues of the surface, with what regimes ask for now in place of their names.
func (g *gathered) addQueues(all []v1alpha1.ModerationQueue, known regimes.Catalogue, now sample.Instant) {
	for i := range all {
		q := &all[i]
		if string(q.Spec.Surface) != g.input.Surface || q.DeletionTimestamp != nil {
			continue
		}
		g.queues[q.Name] = q
		g.input.Queues = append(g.input.Queues, resolve.InForce(q, known, now))
		if at := resolve.RegimesChange(q, known, now); at != 0 && (g.nextRegime == 0 || at < g.nextRegime) {
			g.nextRegime = at
		}
	}
}

// compile makes the documents. Where a last good document is not among those read
// the cache may lag behind our own writes: it is read without the cache once more,
// before a queue drops out of the index.
func (r *Reconciler) compile(ctx context.Context, req Request, g *gathered) (routing.Output, error) {
	out := routing.Compile(g.input)
	for _, q := range out.Queues {
		if !q.LostLastGood {
			continue
		}
		var err error
		if g.input.Previous, err = published(ctx, r.APIReader, req); err != nil {
			return out, err
		}
		return routing.Compile(g.input), nil
	}
	return out, nil
}

// SurfacesOf are the surfaces of a namespace, for events that concern all of them.
func SurfacesOf(ctx context.Context, c client.Reader, namespace string) []Request {
	var queues v1alpha1.ModerationQueueList
	if err := c.List(ctx, &queues, client.InNamespace(namespace)); err != nil {
		return nil // the cache is not synced: every queue comes as an event of its own
	}
	seen := map[Request]bool{}
	var out []Request
	for i := range queues.Items {
		req := Request{namespace, string(queues.Items[i].Spec.Surface)}
		if !seen[req] {
			seen[req] = true
			out = append(out, req)
		}
	}
	return out
}

func keyOf(namespace, name string) types.NamespacedName {
	return types.NamespacedName{Namespace: namespace, Name: name}
}
