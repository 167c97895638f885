package export

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/modcap/modcap/hack/dataplane/internal/platform"
)

// bands are the metrics of docs/metrics-contract.md, "Relief".
type bands struct{ items, decided, violating *prometheus.Desc }

func newBands() *bands {
	desc := func(name, help string, more ...string) *prometheus.Desc {
		return prometheus.NewDesc("moderation_band_"+name, help, append([]string{"policy", "queue", "label"}, more...), nil)
	}
	return &bands{
		items:     desc("items_total", "Items that a label alone sends to people, by how far above reviewAt they score.", "above"),
		decided:   desc("decided_total", "Of those, decided by people."),
		violating: desc("violating_total", "Of those, found violating."),
	}
}

func (b *bands) all() []*prometheus.Desc { return []*prometheus.Desc{b.items, b.decided, b.violating} }

func (b *bands) collect(e emitter, queue string, all []platform.BandReport) {
	edges := platform.BandEdges()
	for _, r := range all {
		for i, n := range r.Items {
			e.counter(b.items, float64(n), r.Policy, queue, r.Label, share(edges[i]))
		}
		e.counter(b.decided, float64(r.Decided), r.Policy, queue, r.Label)
		e.counter(b.violating, float64(r.Violating), r.Policy, queue, r.Label)
	}
}
