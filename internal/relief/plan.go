package relief

import (
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// What holds where nothing is declared, and how often relief may begin.
const (
	defaultMinOn = sample.Hour
	// mostBegins is how often relief begins in a day before it stays on.
	mostBegins = 2
)

// Plan decides what gives way now. The same input has the same answer, and with the state that it
// answers, the next look at the same finds nothing to change.
func Plan(in Input) Decision {
	was := in.State.Level
	in.State = remembered(in.State, in.Unrelieved.Now, in.Steps)
	l := lookAt(&in)
	l.on = was.parts() > 0
	d := Decision{State: in.State, Without: l.base.own, Window: l.window}
	d.Code, d.State = l.decide()
	if d.State.Level != in.State.Level {
		d.State = changed(in.State, d.State.Level, in.Unrelieved.Now)
	}
	a := Apply(in, d.State.Level)
	d.Measures, d.Cost, d.Relieved = a.Measures, a.Cost, a.Input
	d.With = l.with(d.State.Level)
	d.Next = next(&in, &d)
	return d
}

// remembered is the state as it is read: with the steps of now, begins of the past day, and no time that is yet
// to come, as after a clock was set back.
func remembered(s State, now sample.Instant, steps []Step) State {
	s.Level = s.Level.within(steps)
	begins := slices.Clone(s.Begins)
	for i := range begins {
		begins[i] = min(begins[i], now)
	}
	s.Begins = slices.DeleteFunc(begins, func(at sample.Instant) bool { return at <= now.Add(-day) })
	slices.Sort(s.Begins)
	if len(s.Begins) == 0 {
		s.Begins = nil
	}
	s.On, s.Changed = min(s.On, now), min(s.Changed, now)
	if s.Level == (Level{}) {
		s.On, s.Changed = 0, 0
	}
	return s
}

// changed is the state with another level from now on.
func changed(s State, level Level, now sample.Instant) State {
	if s.Level == (Level{}) {
		s.On, s.Begins = now, append(slices.Clone(s.Begins), now)
	}
	s.Level, s.Changed = level, now
	if level == (Level{}) {
		s.On, s.Changed = 0, 0
	}
	return s
}

// decide says which level is right now, and why.
func (l *look) decide() (string, State) {
	s := l.in.State
	off := s.Level == (Level{})
	switch {
	case !slices.ContainsFunc(l.in.Steps, func(s Step) bool { return s.Check() == nil }):
		code, _ := l.ended(!l.on)
		return code, State{} // what was declared is no more: its begins count no more either
	case !l.fresh:
		return CodeNotFresh, s
	case l.late(0) > 0:
		return l.needed()
	case off:
		return CodeNotNeeded, s
	case !l.rested():
		return CodeMinimumTime, s
	case len(s.Begins) >= mostBegins:
		return CodeStaying, s
	}
	return l.ended(off)
}

// ended is the state without relief.
func (l *look) ended(off bool) (string, State) {
	s := l.in.State
	s.Level = Level{}
	if off {
		return CodeNotNeeded, s
	}
	return CodeEnded, s
}

// rested reports whether the least time since the last change is over.
func (l *look) rested() bool {
	return l.in.Unrelieved.Now.Since(l.in.State.Changed) >= minOn(l.in)
}

func minOn(in *Input) sample.Span {
	if in.MinOn <= 0 {
		return defaultMinOn
	}
	return min(in.MinOn, longest)
}

// needed chooses the level where something is late without relief: up at once, down only to what is enough, and
// after the least time.
func (l *look) needed() (string, State) {
	s := l.in.State
	off := s.Level == (Level{})
	switch {
	case !off && l.right():
		return CodeActive, s
	case !off && l.spent():
		return CodeExhausted, s
	}
	return l.search(off)
}

// search tries levels.
func (l *look) search(off bool) (string, State) {
	s, target := l.in.State, l.target()
	switch up := target.Compare(s.Level); {
	case up > 0 && off:
		s.Level = target
		return CodeBegun, s
	case up > 0:
		s.Level = target
		return CodeRaised, s
	case up < 0 && l.late(target.parts()) == 0 && l.rested():
		s.Level = target
		return CodeLowered, s
	}
	if l.late(s.Level.parts()) > 0 {
		return CodeExhausted, s
	}
	return CodeActive, s
}

// right reports whether the present level is enough, and no less is or may be taken yet.
func (l *look) right() bool {
	parts := l.in.State.Level.parts()
	return l.late(parts) == 0 && (!l.rested() || l.late(parts-1) > 0)
}

// spent reports whether the present level is not enough, and all that may give way would be no better: a search is not worth
// its plans then.
func (l *look) spent() bool {
	is, all := l.late(l.in.State.Level.parts()), min(len(l.in.Steps), MaxSteps)*Parts
	return is > 0 && l.late(all) >= is && !l.harms(all)
}

// with is what is late at a level, of the policy's queues.
func (l *look) with(level Level) sample.Span {
	l.late(level.parts())
	return l.known[level.parts()].own
}

// next is when to look again at the latest: when what holds a level as it is does so no more.
func next(in *Input, d *Decision) sample.Instant {
	now, s := in.Unrelieved.Now, &d.State
	if s.Level == (Level{}) || d.Code == CodeNotFresh {
		return 0
	}
	if at := s.Changed.Add(minOn(in)); at > now {
		return at
	}
	if d.Code == CodeStaying {
		return s.Begins[0].Add(day)
	}
	return 0
}
