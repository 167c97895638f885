package controllers_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"k8s.io/utils/ptr"

	"github.com/modcap/modcap/api/v1alpha1"
	modtest "github.com/modcap/modcap/internal/testing"
)

// anew deletes the policy, with its revisions as the garbage collector does, and makes it again with the spec that it
// had, but for an edit.
func (w *rolloutWorld) anew(collected bool, change func(*v1alpha1.ModerationPolicy)) {
	GinkgoHelper()
	refresh(w.policy)
	again := modtest.MakePolicy(w.policy.Name, w.ns).Obj()
	again.Spec = *w.policy.Spec.DeepCopy()
	change(again)
	if collected {
		for _, one := range w.revisions(w.policy) {
			remove(&one)
		}
	}
	remove(w.policy)
	w.run()
	w.policy = again
	w.create(w.policy)
}

func same(*v1alpha1.ModerationPolicy) {}

var _ = Describe("A ModerationPolicy that is made anew", func() {
	for name, collected := range map[string]bool{"and its revisions with it": true, "before its revisions are gone": false} {
		It("in the middle of a rollout goes back to what decided, and begins with the shadow, "+name, func() {
			w := newRolloutWorld()
			edit(w.policy, func(p *v1alpha1.ModerationPolicy) {
				p.Spec.Labels[0].Overrides = []v1alpha1.BandOverride{{Name: "some", Markets: []v1alpha1.Market{"DE", "BR"}, ReviewAt: ptr.To(v1alpha1.Score("0.50"))}}
				p.Spec.Rollout = nil
			})
			w.look()
			first, before := w.policy.Status.Revision, w.bytes()[indexName]
			edit(w.policy, func(p *v1alpha1.ModerationPolicy) { p.Spec.Rollout = ptr.To(modtest.MakeRollout("rollouts")) })
			w.look()
			w.change("0.90")
			w.count(399)
			w.look()
			Expect(w.phase()).To(Equal("Step five"))
			during := w.bytes()[indexName]
			w.anew(collected, same)
			w.again()
			w.run() // the documents come first
			Expect(w.bytes()[indexName]).To(Equal(during), "what decided goes on")
			Expect(w.fact(w.br).Reason).To(Equal(v1alpha1.ReasonLastGoodKept))
			w.look()
			Expect(w.phase()).To(Equal("Shadow shadow"))
			Expect(w.policy.Status.Rollout.Stable).To(Equal(first))
			Expect(w.document().Revisions[0].Name).To(Equal(first))
			Expect(w.revisions(w.policy)).To(HaveKey(first))
			w.expectWhole()
			w.count(100)
			w.look()
			Expect(w.phase()).To(Equal("Aborted "))
			Expect(w.bytes()[indexName]).To(Equal(before))
			w.expectQuiet(func() { w.look() })
		})
	}

	It("after an abort does not apply what was taken back", func() {
		w := newRolloutWorld()
		before := w.bytes()[indexName]
		w.change("0.90")
		w.count(100)
		w.look()
		Expect(w.phase()).To(Equal("Aborted "))
		w.anew(true, same)
		w.look()
		Expect(w.phase()).To(Equal("Shadow shadow"))
		w.count(100)
		w.look()
		Expect(w.bytes()[indexName]).To(Equal(before))
	})

	It("with steps that are not sound goes on deciding by what it did", func() {
		w := newRolloutWorld()
		before, first := w.bytes()[indexName], w.policy.Status.Revision
		w.anew(true, func(p *v1alpha1.ModerationPolicy) {
			p.Spec.Labels[0].ActAt, p.Spec.Rollout.Steps[0].Markets = ptr.To(v1alpha1.Score("0.90")), nil
			p.Spec.Rollout.Steps[0].Percent = "50"
		})
		w.look()
		w.look()
		expect(w.policy, "Stalled", isTrue, v1alpha1.ReasonInvalidSpec)
		Expect(w.bytes()[indexName]).To(Equal(before))
		edit(w.policy, func(p *v1alpha1.ModerationPolicy) { p.Spec.Rollout.Steps[0].Percent = "5" })
		w.look()
		Expect(w.phase()).To(Equal("Shadow shadow"))
		Expect(w.policy.Status.Rollout.Stable).To(Equal(first))
	})

	It("says so where what decided is not to be had, and changes nothing", func() {
		w := newRolloutWorld()
		edit(w.policy, func(p *v1alpha1.ModerationPolicy) {
			p.Spec.Labels[0].ActAt = ptr.To(v1alpha1.Score("0.95"))
			p.Spec.Labels[0].Overrides = []v1alpha1.BandOverride{{Name: "some", Markets: []v1alpha1.Market{"DE", "BR"}, ReviewAt: ptr.To(v1alpha1.Score("0.50"))}}
			p.Spec.Rollout = nil
		})
		w.look()
		edit(w.policy, func(p *v1alpha1.ModerationPolicy) { p.Spec.Rollout = ptr.To(modtest.MakeRollout("rollouts")) })
		w.look()
		remove(w.rest) // the queue of which documents have all overrides
		for _, m := range w.published() {
			if m.Labels["modcap.dev/queue"] == w.rest.Name {
				remove(&m)
			}
		}
		w.run()
		before := w.bytes()[indexName]
		w.anew(true, func(p *v1alpha1.ModerationPolicy) { p.Spec.Labels[0].ActAt = ptr.To(v1alpha1.Score("0.90")) })
		for range 2 {
			w.run()
			run(w.pr, w.policy)
			expect(w.policy, "RolloutProgressing", isFalse, v1alpha1.ReasonRevisionLost, "take rollout out of the spec")
			Expect(w.bytes()[indexName]).To(Equal(before))
		}
		w.expectQuiet(func() { w.look() })
		edit(w.policy, func(p *v1alpha1.ModerationPolicy) { p.Spec.Rollout = nil })
		w.look()
		Expect(w.document().Revisions[0].Name).To(Equal(w.policy.Status.Revision))
	})

	It("is whole after a kill after any write", func() {
		for kill := 0; ; kill++ {
			w := newRolloutWorld()
			first := w.policy.Status.Revision
			before := w.bytes()[indexName]
			w.change("0.90")
			w.count(399)
			w.look()
			w.anew(true, same)
			w.direct.KillAfter(kill)
			killed := w.try()
			Expect(w.document().Revisions[0].Name).To(Equal(first), "killed after %d", kill)
			w.direct.KillAfter(-1)
			w.again()
			w.look()
			Expect(w.phase()).To(Equal("Shadow shadow"), "killed after %d", kill)
			Expect(w.policy.Status.Rollout.Stable).To(Equal(first), "killed after %d", kill)
			w.change("0.97")
			Expect(w.bytes()[indexName]).To(Equal(before), "killed after %d", kill)
			if !killed {
				Expect(kill).To(BeNumerically(">", 3))
				return
			}
		}
	})
})

var _ = Describe("A rollout whose revisions somebody deletes", func() {
	It("has them again, and is taken back to the bytes before", func() {
		w := newRolloutWorld()
		before := w.bytes()[indexName]
		w.change("0.90")
		w.count(399)
		w.look()
		Expect(w.phase()).To(Equal("Step five"))
		for _, one := range w.revisions(w.policy) {
			remove(&one)
		}
		during := w.bytes()[indexName]
		w.run()
		Expect(w.bytes()[indexName]).To(Equal(during))
		w.count(100)
		w.look()
		Expect(w.phase()).To(Equal("Aborted "))
		Expect(w.bytes()[indexName]).To(Equal(before))
		w.expectQuiet(func() { w.look() })
	})

	It("does not apply a change that comes together with rollouts whose steps are not sound", func() {
		w := &rolloutWorld{routingWorld: newRoutingWorld()}
		w.again()
		w.look()
		before := w.bytes()[indexName]
		edit(w.policy, func(p *v1alpha1.ModerationPolicy) {
			p.Spec.Rollout, p.Spec.Labels[0].ActAt = ptr.To(modtest.MakeRollout("rollouts")), ptr.To(v1alpha1.Score("0.90"))
			p.Spec.Rollout.Steps[1].Percent = "5"
		})
		w.look()
		w.look()
		expect(w.policy, "Stalled", isTrue, v1alpha1.ReasonInvalidSpec, "the rollout stays where it is")
		Expect(w.bytes()[indexName]).To(Equal(before))
		edit(w.policy, func(p *v1alpha1.ModerationPolicy) { p.Spec.Rollout.Steps[1].Percent = "50" })
		w.look()
		Expect(w.phase()).To(Equal("Shadow shadow"))
	})
})
