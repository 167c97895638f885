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
	if err := resolve.Rework(in, mine); err != nil {
		return []v1alpha1.Finding{{
			Code: codeReworkNotPlanned, Severity: "Error", Message: short("Items to be looked at again are not planned: " + err.Error()),
			Fix: "Correct the override: its stream, language and harm domain are those of the queue",
		}}
	}
	return nil
}
