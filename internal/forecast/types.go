package forecast

import "github.com/modcap/modcap/internal/sample"

// Bin is the items that arrived in [At, At+Width). Time that no bin covers is a
// gap: nothing is known of it.
type Bin struct {
	At    sample.Instant `json:"at"`
	Width sample.Span    `json:"width"`
	Count sample.Milli   `json:"count"` // items
}

// End is when the bin ends.
func (b *Bin) End() sample.Instant { return b.At.Add(b.Width) }

// sound is false for a bin that cannot be: of no width, a negative count, or more than
// a day.
func (b *Bin) sound() bool {
	return b.Width > 0 && b.Width <= maxBin && b.At > 0 && b.End() > b.At && b.Count >= 0 && b.Count <= sample.MaxMilli
}

// Basis is what a forecast rests on.
type Basis string

// What a forecast rests on.
const (
	Naive  Basis = "Naive"  // the last rate persists: whatever else there is was worse of late
	Level  Basis = "Level"  // averages of the rate, by how well each has done of late
	Daily  Basis = "Daily"  // these, and the time of day
	Weekly Basis = "Weekly" // these, and the time of the week
	Events Basis = "Events" // an event of the calendar, with any of the others
)

// Quantiles is the demand over a horizon, in items per second.
type Quantiles struct {
	// Mean is the expected mean rate, by the rates of late and by events.
	Mean sample.Milli `json:"mean"`
	// Upper is the highest mean rate over a window (State.Window) that the
	// horizon brings with the probability asked for; never below Mean.
	Upper sample.Milli `json:"upper"`
	// Foreseen is the highest rate expected within the horizon, where the season lifts
	// it by more than a fifth, or an event by more than a twentieth, until a while after
	// the lift began; 0 at all other times. What comes unforeseen is on top of it.
	Foreseen sample.Milli `json:"foreseen,omitempty"`
	// Basis is what Mean and Foreseen rest on; "" while nothing was seen.
	Basis Basis `json:"basis,omitempty"`
	// Warm is false until the quantile has seen a few horizons of fine-grained
	// history: Upper then rests on a Poisson assumption alone.
	Warm bool `json:"warm"`
}
