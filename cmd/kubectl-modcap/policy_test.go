package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/conditions"
	modtest "github.com/modcap/modcap/internal/testing"
)

var rolledAt = time.Date(2026, 11, 2, 14, 0, 0, 0, time.UTC)

// rolled is a policy in the second step of a rollout, with some evidence.
func rolled(edit func(*v1alpha1.PolicyRolloutStatus)) *v1alpha1.ModerationPolicy {
	r := modtest.MakeRollout("rollouts")
	r.Steps[0].Markets, r.Steps[0].Surfaces = []v1alpha1.Market{"BR", "MX"}, []v1alpha1.Word{"live"}
	p := modtest.MakePolicy("guidelines", "moderation").Rollout(r).Obj()
	at := metav1.NewTime(rolledAt)
	p.Status.Revision = "9f5d3a1c0b7e"
	p.Status.Rollout = &v1alpha1.PolicyRolloutStatus{
		Stable: "40ab51c2d3e4", Canary: "9f5d3a1c0b7e", Phase: v1alpha1.RolloutInStep, Step: "five", Began: &at, Since: &at,
		Shares: []v1alpha1.RolloutShare{{Step: "five", Share: 50_000}},
		Evidence: []v1alpha1.RolloutEvidence{
			{Label: "hate", Kind: "Overkill", Outcome: "Hold", Reason: "NotShown", Change: "4.1 (-1.0 to 11.2)", Margin: "10", Checked: 212},
			{Label: "hate", Kind: "Leakage", Market: "BR", Outcome: "Advance", Reason: "WithinMargin", Margin: "5"},
		},
	}
	conditions.For(&p.Status.CommonStatus, 1, rolledAt).True(
		v1alpha1.ConditionRolloutProgressing, v1alpha1.ReasonAwaitingEvidence, "Revision 9f5d3a1c0b7e is in step five: evidence is awaited")
	if edit != nil {
		edit(p.Status.Rollout)
	}
	return p
}

func statusOf(t *testing.T, p *v1alpha1.ModerationPolicy, output string) string {
	t.Helper()
	var out bytes.Buffer
	f := policyStatus{policyView{output: output}}
	if err := f.print(t.Context(), &out, desk(t, "", p), p.Name); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestPolicyStatus(t *testing.T) {
	const want = `policy guidelines: revision 9f5d3a1c0b7e is rolled out, and revision 40ab51c2d3e4 decides the rest
  steps: shadow, [five], half, since 2026-11-02T14:00:00Z
  step five gave it 5 % of BR, MX on live
  AwaitingEvidence: Revision 9f5d3a1c0b7e is in step five: evidence is awaited

LABEL  ERRORS    MARKET  CHANGE OF 10000     MARGIN  CHECKED  VERDICT
hate   Overkill  all     4.1 (-1.0 to 11.2)  10      212      Hold (NotShown)
hate   Leakage   BR      -                   5       0        Advance (WithinMargin)
`
	if d := cmp.Diff(want, statusOf(t, rolled(nil), "")); d != "" {
		t.Errorf("status (-want +got):\n%s", d)
	}
	if got := statusOf(t, rolled(nil), "json"); !strings.Contains(got, `"canary": "9f5d3a1c0b7e"`) {
		t.Errorf("no canary in\n%s", got)
	}
	plain := modtest.MakePolicy("guidelines", "moderation").Obj()
	plain.Status.Revision = "40ab51c2d3e4"
	if got := statusOf(t, plain, ""); got != "policy guidelines: its changes apply at once, and revision 40ab51c2d3e4 decides everything\n" {
		t.Errorf("a policy without rollouts: %s", got)
	}
}

// An abort says which items are to be looked at again, or that there are none.
func TestPolicyStatusAfterAnAbort(t *testing.T) {
	aborted := func(moves ...v1alpha1.RolloutMove) func(*v1alpha1.PolicyRolloutStatus) {
		return func(s *v1alpha1.PolicyRolloutStatus) {
			*s = v1alpha1.PolicyRolloutStatus{Stable: s.Stable, Phase: v1alpha1.RolloutAborted, Aborted: &v1alpha1.RolloutAbort{
				Revision: s.Canary, Step: s.Step, Began: s.Began, At: metav1.NewTime(rolledAt.Add(time.Hour)), By: "guard",
				Message: "Overkill of label hate is worse than before.", Moves: moves,
			}}
		}
	}
	const want = `policy guidelines: revision 9f5d3a1c0b7e was taken back, and revision 40ab51c2d3e4 decides everything

revision 9f5d3a1c0b7e was taken back at 2026-11-02T15:00:00Z by guard
  Overkill of label hate is worse than before.
  to look at again: items that revision 9f5d3a1c0b7e decided from 2026-11-02T14:00:00Z to 2026-11-02T15:00:00Z, of these moves

LABEL  MARKET  FROM    TO   MOVED BY EITHER REVISION  DECIDED BY IT
hate   BR      Review  Act  400                       20
`
	if d := cmp.Diff(want, statusOf(t, rolled(aborted(v1alpha1.RolloutMove{Label: "hate", Market: "BR", From: "Review", To: "Act", Items: 400, Decided: 20})), "")); d != "" {
		t.Errorf("status (-want +got):\n%s", d)
	}
	inShadow := func(s *v1alpha1.PolicyRolloutStatus) { s.Step = "shadow"; aborted()(s) }
	if got := statusOf(t, rolled(inShadow), ""); !strings.Contains(got, "there is nothing to look at again") {
		t.Errorf("after the shadow:\n%s", got)
	}
	got := statusOf(t, rolled(aborted()), "")
	if !strings.Contains(got, "nothing counted what it decided from 2026-11-02T14:00:00Z to 2026-11-02T15:00:00Z: to have it looked at again, write a Rework") {
		t.Errorf("after a step that nothing counted:\n%s", got)
	}
}

// What is to be looked at again is told until it is done, or somebody dismisses it.
func TestPolicyStatusOfARereview(t *testing.T) {
	ended := metav1.NewTime(rolledAt.Add(9 * time.Hour))
	again := v1alpha1.PolicyRereview{
		Revisions: []string{"9f5d3a1c0b7e"}, State: v1alpha1.RereviewOpen, Since: metav1.NewTime(rolledAt), Due: metav1.NewTime(rolledAt.Add(72 * time.Hour)),
		Items: 412, Left: 120, Work: []v1alpha1.RereviewWork{{HarmDomain: "hate", Market: "BR", Items: 400}, {HarmDomain: "spam", Items: 12}},
	}
	for want, edit := range map[string]func(*v1alpha1.PolicyRereview){
		`
120 of 412 items that revision 9f5d3a1c0b7e decided are left to look at again, due 2026-11-05T14:00:00Z, and planned for people:
HARM DOMAIN  MARKET  ITEMS IN ALL
hate         BR      400
spam         -       12
`: func(*v1alpha1.PolicyRereview) {},
		`
what revision 9f5d3a1c0b7e decided was looked at again by 2026-11-02T23:00:00Z: 412 items, by metrics.rereviewed
`: func(r *v1alpha1.PolicyRereview) {
			r.State, r.Left, r.Ended, r.By = v1alpha1.RereviewDone, 0, &ended, "metrics.rereviewed"
		},
		`
what revision 9f5d3a1c0b7e decided is not looked at again: 120 of 412 items were left as TRUST-42 dismissed them at 2026-11-02T23:00:00Z: all were spam
`: func(r *v1alpha1.PolicyRereview) {
			r.State, r.Ended, r.By, r.Reason = v1alpha1.RereviewDismissed, &ended, "TRUST-42", "all were spam"
		},
	} {
		p := rolled(func(s *v1alpha1.PolicyRolloutStatus) { s.Canary, s.Phase = "", v1alpha1.RolloutDone })
		p.Status.Rereview = again.DeepCopy()
		edit(p.Status.Rereview)
		if d := cmp.Diff("policy guidelines: revision 40ab51c2d3e4 decides everything\n"+want, statusOf(t, p, "")); d != "" {
			t.Errorf("status (-want +got):\n%s", d)
		}
	}
}

// A dismissal is about the revision that was taken back last, and there must be something to dismiss.
func TestPolicyDismissal(t *testing.T) {
	p := rolled(func(s *v1alpha1.PolicyRolloutStatus) { s.Canary = "another" })
	f := policyDecision{action: v1alpha1.RolloutDismiss, verb: "dismiss", reason: "all were spam", by: "TRUST-42", lasts: time.Hour}
	err := f.decide(t.Context(), &bytes.Buffer{}, desk(t, "", p), "guidelines", rolledAt)
	if err == nil || !strings.Contains(err.Error(), "nothing of policy guidelines is looked at again") {
		t.Errorf("nothing to dismiss: %v", err)
	}
	p.Status.Rereview = &v1alpha1.PolicyRereview{Revisions: []string{"9f5d3a1c0b7e", "older"}, State: v1alpha1.RereviewOpen, Items: 2, Left: 2}
	cluster := desk(t, "", p)
	var out bytes.Buffer
	if err := f.decide(t.Context(), &out, cluster, "guidelines", rolledAt); err != nil {
		t.Fatal(err)
	}
	var list v1alpha1.CapacityOverrideList
	if err := cluster.client.List(t.Context(), &list); err != nil || len(list.Items) != 1 {
		t.Fatalf("%v, %d overrides", err, len(list.Items))
	}
	d := list.Items[0].Spec.Rollout
	if d.Revision != "9f5d3a1c0b7e" || d.Action != v1alpha1.RolloutDismiss || d.Step != "" ||
		!strings.Contains(out.String(), "what revision 9f5d3a1c0b7e and older decided is not looked at again") {
		t.Errorf("%+v: %s", d, out.String())
	}
}

// A decision is an override about the revision and step that stand, and ends by itself.
func TestPolicyDecisions(t *testing.T) {
	for verb, c := range map[string]struct {
		action v1alpha1.RolloutAction
		step   v1alpha1.Word
		says   string
	}{
		"approve": {v1alpha1.RolloutApprove, "five", "step five of revision 9f5d3a1c0b7e ends"},
		"promote": {v1alpha1.RolloutPromote, "", "revision 9f5d3a1c0b7e decides everything"},
		"abort":   {v1alpha1.RolloutTakeBack, "", "revision 40ab51c2d3e4 decides everything"},
	} {
		t.Run(verb, func(t *testing.T) {
			cluster := desk(t, "", rolled(nil))
			f := policyDecision{action: c.action, verb: verb, reason: "appeals look fine", by: "TRUST-42", lasts: time.Hour}
			var out bytes.Buffer
			if err := f.decide(t.Context(), &out, cluster, "guidelines", rolledAt); err != nil {
				t.Fatal(err)
			}
			var list v1alpha1.CapacityOverrideList
			if err := cluster.client.List(t.Context(), &list, client.InNamespace("moderation")); err != nil || len(list.Items) != 1 {
				t.Fatalf("%v, %d overrides", err, len(list.Items))
			}
			want := v1alpha1.CapacityOverrideSpec{
				Type: v1alpha1.OverrideRolloutDecision, Until: list.Items[0].Spec.Until, Reason: "appeals look fine", By: "TRUST-42",
				Rollout: &v1alpha1.RolloutDecision{
					PolicyRef: v1alpha1.ObjectReference{Name: "guidelines"}, Revision: "9f5d3a1c0b7e", Action: c.action, Step: c.step,
				},
			}
			if d := cmp.Diff(want, list.Items[0].Spec); d != "" || !want.Until.Time.Equal(rolledAt.Add(time.Hour)) {
				t.Errorf("until %s, override (-want +got):\n%s", want.Until, d)
			}
			if !strings.HasPrefix(list.Items[0].Name, "guidelines-"+verb+"-") || !strings.Contains(out.String(), c.says) {
				t.Errorf("%s says %s", list.Items[0].Name, out.String())
			}
		})
	}
	f := policyDecision{action: v1alpha1.RolloutTakeBack, verb: "abort"}
	done := rolled(func(s *v1alpha1.PolicyRolloutStatus) { s.Canary, s.Phase = "", v1alpha1.RolloutDone })
	err := f.decide(t.Context(), &bytes.Buffer{}, desk(t, "", done), "guidelines", rolledAt)
	if err == nil || !strings.Contains(err.Error(), "nothing of policy guidelines is being rolled out: revision 40ab51c2d3e4 decides everything") {
		t.Errorf("nothing is rolled out: %v", err)
	}
	err = f.decide(t.Context(), &bytes.Buffer{}, desk(t, "", done), "rules", rolledAt)
	if err == nil || !strings.Contains(err.Error(), "ModerationPolicy rules does not exist") {
		t.Errorf("no such policy: %v", err)
	}
}

func TestPolicyDecisionsNeedAReason(t *testing.T) {
	for _, args := range [][]string{{"guidelines"}, {"guidelines", "--by", "TRUST-42"}, {"guidelines", "--reason", "wrong"}} {
		c := policyDecision{action: v1alpha1.RolloutTakeBack, verb: "abort"}.command(streams{Out: &bytes.Buffer{}})
		c.SetArgs(args)
		c.SilenceErrors, c.SilenceUsage = true, true
		if err := c.ExecuteContext(t.Context()); err == nil || !strings.Contains(err.Error(), "say --reason and --by") {
			t.Errorf("%v: %v", args, err)
		}
	}
}

// A decision that has ended before the operator sees it would be none.
func TestPolicyDecisionsLast(t *testing.T) {
	for _, lasts := range []string{"0s", "-1h", "5s"} {
		c := policyDecision{action: v1alpha1.RolloutTakeBack, verb: "abort", short: "x"}.command(streams{Out: &bytes.Buffer{}})
		c.SetArgs([]string{"guidelines", "--by", "TRUST-42", "--reason", "wrong", "--for", lasts})
		c.SilenceErrors, c.SilenceUsage = true, true
		if err := c.ExecuteContext(t.Context()); err == nil || !strings.Contains(err.Error(), "want 1m0s or longer") {
			t.Errorf("--for %s: %v", lasts, err)
		}
	}
}

// Who asks how a policy stands hears that its spec is not what decides, and why.
func TestPolicyStatusOfWhatIsNotInForce(t *testing.T) {
	for want, edit := range map[string]func(*v1alpha1.ModerationPolicy){
		"  the spec is not in force (InvalidSpec): steps do not rise\n": func(p *v1alpha1.ModerationPolicy) {
			conditions.For(&p.Status.CommonStatus, 0, time.Time{}).Stalled(v1alpha1.ReasonInvalidSpec, "steps do not rise")
		},
		"  The operator has not looked at the spec as it is now: this is of before.\n": func(p *v1alpha1.ModerationPolicy) { p.Generation = 9 },
		"  RevisionLost: it is gone\n": func(p *v1alpha1.ModerationPolicy) {
			p.Status.Rollout.Canary = ""
			conditions.For(&p.Status.CommonStatus, 0, time.Time{}).False(v1alpha1.ConditionRolloutProgressing, v1alpha1.ReasonRevisionLost, "it is gone")
		},
	} {
		p := rolled(func(*v1alpha1.PolicyRolloutStatus) {})
		if out := statusOf(t, p, ""); strings.Contains(out, want) {
			t.Errorf("%q in\n%s", want, out)
		}
		edit(p)
		if out := statusOf(t, p, ""); !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}
