package staffing

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/conditions"
	"github.com/modcap/modcap/internal/sample"
)

// Codes of findings.
const (
	codeQueueInvalid = "QueueInvalid"
	codeTeamInvalid  = "TeamInvalid"
)

// invalid is a queue or team that no plan can be made with.
type invalid struct {
	what, code, why, fix string
}

// held are the findings about what is invalid. What was so when the last plan was made
// was left out of it, and is left out of the next: a plan that never had it does not
// wait for it. For what has become invalid since, the last plan stays.
func (g *gathered) held() []v1alpha1.Finding {
	var out []v1alpha1.Finding
	for _, x := range g.invalid {
		f := v1alpha1.Finding{
			Code: x.code, Severity: "Error", Fix: x.fix, Message: short(fmt.Sprintf("%s is left out of the plan: %s", x.what, x.why)),
		}
		if g.target.Status.PlannedAt != nil && !slices.ContainsFunc(g.target.Status.Findings, x.leftOut) {
			g.holding = append(g.holding, x.what+": "+x.why)
			f.Code, f.Message = v1alpha1.ReasonLastPlanKept, short(fmt.Sprintf("%s is invalid, and the last plan stays: %s", x.what, x.why))
		}
		out = append(out, f)
	}
	return out
}

// leftOut reports whether a finding of the last plan says that x is not in it.
func (x invalid) leftOut(f v1alpha1.Finding) bool {
	return f.Code != v1alpha1.ReasonLastPlanKept && strings.HasPrefix(f.Message, x.what+" is left out of the plan: ")
}

// kept says which plan stays, and how old it is.
func kept(t *v1alpha1.StaffingTarget) string {
	if t.Status.PlannedAt == nil {
		return ""
	}
	return ". The plan of " + stamp(sample.At(t.Status.PlannedAt.Time)) + " stays until that is corrected"
}

// hold leaves the last plan as it is, since something it would be made from has become
// invalid, and tells the queues that what was said of now is not known any more.
func (r *Reconciler) hold(g *gathered, set conditions.Setter, findings []v1alpha1.Finding) {
	why := few(g.holding) + kept(g.target)
	g.target.Status.Findings = findings[:min(len(findings), maxListed)]
	set.NotReady(v1alpha1.ReasonLastPlanKept, why)
	for _, c := range []string{
		v1alpha1.ConditionStaffed, v1alpha1.ConditionCoverageSufficient, v1alpha1.ConditionExposureWithinLimits,
		v1alpha1.ConditionEscalationCovered,
	} {
		set.Unknown(c, v1alpha1.ReasonLastPlanKept, why)
	}
	for i := range g.queues {
		key := client.ObjectKeyFromObject(&g.queues[i])
		if f, ok := r.Facts.Staffing.Get(key); ok {
			f.Known, f.Enough, f.Reason, f.Message = false, false, v1alpha1.ReasonLastPlanKept, why
			r.Facts.Staffing.Put(key, f)
		}
	}
}
