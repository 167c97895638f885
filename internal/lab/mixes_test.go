package lab_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/lab"
	"github.com/modcap/modcap/internal/trace"
	"github.com/modcap/modcap/internal/traffic"
)

const goldenMixes = "testdata/mixes.txt"

// mixed are mixes on generated traffic of two days: one with surges, one with bursts.
func mixed(t *testing.T, mixes ...lab.Mix) []lab.Mixed {
	t.Helper()
	var surges []traffic.Surge
	for hour := 2; hour < 48; hour += 5 {
		surges = append(surges, traffic.Surge{
			At: time.Duration(hour) * time.Hour, Rise: 5 * time.Minute, Hold: 10 * time.Minute, HalfLife: 10 * time.Minute, Peak: 2,
		})
	}
	o := lab.Options{
		Traces: []*trace.Trace{
			traceOf(t, "surges", traffic.Profile{Mean: 20, PeakAt: 14 * time.Hour, Surges: surges}, 48, 60),
			traceOf(t, "bursty", traffic.Profile{Mean: 20, PeakAt: 20 * time.Hour, Dispersion: 300}, 48, 60),
		},
		Seeds: []uint64{1}, Workers: 2,
	}
	cells, err := lab.RunMixes(o, mixes)
	if err != nil {
		t.Fatal(err)
	}
	return cells
}

// Queues with deadlines that differ keep their promises on one pool, which costs no more
// than a pool for each, and hardly more than the clairvoyant's where most can wait. A
// change of the engine changes the golden results: look at what came of it, and write them
// anew with
//
//	go test ./internal/lab -run Mixes -update
func TestGoldenMixes(t *testing.T) {
	all := lab.Mixes()
	cells := mixed(t, all[0], all[3], all[5])
	for i := range cells {
		c := &cells[i]
		if !c.Kept() || c.Cost > 1.01*c.Apart {
			t.Errorf("%v of %v, a pool for each %v, at %.3f of its cost", c.Attained, c.Mix, c.Alone, c.Cost/c.Apart)
		}
		if last := len(c.Shares) - 1; c.Shares[last] > 0.8 && c.Cost > 1.03*c.Clairvoyant {
			t.Errorf("%v: %.3f of the clairvoyant's cost, where most can wait", c.Mix, c.Cost/c.Clairvoyant)
		}
		if c.Cost < c.Clairvoyant || c.Clairvoyant < 1-1e-9 {
			t.Errorf("%v: cost %.4f, the clairvoyant's %.4f", c.Mix, c.Cost, c.Clairvoyant)
		}
	}
	got := lab.MixTable(cells) + "\n" + lab.MixCells(cells)
	if *update {
		if err := os.WriteFile(goldenMixes, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(goldenMixes)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("the results are others (if they are meant to be, run this with -update):\n%s", diff)
	}
}

// Traces that are too short, or too coarse, are not mixed.
func TestMixesOfWholeDays(t *testing.T) {
	short := traceOf(t, "short", traffic.Profile{Mean: 1, PeakAt: 8 * time.Hour}, 4, 60)
	coarse := traceOf(t, "coarse", traffic.Profile{Mean: 1, PeakAt: 8 * time.Hour}, 48, 3600)
	cells, err := lab.RunMixes(lab.Options{Traces: []*trace.Trace{short, coarse}, Seeds: []uint64{1}}, lab.Mixes())
	if len(cells) > 0 || err != nil {
		t.Errorf("%d mixes, error %v", len(cells), err)
	}
}
