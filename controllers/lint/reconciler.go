package lint

import (
	"context"
	"fmt"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/facts"
	"github.com/modcap/modcap/internal/lint"
	"github.com/modcap/modcap/internal/outcome"
	"github.com/modcap/modcap/internal/resolve"
)

// lookAgain is how often a namespace is looked at while nothing changes but the time: shifts that are over, days on
// which everybody is away.
const lookAgain = time.Hour

// Request names a namespace.
type Request struct{ Namespace string }

// String is for logs.
func (r Request) String() string { return r.Namespace }

// Reconciler looks at namespaces.
type Reconciler struct {
	*base.Env
	// counted is what was known at the last look, by namespace.
	counted sync.Map
}

// Reconcile looks at one namespace.
func (r *Reconciler) Reconcile(ctx context.Context, req Request) (reconcile.Result, error) {
	in, err := r.gather(ctx, req.Namespace)
	if err != nil {
		return outcome.Transient(err).Result()
	}
	now, all := r.count(&in)
	r.put(&in, lint.Rules(in), now)
	if len(in.Queues)+len(in.Policies) == 0 {
		r.counted.Delete(req.Namespace)
		return reconcile.Result{}, nil
	}
	if !all {
		return outcome.Done(lookSooner).Result()
	}
	return outcome.Done(lookAgain).Result()
}

func (r *Reconciler) gather(ctx context.Context, namespace string) (lint.Input, error) {
	in := lint.Input{Now: r.Now(), Namespace: namespace, Schedules: map[string]*resolve.Schedule{}}
	var lists lint.Lists
	for _, k := range lists.Kinds() {
		var where []client.ListOption
		if !k.Shared {
			where = append(where, client.InNamespace(namespace))
		}
		if err := r.Client.List(ctx, k.List, where...); err != nil {
			return in, fmt.Errorf("list what is looked at: %w", err)
		}
	}
	lists.Into(&in)
	known, err := r.KnownRegimes(ctx, namespace)
	if err != nil {
		return in, err
	}
	in.Regimes = known.Catalogue
	for _, t := range in.Teams {
		s, err := r.Schedule(ctx, t)
		if err != nil {
			return in, fmt.Errorf("team %s: %w", t.Name, err)
		}
		if t.Spec.ScheduleRef != nil && s.InForce != nil {
			in.Schedules[t.Spec.ScheduleRef.Name] = s.InForce
		}
	}
	return in, nil
}

// put tells queues and policies what was found of them.
func (r *Reconciler) put(in *lint.Input, found []lint.Finding, now counted) {
	by := map[lint.Object][]lint.Finding{}
	for _, f := range found {
		by[f.Object] = append(by[f.Object], f)
	}
	keep := func(table *facts.Table[facts.Lint], kind string, names []string) {
		alive := map[types.NamespacedName]bool{}
		for _, name := range names {
			key := types.NamespacedName{Namespace: in.Namespace, Name: name}
			all := lint.Status(by[lint.Object{Kind: kind, Name: name}])
			if kind == lint.KindPolicy {
				all = now.with(name, all)
			}
			if len(all) > 0 || kind == lint.KindPolicy { // of policies, that nothing was found is known, too
				alive[key] = true
				table.Put(key, facts.Lint{Findings: all})
			}
		}
		table.Keep(func(key types.NamespacedName, _ facts.Lint) bool { return key.Namespace == in.Namespace }, alive)
	}
	var queues, policies []string
	for _, q := range in.Queues {
		queues = append(queues, q.Name)
	}
	for _, p := range in.Policies {
		policies = append(policies, p.Name)
	}
	keep(r.Facts.QueueLint, lint.KindQueue, queues)
	keep(r.Facts.PolicyLint, lint.KindPolicy, policies)
}
