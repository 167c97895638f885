package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// platform answers as a Prometheus server would, with numbers set by the test.
type platform struct {
	mu      sync.Mutex
	values  map[string]float64 // by query
	failing bool
	server  *httptest.Server
}

func newPlatform(t *testing.T) *platform {
	t.Helper()
	p := &platform{values: map[string]float64{}}
	p.server = httptest.NewServer(http.HandlerFunc(p.serve))
	t.Cleanup(p.server.Close)
	return p
}

func (p *platform) set(query string, v float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.values[query] = v
}

func (p *platform) fail(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failing = on
}

func (p *platform) serve(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failing {
		http.Error(w, "down for the test", http.StatusInternalServerError)
		return
	}
	kind := "vector"
	if strings.HasSuffix(r.URL.Path, "query_range") {
		kind = "matrix"
	}
	w.Header().Set("Content-Type", "application/json")
	v, ok := p.values[r.FormValue("query")]
	if !ok || kind == "matrix" {
		fmt.Fprintf(w, `{"status":"success","data":{"resultType":%q,"result":[]}}`, kind)
		return
	}
	now := float64(time.Now().UnixMilli()) / 1000
	fmt.Fprintf(w, `{"status":"success","data":{"resultType":"vector","result":[{"metric":{"queue":"live"},"value":[%.3f,"%g"]}]}}`, now, v)
}
