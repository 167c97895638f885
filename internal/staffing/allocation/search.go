package allocation

import "slices"

// search is the way through works and teams to where there is somebody to spare.
type search struct {
	stamp   int32
	base    int32   // searches from this one on keep apart from each other; 0 does not
	met     []int32 // those that the last one met
	queue   []place
	sets    []*int32 // marks of rows looked at
	rows    []*row   // see Solver.rows
	sources []source // see Solver.sources
	needs   []int    // see usedUp
	path    []hop
	doors   doors
}

// dead marks what no way leads on from. It stays so: nothing gets in any more, and nothing out.
const dead int32 = 1<<31 - 1

// place is a work in an interval.
type place struct{ work, at int }

// now is the interval of the place alone.
func (p place) now() Day { return Day{From: p.at, To: p.at + 1} }

// push is more work over an edge.
type push struct {
	place
	edge int
}

// link says how a search came to a place.
type link struct {
	how  how
	edge int  // displaced from
	by   push // displaced by
}

type how uint8

const (
	begun     how = iota // the search starts here
	later                // waits longer, from the interval before
	earlier              // waits less, from the interval after
	displaced            // who did it does something else
)

// augment finds people for what is undone at p.
func (s *Solver) augment(p place) {
	w := &s.works[p.work]
	for w.undone[p.at] > 0 && w.seen[p.at] != dead {
		s.begin()
		s.visit(p, link{how: begun})
		last, found := s.explore()
		if !found {
			s.bury()
			return
		}
		moved := s.apply(last, w.undone[p.at])
		if moved == 0 {
			return
		}
		s.leave(p, -moved)
	}
}

func (s *Solver) begin() {
	s.search.stamp++
	s.search.queue, s.search.sets = s.search.queue[:0], s.search.sets[:0]
}

// bury marks all that the search saw: there is no way out.
func (s *Solver) bury() {
	for _, p := range s.search.queue {
		s.works[p.work].seen[p.at] = dead
		s.search.doors.bury(s.works[p.work].doors.free, p.at)
	}
	for _, seen := range s.search.sets {
		*seen = dead
	}
}

// each calls f with every row.
func (s *Solver) each(f func(r *row)) {
	all := func(rows []row) {
		for k := range rows {
			f(&rows[k])
		}
	}
	for _, t := range s.teams {
		all(t.at)
	}
	for _, l := range s.limits {
		all(l.at)
		all(l.days)
	}
}

// thaw forgets what was dead.
func (s *Solver) thaw() {
	s.effort += (len(s.works) + len(s.teams)) * s.n
	for _, w := range s.works {
		clear(w.seen)
	}
	s.each(func(r *row) { r.seen, r.seenTwo = 0, 0 })
	s.search.doors.forget()
}

func (s *Solver) visit(p place, l link) {
	if s.mark(&s.works[p.work].seen[p.at]) {
		s.effort++
		s.works[p.work].via[p.at] = l
		s.search.queue = append(s.search.queue, p)
	}
}

// mark reports whether the search has not been here.
func (s *Solver) mark(seen *int32) bool {
	switch {
	case *seen >= s.search.stamp:
		return false
	case s.search.base > 0 && *seen >= s.search.base:
		s.search.met = append(s.search.met, *seen)
		return false
	}
	*seen = s.search.stamp
	return true
}

// explore goes on, nearest first, until somebody can do more.
func (s *Solver) explore() (push, bool) {
	for k := 0; k < len(s.search.queue); k++ {
		if last, found := s.expand(s.search.queue[k]); found {
			return last, true
		}
	}
	return push{}, false
}

// expand visits where the work at p could go; it returns an edge over which it can be done.
func (s *Solver) expand(p place) (last push, found bool) {
	w := &s.works[p.work]
	if last, found = s.tryDoors(p, w); found {
		return last, true
	}
	if p.at < len(w.MayWait) && w.Waiting[p.at] < w.MayWait[p.at] {
		s.visit(place{p.work, p.at + 1}, link{how: later})
	}
	if p.at > 0 && len(w.Waiting) > 0 && w.Waiting[p.at-1] > 0 {
		s.visit(place{p.work, p.at - 1}, link{how: earlier})
	}
	return push{}, false
}

// tryDoors enters the edges of a place that the search has not tried.
func (s *Solver) tryDoors(p place, w *work) (last push, found bool) {
	tried := s.search.doors.at(p.at, s.search.stamp)
	if !untried(w.doors.all, tried) {
		return push{}, false // mostly
	}
	for e, door := range w.doors.by {
		switch {
		case has(tried, door):
		case s.enter(push{p, e}):
			return push{p, e}, true
		case !s.mayPay(&w.Edges[e]):
			tried[door>>6] |= 1 << (door & 63)
		}
	}
	return push{}, false
}

// hurdle is what keeps more work from an edge.
type hurdle struct {
	busy   bool // the team's people
	full   int  // a limit of the interval; −1 for none
	spent  int  // a limit of the day; −1 for none
	limits int  // how many limits
}

// enter reports whether more can be done over an edge. Otherwise it visits those who would have to
// make room for it: who draws on all that is used up.
func (s *Solver) enter(p push) bool {
	e := &s.works[p.work].Edges[p.edge]
	if len(e.Limits) == 0 {
		return s.enterFree(p, &s.teams[e.Team].at[p.at])
	}
	h := s.hurdle(*e, p.at)
	if h.limits > 0 && s.pays(p) {
		return true
	}
	if h.busy || h.limits > 0 {
		s.makeRoom(p, h)
		return false
	}
	return true
}

// enterFree is enter where there is no limit, as mostly.
func (s *Solver) enterFree(p push, people *row) bool {
	if people.left > 0 {
		return true
	}
	s.displaceAll(people, p.now(), p, 0)
	return false
}

// makeRoom visits who would have to make room for p.
func (s *Solver) makeRoom(p push, h hurdle) {
	team := s.works[p.work].Edges[p.edge].Team
	switch {
	case h.full >= 0:
		s.displaceAll(&s.limits[h.full].at[p.at], p.now(), p, h.limits)
	case h.busy && h.spent >= 0:
		s.displaceAll(&s.limits[h.spent].at[p.at], p.now(), p, h.limits)
	case h.spent >= 0:
		d := s.limits[h.spent].day[p.at]
		s.displaceAll(&s.limits[h.spent].days[d], s.limits[h.spent].spans[d], p, h.limits)
	default:
		s.displaceAll(&s.teams[team].at[p.at], p.now(), p, 0)
	}
}

// maxEffort bounds the places looked at: above it, no way counts that frees what it takes itself.
const maxEffort = 1_500_000

// pays reports whether the way to p itself frees what p finds used up: who was displaced drew on more
// than who took the place.
func (s *Solver) pays(p push) bool {
	if s.effort >= maxEffort {
		return false
	}
	s.trace(p)
	s.effort += 4 * len(s.search.path)
	return s.bound(1) > 0
}

func (s *Solver) hurdle(e Edge, i int) hurdle {
	h := hurdle{busy: s.teams[e.Team].at[i].left == 0, full: -1, spent: -1}
	for _, l := range e.Limits {
		full, spent := s.limits[l].state(i)
		if full {
			h.full = l
		}
		if spent {
			h.spent = l
		}
		if full || spent {
			h.limits++
		}
	}
	return h
}

// state says whether a limit has nothing left for interval i or its day.
func (l *limit) state(i int) (full, spent bool) {
	if d := l.day[i]; d >= 0 {
		spent = l.days[d].left == 0
	}
	return l.at[i].left == 0, spent
}

// displaceAll visits the works that a team does at some time and that draw on all of the limits, so
// many, that p finds used up.
func (s *Solver) displaceAll(set *row, when Day, by push, limits int) {
	seen := &set.seen
	if limits > 1 {
		seen = &set.seenTwo // there may be others who draw on one of them only
	}
	if *seen >= s.search.stamp || !s.mark(seen) {
		return
	}
	s.search.sets = append(s.search.sets, seen)
	e := &s.works[by.work].Edges[by.edge]
	needs := s.usedUp(*e, by.at)
	t := &s.teams[e.Team]
	for k, u := range t.users {
		if s.draws(u, needs) {
			t.busy.each(k, when, func(i int) { s.visit(place{u.work, i}, link{displaced, u.edge, by}) })
		}
	}
}

// draws reports whether a work draws on all of some limits.
func (s *Solver) draws(u user, limits []int) bool {
	for _, l := range limits {
		if !slices.Contains(s.works[u.work].Edges[u.edge].Limits, l) {
			return false
		}
	}
	return true
}

// usedUp are the limits of e that have nothing left in interval i. They stay good until the next call.
func (s *Solver) usedUp(e Edge, i int) []int {
	out := s.search.needs[:0]
	for _, l := range e.Limits {
		if full, spent := s.limits[l].state(i); full || spent {
			out = append(out, l)
		}
	}
	s.search.needs = out
	return out
}
