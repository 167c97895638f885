package forecast

import (
	"math"
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// Fold folds bins into s, in the order given: the result is the same however
// a history is cut into calls. What lies before the end of what was folded is
// ignored, so are bins of no width, a negative count, or more than a day. A bin
// wider than two windows (and 10 s) moves the levels only, for it hides how the
// rate varies within. What came during an event is divided by its factor: s is
// about what comes otherwise.
func (s *State) Fold(bins []Bin, events ...Event) {
	s.ready()
	for _, b := range bins {
		items, from, to := b.Count.Float(), b.At, b.End()
		if !b.sound() || to <= s.Until {
			continue
		}
		if from < s.Until {
			items *= float64(to-s.Until) / float64(b.Width)
			from = s.Until
		}
		if len(events) > 0 {
			items /= max(meanFactor(events, from, to), 1/mostFactor)
		}
		if b.Width > max(2*s.Window, fineBin) {
			s.coarse(from, to, items)
		} else {
			s.fine(from, to, items)
		}
		s.minutes(from, to, items)
		s.Until = to
	}
}

// coarse moves the levels by a wide bin.
func (s *State) coarse(from, to sample.Instant, items float64) {
	s.interrupt()
	s.Open = openSlot{}
	width := to.Since(from)
	s.level(items*1000/float64(width), width)
}

// fine spreads a bin evenly over the slots that it covers.
func (s *State) fine(from, to sample.Instant, items float64) {
	slot, perMilli := s.slot(), items/float64(to-from)
	for from < to {
		at := s.Open.At
		if from < at || from >= at.Add(slot) { // else the division is saved
			at = from - from%sample.Instant(slot)
		}
		if at != s.Open.At {
			s.closeSlot(at)
			s.Open = openSlot{At: at}
		}
		until := min(to, at.Add(slot))
		s.Open.Covered += until.Since(from)
		s.Open.Items += perMilli * float64(until-from)
		if from = until; s.Open.Covered == slot {
			s.take(until, s.Open.Items)
			s.Open = openSlot{At: until}
		}
	}
}

// closeSlot ends the open slot because the one at next begins. A slot covered by
// less than a half, and slots left out, are a gap.
func (s *State) closeSlot(next sample.Instant) {
	slot, open := s.slot(), s.Open
	if open.At == 0 {
		return
	}
	if open.Covered*2 < slot {
		s.interrupt()
		return
	}
	s.take(open.At.Add(slot), open.Items*float64(slot)/float64(open.Covered))
	if open.At.Add(slot) != next {
		s.interrupt()
	}
}

// interrupt forgets what needs time without gaps: the recent slots and the
// forecasts under way.
func (s *State) interrupt() {
	s.Kept, s.Next, s.Into, s.Before = 0, 0, 0, 0
	for i := range s.Ladder {
		s.Ladder[i].Waiting = 0
	}
}

// take folds in a complete slot that ended at end.
func (s *State) take(end sample.Instant, items float64) {
	slot := s.slot()
	s.level(items*1000/float64(slot), slot)
	size := int(s.Window / slot)
	s.Recent[s.Next] = float32(items)
	s.Next = (s.Next + 1) % size
	s.Kept = min(s.Kept+1, size)
	if s.Kept < size {
		return
	}
	rate := s.windowRate()
	s.disperse(size)
	for i := range s.Ladder {
		if !s.Only.has(i) {
			continue
		}
		r, horizon := &s.Ladder[i], horizons[i]
		r.follow(items, float32(rate))
		if r.Waiting > 0 && end.Since(r.Pending[0].At) >= horizon {
			r.score(end, horizon)
		}
		if n := r.Waiting; n == 0 || n < overlap && end.Since(r.Pending[n-1].At) >= horizon/overlap {
			s.foretell(r, end)
		}
	}
}

// windowRate is the mean rate over the window that just ended.
func (s *State) windowRate() float64 {
	var items float64
	for _, n := range s.Recent[:s.Kept] {
		items += float64(n)
	}
	return items * 1000 / (float64(s.slot()) * float64(s.Kept))
}

// level moves the exponential averages by a rate that held for width. At first
// they are plain averages.
func (s *State) level(rate float64, width sample.Span) {
	s.Slots++
	fades := &slotFades
	if width != maxSlot {
		fades = fadesOver(width)
	}
	plain := 1 / float64(s.Slots)
	for i := range halfLives {
		a := 1 - fades[i]
		if a < plain {
			a = plain
		}
		s.Levels[i] += a * (rate - s.Levels[i])
	}
}

// slotFades is what is left of the averages after the usual slot.
var slotFades = *fadesOver(maxSlot)

func fadesOver(width sample.Span) *[levelCount]float64 {
	var out [levelCount]float64
	for i, half := range halfLives {
		out[i] = math.Exp2(-float64(width) / 1000 / half)
	}
	return &out
}

// disperse updates the dispersion once a window: half the squared difference of
// two windows that follow one another, over their mean, which a slow trend
// leaves alone.
func (s *State) disperse(size int) {
	if s.Into++; s.Into < size {
		return
	}
	s.Into = 0
	items := s.windowRate() * float64(s.slot()) * float64(size) / 1000
	if mean := (items + s.Before) / 2; s.Before > 0 && mean > 0 {
		d := items - s.Before
		index := min(d*d/2/mean, 10*s.Dispersion) // one burst does not set it
		s.Dispersion = max(s.Dispersion+0.05*(index-s.Dispersion), 0.1)
	}
	s.Before = items
}

// follow notes what came for the forecasts under way, and the rate over a window.
func (r *rung) follow(items float64, rate float32) {
	for i := range r.Pending[:r.Waiting] {
		p := &r.Pending[i]
		p.Items += items
		if rate > p.Peak {
			p.Peak = rate
		}
	}
}

// score scores the forecasts that end now.
func (r *rung) score(end sample.Instant, horizon sample.Span) {
	for r.Waiting > 0 && end.Since(r.Pending[0].At) >= horizon {
		r.learn(&r.Pending[0], float64(end.Since(r.Pending[0].At))/1000)
		copy(r.Pending[:], r.Pending[1:r.Waiting])
		r.Waiting--
	}
}

// foretell begins another forecast.
func (s *State) foretell(r *rung, end sample.Instant) {
	blended := s.blend(r)
	anchor := s.anchor(r, blended, s.quick())
	p := &r.Pending[r.Waiting]
	p.At, p.Blended, p.Anchor, p.Scale = end, float32(blended), float32(anchor), float32(s.scale(anchor))
	p.Peak, p.Items = 0, 0
	for i := range s.Levels {
		p.Levels[i] = float32(s.Levels[i])
	}
	for i := range r.Quantiles {
		p.Quantiles[i] = float32(r.Quantiles[i])
	}
	r.Waiting++
}

// learn scores a forecast: the levels by how far they were from the mean rate,
// the quantiles by whether they, as they were when it was issued, covered the
// peak (stochastic descent on the pinball loss, which converges to the coverage
// asked for whatever the distribution).
func (r *rung) learn(p *pending, seconds float64) {
	mean := p.Items / seconds
	memory := 1 / float64(r.Scored+1)
	if memory < 0.1 {
		memory = 0.1
	}
	for i := range p.Levels {
		e := float64(p.Levels[i]) - mean
		r.Errors[i] += memory * (e*e - r.Errors[i])
	}
	r.compare(p, mean, memory)
	z := float64(p.Peak-p.Anchor) / max(float64(p.Scale), 1e-9)
	r.Scored++
	r.Spread += max(0.02, 1/float64(r.Scored+10)) * (min(math.Abs(z), 10*r.Spread+1) - r.Spread)
	step := 0.2 * max(r.Spread, 0.5)
	for i, tau := range &taus {
		if z > float64(p.Quantiles[i]) {
			r.Quantiles[i] += step * tau
		} else {
			r.Quantiles[i] -= step * (1 - tau)
		}
	}
	for i := 1; i < len(taus); i++ {
		if r.Quantiles[i] < r.Quantiles[i-1] {
			slices.Sort(r.Quantiles[:])
			return
		}
	}
}

// compare scores the blend beside the last rate, and switches the blend off while it
// is the worse.
func (r *rung) compare(p *pending, mean, memory float64) {
	e := float64(p.Blended) - mean
	r.Blended += memory * (e*e - r.Blended)
	naive := r.Errors[naiveLevel]
	switch {
	case r.Scored < warmScores:
		r.Naive = false
	case r.Blended > worse*naive:
		r.Naive = true
	case r.Blended < naive:
		r.Naive = false
	}
}

// worse is by how much the squared error of a blend must exceed that of the last
// rate.
const worse = 1.2
