package allocation

import "slices"

// Clone is a solver of its own that holds the same.
func (s *Solver) Clone() *Solver {
	out := &Solver{n: s.n, first: s.first, missing: make([]int64, len(s.missing))}
	out.search.doors = s.search.doors.clone()
	for _, t := range s.teams {
		free := busy{t.busy.words, make([]uint64, len(t.busy.bits))}
		out.teams = append(out.teams, team{at: make([]row, len(t.at)), users: t.users, busy: free})
	}
	for l := range s.limits {
		of := &s.limits[l]
		out.limits = append(out.limits, limit{
			team: of.team, spans: of.spans, day: of.day,
			most: make([]int64, len(of.most)), at: make([]row, len(of.at)), days: make([]row, len(of.days)),
		})
	}
	for k := range s.works {
		w := s.works[k]
		w.done, w.undone, w.Waiting = make([]int64, len(w.done)), make([]int64, len(w.undone)), slices.Clone(w.Waiting)
		w.seen, w.via = make([]int32, len(w.seen)), make([]link, len(w.via))
		out.works = append(out.works, w)
	}
	out.Set(s)
	return out
}

// Set makes s, which is a clone of the other, hold what that holds now.
func (s *Solver) Set(o *Solver) {
	copy(s.missing, o.missing)
	for t := range s.teams {
		copy(s.teams[t].at, o.teams[t].at)
		copy(s.teams[t].busy.bits, o.teams[t].busy.bits)
	}
	for l := range s.limits {
		copy(s.limits[l].most, o.limits[l].most)
		copy(s.limits[l].at, o.limits[l].at)
		copy(s.limits[l].days, o.limits[l].days)
	}
	for w := range s.works {
		copy(s.works[w].done, o.works[w].done)
		copy(s.works[w].undone, o.works[w].undone)
		copy(s.works[w].Waiting, o.works[w].Waiting)
	}
	s.effort, s.search.stamp, s.search.base = 0, 0, 0
	s.thaw()
}

// Unlimited is a clone without limits.
func (s *Solver) Unlimited() *Solver {
	out := s.Clone()
	out.limits = nil
	for k := range out.works {
		edges := slices.Clone(out.works[k].Edges)
		for e := range edges {
			edges[e].Limits = nil
		}
		out.works[k].Edges, out.works[k].doors = edges, out.search.doors.entrance(edges)
	}
	return out
}

// Widen is a clone in which a team may do more works, as a limit of them allows: with the edge
// given for each. What the limit allows is nothing, until it is raised.
func (s *Solver) Widen(team int, edges map[int]Edge) *Solver {
	out := s.Clone()
	l := len(out.limits)
	out.limits = append(out.limits, limit{team: team, most: make([]int64, s.n), at: make([]row, s.n), day: slices.Repeat([]int{-1}, s.n)})
	for k := range out.works {
		e, ok := edges[k]
		if !ok {
			continue
		}
		w := &out.works[k]
		e.Limits = append(slices.Clone(e.Limits), l)
		of, n := len(w.Edges), len(w.undone)
		w.Edges = append(slices.Clone(w.Edges), e)
		w.doors = out.search.doors.entrance(w.Edges)
		t := &out.teams[e.Team]
		t.users = slices.Clone(t.users)
		w.as = append(slices.Clone(w.as), t.add(user{k, of}))
		done := make([]int64, n*(of+1))
		for i := range n {
			copy(done[i*(of+1):], w.done[i*of:(i+1)*of])
		}
		w.done = done
	}
	return out
}

// Raise adds time of a team in interval i, RaiseLimit what a limit allows in it, RaiseDay what it
// allows on a day. Again gives it to who needs it.
func (s *Solver) Raise(team, i int, time int64) { s.teams[team].at[i].left += time }

// RaiseLimit is explained with Raise.
func (s *Solver) RaiseLimit(l, i int, time int64) {
	s.limits[l].most[i] += time
	s.limits[l].at[i].left += time
}

// RaiseDay is explained with Raise.
func (s *Solver) RaiseDay(l, day int, time int64) { s.limits[l].days[day].left += time }

// Forget takes so much of what is undone of work w in interval i out of the work there is.
func (s *Solver) Forget(w, i int, time int64) { s.leave(place{w, i}, -time) }

// Missing is all that is undone.
func (s *Solver) Missing() (sum int64) {
	for _, missing := range s.missing {
		sum += missing
	}
	return sum
}

// Again finds people for what is undone, the most important first.
func (s *Solver) Again() {
	for level, missing := range s.missing {
		if missing == 0 {
			continue
		}
		s.thaw()
		for w := s.first[level]; w < s.end(level); w++ {
			for i, undone := range s.works[w].undone {
				if undone > 0 {
					s.leave(place{w, i}, -s.take(w, i, undone))
				}
			}
		}
		s.improve(level)
	}
}
