package routing

import (
	"bytes"
	"slices"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/internal/sample"
)

// Weights are written anew when it matters: somebody comes or goes, a team's share of
// some class moves by two points and by a tenth of itself, or who is asked first has
// clearly less to spare. Numbers move with every look; items would go back and forth
// for nothing.
const (
	leastPoints   = 20  // of a thousand
	leastRelative = 100 // of a thousand of the share itself
	leastSpare    = sample.One
)

// settled reports whether the weights that are published, which next would replace,
// stay. data are the bytes of next.
func (c *compilation) settled(next *v1.Weights, data []byte) bool {
	if len(c.in.Previous.Weights) == 0 || bytes.Equal(c.in.Previous.Weights, data) {
		return false
	}
	last, err := v1.DecodeWeights(c.in.Previous.Weights, "")
	if err != nil || !sameButTeams(last, next) {
		return false
	}
	s := settling{teams: make(map[string]*Team, len(c.in.Teams))}
	for i := range c.in.Teams {
		t := &c.in.Teams[i]
		s.teams[t.Name] = t
		s.awaited = s.awaited || t.Awaited
	}
	if s.awaited {
		return s.staysAwaited(last.Teams, next.Teams)
	}
	return slices.EqualFunc(last.Teams, next.Teams, s.stays)
}

func sameButTeams(a, b *v1.Weights) bool {
	samePool := func(x, y v1.PoolWeights) bool { return x.Pool == y.Pool && slices.Equal(x.Queues, y.Queues) }
	return a.Namespace == b.Namespace && a.Surface == b.Surface &&
		slices.EqualFunc(a.Pools, b.Pools, samePool) && slices.EqualFunc(a.Relief, b.Relief, sameRelief) && sameExposure(a.Exposure, b.Exposure)
}

// settling is what is known of the teams whose weights may stay.
type settling struct {
	teams map[string]*Team
	// awaited says that shares are not known yet.
	awaited bool
}

// stays reports whether a row may stay as it was.
func (s *settling) stays(was, is v1.TeamWeights) bool {
	return sameClasses(&was, &is) && sameRelaxed(was.Relaxed, is.Relaxed) && sameNames(was.Teams, is.Teams) && !moved(was.Teams, is.Teams) &&
		s.inOrder(was.Overflow, is.Overflow)
}

func sameClasses(a, b *v1.TeamWeights) bool {
	return a.Tier == b.Tier && slices.Equal(a.Queues, b.Queues) && slices.Equal(a.Languages, b.Languages) &&
		slices.Equal(a.HarmDomains, b.HarmDomains)
}

func sameNames(a, b []v1.Weight) bool {
	return slices.EqualFunc(a, b, func(x, y v1.Weight) bool { return x.Name == y.Name })
}

// moved reports whether the share of some team changed so that it matters.
func moved(was, is []v1.Weight) bool {
	before, after := sumOf(was), sumOf(is)
	for i := range was {
		old := sample.MulDiv(int64(was[i].Weight), 1_000_000, before)
		change := sample.MulDiv(int64(is[i].Weight), 1_000_000, after) - old
		change = max(change, -change)
		if change >= leastPoints*1000 && change*1000 >= leastRelative*old {
			return true
		}
	}
	return false
}

func sumOf(ws []v1.Weight) (sum int64) {
	for _, w := range ws {
		sum += int64(w.Weight)
	}
	return max(sum, 1)
}

// inOrder reports whether teams may go on being asked in the order in which they are,
// next being the one by what they have to spare now: they are the same, the tiers
// ascend, and nobody has clearly more to spare than who is asked before.
func (s *settling) inOrder(was, next []string) bool {
	if slices.Equal(was, next) {
		return true
	}
	if len(was) != len(next) {
		return false
	}
	for i, name := range was {
		if !slices.Contains(next, name) {
			return false
		}
		if i == 0 {
			continue
		}
		a, b := s.teams[was[i-1]], s.teams[name]
		if a.Tier > b.Tier || a.Tier == b.Tier && b.Spare-a.Spare >= max(leastSpare, b.Spare/10) {
			return false
		}
	}
	return true
}
