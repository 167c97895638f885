package simulate

import (
	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/trace"
)

// Watcher looks over an engine's shoulder: it is who gives the figures of time to breach
// and drain time, and sees what becomes of them. What it says changes no replicas.
type Watcher interface {
	// Outlook is what the plan is told of the i-th queue beyond the lead.
	Outlook(i int, f *forecast.State, now sample.Instant, events []forecast.Event) capacity.Outlook
	// Decided is told of a decision and of what it was made from, both only to be read,
	// and only during the call.
	Decided(in *capacity.Input, d *capacity.Decision)
}

// Stretch is the scenario on the last days of a trace, or all of a shorter one, in one
// piece: arrivals are scaled so that Busy workers are busy on average over all of them.
func (s Scenario) Stretch(t *trace.Trace, days int, seed uint64) (*Case, error) {
	start := max(0, t.Seconds()-days*trace.DaySeconds)
	return newCase(t, s.Declared(), &scored{rates: t.Rates(start, t.Seconds()), start: start, mean: s.Busy, seed: seed})
}
