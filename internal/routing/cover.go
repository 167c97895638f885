package routing

import (
	"slices"
	"strconv"
	"strings"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
)

// Class is a work class of a queue, and who may take it.
type Class struct {
	Queue, Language, HarmDomain, Role string // Language is empty for any, Role for Review
	Tier                              int
	Clearances                        []string
	// Label is the one that escalates; empty for a class of a review stream.
	Label string
	// WithinMillis is the time that an escalation leaves the tier: its deadline less the age at which items go up.
	WithinMillis int64
	// Unlisted says that the queue takes the language without listing it, as the default of its surface, or
	// since it lists none: then a class of any language is there besides.
	Unlisted bool
	// Teams are the indexes of those that may take it, whatever their shifts; Older those that
	// may once an item is old.
	Teams, Older []int
}

// String names the class for a sentence.
func (k *Class) String() string {
	return (&need{language: k.Language, domain: k.HarmDomain, tier: k.Tier, role: k.Role, clearances: k.Clearances}).String()
}

// Classes are the work classes of the queues of a surface, those of labels that escalate
// included, by queue. A queue that has no document is left out.
func Classes(in Input) []Class {
	c := &compilation{in: in, policies: map[string]compiledPolicy{}}
	k := crew{surface: in.Surface, teams: in.Teams, holders: map[string][]int{}}
	var out []Class
	for _, q := range c.queues() {
		p, reason := c.policyOf(q)
		if reason != "" || c.checkQueue(q) != "" {
			continue
		}
		d := document(in.Namespace, q, p)
		languages := c.languagesOf(d)
		if len(d.Match.Languages) == 0 {
			languages = append([]string{""}, languages...)
		}
		for _, n := range needsOf(d, askedOf(q)) {
			for _, n.language = range languages {
				m := k.of(&n)
				out = append(out, Class{
					Queue: n.queue, Language: n.language, HarmDomain: n.domain, Role: n.role, Tier: n.tier, Clearances: n.clearances,
					Label: n.label, WithinMillis: n.within, Teams: m.teams, Older: m.older,
					Unlisted: n.language != "" && !slices.Contains(d.Match.Languages, n.language),
				})
			}
		}
	}
	return out
}

// members are the indexes of teams that may take a class: at once, and once an item is old.
type members struct{ teams, older []int }

// crew remembers who holds what a class takes, but for surface and markets: queues by the hundred ask for the same.
type crew struct {
	surface string
	teams   []Team
	holders map[string][]int
}

func (k *crew) of(n *need) (m members) {
	key := strings.Join(append([]string{n.language, n.domain, n.role, strconv.Itoa(n.tier)}, n.clearances...), "\x00")
	holders, known := k.holders[key]
	if !known {
		for i := range k.teams {
			if k.teams[i].holds(n) {
				holders = append(holders, i)
			}
		}
		k.holders[key] = holders
	}
	for _, i := range holders {
		switch t := &k.teams[i]; {
		case t.onSurface(k.surface) && t.knows(n.markets):
			m.teams = append(m.teams, i)
		case t.mayFrom(k.surface, n) >= 0:
			m.older = append(m.older, i)
		}
	}
	return m
}

// StreamOf is the stream of a queue that takes a harm domain: the one that lists it, or the rest.
func StreamOf(q *v1alpha1.ModerationQueue, domain string) *v1alpha1.ReviewStream {
	for _, want := range []v1alpha1.HarmDomainName{v1alpha1.HarmDomainName(domain), v1.Any} {
		for i := range q.Spec.Reviews {
			if slices.Contains(q.Spec.Reviews[i].HarmDomains, want) {
				return &q.Spec.Reviews[i]
			}
		}
	}
	return nil
}
