package controllers_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/modcap/modcap/api/v1alpha1"
	modtest "github.com/modcap/modcap/internal/testing"
)

var _ = Describe("The cover of escalations", func() {
	const covered = "EscalationCovered"

	It("is said before a hole comes, by tier, language and hour", func() {
		w := newStaffingWorld()
		w.run()
		expect(w.target, covered, isTrue, v1alpha1.ReasonNothingEscalates)

		By("a label that escalates, and no team of its tier")
		p := modtest.MakePolicy("guidelines", w.ns, modtest.MakeLabel("hate").Severity(v1alpha1.SeverityHigh).Escalation(2, "1h")).Obj()
		w.create(p)
		edit(w.queue, func(q *v1alpha1.ModerationQueue) { q.Spec.PolicyRef = &v1alpha1.ObjectReference{Name: p.Name} })
		w.run()
		expect(w.target, covered, isFalse, v1alpha1.ReasonNoTeamHasSkill, "tier 2 en hate")
		Expect(w.target.Status.EscalationHoles).To(ConsistOf(And(
			HaveField("Tier", int32(2)), HaveField("Language", "en"), HaveField("HarmDomains", []string{"hate"}), HaveField("Queue", "comments"),
			HaveField("Queues", int32(1)), HaveField("Hours", "24"),
		)))
		w.expectQuiet(w.run)

		By("a team that is on shift for a part of the day: nothing is late yet, and the hole is told")
		senior := modtest.MakeTeam("senior", w.ns).Label("plan", "emea").Tier(2).Shifts(modtest.MakeShift("day", "08:00", "22:00", 4)).Obj()
		w.create(senior)
		w.run()
		expect(w.target, covered, isFalse, v1alpha1.ReasonNobodyOnDuty,
			"Nobody for tier 2 en hate is on shift, or on call and called within 1h, from 2026-11-02 22:00 UTC to 2026-11-03 08:00 UTC",
			"that is so for 10 hours")
		hole := w.target.Status.EscalationHoles[0]
		Expect(hole.From.Time).To(BeTemporally("==", start.Add(12*time.Hour)))
		Expect(hole.Until.Time).To(BeTemporally("==", start.Add(22*time.Hour)))
		w.expectQuiet(w.run)

		By("people on call who come too late, and then in time")
		call := modtest.MakeShift("call", "22:00", "08:00", 1)
		call.Duty = v1alpha1.DutyOnCall
		edit(senior, func(t *v1alpha1.ReviewTeam) {
			t.Spec.Shifts, t.Spec.OnCall = append(t.Spec.Shifts, call), &v1alpha1.OnCall{CallTime: "90m"}
		})
		w.run()
		expect(w.target, covered, isFalse, v1alpha1.ReasonNobodyOnDuty)
		edit(senior, func(t *v1alpha1.ReviewTeam) { t.Spec.OnCall.CallTime = "30m" })
		w.run()
		expect(w.target, covered, isTrue, v1alpha1.ReasonCovered)
		Expect(w.target.Status.EscalationHoles).To(BeEmpty())
		Expect(w.target.Status.EscalationHoleCount).To(BeZero())

		By("a tier that gets work only from the tier before, after a time-out")
		Expect(w.target.Status.Findings).NotTo(ContainElement(HaveField("Code", "LateMovesUp")))
		edit(p, func(p *v1alpha1.ModerationPolicy) {
			p.Spec.MoveUp = []v1alpha1.MoveUp{{
				Severity: v1alpha1.SeverityHigh, After: "20m", Then: []v1alpha1.EscalationTier{{Tier: 3, After: "45m", Within: "2h"}},
			}}
		})
		w.run()
		expect(w.target, covered, isFalse, v1alpha1.ReasonNoTeamHasSkill, "tier 3 en hate")
		w.expectQuiet(w.run)
		Expect(w.target.Status.Findings).To(ContainElement(And(HaveField("Code", "LateMovesUp"), HaveField("Message",
			ContainSubstring("What is late of comments/hate goes to tier 2 at the age of 20m, then to tier 3 at the age of 45m")))), "it is late at night")
	})

	It("is said of what streams pass on, and is not known while the last plan stays", func() {
		w := newStaffingWorld()
		edit(w.queue, func(q *v1alpha1.ModerationQueue) {
			q.Spec.Reviews[0].Escalation = &v1alpha1.ReviewEscalation{Share: "0.05", Tier: 2, Within: "2h"}
		})
		w.run()
		expect(w.target, covered, isFalse, v1alpha1.ReasonNoTeamHasSkill, "tier 2")
		edit(w.queue, func(q *v1alpha1.ModerationQueue) { regime("no-such-regime")(q) })
		w.run()
		expect(w.target, covered, isUnknown, v1alpha1.ReasonLastPlanKept)
	})
})
