package tune

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/sample"
)

const (
	begin = sample.Instant(1_790_000_000_000)
	hour  = 3600
	day   = 24 * hour
)

// live has a lead of two and a half deadlines, batch of a quarter of one.
var (
	live = Pool{
		Startup: 60 * sample.Second, Lead: 75 * sample.Second, Min: 1, Max: 1000, Throughput: sample.One, Percent: 990_000,
	}
	batch = Pool{
		Startup: 120 * sample.Second, Lead: 135 * sample.Second, Min: 1, Max: 1000, Throughput: sample.One, Percent: 990_000,
	}
)

const (
	liveDeadline  = 30 * sample.Second
	batchDeadline = 600 * sample.Second
)

// bin is count items in the seconds from at on, counted from begin.
func bin(at, width int, count float64) forecast.Bin {
	return forecast.Bin{
		At: begin.Add(sample.Span(at) * sample.Second), Width: sample.Span(width) * sample.Second,
		Count: sample.Milli(math.Round(count)) * sample.One,
	}
}

// bins are so many seconds of Poisson arrivals at rate(second), in bins of width seconds.
func bins(r *rand.Rand, seconds, width int, rate func(second int) float64) []forecast.Bin {
	out := make([]forecast.Bin, 0, seconds/width)
	for s := 0; s+width <= seconds; s += width {
		out = append(out, bin(s, width, poisson(r, rate(s)*float64(width))))
	}
	return out
}

// poisson draws by exponential gaps, and by the normal limit above 500.
func poisson(r *rand.Rand, mean float64) float64 {
	if mean > 500 {
		return max(0, math.Round(mean+math.Sqrt(mean)*r.NormFloat64()))
	}
	n := -1.0
	for t := 0.0; t < mean; n++ {
		t += r.ExpFloat64()
	}
	return max(n, 0)
}

func constant(rate float64) func(int) float64 { return func(int) float64 { return rate } }

// wave is a smooth day.
func wave(second int) float64 { return 20 - 12*math.Cos(2*math.Pi*float64(second)/day) }

// spikes are 20 s of eleven times the rate, every ten minutes.
func spikes(second int) float64 {
	if second%600 < 20 {
		return 44
	}
	return 4
}

// one is a single stream, of which an item is a replica-second.
func one(deadline sample.Span, bins []forecast.Bin) []Stream {
	return []Stream{{Deadline: deadline, WorkPerItem: sample.One, Bins: bins}}
}

// learned is a state that saw the streams.
func learned(p Pool, streams []Stream) *State {
	shortest := streams[0].Deadline
	for i := range streams {
		shortest = min(shortest, streams[i].Deadline)
	}
	s := New(Slot(p, shortest))
	s.Advance(p, streams)
	return s
}

// since is the streams as read at now: the bins that ended by then, of those that end
// after from.
func since(streams []Stream, from, now sample.Instant) []Stream {
	out := make([]Stream, len(streams))
	for i := range streams {
		out[i] = streams[i]
		out[i].Bins = nil
		for _, b := range streams[i].Bins {
			if end := b.End(); end > from && end <= now {
				out[i].Bins = append(out[i].Bins, b)
			}
		}
	}
	return out
}

// levels are the standing requirements for a feature as it is now.
func (s *State) levels(feature int) (out levels) {
	for price := range out {
		out[price] = s.level(feature, price)
	}
	return out
}

// finite fails unless every number of a state is one, and not below 0.
func finite(t *testing.T, s *State) {
	t.Helper()
	check := func(what string, values ...float64) {
		for _, v := range values {
			if math.IsNaN(v) || math.IsInf(v, 0) || v < -1e-3 {
				t.Fatalf("%s is %v after %d slots", what, v, s.slots)
			}
		}
	}
	r := &s.rates
	check("an average", r.fast[:]...)
	check("a slow average", r.slow[:]...)
	check("a feature", r.feature[:]...)
	check("a recent rate", r.recent[:]...)
	check("a mean", r.day, r.wait, s.arrived)
	for i := range s.window.slots {
		check("a slot's work", s.window.slots[i].work[:]...)
	}
	check("what is due", s.due.until[:]...)
	check("what was due", s.due.total, s.due.old)
	for i := range s.trackers {
		k := &s.trackers[i]
		check("a weight", k.weight)
		for b := range k.work {
			check("the time at a rate", float64(k.time[b]))
			for _, w := range k.work[b] {
				check("the work at a rate", float64(w))
			}
		}
	}
	for i := range s.shadows {
		x := &s.shadows[i]
		check("a shadow", x.done, x.late, x.cost, float64(x.wanted))
	}
}
