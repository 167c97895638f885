package controllers_test

import (
	"strconv"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/modcap/modcap/api/v1alpha1"
	modtest "github.com/modcap/modcap/internal/testing"
)

// percent reads one that a status shows.
func percent(text string) float64 {
	GinkgoHelper()
	x, err := strconv.ParseFloat(text, 64)
	Expect(err).NotTo(HaveOccurred())
	return x
}

var _ = Describe("The recommendations of a StaffingTarget", func() {
	It("say what closes the gap, no sooner than a day ahead, and stand until the interval is over", func() {
		w := newStaffingWorld()
		edit(w.target, func(t *v1alpha1.StaffingTarget) { t.Spec.Horizon = "48h" })
		w.demand(3000)
		w.run()
		first := w.target.Status.Recommendations
		Expect(first).NotTo(BeEmpty())
		tomorrow := start.Add(24 * time.Hour)
		heads := map[string]int32{}
		for _, r := range first {
			Expect(r.Team).To(Equal("dublin"))
			Expect(r.From.Time).To(BeTemporally(">=", tomorrow), r.Sentence)
			Expect(r.Sentence).To(HaveSuffix("(times of UTC)"))
			Expect(r.OnTime).NotTo(BeNil(), r.Sentence)
			before, after := percent(r.OnTime.Before), percent(r.OnTime.After)
			Expect(after).To(BeNumerically(">=", before), r.Sentence)
			Expect(before).To(BeNumerically("<", 100), r.Sentence)
			heads[string(r.Kind)+"/"+r.Shift] = r.Heads
		}
		Expect(heads["Headcount/day"]+heads["Overtime/day"]).To(BeNumerically(">", 0), "%+v", first)

		w.expectQuiet(w.run)
		w.demand(4000)
		w.clock.Step(time.Minute)
		w.run()
		Expect(w.target.Status.Recommendations).To(Equal(first), "numbers alone do not change what is recommended")

		w.clock.SetTime(start.Add(30 * time.Minute))
		w.run()
		Expect(w.target.Status.Recommendations).NotTo(Equal(first))
	})

	It("are others at once when a planner follows them, and gone when nobody is missing", func() {
		w := newStaffingWorld()
		edit(w.target, func(t *v1alpha1.StaffingTarget) { t.Spec.Horizon = "48h" })
		w.run()
		Expect(w.target.Status.Recommendations).To(ContainElement(And(
			HaveField("Kind", v1alpha1.RecommendOvertime), HaveField("Team", "dublin"), HaveField("Shift", "day"),
			HaveField("From.Time", BeTemporally("==", time.Date(2026, 11, 3, 16, 0, 0, 0, time.UTC))),
			HaveField("Sentence", ContainSubstring("of dublin/day stay longer, Tue 03 Nov 16:00 to 18:00")),
		)), "from 16:00 on nobody is there, and no shift but this one is near")
		edit(w.team, func(t *v1alpha1.ReviewTeam) {
			t.Spec.Shifts[0].Headcount = 500
			t.Spec.Shifts = append(t.Spec.Shifts, modtest.MakeShift("night", "16:00", "08:00", 500))
		})
		w.run()
		Expect(w.target.Status.GapCount).To(BeZero())
		Expect(w.target.Status.Recommendations).To(BeEmpty())
	})
})
