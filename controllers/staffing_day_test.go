package controllers_test

import (
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/resolve"
	modtest "github.com/modcap/modcap/internal/testing"
)

var _ = Describe("A day of a StaffingTarget", func() {
	It("is written once an interval while the input is constant, and not within one", func() {
		w := newStaffingWorld(func(t *modtest.TeamWrapper) {
			t.Shifts(modtest.MakeShift("early", "00:00", "12:00", 10), modtest.MakeShift("late", "12:00", "00:00", 10))
		})
		w.seen.setWeeks(map[resolve.Class][]forecast.Bin{{}: weeks(28, 120)})
		w.clock.SetTime(start.Add(25 * time.Minute))
		w.run()
		w.clock.Step(5*time.Minute + time.Second)
		w.direct.Writes()
		for interval := range 24 {
			w.run() // at the edge
			w.clock.Step(30 * time.Second)
			w.run() // numbers go once in thirty seconds
			Expect(len(w.direct.Writes())).To(And(BeNumerically(">=", 3), BeNumerically("<=", 5)), "the tables, what they were made of, the day, the status and its numbers")
			for range 19 {
				w.clock.Step(90 * time.Second)
				w.run()
				Expect(w.direct.Writes()).To(BeEmpty(), fmt.Sprintf("within interval %d", interval))
			}
			w.clock.Step(time.Minute)
		}
	})
})

var _ = Describe("An edit of a queue", func() {
	DescribeTable("is planned at once, however little it changes", func(change func(*v1alpha1.ReviewStream)) {
		w := newStaffingWorld()
		w.run()
		w.clock.Step(time.Minute)
		w.run()
		edit(w.queue, func(q *v1alpha1.ModerationQueue) { change(&q.Spec.Reviews[0]) })
		w.run()
		Expect(w.target.Status.PlannedAt.Time).To(BeTemporally("==", w.clock.Now()))
	},
		Entry("decisions", func(r *v1alpha1.ReviewStream) { r.DecisionsPerItem = "1.02" }),
		Entry("rework", func(r *v1alpha1.ReviewStream) { r.ReworkShare = "0.02" }),
		Entry("a promise", func(r *v1alpha1.ReviewStream) { r.ServiceLevels[0].Percent = "91" }),
		Entry("the handle time", func(r *v1alpha1.ReviewStream) {
			longer := v1alpha1.Duration("61s")
			r.HandleTime = &longer
		}),
		Entry("a change of it", func(r *v1alpha1.ReviewStream) {
			r.HandleTimeChanges = []v1alpha1.HandleTimeChange{{
				Name: "new", From: metav1.NewTime(start.Add(-time.Hour)), Percent: "102", Reason: "new policy",
			}}
		}),
	)
})

var _ = Describe("A promise that is shorter than the work", func() {
	It("is told with the percent that can be reached", func() {
		w := newStaffingWorld()
		edit(w.queue, func(q *v1alpha1.ModerationQueue) {
			q.Spec.Reviews[0].ServiceLevels[0].Percent, q.Spec.Reviews[0].ServiceLevels[0].Within = "90", "20s"
		})
		w.run()
		expect(w.target, "Staffed", isFalse, "PromiseShorterThanWork", "No headcount can keep the promise of comments/hate: at most 28.3% is reached")
	})
})
