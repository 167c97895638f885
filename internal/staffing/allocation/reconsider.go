package allocation

import (
	"cmp"
	"slices"
)

// Bounds of what is reconsidered: changes that one linear program is made of, and numbers that all of
// them look at; less in plants of more than so many places, of which that could be little in any case.
const (
	maxChanges = 4000
	maxWork    = 100_000_000
	manyPlaces = 20_000
	perChange  = 50 // what it takes to make a program, in numbers looked at
)

// end is behind the last work of a batch.
func (s *Solver) end(level int) int {
	if level+1 < len(s.first) {
		return s.first[level+1]
	}
	return len(s.works)
}

// improve finds people for what is undone of the works of a batch. A search finds who can make room
// where one thing is used up; what takes more is reconsidered as a whole.
func (s *Solver) improve(level int) {
	for w := s.first[level]; w < s.end(level); w++ {
		for i := range s.works[w].undone {
			s.augment(place{w, i})
		}
	}
	if s.missing[level] > 0 && len(s.limits) > 0 {
		s.reconsider(level)
	}
}

// reconsider finds what searches along ways do not: a little less of several works for more of others,
// as where a budget ties the hours of a day together. Around what is undone of the batch all
// changes there are make a linear program; what gains by it is done, in whole numbers.
func (s *Solver) reconsider(level int) {
	settled := map[place]bool{}
	for w := s.first[level]; w < s.end(level); w++ {
		for i := range s.works[w].undone {
			for p := (place{w, i}); s.works[w].undone[i] > 0 && !settled[p] && s.work > 0; {
				v := s.around(p)
				changes, took := s.program(v, level).solved(s.work)
				s.work -= took + perChange*v.changes
				if s.adopt(v, changes, level) {
					continue
				}
				for _, q := range v.places {
					settled[q] = true
				}
			}
		}
	}
}

// adopt makes changes, and keeps them if less is undone, of the most important first.
func (s *Solver) adopt(v *vicinity, changes []change, level int) bool {
	before := slices.Clone(s.missing)
	s.log, s.logging = s.log[:0], true
	slices.SortStableFunc(changes, func(a, b change) int {
		return cmp.Or(cmp.Compare(a.what, b.what), cmp.Compare(s.turn(a), s.turn(b)))
	})
	for _, c := range changes {
		s.do(c)
	}
	s.mend(v, before[:level])
	if slices.Compare(s.missing, before) >= 0 {
		s.undo()
	}
	s.logging = false
	return slices.Compare(s.missing, before) < 0
}

// turn orders changes of a kind: what waits goes from interval to interval, and of work that is to be
// done the more important comes first.
func (s *Solver) turn(c change) int {
	switch c.what {
	case waitMore:
		return c.at
	case waitLess:
		return -c.at
	default:
		return s.works[c.work].level
	}
}

// do makes a change as far as it can be.
func (s *Solver) do(c change) {
	w := &s.works[c.work]
	next := place{c.work, c.at + 1}
	switch c.what {
	case remove:
		time := min(c.time, s.By(c.work, c.at, c.edge))
		s.move(c.work, c.at, c.edge, -time)
		s.leave(c.place, time)
	case waitMore:
		time := min(c.time, w.undone[c.at], w.MayWait[c.at]-w.Waiting[c.at])
		s.wait(c.place, time)
		s.leave(c.place, -time)
		s.leave(next, time)
	case waitLess:
		time := min(c.time, w.undone[next.at], w.Waiting[c.at])
		s.wait(c.place, -time)
		s.leave(next, -time)
		s.leave(c.place, time)
	default:
		time := min(c.time, w.undone[c.at], s.room(w.Edges[c.edge], c.at))
		s.move(c.work, c.at, c.edge, time)
		s.leave(c.place, -time)
	}
}

// mend finds people for what rounding left undone, the most important first; of what is more important
// than the level, so that no more is missing than before, at the level's cost if need be.
func (s *Solver) mend(v *vicinity, before []int64) {
	level := len(before)
	s.thaw()
	for l := range level + 1 {
		for _, q := range v.places {
			if s.works[q.work].level == l {
				s.augment(q)
			}
		}
	}
	for _, q := range v.places {
		if w := &s.works[q.work]; w.level < level && w.undone[q.at] > 0 {
			for e := range w.Edges {
				s.insist(push{q, e}, s.missing[w.level]-before[w.level], level)
			}
		}
	}
}

// insist has so much more done over an edge, in place of works of a level.
func (s *Solver) insist(p push, want int64, level int) {
	if want <= 0 {
		return
	}
	for _, from := range s.sources(s.works[p.work].Edges[p.edge], p.at) {
		s.eachUser(from, func(u push) {
			if s.works[u.work].level == level && from.left < want {
				s.do(change{u, want - from.left, remove})
			}
		})
	}
	s.do(change{p, want, add})
}
