package allocation

// improve finds people for what is undone of the works of the last batch. A search finds who can
// make room where one thing is used up. Where several are that different works draw on (people, and
// the budget of a day), room is made for each in turn, and then searched again.
func (s *Solver) improve() {
	missing := &s.missing[len(s.missing)-1]
	s.augmentBatch()
	for *missing > 0 && s.effort < maxEffort && s.relieve(*missing) {
		before := *missing
		if s.augmentBatch(); *missing >= before {
			break
		}
	}
	if *missing > 0 && len(s.limits) > 0 {
		s.exchange()
	}
}

func (s *Solver) augmentBatch() {
	if len(s.limits) > 0 {
		s.each(func(r *row) { r.clash = false })
	}
	for _, w := range s.batch(len(s.first) - 1) {
		s.augmentWork(w)
	}
}

func (s *Solver) augmentWork(w int) {
	for i := range s.works[w].undone {
		s.augment(place{w, i})
	}
}

// relieve makes room for up to want on each row where rows clash. It reports whether it did.
func (s *Solver) relieve(want int64) (freed bool) {
	if len(s.limits) == 0 {
		return false
	}
	s.thaw()
	for l := range s.limits {
		at := &s.limits[l]
		for d, day := range at.spans {
			freed = s.free(&at.days[d], at.team, l, day, want) || freed
		}
		for i := range at.at {
			freed = s.free(&at.at[i], at.team, l, Day{From: i, To: i + 1}, want) || freed
		}
	}
	for t := range s.teams {
		for i := range s.teams[t].at {
			freed = s.free(&s.teams[t].at[i], t, -1, Day{From: i, To: i + 1}, want) || freed
		}
	}
	s.thaw()
	s.each(func(r *row) { r.closed = false })
	return freed
}

// free has others do, or at another time, what draws on a row. Nobody may draw on it more until all
// rows had their turn.
func (s *Solver) free(r *row, team, limit int, when Day, want int64) (freed bool) {
	if !r.clash {
		return false
	}
	r.closed = true
	for r.left < want {
		s.begin()
		s.remove(team, limit, when)
		last, found := s.explore()
		if !found {
			s.bury()
			break
		}
		if s.apply(last, want-r.left) == 0 {
			break
		}
		freed = true
	}
	return freed
}

// remove visits what a team does, of a limit, in some intervals.
func (s *Solver) remove(team, limit int, when Day) {
	for _, u := range s.teams[team].users {
		w := &s.works[u.work]
		if limit >= 0 && !s.draws(u, []int{limit}) {
			continue
		}
		for i := when.From; i < when.To; i++ {
			if w.done[i*len(w.Edges)+u.edge] > 0 {
				s.visit(place{u.work, i}, link{how: removed, edge: u.edge})
			}
		}
	}
}
