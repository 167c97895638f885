package controllers_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/team"
	modtest "github.com/modcap/modcap/internal/testing"
)

var _ = Describe("A ReviewTeam with people on call", func() {
	It("shows how many, and looks again when they change", func() {
		w := newWorld()
		call := modtest.MakeShift("call", "09:00", "10:20", 3)
		call.Duty = v1alpha1.DutyOnCall
		t := modtest.MakeTeam("dublin", w.ns).Shifts(modtest.MakeShift("day", "08:00", "16:00", 10), call).Obj()
		t.Spec.OnCall = &v1alpha1.OnCall{CallTime: "45m"}
		w.create(t)
		r := &team.Reconciler{Env: w.Env}
		Expect(run(r, t).RequeueAfter).To(Equal(20 * time.Minute))
		Expect(t.Status.OnCall).To(HaveValue(Equal(int32(3))))
		Expect(t.Status.Scheduled).To(HaveValue(Equal(int32(10))), "who is on call is not at work")
		w.expectQuiet(func() { run(r, t) })
		w.clock.Step(20 * time.Minute)
		run(r, t)
		Expect(t.Status.OnCall).To(HaveValue(BeZero()))
		edit(t, func(t *v1alpha1.ReviewTeam) { t.Spec.Shifts = t.Spec.Shifts[:1] })
		run(r, t)
		Expect(t.Status.OnCall).To(BeNil(), "nobody ever is")
	})
})
