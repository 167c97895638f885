package resolve

import (
	"slices"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/routing"
)

// RolloutDomains are the harm domains of the labels by which two revisions may decide differently, those
// that such a label has in either, in order.
func RolloutDomains(a, b routing.Revision) []string {
	var out []string
	for _, changed := range changedLabels(a, b) {
		for _, r := range []routing.Revision{a, b} {
			if i := slices.IndexFunc(r.Labels, func(l v1.Label) bool { return l.Name == changed.Name }); i >= 0 {
				out = append(out, r.Labels[i].HarmDomain)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// StreamTakesAny reports whether a review stream of a queue takes items of any of some harm domains.
func StreamTakesAny(q *v1alpha1.ModerationQueue, review string, domains []string) bool {
	return slices.ContainsFunc(q.Spec.Reviews, func(r v1alpha1.ReviewStream) bool {
		return string(r.Name) == review &&
			slices.ContainsFunc(domains, func(d string) bool { return StreamTakes(q, &r, v1alpha1.Word(d)) })
	})
}
