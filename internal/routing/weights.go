package routing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
)

// defaultPriority is that of a queue without one.
const defaultPriority = 500

// weights now: who takes which class, and how pools divide their time.
func (c *compilation) weights() *v1.Weights {
	relief := c.reliefInForce()
	c.given = givingTo(relief)
	w := &v1.Weights{Header: c.header(), Pools: c.poolWeights(), Exposure: c.exposure(), Relief: relief}
	g := &grouping{c: c, splits: map[string]split{}, memo: map[string]string{}, rows: map[string]*v1.TeamWeights{}}
	for _, e := range c.entries {
		g.add(e.doc, c.asked(e.queue))
	}
	w.Teams = g.teams()
	return w
}

func (c *compilation) poolWeights() []v1.PoolWeights {
	pools := map[string][]v1.Weight{}
	for _, e := range c.entries {
		if e.doc.Pool == "" {
			continue
		}
		n := c.in.ServiceWeights[e.queue.Name]
		if n <= 0 {
			n = 1 + priority(e.queue)
		}
		pools[e.doc.Pool] = append(pools[e.doc.Pool], v1.Weight{Name: e.queue.Name, Weight: min(n, v1.MaxWeight)})
	}
	out := make([]v1.PoolWeights, 0, len(pools))
	for name, ws := range pools {
		slices.SortFunc(ws, func(a, b v1.Weight) int { return cmp.Compare(a.Name, b.Name) })
		out = append(out, v1.PoolWeights{Pool: name, Queues: ws})
	}
	slices.SortFunc(out, func(a, b v1.PoolWeights) int { return cmp.Compare(a.Pool, b.Pool) })
	return out
}

func priority(q *v1alpha1.ModerationQueue) int {
	if q.Spec.Priority == nil {
		return defaultPriority
	}
	return int(*q.Spec.Priority)
}

// split is who takes a class: those on shift now, and who is asked next.
type split struct {
	teams    []v1.Weight
	overflow []string
	relaxed  []v1.Relaxed
}

// grouping writes classes with the same split as few rows: first the languages of
// one harm domain, then the harm domains with the same languages, then the queues
// with the same rows.
type grouping struct {
	c      *compilation
	splits map[string]split  // by key
	memo   map[string]string // what a class needs → key of its split
	rows   map[string]*v1.TeamWeights
}

func (g *grouping) add(d *v1.PolicyDocument, ask map[string]asked) {
	languages := g.c.languagesOf(d)
	type part struct {
		tier  int
		split string
		langs string
	}
	domains := map[part][]string{}
	for _, n := range needsOf(d, ask) {
		byKey := map[string][]string{}
		for _, l := range languages {
			n.language = l
			key := g.key(&n)
			byKey[key] = append(byKey[key], l)
		}
		for key, langs := range byKey {
			p := part{n.tier, key, strings.Join(langs, " ")}
			domains[p] = append(domains[p], n.domain)
		}
	}
	for p, ds := range domains {
		ds = sorted(ds) // two labels of a domain may escalate to one tier
		k := strings.Join([]string{string(rune('0' + p.tier)), p.split, p.langs, strings.Join(ds, " ")}, "|")
		r := g.rows[k]
		if r == nil {
			s := g.splits[p.split]
			r = &v1.TeamWeights{
				Languages: strings.Split(p.langs, " "), HarmDomains: ds, Tier: p.tier, Teams: s.teams, Overflow: s.overflow,
				Relaxed: s.relaxed,
			}
			g.rows[k] = r
		}
		r.Queues = append(r.Queues, d.Queue)
	}
}

// teams are the rows that say something, in order.
func (g *grouping) teams() []v1.TeamWeights {
	var out []v1.TeamWeights
	for _, r := range g.rows {
		if len(r.Teams) > 0 || len(r.Overflow) > 0 || len(r.Relaxed) > 0 {
			slices.Sort(r.Queues)
			out = append(out, *r)
		}
	}
	slices.SortFunc(out, func(a, b v1.TeamWeights) int {
		return cmp.Or(slices.Compare(a.Queues, b.Queues), cmp.Compare(a.Tier, b.Tier),
			slices.Compare(a.HarmDomains, b.HarmDomains), slices.Compare(a.Languages, b.Languages))
	})
	return out
}

// key finds the split of a class and names it by its content.
func (g *grouping) key(n *need) string {
	asked := strings.Join([]string{n.language, n.domain, string(rune('0' + n.tier)), n.role, strings.Join(n.clearances, ","),
		strings.Join(n.markets, ","), fmt.Sprint(n.relax, n.widen)}, "|")
	if k, done := g.memo[asked]; done {
		return k
	}
	s := g.c.split(n)
	var b strings.Builder
	for _, t := range s.teams {
		fmt.Fprintf(&b, "%s=%d/", t.Name, t.Weight)
	}
	b.WriteByte('+')
	b.WriteString(strings.Join(s.overflow, "/") + text(s.relaxed))
	k := b.String()
	g.memo[asked] = k
	g.splits[k] = s
	return k
}

// split of a class: the teams that may take it by their weights, then in overflow
// the qualified teams of higher tiers, the nearest first, and of those of a tier the
// one with most people to spare. Relief that widens who may adds teams of other roles to
// these: their own work comes first. Nothing goes to a team whose limits of exposure
// leave it nothing.
func (c *compilation) split(n *need) split {
	var s split
	var takers, above []*Team
	for i := range c.in.Teams {
		t := &c.in.Teams[i]
		if part, _ := t.exposed(n.domain); t.Productive <= 0 || part == 0 {
			continue
		}
		if t.may(c.in.Surface, n) {
			takers = append(takers, t)
			continue
		}
		higher := *n
		higher.tier = t.Tier
		if t.Tier > n.tier && t.may(c.in.Surface, &higher) || t.wider(c.in.Surface, n) {
			above = append(above, t)
		}
	}
	slices.SortFunc(takers, func(a, b *Team) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(above, func(a, b *Team) int {
		_, x := a.exposed(n.domain)
		_, y := b.exposed(n.domain)
		return cmp.Or(cmp.Compare(a.Tier, b.Tier), cmp.Compare(y, x), cmp.Compare(a.Name, b.Name))
	})
	s.teams, s.relaxed = c.shares(takers, n.domain), c.relaxed(n)
	for _, t := range above {
		s.overflow = append(s.overflow, t.Name)
	}
	return s
}

// shares are the weights of teams that take a class of a domain, together as many as their
// heads in thousandths.
func (c *compilation) shares(teams []*Team, domain string) []v1.Weight {
	out := make([]v1.Weight, len(teams))
	var heads, sum int64
	for _, t := range teams {
		heads += int64(t.Productive)
		sum += c.weightOf(t, domain)
	}
	for i, t := range teams {
		n := sample.MulDiv(c.weightOf(t, domain), heads, max(sum, 1))
		out[i] = v1.Weight{Name: t.Name, Weight: int(min(max(n, 1), v1.MaxWeight))}
	}
	return out
}

// weightOf a team for work on a domain, in the unit of plans: millionths of thousandths of
// heads.
func (c *compilation) weightOf(t *Team, domain string) int64 {
	weight := t.Weight
	if weight <= 0 {
		weight = int64(t.Productive) * planUnit
	}
	part, _ := t.exposed(domain)
	return sample.MulDiv(weight, part, int64(sample.AllPPM))
}

// planUnit is what a thousandth of a head weighs in a plan that makes no difference between teams.
const planUnit = 1_000_000
