package simulate_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/simulate"
	"github.com/modcap/modcap/internal/trace"
)

// stream is a queue of a shared pool, for tests.
type stream struct {
	key      string
	deadline int
	work     float64
	priority int32
	trace    string
}

// shared is a pool of workers that do two units of work a second and start in 60 s.
func shared(t testing.TB, day simulate.Day, streams ...stream) simulate.Shared {
	t.Helper()
	out, err := tryShared(t, simulate.Load{Day: day, Seed: 1}, streams...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func tryShared(t testing.TB, load simulate.Load, streams ...stream) (simulate.Shared, error) {
	t.Helper()
	var traces []*trace.Trace
	var ds []simulate.Declared
	for _, s := range streams {
		d := simulate.Grid[0].Declared()
		pool := d.Pool(0)
		pool.Throughput = 2 * sample.One
		d.Pool = func(sample.Instant) capacity.Pool { return pool }
		work, _ := sample.FromFloat(s.work)
		d.Queue.Key, d.Queue.Deadline, d.Queue.WorkPerItem, d.Queue.Priority = "trust/"+s.key, seconds(s.deadline), work, s.priority
		traces, ds = append(traces, parse(t, s.key+".csv", s.trace)), append(ds, d)
	}
	return simulate.NewShared(traces, ds, load)
}

func seconds(n int) sample.Span { return sample.Span(n) * sample.Second }

// times is a trace with its counts multiplied.
func times(factor float64, file string) string {
	lines := strings.Split(strings.TrimSpace(file), "\n")
	for i, line := range lines {
		at, count, ok := strings.Cut(line, ",")
		var n float64
		if _, err := fmt.Sscan(count, &n); ok && err == nil {
			lines[i] = fmt.Sprintf("%s,%g", at, n*factor)
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

// One queue alone is what its case is, to the last bit.
func TestSharedByOneIsACase(t *testing.T) {
	one := shared(t, simulate.LastDay, stream{"a", 45, 3, 500, made()["hours"]})
	c := one[0]
	want, wantTape := simulate.Record(c.Arrivals, c.Pool, c.Engine())
	got, tape := one.Record(one.Engine())
	if diff := cmp.Diff(want, got.Result); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(wantTape, tape); diff != "" {
		t.Error(diff)
	}
	if q := got.Queues[0]; q.Attained != want.Attained || q.Low != want.Low || math.Abs(q.Late-(1-q.Attained)*q.Items) > 1e-6 {
		t.Errorf("%+v, want as %+v", q, want)
	}
	if one.Bound() != c.Bound() || one.Work() != c.Work() || one.Pool() != c.Pool {
		t.Errorf("bound %v and %v, work %v and %v, pool %+v and %+v", one.Bound(), c.Bound(), one.Work(), c.Work(), one.Pool(), c.Pool)
	}
	for i, rule := range one.Rules() {
		want := rule.Best(c.Arrivals, c.Pool, c.Share)
		knob, best := one.Best(c.Rules()[i])
		if diff := cmp.Diff(want, simulate.Outcome{Rule: rule.Name, Knob: knob, Result: best.Result}); diff != "" {
			t.Errorf("%s: %s", rule.Name, diff)
		}
	}
}

// Queues with the same promise are one queue, but for their draws and for rounding.
func TestSplittingAQueueChangesLittle(t *testing.T) {
	for name, deadline := range map[string]int{"no time to wait": 30, "time to wait": 600} {
		t.Run(name, func(t *testing.T) {
			whole := shared(t, simulate.LastDay, stream{"a", deadline, 1, 500, made()["days"]})
			halves := shared(t, simulate.LastDay,
				stream{"a", deadline, 1, 500, times(0.75, made()["days"])}, stream{"b", deadline, 1, 500, times(0.25, made()["days"])})
			want, got := whole.Run(whole.Engine()), halves.Run(halves.Engine())
			if math.Abs(got.Attained-want.Attained) > 0.004 || math.Abs(got.WorkerSeconds/want.WorkerSeconds-1) > 0.03 {
				t.Errorf("%.4f in time for %.0f worker-seconds, in one queue %.4f for %.0f",
					got.Attained, got.WorkerSeconds, want.Attained, want.WorkerSeconds)
			}
			if bound := halves.Bound() / whole.Bound(); math.Abs(bound-1) > 0.01 {
				t.Errorf("the clairvoyant pays %.4f of what one queue costs", bound)
			}
		})
	}
}

// Which queue is declared first is of no importance, and neither is another one for what
// is drawn.
func TestQueuesComeInAnyOrder(t *testing.T) {
	streams := []stream{
		{"a", 30, 1, 500, made()["hours"]}, {"b", 600, 2.5, 500, times(2, made()["hours"])},
		{"c", 30, 1, 500, made()["hours"]}, {"d", 120, 0.5, 900, made()["hours"]},
	}
	want := shared(t, simulate.PeakDay, streams...)
	result := want.Run(want.Engine())
	rng := rand.New(rand.NewPCG(4, 4))
	for range 3 {
		rng.Shuffle(len(streams), func(i, j int) { streams[i], streams[j] = streams[j], streams[i] })
		got := shared(t, simulate.PeakDay, streams...)
		if diff := cmp.Diff(result, got.Run(got.Engine())); diff != "" {
			t.Fatal(diff)
		}
		if got.Bound() != want.Bound() {
			t.Errorf("the clairvoyant pays %v, and %v", want.Bound(), got.Bound())
		}
	}
	if slices.Equal(want[1].Arrivals, want[2].Arrivals) {
		t.Error("two queues with the same trace have the same draws")
	}
	fewer := shared(t, simulate.PeakDay, streams[:2]...)
	for _, c := range fewer {
		i := slices.IndexFunc(want, func(o *simulate.Case) bool { return o.Name() == c.Name() })
		if !slices.Equal(want[i].Arrivals, c.Arrivals) {
			t.Errorf("the arrivals of %s depend on who is beside it", c.Name())
		}
	}
}

// constant is a number of workers.
type constant int

func (n constant) Step(*simulate.View) int { return int(n) }

// Priorities decide who is late when somebody must be, and nothing else.
func TestPriorityMattersUnderShortageOnly(t *testing.T) {
	with := func(live, batch int32) simulate.Shared {
		return shared(t, simulate.LastDay, stream{"live", 30, 1, live, made()["hours"]}, stream{"batch", 600, 1, batch, made()["hours"]})
	}
	results := func(s simulate.Shared, workers int) map[string]simulate.Served {
		out := map[string]simulate.Served{}
		for i, q := range s.Run(constant(workers)).Queues {
			out[s[i].Name()] = q
		}
		return out
	}
	up, down := with(900, 100), with(100, 900)
	enough := results(up, 20)
	if diff := cmp.Diff(enough, results(down, 20)); diff != "" || enough["live"].Late > 0 || enough["batch"].Late > 0 {
		t.Errorf("with enough workers priorities matter: %+v, %s", enough, diff)
	}
	alone := map[string]float64{}
	for _, c := range up {
		alone[c.Name()] = simulate.Shared{c}.Run(constant(5)).Attained
	}
	liveFirst, batchFirst := results(up, 5), results(down, 5)
	for _, c := range []struct {
		name          string
		first, second simulate.Served
	}{{"live", liveFirst["live"], batchFirst["live"]}, {"batch", batchFirst["batch"], liveFirst["batch"]}} {
		if c.first.Attained < alone[c.name]-0.02 {
			t.Errorf("%s comes first: %.4f in time, alone %.4f", c.name, c.first.Attained, alone[c.name])
		}
		if c.second.Attained > c.first.Attained-0.05 {
			t.Errorf("%s comes second: %.4f in time, first %.4f", c.name, c.second.Attained, c.first.Attained)
		}
	}
}

// What is scored is the same time for all queues, by the starts of their traces.
func TestSharedDayLiesWithinAllTraces(t *testing.T) {
	file := func(start string, hours, peak int) string {
		var b strings.Builder
		fmt.Fprintf(&b, "# start: %s\n# bin_seconds: 3600\n", start)
		for h := range hours {
			fmt.Fprintf(&b, "%d,%d\n", 3600*h, map[bool]int{true: 9000, false: 360}[h == peak])
		}
		return b.String()
	}
	a, b := file("2026-03-02T00:00:00Z", 24*6, 50), file("2026-03-03T12:00:00Z", 24*3, 3)
	for day, begins := range map[simulate.Day]string{
		simulate.LastDay:   "2026-03-05T12:00:00Z",
		simulate.PeakDay:   "2026-03-03T12:00:00Z", // counted from where both have begun
		simulate.NthDay(2): "2026-03-04T12:00:00Z",
	} {
		s := shared(t, day, stream{"a", 30, 1, 500, a}, stream{"b", 60, 1, 500, b})
		for _, one := range s {
			if got := one.Epoch.Time().UTC().Format(time.RFC3339); got != begins || len(one.Arrivals) != trace.DaySeconds {
				t.Errorf("%s: %s begins %s, want %s, and has %d s", day, one.Name(), got, begins, len(one.Arrivals))
			}
		}
	}
	s := shared(t, simulate.PeakDay, stream{"a", 30, 1, 500, a}, stream{"b", 60, 1, 500, file("2026-03-07T20:00:00Z", 60, 3)})
	if len(s[0].Arrivals) != 4*3600 || len(s[0].History) == 0 || len(s[1].History) != 0 {
		t.Errorf("%d s in common, %d and %d bins before", len(s[0].Arrivals), len(s[0].History), len(s[1].History))
	}
	for _, one := range [][]stream{{{"a", 30, 1, 500, a}}, {{"a", 30, 1, 500, a}, {"b", 60, 1, 500, b}}} {
		_, err := tryShared(t, simulate.Load{Day: simulate.NthDay(7), Seed: 1}, one...)
		if err == nil || !strings.Contains(err.Error(), "there is no day 7: its whole days are 1 to ") {
			t.Errorf("a day that %d traces do not have: %v", len(one), err)
		}
	}
	for name, c := range map[string]struct{ file, want string }{
		"apart": {file("2026-04-01T00:00:00Z", 5, 1), "the traces have no second in common: a.csv ends at 2026-03-08T00:00:00Z " +
			"and b.csv begins at 2026-04-01T00:00:00Z; say in a line such as # start: 2026-01-05T00:00:00Z when each begins"},
		"silent": {"# start: 2026-03-02T00:00:00Z\n# bin_seconds: 3600\n0,5\n3600,0\n864000,0\n",
			"queue b: b.csv: nothing arrives in the 86400 s from second 432000 that are scored: choose the day with the peak"},
	} {
		_, err := tryShared(t, simulate.Load{Day: simulate.LastDay, Seed: 1}, stream{"a", 30, 1, 500, a}, stream{"b", 60, 1, 500, c.file})
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

// A mean is that of all queues together, in the proportions of the traces.
func TestSharedMean(t *testing.T) {
	streams := []stream{{"a", 30, 1, 500, made()["hours"]}, {"b", 60, 1, 500, times(3, made()["hours"])}}
	s, err := tryShared(t, simulate.Load{Day: simulate.LastDay, Mean: 12}, streams...)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range map[int]float64{0: 3, 1: 9} {
		if got := total(s[i].Arrivals) / float64(s.Seconds()); math.Abs(got-want) > 0.01 {
			t.Errorf("%s: %.4f items a second, want %g", s[i].Name(), got, want)
		}
	}
	first := math.Ceil((s[0].Arrivals[0] + s[1].Arrivals[0]) / 2)
	if s[0].Pool.Initial != int(first) || s[1].Pool.Initial != int(first) {
		t.Errorf("%d and %d workers at first, want %v", s[0].Pool.Initial, s[1].Pool.Initial, first)
	}
}

// The peers see all queues together, and the best keeps every promise if any does.
func TestSharedBest(t *testing.T) {
	s := shared(t, simulate.LastDay, stream{"live", 30, 1, 900, made()["hours"]}, stream{"batch", 600, 4, 100, made()["hours"]})
	pool := s.Pool()
	if pool.Deadline != 30 || pool.Throughput != 2 {
		t.Fatalf("%+v", pool)
	}
	backlog, arrived := 0.0, 0.0
	s.Run(asked(func(v *simulate.View) int {
		want := v.Queues[0].Backlog + 4*v.Queues[1].Backlog
		if math.Abs(v.Backlog-want) > 1e-9 || v.Oldest != max(v.Queues[0].Oldest, v.Queues[1].Oldest) {
			t.Fatalf("second %d: %+v", v.Second, v)
		}
		backlog, arrived = max(backlog, v.Backlog), arrived+v.Queues[1].Arrived
		return 8
	}))
	if backlog == 0 || math.Abs(arrived-total(s[1].Arrivals)) > 1e-6 {
		t.Errorf("a backlog of %v, and %v arrived", backlog, arrived)
	}
	kept := func(c simulate.Combined) bool {
		return c.Queues[0].Attained >= s[0].Share && c.Queues[1].Attained >= s[1].Share
	}
	rules := s.Rules()
	rule := rules[slices.IndexFunc(rules, func(r simulate.Rule) bool { return r.Name == "hpa-rate" })]
	knob, best := s.Best(rule)
	if !kept(best) || best.WorkerSeconds < s.Bound() {
		t.Fatalf("at a rate of %v each %+v, the clairvoyant pays %v", knob, best, s.Bound())
	}
	for _, k := range rule.Knobs {
		if got := s.Run(rule.New(k, 30, 2)); kept(got) && got.WorkerSeconds < best.WorkerSeconds {
			t.Errorf("%v is cheaper than %v", k, knob)
		}
	}
}

// BenchmarkShared is the simulation of two queues, under a rule that costs next to nothing.
func BenchmarkShared(b *testing.B) {
	s := shared(b, simulate.LastDay, stream{"live", 30, 1, 900, made()["days"]}, stream{"batch", 600, 1, 100, made()["days"]})
	for name, workers := range map[string]int{"enough": 12, "short": 2} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				s.Run(constant(workers))
			}
			b.ReportMetric(float64(b.N)*float64(s.Seconds())/b.Elapsed().Seconds()/1e6, "Mseconds/s")
		})
	}
}
