package rollouts

import (
	"math/rand/v2"
)

// Action is what a revision does with an item.
type Action int

// The actions.
const (
	Allow Action = iota
	Review
	Act
)

// Kind is the kind of an error.
type Kind int

// The kinds: violating and allowed, benign and actioned.
const (
	Leakage Kind = iota
	Overkill
)

// kinds are how many there are.
const kinds = 2

// Labels are how many labels the policy has, each with two streams; the first Primary of them are primary.
// The one that is changed is the first.
const (
	Labels  = 6
	Primary = 3
)

// How often reviewers let a violating item through, and action a benign one.
const (
	PeopleLeak     = 0.03
	PeopleOverkill = 0.01
)

// Move is the items that are decided otherwise: their share of all, and of those the violating.
type Move struct {
	From, To  Action
	Share     float64
	Violating float64
}

// Change is a change of one label.
type Change struct {
	// Base is the rate of errors of each stream under the stable revision, per item that enters.
	Base float64
	// Moves are what the candidate decides otherwise.
	Moves []Move
	// People is the rise of the errors of each kind that does not come of what moves, but of how people decide
	// once the candidate does.
	People [kinds]float64
}

// errs is how often an item of a kind is in error when that is done with it.
func errs(k Kind, a Action) float64 {
	switch {
	case a == Review && k == Leakage:
		return PeopleLeak
	case a == Review:
		return PeopleOverkill
	case (a == Allow) == (k == Leakage):
		return 1
	}
	return 0
}

// share of a move's items that are of a kind: those that can be in error by it.
func (m *Move) share(k Kind) float64 {
	if k == Leakage {
		return m.Share * m.Violating
	}
	return m.Share * (1 - m.Violating)
}

// Rise is by how much the errors of a kind rise per item that enters, by what moves.
func (c *Change) Rise(k Kind) (rise float64) {
	for i := range c.Moves {
		m := &c.Moves[i]
		rise += m.share(k) * (errs(k, m.To) - errs(k, m.From))
	}
	return rise
}

// stable is the part of a kind's errors that the moved items have under the stable revision.
func (c *Change) stable(k Kind) (rate float64) {
	for i := range c.Moves {
		rate += c.Moves[i].share(k) * errs(k, c.Moves[i].From)
	}
	return rate
}

// families are the kinds of changes: one threshold moved, the scores of a model made anew, and a change
// without reviewers.
func families() [][][2]Action {
	return [][][2]Action{
		{{Review, Allow}}, {{Review, Act}}, {{Allow, Review}}, {{Act, Review}},
		{{Allow, Review}, {Review, Allow}, {Review, Act}, {Act, Review}},
		{{Allow, Act}, {Act, Allow}},
	}
}

// tries is how often numbers are drawn for a family that may not be able to raise errors so.
const tries = 3000

// Draw draws a change of the share of items given that raises the errors of a kind by rise per item, and
// those of the other kind by no more. Numbers are drawn at random until they are such: what the stable
// revision gets wrong among the moved items is part of the base.
func Draw(r *rand.Rand, base, moved float64, k Kind, rise float64) Change {
	all := families()
	for {
		family := all[r.IntN(len(all))]
		for range tries {
			c := Change{Base: base, Moves: drawMoves(r, family, moved)}
			if c.aim(&c.Moves[r.IntN(len(c.Moves))], k, rise) && c.Rise(1-k) <= rise && c.stable(Leakage) <= base && c.stable(Overkill) <= base {
				return c
			}
		}
	}
}

func drawMoves(r *rand.Rand, family [][2]Action, moved float64) []Move {
	out := make([]Move, len(family))
	var sum float64
	for i, move := range family {
		out[i] = Move{From: move[0], To: move[1], Share: r.ExpFloat64(), Violating: r.Float64()}
		sum += out[i].Share
	}
	for i := range out {
		out[i].Share *= moved / sum
	}
	return out
}

// aim sets how many of one move's items are violating so that the rise is that; false if no number does it.
func (c *Change) aim(m *Move, k Kind, rise float64) bool {
	per := m.Share * (errs(k, m.To) - errs(k, m.From))
	if per == 0 {
		return false
	}
	if k == Overkill {
		per = -per
	}
	m.Violating += (rise - c.Rise(k)) / per
	return m.Violating >= 0 && m.Violating <= 1
}
