package controllers_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/lint"
	"github.com/modcap/modcap/controllers/policy"
	"github.com/modcap/modcap/controllers/queue"
	"github.com/modcap/modcap/internal/facts"
	modtest "github.com/modcap/modcap/internal/testing"
)

var _ = Describe("The objects of a namespace", func() {
	look := func(w *world) time.Duration {
		GinkgoHelper()
		result, err := (&lint.Reconciler{Env: w.Env}).Reconcile(ctx, lint.Request{Namespace: w.ns})
		Expect(err).NotTo(HaveOccurred())
		return result.RequeueAfter
	}
	codes := func(fs []v1alpha1.Finding) (out []string) {
		for _, f := range fs {
			out = append(out, f.Code)
		}
		return out
	}

	It("are looked at together, and each says in its status what is wrong with it", func() {
		w := newWorld()
		p := modtest.MakePolicy("policy", w.ns, modtest.MakeLabel("hate").Score("m", "1"), modtest.MakeLabel("spam").Score("m", "1"),
			modtest.MakeLabel("scam").Score("m", "2")).Obj()
		q := modtest.MakeQueue("live", w.ns).Policy("policy").Review(
			modtest.MakeReview("hate").HarmDomains("hate").HandleTime("2h")).Obj()
		w.create(p, q, modtest.MakeSource("prometheus", w.ns).Obj(), modtest.MakePool("pool", w.ns).Obj())
		Expect(look(w)).To(Equal(time.Hour))
		run(&policy.Reconciler{Env: w.Env}, p)
		Expect(codes(p.Status.Findings)).To(ContainElement("ModelVersionsDiffer"))
		Expect(p.Status.FindingCount).To(BeEquivalentTo(len(p.Status.Findings)))
		run(&queue.Reconciler{Env: w.Env}, q)
		Expect(codes(q.Status.Findings)).To(ContainElement("PromiseShorterThanWork"))
		w.expectQuiet(func() {
			look(w)
			run(&policy.Reconciler{Env: w.Env}, p)
		})

		By("what the compiler found as well is there once")
		key := requestFor(p).NamespacedName
		w.Facts.Policies.Put(key, facts.Policy{Findings: map[string][]v1alpha1.Finding{"live": p.Status.Findings}})
		before := p.Status.Findings
		run(&policy.Reconciler{Env: w.Env}, p)
		Expect(p.Status.Findings).To(Equal(before))
		w.Facts.Policies.Drop(key)

		By("what was corrected is there no more")
		edit(p, func(p *v1alpha1.ModerationPolicy) { p.Spec.Labels[2].Score.Version = "1" })
		look(w)
		run(&policy.Reconciler{Env: w.Env}, p)
		Expect(codes(p.Status.Findings)).NotTo(ContainElement("ModelVersionsDiffer"))
		remove(q)
		look(w)
		_, there := w.Facts.QueueLint.Get(requestFor(q).NamespacedName)
		Expect(there).To(BeFalse())
	})
})
