package lab_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/lab"
	"github.com/modcap/modcap/internal/outlook"
	"github.com/modcap/modcap/internal/simulate"
	"github.com/modcap/modcap/internal/trace"
	"github.com/modcap/modcap/internal/traffic"
)

const goldenCalibration = "testdata/calibration.txt"

// overload are two days of traffic that is more, now and then, than the pool may have
// workers for.
func overload(t *testing.T) []*trace.Trace {
	t.Helper()
	return []*trace.Trace{
		traceOf(t, "daily", traffic.Profile{Mean: 20, PeakAt: 14 * time.Hour}, 48, 60),
		traceOf(t, "bursty", traffic.Profile{Mean: 20, PeakAt: 14 * time.Hour, Dispersion: 300}, 48, 60),
	}
}

// How often the figures hold, on generated traffic. A change of the engine changes it;
// write it anew as TestGoldenGrid says.
func TestGoldenCalibration(t *testing.T) {
	cells, err := lab.Calibrate(lab.Options{
		Traces: overload(t), Scenarios: []simulate.Scenario{scenario(t, "live"), scenario(t, "batch")}, Seeds: []uint64{1}, Workers: 2,
	})
	if err != nil {
		t.Fatal(err)
	}
	var all outlook.Tally
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "scenario\ttraffic\tmax\tlate\tfigure\theld\tmissed\tbeyond")
	for _, c := range cells {
		all.Add(c.Tally)
		for _, f := range outlook.Figures() {
			what := "drain"
			if f.Breach() {
				what = "breach"
			}
			fmt.Fprintf(w, "%s\t%s\t%d\t%.4f\t%s %d\t%d\t%d\t%d\n", c.Scenario, c.Trace, c.Max, c.Late, what, f.Percent(),
				c.Tally[f].Held, c.Tally[f].Missed, c.Tally[f].Beyond)
		}
	}
	_ = w.Flush() // to memory
	for _, f := range []outlook.Figure{outlook.BreachSure, outlook.DrainSure} {
		n := all[f].Held + all[f].Missed
		if share := float64(all[f].Held) / float64(n); n < 1000 || share < 0.85 || share > 0.95 {
			t.Errorf("figure %d: of %d claims at 90 %% %.3f held", f, n, share)
		}
	}
	if *update {
		if err := os.WriteFile(goldenCalibration, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(goldenCalibration)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(b.String(), "\n")); diff != "" {
		t.Errorf("the results are others (if they are meant to be, run this with -update):\n%s", diff)
	}
	table := lab.CalibrationTable(cells)
	if rows := strings.Count(table, "\n"); rows != 4 || !strings.Contains(table, "| live ") || !strings.Contains(table, "| batch ") {
		t.Errorf("%s", table)
	}
}

func TestNothingToCalibrate(t *testing.T) {
	if _, err := lab.Calibrate(lab.Options{Seeds: []uint64{1}}); err == nil || !strings.Contains(err.Error(), "nothing to calibrate: 0 traces") {
		t.Errorf("%v", err)
	}
}
