package queue

import (
	"strconv"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
)

// fewItems are never news.
const fewItems = 10

// leaps is true where the machines' numbers are another picture, and not the same one a
// little moved: a promise comes into sight, or a backlog that matters doubles or halves.
// (People's promises are of hours: their numbers have time.)
func leaps(before, after *v1alpha1.ModerationQueue) bool {
	b, a := before.Status.Classification, after.Status.Classification
	if b == nil || a == nil {
		return false
	}
	if b.BreachIn != a.BreachIn {
		return true
	}
	if b.Backlog == nil || a.Backlog == nil {
		return false
	}
	less, more := min(*b.Backlog, *a.Backlog), max(*b.Backlog, *a.Backlog)
	return more >= 2*less && float64(more) >= matters(after, a, b)
}

// matters is the backlog from which on a queue is not as it always is: what arrives within
// half of what is promised, at the lower of the rates before and after.
func matters(q *v1alpha1.ModerationQueue, rates ...*v1alpha1.ClassificationStatus) float64 {
	p, _ := resolve.Promise(q.Spec.Classification.ServiceLevel, "")
	out := float64(sample.MaxMilli)
	for _, c := range rates {
		if rate, err := strconv.ParseFloat(c.ArrivalsPerSecond, 64); err == nil {
			out = min(out, rate*float64(p.Within)/float64(sample.Second)/2)
		}
	}
	return max(out, fewItems)
}
