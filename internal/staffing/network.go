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
	teamsOf [][]int        // by group, ascending
	spare   []sample.Milli // by team
	given   []sample.Milli // by team × group
	serves  []bitset       // by team: groups that it gives heads to
	// dead are those from which no way leads to a team with heads to spare. It stays so: nothing leads
	// into them from where there are any, so that no heads ever move there.
	dead  nodes
	way   way
	trial trial
}

// nodes are groups and teams.
type nodes struct{ groups, teams bitset }

func (r *nodes) set(o nodes) {
	copy(r.groups, o.groups)
	copy(r.teams, o.teams)
}

// way is how a search came where it is.
type way struct {
	seen  nodes
	via   []int // team seen → the group through which it was reached
	from  []int // group seen → the team that would take heads from it
	queue []int // groups to be looked at
}

// trial is what is needed to take back what was given.
type trial struct {
	on    bool
	spare []sample.Milli
	dead  nodes
	moves []moved
}

type moved struct {
	group, team int
	heads       sample.Milli
}

// unlimited asks for all heads that can be had.
const unlimited sample.Milli = math.MaxInt64

func newNetwork(teamsOf [][]int, heads []sample.Milli) *network {
	teams, groups := len(heads), len(teamsOf)
	nobody := func() nodes { return nodes{newBitset(groups), newBitset(teams)} }
	n := &network{
		teamsOf: teamsOf, spare: slices.Clone(heads), given: make([]sample.Milli, groups*teams), serves: make([]bitset, teams),
		dead: nobody(), way: way{seen: nobody(), via: make([]int, teams), from: make([]int, groups)},
		trial: trial{spare: make([]sample.Milli, teams), dead: nobody()},
	}
	for t := range n.serves {
		n.serves[t] = newBitset(groups)
	}
	return n
}

// reset makes n what it was when it was new, with other heads.
func (n *network) reset(heads []sample.Milli) {
	copy(n.spare, heads)
	clear(n.given)
	clear(n.dead.groups)
	clear(n.dead.teams)
	for _, groups := range n.serves {
		clear(groups)
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
	n.put(group, team, heads)
	return heads
}

// put has a team give so much more to a group.
func (n *network) put(group, team int, heads sample.Milli) {
	if heads == 0 {
		return
	}
	at := n.at(group, team)
	*at += heads
	n.serves[team].set(group, *at > 0)
	if n.trial.on {
		n.trial.moves = append(n.trial.moves, moved{group, team, heads})
	}
}

// more is what give would return, without giving.
func (n *network) more(want sample.Milli, groups ...int) sample.Milli {
	if !slices.ContainsFunc(groups, func(g int) bool { return n.find(g) >= 0 }) {
		return 0 // mostly, where people are short
	}
	try := &n.trial
	copy(try.spare, n.spare)
	try.dead.set(n.dead)
	try.on, try.moves = true, try.moves[:0]
	var got sample.Milli
	for _, g := range groups {
		got += n.give(g, want)
	}
	try.on = false
	for _, m := range slices.Backward(try.moves) {
		n.put(m.group, m.team, -m.heads)
	}
	copy(n.spare, try.spare)
	n.dead.set(try.dead)
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
	if n.dead.groups.has(group) {
		return -1
	}
	w := &n.way
	w.seen.set(n.dead)
	w.seen.groups.set(group, true)
	w.queue = append(w.queue[:0], group)
	for k := 0; k < len(w.queue); k++ {
		g := w.queue[k]
		for _, t := range n.teamsOf[g] {
			if w.seen.teams.has(t) {
				continue
			}
			w.seen.teams.set(t, true)
			w.via[t] = g
			if n.spare[t] > 0 {
				return t
			}
			n.reach(t)
		}
	}
	n.dead.set(w.seen)
	return -1
}

// reach queues the groups that team t gives heads to.
func (n *network) reach(t int) {
	n.serves[t].each(n.way.seen.groups, func(g int) {
		n.way.seen.groups.set(g, true)
		n.way.from[g] = t
		n.way.queue = append(n.way.queue, g)
	})
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
		n.put(g, t, heads)
		if g == group {
			return heads
		}
		n.put(g, from[g], -heads)
	}
}
