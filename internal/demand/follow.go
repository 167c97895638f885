package demand

import (
	"cmp"
	"math"
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// settledHours is how long ago a forecast was made at least that is corrected by what came
// since: less than that is too little of a day to tell how the rest will be.
const settledHours = 8

const dayLong = 24 * sample.Hour

// Origin is when the forecast was made that a plan from start on is made by: the last midnight,
// of UTC, that is long enough ago. It says when forecasts are renewed, and is nobody's day; it
// follows from the time alone, so that a restart changes nothing.
func Origin(start sample.Instant) sample.Instant {
	settled := start.Add(-settledHours * sample.Hour)
	past := settled % sample.Instant(dayLong)
	if past < 0 {
		past += sample.Instant(dayLong)
	}
	return settled - past
}

// Holds is true for rates from which those of later intervals may follow: a day is compared with
// such days of the weeks before, which takes two of them.
func (r *Rates) Holds() bool { return r.forecast.Basis.Season == Weekly && r.forecast.Basis.Trials > 0 }

// Follow is the rates from an instant on, of the interval it lies in: those of the day from
// there on are corrected by what came of the past day since the forecast was made, as far as
// that goes on. It is nil for instants that the rates do not reach.
func (r *Rates) Follow(bins []Bin, start sample.Instant) *Rates {
	over := int(start.Since(r.start) / r.width)
	if start < r.start || over >= len(r.PerHour) {
		return nil
	}
	start = r.start.Add(sample.Span(over) * r.width)
	out := *r
	out.PerHour = slices.Clone(r.PerHour[over:])
	out.start = start
	if t := r.forecast.Today(r.came(bins, start, over)); t != nil {
		for h := range t.Points {
			out.PerHour[h] = t.Points[h].perHour(r.width)
		}
	}
	return &out
}

// came are the items of the intervals from the forecast's start to an instant.
func (r *Rates) came(bins []Bin, start sample.Instant, over int) []float64 {
	since := slices.IndexFunc(bins, func(b Bin) bool { return b.At >= r.start })
	if since < 0 {
		since = len(bins)
	}
	seen := counts(bins[since:], start, r.width)
	out := make([]float64, over)
	for i := range out {
		out[i] = Unknown()
	}
	copy(out[over-len(seen):], seen)
	return out
}

// Arrived is what came in an interval, taken from what is known of it; not known where less
// than half is.
func Arrived(bins []Bin, from, to sample.Instant) (items sample.Milli, known bool) {
	first, _ := slices.BinarySearchFunc(bins, from, func(b Bin, at sample.Instant) int { return cmp.Compare(b.At, at) })
	seen := counts(bins[first:], to, to.Since(from))
	if len(seen) == 0 || math.IsNaN(seen[len(seen)-1]) {
		return 0, false
	}
	return sample.FromFloat(seen[len(seen)-1])
}

// Mark is a stretch of time, from included, to not, whose arrivals were not what would have
// come by itself: more for an event, less for a limit.
type Mark struct{ From, To sample.Instant }

// lasting is how long a mark may be. What lasts longer is no exception but how things are,
// and a forecast without it would have nothing to learn from.
const lasting = daysOfWeek * dayLong

// Without leaves out the bins that marks overlap: what they would have been is not known. Marks
// that would leave less than half are none: what is marked is the rule then.
func Without(bins []Bin, marks []Mark) []Bin {
	out := make([]Bin, 0, len(bins))
	for _, b := range bins {
		if !slices.ContainsFunc(marks, func(m Mark) bool {
			return m.From < b.End() && b.At < m.To && m.To.Since(m.From) <= lasting
		}) {
			out = append(out, b)
		}
	}
	if 2*len(out) < len(bins) {
		return bins
	}
	return out
}
