package outlook

import (
	"math"

	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/sample"
)

// Figure names one of the figures that claims are about.
type Figure int

// Figures.
const (
	BreachLikely Figure = iota // a breach by then is as likely as not
	BreachSure                 // no breach before, with 90 %
	DrainLikely                // done by then is as likely as not
	DrainSure                  // done by then, with 90 %
	figureCount
)

// Figures are all of them.
func Figures() [figureCount]Figure {
	return [figureCount]Figure{BreachLikely, BreachSure, DrainLikely, DrainSure}
}

// Percent is how often, of a hundred times, a figure is to hold.
func (f Figure) Percent() int {
	if f == BreachSure || f == DrainSure {
		return 90
	}
	return 50
}

// Breach reports whether the figure is about a breach, and not about a drain.
func (f Figure) Breach() bool { return f == BreachLikely || f == BreachSure }

// Counts are what became of the claims of a figure.
type Counts struct {
	Held, Missed int
	// Beyond is those that said "beyond the horizon", and nothing happened within it:
	// right, and no proof of anything.
	Beyond int
}

// Tally is what became of claims, by figure.
type Tally [figureCount]Counts

// Add adds other to t.
func (t *Tally) Add(other Tally) {
	for i := range t {
		t[i].Held += other[i].Held
		t[i].Missed += other[i].Missed
		t[i].Beyond += other[i].Beyond
	}
}

const (
	// often is how often a claim is made.
	often = sample.Minute
	// underWay is how many claims of a figure wait to be settled, at most: with more,
	// neighbours become one that stands for both.
	underWay = 32
	// gap is how long nothing may be seen before claims are void, in looks, and at least.
	gapLooks = 3
	gapLeast = 30 * sample.Second
)

// Worths are learned as logarithms.
const (
	// breachStep and drainStep are by how much a claim moves them, shared out between what
	// held and what did not. Breaches are rare, and what is learned of them must be quick.
	// Of drains the first claims count for more: so many times, halved after drainEarly.
	breachStep = 0.02
	drainStep  = 0.01
	drainFirst = 3
	drainEarly = 200
	// What figures are worth at first: a model that nobody has checked is too hopeful.
	// "No breach in sight" is worth a little more than a breach that is.
	firstBreachSure   = 0.2
	firstBreachLikely = 0.6
	firstDrainSure    = 1.25
	firstBeyondSure   = 0.3
	firstBeyondLikely = 1.0
	// leastWorth and mostWorth bound them.
	leastWorth = 0.001
	mostWorth  = 1000.0
)

// State is what is known of the figures of one queue. The zero State is ready for use.
type State struct {
	// Deadline is the promise that the claims are about.
	Deadline sample.Span `json:"deadline"`
	// Seen is the look before, and From when the oldest item that waited then had come.
	Seen sample.Instant `json:"seen"`
	From sample.Instant `json:"from"`
	// Arrived is the items that came since the State began.
	Arrived sample.Milli       `json:"arrived"`
	Tracks  [figureCount]track `json:"tracks"`

	ahead ahead
}

// track is one figure.
type track struct {
	// Worth is by what figures are multiplied, as logarithms, at each of capacity.Marks.
	Worth [capacity.WorthMarks]float64 `json:"worth"`
	// Settled is how many claims were learned from.
	Settled int64 `json:"settled"`
	// Claims under way, oldest first, and when the last was issued.
	Claims []claim        `json:"claims,omitempty"`
	Last   sample.Instant `json:"last"`
}

// claim is a figure as it was given at an instant.
type claim struct {
	At sample.Instant `json:"at"`
	// Due is when the figure comes true, and Model how long the model gave before it was
	// corrected. Beyond says that Due is only the horizon.
	Due    sample.Instant `json:"due"`
	Model  sample.Span    `json:"model"`
	Beyond bool           `json:"beyond,omitempty"`
	// Arrived is State.Arrived at the time.
	Arrived sample.Milli `json:"arrived"`
	// Of is how many claims it stands for.
	Of int `json:"of"`
}

// reset is a State for a promise.
func reset(deadline sample.Span) State {
	s := State{Deadline: deadline}
	for i := range capacity.WorthMarks {
		s.Tracks[BreachSure].Worth[i] = math.Log(firstBreachSure)
		s.Tracks[BreachLikely].Worth[i] = math.Log(firstBreachLikely)
		s.Tracks[DrainSure].Worth[i] = math.Log(firstDrainSure)
	}
	last := capacity.WorthMarks - 1
	s.Tracks[BreachSure].Worth[last] = math.Log(firstBeyondSure)
	s.Tracks[BreachLikely].Worth[last] = math.Log(firstBeyondLikely)
	return s
}

// worth is the track's, as a plan takes it: nil where nothing was learned.
func (t *track) worth() capacity.Worth {
	if t.Worth == [capacity.WorthMarks]float64{} {
		return nil
	}
	out := make(capacity.Worth, len(t.Worth))
	for i, l := range t.Worth {
		out[i] = int64(math.Round(1000 * math.Exp(l)))
	}
	return out
}
