package resolve

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/rollout"
	"github.com/modcap/modcap/internal/sample"
)

// CodeFreezeWithoutRollout is the finding of a freeze of a policy whose changes apply at once.
const CodeFreezeWithoutRollout = "FreezeWithoutRollout"

// Frozen are the overrides of type Freeze in force that keep the steps of a policy's
// rollout from ending: the one that ends last first, of equal ones by name.
func Frozen(overrides []v1alpha1.CapacityOverride, policy string, now time.Time) (out []rollout.Freeze) {
	for i := range overrides {
		o := &overrides[i]
		if !o.Spec.Freezes(policy) || o.DeletionTimestamp != nil {
			continue
		}
		if state, _ := OverrideState(o, now); state == v1alpha1.ReasonInForce {
			out = append(out, rollout.Freeze{By: "CapacityOverride " + o.Name, Until: sample.At(o.Spec.Until.Time)})
		}
	}
	slices.SortFunc(out, func(a, b rollout.Freeze) int {
		return cmp.Or(cmp.Compare(b.Until, a.Until), cmp.Compare(a.By, b.By))
	})
	return out
}

// FreezeFindings says which policies of a freeze it does not hold back: those whose
// changes are not rolled out. missing are policies that it names and that do not exist.
func FreezeFindings(o *v1alpha1.CapacityOverride, policies []v1alpha1.ModerationPolicy) (found []v1alpha1.Finding, missing []string) {
	for _, r := range o.Spec.PolicyRefs {
		if !slices.ContainsFunc(policies, func(p v1alpha1.ModerationPolicy) bool { return p.Name == r.Name }) {
			missing = append(missing, r.Name)
		}
	}
	for i := range policies {
		if p := &policies[i]; o.Spec.Freezes(p.Name) && p.Spec.Rollout == nil {
			found = append(found, v1alpha1.Finding{
				Code: CodeFreezeWithoutRollout, Severity: severityWarning,
				Message: fmt.Sprintf("Changes of policy %s apply at once, so that this freeze does not hold them back", p.Name),
				Fix:     "Set spec.rollout of the policy, or leave it out of policyRefs",
			})
		}
	}
	slices.SortFunc(found, func(a, b v1alpha1.Finding) int { return cmp.Compare(a.Message, b.Message) })
	return found, missing
}
