package relief

import (
	"slices"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// look is one look at a plant: what would be late at each level.
type look struct {
	in *Input
	// part is the plant that is tried: what shares people with the policy's queues.
	part staffing.Input
	own  map[string]bool // the policy's queues
	// rows of the plan are looked at, and those after them for what is deferred into them.
	rows   int
	window sample.Span
	base   lateness
	known  map[int]tried // by level in parts
	fresh  bool
	on     bool // with the steps of before
	// guarded are the protected classes, and those that protected labels decide.
	guarded map[staffing.ClassKey]bool
}

// tried is what came of a level: what it is worth (see late), and what is late of the policy's queues in the window.
type tried struct{ worth, own sample.Span }

// lateness is person-time that is late in a plan.
type lateness struct {
	own, after sample.Span // of the policy's queues, in the rows looked at and after them
	others     sample.Span
	protected  map[staffing.ClassKey]sample.Span
}

// lookAt looks at the plant without relief.
func lookAt(in *Input) *look {
	l := &look{in: in, own: map[string]bool{}, known: map[int]tried{}, fresh: true, guarded: map[staffing.ClassKey]bool{}}
	for _, q := range in.Queues {
		l.own[q] = true
	}
	for i := range in.Unrelieved.Classes {
		if c := &in.Unrelieved.Classes[i]; c.Protected || decides(in, c) {
			l.guarded[c.Key] = true
		}
	}
	l.findWindow()
	l.part = l.sharing()
	late := staffing.LateOf(l.part)
	for i := range late {
		l.fresh = l.fresh && late[i].Quality == sample.Fresh
	}
	l.base = l.sum(late)
	l.known[0] = tried{l.base.own, l.base.own}
	return l
}

// findWindow finds how far is looked: at what comes within the longest promise of the queues, two intervals at least
// and a day at most, until it is due. The plan goes on until what is deferred is due.
func (l *look) findWindow() {
	grid := l.in.Unrelieved.Grid()
	l.window = min(2*min(grid.Width, day), day)
	for i := range l.in.Unrelieved.Classes {
		if c := &l.in.Unrelieved.Classes[i]; l.own[c.Key.Queue] && own(c) && len(c.Promises) > 0 {
			l.window = max(l.window, min(promised(c), day))
		}
	}
	furthest := max(2*l.window, l.deferred())
	rows := func(span sample.Span) int {
		n := int((span + l.in.Unrelieved.Now.Since(grid.Start) + grid.Width - 1) / grid.Width)
		return max(min(n, int(max(day/grid.Width, 1)), grid.N), 1)
	}
	l.rows = rows(2 * l.window)
	l.part = l.in.Unrelieved
	l.part.Interval, l.part.Horizon = grid.Width, sample.Span(rows(furthest+grid.Width))*grid.Width
}

// deferred is the longest time that any step gives to a queue that relief may touch; 0 where there is none.
func (l *look) deferred() (most sample.Span) {
	touches := touched(l.in)
	for i := range l.in.Steps[:min(len(l.in.Steps), MaxSteps)] {
		s := &l.in.Steps[i]
		if s.Kind != Defer || s.Check() != nil {
			continue
		}
		for k := range touches {
			if touches[k] && slices.Contains(s.Queues, l.in.Unrelieved.Classes[k].Key.Queue) {
				most = max(most, min(s.Within, day))
			}
		}
	}
	return most
}

// sharing is the part of the plant that has to do with the policy's queues: they, all who may work for them with
// all relief, the queues that these may work for as well, and so on.
func (l *look) sharing() staffing.Input {
	all := Apply(*l.in, Level{Whole: len(l.in.Steps)}).Input
	reach := reaches(&all)
	teams, queues := make([]bool, len(all.Teams)), map[string]bool{}
	for q := range l.own {
		queues[q] = true
	}
	for more := true; more; {
		more = false
		for i := range all.Classes {
			q := all.Classes[i].Key.Queue
			if queues[q] || slices.ContainsFunc(reach[i], func(t int) bool { return teams[t] }) {
				more = mark(teams, reach[i]) || !queues[q] || more
				queues[q] = true
			}
		}
	}
	out := l.part
	out.Classes = l.keep(l.in.Unrelieved.Classes, queues)
	out.Teams = nil
	for t := range l.in.Unrelieved.Teams {
		if teams[t] {
			out.Teams = append(out.Teams, cut(l.in.Unrelieved.Teams[t], out.Grid().N))
		}
	}
	return out
}

// mark marks some, and reports whether any was not yet.
func mark(teams []bool, some []int) (more bool) {
	for _, t := range some {
		more = more || !teams[t]
		teams[t] = true
	}
	return more
}

// reaches are the teams that may work for each class at all.
func reaches(in *staffing.Input) [][]int {
	out := make([][]int, len(in.Classes))
	for i := range in.Classes {
		for t := range in.Teams {
			if staffing.Qualified(in.Classes[i], in.Teams[t]) {
				out[i] = append(out[i], t)
			}
		}
		for _, s := range staffing.StandIns(in.Classes[i], in.Teams) {
			out[i] = append(out[i], s.Team)
		}
	}
	return out
}

// keep are the classes of some queues.
func (l *look) keep(classes []staffing.Class, queues map[string]bool) []staffing.Class {
	out := make([]staffing.Class, 0, len(classes))
	for i := range classes {
		if queues[classes[i].Key.Queue] {
			out = append(out, classes[i])
		}
	}
	return out
}

// cut is a team whose days of exposure end with so many intervals: each has of its budget the part that its people's
// time until then is of all.
func cut(t staffing.Team, n int) staffing.Team {
	t.Exposure = slices.Clone(t.Exposure)
	for x := range t.Exposure {
		e := &t.Exposure[x]
		e.Days = slices.Clone(e.Days)
		for d := range e.Days {
			day := &e.Days[d]
			if day.From < n && n < day.To {
				inside, all := worked(&t, day.From, n), worked(&t, day.From, day.To)
				day.To = n
				if all > inside {
					day.Budget = sample.Span(sample.MulDiv(int64(max(day.Budget, 0)), inside, all))
				}
			}
		}
	}
	return t
}

// worked is the productive heads of a team, added up over intervals.
func worked(t *staffing.Team, from, to int) (sum int64) {
	heads := t.Supply.Intervals
	for i := max(from, 0); i < min(to, len(heads)); i++ {
		sum += min(max(int64(heads[i].Productive), 0), int64(sample.MaxMilli)/staffing.MaxIntervals)
	}
	return sum
}

// sum adds up what is late. At the end of the last interval all counts as due that the plan would best have done by then: that is
// not part of what is looked at.
func (l *look) sum(all []staffing.Lateness) lateness {
	out := lateness{protected: map[staffing.ClassKey]sample.Span{}}
	for i := range all {
		c := &all[i]
		var now sample.Span
		after := c.Beyond
		for k, late := range c.Late {
			if k < l.rows && k < max(len(c.Late)-1, 1) {
				now += late
			} else {
				after += late
			}
		}
		if l.guarded[c.Key] {
			out.protected[c.Key] = now + after
		}
		if l.own[c.Key.Queue] {
			out.own, out.after = out.own+now, out.after+after
		} else {
			out.others += now + after
		}
	}
	return out
}

// never is more than anything that is late.
const never sample.Span = 1 << 60

// late is what is late at a level, in whole minutes: of the policy's queues in the window, what is deferred and is late after
// it, and what the relief makes late elsewhere at any time. A level at which protected work is later than without relief is
// none.
func (l *look) late(parts int) sample.Span {
	if _, ok := l.known[parts]; !ok {
		l.known[parts] = l.try(levelOf(parts))
	}
	return l.known[parts].worth / sample.Minute
}

func (l *look) try(level Level) tried {
	in := *l.in
	in.Unrelieved = l.part
	a := Apply(in, level)
	got := l.sum(staffing.LateOf(a.Input))
	for key, late := range got.protected {
		if late/sample.Minute > l.base.protected[key]/sample.Minute {
			return tried{never, got.own}
		}
	}
	worth := got.own + max(got.others-l.base.others, 0)
	if slices.ContainsFunc(a.Measures, func(m Measure) bool { return m.Kind == Defer }) {
		worth += max(got.after-l.base.after, 0)
	}
	return tried{worth, got.own}
}
