package lab

import (
	"fmt"
	"io"
	"slices"

	"github.com/modcap/modcap/internal/simulate"
	"github.com/modcap/modcap/internal/trace"
)

// Plot draws a cell of a run as SVG: the first variant of the engine, on the first seed.
func (o *Options) Plot(w io.Writer, c Cell) error {
	t := slices.IndexFunc(o.Traces, func(t *trace.Trace) bool { return t.Name == c.Trace })
	s := slices.IndexFunc(o.Scenarios, func(s simulate.Scenario) bool { return s.Name == c.Scenario })
	if t < 0 || s < 0 || len(o.Seeds) == 0 || len(o.Variants) == 0 {
		return fmt.Errorf("plot %s: it is not of this run", c.title())
	}
	scenario := o.Scenarios[s]
	run, err := scenario.Case(o.Traces[t], c.Day, o.Seeds[0])
	if err != nil {
		return fmt.Errorf("plot %s: %w", c.title(), err)
	}
	result, tape := simulate.Record(run.Arrivals, run.Pool, o.Variants[0].New(c.Trace, run))
	got := score(result, len(run.Arrivals), run.Work())
	note := fmt.Sprintf("%s of the items within %d s (promised %.4g %%), workers start in %d s; "+
		"cost %.2f of the work; %.0f changes a day; seed %d",
		percent(got.Attained), scenario.Deadline, 100*scenario.Share, scenario.Startup, got.Cost, got.Changes, o.Seeds[0])
	if err := tape.Plot(w, c.title(), note); err != nil {
		return fmt.Errorf("plot %s: %w", c.title(), err)
	}
	return nil
}
