package allocation

// Done is the time given to work w in interval i.
func (s *Solver) Done(w, i int) (sum int64) {
	edges := len(s.works[w].Edges)
	for _, time := range s.works[w].done[i*edges : (i+1)*edges] {
		sum += time
	}
	return sum
}

// By is the time that the team of an edge gives to work w in interval i; none where w has fewer edges.
func (s *Solver) By(w, i, edge int) int64 {
	if edge >= len(s.works[w].Edges) {
		return 0
	}
	return s.works[w].done[i*len(s.works[w].Edges)+edge]
}

// UndoneAt is how much of work w, wanted in interval i or moved there, nobody can be found for.
func (s *Solver) UndoneAt(w, i int) int64 { return s.works[w].undone[i] }

// Undone is how much of work w nobody can be found for.
func (s *Solver) Undone(w int) (sum int64) {
	for _, time := range s.works[w].undone {
		sum += time
	}
	return sum
}

// Spare is the time of a team in interval i that nothing takes.
func (s *Solver) Spare(team, i int) int64 { return s.teams[team].at[i].left }

// Fill gives work w up to want of the time that is spare in interval i, after all else was placed.
func (s *Solver) Fill(w, i int, want int64) int64 { return s.take(w, i, want) }

// Limited is the spare time of a team in interval i that its limits keep work w from having.
func (s *Solver) Limited(w, edge, i int) int64 {
	e := s.works[w].Edges[edge]
	return s.teams[e.Team].at[i].left - s.room(e, i)
}

// LeftOfDay is what is left of the budget of a limit for the day of interval i, if there is one.
func (s *Solver) LeftOfDay(l, i int) (left int64, limited bool) {
	d := s.limits[l].day[i]
	if d < 0 {
		return 0, false
	}
	return s.limits[l].days[d].left, true
}

// Drawn is what is drawn on a limit in interval i.
func (s *Solver) Drawn(l, i int) int64 { return s.limits[l].most[i] - s.limits[l].at[i].left }
