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

// Handler answers GET /metrics, /summary (JSON, package summary), /scores (CSV, the items
// scored last, for `kubectl modcap plan --scores`) and /healthz. The functions must be
// safe for concurrent use.
func Handler(report func() platform.Report, scored func() []platform.ScoredItem) (http.Handler, error) {
	registry := prometheus.NewPedanticRegistry()
	if err := registry.Register(newCollector(report)); err != nil {
		return nil, fmt.Errorf("register metrics: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /summary", func(w http.ResponseWriter, _ *http.Request) {
		text, err := json.MarshalIndent(summary.From(report()), "", "  ")
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(append(text, '\n')) // the client may be gone
	})
	mux.HandleFunc("GET /scores", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/csv")
		_ = writeScores(w, scored()) // the client may be gone
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("ok\n"))
	})
	return mux, nil
}
