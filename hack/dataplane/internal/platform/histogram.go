package platform

import (
	"cmp"
	"math"
	"slices"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

// HistogramReport is the scores of a label, as docs/metrics-contract.md has them: of items
// whose other labels decide Rest.
type HistogramReport struct {
	HistogramKey
	// Counts by bucket: those below ScoreEdges, and the rest.
	Counts []int64
	Sum    float64
}

// HistogramKey names a histogram.
type HistogramKey struct {
	Queue, Label, Version, Market, Language, Rest string
	// Looked is "true" or "false" for items that somebody looked at, and found violating
	// or not; empty for all items.
	Looked string
}

// histogram is what a HistogramReport shows.
type histogram struct {
	counts []int64
	sum    float64
}

// ScoreEdges are the edges of the buckets, ascending: 0.02 apart where bands come to lie,
// and at every 0.05.
func ScoreEdges() (out []float64) {
	for percent := 4; percent <= 100; percent++ {
		if percent%5 == 0 || percent%2 == 0 && percent >= 20 {
			out = append(out, float64(percent)/100)
		}
	}
	return out
}

// observe counts the scores of an item, when it is decided.
func (w *World) observe(it *item, looked string, labels []v1.Label) {
	_, scores := w.judgement(it)
	for i, s := range scores {
		rest := v1.Allow
		for k, other := range scores {
			at := slices.IndexFunc(labels, func(l v1.Label) bool { return l.Name == other.Label })
			if k != i && at >= 0 {
				rest = max(rest, bandIn(&labels[at], it.v1.Market).action(other.PPM))
			}
		}
		key := HistogramKey{
			Queue: it.in.Name, Label: s.Label, Version: s.Version, Market: it.v1.Market, Language: it.v1.Language, Looked: looked,
		}
		w.histogram(key, rest).add(w.edges, s.PPM)
	}
}

// histogram of a key. With the first come those of the other words for the rest: they are
// 0, and not absent.
func (w *World) histogram(key HistogramKey, rest v1.Action) *histogram {
	for _, a := range []v1.Action{v1.Allow, v1.Review, v1.Act} {
		key.Rest = restWord(a)
		if w.histograms[key] == nil {
			w.histograms[key] = &histogram{counts: make([]int64, len(w.edges)+1)}
		}
	}
	key.Rest = restWord(rest)
	return w.histograms[key]
}

func restWord(a v1.Action) string {
	return map[v1.Action]string{v1.Allow: "allow", v1.Review: "review", v1.Act: "act"}[a]
}

// add counts a score just above itself: a bucket includes its edge, and who is at a band
// is not below it.
func (h *histogram) add(edges []float64, score v1.PPM) {
	x := math.Nextafter(float64(score)/float64(v1.AllPPM), 1)
	at, _ := slices.BinarySearch(edges, x)
	h.counts[at]++
	h.sum += x
}

// Histograms are those of the scores since the start, in order of their keys.
func (w *World) Histograms() []HistogramReport {
	out := make([]HistogramReport, 0, len(w.histograms))
	for key, h := range w.histograms {
		out = append(out, HistogramReport{key, slices.Clone(h.counts), h.sum})
	}
	slices.SortFunc(out, func(a, b HistogramReport) int {
		return cmp.Or(cmp.Compare(a.Queue, b.Queue), cmp.Compare(a.Label, b.Label), cmp.Compare(a.Version, b.Version),
			cmp.Compare(a.Market, b.Market), cmp.Compare(a.Language, b.Language), cmp.Compare(a.Rest, b.Rest), cmp.Compare(a.Looked, b.Looked))
	})
	return out
}
