package controllers_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/staffing"
	"github.com/modcap/modcap/internal/sheet"
	engine "github.com/modcap/modcap/internal/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

// input is what the plan was made from, as it is published.
func (w *staffingWorld) input() *engine.Input {
	GinkgoHelper()
	var m corev1.ConfigMap
	Expect(env.Client.Get(ctx, client.ObjectKey{Namespace: w.ns, Name: "emea-plan-input"}, &m)).To(Succeed())
	stored, err := sheet.UnpackInput(m.BinaryData[sheet.InputKey])
	Expect(err).NotTo(HaveOccurred())
	in := &stored.Input
	Expect(stored.Teams).To(Equal([]string{"dublin"}))
	Expect(in.Teams).To(BeEmpty(), "what teams are stays in their objects")
	return in
}

var _ = Describe("A measured handle time", func() {
	worldOf := func(day, night int32, declared v1alpha1.Duration) *staffingWorld {
		w := newStaffingWorld(func(t *modtest.TeamWrapper) {
			t.Shifts(modtest.MakeShift("day", "08:00", "16:00", day), modtest.MakeShift("night", "16:00", "08:00", night))
		})
		review := modtest.MakeReview("hate").MeasuredHandleTime()
		if declared != "" {
			review.HandleTime(declared)
		}
		edit(w.queue, func(q *v1alpha1.ModerationQueue) { q.Spec.Reviews = []v1alpha1.ReviewStream{review.Obj()} })
		w.seen.set("completed", "hate", 1).set("handle", "hate", 75)
		w.clock.SetTime(time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC))
		w.run()
		return w
	}
	used := func(w *staffingWorld) float64 {
		GinkgoHelper()
		in := w.input()
		Expect(in.Classes).To(HaveLen(1))
		return in.Classes[0].HandleTime.Value.Float()
	}

	It("is used where five people or more are at work, and at night what they took", func() {
		w := worldOf(8, 2, "")
		Expect(used(w)).To(Equal(75.0))
		Expect(w.target.Status.Findings).To(BeEmpty())
		w.clock.SetTime(time.Date(2026, 11, 2, 22, 0, 0, 0, time.UTC))
		w.seen.set("handle", "hate", 300) // of two people
		w.run()
		Expect(used(w)).To(Equal(75.0))
		w.restart()
		w.r = staffing.New(w.Env)
		w.clock.Step(30 * time.Minute)
		w.run()
		Expect(used(w)).To(Equal(75.0), "what was stored is remembered")
		w.clock.SetTime(time.Date(2026, 11, 3, 8, 30, 0, 0, time.UTC))
		w.run()
		Expect(used(w)).To(Equal(75.0), "half of the hour is the night's")
		w.clock.Step(time.Hour)
		w.run()
		Expect(used(w)).To(Equal(300.0))
	})

	It("is that of nobody where fewer do the work: what is declared stands, and is said to", func() {
		w := worldOf(3, 0, "60s")
		Expect(used(w)).To(BeZero())
		Expect(w.input().Classes[0].DeclaredHandleTime.Duration()).To(Equal(time.Minute))
		Expect(w.target.Status.Findings).To(ConsistOf(HaveField("Code", "HandleTimeOfFew")))
		before := w.plan()
		w.seen.set("handle", "hate", 300)
		w.clock.Step(10 * time.Minute)
		w.run()
		Expect(w.plan()).To(Equal(before), "nothing of how long they take is to be seen")
	})

	It("leaves the need unknown where none is declared", func() {
		w := worldOf(3, 0, "")
		expect(w.target, "Staffed", isUnknown, v1alpha1.ReasonUnknownWhileMissing)
		Expect(w.target.Status.Findings).To(ContainElement(HaveField("Message", ContainSubstring("without one nothing is known of the need"))))
	})
})
