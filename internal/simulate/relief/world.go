package relief

import (
	"math"
	"math/rand/v2"

	"github.com/modcap/modcap/internal/draw"
	"github.com/modcap/modcap/internal/relief"
	"github.com/modcap/modcap/internal/sample"
)

// How the world goes on: in steps of tick, and what is measured is of the past seen ticks.
const (
	tick = 5 * sample.Minute
	seen = 6
)

// Shares that are the same in every world.
const (
	sampled   = 0.1  // of what people decide, checked again
	violating = 0.02 // of what is sent to people by little
)

// checkedWithin is the promise of quality samples.
const checkedWithin = 24 * sample.Hour

// edges are the raises at which the band is counted.
var edges = [...]sample.PPM{50_000, 100_000, 150_000, 200_000}

// cohort is items that came in one tick.
type cohort struct {
	came, due sample.Span // since the start
	items     float64
	late      bool
}

// line is items that wait, the oldest first.
type line []cohort

// world is a platform with a queue whose load flaps, and a protected one, on the same people.
type world struct {
	r   *rand.Rand
	now sample.Span // since the start
	// terms of the world: promises of both queues, and the wave.
	within, childWithin sample.Span
	period              float64 // in ticks
	phase, swing        float64
	square              bool
	hourly, childHourly float64 // items an hour, on average
	handle              float64 // hours a decision
	home, abroad, tier2 float64 // heads
	share               float64 // of the items is in the band, up to its last edge

	queue, child line
	samples      line // checks, by the promise of theirs
	force        force
	arrived      [seen]arrived // of the past ticks, the latest last
	past         *past
	childPast    *past
	figures      Figures
}

// force is what is in force.
type force struct {
	widened bool
	relaxed bool
	after   sample.Span // of relaxed
	within  sample.Span
	keep    float64
	raise   sample.PPM
}

// arrived is what came in a tick: to people, by the verdict without relief, and to the protected queue.
type arrived struct{ people, all, child float64 }

// newWorld draws a world. Its load is on average about what people at home can do, from a tenth less to a quarter more, and
// goes far above and below it in waves of half to three times the promise.
// A steady one has no waves, and a tenth to a quarter too much to do.
func newWorld(seed uint64, steady bool) *world {
	r := rand.New(rand.NewPCG(seed, seed^0x9e3779b97f4a7c15))
	w := &world{r: r, within: sample.Span(2+r.IntN(7)) * 30 * sample.Minute, childWithin: sample.Hour, square: r.IntN(2) == 0}
	w.period = (0.5 + 2.5*r.Float64()) * float64(w.within) / float64(tick)
	w.phase, w.swing = r.Float64(), 0.3+0.6*r.Float64()
	w.handle, w.share = (60+120*r.Float64())/3600, 0.2+0.4*r.Float64()
	w.home = 20 + 60*r.Float64()
	w.abroad, w.tier2 = 0.15*r.Float64()*w.home, 0.15*r.Float64()*w.home
	load := w.home * (0.9 + 0.35*r.Float64())
	if steady {
		load, w.swing = w.home*(1.1+0.15*r.Float64()), 0
	}
	w.childHourly = 0.1 * load / w.handle
	w.hourly = 0.9 * load / (1 + sampled) / w.handle
	w.force = nothing()
	w.past, w.childPast = passed(seed, w.rate), passed(seed+1, func(sample.Span) float64 { return w.childHourly })
	return w
}

func nothing() force { return force{keep: 1} }

// rate is items an hour at a time.
func (w *world) rate(at sample.Span) float64 {
	wave := math.Sin(2 * math.Pi * (float64(at/tick)/w.period + w.phase))
	if w.square {
		wave = math.Copysign(1, wave)
	}
	return w.hourly * (1 + w.swing*wave)
}

// shareBelow is the share of the items that a raise lets through: the same part for the same raise.
func (w *world) shareBelow(raise sample.PPM) float64 {
	return w.share * min(float64(raise)/float64(edges[len(edges)-1]), 1)
}

// step lets a tick pass.
func (w *world) step() {
	hours := float64(tick) / float64(sample.Hour)
	all := float64(draw.Poisson(w.r, w.rate(w.now)*hours))
	child := float64(draw.Poisson(w.r, w.childHourly*hours))
	spared := all * w.shareBelow(w.force.raise)
	copy(w.arrived[:], w.arrived[1:])
	w.arrived[seen-1] = arrived{people: all - spared, all: all, child: child}
	w.past.came(w.now, all-spared, w.force.raise > 0)
	w.childPast.came(w.now, child, false)
	w.figures.Spared += spared
	w.figures.Leaks += spared * violating
	w.queue = append(w.queue, cohort{came: w.now, due: w.now + max(w.within, w.force.within), items: all - spared})
	w.child = append(w.child, cohort{came: w.now, due: w.now + w.childWithin, items: child})
	w.samples = append(w.samples, cohort{came: w.now, due: w.now + checkedWithin, items: (all - spared) * sampled * w.force.keep})
	w.now += tick
	w.work(hours)
	w.figures.Late += w.queue.lateAt(w.now, w.handle)
	w.figures.LateProtected += w.child.lateAt(w.now, w.handle)
	w.figures.LateSamples += w.samples.lateAt(w.now, w.handle)
}

// work has people decide for some hours: protected items first, then the oldest; others than those at home only by what is in
// force; checks with what is left.
func (w *world) work(hours float64) {
	left := w.child.serve(w.home*hours, w.handle, w.now)
	left = w.queue.serve(left, w.handle, w.now)
	if w.force.widened {
		w.queue.serve(w.tier2*hours, w.handle, w.now)
	}
	if w.force.relaxed {
		w.queue.serve(w.abroad*hours, w.handle, w.now-w.force.after)
	}
	w.samples.serve(left, w.handle, w.now)
}

// serve does items that came before some time with so many hours of people, and says how many are left.
func (l *line) serve(hours, handle float64, before sample.Span) float64 {
	items := hours / handle
	for i := range *l {
		c := &(*l)[i]
		if c.came >= before {
			break
		}
		done := min(c.items, items)
		c.items, items = c.items-done, items-done
	}
	for len(*l) > 0 && (*l)[0].items <= 0 {
		*l = (*l)[1:]
	}
	return items * handle
}

// lateAt is the hours of work that have fallen due by now and are not done, each told once.
func (l line) lateAt(now sample.Span, handle float64) (hours float64) {
	for i := range l {
		if c := &l[i]; !c.late && c.due <= now && c.items > 0 {
			c.late = true
			hours += c.items * handle
		}
	}
	return hours
}

// waiting is how many wait, and the age of the oldest.
func (l line) waiting(now sample.Span) (items float64, oldest sample.Span) {
	for i := range l {
		if l[i].items > 0 && oldest == 0 {
			oldest = now - l[i].came
		}
		items += l[i].items
	}
	return items, oldest
}

// measured is what came in the past ticks, items an hour.
func (w *world) measured() (a arrived) {
	over := float64(seen*tick) / float64(sample.Hour)
	for _, x := range w.arrived {
		a.people, a.all, a.child = a.people+x.people/over, a.all+x.all/over, a.child+x.child/over
	}
	return a
}

// take puts measures in force.
func (w *world) take(measures []relief.Measure) {
	w.force = nothing()
	for _, m := range measures {
		switch m.Kind {
		case relief.Widen:
			w.force.widened = true
		case relief.Relax:
			w.force.relaxed, w.force.after = true, m.After
		case relief.Defer:
			w.force.within = m.Within
		case relief.QAFloor:
			w.force.keep = float64(m.Keep) / float64(sample.AllPPM)
		case relief.RaiseReviewAt:
			w.force.raise = m.Raise
		}
	}
}
