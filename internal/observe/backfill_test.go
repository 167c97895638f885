package observe

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/modcap/modcap/internal/sample"
)

// matrix answers an instant query with value now, and a range query with a
// value for each of its points.
func matrix(labels string, now float64, value func(at int64) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v1/query" {
			vector(row{labels, fmt.Sprint(now)})(w, r)
			return
		}
		start, _ := strconv.ParseInt(r.FormValue("start"), 10, 64)
		end, _ := strconv.ParseInt(r.FormValue("end"), 10, 64)
		width, _ := strconv.ParseInt(r.FormValue("step"), 10, 64)
		var points []string
		for at := start; at <= end; at += width {
			if v := value(at); v != "" {
				points = append(points, fmt.Sprintf(`[%d,%q]`, at, v))
			}
		}
		_, _ = io.WriteString(w, `{"status":"success","data":{"resultType":"matrix","result":[{"metric":`+
			metric(labels)+`,"values":[`+strings.Join(points, ",")+`]}]}}`)
	}
}

// settled drives the clock until the past day of a row is there.
func (r *rig) settled(in RowRef) {
	r.t.Helper()
	r.drive(func() bool { return r.snap().HistoryReady(in) })
}

// drive drives the clock until something holds.
func (r *rig) drive(until func() bool) {
	r.t.Helper()
	for range 120 {
		if until() {
			return
		}
		r.clock.Step(time.Second)
		select {
		case <-r.steps:
		case <-time.After(20 * time.Millisecond): // the backfill has its own pace
		}
	}
	r.t.Fatal("the history was never ready")
}

// patient makes requests outlast the steps that settled takes while they fly.
func patient(c Config) Config {
	c.Timeout = time.Hour
	return c
}

func ranges(calls []call) []call {
	var out []call
	for _, c := range calls {
		if c.path == "/api/v1/query_range" {
			out = append(out, c)
		}
	}
	return out
}

func TestBackfillInChunks(t *testing.T) {
	for name, c := range map[string]struct {
		kind  SeriesType
		value func(at int64) string
		now   float64
		want  func(b Bin) sample.Milli
	}{
		"rate": {
			Rate, func(at int64) string { return fmt.Sprint(at % 7) }, 3,
			func(b Bin) sample.Milli { return sample.Whole(int64(b.End()) / 1000 % 7 * 300) },
		},
		"counter": {
			Counter, func(at int64) string { return fmt.Sprint((at - 1_793_000_000) * 2) }, 1e6,
			func(Bin) sample.Milli { return sample.Whole(600) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProm(t)
			r := newRig(t, quiet)
			s := gauge("arrivals")
			s.Type = c.kind
			p.on("arrivals", matrix("queue=live", c.now, c.value))
			in := ref("arrivals", "live")
			in.History = true
			r.Watch("pool/a", []RowRef{in})
			r.Ensure(testKey, patient(p.config(s)))
			r.await()
			if r.tick(); r.snap().HistoryReady(in) || r.snap().Bins(in) != nil {
				t.Error("there are bins before the past was read")
			}
			r.settled(in)
			bins := r.snap().BinsSince(in, 0)
			if len(bins) < 287 || bins[0].At != sample.At(epoch).Add(-coarseMemory) {
				t.Fatalf("%d bins from %v, want a day of 288", len(bins), bins[0].At.Time())
			}
			for i, b := range bins[:287] {
				if b.Count != c.want(b) || b.Width != coarseWidth || b.End() != bins[i+1].At {
					t.Fatalf("bin %d is %+v, want %v items", i, b, c.want(b))
				}
			}
			asked := ranges(p.taken())
			if len(asked) != 6 {
				t.Fatalf("%d range queries, want 6 chunks", len(asked))
			}
			for _, call := range asked {
				if call.form.Get("step") != "300" || call.form.Get("lookback_delta") != "30" {
					t.Errorf("asked %v", call.form)
				}
			}
		})
	}
}

// Once the day is there, the four weeks before it follow, by the quarter of an hour.
func TestBackfillOfWeeks(t *testing.T) {
	for name, c := range map[string]struct {
		fails bool
		want  int // range queries
	}{"all": {false, 6 + 56}, "up to what fails": {true, 6 + 28 + backfillTries}} {
		t.Run(name, func(t *testing.T) {
			p := newProm(t)
			r := newRig(t, quiet)
			answer := matrix("queue=live", 1, func(at int64) string { return fmt.Sprint(at / 900 % 7) })
			p.on("arrivals", func(w http.ResponseWriter, req *http.Request) {
				from, _ := strconv.ParseInt(req.FormValue("start"), 10, 64)
				if c.fails && req.FormValue("step") == "900" && from >= epoch.Unix()-15*86_400 {
					w.WriteHeader(http.StatusServiceUnavailable)
					return
				}
				answer(w, req)
			})
			in := ref("arrivals", "live")
			in.Weeks = true
			r.Watch("pool/a", []RowRef{in})
			s := gauge("arrivals")
			s.Type = Rate
			r.Ensure(testKey, patient(p.config(s)))
			r.await()
			r.settled(in)
			day := r.snap().Bins(in)
			if r.snap().HistoryDeep(in) || day[0].Width != coarseWidth {
				t.Fatalf("the day was not there first: %+v", day[0])
			}
			r.drive(func() bool { return r.snap().HistoryDeep(in) })
			bins := r.snap().BinsSince(in, 0)
			older := bins[:slices.IndexFunc(bins, func(b Bin) bool { return b.Width < pastWidth })]
			if days := older[0].At; days != sample.At(epoch).Add(-coarseMemory-pastMemory) {
				t.Errorf("the past begins %v", days.Time())
			}
			for i, b := range older {
				if want := sample.Whole(int64(b.End()) / 900_000 % 7 * 900); b.Count != want || i > 0 && b.At != older[i-1].End() {
					t.Fatalf("bin %d is %+v, want %v items", i, b, want)
				}
			}
			if want := map[bool]int{false: pastSlots, true: pastSlots / 2}[c.fails]; len(older) != want {
				t.Errorf("%d bins, want %d", len(older), want)
			}
			if got := len(ranges(p.taken())); got != c.want {
				t.Errorf("%d range queries, want %d", got, c.want)
			}
		})
	}
}

// Of classes the past is kept as well, those that are gone included, and joins what is
// read from then on.
func TestBackfillOfClasses(t *testing.T) {
	p := newProm(t)
	r := newRig(t, quiet)
	live := 1000.0
	p.on("arrivals", func(w http.ResponseWriter, req *http.Request) {
		language := func(name string, now float64, value func(at int64) string) string {
			var b strings.Builder
			rec := httptest.NewRecorder()
			matrix("queue=live,language="+name, now, value)(rec, req)
			b.WriteString(rec.Body.String())
			return b.String()
		}
		en := language("en", live, func(at int64) string { return fmt.Sprint((at - 1_700_000_000) * 2) })
		fr := language("fr", 0, func(at int64) string {
			if at > epoch.Unix()-5*86_400 {
				return ""
			}
			return fmt.Sprint(at - 1_700_000_000)
		})
		if req.URL.Path == "/api/v1/query" {
			_, _ = io.WriteString(w, en)
			return
		}
		_, _ = io.WriteString(w, strings.Replace(en, "]}]}}", "]},"+fr[strings.Index(fr, `{"metric"`):], 1))
	})
	in := ref("arrivals", "live")
	in.Weeks = true
	r.Watch("pool/a", []RowRef{in})
	s := counter("arrivals")
	r.Ensure(testKey, patient(p.config(s)))
	r.await()
	r.drive(func() bool { return r.snap().HistoryDeep(in) })
	for range 2000 { // half an hour later
		live += 15
		r.tick()
		if r.now() > sample.At(epoch).Add(50*sample.Minute) {
			break
		}
	}
	got := r.snap().ClassBins(in)
	en, fr := got[Class{Language: "en"}], got[Class{Language: "fr"}]
	if len(got) != 2 || len(en) < pastSlots-4 || len(fr) < 22*96 || len(fr) > 24*96 {
		t.Fatalf("%d classes, %d and %d bins", len(got), len(en), len(fr))
	}
	old := 0
	for i, b := range en {
		if b.Width != pastWidth || i > 0 && b.At < en[i-1].End() {
			t.Fatalf("bin %d is %+v", i, b)
		}
		if b.End() < sample.At(epoch) && b.Count == sample.Whole(1800) {
			old++
		}
	}
	if old < pastSlots-8 {
		t.Errorf("%d bins of 1800 items, want four weeks", old)
	}
	if last := en[len(en)-1]; last.End() < sample.At(epoch).Add(30*sample.Minute) || last.Count != sample.Whole(2700) {
		t.Errorf("the newest is %+v, want one of what was read", last)
	}
}

func TestBackfillIsPaced(t *testing.T) {
	p := newProm(t)
	var reads atomic.Int32
	r := newRig(t, quiet, func(o *Options) { o.OnRead = func(Read) { reads.Add(1) } })
	p.on("arrivals", matrix("queue=live", 1, func(int64) string { return "1" }))
	in := ref("arrivals", "live")
	in.History = true
	r.Watch("pool/a", []RowRef{in})
	s := gauge("arrivals")
	s.Type = Rate
	cfg := p.config(s)
	cfg.Interval = time.Minute
	r.Ensure(testKey, cfg)
	r.await()
	for n := int32(1); n <= 6; n++ {
		r.until(func() bool { return reads.Load() == 1+n })
		r.until(func() bool { return r.clock.Waiters() == 2 }) // the ticker, and the pause
		r.clock.Step(999 * time.Millisecond)
		if got := reads.Load(); got != 1+n {
			t.Fatalf("%d range queries within %d s, want one a second", got-1, n)
		}
		r.clock.Step(time.Millisecond)
	}
	r.await()
	if !r.snap().HistoryReady(in) {
		t.Error("not ready after six chunks")
	}
}

// until polls a condition that another goroutine brings about.
func (r *rig) until(ok func() bool) {
	r.t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for range 10_000 {
		if ok() {
			return
		}
		<-tick.C
	}
	r.t.Fatal("it never came about")
}

func TestBackfillThatFailsIsGivenUp(t *testing.T) {
	p := newProm(t)
	r := newRig(t, quiet)
	answer := matrix("queue=live", 1, func(int64) string { return "1" })
	fails := 0
	p.on("arrivals", func(w http.ResponseWriter, req *http.Request) {
		from, _ := strconv.ParseInt(req.FormValue("start"), 10, 64)
		if req.URL.Path == "/api/v1/query_range" && from > epoch.Unix()-9*3600 {
			fails++
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		answer(w, req)
	})
	in := ref("arrivals", "live")
	in.History = true
	r.Watch("pool/a", []RowRef{in})
	s := gauge("arrivals")
	s.Type = Rate
	r.Ensure(testKey, patient(p.config(s)))
	r.await()
	r.settled(in)
	bins := r.snap().Bins(in)
	if fails != backfillTries || len(bins) < 192 || bins[191].End() != sample.At(epoch).Add(-8*sample.Hour) {
		t.Errorf("%d tries and %d bins, want three tries and the sixteen hours before", fails, len(bins))
	}
	if got := r.row(in); !got.Fresh() {
		t.Errorf("%+v, want Fresh: the past does not disturb the present", got)
	}
}

func TestIncreaseReachesBackIntoHistory(t *testing.T) {
	p := newProm(t)
	r := newRig(t, quiet)
	base := epoch.Unix() - 90_000
	p.on("due", func(w http.ResponseWriter, req *http.Request) {
		now := float64(r.clock.Now().Unix() - base)
		matrix("queue=live", now, func(at int64) string { return fmt.Sprint(at - base) })(w, req)
	})
	in := ref("due", "live")
	in.History = true
	r.Watch("queue/live", []RowRef{in})
	r.Ensure(testKey, patient(p.config(counter("due"))))
	r.await()
	r.settled(in)
	got := r.snap().Increase(in, sample.Hour, r.now())
	if covered := r.snap().Covered(in, sample.Hour, r.now()); covered < 3590*sample.Second || !got.Fresh() {
		t.Errorf("%+v over %v just after a restart, want an hour", got, covered)
	}
	if n := got.Value.Ceil(); n < 3590 || n > 3600 {
		t.Errorf("increase %d, want one a second", n)
	}
	if got := r.snap().Covered(in, 6*sample.Hour, r.now()); got < 21_590*sample.Second {
		t.Errorf("covered %v of six hours", got)
	}
}
