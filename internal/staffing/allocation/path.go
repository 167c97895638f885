package allocation

import "math"

// hop is a change along the way that a search found: time is added to or taken from an edge, or
// what waits after an interval becomes more or less.
type hop struct {
	push
	how changeKind
}

// apply moves as much as can be, up to want, along the way that ends at last, and returns how much.
func (s *Solver) apply(last push, want int64) int64 {
	s.trace(last)
	time := s.bound(want)
	if time <= 0 {
		return 0
	}
	for _, h := range s.search.path {
		switch h.how {
		case add:
			s.move(h.work, h.at, h.edge, time)
		case remove:
			s.move(h.work, h.at, h.edge, -time)
		case waitMore:
			s.wait(h.place, time)
		case waitLess:
			s.wait(h.place, -time)
		}
	}
	return time
}

// trace goes back from the end of a way to where it begins.
func (s *Solver) trace(last push) {
	path := append(s.search.path[:0], hop{push: last, how: add})
	for p := last.place; ; {
		l := s.works[p.work].via[p.at]
		switch l.how {
		case later:
			p.at--
			path = append(path, hop{push: push{place: p}, how: waitMore})
		case earlier:
			path = append(path, hop{push: push{place: p}, how: waitLess})
			p.at++
		case displaced:
			path = append(path, hop{push: push{p, l.edge}, how: remove}, hop{push: l.by, how: add})
			p = l.by.place
		default:
			s.search.path = path
			return
		}
	}
}

// bound is how much may move along the way. A way may draw on the same people or limit more than
// once, or draw on it here and free it there.
func (s *Solver) bound(most int64) int64 {
	for _, h := range s.search.path {
		w := &s.works[h.work]
		switch h.how {
		case add:
			s.draw(h, 1)
		case remove:
			most = min(most, s.By(h.work, h.at, h.edge))
			s.draw(h, -1)
		case waitMore:
			most = min(most, w.MayWait[h.at]-w.Waiting[h.at])
		case waitLess:
			most = min(most, w.Waiting[h.at])
		}
	}
	for _, h := range s.search.path {
		most = min(most, s.drawn(h))
	}
	return most
}

// draw counts how often the way draws on the rows of a hop.
func (s *Solver) draw(h hop, times int64) {
	for _, r := range s.rows(s.works[h.work].Edges[h.edge], h.at) {
		r.count += times
	}
}

// drawn is how much may be drawn on each of the rows of a hop as often as was counted, which is
// then forgotten.
func (s *Solver) drawn(h hop) int64 {
	most := int64(math.MaxInt64)
	if h.how != add && h.how != remove {
		return most
	}
	for _, r := range s.rows(s.works[h.work].Edges[h.edge], h.at) {
		if r.count > 0 {
			most = min(most, r.left/r.count)
		}
		r.count = 0
	}
	return most
}
