package platform

import (
	"cmp"
	"slices"
	"time"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

// The bands by which it is counted what a raised reviewAt would let through: so wide, up to so far above it.
const (
	bandWidth = v1.PPM(20_000)
	bandEdges = 15
)

// BandEdges are how far above reviewAt the bands end, ascending.
func BandEdges() (out []v1.PPM) {
	for i := range bandEdges {
		out = append(out, v1.PPM(i+1)*bandWidth)
	}
	return out
}

// bandKey names who sends items to people.
type bandKey struct{ policy, label string }

// bandCount is what a label alone sends to people.
type bandCount struct {
	items              [bandEdges]int64 // by how far above reviewAt; what is farther is in none
	decided, violating int64            // by people
}

// banded counts what relief makes of an item, and what it would.
func (w *World) banded(it *item, v *v1.Verdict) {
	q := it.in
	if v.Reason == v1.ReasonRelieved {
		q.relieved++
	}
	if v.Band.Label == "" || q.document == nil {
		return
	}
	key := bandKey{q.document.Policy, v.Band.Label}
	b := q.bands[key]
	if b == nil {
		b = &bandCount{}
		q.bands[key] = b
	}
	if i := int(v.Band.Above / bandWidth); i < bandEdges {
		b.items[i]++
	}
	it.band, it.violates = b, w.labelOf(it) == v.Band.Label
}

// look counts what people found.
func (b *bandCount) look(violates bool) {
	b.decided++
	if violates {
		b.violating++
	}
}

// deferred gives an item that goes to people the time that relief gives it. What was promised
// stays what is counted.
func (q *queue) deferred(it *item, within time.Duration) {
	if within <= 0 {
		return
	}
	q.delayed++
	it.due = max(it.due, it.arrived+within)
}

// BandReport is what a label alone sent to people since the start.
type BandReport struct {
	Policy, Label string
	// Items whose score is less than BandEdges above reviewAt.
	Items []int64
	// Decided by people, Violating those of them that violate.
	Decided, Violating int64
}

func (q *queue) bandReports() (out []BandReport) {
	for k, b := range q.bands {
		r := BandReport{Policy: k.policy, Label: k.label, Decided: b.decided, Violating: b.violating}
		var sum int64
		for _, n := range b.items {
			sum += n
			r.Items = append(r.Items, sum)
		}
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b BandReport) int {
		return cmp.Or(cmp.Compare(a.Policy, b.Policy), cmp.Compare(a.Label, b.Label))
	})
	return out
}
