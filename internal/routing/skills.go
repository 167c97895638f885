package routing

import (
	"cmp"
	"slices"
	"strings"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
)

// need is what somebody must be to take a work class of a queue.
type need struct {
	queue      string
	language   string // "" if the queue lists none: checked by those that are held
	domain     string
	tier       int
	role       string // "" for Review
	clearances []string
	label      string // of an escalation
	within     int64  // milliseconds that an escalation leaves the tier
	markets    []string
	relax      []relaxation
	widen      bool // relief lets other roles and higher tiers take it
}

// may reports whether a team may take the class, however old an item is.
func (t *Team) may(surface string, n *need) bool {
	return t.onSurface(surface) && t.knows(n.markets) && t.holds(n)
}

// holds reports whether a team has what is never relaxed.
func (t *Team) holds(n *need) bool {
	return t.Tier == n.tier && t.does(n.role) && t.trained(n.domain) && t.cleared(n.clearances) && t.speaks(n.language)
}

// knows reports whether a team knows the markets that items come from; none: any.
func (t *Team) knows(markets []string) bool {
	return len(t.Markets) == 0 || len(markets) > 0 &&
		!slices.ContainsFunc(markets, func(m string) bool { return !slices.Contains(t.Markets, m) })
}

func (t *Team) does(role string) bool {
	return slices.Contains(t.Roles, cmp.Or(role, reviews)) || role == "" && len(t.Roles) == 0
}

func (t *Team) onSurface(surface string) bool {
	return len(t.Surfaces) == 0 || slices.Contains(t.Surfaces, surface)
}

func (t *Team) speaks(language string) bool {
	return language == "" || slices.ContainsFunc(t.Languages, func(held string) bool { return v1.Covers(held, language) })
}

func (t *Team) trained(domain string) bool {
	return slices.Contains(t.HarmDomains, domain) || slices.Contains(t.HarmDomains, v1.Any)
}

func (t *Team) cleared(clearances []string) bool {
	for _, c := range clearances {
		if !slices.Contains(t.Clearances, c) {
			return false
		}
	}
	return true
}

// domainsOf are the harm domains of each stream: those it lists and, if it takes
// the rest, those of labels that no other stream lists, beside "*" for items that
// come with none.
func domainsOf(d *v1.PolicyDocument) map[string][]string {
	out := map[string][]string{}
	listedBy := map[string]bool{}
	rest := ""
	for _, s := range d.Streams {
		for _, domain := range s.HarmDomains {
			out[s.Name] = append(out[s.Name], domain)
			listedBy[domain] = true
			if domain == v1.Any {
				rest = s.Name
			}
		}
	}
	if rest == "" {
		return out
	}
	for _, r := range d.Revisions {
		for i := range r.Labels {
			if domain := r.Labels[i].HarmDomain; !listedBy[domain] {
				out[rest] = append(out[rest], domain)
				listedBy[domain] = true
			}
		}
	}
	slices.Sort(out[rest])
	return out
}

// clearancesOf a harm domain are those that any of its labels asks for: a class
// does not say which label decided, so that everybody must hold all of them.
func clearancesOf(d *v1.PolicyDocument) map[string][]string {
	out := map[string][]string{}
	for _, r := range d.Revisions {
		for i := range r.Labels {
			l := &r.Labels[i]
			out[l.HarmDomain] = union(out[l.HarmDomain], l.Clearances)
		}
	}
	return out
}

// reviews is the role of who decides on items.
const reviews = string(v1alpha1.RoleReview)

// asked is what a stream asks for that documents do not say: routers are given the
// teams. The role is empty for Review.
type asked struct {
	role  string
	relax []relaxation
	given giving // by relief
}

// askedOf is what the streams of a queue ask for, by name.
func askedOf(q *v1alpha1.ModerationQueue) map[string]asked {
	out := map[string]asked{}
	for i := range q.Spec.Reviews {
		r := &q.Spec.Reviews[i]
		a := asked{relax: relaxationsOf(q, r)}
		if role := string(r.Requires.Role); role != reviews {
			a.role = role
		}
		out[string(r.Name)] = a
	}
	return out
}

// needsOf are the classes of a queue without their language: each stream's harm
// domains at its tier, and the labels' at the tiers they escalate to. ask says what
// else its streams ask for. What is escalated is not relaxed.
func needsOf(d *v1.PolicyDocument, ask map[string]asked) []need {
	var out []need
	var markets []string
	if !d.Match.Default {
		markets = d.Match.Markets
	}
	clearances := clearancesOf(d)
	streams := map[string]v1.Stream{} // by harm domain
	domains, guarded := domainsOf(d), guardedDomains(d)
	for _, s := range d.Streams {
		for _, domain := range domains[s.Name] {
			streams[domain] = s
			one := need{
				queue: d.Queue, domain: domain, tier: s.Tier, role: ask[s.Name].role, clearances: union(s.Clearances, clearances[domain]),
				markets: markets, relax: ask[s.Name].relax,
			}
			if given := ask[s.Name].given; !guarded[domain] {
				one.widen, one.relax = given.widen, together(one.relax, given.relax)
			}
			out = append(out, one)
		}
	}
	for _, r := range d.Revisions {
		for i := range r.Labels {
			l := &r.Labels[i]
			s, reviewed := streams[l.HarmDomain]
			if !reviewed {
				continue
			}
			for _, t := range tiersOf(l.Escalation) {
				if t.Tier == s.Tier {
					continue
				}
				out = append(out, need{
					queue: d.Queue, domain: l.HarmDomain, tier: t.Tier, role: ask[s.Name].role, label: l.Name, within: t.WithinMillis - t.AfterMillis,
					clearances: union(s.Clearances, clearances[l.HarmDomain]), markets: markets,
				})
			}
		}
	}
	return out
}

// languagesOf are the languages that a queue's classes have: those it lists and,
// where it takes any, those that teams hold.
func (c *compilation) languagesOf(d *v1.PolicyDocument) []string {
	if len(d.Match.Languages) > 0 && !d.Match.Default {
		return d.Match.Languages
	}
	return union(d.Match.Languages, c.held())
}

// held are the languages that the teams on this surface hold.
func (c *compilation) held() []string {
	seen := map[string]string{}
	for i := range c.in.Teams {
		t := &c.in.Teams[i]
		if !t.onSurface(c.in.Surface) {
			continue
		}
		for _, l := range t.Languages {
			k := strings.ToLower(l)
			seen[k] = cmp.Or(min(seen[k], l), l)
		}
	}
	out := make([]string, 0, len(seen))
	for _, l := range seen {
		out = append(out, l)
	}
	slices.Sort(out)
	return out
}
