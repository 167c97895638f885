package allocation

import (
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// Limit bounds how much of a team's time goes to some works.
type Limit struct {
	Team int
	Most []int64 // by interval
	Days []Day   // in order, apart from each other
}

// Day bounds the sum over some intervals, From included, To not.
type Day struct {
	From, To int
	Budget   int64
}

// Edge is a team that may do a work, and the limits of that team which the work draws on.
type Edge struct {
	Team   int
	Limits []int
}

// Work is some work over time. Wanted says when it is best done. What is not done then may be done
// before, as far as it waits after that interval anyway (Waiting), or later, as far as what waits
// then is not due (MayWait). Both are empty for work that cannot wait.
type Work struct {
	Edges   []Edge
	Wanted  []int64 // by interval
	Waiting []int64 // after each interval, when all is done as wanted
	MayWait []int64 // likewise, at most
}

// Solver holds who does what.
type Solver struct {
	n      int
	teams  []team
	limits []limit
	works  []work
	search search

	first   []int   // by batch
	missing []int64 // what is undone, by batch
	log     []change
	logging bool // keep the log
	work    int  // numbers that may still be looked at when all is reconsidered
	effort  int  // places looked at
}

// row is something that work takes from: a team's people in an interval, what a limit allows in it,
// or a day's budget.
type row struct {
	left    int64
	seen    int32 // by the search of this number
	seenTwo int32 // likewise, by one that needs more than this row alone
	count   int64 // how often the way of a search draws on it
}

type team struct {
	at    []row  // by interval
	users []user // works that the team may do
	busy  busy
}

type user struct{ work, edge int }

type limit struct {
	team  int
	most  []int64
	at    []row // by interval
	days  []row
	spans []Day
	day   []int   // by interval; −1 without
	quota []int64 // what the batch may take at first, by interval; nil without
}

type work struct {
	Work
	level  int   // the batch
	as     []int // by edge: its number among the users of the team
	doors  entrance
	done   []int64 // by interval and edge
	undone []int64 // by interval
	seen   []int32
	via    []link
}

func rowsOf(left []int64) []row {
	out := make([]row, len(left))
	for i, v := range left {
		out[i].left = max(v, 0)
	}
	return out
}

// Solve gives people to works over n intervals: heads are the people's time by team and interval,
// batches are works of equal importance, the most important first. Works are numbered in that
// order.
func Solve(n int, heads [][]int64, limits []Limit, batches [][]Work) *Solver {
	sizes := make([]int, len(batches))
	for k, b := range batches {
		sizes[k] = len(b)
	}
	return SolveBy(n, heads, limits, sizes, func(_ *Solver, k int) []Work { return batches[k] })
}

// SolveBy is Solve with batches, of about so many works, that depend on what came of those before:
// batch gives the k-th, and may Reduce the works there are.
func SolveBy(n int, heads [][]int64, limits []Limit, sizes []int, batch func(s *Solver, k int) []Work) *Solver {
	s := newSolver(n, heads, limits)
	places := 0
	for _, size := range sizes {
		places += size * n
	}
	s.work = maxWork / (1 + places/manyPlaces)
	for k := range sizes {
		s.place(batch(s, k))
	}
	return s
}

// draws is on how many limits of a team the work draws at most.
func (w *work) draws() (most int) {
	for _, e := range w.Edges {
		most = max(most, len(e.Limits))
	}
	return most
}

func newSolver(n int, heads [][]int64, limits []Limit) *Solver {
	s := &Solver{n: n}
	s.search.doors = newDoors(n, len(heads))
	for _, h := range heads {
		s.teams = append(s.teams, team{at: rowsOf(h), busy: newBusy(s.n)})
	}
	for _, l := range limits {
		out := limit{team: l.Team, most: l.Most, at: rowsOf(l.Most), spans: l.Days, day: make([]int, s.n)}
		for i := range out.day {
			out.day[i] = slices.IndexFunc(l.Days, func(d Day) bool { return d.From <= i && i < d.To })
		}
		for _, d := range l.Days {
			out.days = append(out.days, row{left: max(d.Budget, 0)})
		}
		s.limits = append(s.limits, out)
	}
	return s
}

// place gives people to works of equal importance. What was placed before may be done by others or
// at another time, and as much of it.
func (s *Solver) place(batch []Work) {
	first := len(s.works)
	s.first, s.missing = append(s.first, first), append(s.missing, 0)
	for _, w := range batch {
		s.add(w)
	}
	s.share(first)
	for w := first; w < len(s.works); w++ {
		for i, wanted := range s.works[w].Wanted {
			s.leave(place{w, i}, wanted-s.take(w, i, wanted))
		}
	}
	for l := range s.limits {
		s.limits[l].quota = nil
	}
	s.improve(len(s.first) - 1)
}

func (s *Solver) add(w Work) {
	k := len(s.works)
	as := make([]int, len(w.Edges))
	for e, edge := range w.Edges {
		as[e] = s.teams[edge.Team].add(user{k, e})
	}
	n := len(w.Wanted)
	s.works = append(s.works, work{
		Work: w, level: len(s.first) - 1, as: as, doors: s.search.doors.entrance(w.Edges),
		done: make([]int64, n*len(w.Edges)), undone: make([]int64, n), seen: make([]int32, n), via: make([]link, n),
	})
	s.works[k].Waiting = slices.Clone(w.Waiting)
}

// add adds a user, and returns its number.
func (t *team) add(u user) int {
	t.users = append(t.users, u)
	t.busy.more()
	return len(t.users) - 1
}

// rows are what work over e in interval i takes from. They stay good until the next call.
func (s *Solver) rows(e Edge, i int) []*row {
	out := append(s.search.rows[:0], &s.teams[e.Team].at[i])
	for _, l := range e.Limits {
		at := &s.limits[l]
		out = append(out, &at.at[i])
		if d := at.day[i]; d >= 0 {
			out = append(out, &at.days[d])
		}
	}
	s.search.rows = out
	return out
}

// room is how much more may be done over e in interval i as things are.
func (s *Solver) room(e Edge, i int) int64 {
	room := s.teams[e.Team].at[i].left
	for _, l := range e.Limits {
		at := &s.limits[l]
		room = min(room, at.at[i].left)
		if d := at.day[i]; d >= 0 {
			room = min(room, at.days[d].left)
		}
		if at.quota != nil {
			room = min(room, at.quota[i])
		}
	}
	return room
}

// take gives work w up to want of the time that is spare in interval i: first of teams whose limits
// it does not draw on, of the rest last.
func (s *Solver) take(w, i int, want int64) int64 {
	most := s.works[w].draws()
	var taken int64
	for limits := 0; limits <= most && taken < want; limits++ {
		taken += s.takeOf(w, i, limits, want-taken)
	}
	return taken
}

// takeOf takes from each team as much as it has to spare in proportion, so that a little more or
// less here or there changes little.
func (s *Solver) takeOf(w, i, limits int, want int64) int64 {
	edges := s.works[w].Edges
	var all, taken int64
	for _, e := range edges {
		if len(e.Limits) == limits {
			all += s.room(e, i)
		}
	}
	if all == 0 {
		return 0
	}
	for k, e := range edges {
		if len(e.Limits) != limits {
			continue
		}
		room := s.room(e, i)
		if all > want {
			room = sample.MulDiv(room, want, all)
		}
		s.move(w, i, k, room)
		taken += room
	}
	for k, e := range edges { // what rounding left
		if len(e.Limits) == limits {
			rest := min(want-taken, s.room(e, i))
			s.move(w, i, k, rest)
			taken += rest
		}
	}
	return taken
}

// move adds time of a team to work w.
func (s *Solver) move(w, i, k int, time int64) {
	s.note(push{place{w, i}, k}, time, add)
	x := &s.works[w]
	e := x.Edges[k]
	done := &x.done[i*len(x.Edges)+k]
	*done += time
	s.teams[e.Team].busy.set(x.as[k], i, *done > 0)
	for _, r := range s.rows(e, i) {
		r.left -= time
	}
	for _, l := range e.Limits {
		if q := s.limits[l].quota; q != nil {
			q[i] -= time
		}
	}
}

// share divides budgets that the works from first on would use up among the intervals, in
// proportion to what these want, so that a budget does not go in the morning.
func (s *Solver) share(first int) {
	if len(s.limits) == 0 {
		return
	}
	wants := make([][]int64, len(s.limits))
	for l := range wants {
		wants[l] = make([]int64, s.n)
	}
	for _, w := range s.works[first:] {
		for i, wanted := range w.Wanted {
			s.wish(wants, w.Edges, i, wanted)
		}
	}
	for l := range s.limits {
		s.limits[l].divide(wants[l])
	}
}

// wish adds what a work wants in interval i to the limits of the teams that would do it.
func (s *Solver) wish(wants [][]int64, edges []Edge, i int, wanted int64) {
	var all int64
	for _, e := range edges {
		all += s.room(e, i)
	}
	if all == 0 || wanted <= 0 {
		return
	}
	for _, e := range edges {
		for _, l := range e.Limits {
			part := sample.MulDiv(s.room(e, i), min(wanted, all), all)
			wants[l][i] = min(wants[l][i]+part, s.limits[l].at[i].left, s.teams[e.Team].at[i].left)
		}
	}
}

// divide sets the quota of the days whose budget is less than what is wanted.
func (l *limit) divide(wants []int64) {
	for d, day := range l.spans {
		var all int64
		for i := day.From; i < day.To; i++ {
			all += wants[i]
		}
		left := l.days[d].left
		if all <= left {
			continue
		}
		if l.quota == nil {
			l.quota = make([]int64, len(l.at))
			for i := range l.quota {
				l.quota[i] = l.at[i].left
			}
		}
		for i := day.From; i < day.To; i++ {
			l.quota[i] = sample.MulDiv(left, wants[i], all)
		}
	}
}
