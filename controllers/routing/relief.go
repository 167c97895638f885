package routing

import (
	"slices"

	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/facts"
)

// relief is what a target told, and the policies of which it told nothing yet since the start
// while its status says that something gives way.
func (r *Reconciler) relief(t *v1alpha1.StaffingTarget) (facts.Relief, map[string]bool) {
	told, ok := r.Facts.Relief.Get(client.ObjectKeyFromObject(t))
	awaited := map[string]bool{}
	for i := range t.Status.Relief {
		if s := &t.Status.Relief[i]; s.Step != "" && (!ok || slices.Contains(told.Unknown, s.Policy)) {
			awaited[s.Policy] = true
		}
	}
	return told, awaited
}

// addRelief adds what gives way, and the queues of which that is not known yet.
func (g *gathered) addRelief(plans []plan) {
	g.input.ReliefAwaited = map[string]bool{}
	for i := range plans {
		p := &plans[i]
		g.input.Relief = append(g.input.Relief, p.relief.InForce...)
		for name, q := range g.queues {
			if ref := q.Spec.PolicyRef; ref != nil && p.reliefAwaited[ref.Name] && p.queues.Matches(labels.Set(q.Labels)) {
				g.input.ReliefAwaited[name] = true
			}
		}
	}
}
