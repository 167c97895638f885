package export

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/modcap/modcap/hack/dataplane/internal/platform"
)

// scores are the metrics of docs/metrics-contract.md, "Scores". They are many, and read
// seldom: hence a page of their own.
type scores struct {
	histograms  func() []platform.HistogramReport
	all, looked *prometheus.Desc
}

func newScores(histograms func() []platform.HistogramReport) *scores {
	labels := []string{"queue", "label", "version", "market", "language", "rest"}
	return &scores{
		histograms: histograms,
		all:        prometheus.NewDesc("modcap_label_score", "Scores of items, by what their other labels decide.", labels, nil),
		looked: prometheus.NewDesc("modcap_label_score_looked", "Of those, what somebody looked at.",
			append(labels, "violating"), nil),
	}
}

// Describe is required of a collector.
func (s *scores) Describe(out chan<- *prometheus.Desc) {
	out <- s.all
	out <- s.looked
}

// Collect is required of a collector.
func (s *scores) Collect(out chan<- prometheus.Metric) {
	edges := platform.ScoreEdges()
	for _, h := range s.histograms() {
		buckets, total := make(map[float64]uint64, len(edges)), uint64(0)
		for i, n := range h.Counts {
			total += uint64(n)
			if i < len(edges) {
				buckets[edges[i]] = total
			}
		}
		desc, labels := s.all, []string{h.Queue, h.Label, h.Version, h.Market, h.Language, h.Rest}
		if h.Looked != "" {
			desc, labels = s.looked, append(labels, h.Looked)
		}
		out <- prometheus.MustNewConstHistogram(desc, total, h.Sum, buckets, labels...)
	}
}
