package traffic

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/trace"
)

const small = "# name: small\n# bin_seconds: 60\n# gaps: one\nt_seconds,count\n0,6\n60,0\n\n180,12\n"

// FuzzReplay: whatever is read can be replayed, unless next to nothing arrives in it.
func FuzzReplay(f *testing.F) {
	f.Add(small)
	f.Add("t_seconds,count\n0,1\n1,1\n")
	f.Add("# bin_seconds: 9\nt_seconds,count\n0,99\n9,0\n")
	f.Add("0,0.25\n30,7.5\n120,1e-300\n")
	f.Add("0,0\n1,1e-320\n")
	f.Fuzz(func(t *testing.T, text string) {
		tr, err := trace.Read("fuzz", strings.NewReader(text))
		if err != nil {
			return
		}
		s, err := Replay{Speed: 60, Peak: 50, PeakAt: 5 * time.Second}.Of(tr, 1)
		if err != nil && slices.Max(tr.Count) < 1e-300 {
			return
		} else if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			if n := s.Next(); n < 0 {
				t.Fatalf("%d arrivals", n)
			}
		}
	})
}

func read(t *testing.T, text string) *trace.Trace {
	t.Helper()
	tr, err := trace.Read("x", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func replay(t *testing.T, r Replay, tr *trace.Trace) Source {
	t.Helper()
	s, err := r.Of(tr, 7)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestReplayExactly(t *testing.T) {
	// A keep share of exactly 1 draws nothing, so whole bins come out as they are.
	tr := read(t, small) // 18 arrivals in 180 s of bins, 240 s from end to end
	cases := map[string]struct {
		replay Replay
		want   []int64
	}{
		"a minute a second": {Replay{Speed: 60, Mean: 6}, []int64{6, 0, 0, 12, 6, 0, 0, 12}},
		"started late":      {Replay{Speed: 60, Mean: 6, Start: 180}, []int64{12, 6, 0, 0, 12}},
		"started before":    {Replay{Speed: 60, Mean: 6, Start: -60}, []int64{12, 6, 0, 0, 12}},
		"busiest at 2.5 s":  {Replay{Speed: 60, Mean: 6, PeakAt: 2500 * time.Millisecond}, []int64{0, 0, 12, 6}},
		"by peak":           {Replay{Speed: 60, Peak: 12}, []int64{6, 0, 0, 12}},
		"faster":            {Replay{Speed: 240, Mean: 24}, []int64{18, 18}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, counts(replay(t, c.replay, tr), len(c.want))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestBusiest(t *testing.T) {
	fine := "# bin_seconds: 1\nt_seconds,count\n0,9\n1,0\n2,0\n3,4\n4,4\n5,4\n6,0\n"
	cases := map[string]struct {
		text         string
		window       float64
		middle, rate float64
	}{
		"one bin":               {small, 60, 210, 0.2},
		"window within a bin":   {small, 7, 210, 0.2},
		"over the gap":          {small, 180, 90 + 60, 12.0 / 180},
		"busiest single second": {fine, 1, 0.5, 9},
		"busiest three seconds": {fine, 3, 4.5, 4},
	}
	for name, c := range cases {
		middle, rate := busiest(read(t, c.text), c.window)
		if math.Abs(middle-c.middle) > 1e-9 || math.Abs(rate-c.rate) > 1e-9 {
			t.Errorf("%s: middle %g, rate %g; want %g, %g", name, middle, rate, c.middle, c.rate)
		}
	}
}

func TestReplayScalesToItsMean(t *testing.T) {
	text := "t_seconds,count\n"
	for i := range 400 {
		text += strings.Join([]string{itoa(i * 60), itoa(40 + 20*(i%5))}, ",") + "\n"
	}
	tr := read(t, text)
	for name, mean := range map[string]float64{"thinned": 7, "scaled up": 300} {
		t.Run(name, func(t *testing.T) {
			got := float64(sum(counts(replay(t, Replay{Speed: 60, Mean: mean}, tr), 4000))) / 4000
			if math.Abs(got-mean) > 6*math.Sqrt(4*mean/4000) {
				t.Errorf("mean %g, want %g", got, mean)
			}
		})
	}
}

func itoa(n int) string { return strconv.Itoa(n) }

func TestReplayThinsBinomially(t *testing.T) {
	// A level trace thinned to a tenth: binomial counts vary by 0.9 of a Poisson's,
	// divided ones would not vary at all.
	text := "t_seconds,count\n"
	for i := range 5000 {
		text += itoa(i) + ",100\n"
	}
	got := dispersion(counts(replay(t, Replay{Speed: 1, Mean: 10}, read(t, text)), 5000))
	if math.Abs(got-0.9) > 0.09 {
		t.Errorf("dispersion %g, want 0.9 within a tenth", got)
	}
}

func TestReplaySpreadsWideBins(t *testing.T) {
	tr := read(t, "# bin_seconds: 600\nt_seconds,count\n0,0\n600,100000\n1200,200000\n3000,300000\n")
	got := counts(replay(t, Replay{Speed: 60, Peak: 30_000}, tr), 60)
	bin := func(i int) []int64 { return got[i*10 : i*10+10] }
	for i, want := range map[int]int64{0: 0, 1: 100_000, 2: 200_000, 3: 0, 4: 0, 5: 300_000} {
		if n := sum(bin(i)); n != want {
			t.Errorf("bin %d has %d arrivals, want %d", i, n, want)
		}
	}
	// From edge to edge the rate of bin 1 rises from 50,000 to 150,000 a bin: 5,500 in
	// its first second, 14,500 in its last. Bin 5 meets a gap and, on repetition, bin 0.
	for second, want := range map[int]float64{10: 5500, 19: 14_500} {
		if math.Abs(float64(got[second])-want) > 6*math.Sqrt(want) {
			t.Errorf("second %d has %d arrivals, want about %g", second, got[second], want)
		}
	}
}

// Counts of a recorded rate have fractions: they are kept on average, by runs of whole items.
func TestReplayKeepsFractions(t *testing.T) {
	tr := read(t, "t_seconds,count\n0,0.25\n1,0\n2,3.5\n3,1.25\n")
	got := counts(replay(t, Replay{Speed: 1, Mean: 1.25}, tr), 20_000)
	var second [4]float64
	for i, n := range got {
		second[i%4] += float64(n) / 5000
		if low, high := math.Floor(tr.Count[i%4]), math.Ceil(tr.Count[i%4]); float64(n) < low || float64(n) > high {
			t.Fatalf("%d arrivals of %g", n, tr.Count[i%4])
		}
	}
	for i, want := range tr.Count {
		if math.Abs(second[i]-want) > 0.04 { // more than five standard errors
			t.Errorf("second %d: %g arrivals on average, want %g", i, second[i], want)
		}
	}
	if n := sum(counts(replay(t, Replay{Speed: 1, Mean: 50}, tr), 4000)); math.Abs(float64(n)/4000-50) > 1 {
		t.Errorf("scaled up: %g arrivals a second, want 50", float64(n)/4000)
	}
}

func TestReplayRefusesNextToNothing(t *testing.T) {
	if _, err := (Replay{Speed: 1, Peak: 50}).Of(read(t, "0,0\n1,1e-320\n"), 1); err == nil {
		t.Error("accepted")
	}
}

func TestReplayOpens(t *testing.T) {
	tr := read(t, "t_seconds,count\n0,1000\n1,1000\n")
	got := counts(replay(t, Replay{Speed: 1, Mean: 1000, Opening: 10 * time.Second}, tr), 12)
	if got[0] > 150 || got[4] < 300 || got[4] > 600 || got[11] != 1000 {
		t.Errorf("opening gave %v", got)
	}
}

func TestReplayRefuses(t *testing.T) {
	tr := read(t, small)
	cases := map[string]Replay{
		"no speed":        {Mean: 1},
		"speed NaN":       {Speed: math.NaN(), Mean: 1},
		"no rate":         {Speed: 1},
		"both rates":      {Speed: 1, Mean: 1, Peak: 1},
		"negative rate":   {Speed: 1, Mean: -1, Peak: 2},
		"infinite rate":   {Speed: 1, Mean: math.Inf(1)},
		"negative time":   {Speed: 1, Mean: 1, PeakAt: -1},
		"start not a day": {Speed: 1, Mean: 1, Start: math.NaN()},
	}
	for name, r := range cases {
		if _, err := r.Of(tr, 1); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
