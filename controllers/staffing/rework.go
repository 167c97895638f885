package staffing

import (
	"slices"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/staffing"
)

const codeReworkNotPlanned = "ReworkNotPlanned"

// rework adds what is to be looked at again to the input, and says what of it cannot be planned.
// An override about a queue that is not planned here is another target's, or names none: its own
// status says so.
func (g *gathered) rework(in *staffing.Input) []v1alpha1.Finding {
	mine := slices.DeleteFunc(slices.Clone(g.overrides), func(o v1alpha1.CapacityOverride) bool {
		return o.DeletionTimestamp != nil || o.Spec.Rework == nil ||
			!slices.ContainsFunc(g.queues, func(q v1alpha1.ModerationQueue) bool { return q.Name == o.Spec.Rework.QueueRef.Name })
	})
	var found []v1alpha1.Finding
	if err := resolve.Rework(in, mine); err != nil {
		found = append(found, notPlanned(err, "Correct the override: its stream, language and harm domain are those of the queue"))
	}
	return append(found, g.rereview(in)...)
}

// rereview adds what changes decided that were taken back.
func (g *gathered) rereview(in *staffing.Input) (found []v1alpha1.Finding) {
	for i := range g.policies {
		if err := resolve.Rereview(in, &g.policies[i], g.around, g.overrides, g.rows); err != nil {
			const fix = "Add a stream for these items to a queue of the policy, or dismiss them with kubectl modcap policy dismiss"
			found = append(found, notPlanned(err, fix))
		}
	}
	return found
}

func notPlanned(err error, fix string) v1alpha1.Finding {
	return v1alpha1.Finding{
		Code: codeReworkNotPlanned, Severity: "Error", Message: short("Items to be looked at again are not planned: " + err.Error()), Fix: fix,
	}
}
