package simulate_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/simulate"
	"github.com/modcap/modcap/internal/trace"
)

// random is a trace of bins of some width, with gaps.
func random(t *testing.T, rng *rand.Rand) *trace.Trace {
	bin := []int{1, 7, 60, 90, 300, 1800, 7200}[rng.IntN(7)]
	length := 600 + rng.IntN(4*trace.DaySeconds)
	if bin == 1 {
		length = 600 + rng.IntN(5000)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# bin_seconds: %d\n0,3\n", bin)
	for at := bin; at < max(length, 3*bin); at += bin {
		if rng.IntN(10) > 0 || at == 2*bin {
			fmt.Fprintf(&b, "%d,%d\n", at, rng.IntN(50)+1)
		}
	}
	return parse(t, "random", b.String())
}

func total(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum
}

// What is scored and what is history are the trace, cut at the day's edges.
func TestRatesAndHistoryKeepTheItems(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 60 {
		tr := random(t, rng)
		whole := tr.Rates(0, tr.Seconds())
		if got, want := total(whole), total(tr.Count); math.Abs(got-want) > 1e-6*want {
			t.Fatalf("bin %d: rates add up to %v, counts to %v", tr.Bin, got, want)
		}
		for _, day := range []simulate.Day{simulate.LastDay, simulate.PeakDay} {
			rates, start := day.Of(tr)
			if !slices.Equal(whole[start:start+len(rates)], rates) {
				t.Fatalf("bin %d: day %s is not the trace from %d on", tr.Bin, day, start)
			}
			if len(rates) != min(tr.Seconds(), trace.DaySeconds) {
				t.Fatalf("%d s are scored of %d", len(rates), tr.Seconds())
			}
			checkHistory(t, tr, whole[:start])
		}
	}
}

func checkHistory(t *testing.T, tr *trace.Trace, before []float64) {
	t.Helper()
	until := tr.Begins
	for _, b := range simulate.History(tr, len(before), 28, 2, 0) {
		from, to := int(b.At.Since(tr.Begins)/1000), int(b.At.Add(b.Width).Since(tr.Begins)/1000)
		if b.At < until || b.Width <= 0 || to > len(before) {
			t.Fatalf("bin from %d to %d of %d s of history, the one before ended %v later", from, to, len(before), until.Since(b.At))
		}
		if want := 2 * total(before[from:to]); math.Abs(b.Count.Float()-want) > 2e-3 {
			t.Fatalf("from %d to %d: %v items, want %v", from, to, b.Count, want)
		}
		for s := from; s < to; s++ {
			if before[s] == 0 { // counts are above 0: only gaps are
				t.Fatalf("second %d is a gap and within the bin from %d to %d", s, from, to)
			}
		}
		until = b.At.Add(b.Width)
	}
}

func TestHistoryHasNoHoles(t *testing.T) {
	tr := parse(t, "days", file(300, 3*288, 5, nil))
	bins := simulate.History(tr, 200_100, 28, 1, 7)
	var covered sample.Span
	for _, b := range bins {
		covered += b.Width
	}
	if covered != 200_100*sample.Second || bins[len(bins)-1].Width != 5*sample.Second || bins[0].Width != 5*sample.Minute {
		t.Errorf("%d bins cover %s", len(bins), covered)
	}
	if got := simulate.History(tr, 200_100, 1, 1, 7); len(got) != 17_280 {
		t.Errorf("a day of history is %d bins", len(got))
	}
}

func TestPeakDay(t *testing.T) {
	day := trace.DaySeconds
	in := fmt.Sprintf("# bin_seconds: 3600\n0,1\n%d,9\n%d,2\n%d,1\n", day+7200, 2*day, 3*day+3600)
	tr := parse(t, "x", in)
	if got := simulate.PeakDay.Start(tr); got != day {
		t.Errorf("the peak's day begins at %d", got)
	}
	if got := simulate.LastDay.Start(tr); got != 2*day+7200 {
		t.Errorf("the last day begins at %d", got)
	}
}

func TestNumberedDay(t *testing.T) {
	day := trace.DaySeconds
	tr := parse(t, "x", fmt.Sprintf("# bin_seconds: 3600\n0,1\n%d,9\n%d,2\n%d,1\n", day+7200, 2*day, 3*day+3600))
	for n := 1; n <= 3; n++ {
		d, err := simulate.ParseDay(fmt.Sprint(n))
		if err != nil || d != simulate.NthDay(n) || d.In(tr) != nil {
			t.Fatalf("day %d is %q: %v, %v", n, d, err, d.In(tr))
		}
		if got := d.Start(tr); got != (n-1)*day {
			t.Errorf("day %d begins at %d", n, got)
		}
	}
	if err := simulate.NthDay(4).In(tr); err == nil || !strings.Contains(err.Error(), "its whole days are 1 to 3") {
		t.Errorf("the fourth day, of two hours: %v", err)
	}
	short := parse(t, "short", "# bin_seconds: 3600\n0,1\n3600,2\n")
	if err := simulate.NthDay(1).In(short); err != nil {
		t.Errorf("a short trace has no first day: %v", err)
	}
	if err := simulate.NthDay(2).In(short); err == nil || !strings.Contains(err.Error(), "shorter than a day") {
		t.Errorf("a short trace has a second day: %v", err)
	}
	for _, text := range []string{"", "0", "-1", "+1", "01", "1.5", "first", "99999999999999999999"} {
		if d, err := simulate.ParseDay(text); err == nil {
			t.Errorf("%q is taken for day %q", text, d)
		}
	}
}

func TestDraw(t *testing.T) {
	rates := make([]float64, 40_000)
	for i := range rates {
		rates[i] = 25 + 20*math.Sin(float64(i)/500) // beyond what is drawn at once
	}
	smooth := simulate.Draw(rates, 2, 0)
	drawn := simulate.Draw(rates, 2, 3)
	if !slices.Equal(drawn, simulate.Draw(rates, 2, 3)) {
		t.Error("the same seed draws otherwise")
	}
	var squares float64
	for i := range smooth {
		if smooth[i] != 2*rates[i] || drawn[i] != math.Trunc(drawn[i]) {
			t.Fatalf("second %d: %v smooth, %v drawn", i, smooth[i], drawn[i])
		}
		squares += (drawn[i] - smooth[i]) * (drawn[i] - smooth[i]) / smooth[i]
	}
	if mean := total(drawn) / total(smooth); math.Abs(mean-1) > 0.003 {
		t.Errorf("drawn %.4f of the mean", mean)
	}
	if index := squares / float64(len(rates)); math.Abs(index-1) > 0.03 {
		t.Errorf("variance %.3f of the mean", index)
	}
}

func TestBusiest(t *testing.T) {
	rates := []float64{1, 1, 5, 3, 1, 1}
	for stretch, want := range map[int]float64{1: 5, 2: 4, 6: 2, 9: 2} {
		if got := simulate.Busiest(rates, stretch); got != want {
			t.Errorf("over %d s: %v, want %v", stretch, got, want)
		}
	}
}
