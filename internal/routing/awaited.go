package routing

import (
	"cmp"
	"slices"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

// rowKey is one of the classes of a row.
type rowKey struct {
	queue, language, domain string
	tier                    int
}

// byClass is the rows by each of their classes.
func byClass(rows []v1.TeamWeights) map[rowKey]*v1.TeamWeights {
	out := map[rowKey]*v1.TeamWeights{}
	for i := range rows {
		r := &rows[i]
		for _, q := range r.Queues {
			for _, l := range r.Languages {
				for _, d := range r.HarmDomains {
					out[rowKey{q, l, d, r.Tier}] = r
				}
			}
		}
	}
	return out
}

// staysAwaited reports whether rows may stay as long as the plan of some team says nothing, as after a
// restart: of each class the same teams are asked, but for those whose limits of exposure may have been
// used up when the last were written. What they leave now is not known yet.
func (s *settling) staysAwaited(last, next []v1.TeamWeights) bool {
	before, after := byClass(last), byClass(next)
	for k := range before {
		if after[k] == nil {
			return false
		}
	}
	for k, is := range after {
		was := before[k]
		if was == nil {
			was = &v1.TeamWeights{}
		}
		if !s.fewerBy(k.domain, names(was.Teams), names(is.Teams)) || !s.fewerBy(k.domain, was.Overflow, is.Overflow) ||
			!slices.IsSortedFunc(was.Overflow, s.byTier) {
			return false
		}
	}
	return true
}

func (s *settling) byTier(a, b string) int { return cmp.Compare(s.teams[a].Tier, s.teams[b].Tier) }

// fewerBy reports whether some teams are others but for those that have a limit on a domain.
func (s *settling) fewerBy(domain string, some, all []string) bool {
	for _, name := range some {
		if !slices.Contains(all, name) {
			return false
		}
	}
	return !slices.ContainsFunc(all, func(name string) bool { return !slices.Contains(some, name) && !s.teams[name].limited(domain) })
}

func names(ws []v1.Weight) []string {
	out := make([]string, 0, len(ws))
	for _, w := range ws {
		out = append(out, w.Name)
	}
	return out
}

// limited reports whether the team declares a limit of exposure for a domain, and its plan is awaited.
func (t *Team) limited(domain string) bool {
	return t.Awaited && slices.ContainsFunc(t.Exposure, func(l v1.ExposureLimit) bool {
		return slices.Contains(l.HarmDomains, v1.Any) || slices.Contains(l.HarmDomains, domain)
	})
}
