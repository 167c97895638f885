package observe

import (
	"math"

	"github.com/modcap/modcap/internal/sample"
)

// cell is the newest number of one class of one row, and a counter's course.
// Snapshots hold copies.
type cell struct {
	class   Class
	s       sample.Sample // of a counter, only its quality, cause and time are used
	raw     float64       // a counter as it was read
	at      sample.Instant
	high    float64        // a counter before it fell, until it is passed again
	behind  sample.Instant // since when it lags behind itself
	turn    uint64         // the answer it was last in
	present bool           // in the newest answer
	track   track          // of a watched counter
	past    past           // of a row that is watched with Weeks
}

// plausible judges a number as it was read.
func plausible(d datum) (sample.Milli, sample.Cause) {
	switch {
	case math.IsNaN(d.v) || math.IsInf(d.v, 0):
		return 0, sample.CauseNotANumber
	case d.v < 0:
		return 0, sample.CauseNegative
	}
	v, ok := sample.FromFloat(d.v)
	if !ok {
		return 0, sample.CauseOutOfRange
	}
	return v, sample.CauseNone
}

func implausible(c sample.Cause, v sample.Milli, at sample.Instant) sample.Sample {
	return sample.Sample{Value: v, At: at, Quality: sample.Implausible, Cause: c}
}

// count takes a counter's next value. It gives what was counted since the one
// before, and false when that is not known.
//
// A fall is a reset of one process, or the sum over several of which one has
// gone: what was counted since is then anything from nothing to the new value,
// so the time since the read before is a gap. The same holds for the read at
// which the value passes the one before the fall: the process that had gone may
// be back with all it ever counted.
func (c *cell) count(d datum, p pace) (sample.Milli, bool) {
	if d.at <= c.at {
		return 0, true
	}
	known := true
	switch {
	case c.lags(d):
		d.v = c.raw
	case d.v < c.raw:
		c.high, known = max(c.high, c.raw), false
	case c.high > 0 && d.v >= c.high:
		c.high, known = 0, false
	}
	inc, ok := sample.FromFloat(d.v - c.raw)
	if known = known && ok; !known {
		inc = 0
	}
	c.raw, c.at = d.v, d.at
	if c.track.started() {
		c.track.add(d.at, inc, known, p)
	}
	return inc, known
}

// lags reports whether a fall is that of two servers behind one address, of
// which one is a little behind the other: no more than was counted in the last
// minute, and for no longer than a minute. The higher value then stands.
func (c *cell) lags(d datum) bool {
	if d.v >= c.raw || d.v < c.raw/2 || !c.track.started() {
		c.behind = 0
		return false
	}
	if c.behind == 0 {
		c.behind = d.at
	}
	recent := c.track.last.cum - c.track.at(c.track.recent, c.track.last.at.Add(-lagMemory)).cum
	return d.at.Since(c.behind) <= lagMemory && c.raw-d.v <= recent.Float()
}

// watch makes the newest read the one to measure from.
func (c *cell) watch() {
	if !c.track.started() && c.at != 0 {
		c.track.start(c.at)
	}
}
