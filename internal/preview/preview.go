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
	// Elsewhere are items of markets that their queue does not take: they are left out.
	Elsewhere float64
	Moves     []Move
	Work      []WorkChange
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
	rate    rate
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
	p.Items, p.Shifts, p.Unplaced, p.Bounds, p.Together = last.Items*f, last.Shifts*f, last.Unplaced.Times(f), last.Bounds, last.Together*f
	p.Cuts, p.Elsewhere = last.Cuts, last.Elsewhere*f
	if !p.Compared {
		before = newTally(last.Hours)
	}
	var acted, reviewed rate
	for _, w := range joined(last.moves(), before.moves(), Where.compare) {
		m := Move{Where: w}
		m.rate, m.Drifted = p.compared(last.rate(last.Moves[w]), before.rate(before.Moves[w]))
		m.Estimate = m.rate.stated(0)
		p.Moves, p.Drifted = append(p.Moves, m), p.Drifted || m.Drifted
		acted, reviewed = acted.plus(m.weighted(v1.Act)), reviewed.plus(m.weighted(v1.Review))
	}
	p.Acted, p.Reviewed = acted.stated(math.Inf(-1)), reviewed.stated(math.Inf(-1))
	for _, w := range joined(last.works(), before.works(), Work.compare) {
		r, _ := p.compared(last.net(last.Work[w]), before.net(before.Work[w]))
		p.Work = append(p.Work, WorkChange{w, r.stated(math.Inf(-1))})
	}
	p.Errors = errorsOf(last, f)
	return p
}

// rate is a number of items an hour as it was counted, and by how much it differs by chance in nineteen of twenty.
type rate struct {
	counted Estimate
	chance  float64
}

// plus adds what differs by chance by itself.
func (r rate) plus(o rate) rate {
	return rate{r.counted.plus(o.counted), math.Hypot(r.chance, o.chance)}
}

// stated is the rate with chance in its interval, which does not begin below least. It is rough where the count is, and
// not for chance alone.
func (r rate) stated(least float64) Estimate {
	out := r.counted.judged()
	out.Low, out.High = max(out.Low-r.chance, least), out.High+r.chance
	return out
}

// compared is a rate, and whether that of the week before differs by more than is stated and than chance explains: its
// interval covers both then. Chance is judged more strictly than where it is stated, since many are compared.
func (p *Preview) compared(is, was rate) (rate, bool) {
	const strictly = 1.5
	apart := math.Abs(is.counted.Mid - was.counted.Mid)
	stated := max(is.counted.High-is.counted.Mid, is.counted.Mid-is.counted.Low)
	if !p.Compared || apart <= stated || apart <= strictly*math.Hypot(is.chance, was.chance) {
		return is, false
	}
	return rate{is.counted.over(was.counted), max(is.chance, was.chance)}, true
}

// weighted is the move as it counts for an action: what comes to it, or, below nothing, what leaves it.
func (m *Move) weighted(a v1.Action) rate {
	switch a {
	case m.To:
		return m.rate
	case m.From:
		return rate{m.rate.counted.Times(-1), m.rate.chance}
	}
	return rate{}
}

// factor makes rates of items.
func (t *Tally) factor() float64 {
	if t.Hours <= 0 {
		return 1
	}
	return 1 / t.Hours
}

func (t *Tally) rate(c *Count) rate {
	if c == nil {
		return rate{}
	}
	return rate{c.Times(t.factor()), byChance(c.Mid, c.Squares) * t.factor()}
}

// net is what a flow adds, less what it takes away.
func (t *Tally) net(f *Flow) rate {
	if f == nil {
		return rate{}
	}
	return rate{f.Added.minus(f.Removed).Times(t.factor()), byChance(f.Added.Mid+f.Removed.Mid, f.Squares) * t.factor()}
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
		out[i].rate, out[i].Drifted = out[i].rate.plus(m.rate), out[i].Drifted || m.Drifted
		out[i].Estimate = out[i].rate.stated(0)
	}
	return out
}
