package routing

import (
	"cmp"
	"slices"
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
	k := crew{surface: in.Surface, teams: in.Teams, known: map[string]members{}}
	for i := range in.Teams {
		k.limited = k.limited || len(in.Teams[i].Markets) > 0
	}
	var out []Class
	for _, q := range c.queues() {
		p, reason := c.policyOf(q)
		if reason != "" || c.checkQueue(q) != "" {
			continue
		}
		d := document(in.Namespace, q, p)
		languages := c.languagesOf(d)
		if len(languages) == 0 {
			languages = []string{""}
		}
		for _, n := range needsOf(d, askedOf(q)) {
			for _, n.language = range languages {
				m := k.of(&n)
				out = append(out, Class{
					Queue: n.queue, Language: n.language, HarmDomain: n.domain, Role: n.role, Tier: n.tier, Clearances: n.clearances,
					Label: n.label, Teams: m.teams, Older: m.older,
				})
			}
		}
	}
	return out
}

// members are the indexes of teams that may take a class: at once, and once an item is old.
type members struct{ teams, older []int }

// crew remembers who may take what: queues by the hundred ask for the same.
type crew struct {
	surface string
	teams   []Team
	// limited says that some team knows some markets only, so that markets tell classes apart.
	limited bool
	known   map[string]members
}

func (k *crew) of(n *need) members {
	key := k.key(n)
	m, ok := k.known[key]
	if ok {
		return m
	}
	for i := range k.teams {
		switch t := &k.teams[i]; {
		case t.may(k.surface, n):
			m.teams = append(m.teams, i)
		case t.mayFrom(k.surface, n) >= 0:
			m.older = append(m.older, i)
		}
	}
	k.known[key] = m
	return m
}

func (k *crew) key(n *need) string {
	var b strings.Builder
	for _, s := range []string{n.language, n.domain, n.role, string(rune('0' + n.tier)), strings.Join(n.clearances, ",")} {
		b.WriteString(s)
		b.WriteByte(0)
	}
	if k.limited {
		b.WriteString(strings.Join(n.markets, ","))
	}
	for _, r := range n.relax {
		b.WriteByte(cmp.Or(letter(r.market, 'm'), letter(r.surface, 's'), '-'))
		b.WriteByte(cmp.Or(letter(r.surface, 's'), '-'))
	}
	return b.String()
}

func letter(is bool, c byte) byte {
	if is {
		return c
	}
	return 0
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
