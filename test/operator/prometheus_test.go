package operator

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"time"
)

// prom is a Prometheus that answers the queries of modtest.MakeSource, with rows by
// queue. Gauges keep their value; counters rise at a constant rate, to the
// millisecond, so that constant input is constant.
type prom struct {
	*httptest.Server

	mu     sync.Mutex
	gauges map[string]map[string]float64
	rates  map[string]map[string]course
	broken bool
}

// course is a counter: value at an instant, and its rate from then on.
type course struct {
	at    float64 // seconds since the epoch
	value float64
	rate  float64
}

func (c course) when(t float64) float64 { return c.value + c.rate*(t-c.at) }

func newProm() *prom {
	p := &prom{gauges: map[string]map[string]float64{}, rates: map[string]map[string]course{}}
	p.Server = httptest.NewServer(http.HandlerFunc(p.serve))
	return p
}

// queries of modtest.MakeSource by the series they give.
var counters = map[string]string{
	"arrivals_total": "arrivals", "completed_total": "completed", "due_total": "due", "on_time_total": "ontime", "handle_seconds_total": "handle",
}

// set makes a queue's gauges; oldest is in seconds.
func (p *prom) set(queue string, backlog, oldest float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for name, v := range map[string]float64{"backlog": backlog, "oldest_age_seconds": oldest} {
		if p.gauges[name] == nil {
			p.gauges[name] = map[string]float64{}
		}
		p.gauges[name][queue] = v
	}
}

// flow makes items come, and be done in time, at a rate a second.
func (p *prom) flow(queue string, rate float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := float64(time.Now().UnixMilli()) / 1000
	for name := range counters {
		if p.rates[name] == nil {
			p.rates[name] = map[string]course{}
		}
		was, ok := p.rates[name][queue]
		if !ok {
			was = course{at: now, value: 1000}
		}
		p.rates[name][queue] = course{at: now, value: was.when(now), rate: rate}
	}
}

// fail makes every request fail, or answer again.
func (p *prom) fail(broken bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.broken = broken
}

func (p *prom) serve(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.broken:
		w.WriteHeader(http.StatusServiceUnavailable)
	case strings.HasSuffix(r.URL.Path, "/query_range"):
		_, _ = w.Write([]byte(`{"status":"success","data":{"resultType":"matrix","result":[]}}`))
	default:
		_, _ = w.Write([]byte(p.vector(r.PostForm.Get("query"), r.PostForm.Get("time"))))
	}
}

func (p *prom) vector(query, at string) string {
	_, name, _ := strings.Cut(query, ") (")
	name = strings.TrimSuffix(name, ")")
	when, _ := strconv.ParseFloat(at, 64)
	var rows []string
	row := func(queue string, value float64) {
		rows = append(rows, fmt.Sprintf(`{"metric":{"queue":%q},"value":[%s,%q]}`, queue, at, strconv.FormatFloat(value, 'f', 3, 64)))
	}
	for queue, v := range p.gauges[name] {
		row(queue, v)
	}
	for queue, c := range p.rates[name] {
		row(queue, c.when(when))
	}
	return `{"status":"success","data":{"resultType":"vector","result":[` + strings.Join(rows, ",") + `]}}`
}
