package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/conditions"
	modtest "github.com/modcap/modcap/internal/testing"
)

// relieved is a policy with relief, as its condition says.
func relieved(status metav1.ConditionStatus, reason, message string) *v1alpha1.ModerationPolicy {
	p := modtest.MakePolicy("guidelines", "moderation").Relief(modtest.MakeRelief("prom", []v1alpha1.QueueName{"comments"}, "spam")).Obj()
	p.Status.Revision = "40ab51c2d3e4"
	if reason != "" {
		conditions.For(&p.Status.CommonStatus, 1, rolledAt).Set(v1alpha1.ConditionReliefActive, status, reason, message)
	}
	return p
}

func TestPolicyStatusSaysWhatGivesWay(t *testing.T) {
	const steps = `
  steps, in order: other-teams (Widen), other-markets (Relax), later (Defer), fewer-samples (QAFloor), narrower (RaiseReviewAt)
`
	const first = "policy guidelines: its changes apply at once, and revision 40ab51c2d3e4 decides everything\n\n"
	for name, c := range map[string]struct {
		policy *v1alpha1.ModerationPolicy
		want   string
	}{
		"in force": {
			relieved(metav1.ConditionTrue, v1alpha1.ReasonReliefBegun, "Target emea: work of comments may take 2h"),
			"relief: in force (Begun)\n  Target emea: work of comments may take 2h",
		},
		"not needed": {
			relieved(metav1.ConditionFalse, v1alpha1.ReasonReliefNotNeeded, "People are enough without relief"),
			"relief: nothing gives way (NotNeeded)\n  People are enough without relief",
		},
		"nobody plans": {relieved("", "", ""), "relief: no StaffingTarget plans the queues of the policy, so nothing gives way"},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(first+c.want+steps, statusOf(t, c.policy, "")); d != "" {
				t.Errorf("status (-want +got):\n%s", d)
			}
		})
	}
	if got := statusOf(t, modtest.MakePolicy("guidelines", "moderation").Obj(), ""); strings.Contains(got, "relief") {
		t.Errorf("of a policy that declares none: %s", got)
	}
}

// What gives way is said above the plan, before what was found.
func TestNotesOfAPlan(t *testing.T) {
	s := v1alpha1.StaffingTargetStatus{
		Relief: []v1alpha1.ReliefStatus{
			{Policy: "adverts", Code: "NotNeeded", Message: "People are enough without relief"},
			{Policy: "guidelines", Step: "later", Code: "Active", Message: "Work of comments may take 57m"},
		},
		Findings: []v1alpha1.Finding{{Message: "1 of 2 classes are planned with the rate of now"}},
	}
	want := []string{"Relief of policy guidelines (Active): Work of comments may take 57m", "1 of 2 classes are planned with the rate of now"}
	if d := cmp.Diff(want, notesOf(&s)); d != "" {
		t.Errorf("notes (-want +got):\n%s", d)
	}
}
