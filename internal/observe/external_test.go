package observe

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/client-go/rest"

	"github.com/modcap/modcap/internal/sample"
)

// metricsAPI is an external metrics API.
type metricsAPI struct {
	*httptest.Server
	mu     sync.Mutex
	asked  map[string]int
	flying int
	most   int
	answer func(path, selector string) (int, string)
}

func newMetricsAPI(t *testing.T, answer func(path, selector string) (int, string)) (*metricsAPI, func(*Options)) {
	t.Helper()
	a := &metricsAPI{asked: map[string]int{}, answer: answer}
	a.Server = httptest.NewServer(a)
	t.Cleanup(a.Close)
	external, err := ExternalFor(&rest.Config{Host: a.URL})
	if err != nil {
		t.Fatal(err)
	}
	return a, func(o *Options) { o.External = external }
}

func (a *metricsAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	selector := r.URL.Query().Get("labelSelector")
	a.mu.Lock()
	a.asked[r.URL.Path+"?"+selector]++
	a.flying++
	a.most = max(a.most, a.flying)
	a.mu.Unlock()
	status, body := a.answer(r.URL.Path, selector)
	a.mu.Lock()
	a.flying--
	a.mu.Unlock()
	w.WriteHeader(status)
	_, _ = fmt.Fprint(w, body)
}

func (a *metricsAPI) taken() map[string]int {
	a.mu.Lock()
	defer a.mu.Unlock()
	asked := a.asked
	a.asked = map[string]int{}
	return asked
}

func externalList(items string) string {
	return `{"kind":"ExternalMetricValueList","apiVersion":"external.metrics.k8s.io/v1beta1","metadata":{},"items":[` + items + `]}`
}

func externalSeries(name, metric string) Series {
	return Series{Name: name, Metric: metric, Type: Gauge, Language: "language", MaxAge: 30 * time.Second}
}

func externalRef(series, namespace, queue string) RowRef {
	r := ref(series, queue)
	r.Namespace = namespace
	return r
}

func TestExternalMetrics(t *testing.T) {
	api, with := newMetricsAPI(t, func(path, selector string) (int, string) {
		switch selector {
		case "queue=gone":
			return http.StatusNotFound, `{"kind":"Status"}`
		case "queue=empty":
			return http.StatusOK, externalList("")
		case "queue=twice":
			return http.StatusOK, externalList(`{"value":"1"},{"value":"2"}`)
		case "queue=old":
			return http.StatusOK, externalList(`{"value":"1","timestamp":"2026-11-01T11:00:00Z"}`)
		case "queue=split":
			return http.StatusOK, externalList(`{"metricLabels":{"language":"pt"},"value":"1500m"},{"metricLabels":{"language":"es"},"value":"2k"}`)
		case "queue=text":
			return http.StatusOK, "hello"
		}
		return http.StatusOK, externalList(`{"metricName":"m","metricLabels":null,"timestamp":"2026-11-01T11:59:50Z","value":"250m"}`)
	})
	r := newRig(t, with, quiet)
	r.Ensure(testKey, Config{
		Type: ExternalMetrics, Interval: step, Series: []Series{externalSeries("backlog", "m"), externalSeries("again", "m")},
	})
	r.await()
	if got := api.taken(); len(got) != 0 {
		t.Errorf("asked %v before anybody watched", got)
	}
	want := map[RowRef]sample.Sample{
		externalRef("backlog", "a", "live"):  sample.FreshAt(250, sample.At(epoch)-10_000),
		externalRef("again", "a", "live"):    sample.FreshAt(250, sample.At(epoch)-10_000),
		externalRef("backlog", "b", "live"):  sample.FreshAt(250, sample.At(epoch)-10_000),
		externalRef("backlog", "a", "split"): sample.FreshAt(2_001_500, sample.At(epoch)+5000),
		externalRef("backlog", "a", "gone"):  sample.Missing(sample.CauseHTTPStatus),
		externalRef("backlog", "a", "empty"): sample.Missing(sample.CauseNoRow),
		externalRef("backlog", "a", "text"):  sample.Missing(sample.CauseBadAnswer),
		externalRef("backlog", "a", "twice"): implausible(sample.CauseDuplicateRows, 0, sample.At(epoch)+5000),
		externalRef("backlog", "a", "old"): {
			Value: 1000, At: sample.At(epoch) - 3_600_000, Quality: sample.Stale, Cause: sample.CauseTooOld,
		},
		externalRef("backlog", "a", "not a label!"): sample.Missing(sample.CauseBadSelector),
		externalRef("backlog", "c", "live"):         sample.Missing(sample.CauseNotReadYet), // not watched
	}
	var refs []RowRef
	for in := range want {
		if in.Namespace != "c" {
			refs = append(refs, in)
		}
	}
	r.Watch("pool/a", refs)
	r.Watch("pool/b", refs[:3])
	r.tick()
	for in, sampled := range want {
		if diff := cmp.Diff(sampled, r.row(in)); diff != "" {
			t.Errorf("%s in %s: %s", in.Row, in.Namespace, diff)
		}
	}
	asked := api.taken()
	if len(asked) != 8 {
		t.Errorf("asked for %d metrics, want 8: %v", len(asked), asked)
	}
	for path, n := range asked {
		if n != 1 {
			t.Errorf("%s was asked for %d times in one interval", path, n)
		}
	}
	if asked["/apis/external.metrics.k8s.io/v1beta1/namespaces/b/m?queue=live"] != 1 {
		t.Errorf("asked %v", asked)
	}
	r.Watch("pool/a", nil)
	r.Watch("pool/b", nil)
	r.tick()
	if got := api.taken(); len(got) != 0 || len(r.snap().series["backlog"].rows) != 0 {
		t.Errorf("asked %v though nobody watches, with %v", got, r.snap().series["backlog"].rows)
	}
}

func TestExternalMetricsFlyEightAtATime(t *testing.T) {
	full := make(chan struct{})
	var once sync.Once
	var api *metricsAPI
	api, with := newMetricsAPI(t, func(string, string) (int, string) {
		api.mu.Lock()
		if api.flying == externalFlights {
			once.Do(func() { close(full) })
		}
		api.mu.Unlock()
		<-full
		return http.StatusOK, externalList(`{"value":"1"}`)
	})
	r := newRig(t, with, quiet)
	var refs []RowRef
	for i := range 40 {
		refs = append(refs, externalRef("backlog", "a", fmt.Sprint("q", i)))
	}
	r.Watch("pool/a", refs)
	r.Ensure(testKey, Config{Type: ExternalMetrics, Interval: step, Series: []Series{externalSeries("backlog", "m")}})
	r.await()
	if api.most != externalFlights || len(api.taken()) != 40 {
		t.Errorf("%d requests at a time, want %d", api.most, externalFlights)
	}
	if h := r.snap().Health(r.now()); h.Series[0].Rows != 40 || h.Answering != 1 {
		t.Errorf("health %+v", h)
	}
}

func TestDeadExternalMetricsAPI(t *testing.T) {
	api, with := newMetricsAPI(t, func(string, string) (int, string) { return http.StatusServiceUnavailable, "" })
	r := newRig(t, with, quiet)
	var refs []RowRef
	for i := range 100 {
		refs = append(refs, externalRef("backlog", "a", fmt.Sprint("q", i)))
	}
	r.Watch("pool/a", refs)
	r.Ensure(testKey, Config{Type: ExternalMetrics, Interval: step, Series: []Series{externalSeries("backlog", "m")}})
	r.await()
	if got := len(api.taken()); got > 2*externalFlights {
		t.Errorf("%d requests to a dead API, want no more than were in flight", got)
	}
	for _, in := range []RowRef{refs[0], refs[99]} {
		if got := r.row(in); got.Cause != sample.CauseHTTPStatus {
			t.Errorf("%+v, want HTTPStatus", got)
		}
	}
	if h := r.snap().Health(r.now()); h.FailingSince != r.now() || h.Series[0].Cause != sample.CauseHTTPStatus {
		t.Errorf("health %+v", h)
	}
	none := newRig(t, quiet)
	none.Watch("pool/a", refs)
	none.Ensure(testKey, Config{Type: ExternalMetrics, Interval: step, Series: []Series{externalSeries("backlog", "m")}})
	none.await()
	if got := none.row(refs[5]); got.Cause != sample.CauseUnreachable {
		t.Errorf("%+v without an API, want Unreachable", got)
	}
}
