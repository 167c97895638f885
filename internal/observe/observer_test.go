package observe

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
)

func TestReadsRowsAndClasses(t *testing.T) {
	p := newProm(t)
	p.on("backlog", vector(
		row{"queue=live,language=pt,domain=hate", "10"},
		row{"queue=live,language=es,domain=hate", "5.5"},
		row{"queue=live,domain=spam", "1"},
		row{"queue=ads", "3"},
		row{"language=pt", "99"},
	))
	age := gauge("age")
	age.Type = Age
	p.on("age", vector(row{"queue=live,language=pt", "30"}, row{"queue=live,language=es", "12"}))
	r := newRig(t)
	r.Ensure(testKey, p.config(gauge("backlog"), age))
	r.await()

	at := sample.At(epoch)
	if diff := cmp.Diff(sample.FreshAt(16500, at), r.row(ref("backlog", "live"))); diff != "" {
		t.Errorf("backlog of live: %s", diff)
	}
	if diff := cmp.Diff(sample.FreshAt(30000, at), r.row(ref("age", "live"))); diff != "" {
		t.Errorf("the oldest class is the row's age: %s", diff)
	}
	want := map[Class]sample.Sample{
		{"pt", "hate"}: sample.FreshAt(10000, at),
		{"es", "hate"}: sample.FreshAt(5500, at),
		{"", "spam"}:   sample.FreshAt(1000, at),
	}
	if diff := cmp.Diff(want, r.snap().Classes(ref("backlog", "live"), at)); diff != "" {
		t.Errorf("classes of live: %s", diff)
	}
	h := r.snap().Health(at)
	if h.Series[0].Rows != 2 || h.Series[0].Ignored != 1 || h.Answering != 2 {
		t.Errorf("health %+v, want 2 rows, 1 ignored, 2 answering", h)
	}
}

func TestOneRequestPerSeriesAndInterval(t *testing.T) {
	p := newProm(t)
	rows := make([]row, 1000)
	refs := make([]RowRef, 1000)
	for i := range rows {
		queue := "q" + time.Duration(i).String()
		rows[i] = row{"queue=" + queue, "1"}
		refs[i] = ref("backlog", queue)
	}
	p.on("backlog", vector(rows...))
	p.on("arrivals", vector(rows...))
	r := newRig(t)
	r.Watch("pool/a", refs)
	c := p.config(gauge("backlog"), counter("arrivals"))
	c.BearerToken = "s3cret"
	r.Ensure(testKey, c)
	r.await()
	for range 3 {
		r.tick()
	}
	calls := p.taken()
	if len(calls) != 8 {
		t.Fatalf("%d requests in 4 intervals for 2 series and 1000 queues, want 8", len(calls))
	}
	want := map[string]string{
		"query": "backlog", "time": "1793534400", "timeout": "3", "lookback_delta": "30", "limit": "20000",
	}
	for k, v := range want {
		if got := calls[0].form.Get(k); got != v {
			t.Errorf("%s = %q, want %q", k, got, v)
		}
	}
	if calls[0].path != "/api/v1/query" || calls[0].head.Get("Authorization") != "Bearer s3cret" {
		t.Errorf("asked %s with %q", calls[0].path, calls[0].head.Get("Authorization"))
	}
	if got := r.row(refs[999]); !got.Fresh() || got.Value != sample.One {
		t.Errorf("row 999 is %+v, want 1", got)
	}
}

func TestSamplesAgeByThemselves(t *testing.T) {
	p := newProm(t)
	p.on("backlog", vector(row{"queue=live", "7"}))
	r := newRig(t)
	r.Ensure(testKey, p.config(gauge("backlog")))
	r.await()
	snap, at := r.snap(), r.now()
	got := snap.Row(ref("backlog", "live"), at.Add(31*sample.Second))
	want := sample.Sample{Value: 7000, At: at, Quality: sample.Stale, Cause: sample.CauseTooOld}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if h := snap.Health(at.Add(31 * sample.Second)); h.Series[0].Cause != sample.CauseTooOld {
		t.Errorf("health %+v, want TooOld", h.Series[0])
	}
}

func TestEmptyAs(t *testing.T) {
	p := newProm(t)
	zero := gauge("backlog")
	zero.EmptyZero = true
	r := newRig(t)
	p.on("backlog", vector())
	r.Ensure(testKey, p.config(zero))
	r.await()
	if got := r.row(ref("backlog", "live")); !got.Fresh() || got.Value != 0 {
		t.Errorf("emptyAs: Zero gives %+v, want Fresh 0", got)
	}
	p.on("backlog", text(http.StatusOK,
		`{"status":"success","data":{"resultType":"vector","result":[]},"warnings":["one store is away"]}`))
	r.tick()
	if got := r.row(ref("backlog", "live")); got.Quality != sample.Absent || got.Cause != sample.CausePartialData {
		t.Errorf("a partial answer gives %+v, want Absent PartialData", got)
	}
	p.on("backlog", text(http.StatusInternalServerError, ""))
	r.clock.Step(31 * time.Second)
	r.await()
	if got := r.row(ref("backlog", "live")); got.Fresh() {
		t.Errorf("a failing source gives %+v, want not Fresh", got)
	}
}

func TestNotifiesOnMaterialChangeOnly(t *testing.T) {
	p := newProm(t)
	r := newRig(t)
	r.Watch("pool/a", []RowRef{ref("backlog", "live")})
	r.Watch("pool/b", []RowRef{ref("backlog", "ads")})
	p.on("backlog", vector(row{"queue=live", "1000"}, row{"queue=ads", "5"}))
	r.Ensure(testKey, p.config(gauge("backlog")))
	r.await()
	if got := len(r.wakes()); got != 2 {
		t.Errorf("the first answer woke %d consumers, want 2", got)
	}
	for name, c := range []struct {
		live, ads string
		want      []string
	}{
		{"1004", "5", nil},
		{"1060", "5", []string{"pool/a"}},
		{"1099", "5", nil},
		{"1099", "NaN", []string{"pool/b"}},
		{"1099", "NaN", nil},
	} {
		p.on("backlog", vector(row{"queue=live", c.live}, row{"queue=ads", c.ads}))
		r.tick()
		if diff := cmp.Diff(c.want, r.wakes()); diff != "" {
			t.Errorf("step %d: %s", name, diff)
		}
	}
	r.Watch("pool/a", nil)
	p.on("backlog", vector(row{"queue=live", "9"}, row{"queue=ads", "NaN"}))
	r.tick()
	if got := r.wakes(); got != nil {
		t.Errorf("a consumer that watches nothing was woken: %v", got)
	}
}

func TestNotifiesWhenClassesShift(t *testing.T) {
	p := newProm(t)
	r := newRig(t)
	r.Watch("pool/a", []RowRef{ref("backlog", "live")})
	p.on("backlog", vector(row{"queue=live,language=pt", "60"}, row{"queue=live,language=es", "40"}))
	r.Ensure(testKey, p.config(gauge("backlog")))
	r.await()
	r.wakes()
	p.on("backlog", vector(row{"queue=live,language=pt", "40"}, row{"queue=live,language=es", "60"}))
	r.tick()
	if diff := cmp.Diff([]string{"pool/a"}, r.wakes()); diff != "" {
		t.Error(diff)
	}
}

func TestConfigChangeKeepsWhatIsTheSame(t *testing.T) {
	p := newProm(t)
	r := newRig(t)
	r.Watch("pool/a", []RowRef{ref("done", "live")})
	p.on("done", vector(row{"queue=live", "100"}))
	p.on("backlog", vector(row{"queue=live", "1"}))
	c := p.config(counter("done"))
	r.Ensure(testKey, c)
	r.await()
	p.on("done", vector(row{"queue=live", "150"}))
	r.tick()
	if got := r.row(ref("done", "live")); got.Value != 10_000 {
		t.Fatalf("rate %+v, want 10/s", got)
	}
	p.taken()
	r.Ensure(testKey, c)
	c.Generation, c.Series = 2, []Series{counter("done"), gauge("backlog")}
	r.Ensure(testKey, c)
	r.await()
	if got := r.row(ref("done", "live")); got.Value != 10_000 {
		t.Errorf("rate %+v after a series was added, want 10/s still", got)
	}
	if got := r.snap().Generation(); got != 2 || len(p.taken()) != 2 {
		t.Errorf("generation %d, want 2 and one read of each series at once", got)
	}
	other := newProm(t)
	other.on("done", vector(row{"queue=live", "7"}))
	r.Ensure(testKey, other.config(counter("done")))
	r.await()
	if got := r.row(ref("done", "live")); got.Cause != sample.CauseNotReadYet {
		t.Errorf("%+v, want NotReadYet from another server", got)
	}
	r.Forget(testKey)
	if got := r.row(ref("done", "live")); got.Cause != sample.CauseSourceMissing {
		t.Errorf("%+v, want SourceMissing once forgotten", got)
	}
}

func TestMissingReferences(t *testing.T) {
	p := newProm(t)
	p.on("backlog", vector(row{"queue=live", "1"}))
	r := newRig(t)
	r.Ensure(testKey, p.config(gauge("backlog")))
	r.await()
	for name, c := range map[string]struct {
		snap *Snapshot
		ref  RowRef
		want sample.Cause
	}{
		"no source":      {nil, ref("backlog", "live"), sample.CauseSourceMissing},
		"not declared":   {r.snap(), RowRef{Source: testKey, Row: "queue=live"}, sample.CauseNotDeclared},
		"unknown series": {r.snap(), ref("unheard-of", "live"), sample.CauseUnknownSeries},
		"no row":         {r.snap(), ref("backlog", "ads"), sample.CauseNoRow},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.snap.Row(c.ref, r.now()); got.Quality != sample.Absent || got.Cause != c.want {
				t.Errorf("%+v, want Absent %s", got, c.want)
			}
			if c.snap.Classes(c.ref, r.now()) != nil || c.snap.Bins(c.ref) != nil || c.snap.Covered(c.ref, 1, 1) != 0 {
				t.Error("want no classes, bins or coverage of a missing row")
			}
		})
	}
}

func TestClockSetBack(t *testing.T) {
	p := newProm(t)
	p.on("backlog", vector(row{"queue=live", "1"}))
	r := newRig(t, quiet)
	r.Ensure(testKey, p.config(gauge("backlog")))
	r.await()
	r.clock.SetTime(epoch.Add(-time.Hour))
	p.taken()
	r.Ensure(SourceKey{Name: "other"}, p.config(gauge("backlog")))
	r.await()
	r.Watch("pool/a", []RowRef{ref("backlog", "live")})
	c := p.config(gauge("backlog"))
	c.Generation = 7
	r.Ensure(testKey, c) // wakes the source, and changes nothing that it reads
	r.await()
	if got := len(p.taken()); got != 2 {
		t.Errorf("%d requests, want one of each source: it must not wait for an hour", got)
	}
}
