package controllers_test

import (
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/policy"
	"github.com/modcap/modcap/internal/apply"
	"github.com/modcap/modcap/internal/routing"
	modtest "github.com/modcap/modcap/internal/testing"
)

// revisions are the stored revisions of the policy by the hash in their name.
func (w *world) revisions(p *v1alpha1.ModerationPolicy) map[string]appsv1.ControllerRevision {
	GinkgoHelper()
	var list appsv1.ControllerRevisionList
	Expect(env.Client.List(ctx, &list, client.InNamespace(w.ns), client.MatchingLabels{apply.LabelPolicy: p.Name})).To(Succeed())
	out := map[string]appsv1.ControllerRevision{}
	for _, one := range list.Items {
		out[strings.TrimPrefix(one.Name, p.Name+"-")] = one
	}
	return out
}

// reviewAt sets a threshold of the policy's first label.
func reviewAt(p *v1alpha1.ModerationPolicy, score v1alpha1.Score) {
	GinkgoHelper()
	edit(p, func(p *v1alpha1.ModerationPolicy) { p.Spec.Labels[0].ReviewAt = &score })
}

var _ = Describe("The revisions of a ModerationPolicy", func() {
	newPolicy := func() (*world, *v1alpha1.ModerationPolicy, *policy.Reconciler) {
		w := newWorld()
		p := modtest.MakePolicy("guidelines", w.ns).Obj()
		w.create(p)
		return w, p, &policy.Reconciler{Env: w.Env}
	}

	It("are made for each change that can change a decision, and for no other", func() {
		w, p, r := newPolicy()
		run(r, p)
		first := p.Status.Revision
		made := w.revisions(p)
		Expect(made).To(HaveLen(1))
		stored := made[first]
		Expect(metav1.IsControlledBy(&stored, p)).To(BeTrue())
		Expect(stored.Revision).To(Equal(int64(1)))
		read, err := routing.ReadRevision(first, stored.Data.Raw)
		Expect(err).NotTo(HaveOccurred())
		now, _ := routing.RevisionOf(p)
		Expect(read).To(Equal(now), "what is stored is what the policy means, to the byte")
		w.expectQuiet(func() { run(r, p) })

		same := v1alpha1.Score("0.6")
		edit(p, func(p *v1alpha1.ModerationPolicy) { p.Spec.Labels[0].ReviewAt = &same })
		run(r, p)
		Expect(p.Status.Revision).To(Equal(first))
		Expect(w.revisions(p)).To(HaveLen(1), "0.6 decides as 0.60 does")

		reviewAt(p, "0.7")
		run(r, p)
		Expect(w.revisions(p)).To(HaveLen(2))
		Expect(w.revisions(p)[p.Status.Revision].Revision).To(Equal(int64(2)))
	})

	It("cannot be changed", func() {
		w, p, r := newPolicy()
		run(r, p)
		stored := w.revisions(p)[p.Status.Revision]
		stored.Data.Raw = []byte(`{"labels":[]}`)
		Expect(env.Client.Update(ctx, &stored)).To(MatchError(ContainSubstring("field is immutable")))
	})

	It("are the same object again when the policy goes back", func() {
		w, p, r := newPolicy()
		run(r, p)
		first := w.revisions(p)[p.Status.Revision]
		reviewAt(p, "0.7")
		run(r, p)
		reviewAt(p, "0.60")
		run(r, p)
		again := w.revisions(p)
		Expect(again).To(HaveLen(2))
		Expect(again[p.Status.Revision]).To(And(HaveField("UID", first.UID), HaveField("Data", first.Data), HaveField("Revision", int64(3))))
		w.expectQuiet(func() { run(r, p) })
	})

	It("are kept: the one in force, and the ten before it", func() {
		w, p, r := newPolicy()
		run(r, p)
		first := p.Status.Revision
		for i := range 12 {
			reviewAt(p, v1alpha1.Score(fmt.Sprintf("0.%d", 70+i)))
			run(r, p)
		}
		kept := w.revisions(p)
		Expect(kept).To(HaveLen(11))
		Expect(kept).To(HaveKey(p.Status.Revision))
		Expect(kept).NotTo(HaveKey(first))
		w.expectQuiet(func() { run(r, p) })
	})

	It("are made again when somebody deletes them", func() {
		w, p, r := newPolicy()
		run(r, p)
		stored := w.revisions(p)[p.Status.Revision]
		remove(&stored)
		run(r, p)
		Expect(w.revisions(p)[p.Status.Revision].Data).To(Equal(stored.Data))
	})

	It("stay what they were while the policy is unsound, or the operator reads only", func() {
		w, p, r := newPolicy()
		run(r, p)
		first := p.Status.Revision
		edit(p, func(p *v1alpha1.ModerationPolicy) {
			p.Spec.Labels[0] = modtest.MakeLabel("hate").Override("a", "", "0.50", "BR").Override("b", "", "0.40", "BR").Obj()
		})
		run(r, p)
		expect(p, "Stalled", isTrue, v1alpha1.ReasonInvalidSpec)
		Expect(p.Status.Revision).To(Equal(first))
		Expect(w.revisions(p)).To(HaveLen(1))
		r.ReadOnly = true
		reviewAt(p, "0.7")
		edit(p, func(p *v1alpha1.ModerationPolicy) { p.Spec.Labels[0].Overrides = nil })
		run(r, p)
		Expect(w.revisions(p)).To(HaveLen(1))
	})

	It("are whole after a kill between any two writes", func() {
		for kill := range 3 {
			w, p, r := newPolicy()
			run(r, p)
			for i := range 11 {
				reviewAt(p, v1alpha1.Score(fmt.Sprintf("0.%d", 70+i)))
				run(r, p)
			}
			reviewAt(p, "0.90")
			w.direct.KillAfter(kill)
			_, err := r.Reconcile(ctx, requestFor(p))
			Expect(err).To(MatchError(modtest.ErrKilled), "killed after %d", kill)
			w.direct.KillAfter(-1)
			w.restart()
			r = &policy.Reconciler{Env: w.Env}
			run(r, p)
			kept := w.revisions(p)
			Expect(kept).To(HaveLen(11), "killed after %d", kill)
			Expect(kept).To(HaveKey(p.Status.Revision))
			w.expectQuiet(func() { run(r, p) })
		}
	})

	It("of a policy that was deleted and made again go over to the new one", func() {
		w, p, r := newPolicy()
		run(r, p)
		remove(p)
		again := modtest.MakePolicy("guidelines", w.ns).Obj()
		w.create(again)
		run(r, again)
		stored := w.revisions(again)[again.Status.Revision]
		Expect(metav1.IsControlledBy(&stored, again)).To(BeTrue())
		w.expectQuiet(func() { run(r, again) })
	})
})
