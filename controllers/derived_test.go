package controllers_test

import (
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/resolve"
	modtest "github.com/modcap/modcap/internal/testing"
)

var _ = Describe("Work that comes of other work", func() {
	// required is what the plan's table says of classes of a role and tier, by interval.
	required := func(w *staffingWorld, tier, role string) []string {
		var out []string
		for _, row := range w.plan()[1:] {
			if cells := strings.Split(row, ","); cells[6] == tier && cells[7] == role {
				out = append(out, cells[8])
			}
		}
		return out
	}

	It("is planned by the forecast of what it comes of, for teams of its role and tier", func() {
		w := newStaffingWorld()
		look := v1alpha1.Duration("4m")
		edit(w.queue, func(q *v1alpha1.ModerationQueue) {
			r := &q.Spec.Reviews[0]
			r.QASample = &v1alpha1.ReviewSample{Reviewed: "0.25", HandleTime: &look, Within: "1h"}
			r.Escalation = &v1alpha1.ReviewEscalation{Share: "0.5", Tier: 2, Within: "1h"}
		})
		w.seen.setWeeks(map[resolve.Class][]forecast.Bin{{}: weeks(28, 120)}) // from 08:00 to 16:00
		w.run()
		Expect(w.target.Status.Findings).To(BeEmpty(), "what comes of other work has no past of its own to be missed")
		for _, rows := range [][]string{required(w, "1", "Review"), required(w, "1", "QA"), required(w, "2", "Review")} {
			Expect(rows).To(HaveLen(len(required(w, "1", "Review"))))
			Expect(rows[:8]).NotTo(ContainElement("0"), "from 10:00 to 14:00")
			Expect(rows[16:40]).To(HaveEach("0"), "from 18:00 to 06:00")
		}
		expect(w.target, "Staffed", isFalse, v1alpha1.ReasonNoTeamHasSkill)
		Expect(w.target.Status.Gaps).To(ContainElement(And(HaveField("Role", v1alpha1.RoleQA), HaveField("Uncovered", true))))
		qa := modtest.MakeTeam("quality", w.ns).Label("plan", "emea").Roles(v1alpha1.RoleQA).Obj()
		w.create(qa, modtest.MakeTeam("senior", w.ns).Label("plan", "emea").Tier(2).Obj())
		w.run()
		expect(w.target, "Staffed", isTrue, v1alpha1.ReasonEnoughPeople)
		w.expectQuiet(w.run)
	})

	It("says what is not known of it, and which change is planned with", func() {
		w := newStaffingWorld()
		edit(w.queue, func(q *v1alpha1.ModerationQueue) {
			r := &q.Spec.Reviews[0]
			r.QASample = &v1alpha1.ReviewSample{Allowed: "0.005"}
			r.HandleTimeChanges = []v1alpha1.HandleTimeChange{
				{Name: "policy", From: metav1.NewTime(start.Add(-time.Hour)), Percent: "300", Decay: "6h", Reason: "new hate policy"},
			}
		})
		w.run()
		Expect(w.target.Status.Findings).To(ContainElements(
			HaveField("Code", "QASampleNotMeasured"), And(HaveField("Code", "HandleTimeChanged"), HaveField("Message", ContainSubstring("300 %"))),
		))
		expect(w.target, "Staffed", isUnknown, v1alpha1.ReasonUnknownWhileMissing)
		rows := required(w, "1", "Review")
		Expect(rows[0]).NotTo(Equal(rows[len(rows)-1]), "longer now than at the end of the day")
		w.expectQuiet(w.run)
	})
})
