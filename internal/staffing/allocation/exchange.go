package allocation

import "slices"

// exchange tries to give up a work that draws on a limit for others that draw on less. A search
// never gives up what has people; where limits clash, one work may stand in the way of two.
func (s *Solver) exchange() {
	for better := true; better; {
		better = false
		for w := range s.works {
			for k, e := range s.works[w].Edges {
				for i := range s.works[w].undone {
					if s.scarce(e, i) && s.by(w, i, k) > 0 && s.effort < maxEffort {
						better = s.giveUp(push{place{w, i}, k}) || better
					}
				}
			}
		}
	}
}

// maxEffort bounds the places looked at: above it, no more is tried than to find people for what is
// undone, whatever stands in the way.
const maxEffort = 1_500_000

func (s *Solver) by(w, i, k int) int64 { return s.works[w].done[i*len(s.works[w].Edges)+k] }

// scarce reports whether a limit of e has nothing left in interval i.
func (s *Solver) scarce(e Edge, i int) bool {
	return slices.ContainsFunc(e.Limits, func(l int) bool {
		full, spent, _ := s.limits[l].state(i)
		return full || spent
	})
}

// giveUp takes back all or a part of what is done over an edge, and keeps that if the most important
// works of which it changes how much is undone have less undone.
func (s *Solver) giveUp(p push) bool {
	before := slices.Clone(s.missing)
	for _, part := range []int64{1, 4, 16} {
		time := s.by(p.work, p.at, p.edge) / part
		if time == 0 {
			return false
		}
		s.log, s.logging = s.log[:0], true
		s.move(p.work, p.at, p.edge, -time)
		s.leave(p.place, time)
		s.again(p.work)
		s.logging = false
		if slices.Compare(s.missing, before) < 0 {
			return true
		}
		s.undo()
	}
	return false
}

// again finds people for what is undone, the most important first, of equally important works last.
func (s *Solver) again(last int) {
	for level := range s.missing {
		s.thaw()
		for _, w := range s.batch(level) {
			if w != last {
				s.augmentWork(w)
			}
		}
		s.thaw()
		if level == s.works[last].level {
			s.augmentWork(last)
		}
		if s.missing[level] > 0 && s.relieve(s.missing[level]) {
			for w := s.first[level]; w < s.end(level); w++ {
				s.augmentWork(w)
			}
		}
	}
}

// change is what a step did, to be undone.
type change struct {
	push
	time int64
	what hopKind
}

// undo takes back what was logged.
func (s *Solver) undo() {
	for _, c := range slices.Backward(s.log) {
		switch c.what {
		case add:
			s.move(c.work, c.at, c.edge, -c.time)
		case waitMore:
			s.works[c.work].Waiting[c.at] -= c.time
		default:
			s.leave(c.place, -c.time)
		}
	}
}

// note keeps a change in mind, if changes may have to be undone.
func (s *Solver) note(p push, time int64, what hopKind) {
	if s.logging {
		s.log = append(s.log, change{p, time, what})
	}
}

// leave leaves some work undone, or less of it.
func (s *Solver) leave(p place, time int64) {
	w := &s.works[p.work]
	w.undone[p.at] += time
	s.missing[w.level] += time
	s.note(push{place: p}, time, waitLess)
}

// wait has more work wait after an interval, or less.
func (s *Solver) wait(p place, time int64) {
	s.works[p.work].Waiting[p.at] += time
	s.note(push{place: p}, time, waitMore)
}
