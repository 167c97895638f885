package promise

import (
	"math"
	"slices"

	"github.com/modcap/modcap/internal/staffing/queueing"
)

// settle works out how likely somebody is free in each team in an interval, and how many
// items are finished there.
func (m *model) settle(f *fluid, i int) {
	for k := range m.classes {
		m.classes[k].each(func(x, t int) { f.ends[t][i] += f.busy[k][i][x] / m.classes[k].h })
	}
	for t, heads := range m.heads {
		if n := heads[i]; n > 0 && f.idle[t][i] > nothing {
			f.free[t][i] = 1 - queueing.ErlangC(int(math.Round(n)), n-f.idle[t][i])
		}
	}
}

// view is what class k sees of its teams in an interval.
type view struct {
	heads float64 // people that more urgent backlogs leave
	above float64 // of them at more urgent work while somebody is free
	full  float64 // the same while nobody is
	noise float64 // variance that more urgent arrivals bring: heads times hours
	width float64 // variance of its handle times, likewise
	none  float64 // probability that nobody is free
	taken float64 // items an hour at which who waits for anybody at all is taken
}

// behind says that class k has a queue in interval i, by the fluid.
func (f *fluid) behind(k, i int) bool { return f.over[k][i] > 0.5 }

// moreUrgent says whether class j goes before class k in interval i.
func (m *model) moreUrgent(f *fluid, j, k, i int) bool {
	if a, b := m.classes[j].rank, m.classes[k].rank; a != b {
		return a < b
	}
	a, b := f.lead[j][i], f.lead[k][i]
	return j != k && (a < b || a == b && j < k)
}

// seer makes views; it keeps what it needs for that between them.
type seer struct {
	m      *model
	f      *fluid
	near   [][]int // by class: those that share a team with it, and itself
	mine   []bool  // by team: of the class
	open   []bool  // of it and not taken up by a more urgent backlog
	beside []bool  // not of it, and more urgent work may go there
}

func (m *model) newSeer(f *fluid) *seer {
	n := len(m.heads)
	s := &seer{m: m, f: f, mine: make([]bool, n), open: make([]bool, n), beside: make([]bool, n)}
	for k := range m.classes {
		s.near = append(s.near, nil)
		for j := range m.classes {
			if slices.ContainsFunc(m.classes[j].teams, func(t int) bool { return slices.Contains(m.classes[k].teams, t) }) {
				s.near[k] = append(s.near[k], j)
			}
		}
	}
	return s
}

func (s *seer) view(k, i int) view {
	if s.f.behind(k, i) {
		return s.backlogged(k, i)
	}
	v := view{none: 1}
	s.openTeams(k, i)
	for _, t := range s.m.classes[k].teams {
		if s.open[t] {
			v.heads += s.m.heads[t][i]
			v.none *= 1 - s.f.free[t][i]
			v.taken += s.f.ends[t][i]
		}
	}
	var taken, moves float64
	for _, j := range s.near[k] {
		if !s.m.moreUrgent(s.f, j, k, i) {
			continue
		}
		on := s.on(j, i)
		if on <= 0 {
			continue
		}
		stays, leaves := s.stays(j, i, on)
		v.above += on
		v.full += stays
		moves += leaves
		taken += (stays - leaves) / s.m.classes[j].h
		s.variance(&v, j, on, true)
	}
	v.above = min(v.above, v.heads)
	v.full = min(max(v.full-min(moves, s.idleElsewhere(i)), 0), v.above)
	v.taken = max(v.taken-taken-s.m.classes[k].rate[i], v.taken/50, nothing)
	return v
}

// openTeams marks the teams of class k without those that a more urgent backlog takes up. If that
// leaves nobody, those that a backlog of the same importance takes up are open: work of k that
// has waited goes before what comes there.
func (s *seer) openTeams(k, i int) {
	clear(s.mine)
	clear(s.open)
	clear(s.beside)
	for _, t := range s.m.classes[k].teams {
		s.mine[t], s.open[t] = true, true
	}
	s.close(k, i, func(j int) bool { return s.m.moreUrgent(s.f, j, k, i) })
	if s.m.anybody(s.open, i) {
		return
	}
	for _, t := range s.m.classes[k].teams {
		s.open[t] = true
	}
	s.close(k, i, func(j int) bool { return s.m.classes[j].rank < s.m.classes[k].rank })
}

// close takes up the teams of classes that have a backlog.
func (s *seer) close(k, i int, before func(j int) bool) {
	for _, j := range s.near[k] {
		if s.f.behind(j, i) && before(j) {
			for _, t := range s.m.classes[j].teams {
				s.open[t] = false
			}
		}
	}
}

// anybody says whether there are people in some teams.
func (m *model) anybody(teams []bool, i int) bool {
	for t, is := range teams {
		if is && m.heads[t][i] > 0 {
			return true
		}
	}
	return false
}

// on are the heads that class j has on the open teams.
func (s *seer) on(j, i int) float64 {
	on := 0.0
	for x, t := range s.m.classes[j].teams {
		if s.open[t] {
			on += s.f.busy[j][i][x]
		}
	}
	return on
}

// stays are the heads that class j takes of the open teams while nobody is free there:
// those of who finishes first; leaves are what of it goes elsewhere if it can.
func (s *seer) stays(j, i int, on float64) (stays, leaves float64) {
	none := 1.0
	var busy, heads, here float64
	for x, t := range s.m.classes[j].teams {
		busy += s.f.busy[j][i][x]
		heads += s.m.heads[t][i]
		if s.open[t] {
			here += s.m.heads[t][i]
		} else if !s.mine[t] {
			none *= 1 - s.f.free[t][i]
			s.beside[t] = true
		}
	}
	if heads <= 0 {
		return on, 0
	}
	stays = min(on, busy*here/heads)
	return stays, stays * (1 - none)
}

// idleElsewhere are the heads with nothing to do in the teams that work can leave to.
func (s *seer) idleElsewhere(i int) float64 {
	sum := 0.0
	for t, is := range s.beside {
		if is {
			sum += s.f.idle[t][i]
		}
	}
	return sum
}

func (s *seer) variance(v *view, j int, heads float64, arrivals bool) {
	c := &s.m.classes[j]
	v.width += heads * c.h * c.spread
	if arrivals {
		v.noise += heads * c.h * c.dispersion
	}
}

// backlogged is the view of a class with a queue: it has what it gets, and the rest is
// somebody else's.
func (s *seer) backlogged(k, i int) view {
	var v view
	own := 0.0
	clear(s.open)
	for x, t := range s.m.classes[k].teams {
		s.open[t] = true
		v.heads += s.m.heads[t][i]
		own += s.f.busy[k][i][x]
	}
	for _, j := range s.near[k] {
		if !s.m.moreUrgent(s.f, j, k, i) {
			continue
		}
		if on := s.on(j, i); on > 0 {
			s.variance(&v, j, on, !s.f.behind(j, i))
		}
	}
	v.above = max(v.heads-own, 0)
	v.full, v.none, v.taken = v.above, 1, 1/nothing
	return v
}
