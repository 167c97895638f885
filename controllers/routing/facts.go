package routing

import (
	"maps"

	"k8s.io/apimachinery/pkg/types"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/facts"
	"github.com/modcap/modcap/internal/routing"
)

// putFacts tells queues and policies what was found. What concerns the surface as
// a whole is told to each of its queues.
func (r *Reconciler) putFacts(req Request, g *gathered, out routing.Output) {
	queues, policies := map[string][]v1alpha1.Finding{}, map[string][]v1alpha1.Finding{}
	var surface []v1alpha1.Finding
	for _, f := range out.Findings {
		one := v1alpha1.Finding{Code: f.Code, Severity: f.Severity, Field: f.Field, Message: f.Message, Fix: f.Fix}
		switch f.Object.Kind {
		case routing.KindQueue:
			queues[f.Object.Name] = append(queues[f.Object.Name], one)
		case routing.KindPolicy:
			policies[f.Object.Name] = append(policies[f.Object.Name], one)
		default:
			surface = append(surface, one)
		}
	}
	keep := make(map[types.NamespacedName]bool, len(out.Queues))
	for name, q := range out.Queues {
		keep[keyOf(req.Namespace, name)] = true
		fact := facts.Routing{
			Surface: req.Surface, Document: q.Document,
			Routed: q.Current && q.Reason == v1alpha1.ReasonPublished, Reason: q.Reason, Message: q.Message,
			Findings: append(queues[name], surface...),
		}
		if q.Document != "" {
			fact.Index = v1.IndexName(req.Surface)
		}
		r.Facts.Routing.Put(keyOf(req.Namespace, name), fact)
	}
	r.Facts.Routing.Keep(func(key types.NamespacedName, f facts.Routing) bool {
		return key.Namespace == req.Namespace && f.Surface == req.Surface
	}, keep)
	for name := range g.input.Policies {
		r.putPolicy(req, name, policies[name])
	}
}

// putPolicy replaces what this surface says of a policy.
func (r *Reconciler) putPolicy(req Request, name string, found []v1alpha1.Finding) {
	key := keyOf(req.Namespace, name)
	old, _ := r.Facts.Policies.Get(key)
	if len(found) == 0 && len(old.Findings[req.Surface]) == 0 {
		return
	}
	next := facts.Policy{Findings: maps.Clone(old.Findings)}
	if next.Findings == nil {
		next.Findings = map[string][]v1alpha1.Finding{}
	}
	next.Findings[req.Surface] = found
	if len(found) == 0 {
		delete(next.Findings, req.Surface)
	}
	r.Facts.Policies.Put(key, next)
}
