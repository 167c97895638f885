package resolve

import (
	"fmt"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// leastAge is the shortest age at which work may be relaxed.
const leastAge = sample.Minute

// markets are those that the items of a queue come from; none listed: any.
func markets(q *v1alpha1.ModerationQueue) []string {
	if q.Spec.Match != nil && q.Spec.Match.Default || len(q.Spec.Markets) == 0 {
		return nil
	}
	return texts(q.Spec.Markets)
}

// relaxations are the steps of a stream in their order. One whose time cannot be read is left out, and
// those after it: nothing is relaxed earlier than was declared.
func relaxations(r *v1alpha1.ReviewStream) []staffing.Relaxation {
	var out []staffing.Relaxation
	for _, x := range r.Relax {
		after := span(x.After, 0)
		if after < leastAge {
			return out
		}
		out = append(out, staffing.Relaxation{After: after, Drop: staffing.Dropped(x.Drop)})
	}
	return out
}

// checkRelax says what is wrong with the relaxations of a stream.
func checkRelax(q *v1alpha1.ModerationQueue, r *v1alpha1.ReviewStream, field string) error {
	seen := map[v1alpha1.RelaxedSkill]bool{}
	var before sample.Span
	for i, x := range r.Relax {
		at := fmt.Sprintf("%s.relax[%d]", field, i)
		after, err := x.After.Parse()
		switch age := sample.SpanOf(after); {
		case q.Spec.Protected:
			return fmt.Errorf("%s.relax: protected work is never relaxed; remove it, or spec.protected", field)
		case err != nil:
			return fmt.Errorf("%s.after: %w", at, err)
		case age < leastAge:
			return fmt.Errorf("%s.after: it is %s, and must be at least 1m", at, x.After)
		case age < before:
			return fmt.Errorf("%s.after: it is %s, less than that of the step before; the steps stand in the order of their time", at, x.After)
		case x.Drop != v1alpha1.RelaxMarket && x.Drop != v1alpha1.RelaxSurface:
			return fmt.Errorf("%s.drop: %q cannot be dropped; write market or surface", at, x.Drop)
		case seen[x.Drop]:
			return fmt.Errorf("%s.drop: %s is dropped already", at, x.Drop)
		default:
			before, seen[x.Drop] = age, true
		}
	}
	return nil
}
