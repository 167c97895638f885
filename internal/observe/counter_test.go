package observe

import (
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
)

// count answers with a counter of live (and of another class) for each step.
func count(p *prom, values ...string) {
	rows := make([]row, 0, len(values))
	for i, v := range values {
		if v != "" {
			rows = append(rows, row{fmt.Sprintf("queue=live,language=l%d", i), v})
		}
	}
	p.on("done", vector(rows...))
}

func TestCounterNeedsTwoReads(t *testing.T) {
	p := newProm(t)
	r := newRig(t, quiet)
	done := ref("done", "live")
	r.Watch("queue/live", []RowRef{done})
	count(p, "100", "1000")
	r.Ensure(testKey, p.config(counter("done")))
	r.await()
	if got := r.row(done); got.Cause != sample.CauseNotReadYet || got.Quality != sample.Absent {
		t.Errorf("%+v after one read, want NotReadYet", got)
	}
	count(p, "110", "1050", "7")
	r.tick()
	if got := r.row(done); got.Value != 12_000 || !got.Fresh() {
		t.Errorf("%+v, want 2/s and 10/s, and nothing of the class that is new", got)
	}
	got := r.snap().Classes(done, r.now())
	if got[Class{"l2", ""}].Cause != sample.CauseNotReadYet || got[Class{"l1", ""}].Value != 10_000 {
		t.Errorf("classes %+v", got)
	}
	if got := r.row(ref("done", "ads")); got.Cause != sample.CauseNoRow {
		t.Errorf("%+v, want NoRow", got)
	}
}

func TestCounterThatIsZeroWhenEmpty(t *testing.T) {
	p := newProm(t)
	r := newRig(t, quiet)
	s := counter("done")
	s.EmptyZero = true
	done := ref("done", "live")
	r.Watch("queue/live", []RowRef{done})
	count(p)
	r.Ensure(testKey, p.config(s))
	r.await()
	if got := r.row(done); !got.Fresh() || got.Value != 0 {
		t.Errorf("%+v, want Fresh 0", got)
	}
	count(p, "25")
	r.tick()
	if got := r.row(done); got.Value != 5000 {
		t.Errorf("%+v, want 5/s: it was 0 five seconds ago", got)
	}
}

func TestIncreaseOverAWindow(t *testing.T) {
	p := newProm(t)
	r := newRig(t, quiet)
	due := ref("done", "live")
	r.Watch("queue/live", []RowRef{due})
	count(p, "0", "1000000")
	r.Ensure(testKey, p.config(counter("done")))
	r.await()
	for i := range 35 {
		count(p, fmt.Sprint(10*(i+1)), fmt.Sprint(1000000+5*(i+1)))
		r.tick()
	}
	if got := r.snap().Increase(due, sample.Hour, r.now()); got.Cause != sample.CauseNotReadYet {
		t.Errorf("%+v of an hour after %v, want NotReadYet", got, 35*step)
	}
	for i := 35; i < 40; i++ {
		count(p, fmt.Sprint(10*(i+1)), "")
		r.tick()
	}
	if got := r.snap().Increase(due, sample.Hour, r.now()); got.Value != sample.Whole(40*10+35*5) || !got.Fresh() {
		t.Errorf("increase %+v, want 575: that of a class that is gone counts", got)
	}
	if got := r.snap().Covered(due, sample.Hour, r.now()); got != 200*sample.Second {
		t.Errorf("covered %v, want 200 s", got)
	}
	byClass := map[Class]sample.Milli{}
	for c, s := range r.snap().IncreaseByClass(due, 4*sample.Minute, r.now()) {
		byClass[c] = s.Value
	}
	if diff := cmp.Diff(map[Class]sample.Milli{{"l0", ""}: 400_000, {"l1", ""}: 175_000}, byClass); diff != "" {
		t.Error(diff)
	}
	if got := r.snap().Increase(due, sample.Hour, r.now()+31_000); got.Quality != sample.Stale {
		t.Errorf("%+v half a minute later, want Stale", got)
	}
	gauge := r.snap().Increase(ref("nothing", "live"), sample.Hour, r.now())
	if gauge.Cause != sample.CauseUnknownSeries {
		t.Errorf("%+v", gauge)
	}
}

// A snapshot that was taken stays as it was while later ones are made of it.
func TestSnapshotsAreImmutable(t *testing.T) {
	p := newProm(t)
	r := newRig(t, quiet)
	arrivals := ref("done", "live")
	arrivals.History = true
	r.Watch("pool/a", []RowRef{arrivals})
	count(p, "0", "0")
	s := counter("done")
	r.Ensure(testKey, p.config(s))
	r.await()
	type seen struct {
		snap  *Snapshot
		at    sample.Instant
		row   sample.Sample
		bins  []Bin
		grown sample.Sample
	}
	look := func(s *Snapshot, at sample.Instant) seen {
		return seen{s, at, s.Row(arrivals, at), s.Bins(arrivals), s.Increase(arrivals, sample.Minute, at)}
	}
	var readers sync.WaitGroup
	var all []seen
	for i := range 100 {
		count(p, fmt.Sprint(i*10), fmt.Sprint(i%30))
		r.clock.Step(step)
		r.await()
		snap, at := r.snap(), r.now()
		all = append(all, look(snap, at))
		readers.Go(func() {
			for range 20 {
				_ = look(snap, at)
			}
		})
	}
	readers.Wait()
	for i, want := range all {
		got := look(want.snap, want.at)
		if diff := cmp.Diff(want.bins, got.bins); diff != "" || got.row != want.row || got.grown != want.grown {
			t.Fatalf("snapshot %d has changed: %+v, was %+v; bins %s", i, got.row, want.row, diff)
		}
	}
	if got := all[99]; len(got.bins) < 50 || !got.row.Fresh() {
		t.Errorf("the last has %d bins and %+v", len(got.bins), got.row)
	}
}

func TestUnwatchedRowsKeepNoHistory(t *testing.T) {
	st := newSeriesState(counter("done"), false)
	st.watch(map[string]*interest{"queue=q1": {ref: ref("done", "q1"), history: true}})
	now := sample.At(epoch)
	for turn := range 10 {
		var a answer
		for i := range maxUnwatched + 500 {
			a.readings = append(a.readings, reading{
				place{row: fmt.Sprintf("queue=q%d", i)}, datum{now, float64(turn * i)},
			})
		}
		st.absorb(a, now, testPace)
		now = now.Add(5 * sample.Second)
	}
	if got := len(st.rows); got != maxUnwatched+1 {
		t.Errorf("%d rows kept, want %d", got, maxUnwatched+1)
	}
	for key, r := range st.rows {
		remembered := r.hist.begun != 0 || r.cells[Class{}].track.started()
		if watched := key == "queue=q1"; remembered != watched {
			t.Errorf("%s has a history: %v", key, remembered)
		}
	}
	st.watch(nil)
	st.absorb(answer{}, now, testPace)
	if len(st.rows) != 0 {
		t.Errorf("%d rows kept of an empty answer", len(st.rows))
	}
}

// What 100 queues with 12 series each cost after an hour of reads: 4 of the
// series are counters, 2 of them with a history, all split into 5 classes.
func TestMemoryOfAHundredQueues(t *testing.T) {
	before := heap()
	var all []*seriesState
	for n := range 12 {
		def := gauge(fmt.Sprint("s", n))
		if n < 4 {
			def.Type = Counter
		}
		st := newSeriesState(def, false)
		watched := map[string]*interest{}
		for q := range 100 {
			in := ref(def.Name, fmt.Sprint("q", q))
			watched[in.Row] = &interest{ref: in, history: n < 2}
		}
		st.watch(watched)
		all = append(all, st)
	}
	readings := make([]reading, 0, 500)
	for q := range 100 {
		for c := range 5 {
			at := place{RowKey(map[string]string{"queue": fmt.Sprint("q", q)}), Class{Language: fmt.Sprint("l", c)}}
			readings = append(readings, reading{place: at})
		}
	}
	for n, st := range all {
		now, turns := sample.At(epoch), 720
		if n >= 4 {
			turns = 2
		}
		for turn := range turns {
			for i := range readings {
				readings[i].datum = datum{now, float64(turn * (i/5 + 1))}
			}
			st.absorb(answer{readings: readings}, now, testPace)
			now = now.Add(5 * sample.Second)
		}
	}
	used := heap() - before
	views := make([]*seriesView, 0, len(all))
	for _, st := range all {
		views = append(views, st.view())
	}
	shown := heap() - before - used
	t.Logf("1200 rows of 5 classes: %d KiB held, %d KiB in a snapshot", used>>10, shown>>10)
	if used > 25<<20 || shown > 5<<20 {
		t.Errorf("%d bytes held and %d in a snapshot, want at most 25 MiB and 5 MiB", used, shown)
	}
	runtime.KeepAlive(all)
	runtime.KeepAlive(views)
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestWatchOfAnUnwatchedRowBegins(t *testing.T) {
	p := newProm(t)
	r := newRig(t, quiet)
	count(p, "100")
	r.Ensure(testKey, p.config(counter("done")))
	r.await()
	count(p, "150")
	r.tick()
	r.Watch("pool/a", []RowRef{ref("done", "live")})
	count(p, "200")
	r.tick()
	if got := r.row(ref("done", "live")); got.Value != 10_000 {
		t.Errorf("%+v, want 10/s, measured from the value that was known", got)
	}
	if got := time.Duration(r.snap().pace.window) * time.Millisecond; got != 20*time.Second {
		t.Errorf("window %v", got)
	}
}
