package controllers_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/override"
	modtest "github.com/modcap/modcap/internal/testing"
)

var _ = Describe("A decision about a rollout", func() {
	It("says when it is about nothing, and changes nothing then", func() {
		w := newRolloutWorld()
		w.change("0.90")
		r := &override.Reconciler{Env: w.Env}
		now, policy := w.policy.Status.Revision, w.policy.Name
		before := w.bytes()[indexName]
		for name, c := range map[string]struct {
			decision *modtest.OverrideWrapper
			message  string
		}{
			"another revision": {modtest.MakeOverride("a", w.ns).Decision(policy, "0123456789ab", v1alpha1.RolloutPromote, ""),
				"spec.rollout.revision: ModerationPolicy policy means revision " + now},
			"another step": {modtest.MakeOverride("b", w.ns).Decision(policy, now, v1alpha1.RolloutApprove, "fife"), "has no step fife"},
			"nothing taken back": {modtest.MakeOverride("c", w.ns).Decision(policy, now, v1alpha1.RolloutDismiss, ""),
				"nothing that revision " + now + " of ModerationPolicy policy decided is looked at again"},
		} {
			o := c.decision.Obj()
			w.create(o)
			run(r, o)
			expect(o, "Ready", isFalse, v1alpha1.ReasonNothingToDecide, c.message)
			expect(o, "Active", isFalse, v1alpha1.ReasonNoSuchWork)
			w.look()
			Expect(w.phase()).To(Equal("Shadow shadow"), name)
			Expect(w.bytes()[indexName]).To(Equal(before), name)
			w.expectQuiet(func() { run(r, o) })
		}
		o := modtest.MakeOverride("d", w.ns).Decision(policy, now, v1alpha1.RolloutApprove, "shadow").Obj()
		w.create(o)
		run(r, o)
		expect(o, "Active", isTrue, v1alpha1.ReasonInForce, "Ends at 2100-01-01T00:00:00Z, more than a year after it begins")
		edit(w.policy, func(p *v1alpha1.ModerationPolicy) { p.Spec.Rollout = nil })
		w.look()
		run(r, o)
		expect(o, "Ready", isFalse, v1alpha1.ReasonNothingToDecide, "apply at once")
	})

	It("that let a change go on before it was taken back does not let another try go on", func() {
		w := newRolloutWorld()
		w.clock.SetTime(metav1.Now().Add(time.Minute)) // after the API server's: overrides are written before
		w.change("0.90")
		w.decide("yes", v1alpha1.RolloutApprove, "shadow")
		w.decide("all", v1alpha1.RolloutApprove, "five")
		w.look()
		Expect(w.phase()).To(Equal("Step five"))
		w.count(100)
		w.look()
		Expect(w.phase()).To(Equal("Aborted "))
		r := &override.Reconciler{Env: w.Env}
		o := modtest.MakeOverride("yes", w.ns).Obj()
		run(r, o)
		expect(o, "Ready", isFalse, v1alpha1.ReasonNothingToDecide, "another try takes another decision")
		edit(w.policy, func(p *v1alpha1.ModerationPolicy) { p.Spec.Rollout.Margins.Overkill = "90" })
		w.look()
		w.look()
		Expect(w.phase()).To(Equal("Shadow shadow"), "nobody approved this try")
	})
})
