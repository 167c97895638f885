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
// fitting: a team that is busier than the others of its component is made lighter, and so on.
func Balance(plan Result) []TeamWeight {
	b := newBalance(plan)
	for range fittings {
		b.fit()
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
	return out
}

// balance is the fitting under way.
type balance struct {
	heads  []int64 // by team, thousandths
	weight []int64 // by team, finer
	groups []common
	// components are teams that share work, directly or through others.
	components [][]int
}

// common is the work of classes that the same teams may do.
type common struct {
	teams []int
	heads int64
}

func newBalance(plan Result) *balance {
	b := &balance{}
	index := map[string]int{}
	for t, team := range plan.Teams {
		index[team.Name] = t
		b.heads = append(b.heads, int64(max(team.ProductiveNow, 0)))
		b.weight = append(b.weight, b.heads[t]*finest)
	}
	known := map[string]int{}
	for _, c := range plan.Classes {
		key := fmt.Sprint(c.Teams)
		g, ok := known[key]
		if !ok {
			g = len(b.groups)
			known[key] = g
			b.groups = append(b.groups, common{teams: b.there(index, c.Teams)})
		}
		b.groups[g].heads += int64(max(c.Now.Covered, 1)) // work that is given nobody still goes somewhere
	}
	b.groups = slices.DeleteFunc(b.groups, func(g common) bool { return len(g.teams) == 0 })
	b.connect()
	return b
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

// fit shares the work out by the weights, and corrects these by how busy the teams then are.
func (b *balance) fit() {
	busy := make([]int64, len(b.heads))
	for _, g := range b.groups {
		var sum int64
		for _, t := range g.teams {
			sum += b.weight[t]
		}
		for _, t := range g.teams {
			busy[t] += sample.MulDiv(g.heads*finest, b.weight[t], max(sum, 1))
		}
	}
	for _, members := range b.components {
		b.correct(members, busy)
	}
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
