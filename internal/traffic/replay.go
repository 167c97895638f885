package traffic

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"sort"
	"time"

	"github.com/modcap/modcap/internal/draw"
	"github.com/modcap/modcap/internal/trace"
)

// Replay says how a trace is replayed.
type Replay struct {
	// Speed is seconds of the trace in a second of the run: 60 replays a minute
	// each second. Above 0, at most 86400.
	Speed float64
	// Mean is the items a second of the run, on average over the whole trace. Set
	// either Mean or Peak.
	Mean float64
	// Peak is the items a second of the run while it is busiest: over a second, or
	// over a bin where that lasts longer.
	Peak float64
	// Start is the second of the trace at which the run starts.
	Start float64
	// PeakAt, if above 0, replaces Start: the moment of the run at which the middle
	// of that busiest time is replayed.
	PeakAt time.Duration
	// Opening is the time over which traffic rises from nothing at the start.
	Opening time.Duration
}

// Validate says what is wrong with the replay.
func (r Replay) Validate() error {
	const most = 1e12
	switch {
	case !within(r.Speed, math.SmallestNonzeroFloat64, 86400):
		return fmt.Errorf("speed %g: must be above 0 and at most 86400", r.Speed)
	case !within(r.Mean, 0, most) || !within(r.Peak, 0, most) || (r.Mean > 0) == (r.Peak > 0):
		return errors.New("set either mean or peak, above 0")
	case min(r.PeakAt, r.Opening) < 0:
		return errors.New("peakAt and opening must not be negative")
	case !within(r.Start, -maxStart, maxStart):
		return fmt.Errorf("start %g: must be a time of the trace", r.Start)
	}
	return nil
}

// maxStart bounds the second at which a run starts, so that sums stay exact.
const maxStart = 1 << 40

// Of makes the source that replays a trace. Counts are scaled by thinning: each
// arrival is kept with the same probability, which keeps the trace's own variation
// honest where division would not. A trace that is too small is scaled up by Poisson
// draws instead, which adds a Poisson stream's variation. Within a bin that lasts
// longer than a second of the run, the rate is a straight line towards its
// neighbours. After its end the trace starts anew. Counts that are not whole are
// rounded at random, such that they are kept on average.
func (r Replay) Of(t *trace.Trace, seed uint64) (Source, error) {
	if err := r.Validate(); err != nil {
		return nil, fmt.Errorf("replay %s: %w", t.Name, err)
	}
	at := r.Start
	middle, most := busiest(t, r.Speed)
	if r.PeakAt > 0 {
		at = middle - r.PeakAt.Seconds()*r.Speed
	}
	p := &player{replay: r, trace: t, start: at, rng: rand.New(rand.NewPCG(seed, 0x74726163))}
	p.keep = r.Mean / (mean(t) * r.Speed)
	if r.Peak > 0 {
		p.keep = r.Peak / (most * r.Speed)
	}
	if math.IsInf(p.keep, 0) {
		return nil, fmt.Errorf("replay %s: its counts are too small to be scaled", t.Name)
	}
	p.seek()
	return p, nil
}

// mean is arrivals a second over the bins listed.
func mean(t *trace.Trace) float64 {
	var sum float64
	for _, n := range t.Count {
		sum += n
	}
	return sum / float64(len(t.Count)*t.Bin)
}

// busiest is the stretch of the trace, as wide as the window or a bin, with the most
// arrivals: its middle, in seconds of the trace, and its arrivals a second. Of equals
// the first.
func busiest(t *trace.Trace, window float64) (middle, rate float64) {
	width := max(int(window), t.Bin)
	var sum, most float64
	first := 0
	for i, at := range t.At {
		sum += t.Count[i]
		for t.At[first]+width < at+t.Bin {
			sum -= t.Count[first]
			first++
		}
		if sum > most {
			most, middle = sum, float64(t.At[first])+float64(width)/2
		}
	}
	return middle, most / float64(width)
}

// player replays a trace. Bins are numbered on through its repetitions: bin i is
// that of index i mod n.
type player struct {
	replay Replay
	trace  *trace.Trace
	start  float64 // of the run, in seconds of the trace
	keep   float64 // share of arrivals that are kept; above 1 if scaled up
	rng    *rand.Rand
	bin    int     // the next one to place
	second int     // the next one to give
	ahead  []int64 // arrivals of that second and those after it
}

// at gives the count of bin i and its start in seconds of the trace, repetitions
// counted on.
func (p *player) at(i int) (count, start float64) {
	n := len(p.trace.At)
	lap := i / n
	if i%n < 0 {
		lap--
	}
	length := p.trace.Seconds() - p.trace.At[0]
	i -= lap * n
	return p.trace.Count[i], float64(p.trace.At[i]) + float64(lap)*float64(length)
}

// seek finds the first bin that ends after the start of the run.
func (p *player) seek() {
	n := len(p.trace.At)
	first := float64(p.trace.At[0])
	length := float64(p.trace.Seconds()) - first
	lap := int(math.Floor((p.start - first) / length))
	p.bin = lap*n + sort.Search(n, func(i int) bool {
		_, start := p.at(lap*n + i)
		return start+float64(p.trace.Bin) > p.start
	})
}

// Next places the bins that begin before the second's end, and gives the second.
func (p *player) Next() int64 {
	for {
		count, start := p.at(p.bin)
		from := (start - p.start) / p.replay.Speed
		if from >= float64(p.second+1) {
			break
		}
		p.place(count, from)
		p.bin++
	}
	var n int64
	if len(p.ahead) > 0 {
		n, p.ahead = p.ahead[0], p.ahead[1:]
	}
	opening := p.replay.Opening.Seconds()
	if middle := float64(p.second) + 0.5; middle < opening {
		n = draw.Binomial(p.rng, n, middle/opening)
	}
	p.second++
	return n
}

// place draws a bin's arrivals and puts them into the seconds that the bin covers,
// from the moment given on.
func (p *player) place(count, from float64) {
	left := p.scaled(count)
	width := float64(p.trace.Bin) / p.replay.Speed
	curve := p.curve(width)
	done := 0.0
	for s := int(math.Floor(from)); left > 0; s++ {
		upTo := curve(min((float64(s+1)-from)/width, 1))
		n := left
		if upTo < 1 {
			n = draw.Binomial(p.rng, left, (upTo-done)/(1-done))
		}
		left, done = left-n, upTo
		p.put(s, n)
	}
}

func (p *player) scaled(count float64) int64 {
	if p.keep > 1 {
		return draw.Poisson(p.rng, count*p.keep)
	}
	n := math.Floor(count)
	if part := count - n; part > 0 && p.rng.Float64() < part {
		n++
	}
	return draw.Binomial(p.rng, int64(n), p.keep)
}

// put adds arrivals to a second; those before the start of the run are dropped.
func (p *player) put(second int, n int64) {
	i := second - p.second
	if i < 0 {
		return
	}
	for len(p.ahead) <= i {
		p.ahead = append(p.ahead, 0)
	}
	p.ahead[i] += n
}

// curve is the share of the next bin's arrivals that have come by a share x of its
// width. Bins of a second or less are level. Wider ones are a straight line between
// the rates at their edges, which are the means of the two bins that meet there; a
// gap is not a neighbour.
func (p *player) curve(width float64) func(x float64) float64 {
	if width <= 1 {
		return func(x float64) float64 { return x }
	}
	left, right := p.edge(-1), p.edge(1)
	if left+right == 0 {
		return func(x float64) float64 { return x }
	}
	return func(x float64) float64 {
		return (2*left*x + (right-left)*x*x) / (left + right)
	}
}

// edge is the rate where the bin to place meets its neighbour.
func (p *player) edge(side int) float64 {
	own, start := p.at(p.bin)
	other, otherStart := p.at(p.bin + side)
	if otherStart-start != float64(side)*float64(p.trace.Bin) {
		return own
	}
	return (own + other) / 2
}
