package resolve

import (
	"fmt"
	"slices"
	"time"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/rollout"
)

// RolloutOrders are the decisions about a policy's rollout that are in force. One that let a change go on
// before it was taken back says nothing of another try.
func RolloutOrders(overrides []v1alpha1.CapacityOverride, p *v1alpha1.ModerationPolicy, now time.Time) (out []rollout.Order) {
	for i := range overrides {
		o := &overrides[i]
		d := o.Spec.Rollout
		if d == nil || d.PolicyRef.Name != p.Name || outdated(o, p) {
			continue
		}
		if state, _ := OverrideState(o, now); state == v1alpha1.ReasonInForce {
			out = append(out, rollout.Order{
				Name: o.Name, Action: rollout.Action(d.Action), Revision: d.Revision, Step: string(d.Step),
				By: o.Spec.By, Reason: o.Spec.Reason,
			})
		}
	}
	return out
}

// outdated reports whether a decision lets a change go on and was written before that was taken back.
func outdated(o *v1alpha1.CapacityOverride, p *v1alpha1.ModerationPolicy) bool {
	d, s := o.Spec.Rollout, p.Status.Rollout
	goesOn := d.Action == v1alpha1.RolloutApprove || d.Action == v1alpha1.RolloutPromote
	return goesOn && s != nil && s.Aborted != nil && s.Aborted.Revision == d.Revision &&
		!o.CreationTimestamp.IsZero() && !o.CreationTimestamp.After(s.Aborted.At.Time)
}

// DecisionProblem says why a decision about a policy's rollout has nothing to decide, in a sentence; empty where it
// has. A policy whose spec was not looked at yet has an answer later.
func DecisionProblem(o *v1alpha1.CapacityOverride, p *v1alpha1.ModerationPolicy) string {
	d := o.Spec.Rollout
	switch {
	case p.Status.ObservedGeneration != p.Generation || p.Status.Revision == "":
		return ""
	case d.Action == v1alpha1.RolloutDismiss:
		return dismissProblem(d, p)
	case p.Spec.Rollout == nil:
		return fmt.Sprintf("Changes of ModerationPolicy %s apply at once: there is no rollout to decide about", p.Name)
	case p.Status.Rollout == nil:
		return ""
	case !slices.Contains(revisionsOf(p), d.Revision):
		return fmt.Sprintf("spec.rollout.revision: ModerationPolicy %s means revision %s and decides by %s; of %s there is no rollout",
			p.Name, p.Status.Revision, p.Status.Rollout.Stable, d.Revision)
	case d.Action == v1alpha1.RolloutApprove && !hasStep(p.Spec.Rollout, d.Step):
		return fmt.Sprintf("spec.rollout.step: the rollout of ModerationPolicy %s has no step %s", p.Name, d.Step)
	case outdated(o, p):
		return fmt.Sprintf("Revision %s was taken back at %s, after this was written: another try takes another decision",
			d.Revision, p.Status.Rollout.Aborted.At.UTC().Format(time.RFC3339))
	}
	return ""
}

func dismissProblem(d *v1alpha1.RolloutDecision, p *v1alpha1.ModerationPolicy) string {
	s := p.Status.Rereview
	switch {
	case s == nil || !slices.Contains(s.Revisions, d.Revision):
		return fmt.Sprintf("spec.rollout.revision: nothing that revision %s of ModerationPolicy %s decided is looked at again",
			d.Revision, p.Name)
	case s.State == v1alpha1.RereviewOpen && s.Revisions[0] != d.Revision:
		return fmt.Sprintf("spec.rollout.revision: what revision %s decided is looked at again together with what %s did: dismiss that",
			d.Revision, s.Revisions[0])
	}
	return ""
}

// revisionsOf are the revisions that a decision may be about.
func revisionsOf(p *v1alpha1.ModerationPolicy) []string {
	s := p.Status.Rollout
	out := []string{p.Status.Revision, s.Stable, s.Canary}
	if s.Aborted != nil {
		out = append(out, s.Aborted.Revision)
	}
	return out
}

func hasStep(r *v1alpha1.PolicyRollout, name v1alpha1.Word) bool {
	return name == rollout.ShadowStep || slices.ContainsFunc(r.Steps, func(s v1alpha1.RolloutStep) bool { return s.Name == name })
}
