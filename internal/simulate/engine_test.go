package simulate_test

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/simulate"
)

func grid(t testing.TB, name, file string, day simulate.Day) *simulate.Case {
	t.Helper()
	for _, s := range simulate.Grid {
		if s.Name == name {
			c, err := s.Case(parse(t, file, made()[file]), day, 1)
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
	}
	t.Fatalf("there is no scenario %s", name)
	return nil
}

// A timeline, written and replayed, gives what the engine's own run gave: anybody can
// judge it.
func TestTimelineReplays(t *testing.T) {
	for _, s := range simulate.Grid {
		t.Run(s.Name, func(t *testing.T) {
			c := grid(t, s.Name, "hours", simulate.LastDay)
			want, tape := simulate.Record(c.Arrivals, c.Pool, c.Engine())
			var out bytes.Buffer
			if err := tape.Timeline(&out); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, simulate.Run(c.Arrivals, c.Pool, replay(t, &out))); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(want, simulate.Run(c.Arrivals, c.Pool, c.Engine())); diff != "" {
				t.Errorf("another run of the engine: %s", diff)
			}
			if want.Changes == 0 || want.Attained < 0.5 {
				t.Errorf("the engine did nothing: %+v", want)
			}
		})
	}
}

func replay(t *testing.T, in *bytes.Buffer) simulate.Replay {
	rows, err := csv.NewReader(in).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var p simulate.Replay
	for _, row := range rows[1:] {
		n, err := strconv.Atoi(row[2])
		if err != nil {
			t.Fatal(err)
		}
		p = append(p, n)
	}
	return p
}

// The engine decides every five seconds, and no more once the day is over.
func TestEngineDecidesEachInterval(t *testing.T) {
	c := grid(t, "fast", "hours", simulate.LastDay)
	engine := c.Engine()
	ended, before := 0, 0
	simulate.Run(c.Arrivals, c.Pool, asked(func(v *simulate.View) int {
		n := engine.Step(v)
		switch {
		case v.Ended:
			if ended++; n != v.Desired {
				t.Fatalf("second %d is after the end, and %d became %d", v.Second, v.Desired, n)
			}
		case v.Second%5 != 0 && n != v.Desired:
			t.Fatalf("second %d is between decisions, and %d became %d", v.Second, v.Desired, n)
		case v.Second%5 == 0:
			if got := engine.Last.State.At.Since(c.Epoch); got != sample.Span(v.Second)*sample.Second || n != int(engine.Last.Replicas) {
				t.Fatalf("second %d: decided %d at %s, answered %d", v.Second, engine.Last.Replicas, got, n)
			}
			before = v.Second
		}
		return n
	}))
	if before != len(c.Arrivals)-5 {
		t.Errorf("the last decision was at %d of %d", before, len(c.Arrivals))
	}
}

type asked func(*simulate.View) int

func (f asked) Step(v *simulate.View) int { return f(v) }

// The past is given to the engine: with it, the first decisions already know how much
// arrivals vary.
func TestEngineKnowsThePast(t *testing.T) {
	c := grid(t, "live", "days", simulate.LastDay)
	first := func(e *simulate.Engine) int {
		simulate.Run(c.Arrivals[:1], c.Pool, e)
		return len(e.Last.Steps)
	}
	if len(c.History) == 0 || c.Missing != 300 {
		t.Fatalf("%d bins of history, %d s missing", len(c.History), c.Missing)
	}
	if last := c.History[len(c.History)-1]; last.At.Add(last.Width) != c.Epoch {
		t.Errorf("history ends %s before the day", c.Epoch.Since(last.At.Add(last.Width)))
	}
	if first(c.Engine()) == 0 {
		t.Error("the first second is not decided")
	}
	with, _ := simulate.Record(c.Arrivals, c.Pool, c.Engine())
	without, _ := simulate.Record(c.Arrivals, c.Pool, simulate.NewEngine(c.Declared, c.Epoch, nil))
	if cmp.Equal(with, without) {
		t.Error("history changes nothing")
	}
}

// Bounds that move by the clock are asked for again when they do.
func TestEngineFollowsBounds(t *testing.T) {
	c := grid(t, "video", "hours", simulate.LastDay)
	edge := c.Epoch.Add(sample.Hour)
	plain, asked := c.Declared.Pool, 0
	c.Declared.Pool = func(now sample.Instant) capacity.Pool {
		asked++
		p := plain(now)
		if now >= edge {
			p.Min = 40
		} else {
			p.Next = &capacity.Bounds{At: edge, Min: 40, Max: p.Max}
		}
		return p
	}
	_, tape := simulate.Record(c.Arrivals, c.Pool, c.Engine())
	if tape.Desired[3000] >= 40 || tape.Desired[3600] < 40 || tape.Desired[len(tape.Desired)-1] < 40 {
		t.Errorf("%d, %d, %d workers before, at and after the edge", tape.Desired[3000], tape.Desired[3600], tape.Desired[len(tape.Desired)-1])
	}
	if asked != 2 {
		t.Errorf("the bounds were asked for %d times", asked)
	}
}

func TestNewCaseRefuses(t *testing.T) {
	quiet := "# bin_seconds: 3600\n0,5\n"
	for _, at := range []string{"90000", "93600", "176400"} {
		quiet += at + ",0\n"
	}
	live := simulate.Grid[0].Declared()
	lazy := live
	lazy.Pool = func(sample.Instant) capacity.Pool { return capacity.Pool{} }
	hasty := live
	hasty.Queue.Deadline = 500 * sample.Millisecond
	for name, c := range map[string]struct {
		trace    string
		declared simulate.Declared
		want     string
	}{
		"nothing arrives": {quiet, live, "x: nothing arrives in the 86400 s from second 93600 that are scored: choose the day with the peak"},
		"no throughput": {made()["hours"], lazy,
			"a deadline of 30s with 0 items a second for each worker cannot be simulated: a second and some work are least"},
		"no second": {made()["hours"], hasty,
			"a deadline of 500ms with 1 items a second for each worker cannot be simulated: a second and some work are least"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := simulate.NewCase(parse(t, "x", c.trace), c.declared, simulate.Load{Seed: 1})
			if err == nil || err.Error() != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

// Heavier items on faster workers are the same.
func TestWorkPerItem(t *testing.T) {
	plain := grid(t, "live", "hours", simulate.LastDay)
	heavy := *plain
	heavy.Declared.Queue.WorkPerItem = sample.Whole(4)
	heavy.Declared.Pool = func(now sample.Instant) capacity.Pool {
		p := plain.Declared.Pool(now)
		p.Throughput *= 4
		return p
	}
	want := simulate.Run(plain.Arrivals, plain.Pool, plain.Engine())
	if diff := cmp.Diff(want, simulate.Run(heavy.Arrivals, heavy.Pool, heavy.Engine())); diff != "" {
		t.Errorf("four times the work by workers four times as fast: %s", diff)
	}
	c, err := simulate.NewCase(parse(t, "hours", made()["hours"]), heavy.Declared, simulate.Load{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if c.Pool.Throughput != 1 || c.Pool.Initial != 1 {
		t.Errorf("%+v", c.Pool)
	}
}

// The bar is a million simulated seconds in a second, the engine's work included: of the
// day alone, with the engine ready for it; of the day and the history that the engine
// simulates with all its shadows to be ready; and of the day, for which all of that is done.
func BenchmarkEngine(b *testing.B) {
	for _, s := range simulate.Grid {
		b.Run(s.Name, func(b *testing.B) {
			c := grid(b, s.Name, "days", simulate.LastDay)
			var ready time.Duration
			b.ReportAllocs()
			for b.Loop() {
				from := b.Elapsed()
				e := c.Engine()
				ready += b.Elapsed() - from
				simulate.Run(c.Arrivals, c.Pool, e)
			}
			day, before := float64(len(c.Arrivals)), 0.0
			for _, bin := range c.History {
				before += float64(bin.Width) / 1000
			}
			report := func(seconds float64, took time.Duration, unit string) {
				b.ReportMetric(float64(b.N)*seconds/took.Seconds()/1e6, unit)
			}
			report(day, b.Elapsed()-ready, "Mseconds/s-day-alone")
			report(day+before, b.Elapsed(), "Mseconds/s-history-and-day")
			report(day, b.Elapsed(), "Mseconds/s-day-over-all")
		})
	}
}

func BenchmarkPeer(b *testing.B) {
	c := grid(b, "live", "days", simulate.LastDay)
	for _, r := range c.Rules() {
		b.Run(r.Name, func(b *testing.B) {
			for b.Loop() {
				simulate.Run(c.Arrivals, c.Pool, r.New(r.Knobs[len(r.Knobs)/2], 30, 1))
			}
			b.ReportMetric(float64(b.N)*float64(len(c.Arrivals))/b.Elapsed().Seconds()/1e6, "Mseconds/s")
		})
	}
}

// decided keeps whether the engine had learned of a pool.
type decided struct{ known bool }

func (d *decided) Outlook(int, *forecast.State, sample.Instant, []forecast.Event) capacity.Outlook {
	return capacity.Outlook{}
}

func (d *decided) Decided(in *capacity.Input, _ *capacity.Decision) { d.known = in.Tuning.Known }

// With a startup of minutes the tuner's slots are wider than an interval, and it learns
// all the same.
func TestEngineLearnsOfASlowPool(t *testing.T) {
	s := simulate.Scenario{Name: "slow", Deadline: 300, Startup: 600, Busy: 10, Share: 0.99, Min: 1, Max: 100}
	c, err := s.Case(parse(t, "hours", made()["hours"]), simulate.LastDay, 1)
	if err != nil {
		t.Fatal(err)
	}
	var seen decided
	e := c.Engine()
	e.Watch = &seen
	simulate.Run(c.Arrivals[:1200], c.Pool, e)
	if !seen.known {
		t.Error("after 20 minutes nothing was learned")
	}
}

// counted counts how often an engine is asked.
type counted struct {
	*simulate.Engine
	asked *int
}

func (c counted) Step(v *simulate.View) int {
	*c.asked++
	return c.Engine.Step(v)
}

// Asked once an interval, the engine decides what it decides when asked each second.
func TestEngineIsAskedOnceAnInterval(t *testing.T) {
	s := shared(t, simulate.LastDay, stream{"a", 45, 3, 500, made()["hours"]}, stream{"b", 200, 1, 600, made()["hours"]})
	for _, s := range []simulate.Shared{s, s[:1]} {
		want, tape := s.Record(asked(s.Engine().Step))
		calls := 0
		got, sparse := s.Record(counted{s.Engine(), &calls})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d queues: %s", len(s), diff)
		}
		if diff := cmp.Diff(tape, sparse); diff != "" {
			t.Errorf("%d queues: %s", len(s), diff)
		}
		if n := s.Seconds(); calls < n/5 || calls > n/5+n/10 {
			t.Errorf("%d queues: asked %d times in %d seconds", len(s), calls, n)
		}
	}
}
