package trace_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/trace"
)

func read(t *testing.T, in string) *trace.Trace {
	t.Helper()
	out, err := trace.Read("a.csv", strings.NewReader(in))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRead(t *testing.T) {
	monday := sample.At(time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC))
	for name, c := range map[string]struct {
		in   string
		want trace.Trace
	}{
		"header, width, start": {
			"# name: x\n# start: 2026-03-02T01:00:00+01:00\n# bin_seconds: 60\nt_seconds,count\n0,5\n60,0.5\n",
			trace.Trace{Bin: 60, Begins: sample.At(time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)), At: []int{0, 60}, Count: []float64{5, 0.5}},
		},
		"width from the rows, blanks, gaps": {
			"\n0, 5 \r\n30,0\n\n120,7\n",
			trace.Trace{Bin: 30, Begins: monday, At: []int{0, 30, 120}, Count: []float64{5, 0, 7}, Gaps: 2},
		},
		"start in words, not from 0": {
			"# start: 2003-03-03T00:00:00 local\n# bin_seconds: 300\n600,1\n900,2\n",
			trace.Trace{Bin: 300, Begins: monday, At: []int{600, 900}, Count: []float64{1, 2}},
		},
		"carriage returns": {
			"# a\r\nt_seconds,count\r\n0,1\r\n5,2\r\n",
			trace.Trace{Bin: 5, Begins: monday, At: []int{0, 5}, Count: []float64{1, 2}},
		},
		"no last line break": {
			"t_seconds,count\n30,1\n60,2",
			trace.Trace{Bin: 30, Begins: monday, At: []int{30, 60}, Count: []float64{1, 2}},
		},
		"rows far apart": {
			"0,1\n864000,2\n",
			trace.Trace{Bin: trace.DaySeconds, Begins: monday, At: []int{0, 864_000}, Count: []float64{1, 2}, Gaps: 9},
		},
		"a line of the greatest length": {
			"#" + strings.Repeat(" ", 1<<16-2) + "\n0,1\n5,2\n",
			trace.Trace{Bin: 5, Begins: monday, At: []int{0, 5}, Count: []float64{1, 2}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c.want.Name = "a.csv"
			if diff := cmp.Diff(&c.want, read(t, c.in)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"negative":           {"0,5\n60,-1\n", "a.csv: line 2: -1 items: want 0 to 1e+12"},
		"too many":           {"0,5\n60,1e13\n", "a.csv: line 2: 1e+13 items: want 0 to 1e+12"},
		"not a number":       {"# bin_seconds: 60\n0,5\n60,NaN\n", "a.csv: line 3: its count is not a number: leave the row out if nothing is known"},
		"infinite":           {"0,5\n60,Inf\n", "a.csv: line 2: +Inf items: want 0 to 1e+12"},
		"words":              {"0,5\n60,many\n", `a.csv: line 2: "many" is not a number of items`},
		"unsorted":           {"0,5\n120,1\n60,1\n", "a.csv: line 3: second 60 comes after second 120: sort the rows by time"},
		"duplicate":          {"0,5\n60,1\n60,1\n", "a.csv: line 3: second 60 is there twice: add the counts up"},
		"overlap":            {"# bin_seconds: 60\n0,5\n30,1\n", "a.csv: line 3: second 30 lies within the bin before it, from 0 for bin_seconds 60: correct bin_seconds or the row"},
		"three columns":      {"t_seconds,count\n0,5,6\n", "a.csv: line 2: it has 3 columns, want 2: t_seconds,count"},
		"one column":         {"0,5\n60\n", "a.csv: line 2: it has 1 columns, want 2: t_seconds,count"},
		"single row":         {"t_seconds,count\n0,5\n", "a.csv: it has 1 rows of t_seconds,count: want at least 2"},
		"empty":              {"", "a.csv: it has 0 rows of t_seconds,count: want at least 2"},
		"other header":       {"time,items\n0,5\n", `a.csv: line 1: "time" is not a whole number of seconds`},
		"half seconds":       {"0,5\n0.5,1\n", `a.csv: line 2: "0.5" is not a whole number of seconds`},
		"before the start":   {"-60,5\n0,1\n", "a.csv: line 1: it begins at second -60: want 0 to 632448000, counted from the trace's start"},
		"epoch for seconds":  {"1767571200,5\n1767571260,1\n", "a.csv: line 1: it begins at second 1767571200: want 0 to 632448000, counted from the trace's start"},
		"width of nothing":   {"# bin_seconds: 0\n", `a.csv: line 1: bin_seconds is "0": want 1 to 86400`},
		"width below rows":   {"0,5\n# bin_seconds: 60\n", "a.csv: line 2: bin_seconds stands below rows: put it above them"},
		"width above a day":  {"# bin_seconds: 604800\n", `a.csv: line 1: bin_seconds is "604800": want 1 to 86400`},
		"width in words":     {"# bin_seconds: a minute\n", `a.csv: line 1: bin_seconds is "a minute": want 1 to 86400`},
		"no rows":            {"# bin_seconds: 60\nt_seconds,count\n", "a.csv: it has 0 rows of t_seconds,count: want at least 2"},
		"a line too long":    {"#" + strings.Repeat(" ", 1<<16-1) + "\n0,1\n5,2\n", "a.csv: line 1: it is longer than any row of t_seconds,count: is this a trace?"},
		"a long field":       {strings.Repeat("1", 60) + ",1\n", `a.csv: line 1: "` + strings.Repeat("1", 40) + `" is not a whole number of seconds`},
		"nothing arrives":    {"0,0\n60,0\n", "a.csv: nothing arrives in it: every count is 0"},
		"not a trace at all": {"0,5\n" + strings.Repeat("x", 100_000), "a.csv: line 2: it is longer than any row of t_seconds,count: is this a trace?"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := trace.Read("a.csv", strings.NewReader(c.in))
			if err == nil {
				t.Fatal("it was read")
			}
			if diff := cmp.Diff(c.want, err.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.csv")
	if _, err := trace.ReadFile(path); err == nil || !strings.HasPrefix(err.Error(), "open trace: open "+path) {
		t.Errorf("error %v, want the file's name", err)
	}
	if err := os.WriteFile(path, []byte("0,1\n5,2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := trace.ReadFile(path); err != nil || got.Name != path || got.Seconds() != 10 {
		t.Errorf("read %+v, %v", got, err)
	}
}

func TestWrite(t *testing.T) {
	var out strings.Builder
	tr := read(t, "# start: 2026-03-02T00:00:00Z\n0,5\n60,0.12345\n180,1e3\n")
	if err := tr.Write(&out, "made: by a\ntest"); err != nil {
		t.Fatal(err)
	}
	want := "# made: by a test\n# start: 2026-03-02T00:00:00Z\n# bin_seconds: 60\nt_seconds,count\n0,5\n60,0.123\n180,1000\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
	if err := tr.Write(full{}); !errors.Is(err, errFull) {
		t.Errorf("error %v, want the writer's", err)
	}
}

// full is a disk that is.
type full struct{}

var errFull = errors.New("no space is left")

func (full) Write([]byte) (int, error) { return 0, errFull }

func FuzzRead(f *testing.F) {
	f.Add("# bin_seconds: 60\nt_seconds,count\n0,5\n60,1\n")
	f.Add("0,5\n30,0\n120,7.25\n")
	f.Add("# start: 2026-03-02T00:00:00Z\n5,1\n6,1e3\n")
	f.Fuzz(func(t *testing.T, in string) {
		tr, err := trace.Read("a.csv", strings.NewReader(in))
		if err != nil {
			if !strings.HasPrefix(err.Error(), "a.csv: ") {
				t.Errorf("the error does not name the file: %v", err)
			}
			return
		}
		if tr.Gaps < 0 || tr.Bin < 1 || len(tr.At) != len(tr.Count) {
			t.Errorf("read as %+v", tr)
		}
		var out strings.Builder
		if err := tr.Write(&out, "a: b\nc"); err != nil {
			t.Fatal(err)
		}
		again, err := trace.Read("a.csv", strings.NewReader(out.String()))
		if err != nil && !strings.Contains(err.Error(), "every count is 0") { // after rounding
			t.Fatalf("what was written is not read: %v", err)
		}
		if err == nil && (again.Bin != tr.Bin || again.Gaps != tr.Gaps || !cmp.Equal(again.At, tr.At)) {
			t.Errorf("written and read again:\n%+v\n%+v", tr, again)
		}
	})
}

func TestRatesAndItems(t *testing.T) {
	tr := read(t, "# bin_seconds: 10\n10,40\n20,10\n40,5\n")
	want := []float64{0, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 1, 1}
	if diff := cmp.Diff(want, tr.Rates(9, 22)); diff != "" {
		t.Error(diff)
	}
	for name, c := range map[string]struct {
		from, to, covered int
		items             float64
	}{
		"all":          {0, tr.Seconds(), 30, 55},
		"parts":        {15, 25, 10, 25},
		"over the gap": {25, 45, 10, 7.5},
		"in the gap":   {32, 38, 0, 0},
		"before":       {0, 10, 0, 0},
		"after":        {50, 60, 0, 0},
	} {
		if items, covered := tr.Items(c.from, c.to); items != c.items || covered != c.covered {
			t.Errorf("%s: %v items in %d s, want %v in %d s", name, items, covered, c.items, c.covered)
		}
	}
}

// Rates and Items are two views of the same bins.
func TestRatesAgreeWithItems(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		tr := &trace.Trace{Bin: 1 + rng.IntN(9)}
		for at := rng.IntN(20); len(tr.At) < 20; at += tr.Bin + rng.IntN(3)/2*rng.IntN(20) {
			tr.At, tr.Count = append(tr.At, at), append(tr.Count, float64(1+rng.IntN(50)))
		}
		from := rng.IntN(tr.Seconds())
		to := from + rng.IntN(tr.Seconds()+10)
		sum, known := 0.0, 0
		for _, r := range tr.Rates(from, to) {
			sum += r
			if r > 0 {
				known++
			}
		}
		if items, covered := tr.Items(from, to); math.Abs(items-sum) > 1e-9*max(1, sum) || covered != known {
			t.Fatalf("%+v from %d to %d: %v items in %d s, rates add up to %v in %d s", tr, from, to, items, covered, sum, known)
		}
	}
}
