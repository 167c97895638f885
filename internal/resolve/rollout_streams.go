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

// StreamTakes reports whether a review stream of a queue takes items of any of some harm domains: it names
// one, or takes the rest and no other stream names it.
func StreamTakes(q *v1alpha1.ModerationQueue, review string, domains []string) bool {
	return slices.ContainsFunc(domains, func(domain string) bool {
		rest := false // whether the stream takes what nobody names
		for i := range q.Spec.Reviews {
			r := &q.Spec.Reviews[i]
			switch {
			case slices.Contains(r.HarmDomains, v1alpha1.HarmDomainName(domain)):
				return string(r.Name) == review
			case slices.Contains(r.HarmDomains, "*"):
				rest = string(r.Name) == review
			}
		}
		return rest
	})
}
