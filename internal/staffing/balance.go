package staffing

import (
	"fmt"
	"math"
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// TeamWeight is what a team counts for when items are shared out among teams now.
type TeamWeight struct {
	Team string `json:"team"`
	// Weight is relative to the weights of other teams that may take an item, in no unit: positive for
	// whoever has productive people, 0 for the others.
	Weight int64 `json:"weight"`
	// Productive is the productive heads, Spare those that no work is given to.
	Productive sample.Milli `json:"productive"`
	Spare      sample.Milli `json:"spare"`
	// Present says that the people there were counted.
	Present bool `json:"present,omitempty"`
	// Limits are what limits of exposure leave of the weight for some domains.
	Limits []LimitWeight `json:"limits,omitempty"`
}

// LimitWeight is the part of a team's weight that counts for work which a limit of exposure counts: all
// where the limit does not bind, nothing where it is used up. Of several, all apply.
type LimitWeight struct {
	HarmDomains []string   `json:"harmDomains"` // "*" is all
	Part        sample.PPM `json:"part"`
	// Spare is the heads that may do more of it.
	Spare sample.Milli `json:"spare"`
}

// fittings is how often the weights are fitted: a fixed number, so that a small change of the plan
// makes a small change of the weights, and not more often, since each makes them follow closer what
// matters less.
const fittings = 24

// widest is the largest ratio of the weights of two teams, by heads.
const widest = 1_000_000

// fastest is how much heavier a team gets in one fitting: one without work would get weight for ever.
const fastest = 4

// finest is how much finer than thousandths of heads weights are while they are fitted.
const finest = 1_000_000

// Balance weighs the teams, by name. Where each class has the heads that the plan gives it now, and
// takes them from its teams by their weights, all teams are busy alike, as far as skills allow. It
// is the one even way of the many that give each class the same: who gets what from whom in the
// plan itself is any of these, and may be another one a moment later.
//
// What makes it even is a weight for each team, the same for all work, and is found by proportional
// fitting: a team that is busier than the others of its component is made lighter, and so on. For work
// that limits of exposure count, a team weighs as much less as the limit leaves it to do now.
func Balance(plan Result) []TeamWeight {
	b := newBalance(plan)
	for range fittings {
		b.fit()
	}
	for range fittings * min(len(b.limits), 1) { // limits have the last word
		_, drawn := b.share()
		b.limit(drawn)
	}
	out := make([]TeamWeight, len(plan.Teams))
	for t, team := range plan.Teams {
		out[t] = TeamWeight{
			Team: team.Name, Productive: team.ProductiveNow, Present: team.Present, Spare: team.ProductiveNow - team.AssignedNow,
		}
		if b.heads[t] > 0 {
			out[t].Weight = b.weight[t]
		}
	}
	for _, l := range b.limits {
		out[l.team].Limits = append(out[l.team].Limits, LimitWeight{
			HarmDomains: l.now.HarmDomains, Part: sample.PPM(l.part / (finest / int64(sample.AllPPM))), Spare: max(l.now.Most-l.now.Used, 0),
		})
	}
	return out
}

// balance is the fitting under way.
type balance struct {
	heads  []int64 // by team, thousandths
	weight []int64 // by team, finer
	limits []limitNow
	groups []common
	// components are teams that share work, directly or through others.
	components [][]int
}

// common is the work of classes that the same teams may do, under the same limits.
type common struct {
	teams  []int
	limits [][]int // of each team
	heads  int64
}

// limitNow is a limit of a team, and the part it leaves of the team's weight, in the finer unit.
type limitNow struct {
	team int
	now  LimitNow
	part int64
}

func newBalance(plan Result) *balance {
	b := &balance{}
	index := map[string]int{}
	for t, team := range plan.Teams {
		index[team.Name] = t
		b.heads = append(b.heads, int64(max(team.ProductiveNow, 0)))
		b.weight = append(b.weight, b.heads[t]*finest)
		for _, l := range team.Limits {
			part := int64(finest)
			if l.Most <= 0 {
				part = 0
			}
			b.limits = append(b.limits, limitNow{t, l, part})
		}
	}
	known := map[string]int{}
	add := func(names, domains []string, heads sample.Milli) {
		teams := b.there(index, names)
		limits := b.limitsOf(teams, domains)
		key := fmt.Sprint(teams, limits)
		g, ok := known[key]
		if !ok {
			g = len(b.groups)
			known[key] = g
			b.groups = append(b.groups, common{teams: teams, limits: limits})
		}
		b.groups[g].heads += int64(heads)
	}
	for _, c := range plan.Classes {
		for _, s := range c.relaxedNow() {
			add([]string{s.Team}, c.Domains, s.Heads) // what is relaxed stays with those who do it
			c.Now.Covered -= s.Heads
		}
		add(c.Teams, c.Domains, max(c.Now.Covered, 1)) // work that is given nobody still goes somewhere
	}
	b.groups = slices.DeleteFunc(b.groups, func(g common) bool { return len(g.teams) == 0 })
	b.connect()
	return b
}

// limitsOf are those that work on some domains counts for, of each of some teams.
func (b *balance) limitsOf(teams []int, domains []string) [][]int {
	if len(b.limits) == 0 {
		return nil
	}
	out := make([][]int, len(teams))
	for i, t := range teams {
		for l := range b.limits {
			if b.limits[l].team == t && drawn(b.limits[l].now.HarmDomains, domains) {
				out[i] = append(out[i], l)
			}
		}
	}
	return out
}

// there are those of some teams that have productive people.
func (b *balance) there(index map[string]int, names []string) []int {
	var out []int
	for _, name := range names {
		if t, ok := index[name]; ok && b.heads[t] > 0 {
			out = append(out, t)
		}
	}
	return out
}

// connect finds the components.
func (b *balance) connect() {
	root := upTo(len(b.heads))
	find := func(t int) int {
		for root[t] != t {
			t = root[t]
		}
		return t
	}
	for _, g := range b.groups {
		for _, t := range g.teams[1:] {
			one, other := find(g.teams[0]), find(t)
			root[max(one, other)] = min(one, other)
		}
	}
	members := make([][]int, len(root))
	for t := range root {
		r := find(t)
		members[r] = append(members[r], t)
	}
	for _, m := range members {
		if len(m) > 1 {
			b.components = append(b.components, m)
		}
	}
}

// fit shares the work out by the weights, and corrects these by how busy the teams then are, and how
// much work counts for each limit.
func (b *balance) fit() {
	busy, drawn := b.share()
	for _, members := range b.components {
		b.correct(members, busy)
	}
	b.limit(drawn)
}

// share is how busy teams are by the weights, and how much work counts for each limit.
func (b *balance) share() (busy, drawn []int64) {
	busy, drawn = make([]int64, len(b.heads)), make([]int64, len(b.limits))
	for _, g := range b.groups {
		weights := make([]int64, len(g.teams))
		var sum int64
		for i := range g.teams {
			weights[i] = b.weightIn(&g, i)
			sum += weights[i]
		}
		for i, t := range g.teams {
			part := sample.MulDiv(g.heads*finest, weights[i], max(sum, 1))
			busy[t] += part
			for _, l := range g.of(i) {
				drawn[l] += part
			}
		}
	}
	return busy, drawn
}

// limit makes the parts smaller of limits for which more work counts than they leave, and larger where
// less does.
func (b *balance) limit(drawn []int64) {
	for l := range b.limits {
		x := &b.limits[l]
		fair := min(int64(x.now.Most)*finest, max(drawn[l], 1)*fastest)
		x.part = min(sample.MulDiv(x.part, fair, max(drawn[l], 1)), finest)
	}
}

// of are the limits that the work counts for with its i-th team.
func (g *common) of(i int) []int {
	if g.limits == nil {
		return nil
	}
	return g.limits[i]
}

// weightIn is what the i-th team of some work weighs there.
func (b *balance) weightIn(g *common, i int) int64 {
	w := b.weight[g.teams[i]]
	for _, l := range g.of(i) {
		w = sample.MulDiv(w, b.limits[l].part, finest)
	}
	return w
}

// correct makes the busier teams of a component lighter; the sum of its weights stays that of its
// heads.
func (b *balance) correct(members []int, busy []int64) {
	var heads, work, sum int64
	for _, t := range members {
		heads += b.heads[t]
		work += busy[t]
	}
	lightest := int64(math.MaxInt64)
	for _, t := range members {
		fair := min(sample.MulDiv(work, b.heads[t], heads), max(busy[t], 1)*fastest)
		b.weight[t] = sample.MulDiv(b.weight[t], fair, max(busy[t], 1))
		lightest = min(lightest, sample.MulDiv(b.weight[t], finest, max(b.heads[t], 1)))
	}
	for _, t := range members {
		b.weight[t] = min(b.weight[t], sample.MulDiv(max(lightest, 1)*widest, b.heads[t], finest))
		sum += b.weight[t]
	}
	for _, t := range members {
		b.weight[t] = max(sample.MulDiv(b.weight[t], heads*finest, sum), 1)
	}
}
