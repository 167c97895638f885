package relief

import (
	"slices"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// Applied is what a level makes of an input.
type Applied struct {
	Input    staffing.Input
	Measures []Measure
	Cost     Cost
}

// Apply puts a level in force. It shares with in what it leaves alone, and that is all of protected
// work.
func Apply(in Input, level Level) Applied {
	classes := in.Unrelieved.Classes
	a := applying{in: &in, classes: slices.Clone(classes), touches: touched(&in), eased: make([]bool, len(classes))}
	level = level.within(in.Steps)
	for i := range in.Steps[:min(len(in.Steps), MaxSteps)] {
		if part := level.of(i); part > 0 && in.Steps[i].Check() == nil {
			a.step(&in.Steps[i], part)
		}
	}
	a.out.Input = in.Unrelieved
	a.out.Input.Classes = a.classes
	a.remember()
	return a.out
}

// remember keeps the classes as they were of which what they need has changed, beside those that an earlier relief
// of another policy changed, if anything protected is planned with them.
func (a *applying) remember() {
	was := a.in.Unrelieved.Classes
	if !slices.ContainsFunc(was, func(c staffing.Class) bool { return c.Protected || decides(a.in, &c) }) {
		return
	}
	out := slices.Clone(a.in.Unrelieved.Unrelieved)
	for i := range was {
		known := func(c staffing.Class) bool { return c.Key == was[i].Key }
		if a.eased[i] && !slices.ContainsFunc(out, known) {
			out = append(out, was[i])
		}
	}
	a.out.Input.Unrelieved = out
}

// applying is an Applied in the making.
type applying struct {
	in      *Input
	classes []staffing.Class
	touches []bool // by class: relief may touch it
	eased   []bool // by class: it needs other than without relief
	out     Applied
}

// step puts a sound step in force, so many parts of it.
func (a *applying) step(s *Step, part int) {
	m := Measure{Step: s.Name, Kind: s.Kind}
	switch s.Kind {
	case Widen:
		a.widen(&m)
	case Relax:
		a.relax(s, part, &m)
	case Defer:
		a.postpone(s, part, &m)
	case QAFloor:
		a.floor(s, part, &m)
	case RaiseReviewAt:
		a.raise(s, part, &m)
	}
	if len(m.Queues) > 0 {
		slices.Sort(m.Queues)
		a.out.Measures = append(a.out.Measures, m)
	}
}

// each calls f with the classes that relief may touch, and notes those it did, and their queues.
func (a *applying) each(m *Measure, f func(c *staffing.Class) bool) {
	for i := range a.classes {
		if c := &a.classes[i]; a.touches[i] && f(c) {
			a.eased[i] = a.eased[i] || m.Kind != Widen && m.Kind != Relax
			if !slices.Contains(m.Queues, c.Key.Queue) {
				m.Queues = append(m.Queues, c.Key.Queue)
			}
		}
	}
}

// own reports whether c is items of a stream's own, and not made by other classes nor rooms: only these
// wait, and only they are borrowed for, relaxed and deferred.
func own(c *staffing.Class) bool { return !c.Derived && c.Work != staffing.Rooms }

// widen lets others take the work. Who may is a matter of skills, of which there are no parts.
func (a *applying) widen(m *Measure) {
	a.each(m, func(c *staffing.Class) bool {
		if !own(c) {
			return false
		}
		c.Borrow = true
		return true
	})
}

// relax drops a skill from an age on that sinks from the longest promise to nothing: by the cube of
// what is left of the step, so that it reaches the ages of short promises too, and they are one for all
// queues.
func (a *applying) relax(s *Step, part int, m *Measure) {
	var most sample.Span
	a.each(&Measure{}, func(c *staffing.Class) bool {
		if own(c) {
			most = max(most, promised(c))
		}
		return false
	})
	left := int64(Parts - part)
	m.Drop = s.Drop
	m.After = wholeMinutes(sample.Span(sample.MulDiv(int64(most), left*left*left, Parts*Parts*Parts)))
	a.each(m, func(c *staffing.Class) bool {
		if !own(c) || m.After >= promised(c) {
			return false
		}
		c.Relax = relaxed(c.Relax, staffing.Relaxation{After: m.After, Drop: s.Drop})
		return true
	})
}

// wholeMinutes is what people can read.
func wholeMinutes(s sample.Span) sample.Span { return s / sample.Minute * sample.Minute }

// promised is the longest promise of a class; a day where there is none.
func promised(c *staffing.Class) sample.Span {
	var out sample.Span
	for _, p := range c.Promises {
		out = max(out, min(p.Within, longest))
	}
	if out <= 0 {
		return day
	}
	return out
}

// relaxed is a list with one more relaxation at its age, those before and after at theirs.
func relaxed(list []staffing.Relaxation, more staffing.Relaxation) []staffing.Relaxation {
	var after sample.Span
	out := make([]staffing.Relaxation, 0, len(list)+1)
	placed := false
	for _, r := range list {
		after = max(after, r.After)
		if !placed && more.After < after {
			out, placed = append(out, more), true
		}
		out = append(out, staffing.Relaxation{After: after, Drop: r.Drop})
	}
	if !placed {
		out = append(out, more)
	}
	return out
}

// postpone gives the items of some queues a later deadline: from the shortest of their promises on, up to
// the time of the step.
func (a *applying) postpone(s *Step, part int, m *Measure) {
	within := min(s.Within, longest)
	shortest := within
	a.each(&Measure{}, func(c *staffing.Class) bool {
		for _, p := range c.Promises {
			if a.deferred(c, s) && p.Regime == "" && p.Within > 0 {
				shortest = min(shortest, p.Within)
			}
		}
		return false
	})
	m.Within = within
	if part < Parts {
		m.Within = wholeMinutes(shortest + sample.Span(sample.MulDiv(int64(within-shortest), int64(part), Parts)))
	}
	a.each(m, func(c *staffing.Class) bool { return a.deferred(c, s) && a.later(c, m.Within) })
}

// deferred reports whether the promises of c are a step's to defer: rework is due when it is due.
func (a *applying) deferred(c *staffing.Class, s *Step) bool {
	return own(c) && c.Due == 0 && slices.Contains(s.Queues, c.Key.Queue)
}

// later makes the promises of c no shorter than within, nor longer than a regime allows.
func (a *applying) later(c *staffing.Class, within sample.Span) bool {
	now := a.in.Unrelieved.Now
	for _, p := range c.Promises {
		if p.Regime != "" && (p.Until == 0 || p.Until > now) && p.From < now.Add(day) {
			within = min(within, max(p.Within, 0))
		}
	}
	var delay sample.Span
	promises := slices.Clone(c.Promises)
	for i := range promises {
		if p := &promises[i]; p.Regime == "" && p.Within < within {
			delay = max(delay, within-max(p.Within, 0))
			p.Within = within
		}
	}
	if delay == 0 {
		return false
	}
	c.Promises = promises
	a.out.Cost.Delay = max(a.out.Cost.Delay, delay)
	a.out.Cost.Deferred = plus(a.out.Cost.Deferred, hourly(c))
	return true
}

// floor takes fewer quality samples; none fewer while a rollout needs them.
func (a *applying) floor(s *Step, part int, m *Measure) {
	if a.in.Rollout {
		return
	}
	m.Keep = sample.AllPPM - sample.PPM(sample.MulDiv(int64(sample.AllPPM-s.Keep), int64(part), Parts))
	a.each(m, func(c *staffing.Class) bool {
		if !c.Derived || c.Key.Role != staffing.RoleQA {
			return false
		}
		before := hourly(c)
		thin(c, m.Keep)
		c.Parts = slices.Clone(c.Parts)
		for i := range c.Parts {
			p := &c.Parts[i]
			p.PerItem = sample.PPM(sample.MulDivUp(int64(p.PerItem), int64(m.Keep), int64(sample.AllPPM)))
		}
		a.out.Cost.Samples = plus(a.out.Cost.Samples, before-hourly(c))
		return true
	})
}

// thin leaves a share of what comes to a class, rounded up.
func thin(c *staffing.Class, keep sample.PPM) {
	of := func(m sample.Milli) sample.Milli {
		if m <= 0 {
			return m
		}
		return sample.Milli(sample.MulDivUp(int64(m), int64(keep), int64(sample.AllPPM)))
	}
	c.ArrivalsPerHour.Value = of(c.ArrivalsPerHour.Value)
	c.Rates = slices.Clone(c.Rates)
	for i := range c.Rates {
		c.Rates[i] = of(c.Rates[i])
	}
}

// hourly is what comes to a class an hour: what is seen, or else what is forecast next.
func hourly(c *staffing.Class) sample.Milli {
	rate := c.ArrivalsPerHour.Value
	if c.ArrivalsPerHour.Quality < sample.Stale {
		rate = 0
		if len(c.Rates) > 0 {
			rate = c.Rates[0]
		}
	}
	return min(max(rate, 0), sample.MaxMilli)
}

func plus(a, b sample.Milli) sample.Milli { return min(a+max(b, 0), sample.MaxMilli) }
