package promise

import (
	"math"

	"github.com/modcap/modcap/internal/staffing/queueing"
)

// spillSteps is how many steps of the fluid pass until spills are worked out anew, and how
// many its idle heads are seen over.
const spillSteps = 15

// busyTeam is the share of a team with nothing to do below which it always has something.
const busyTeam = 0.01

// spills works out by class what liquid does not know: that by chance nobody is free in teams
// that have people to spare. Work then waits for who is done first, and some goes to teams
// that always have something to do, where it displaces what is less urgent.
//
// Of n people with people to spare and m others, all n are at work with the probability of
// a birth and death process whose deaths above n are those of n + m: Erlang C where m is 0,
// and towards Erlang B the more others there are.
func (now *tide) spills() {
	for k := range now.spill {
		spare, load, all := 0.0, 0.0, 0.0
		for _, t := range now.m.classes[k].teams {
			all += now.heads[t]
			if now.idle[t] > busyTeam*now.heads[t] {
				spare += now.heads[t]
				load += max(now.heads[t]-now.idle[t], 0)
			}
		}
		now.spill[k] = 0
		if spare > 0 && spare < all {
			b := queueing.ErlangB(int(math.Round(spare)), load)
			c := b / (1 - load/all)
			now.spill[k] = c / (1 - b + c)
		}
	}
}
