package preview

import (
	"math"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

// Preview is what a change would do. Numbers are items an hour, or, where it is not known how long they took to come,
// items.
type Preview struct {
	// PerHour says that the numbers are of an hour.
	PerHour bool
	// Rows that were read, of so many hours.
	Rows  int
	Hours float64
	// Items that come; 0 if that is not known.
	Items float64
	Moves []Move
	Work  []WorkChange
	// Acted is how many items more machines act on, Reviewed how many more come to people.
	Acted, Reviewed Estimate
	// Shifts, Unplaced, Bounds and Together are those of the Tally,
	// as are Cuts.
	Shifts   float64
	Unplaced Estimate
	Bounds   bool
	Together float64
	Cuts     []Cut
	// Compared says that the day was compared with the same hours of the week before, Drifted that they differ by more
	// than the intervals, which then cover both.
	Compared, Drifted bool
	Errors            *Errors
}

// Move is a number of items whose verdict changes.
type Move struct {
	Where
	Estimate
	// Drifted says that the week before says otherwise.
	Drifted bool
}

// WorkChange is what comes more, or less, to a class of work.
type WorkChange struct {
	Work
	Estimate
}

// Of is what a tally says, and another of the same hours a week before, if there is one.
func Of(last, before *Tally) *Preview {
	p := &Preview{PerHour: last.Hours > 0, Rows: last.Rows, Hours: last.Hours, Compared: before != nil && before.Rows > 0}
	f := last.factor()
	p.Items, p.Shifts, p.Unplaced, p.Bounds, p.Together = last.Items*f, last.Shifts*f, last.Unplaced.times(f), last.Bounds, last.Together*f
	p.Cuts = last.Cuts
	if !p.Compared {
		before = newTally(last.Hours)
	}
	for _, w := range joined(last.moves(), before.moves(), Where.compare) {
		m := Move{Where: w}
		is, was := last.rate(last.Moves[w]), before.rate(before.Moves[w])
		m.Estimate = is.estimate
		if p.Compared && is.differs(was) {
			m.Estimate, m.Drifted, p.Drifted = is.estimate.over(was.estimate), true, true
		}
		p.Moves = append(p.Moves, m)
		p.Acted = p.Acted.plus(m.weighted(v1.Act))
		p.Reviewed = p.Reviewed.plus(m.weighted(v1.Review))
	}
	for _, w := range joined(last.works(), before.works(), Work.compare) {
		is, was := last.net(last.Work[w]), before.net(before.Work[w])
		c := WorkChange{w, is.estimate}
		if p.Compared && is.differs(was) {
			c.Estimate = is.estimate.over(was.estimate)
		}
		p.Work = append(p.Work, c)
	}
	p.Errors = errorsOf(last, f)
	return p
}

// weighted is the move as it counts for an action: what comes to it, or, below nothing, what leaves it.
func (m *Move) weighted(a v1.Action) Estimate {
	switch a {
	case m.To:
		return m.Estimate
	case m.From:
		return m.times(-1)
	}
	return Estimate{}
}

// rate is a number of items an hour, and by what it differs by chance.
type rate struct {
	estimate Estimate
	chance   float64
}

// differs reports whether two rates differ by more than the interval that is stated of the one, and by more than both do by
// chance. What differs by chance is judged more strictly than what is stated, since many are compared.
func (r rate) differs(o rate) bool {
	const strictly = 1.5
	apart := math.Abs(r.estimate.Mid - o.estimate.Mid)
	stated := max(r.estimate.High-r.estimate.Mid, r.estimate.Mid-r.estimate.Low)
	return apart > stated && apart > strictly*math.Hypot(r.chance, o.chance)
}

// factor makes rates of items.
func (t *Tally) factor() float64 {
	if t.Hours <= 0 {
		return 1
	}
	return 1 / t.Hours
}

// rate of a count, with chance in its interval.
func (t *Tally) rate(c *Count) rate {
	if c == nil {
		return rate{}
	}
	f, by := t.factor(), chance(c.Squares)
	return rate{c.by(by).times(f), by * f}
}

// net is what a flow adds, less what it takes away.
func (t *Tally) net(f *Flow) rate {
	if f == nil {
		return rate{}
	}
	n, by := f.Added.minus(f.Removed), chance(f.Squares)
	n.Low, n.High = n.Low-by, n.High+by
	return rate{n.times(t.factor()), by * t.factor()}
}

// joined are the keys of two lists in order.
func joined[K any](a, b []K, compare func(K, K) int) []K {
	out := make([]K, 0, len(a)+len(b))
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && compare(a[0], b[0]) < 0:
			out, a = append(out, a[0]), a[1:]
		case len(a) == 0 || compare(a[0], b[0]) > 0:
			out, b = append(out, b[0]), b[1:]
		default:
			out, a, b = append(out, a[0]), a[1:], b[1:]
		}
	}
	return out
}

// Together adds up moves that differ in nothing but what is left out of key.
func Together(moves []Move, key func(Where) Where) []Move {
	var out []Move
	at := map[Where]int{}
	for _, m := range moves {
		w := key(m.Where)
		i, ok := at[w]
		if !ok {
			i = len(out)
			at[w], out = i, append(out, Move{Where: w})
		}
		out[i].Estimate, out[i].Drifted = out[i].plus(m.Estimate), out[i].Drifted || m.Drifted
	}
	return out
}
