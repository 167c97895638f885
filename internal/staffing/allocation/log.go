package allocation

import "slices"

// change is a step that was done or may be: time over an edge, or of what waits after an interval, or
// of what is undone.
type change struct {
	push
	time int64
	what changeKind
}

type changeKind uint8

// In the order in which several are made: what is given up first is there for others.
const (
	remove changeKind = iota
	waitMore
	waitLess
	add
	moreUndone
)

// undo takes back what was logged.
func (s *Solver) undo() {
	s.logging = false
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
func (s *Solver) note(p push, time int64, what changeKind) {
	if s.logging {
		s.log = append(s.log, change{p, time, what})
	}
}

// leave leaves some work undone, or less of it.
func (s *Solver) leave(p place, time int64) {
	w := &s.works[p.work]
	w.undone[p.at] += time
	s.missing[w.level] += time
	s.note(push{place: p}, time, moreUndone)
}

// wait has more work wait after an interval, or less.
func (s *Solver) wait(p place, time int64) {
	s.works[p.work].Waiting[p.at] += time
	s.note(push{place: p}, time, waitMore)
}
