package lab

import (
	"fmt"

	"github.com/modcap/modcap/internal/simulate"
	"github.com/modcap/modcap/internal/trace"
)

const daySeconds = trace.DaySeconds

// WidestBin is that of the traces of the grid, in seconds: wider bins hide the bursts
// that matter to short deadlines.
const WidestBin = 300

// Variant is an engine: the policy it has for a case of the trace that is named, at the
// beginning of its day. New is called on several goroutines at once.
type Variant struct {
	Name string
	New  func(trace string, c *simulate.Case) simulate.Policy
}

// Engine is modcap as it runs.
func Engine() Variant {
	return Variant{"modcap", func(_ string, c *simulate.Case) simulate.Policy { return c.Engine() }}
}

// Peers says with what the engine is compared.
type Peers int

// From the whole comparison to none that would take time.
const (
	// PeersRun runs every rule of the peers with every setting, and oracle-rate, unless
	// the store has the results.
	PeersRun Peers = iota
	// PeersStored takes what the store has, and leaves out the rest.
	PeersStored
)

// Options of a run.
type Options struct {
	// Traces by their names, which are to differ.
	Traces    []*trace.Trace
	Scenarios []simulate.Scenario
	Seeds     []uint64
	// Variants of the engine: the first is the one that is scored, the second, if there is
	// one, is LeftOut.
	Variants []Variant
	Bars     map[string]Bar
	Peers    Peers
	// Others is how many other days of each trace are run in place of its last and its busiest; 0 for
	// those.
	Others int
	// Store keeps the peers' results, and what was explored, between runs; nil for none.
	Store Store
	// Workers is how many cells are run at once, at least one.
	Workers int
	// Progress, if not nil, is told how much of the work is done, never twice at once.
	Progress func(done, all float64)
}

// Result of a run.
type Result struct {
	Variants []string `json:"variants"`
	// Cells of each variant, in the same order.
	Cells [][]Cell `json:"cells"`
	// Hindsight is what any way that was explored could have had; nothing if none was.
	Hindsight []Hindsight `json:"hindsight,omitempty"`
	// Calibrated is how often figures held; nil if that was not looked at.
	Calibrated []Calibrated `json:"calibrated,omitempty"`
	// Others are the cells of days beside those of Cells, under the engine; nil if none was run.
	Others []Cell `json:"others,omitempty"`
	// Mixed is what came of pools with several queues; nil if that was not looked at.
	Mixed []Mixed `json:"mixed,omitempty"`
	// Seeds over which scores are means.
	Seeds []uint64 `json:"seeds"`
	// Skipped says which days could not be run, and why.
	Skipped []string `json:"skipped,omitempty"`
}

// place is a cell of the grid.
type place struct {
	trace    *trace.Trace
	day      simulate.Day
	scenario simulate.Scenario
}

// days of a trace that count: a day that is the last and the busiest counts once.
func days(t *trace.Trace) []simulate.Day {
	if simulate.LastDay.Start(t) == simulate.PeakDay.Start(t) {
		return []simulate.Day{simulate.LastDay}
	}
	return []simulate.Day{simulate.LastDay, simulate.PeakDay}
}

// days of a trace that are run.
func (o *Options) days(t *trace.Trace) []simulate.Day {
	if o.Others == 0 {
		return days(t)
	}
	return otherDays(t, o.Others)
}

// otherDays are so many days of a trace, numbered and evenly spread, at most: those at which anything
// arrives, and of which no hour lies in the last day or the busiest.
func otherDays(t *trace.Trace, most int) (out []simulate.Day) {
	last, peak := simulate.LastDay.Start(t), simulate.PeakDay.Start(t)
	var all []simulate.Day
	for n := 1; n*daySeconds <= last; n++ {
		day := simulate.NthDay(n)
		if rates, start := day.Of(t); start != peak && simulate.Scale(rates, 1) > 0 {
			all = append(all, day)
		}
	}
	most = min(most, len(all))
	for i := range most {
		out = append(out, all[(2*i+1)*len(all)/(2*most)])
	}
	return out
}

// Empty says that no trace has a day to run.
func (o *Options) Empty() bool {
	places, _ := o.places()
	return len(places) == 0
}

// places are the grid's, scenario by scenario. What is left out is said.
func (o *Options) places() (out []place, skipped []string) {
	for i, s := range o.Scenarios {
		for _, t := range o.Traces {
			if t.Bin > WidestBin {
				if i == 0 {
					skipped = append(skipped, fmt.Sprintf("%s: its bins are %d s wide, %d are most", t.Name, t.Bin, WidestBin))
				}
				continue
			}
			for _, day := range o.days(t) {
				if rates, _ := day.Of(t); simulate.Scale(rates, 1) > 0 {
					out = append(out, place{t, day, s})
				} else if i == 0 {
					skipped = append(skipped, fmt.Sprintf("%s: nothing arrives on its %s day", t.Name, day))
				}
			}
		}
	}
	return out, skipped
}
