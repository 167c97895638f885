package preview

import (
	"errors"
	"fmt"
	"math"
	"slices"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

// Unknown is Histogram.Rest where the items' other labels are not known.
const Unknown = v1.Unmatched

// Histogram is the scores of one label, of items of one queue, market and language whose other labels decide the same.
type Histogram struct {
	Queue, Label, Market, Language string
	// Version of the model; empty if it is not told.
	Version string
	// Look says that the items are not all, but those that somebody looked at for quality, and what was found.
	Look Look
	// Rest is what the other labels decide: Allow, Review, Act, or Unknown.
	Rest v1.Action
	// Edges are the upper edges of the buckets, rising, the last AllPPM; the first bucket begins at 0.
	Edges []v1.PPM
	// Counts are the items of each bucket.
	Counts []float64
}

// NewHistogram makes one of cumulative counts, as Prometheus has them: items up to and with each upper edge.
func NewHistogram(edges []float64, cumulative []float64) (Histogram, error) {
	var h Histogram
	before := 0.0
	for i, edge := range edges {
		if err := h.bucketError(edge, cumulative[i], before); err != nil {
			return h, err
		}
		n := max(cumulative[i]-before, 0)
		before = max(cumulative[i], before)
		at := v1.PPM(math.Round(min(max(edge, 0), 1) * float64(v1.AllPPM)))
		if k := len(h.Edges); k > 0 && h.Edges[k-1] == at {
			h.Counts[k-1] += n
			continue
		}
		h.Edges, h.Counts = append(h.Edges, at), append(h.Counts, n)
	}
	if len(h.Edges) == 0 || h.Edges[len(h.Edges)-1] != v1.AllPPM {
		return h, errors.New("it has no bucket that reaches 1 (le=\"1\" or le=\"+Inf\")")
	}
	return h, nil
}

// bucketError says what is wrong with the next bucket; before are in those that are there.
func (h *Histogram) bucketError(edge, count, before float64) error {
	const rounding = 1e-6 // rises of counters are worked out, not counted
	whole := len(h.Edges) > 0 && h.Edges[len(h.Edges)-1] == v1.AllPPM
	switch {
	case math.IsNaN(edge) || math.IsNaN(count) || math.IsInf(count, 0):
		return errors.New("it has a value that is not a number")
	case count < before-rounding*max(before, 1):
		return fmt.Errorf("its counts fall from bucket to bucket, at le=%g", edge)
	case whole && count > before*(1+rounding):
		return fmt.Errorf("%.0f of its scores are above 1: scores are from 0 to 1", count-before)
	}
	return nil
}

// total is all items.
func (h *Histogram) total() (sum float64) {
	for _, n := range h.Counts {
		sum += n
	}
	return sum
}

// lower edge of a bucket.
func (h *Histogram) lower(k int) v1.PPM {
	if k == 0 {
		return 0
	}
	return h.Edges[k-1]
}

// between is the items from one score up to another, which is above AllPPM for all that are left. Where neither cuts a
// bucket it is exact.
func (h *Histogram) between(from, to v1.PPM) Estimate {
	var out Estimate
	for k, n := range h.Counts {
		begin, end := h.lower(k), h.Edges[k]
		low, high := max(from, begin), min(to, end)
		switch {
		case low >= high:
		case low == begin && high == end:
			out = out.plus(exactly(n))
		default:
			out = out.plus(h.part(k, share(low, begin, end), share(high, begin, end)))
		}
	}
	return out
}

func share(at, begin, end v1.PPM) float64 { return float64(at-begin) / float64(end-begin) }

// part is the items of bucket k between two shares of its width.
//
// Where the buckets beside it rise or fall evenly with it, so does the density within, and it stays between those of its
// neighbours: so much is in the part at least, and no more. Where they do not, or there is none, all of the bucket may
// lie in the part, or nothing. Either way the number of items in it varies by chance.
func (h *Histogram) part(k int, from, to float64) Estimate {
	n, width := h.Counts[k], to-from
	out := Estimate{Mid: n * width, High: n}
	if b, even := h.beside(k); even {
		out.Mid = n*width + b.slope*(to*to-from*from-width)/2
		noise := chance(n * width * (1 - width))
		out.Low = max(width*b.least, n-(1-width)*b.most) - noise
		out.High = min(width*b.most, n-(1-width)*b.least) + noise
	}
	out.Low, out.High = max(out.Low, 0), min(out.High, n)
	out.Mid = min(max(out.Mid, out.Low), out.High)
	return out
}

// beside is what the buckets beside one say of the density in it, as items that it would have.
type beside struct {
	least, most float64
	slope       float64 // from its one end to the other
}

// beside bucket k; false unless the three rise or fall evenly, but for chance.
func (h *Histogram) beside(k int) (beside, bool) {
	if k == 0 || k == len(h.Counts)-1 {
		return beside{}, false
	}
	width := func(i int) float64 { return float64(h.Edges[i] - h.lower(i)) }
	n, own, before, after := h.Counts[k], width(k), width(k-1), width(k+1)
	left, right := h.Counts[k-1]*own/before, h.Counts[k+1]*own/after
	b := beside{least: min(left, right), most: max(left, right)}
	even := n >= b.least && n <= b.most
	if even {
		// The gentler of the slopes to both sides, so that it never overshoots.
		b.slope = min(math.Abs(n-left)*2*own/(own+before), math.Abs(right-n)*2*own/(own+after))
		if right < left {
			b.slope = -b.slope
		}
	}
	by := chance(n)
	even = even || n+by >= b.least && n-by <= b.most
	b.least, b.most = min(b.least, n), max(b.most, n)
	return b, even
}

// cut is the bucket that a score cuts; false where it lies on an edge.
func (h *Histogram) cut(at v1.PPM) (k int, cuts bool) {
	k, edge := slices.BinarySearch(h.Edges, at)
	return k, !edge && at > 0 && at < v1.AllPPM
}
