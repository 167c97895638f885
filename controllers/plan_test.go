package controllers_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

var _ = Describe("The plan of a StaffingTarget", func() {
	It("is judged to the horizon", func() {
		w := newStaffingWorld()
		w.run()
		expect(w.target, "Staffed", isTrue, v1alpha1.ReasonEnoughPeople)
		expect(w.target, "CoverageSufficient", isFalse, v1alpha1.ReasonNobodyOnShift,
			"comments/hate lacks people from 2026-11-02 16:00 UTC on; until 2026-11-03 10:00 UTC", "person-hours are missing")
		expect(w.target, "ExposureWithinLimits", isTrue, v1alpha1.ReasonNoExposureLimits)
		s := w.target.Status
		Expect(s.UncoveredCount).To(Equal(int32(1)))
		Expect(s.Uncovered).To(ConsistOf(And(HaveField("Queue", "comments"), HaveField("Hours", "16"))), "from 16:00 to 08:00")
		Expect(s.Summary.WorstGapAt.Time).To(BeTemporally("==", time.Date(2026, 11, 2, 16, 0, 0, 0, time.UTC)))
		Expect(s.AloneCount).To(BeZero())
		edit(w.team, func(t *v1alpha1.ReviewTeam) {
			t.Spec.Shifts = []v1alpha1.Shift{modtest.MakeShift("day", "08:00", "20:00", 10), modtest.MakeShift("night", "20:00", "08:00", 1)}
		})
		w.run()
		Expect(w.target.Status.UncoveredCount).To(BeZero())
		Expect(w.target.Status.Alone).To(ConsistOf(And(HaveField("Queue", "comments"), HaveField("Hours", "12"))), "one person at night")
		edit(w.team, func(t *v1alpha1.ReviewTeam) { t.Spec.Shifts[1].Headcount = 10 })
		w.run()
		expect(w.target, "CoverageSufficient", isTrue, v1alpha1.ReasonCovered)
		Expect(w.target.Status.Summary.WorstGap).To(BeEmpty())
	})

	It("stays when rates wobble, for as long as the interval lasts", func() {
		w := newStaffingWorld()
		w.demand(3000)
		w.expectQuiet(w.run)
		w.direct.Writes()
		for i := range 20 {
			w.demand(3000 + []float64{30, -30, 10, 0}[i%4])
			w.clock.Step(time.Minute)
			w.run()
			Expect(w.direct.Writes()).NotTo(ContainElement(ContainSubstring("ConfigMap")), "after %d minutes", i)
		}
		w.demand(6000)
		w.clock.Step(time.Minute)
		w.run()
		Expect(w.direct.Writes()).To(ContainElement("apply ConfigMap emea-plan"))
	})

	It("says when it was made, and not again because of a restart", func() {
		w := newStaffingWorld()
		w.run()
		made := w.target.Status.PlannedAt
		Expect(made.Time).To(BeTemporally("==", start))
		w.clock.Step(time.Minute)
		w.restart()
		w.r = staffing.New(w.Env)
		w.run()
		Expect(w.target.Status.PlannedAt).To(Equal(made))
		w.clock.SetTime(start.Add(30 * time.Minute))
		w.run()
		Expect(w.target.Status.PlannedAt.Time).To(BeTemporally("==", start.Add(30*time.Minute)))
	})

	It("stays as it was when a team becomes invalid, says how old it is, and goes on when that is mended", func() {
		w := newStaffingWorld()
		w.run()
		before := w.plan()
		edit(w.team, func(t *v1alpha1.ReviewTeam) { t.Spec.TimeZone = "Mars/Olympus" })
		w.clock.SetTime(start.Add(2 * time.Hour))
		w.run()
		Expect(w.plan()).To(Equal(before))
		expect(w.target, "Ready", isFalse, v1alpha1.ReasonLastPlanKept, "Team dublin", "Mars/Olympus", "The plan of 2026-11-02 10:00 UTC stays")
		expect(w.target, "Staffed", isUnknown, v1alpha1.ReasonLastPlanKept)
		expect(w.target, "CoverageSufficient", isUnknown, v1alpha1.ReasonLastPlanKept)
		Expect(w.target.Status.Findings).To(ConsistOf(And(HaveField("Code", v1alpha1.ReasonLastPlanKept),
			HaveField("Message", ContainSubstring("Team dublin is invalid, and the last plan stays")))))
		Expect(w.target.Status.Summary).NotTo(BeNil())
		Expect(w.fact()).To(And(HaveField("Known", false), HaveField("Reason", v1alpha1.ReasonLastPlanKept)))
		w.expectQuiet(w.run)

		w.restart()
		w.r = staffing.New(w.Env)
		w.direct.Writes()
		w.run()
		Expect(w.direct.Writes()).To(BeEmpty(), "a restart does not make it forget")
		Expect(w.plan()).To(Equal(before))

		edit(w.team, func(t *v1alpha1.ReviewTeam) { t.Spec.TimeZone = "UTC" })
		w.demand(120)
		w.run()
		expect(w.target, "Ready", isTrue, v1alpha1.ReasonSucceeded)
		Expect(w.plan()[1]).To(HavePrefix("2026-11-02T12:00:00Z"))
		Expect(w.target.Status.Findings).To(BeEmpty())
	})

	It("goes on without a team that it never had", func() {
		w := newStaffingWorld()
		mars := modtest.MakeTeam("mars", w.ns).Label("plan", "emea").TimeZone("Mars/Olympus").Obj()
		w.create(mars)
		w.run()
		w.clock.SetTime(start.Add(time.Hour))
		w.run()
		expect(w.target, "Ready", isTrue, v1alpha1.ReasonSucceeded)
		Expect(w.plan()[1]).To(HavePrefix("2026-11-02T11:00:00Z"))
		edit(w.team, func(t *v1alpha1.ReviewTeam) { t.Spec.TimeZone = "Mars/Olympus" })
		w.run()
		expect(w.target, "Ready", isFalse, v1alpha1.ReasonLastPlanKept, "Team dublin")
		edit(w.team, func(t *v1alpha1.ReviewTeam) { t.Spec.TimeZone = "UTC" })
		w.run()
		expect(w.target, "Ready", isTrue, v1alpha1.ReasonSucceeded)
		Expect(w.target.Status.Findings).To(ConsistOf(HaveField("Code", "TeamInvalid")))
	})

	It("says of both targets what they select twice", func() {
		w := newStaffingWorld()
		second := modtest.MakeTarget("second", w.ns).Queues(modtest.MakeSelector("plan", "emea")).Teams(modtest.MakeSelector("plan", "emea")).Obj()
		w.create(second)
		w.run()
		run(w.r, second)
		expect(w.target, "Ready", isTrue, v1alpha1.ReasonSucceeded)
		Expect(w.target.Status.Findings).To(ConsistOf(And(HaveField("Code", v1alpha1.ReasonPlannedTwice), HaveField("Severity", "Warning"),
			HaveField("Message", ContainSubstring("comments (target second), dublin (target second)")))))
		Expect(second.Status.Findings).To(ConsistOf(And(HaveField("Code", v1alpha1.ReasonPlannedTwice), HaveField("Severity", "Error"),
			HaveField("Message", ContainSubstring("comments (target emea), dublin (target emea)")))))
	})

	It("is published as JSON as well", func() {
		w := newStaffingWorld()
		w.run()
		var m corev1.ConfigMap
		Expect(env.Client.Get(ctx, client.ObjectKey{Namespace: w.ns, Name: "emea-plan"}, &m)).To(Succeed())
		Expect(m.Data["languages.json"]).To(HavePrefix(`{"name":"emea","start":"2026-11-02T10:00:00Z","interval":"30m"`))
		Expect(m.Data["languages.json"]).To(ContainSubstring(`"occupancy":[`))
	})
})
