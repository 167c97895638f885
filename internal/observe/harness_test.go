package observe

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/go-logr/logr/funcr"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/modcap/modcap/internal/sample"
)

var (
	epoch   = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	testKey = SourceKey{Namespace: "safety", Name: "prom"}
)

const step = 5 * time.Second

// call is one request that the fake Prometheus got.
type call struct {
	path string
	form url.Values
	head http.Header
}

// prom is a Prometheus that answers each query with a function.
type prom struct {
	*httptest.Server
	mu      sync.Mutex
	answers map[string]http.HandlerFunc
	calls   []call
}

func newProm(t *testing.T) *prom {
	t.Helper()
	p := &prom{answers: map[string]http.HandlerFunc{}}
	p.Server = httptest.NewServer(http.HandlerFunc(p.serve))
	t.Cleanup(p.Close)
	return p
}

func (p *prom) serve(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	p.mu.Lock()
	p.calls = append(p.calls, call{r.URL.Path, r.PostForm, r.Header})
	h := p.answers[r.PostForm.Get("query")]
	p.mu.Unlock()
	if h == nil {
		w.WriteHeader(http.StatusTeapot)
		return
	}
	h(w, r)
}

func (p *prom) on(query string, h http.HandlerFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answers[query] = h
}

// taken gives the calls since the last taken.
func (p *prom) taken() []call {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.calls
	p.calls = nil
	return c
}

// row is one element of an answer: "queue=live,language=pt" and a value.
type row struct{ labels, value string }

func metric(labels string) string {
	var b strings.Builder
	for i, kv := range strings.Split(labels, ",") {
		k, v, _ := strings.Cut(kv, "=")
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%q:%q", k, v)
	}
	return "{" + b.String() + "}"
}

// vector answers with rows at the time that was asked for.
func vector(rows ...row) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, vectorBody(r.FormValue("time"), rows...))
	}
}

func vectorBody(at string, rows ...row) string {
	parts := make([]string, len(rows))
	for i, r := range rows {
		parts[i] = fmt.Sprintf(`{"metric":%s,"value":[%s,%q]}`, metric(r.labels), at, r.value)
	}
	return `{"status":"success","data":{"resultType":"vector","result":[` + strings.Join(parts, ",") + `]}}`
}

func text(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// rig is an Observer with a fake clock that a test drives step by step.
type rig struct {
	*Observer
	t     *testing.T
	clock *clocktesting.FakeClock
	steps chan SourceKey

	mu      sync.Mutex
	woken   []string
	healthy int
	logs    []string
}

// newRig makes an Observer that is not running yet.
func newRig(t *testing.T, change ...func(*Options)) *rig {
	t.Helper()
	r := &rig{t: t, clock: clocktesting.NewFakeClock(epoch), steps: make(chan SourceKey)}
	opts := Options{
		Clock: r.clock,
		Dial:  DialPolicy{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}},
		Rand:  func() float64 { return 0 },
		Logger: funcr.New(func(prefix, args string) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.logs = append(r.logs, args)
		}, funcr.Options{}),
		Notify: func(c string) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.woken = append(r.woken, c)
		},
		NotifyHealth: func(SourceKey) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.healthy++
		},
	}
	for _, c := range change {
		c(&opts)
	}
	ctx, cancel := context.WithCancel(context.Background())
	opts.stepped = func(k SourceKey) {
		select {
		case r.steps <- k:
		case <-ctx.Done():
		}
	}
	r.Observer = New(opts)
	done := make(chan error, 1)
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	go func() { done <- r.Run(ctx) }()
	return r
}

// await waits until a source is about to wait.
func (r *rig) await() {
	r.t.Helper()
	select {
	case <-r.steps:
	case <-time.After(20 * time.Second):
		r.t.Fatal("the source did not finish its turn")
	}
}

// tick lets one interval pass.
func (r *rig) tick() {
	r.t.Helper()
	r.clock.Step(step)
	r.await()
}

func (r *rig) now() sample.Instant { return sample.At(r.clock.Now()) }

func (r *rig) snap() *Snapshot { return r.Snapshot(testKey) }

func (r *rig) row(ref RowRef) sample.Sample { return r.snap().Row(ref, r.now()) }

// wakes gives the consumers woken since the last wakes.
func (r *rig) wakes() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	w := r.woken
	r.woken = nil
	return w
}

func (r *rig) logged() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.logs
	r.logs = nil
	return l
}

func (p *prom) config(series ...Series) Config {
	u, _ := url.Parse(p.URL)
	return Config{Type: Prometheus, URL: u, Interval: step, Timeout: 3 * time.Second, Series: series}
}

func gauge(name string) Series {
	return Series{
		Name: name, Query: name, RowLabels: []string{"queue"}, Language: "language", HarmDomain: "domain",
		Type: Gauge, MaxAge: 30 * time.Second,
	}
}

func counter(name string) Series {
	s := gauge(name)
	s.Type = Counter
	return s
}

func ref(series, queue string) RowRef {
	return RowRef{Source: testKey, Series: series, Row: RowKey(map[string]string{"queue": queue})}
}

func quiet(o *Options) { o.Logger = logr.Discard() }
