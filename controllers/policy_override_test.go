package controllers_test

import (
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/override"
	"github.com/modcap/modcap/controllers/policy"
	"github.com/modcap/modcap/internal/facts"
	modtest "github.com/modcap/modcap/internal/testing"
)

var _ = Describe("A CapacityOverride", func() {
	It("is not yet, is, and is no more in force, and is looked at when that changes", func() {
		w := newWorld()
		o := modtest.MakeOverride("launch", w.ns).Floor(5).From(start.Add(time.Hour)).Until(start.Add(3 * time.Hour)).Obj()
		w.create(o, modtest.MakePool("pool", w.ns).Obj())
		r := &override.Reconciler{Env: w.Env}
		for _, step := range []struct {
			to       time.Time
			is       string
			again    time.Duration
			inForce  float64
			says     string
			eventful string
		}{
			{start, v1alpha1.ReasonNotYet, time.Hour, 0, "Begins at 2026-11-02T11:00:00Z", ""},
			{start.Add(time.Hour), v1alpha1.ReasonInForce, 2 * time.Hour, 1, "Ends at 2026-11-02T13:00:00Z", "Normal InForce launch"},
			{start.Add(3 * time.Hour), v1alpha1.ReasonExpired, 0, 0, "Ended at 2026-11-02T13:00:00Z", "Expired launch"},
		} {
			w.clock.SetTime(step.to)
			w.sent.Taken()
			result := run(r, o)
			is := isFalse
			if step.inForce == 1 {
				is = isTrue
			}
			expect(o, "Active", is, step.is, step.says)
			expect(o, "Ready", isTrue, v1alpha1.ReasonSucceeded)
			Expect(result.RequeueAfter).To(Equal(step.again))
			Expect(w.metric("modcap_override_active")).To(Equal([]float64{step.inForce}))
			if step.eventful != "" {
				Expect(w.sent.Taken()).To(ContainElement(ContainSubstring(step.eventful)))
			}
			w.direct.Writes()
			run(r, o)
			Expect(w.direct.Writes()).To(BeEmpty())
		}
	})

	It("whose until was past when it was written says that it never was in force", func() {
		w := newWorld()
		o := modtest.MakeOverride("late", w.ns).Floor(5).Until(start).Obj()
		w.create(o, modtest.MakePool("pool", w.ns).Obj())
		refresh(o)
		w.clock.SetTime(o.CreationTimestamp.Add(time.Hour))
		r := &override.Reconciler{Env: w.Env}
		run(r, o)
		expect(o, "Active", isFalse, v1alpha1.ReasonExpired,
			"Its until, 2026-11-02T10:00:00Z, was over when it was written", "it never was in force; set a later one")
		Expect(w.metric("modcap_override_active")).To(Equal([]float64{0}))
		w.expectQuiet(func() { run(r, o) })
	})

	It("says that its pool is missing, and recovers", func() {
		w := newWorld()
		o := modtest.MakeOverride("launch", w.ns).Floor(5).Obj()
		w.create(o)
		r := &override.Reconciler{Env: w.Env}
		run(r, o)
		expect(o, "Ready", isFalse, v1alpha1.ReasonPoolNotFound, "spec.poolRef", "ClassifierPool pool")
		expect(o, "Active", isFalse, v1alpha1.ReasonPoolMissing)
		Expect(w.metric("modcap_override_active")).To(Equal([]float64{0}))
		w.create(modtest.MakePool("pool", w.ns).Obj())
		run(r, o)
		expect(o, "Ready", isTrue, v1alpha1.ReasonSucceeded)
		expect(o, "Active", isTrue, v1alpha1.ReasonInForce)
		remove(o)
		_, err := r.Reconcile(ctx, requestFor(o))
		Expect(err).NotTo(HaveOccurred())
		Expect(w.metric("modcap_override_active")).To(BeEmpty())
	})

	It("of items to be looked at again says that they have no queue or stream, and when they are done", func() {
		w := newWorld()
		o := modtest.MakeOverride("mistake", w.ns).Rework(v1alpha1.Rework{
			QueueRef: v1alpha1.ObjectReference{Name: "comments"}, Review: "hate", Items: 400,
		}).Obj()
		w.create(o)
		r := &override.Reconciler{Env: w.Env}
		run(r, o)
		expect(o, "Ready", isFalse, v1alpha1.ReasonQueueNotFound, "spec.rework.queueRef", "ModerationQueue comments")
		expect(o, "Active", isFalse, v1alpha1.ReasonNoSuchWork)
		q := modtest.MakeQueue("comments", w.ns).Review(modtest.MakeReview("spam").HarmDomains("spam")).Obj()
		w.create(q)
		run(r, o)
		expect(o, "Ready", isFalse, v1alpha1.ReasonInvalidSpec, "queue comments has no stream hate")
		edit(q, func(q *v1alpha1.ModerationQueue) { q.Spec.Reviews[0].Name = "hate" })
		run(r, o)
		expect(o, "Active", isTrue, v1alpha1.ReasonInForce)
		all := int32(400)
		edit(o, func(o *v1alpha1.CapacityOverride) { o.Spec.Rework.Done = &all })
		run(r, o)
		expect(o, "Ready", isTrue, v1alpha1.ReasonSucceeded)
		expect(o, "Active", isFalse, v1alpha1.ReasonDone)
		Expect(w.metric("modcap_override_active")).To(Equal([]float64{0}))
	})
})

var _ = Describe("A ModerationPolicy", func() {
	It("shows its revision and who uses it", func() {
		w := newWorld()
		p := modtest.MakePolicy("policy", w.ns).Obj()
		w.create(p)
		r := &policy.Reconciler{Env: w.Env}
		run(r, p)
		expect(p, "Ready", isTrue, v1alpha1.ReasonSucceeded)
		Expect(p.Status.Queues).To(BeZero())
		first := p.Status.Revision
		Expect(first).NotTo(BeEmpty())
		w.create(modtest.MakeQueue("a", w.ns).Policy("policy").Obj(), modtest.MakeQueue("b", w.ns).Policy("other").Obj())
		run(r, p)
		Expect(p.Status.Queues).To(Equal(int32(1)))
		Expect(p.Status.Labels).To(Equal(int32(1)))
		edit(p, func(p *v1alpha1.ModerationPolicy) { p.Labels = map[string]string{"team": "x"} })
		run(r, p)
		Expect(p.Status.Revision).To(Equal(first), "the same meaning is the same revision")
		edit(p, func(p *v1alpha1.ModerationPolicy) { p.Spec.Labels[0].Severity = v1alpha1.SeverityHigh })
		run(r, p)
		Expect(p.Status.Revision).NotTo(Equal(first))
		w.expectQuiet(func() { run(r, p) })
	})

	It("stalls on what only code can judge, and says what stays in force", func() {
		w := newWorld()
		p := modtest.MakePolicy("policy", w.ns, modtest.MakeLabel("hate").Override("br", "", "0.50", "BR").Override("south", "", "0.40", "BR", "MX")).Obj()
		w.create(p)
		r := &policy.Reconciler{Env: w.Env}
		run(r, p)
		expect(p, "Stalled", isTrue, v1alpha1.ReasonInvalidSpec, "labels[hate].overrides[south]", "BR", "last good documents stay")
		edit(p, func(p *v1alpha1.ModerationPolicy) { p.Spec.Labels[0].Overrides = nil })
		run(r, p)
		expectNone(p, "Stalled")
		expect(p, "Ready", isTrue, v1alpha1.ReasonSucceeded)
	})

	It("lists what the compiler found, whichever surface, errors first, the worst 24", func() {
		w := newWorld()
		p := modtest.MakePolicy("policy", w.ns).Obj()
		w.create(p)
		found := map[string][]v1alpha1.Finding{"live": nil, "search": {{Code: "Bad", Severity: "Error", Message: "bad"}}}
		for i := range 40 {
			found["live"] = append(found["live"], v1alpha1.Finding{Code: fmt.Sprintf("Odd%d", i), Severity: "Warning", Message: "odd"})
		}
		w.Facts.Policies.Put(client.ObjectKeyFromObject(p), facts.Policy{Findings: found})
		run(&policy.Reconciler{Env: w.Env}, p)
		Expect(p.Status.FindingCount).To(Equal(int32(41)))
		Expect(p.Status.Findings).To(HaveLen(24))
		Expect(p.Status.Findings[0].Code).To(Equal("Bad"))
		remove(p)
		_, err := (&policy.Reconciler{Env: w.Env}).Reconcile(ctx, requestFor(p))
		Expect(err).NotTo(HaveOccurred())
		_, told := w.Facts.Policies.Get(client.ObjectKeyFromObject(p))
		Expect(told).To(BeFalse())
	})
})
