package lint

import (
	"math"
	"slices"
	"time"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/lint"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
)

const (
	// sight is over how long it is counted what comes to a queue: nights and days alike.
	sight = 24 * sample.Hour
	// leastSeen of it must have been seen.
	leastSeen = 20 * sample.Hour
	// near is by how much what comes may differ from what was told last until it is told anew.
	near = 0.25
	// lookSooner is when a namespace is looked at again of which not all is counted that rollouts ask for.
	lookSooner = 10 * time.Minute
)

// counted is what was known of a namespace at the last look. It is replaced as a whole.
type counted struct {
	// perHour is what comes to queues, by name. It stays as it is while it is near what is seen, and while what is seen
	// is not Fresh.
	perHour map[string]float64
	// kept are findings of policies from before a restart, by name, until what comes to their queues is known again.
	kept map[string]kept
}

// kept are findings that were made with numbers, of one spec.
type kept struct {
	generation int64
	findings   []v1alpha1.Finding
}

// count puts in what comes to queues whose policies roll changes out by numbers. It reports whether that is known of all.
func (r *Reconciler) count(in *lint.Input) (now counted, all bool) {
	var before counted
	if v, ok := r.counted.Load(in.Namespace); ok {
		before = v.(counted)
	}
	now = counted{perHour: map[string]float64{}, kept: map[string]kept{}}
	unknown := map[string]bool{} // policies
	asked := rolledOut(in.Policies)
	for _, q := range in.Queues {
		if p := q.Spec.PolicyRef; p == nil || !asked[p.Name] || q.Spec.Classification == nil {
			continue
		}
		n, known := r.comes(q, before)
		if !known {
			unknown[q.Spec.PolicyRef.Name] = true
			continue
		}
		now.perHour[q.Name] = n
		in.Volumes = append(in.Volumes, lint.Volume{Queue: q.Name, PerHour: n})
	}
	for _, p := range in.Policies {
		if unknown[p.Name] {
			now.kept[p.Name] = before.keep(p)
		}
	}
	r.counted.Store(in.Namespace, now)
	return now, len(unknown) == 0
}

// comes is what is told of a queue: what was told before while that is near what is seen, or nothing better is known.
func (r *Reconciler) comes(q *v1alpha1.ModerationQueue, before counted) (float64, bool) {
	n, known := before.perHour[q.Name]
	row, ok := resolve.ArrivalsRow(q)
	if !ok {
		return n, known
	}
	if seen, fresh := r.perHour(row); fresh && (!known || math.Abs(seen-n) > near*n) {
		return digits(seen), true
	}
	return n, known
}

// keep is what the status of a policy said by numbers before this process, as long as its spec is the same.
func (c counted) keep(p *v1alpha1.ModerationPolicy) kept {
	if k, ok := c.kept[p.Name]; ok && k.generation == p.Generation {
		return k
	}
	out := kept{generation: p.Generation}
	if c.perHour != nil || p.Status.ObservedGeneration != p.Generation {
		return out // what the status says is of this process, or of another spec
	}
	for _, f := range p.Status.Findings {
		if lint.Counted(f.Code) {
			out.findings = append(out.findings, f)
		}
	}
	return out
}

// rolledOut are the policies of whose rollouts something is counted.
func rolledOut(all []*v1alpha1.ModerationPolicy) map[string]bool {
	out := map[string]bool{}
	for _, p := range all {
		out[p.Name] = p.Spec.Rollout != nil && p.Spec.Rollout.Metrics != nil
	}
	return out
}

// perHour is what came of a row in an hour, over the past day; false while that is not known or not Fresh.
func (r *Reconciler) perHour(row resolve.Row) (float64, bool) {
	now := r.Now()
	if !r.Readings.Rows(now).Value(row).Fresh() {
		return 0, false
	}
	var items float64
	var seen sample.Span
	for _, b := range r.Readings.Bins(row, sample.At(now).Add(-sight)) {
		items, seen = items+b.Count.Float(), seen+b.Width
	}
	if seen < leastSeen {
		return 0, false
	}
	return items * float64(sample.Hour) / float64(seen), true
}

// digits rounds to two significant digits.
func digits(v float64) float64 {
	if v <= 0 {
		return 0
	}
	scale := math.Pow(10, math.Floor(math.Log10(v))-1)
	return math.Round(v/scale) * scale
}

// with are the findings of a policy with those that are kept.
func (c counted) with(policy string, found []v1alpha1.Finding) []v1alpha1.Finding {
	k := c.kept[policy]
	if len(k.findings) == 0 {
		return found
	}
	rest := slices.DeleteFunc(slices.Clone(found), func(f v1alpha1.Finding) bool { return lint.Counted(f.Code) })
	return lint.Together(rest, k.findings)
}
