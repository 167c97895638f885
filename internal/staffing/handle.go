package staffing

import "github.com/modcap/modcap/internal/sample"

// HandleChange is a declared change of the handle time, such as that of a new policy.
type HandleChange struct {
	// From is when it begins.
	From sample.Instant `json:"from"`
	// Factor is how much longer a decision then takes, in thousandths: 1300 is 30 % more.
	Factor sample.Milli `json:"factor"`
	// Decay is the time in which the change goes back to nothing, evenly. Not positive: it stays.
	Decay sample.Span `json:"decay,omitempty"`
}

// Active reports whether the change says anything of t.
func (h HandleChange) Active(t sample.Instant) bool {
	return t >= h.From && (h.Decay <= 0 || t.Since(h.From) < h.Decay)
}

// The bounds of all changes together: a hundredth to a hundred times.
const (
	leastFactor = sample.AllPPM / 100
	mostFactor  = sample.AllPPM * 100
)

// mean is the factor of the change over from to to on average, in parts per million. It is exact:
// what is left of the change falls in a straight line.
func (h HandleChange) mean(from, to sample.Instant) sample.PPM {
	to = max(to, from+1)
	begin, end := max(from, h.From), to
	if h.Decay > 0 {
		end = min(to, h.From.Add(h.Decay))
	}
	if end <= begin {
		return sample.AllPPM
	}
	extra := (int64(min(max(h.Factor, 0), maxFactor)) - int64(sample.One)) * int64(sample.AllPPM/1000)
	sign := int64(1)
	if extra < 0 {
		extra, sign = -extra, -1
	}
	if h.Decay > 0 {
		passed := int64(begin.Since(h.From)) + int64(end.Since(h.From))
		extra = sample.MulDiv(extra, max(2*int64(h.Decay)-passed, 0), 2*int64(h.Decay))
	}
	return sample.AllPPM + sample.PPM(sign*sample.MulDiv(extra, int64(end.Since(begin)), int64(to.Since(from))))
}

const maxFactor = 100 * sample.One

// handleFactor is how much longer a decision takes from from to to than without the changes.
func handleFactor(changes []HandleChange, from, to sample.Instant) sample.PPM {
	factor := sample.AllPPM
	for _, h := range changes {
		factor = sample.PPM(sample.MulDiv(int64(factor), int64(h.mean(from, to)), int64(sample.AllPPM)))
		factor = min(max(factor, leastFactor), mostFactor)
	}
	return factor
}

// HandleTimes is a handle time of the class with the declared changes, by interval; nil where none is
// declared. A measured one has in it what was in force while it was measured; a declared one has
// nothing.
func (c *Class) HandleTimes(handle sample.Span, measured bool, now sample.Instant, grid Grid) []sample.Span {
	if len(c.HandleChanges) == 0 {
		return nil
	}
	base := sample.AllPPM
	if measured {
		base = handleFactor(c.HandleChanges, now.Add(-max(c.HandleOver, 0)), now)
	}
	out := make([]sample.Span, grid.N)
	for i := range out {
		factor := handleFactor(c.HandleChanges, max(grid.At(i), now), grid.At(i+1))
		out[i] = min(max(sample.Span(sample.MulDivUp(int64(handle), int64(factor), int64(base))), 1), maxTime)
	}
	return out
}

// changeHandle applies the declared changes to each interval.
func (c *class) changeHandle(now sample.Instant, grid Grid, measured bool) {
	if c.handles = c.in.HandleTimes(c.handle, measured, now, grid); c.handles != nil {
		c.handle = c.handles[0]
	}
}

// handleAt is the handle time in interval i.
func (c *class) handleAt(i int) sample.Span {
	if c.handles == nil {
		return c.handle
	}
	return c.handles[i]
}
