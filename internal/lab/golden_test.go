package lab_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/lab"
	"github.com/modcap/modcap/internal/simulate"
	"github.com/modcap/modcap/internal/trace"
	"github.com/modcap/modcap/internal/traffic"
)

var update = flag.Bool("update", false, "write the golden results anew")

const golden = "testdata/grid.txt"

// traceOf is a profile's traffic in bins of some seconds.
func traceOf(t *testing.T, name string, profile traffic.Profile, hours, bin int) *trace.Trace {
	t.Helper()
	source, err := traffic.Generate(profile, 1)
	if err != nil {
		t.Fatal(err)
	}
	tr := &trace.Trace{Name: name, Bin: bin}
	for at := 0; at < hours*3600; at += bin {
		items := int64(0)
		for range bin {
			items += source.Next()
		}
		tr.At, tr.Count = append(tr.At, at), append(tr.Count, float64(items))
	}
	return tr
}

// generated are the kinds of traffic of the reduced grid.
func generated(t *testing.T) []*trace.Trace {
	t.Helper()
	var out []*trace.Trace
	for _, kind := range []struct {
		name    string
		hours   int
		bin     int
		profile traffic.Profile
	}{
		{"steady", 4, 60, traffic.Profile{Mean: 20, PeakAt: 8 * time.Hour}},
		{"bursty", 4, 10, traffic.Profile{Mean: 20, PeakAt: 2 * time.Hour, Dispersion: 300}},
		{"spike", 4, 60, traffic.Profile{Mean: 20, PeakAt: 2 * time.Hour, Surges: []traffic.Surge{
			{At: 150 * time.Minute, Hold: 10 * time.Minute, HalfLife: 10 * time.Minute, Peak: 6},
		}}},
	} {
		out = append(out, traceOf(t, kind.name, kind.profile, kind.hours, kind.bin))
	}
	return out
}

// A small grid on generated traffic, under the engine as it runs. A change of the engine
// changes it: look at what came of it, and write it anew with
//
//	go test ./internal/lab -run Golden -update
func TestGoldenGrid(t *testing.T) {
	o := lab.Options{
		Traces: generated(t), Scenarios: []simulate.Scenario{scenario(t, "live"), scenario(t, "video"), scenario(t, "batch")},
		Seeds: []uint64{1}, Variants: []lab.Variant{lab.Engine()}, Bars: lab.Bars(), Workers: 2,
	}
	got := results(run(t, o).Cells[0])
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("the results are others (if they are meant to be, run this with -update):\n%s", diff)
	}
}

// results are cells as text.
func results(cells []lab.Cell) string {
	var b strings.Builder
	out := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "scenario\ttraffic\trule\tknob\tattained\tp5\tcost\tchanges")
	for _, c := range cells {
		line := func(rule string, knob float64, s lab.Score) {
			fmt.Fprintf(out, "%s\t%s\t%s\t%.4g\t%.4f\t%.4f\t%.4f\t%.0f\n", c.Scenario, c.Trace, rule, knob, s.Attained, s.Low, s.Cost, s.Changes)
		}
		line("modcap", 0, c.Engine)
		for _, p := range []*lab.Peer{c.Best, c.Nearest, c.Oracle} {
			if p != nil {
				line(p.Rule, p.Knob, p.Score)
			}
		}
		line("clairvoyant", 0, lab.Score{Attained: 1, Low: 1, Cost: c.Clairvoyant})
		if s := c.Standing; s != nil {
			line("standing", float64(s.Copy.Workers), lab.Score{Attained: c.Share, Cost: s.Copy.Cost})
		}
	}
	_ = out.Flush() // to memory
	return b.String()
}
