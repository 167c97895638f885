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
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/sample"
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

	It("are looked at with what comes to the queues, and what was said stands until it is known to be otherwise", func() {
		w := newWorld()
		l := &lint.Reconciler{Env: w.Env}
		rollout := modtest.MakeRollout("rollouts")
		rollout.Shadow.MaxHold = "24h"
		p := modtest.MakePolicy("policy", w.ns, modtest.MakeLabel("hate").Score("m", "1")).Rollout(rollout).Obj()
		q := modtest.MakeQueue("live", w.ns).Policy("policy").Obj()
		w.create(p, q, modtest.MakeSource("prometheus", w.ns).Obj(), modtest.MakePool("pool", w.ns).Obj())
		look := func() time.Duration {
			GinkgoHelper()
			result, err := l.Reconcile(ctx, lint.Request{Namespace: w.ns})
			Expect(err).NotTo(HaveOccurred())
			run(&policy.Reconciler{Env: w.Env}, p)
			return result.RequeueAfter
		}
		comes := func(perHour float64, over sample.Span) {
			n, _ := sample.FromFloat(perHour * float64(over) / float64(sample.Hour))
			w.seen.set("arrivals", "live", perHour/3600)
			w.seen.setBins("live", forecast.Bin{At: sample.At(w.clock.Now()).Add(-over), Width: over, Count: n})
		}
		said := func() []string {
			var out []string
			for _, f := range p.Status.Findings {
				if f.Code == "SampleOutOfReach" {
					out = append(out, f.Message)
				}
			}
			return out
		}
		tooFew := ContainElement(ContainSubstring("at most 200 items an hour move"))

		By("nothing is said of what is not known, or of an hour at night")
		Expect(look()).To(Equal(10 * time.Minute))
		Expect(said()).To(BeEmpty())
		comes(203, sample.Hour)
		look()
		Expect(said()).To(BeEmpty())

		By("a day of too few items is said, and stays as it is while they are about as many")
		comes(203, 24*sample.Hour)
		Expect(look()).To(Equal(time.Hour))
		Expect(said()).To(tooFew)
		perHour := 160.0
		w.expectQuiet(func() {
			perHour = 410 - perHour
			comes(perHour, 24*sample.Hour)
			look()
		})

		By("numbers that are not Fresh say nothing else, and so does a new process without numbers")
		comes(50_000, 24*sample.Hour)
		w.seen.quality("live", sample.Stale, sample.CauseTooOld)
		look()
		Expect(said()).To(tooFew)
		w.seen.clear()
		w.restart()
		l = &lint.Reconciler{Env: w.Env}
		w.direct.Writes()
		run(&policy.Reconciler{Env: w.Env}, p) // before anybody looked
		Expect(look()).To(Equal(10 * time.Minute))
		look()
		Expect(said()).To(tooFew)
		Expect(w.direct.Writes()).To(BeEmpty())

		By("what was said of another spec does not stand")
		edit(p, func(p *v1alpha1.ModerationPolicy) { p.Spec.Rollout.Shadow.MaxHold = "2400h" })
		look()
		Expect(said()).To(BeEmpty())
		edit(p, func(p *v1alpha1.ModerationPolicy) { p.Spec.Rollout.Shadow.MaxHold = "24h" })
		look()
		Expect(said()).To(BeEmpty())

		By("enough items are enough")
		comes(203, 24*sample.Hour)
		look()
		Expect(said()).To(tooFew)
		comes(50_000, 24*sample.Hour)
		look()
		Expect(said()).To(BeEmpty())
	})
})
