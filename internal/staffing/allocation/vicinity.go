package allocation

import "slices"

// vicinity is the places that changes around one may lead to, the nearest first: as many as a linear
// program is made of.
type vicinity struct {
	places  []place
	index   map[place]int // in places
	seen    map[*row]bool
	least   int64 // a row that has no more left counts as used up
	changes int   // that there may be
}

// source is a row that work over an edge takes from, and who else does, and when.
type source struct {
	*row
	team, limit int // limit is −1 for the team's people
	when        Day
}

// sources are what work over e in interval i takes from. They stay good until the next call.
func (s *Solver) sources(e Edge, i int) []source {
	now := place{at: i}.now()
	out := append(s.search.sources[:0], source{&s.teams[e.Team].at[i], e.Team, -1, now})
	for _, l := range e.Limits {
		at := &s.limits[l]
		out = append(out, source{&at.at[i], e.Team, l, now})
		if d := at.day[i]; d >= 0 {
			out = append(out, source{&at.days[d], e.Team, l, at.spans[d]})
		}
	}
	s.search.sources = out
	return out
}

// eachUser calls f with the places, and the edges, that may take from a source.
func (s *Solver) eachUser(from source, f func(push)) {
	for _, u := range s.teams[from.team].users {
		if from.limit >= 0 && !slices.Contains(s.works[u.work].Edges[u.edge].Limits, from.limit) {
			continue
		}
		for i := from.when.From; i < from.when.To; i++ {
			f(push{place{u.work, i}, u.edge})
		}
	}
}

// around is the vicinity of p: first those who could make room for it, and for those, and so on; then
// those whose turn it would be if these made room.
func (s *Solver) around(p place) *vicinity {
	v := &vicinity{least: s.works[p.work].undone[p.at] / 1024, index: map[place]int{}, seen: map[*row]bool{}}
	v.reach(p)
	for _, turns := range []bool{false, true} {
		clear(v.seen)
		v.changes = 0
		for k := 0; k < len(v.places) && v.changes < maxChanges; k++ {
			s.reachFrom(v, v.places[k], turns)
		}
	}
	return v
}

func (v *vicinity) reach(p place) {
	if _, known := v.index[p]; !known {
		v.index[p] = len(v.places)
		v.places = append(v.places, p)
	}
}

func (s *Solver) reachFrom(v *vicinity, p place, turns bool) {
	w := &s.works[p.work]
	v.changes += 2 * len(w.Edges)
	for _, e := range w.Edges {
		for _, from := range s.sources(e, p.at) {
			if !v.seen[from.row] && from.left <= v.least {
				v.seen[from.row] = true
				s.eachUser(from, func(u push) {
					if s.By(u.work, u.at, u.edge) > 0 || turns && s.concerned(u.place) {
						v.reach(u.place)
					}
				})
			}
		}
	}
	if s.mayGo(p, true, turns) {
		v.reach(place{p.work, p.at + 1})
	}
	if before := (place{p.work, p.at - 1}); s.mayGo(before, false, turns) {
		v.reach(before)
	}
}

// concerned reports whether there is work at a place, done or not.
func (s *Solver) concerned(p place) bool {
	return s.works[p.work].undone[p.at] > 0 || s.Done(p.work, p.at) > 0
}

// mayGo reports whether work may wait after a place, or if not later need not: if turns, whether that
// could ever be.
func (s *Solver) mayGo(p place, later, turns bool) bool {
	w := &s.works[p.work]
	if p.at < 0 || p.at >= min(len(w.MayWait), s.n-1) { // nothing waits beyond the plan
		return false
	}
	if turns {
		return w.MayWait[p.at] > 0
	}
	if later {
		return w.Waiting[p.at] < w.MayWait[p.at]
	}
	return w.Waiting[p.at] > 0
}
