package export

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/modcap/modcap/hack/dataplane/internal/platform"
	"github.com/modcap/modcap/hack/dataplane/summary"
)

// Platform is what is shown of one; its methods must be safe for concurrent use.
type Platform interface {
	Report() platform.Report
	Scored() []platform.ScoredItem
	Histograms() []platform.HistogramReport
}

// Handler answers GET /metrics, /metrics/scores (histograms of scores), /summary (JSON,
// package summary), /scores (CSV, the items scored last, for `kubectl modcap plan
// --scores`) and /healthz.
func Handler(p Platform) (http.Handler, error) {
	mux := http.NewServeMux()
	for path, c := range map[string]prometheus.Collector{
		"GET /metrics": newCollector(p.Report), "GET /metrics/scores": newScores(p.Histograms),
	} {
		registry := prometheus.NewPedanticRegistry()
		if err := registry.Register(c); err != nil {
			return nil, fmt.Errorf("register metrics: %w", err)
		}
		mux.Handle(path, promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	}
	mux.HandleFunc("GET /summary", func(w http.ResponseWriter, _ *http.Request) {
		text, err := json.MarshalIndent(summary.From(p.Report()), "", "  ")
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(append(text, '\n')) // the client may be gone
	})
	mux.HandleFunc("GET /scores", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/csv")
		_ = writeScores(w, p.Scored()) // the client may be gone
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("ok\n"))
	})
	return mux, nil
}
