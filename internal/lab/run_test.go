package lab_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/lab"
	"github.com/modcap/modcap/internal/simulate"
	"github.com/modcap/modcap/internal/trace"
)

// fixed is a toy engine that asks for so many workers all the time.
type fixed int

func (f fixed) Step(*simulate.View) int { return int(f) }

func constant(workers int) lab.Variant {
	return lab.Variant{Name: fmt.Sprintf("%d workers", workers), New: func(string, *simulate.Case) simulate.Policy { return fixed(workers) }}
}

// level is a trace of bins of a minute with as many items each, from the given counts,
// each standing for a number of minutes.
func level(t testing.TB, name string, minutes int, counts ...int) *trace.Trace {
	t.Helper()
	var b strings.Builder
	b.WriteString("# bin_seconds: 60\n")
	for i := range minutes * len(counts) {
		fmt.Fprintf(&b, "%d,%d\n", 60*i, counts[i/minutes])
	}
	out, err := trace.Read(name, strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func scenario(t testing.TB, name string) simulate.Scenario {
	t.Helper()
	for _, s := range simulate.Grid {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("there is no scenario %s", name)
	return simulate.Scenario{}
}

// memory is a store.
type memory struct {
	mu           sync.Mutex
	kept         map[string][]byte
	hits, misses int
}

func (m *memory) Load(key string) ([]byte, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	data, ok := m.kept[key]
	if ok {
		m.hits++
	} else {
		m.misses++
	}
	return data, ok
}

func (m *memory) Save(key string, data []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept[key] = bytes.Clone(data)
}

func small(t testing.TB) lab.Options {
	return lab.Options{
		Traces:    []*trace.Trace{level(t, "even", 10, 60, 60), level(t, "step", 10, 20, 300)},
		Scenarios: []simulate.Scenario{scenario(t, "fast"), scenario(t, "batch")},
		Seeds:     []uint64{1, 2}, Variants: []lab.Variant{constant(12), constant(30)}, Bars: lab.Bars(),
	}
}

func run(t testing.TB, o lab.Options) *lab.Result {
	t.Helper()
	r, err := lab.Run(o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRun(t *testing.T) {
	o := small(t)
	var last [2]float64
	o.Progress = func(done, all float64) {
		if done < last[0] || done > all {
			t.Errorf("%v of %v after %v", done, all, last)
		}
		last = [2]float64{done, all}
	}
	r := run(t, o)
	if last[0] == 0 || last[0] != last[1] {
		t.Errorf("it ends at %v of %v", last[0], last[1])
	}
	var names []string
	for i, c := range r.Cells[0] {
		names = append(names, c.Scenario+" "+c.Trace)
		if c.Seconds != 1200 || c.Share != 0.99 || c.Best == nil || c.Oracle == nil || c.Nearest != nil || c.Clairvoyant < 1 {
			t.Errorf("%+v", c)
		}
		if c.Engine.Changes > 1.5*72 || c.Engine.Changes < 36 { // at most one, at the start, of 1/72 of a day
			t.Errorf("%s: %v changes a day", c.Trace, c.Engine.Changes)
		}
		if diff := cmp.Diff(c.Against, r.Cells[1][i].Against); diff != "" {
			t.Errorf("another engine has other peers: %s", diff)
		}
	}
	if diff := cmp.Diff([]string{"fast even", "fast step", "batch even", "batch step"}, names); diff != "" {
		t.Error(diff)
	}
	// Twelve workers do ten items a second, and not the nineteen of the step's second half.
	even, step := r.Cells[0][0], r.Cells[0][1]
	if !even.Kept() || even.Standing != nil || math.Abs(even.Engine.Cost-1.2) > 0.03 {
		t.Errorf("even: %+v", even.Engine)
	}
	if step.Kept() || step.Standing == nil || step.Standing.Copy.Workers == 0 || step.Standing.Delay != 65 {
		t.Errorf("step: %+v, %+v", step.Engine, step.Standing)
	}
	if !r.Cells[1][1].Kept() || r.Cells[1][1].Standing != nil {
		t.Errorf("step with 30 workers: %+v", r.Cells[1][1].Engine)
	}
}

// Scores are means over seeds, whatever the number of goroutines.
func TestRunIsTheMeanOfItsSeeds(t *testing.T) {
	o := small(t)
	o.Workers = 4
	both := run(t, o)
	o.Workers = 0
	if diff := cmp.Diff(both, run(t, o)); diff != "" {
		t.Errorf("on one goroutine: %s", diff)
	}
	var alone [2]*lab.Result
	for i := range alone {
		o.Seeds = []uint64{uint64(i + 1)}
		alone[i] = run(t, o)
	}
	for i, c := range both.Cells[0] {
		a, b := alone[0].Cells[0][i].Engine, alone[1].Cells[0][i].Engine
		if math.Abs(c.Engine.Cost-(a.Cost+b.Cost)/2)+math.Abs(c.Engine.Attained-(a.Attained+b.Attained)/2) > 1e-12 {
			t.Errorf("%+v is not the mean of %+v and %+v", c.Engine, a, b)
		}
	}
}

// What a store has is not made again; what it lost, or what is broken in it, is.
func TestStore(t *testing.T) {
	store := &memory{kept: map[string][]byte{}}
	o := small(t)
	want := run(t, o)
	o.Store = store
	first := run(t, o)
	if diff := cmp.Diff(want, first); diff != "" {
		t.Errorf("with a store: %s", diff)
	}
	if store.hits != 0 || store.misses != 8 || len(store.kept) != 8 {
		t.Fatalf("%d hits, %d misses, %d kept", store.hits, store.misses, len(store.kept))
	}
	for key := range store.kept {
		store.kept[key] = []byte("{")
		break
	}
	for range 2 {
		if diff := cmp.Diff(want, run(t, o)); diff != "" {
			t.Errorf("from the store: %s", diff)
		}
	}
	if store.hits != 16 || store.misses != 8 {
		t.Errorf("%d hits, %d misses", store.hits, store.misses)
	}
	for key, data := range store.kept {
		var peers []lab.Peer
		if err := json.Unmarshal(data, &peers); err != nil || len(peers) != 51+18 {
			t.Errorf("%s holds %d peers: %v", key, len(peers), err)
		}
	}
}

// Peers that are not run are not compared with, and nothing is made up.
func TestWithoutPeers(t *testing.T) {
	o := small(t)
	o.Peers = lab.PeersStored
	r := run(t, o)
	for _, c := range r.Cells[0] {
		if c.Best != nil || c.Limited != nil || c.Nearest != nil || c.Oracle != nil {
			t.Errorf("%+v", c.Against)
		}
	}
	row := lab.Summarize(r.Cells[0], o.Bars)[0]
	if row.Compared != 0 || row.Peer.N != 0 || row.Clairvoyant.N != 1 {
		t.Errorf("%+v", row)
	}
	if page := r.Page(&o, nil); !strings.Contains(page, "not run") {
		t.Error("the page does not say that peers were not run")
	}
}

func TestRunRefuses(t *testing.T) {
	for name, change := range map[string]func(*lab.Options){
		"no trace":    func(o *lab.Options) { o.Traces = nil },
		"no seed":     func(o *lab.Options) { o.Seeds = nil },
		"no scenario": func(o *lab.Options) { o.Scenarios = nil },
		"no engine":   func(o *lab.Options) { o.Variants = nil },
		"wide bins": func(o *lab.Options) {
			for _, tr := range o.Traces {
				tr.Bin = 301
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := small(t)
			change(&o)
			if _, err := lab.Run(o); err == nil || !strings.Contains(err.Error(), "nothing to run") {
				t.Errorf("error %v", err)
			}
		})
	}
}

// A day that is the last and the busiest counts once; one on which nothing arrives is
// left out, and so are wide bins, and both are said.
func TestDaysThatCount(t *testing.T) {
	const day = 24 * 60
	o := lab.Options{
		Traces: []*trace.Trace{
			level(t, "rising", day, 10, 20), level(t, "falling", day, 20, 10), level(t, "ending", day, 20, 0), level(t, "wide", 5, 1, 2),
		},
		Scenarios: []simulate.Scenario{scenario(t, "small")}, Seeds: []uint64{1},
		Variants: []lab.Variant{constant(5)}, Peers: lab.PeersStored, Workers: 2,
	}
	o.Traces[3].Bin = 3600
	r := run(t, o)
	var got []string
	for _, c := range r.Cells[0] {
		got = append(got, c.Trace+" "+string(c.Day))
	}
	if diff := cmp.Diff([]string{"rising last", "falling last", "falling peak", "ending peak"}, got); diff != "" {
		t.Error(diff)
	}
	want := []string{"ending: nothing arrives on its last day", "wide: its bins are 3600 s wide, 300 are most"}
	if diff := cmp.Diff(want, r.Skipped); diff != "" {
		t.Error(diff)
	}
}

// Other days are neither the last nor the busiest, nor any that shares an hour with them; they are
// evenly spread, and few enough; who has none is not run.
func TestOtherDays(t *testing.T) {
	const day = 24 * 60
	o := lab.Options{
		Traces: []*trace.Trace{
			level(t, "week", day, 3, 3, 9, 0, 3, 3, 3, 3), level(t, "one", day, 3), level(t, "more", day*5/4, 3, 3, 3, 9),
		},
		Scenarios: []simulate.Scenario{scenario(t, "small")}, Seeds: []uint64{1},
		Variants: []lab.Variant{constant(5)}, Peers: lab.PeersStored, Workers: 2,
	}
	for n, want := range map[int][]string{
		1: {"week 5", "more 2"}, // of 1, 2, 5, 6 and 7, and of 1, 2 and 3
		2: {"week 2", "week 6", "more 1", "more 3"},
		9: {"week 1", "week 2", "week 5", "week 6", "week 7", "more 1", "more 2", "more 3"},
	} {
		o.Others = n
		var got []string
		for _, c := range run(t, o).Cells[0] {
			got = append(got, c.Trace+" "+string(c.Day))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d others:\n%s", n, diff)
		}
	}
	o.Traces = o.Traces[1:2]
	if !o.Empty() {
		t.Error("a trace of a day has others")
	}
	if o.Others = 0; o.Empty() {
		t.Error("a trace of a day has no day")
	}
}

func TestPlot(t *testing.T) {
	o := small(t)
	o.Peers = lab.PeersStored
	r := run(t, o)
	var svg strings.Builder
	if err := o.Plot(&svg, r.Cells[0][0]); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"fast: even, all 20 minutes", "within 60 s (promised 99 %), workers start in 60 s; cost 1.2", "seed 1"} {
		if !strings.Contains(svg.String(), want) {
			t.Errorf("%q is missing", want)
		}
	}
	if err := o.Plot(&svg, lab.Cell{Trace: "even", Scenario: "none"}); err == nil {
		t.Error("a cell of another run is drawn")
	}
	page := r.Page(&o, map[string]lab.Plot{"fast": {File: "lab-fast.svg", Cell: r.Cells[0][0]}})
	for _, want := range []string{
		"](lab-fast.svg)", "99 % of the items within 60 s, workers that start in 60 s, 10 of them busy on average.",
		"## Missed cells", "| fast     | step", "the seeds 1, 2", "| even  | 60     | 0.01 | 1200  |",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is missing:\n%s", want, page)
		}
	}
}
