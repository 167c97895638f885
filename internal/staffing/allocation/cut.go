package allocation

import (
	"cmp"
	"slices"
)

// Cut says what some work that is undone lacks: at least Missing more in all from the rows that it,
// and whoever would have to make room for it, finds used up.
type Cut struct {
	Missing int64
	Teams   []Row // time of a team in an interval
	Limits  []Row // what a limit allows in an interval
	Days    []Row // what a limit allows on a day
}

// Row is a team or a limit, and an interval or a day of it.
type Row struct{ Of, At int }

// Cuts are those of all that is undone. Where a limit keeps work from people, the limit is the row,
// that of the day before that of the interval, and not who works for it.
func (s *Solver) Cuts() []Cut {
	c := s.cutAll()
	all := make([][]place, len(c.parent))
	for w := range s.works {
		for i, seen := range s.works[w].seen {
			if seen >= c.base {
				r := c.root(seen)
				all[r] = append(all[r], place{w, i})
			}
		}
	}
	var out []Cut
	for _, places := range all {
		if len(places) > 0 {
			out = append(out, s.cutOf(places))
		}
	}
	return out
}

// cutOf is the cut around some places.
func (s *Solver) cutOf(places []place) Cut {
	var c Cut
	for _, p := range places {
		w := &s.works[p.work]
		c.Missing += w.undone[p.at]
		for _, e := range w.Edges {
			switch h := s.hurdle(e, p.at); {
			case h.spent >= 0:
				c.Days = append(c.Days, Row{h.spent, s.limits[h.spent].day[p.at]})
			case h.full >= 0:
				c.Limits = append(c.Limits, Row{h.full, p.at})
			case h.busy:
				c.Teams = append(c.Teams, Row{e.Team, p.at})
			}
		}
	}
	for _, rows := range []*[]Row{&c.Teams, &c.Limits, &c.Days} {
		slices.SortFunc(*rows, func(a, b Row) int { return cmp.Or(cmp.Compare(a.Of, b.Of), cmp.Compare(a.At, b.At)) })
		*rows = slices.Compact(*rows)
	}
	return c
}

// Lack is what work that cannot wait, and only some teams may do, has too little of in interval i:
// below 0, they have more than it needs. The teams are in order.
func (s *Solver) Lack(teams []int, i int) (lack int64) {
	for k := range s.works {
		w := &s.works[k]
		if len(w.MayWait) == 0 && !slices.ContainsFunc(w.Edges, func(e Edge) bool { return !contains(teams, e.Team) }) {
			lack += s.Done(k, i) + w.undone[i]
		}
	}
	for _, t := range teams {
		lack -= s.teams[t].at[i].left
		for _, u := range s.teams[t].users {
			lack -= s.By(u.work, i, u.edge)
		}
	}
	return lack
}

func contains(sorted []int, x int) bool {
	_, found := slices.BinarySearch(sorted, x)
	return found
}

// LimitLeft is how much more a limit allows in interval i.
func (s *Solver) LimitLeft(l, i int) int64 {
	left := s.limits[l].at[i].left
	if d := s.limits[l].day[i]; d >= 0 {
		left = min(left, s.limits[l].days[d].left)
	}
	return left
}
