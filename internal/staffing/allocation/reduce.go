package allocation

// Reduce makes work w less: of what nobody was found for, undone is left of it, by interval. Waiting
// and mayWait are those of the work that is left, when what is undone is taken for done where it
// stands; both are empty for work that cannot wait. The rest may be placed as a work of its own.
func (s *Solver) Reduce(w int, undone, waiting, mayWait []int64) {
	x := &s.works[w]
	for i, left := range undone {
		s.missing[x.level] += left - x.undone[i]
	}
	x.undone, x.Waiting, x.MayWait = undone, waiting, mayWait
	for k := range s.works { // what led nowhere may lead somewhere
		clear(s.works[k].seen)
	}
	s.each(func(r *row) { r.seen, r.seenTwo = 0, 0 })
	s.search.doors.forget()
}
