package staffing

import (
	"math"
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// network is who works for whom in one interval: teams with heads to give, groups of classes that
// the same teams may serve. Heads once given to a group stay given; they only move from team to
// team to make room for another group.
type network struct {
	teamsOf  [][]int        // by group, ascending
	groupsOf [][]int        // by team, ascending
	spare    []sample.Milli // by team
	given    []sample.Milli // by team × group
	trial    *network       // where more tries; shared by all that are alike
	way      way
}

// way is how a search came where it is.
type way struct {
	via   []int  // team → the group through which it was reached, −1 not reached
	from  []int  // group → the team that would take heads from it
	seen  []bool // groups reached
	queue []int  // groups to be looked at
}

// unlimited asks for all heads that can be had.
const unlimited sample.Milli = math.MaxInt64

func newNetwork(teamsOf [][]int, heads []sample.Milli) *network {
	groupsOf := make([][]int, len(heads))
	for g, teams := range teamsOf {
		for _, t := range teams {
			groupsOf[t] = append(groupsOf[t], g)
		}
	}
	n := &network{teamsOf: teamsOf, groupsOf: groupsOf}
	n.trial = n.like(heads)
	return n.like(heads)
}

// like is a network of the same teams and groups, with other heads. Those that are like
// one another must not be used at the same time.
func (n *network) like(heads []sample.Milli) *network {
	return &network{
		teamsOf: n.teamsOf, groupsOf: n.groupsOf, trial: n.trial,
		spare: slices.Clone(heads), given: make([]sample.Milli, len(n.teamsOf)*len(heads)),
		way: way{via: make([]int, len(heads)), from: make([]int, len(n.teamsOf)), seen: make([]bool, len(n.teamsOf))},
	}
}

func (n *network) at(group, team int) *sample.Milli { return &n.given[team*len(n.teamsOf)+group] }

// give gives group as much of want as can be had, and returns how much.
func (n *network) give(group int, want sample.Milli) sample.Milli {
	var got sample.Milli
	for _, t := range n.teamsOf[group] {
		got += n.move(group, t, min(n.spare[t], want-got))
	}
	for got < want {
		more := n.augment(group, want-got)
		if more == 0 {
			break
		}
		got += more
	}
	return got
}

func (n *network) move(group, team int, heads sample.Milli) sample.Milli {
	n.spare[team] -= heads
	*n.at(group, team) += heads
	return heads
}

// more is what give would return, without giving.
func (n *network) more(want sample.Milli, groups ...int) sample.Milli {
	if !slices.ContainsFunc(groups, func(g int) bool { return n.find(g) >= 0 }) {
		return 0 // mostly, where people are short
	}
	copy(n.trial.spare, n.spare)
	copy(n.trial.given, n.given)
	var got sample.Milli
	for _, g := range groups {
		got += n.trial.give(g, want)
	}
	return got
}

// augment finds one way (the shortest, of these the first by team) to free heads for group: a team
// of its own gives it heads that another group had, which gets as many from another of its teams
// instead, and so on to a team with heads to spare.
func (n *network) augment(group int, want sample.Milli) sample.Milli {
	t := n.find(group)
	if t < 0 {
		return 0
	}
	return n.shift(group, t, want)
}

// find is the team with heads to spare at the end of such a way; −1 for none.
func (n *network) find(group int) int {
	w := &n.way
	for t := range w.via {
		w.via[t] = -1
	}
	clear(w.seen)
	w.seen[group] = true
	w.queue = append(w.queue[:0], group)
	for k := 0; k < len(w.queue); k++ {
		g := w.queue[k]
		for _, t := range n.teamsOf[g] {
			if w.via[t] >= 0 {
				continue
			}
			w.via[t] = g
			if n.spare[t] > 0 {
				return t
			}
			n.reach(t)
		}
	}
	return -1
}

// reach queues the groups that team t gives heads to.
func (n *network) reach(t int) {
	for _, g := range n.groupsOf[t] {
		if !n.way.seen[g] && *n.at(g, t) > 0 {
			n.way.seen[g], n.way.from[g] = true, t
			n.way.queue = append(n.way.queue, g)
		}
	}
}

// shift moves heads along the way that ends at team last.
func (n *network) shift(group, last int, want sample.Milli) sample.Milli {
	via, from := n.way.via, n.way.from
	heads := min(want, n.spare[last])
	for g := via[last]; g != group; g = via[from[g]] {
		heads = min(heads, *n.at(g, from[g]))
	}
	n.spare[last] -= heads
	for t, g := last, via[last]; ; t, g = from[g], via[from[g]] {
		*n.at(g, t) += heads
		if g == group {
			return heads
		}
		*n.at(g, from[g]) -= heads
	}
}
