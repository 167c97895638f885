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

// Quantiles is the demand over a horizon, in items per second.
type Quantiles struct {
	// Mean is the expected mean rate.
	Mean sample.Milli `json:"mean"`
	// Upper is the highest mean rate over a window (State.Window) that the
	// horizon brings with the probability asked for; never below Mean.
	Upper sample.Milli `json:"upper"`
	// Warm is false until the quantile has seen a few horizons of fine-grained
	// history: Upper then rests on a Poisson assumption alone.
	Warm bool `json:"warm"`
}
