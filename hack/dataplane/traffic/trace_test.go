package traffic

import (
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const small = "# name: small\n# bin_seconds: 60\n# gaps: one\nt_seconds,count\n0,6\n60,0\n\n180,12\n"

func TestRead(t *testing.T) {
	cases := map[string]struct {
		text string
		want Trace
	}{
		"with gap":           {small, Trace{"x", 60, []Bin{{0, 6}, {60, 0}, {180, 12}}}},
		"width found":        {"t_seconds,count\n30,1\n60,2\n120,3\n", Trace{"x", 30, []Bin{{30, 1}, {60, 2}, {120, 3}}}},
		"carriage returns":   {"# a\r\nt_seconds,count\r\n0,1\r\n5,2\r\n", Trace{"x", 5, []Bin{{0, 1}, {5, 2}}}},
		"no last line break": {"t_seconds,count\n0,1\n5,2", Trace{"x", 5, []Bin{{0, 1}, {5, 2}}}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := Read("x", strings.NewReader(c.text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&c.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	const head = "# bin_seconds: 60\nt_seconds,count\n"
	cases := map[string]struct{ text, want string }{
		"negative count":   {head + "0,1\n60,-4\n", "a.csv:4: count -4 is negative"},
		"negative time":    {head + "-60,1\n60,4\n", "a.csv:3: t_seconds -60 is negative"},
		"unsorted":         {head + "60,1\n0,1\n", "a.csv:4: t_seconds 0 comes after 60"},
		"twice":            {head + "60,1\n60,1\n", "a.csv:4: t_seconds 60 stands twice"},
		"overlapping":      {head + "0,1\n30,1\n", "a.csv:4: t_seconds 30 lies within the bin before it"},
		"three columns":    {head + "0,1,2\n", "a.csv:3: found 3 columns"},
		"one column":       {head + "0\n", "a.csv:3: found 1 columns"},
		"text":             {head + "0,many\n", `a.csv:3: count "many" is not a whole number`},
		"fraction":         {head + "0,1.5\n", `a.csv:3: count "1.5" is not a whole number`},
		"huge":             {head + "0,99999999999999\n", "a.csv:3: count 99999999999999 is too large"},
		"one row":          {head + "0,1\n", "a.csv:3: a trace needs two bins or more, found 1"},
		"no rows":          {head, "a.csv:2: a trace needs two bins or more, found 0"},
		"empty":            {"", "a.csv:0: a trace needs two bins or more, found 0"},
		"only zeros":       {head + "0,0\n60,0\n", "a.csv:4: every count is 0"},
		"other columns":    {"time,n\n0,1\n", `a.csv:1: found "time,n" where the columns t_seconds,count`},
		"bad width":        {"# bin_seconds: 0\n", `a.csv:1: bin_seconds " 0" is not a whole number of seconds`},
		"endless line":     {head + strings.Repeat("1", maxLine+1), "a.csv:3: "},
		"columns not told": {"0,1\n60,1\n", `a.csv:1: found "0,1"`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := Read("a.csv", strings.NewReader(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestReadFileNamesTheFile(t *testing.T) {
	if _, err := ReadFile(t.TempDir() + "/none.csv"); err == nil || !strings.Contains(err.Error(), "none.csv") {
		t.Errorf("error %v, want the file's name", err)
	}
}

// FuzzRead: whatever is read can be replayed.
func FuzzRead(f *testing.F) {
	f.Add(small)
	f.Add("t_seconds,count\n0,1\n1,1\n")
	f.Add("# bin_seconds: 9\nt_seconds,count\n0,99\n9,0\n")
	f.Fuzz(func(t *testing.T, text string) {
		trace, err := Read("fuzz", strings.NewReader(text))
		if err != nil {
			return
		}
		s, err := Replay{Speed: 60, Peak: 50, PeakAt: 5 * time.Second}.Of(trace, 1)
		if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			if n := s.Next(); n < 0 {
				t.Fatalf("%d arrivals", n)
			}
		}
	})
}

func read(t *testing.T, text string) *Trace {
	t.Helper()
	trace, err := Read("x", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return trace
}

func replay(t *testing.T, r Replay, trace *Trace) Source {
	t.Helper()
	s, err := r.Of(trace, 7)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestReplayExactly(t *testing.T) {
	// A keep share of exactly 1 draws nothing, so whole bins come out as they are.
	trace := read(t, small) // 18 arrivals in 180 s of bins, 240 s from end to end
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
			if diff := cmp.Diff(c.want, counts(replay(t, c.replay, trace), len(c.want))); diff != "" {
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
		middle, rate := read(t, c.text).busiest(c.window)
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
	trace := read(t, text)
	for name, mean := range map[string]float64{"thinned": 7, "scaled up": 300} {
		t.Run(name, func(t *testing.T) {
			got := float64(sum(counts(replay(t, Replay{Speed: 60, Mean: mean}, trace), 4000))) / 4000
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
	trace := read(t, "# bin_seconds: 600\nt_seconds,count\n0,0\n600,100000\n1200,200000\n3000,300000\n")
	got := counts(replay(t, Replay{Speed: 60, Peak: 30_000}, trace), 60)
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

func TestReplayOpens(t *testing.T) {
	trace := read(t, "t_seconds,count\n0,1000\n1,1000\n")
	got := counts(replay(t, Replay{Speed: 1, Mean: 1000, Opening: 10 * time.Second}, trace), 12)
	if got[0] > 150 || got[4] < 300 || got[4] > 600 || got[11] != 1000 {
		t.Errorf("opening gave %v", got)
	}
}

func TestReplayRefuses(t *testing.T) {
	trace := read(t, small)
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
		if _, err := r.Of(trace, 1); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
