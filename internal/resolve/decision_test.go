package resolve_test

import (
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
	modtest "github.com/modcap/modcap/internal/testing"
)

// A decision that has nothing to decide is named, and one that has is not.
func TestDecisionProblem(t *testing.T) {
	at := time.Date(2026, 11, 2, 14, 0, 0, 0, time.UTC)
	decided := func() *v1alpha1.ModerationPolicy {
		p := modtest.MakePolicy("p", "ns").Rollout(modtest.MakeRollout("rollouts")).Obj()
		p.Status.Revision = "new"
		p.Status.Rollout = &v1alpha1.PolicyRolloutStatus{
			Stable: "old", Canary: "new", Phase: v1alpha1.RolloutInStep, Aborted: &v1alpha1.RolloutAbort{Revision: "new", At: metav1.NewTime(at)},
		}
		p.Status.Rereview = &v1alpha1.PolicyRereview{State: v1alpha1.RereviewOpen, Revisions: []string{"new", "older"}}
		return p
	}
	for name, c := range map[string]struct {
		revision string
		action   v1alpha1.RolloutAction
		step     v1alpha1.Word
		written  time.Time
		edit     func(*v1alpha1.ModerationPolicy)
		want     string
		ordered  bool
	}{
		"an approval":               {"new", v1alpha1.RolloutApprove, "five", at.Add(time.Minute), nil, "", true},
		"of the shadow":             {"new", v1alpha1.RolloutApprove, "shadow", at.Add(time.Minute), nil, "", true},
		"of no step":                {"new", v1alpha1.RolloutApprove, "fife", at.Add(time.Minute), nil, "has no step fife", true},
		"of an earlier try":         {"new", v1alpha1.RolloutApprove, "five", at, nil, "was taken back at 2026-11-02T14:00:00Z", false},
		"a promotion of one":        {"new", v1alpha1.RolloutPromote, "", at.Add(-time.Hour), nil, "another try takes another decision", false},
		"an abort of before it":     {"new", v1alpha1.RolloutTakeBack, "", at.Add(-time.Hour), nil, "", true},
		"another revision":          {"newer", v1alpha1.RolloutTakeBack, "", at.Add(time.Minute), nil, "of newer there is no rollout", true},
		"a dismissal":               {"new", v1alpha1.RolloutDismiss, "", at.Add(time.Minute), nil, "", true},
		"of what goes with another": {"older", v1alpha1.RolloutDismiss, "", at.Add(time.Minute), nil, "together with what new did", true},
		"of nothing":                {"old", v1alpha1.RolloutDismiss, "", at.Add(time.Minute), nil, "nothing that revision old", true},
		"without rollouts": {"new", v1alpha1.RolloutPromote, "", at.Add(time.Minute),
			func(p *v1alpha1.ModerationPolicy) { p.Spec.Rollout = nil }, "apply at once", true},
		"of a spec not looked at": {"newer", v1alpha1.RolloutPromote, "", at.Add(time.Minute),
			func(p *v1alpha1.ModerationPolicy) { p.Generation++ }, "", true},
	} {
		p := decided()
		if c.edit != nil {
			c.edit(p)
		}
		o := modtest.MakeOverride("o", "ns").Decision("p", c.revision, c.action, c.step).Obj()
		o.CreationTimestamp = metav1.NewTime(c.written)
		if got := resolve.DecisionProblem(o, p); (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if got := len(resolve.RolloutOrders([]v1alpha1.CapacityOverride{*o}, p, at.Add(time.Hour))) == 1; got != c.ordered {
			t.Errorf("%s: it counts: %t", name, got)
		}
	}
}
