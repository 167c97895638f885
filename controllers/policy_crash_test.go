package controllers_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

// killed looks once while only so many writes go through, and goes on as a new process. It says whether a write did not.
func (w *rolloutWorld) killed(after int) bool {
	GinkgoHelper()
	w.direct.KillAfter(after)
	died := w.try()
	w.direct.KillAfter(-1)
	w.expectWhole()
	w.again()
	return died
}

var _ = Describe("A kill after any write", func() {
	It("of quality leaves what the next process completes, and of its end nothing", func() {
		for kill := 0; ; kill++ {
			w := newChecksWorld(nil)
			w.found(2, 5)
			w.direct.KillAfter(kill)
			_, begun := w.r.Reconcile(ctx, requestFor(w.p))
			w.direct.KillAfter(-1)
			w.again()
			w.look()
			Expect(w.worst()).To(HaveLen(2), "killed after %d", kill)
			Expect(w.report().Lines).To(HaveLen(2), "killed after %d", kill)
			w.expectQuiet(w.look)
			edit(w.p, func(p *v1alpha1.ModerationPolicy) { p.Spec.Quality = nil })
			w.direct.KillAfter(kill)
			_, ended := w.r.Reconcile(ctx, requestFor(w.p))
			w.direct.KillAfter(-1)
			w.again()
			w.look()
			Expect(w.p.Status.Quality).To(BeNil(), "killed after %d", kill)
			err := env.Client.Get(ctx, client.ObjectKey{Namespace: w.ns, Name: "policy-quality"}, &corev1.ConfigMap{})
			Expect(apierrors.IsNotFound(err)).To(BeTrue(), "killed after %d", kill)
			if begun == nil && ended == nil {
				Expect(kill).To(BeNumerically(">", 1))
				return
			}
		}
	})

	It("of a change of escalations alone leaves one that decides everywhere", func() {
		for kill := 0; ; kill++ {
			w := newRolloutWorld()
			first := w.policy.Status.Revision
			edit(w.policy, func(p *v1alpha1.ModerationPolicy) {
				p.Spec.Labels[0].Escalation = &v1alpha1.Escalation{Tier: 2, Within: "1h"}
			})
			died := w.killed(kill)
			Expect(w.document().Revisions).To(HaveLen(1), "killed after %d", kill)
			Expect(w.document().Revisions[0].Name).To(BeElementOf(first, revisionOf(w.policy)), "killed after %d", kill)
			w.look()
			Expect(w.phase()).To(Equal("Done "), "killed after %d", kill)
			Expect(w.document().Revisions[0].Labels[0].Escalation).To(Equal(&v1.Escalation{Tier: 2, WithinMillis: 3_600_000}), "killed after %d", kill)
			w.expectQuiet(func() { w.look() })
			if !died {
				Expect(kill).To(BeNumerically(">", 3))
				return
			}
		}
	})

	It("of what is looked at again neither loses items nor brings them back", func() {
		for kill := range 2 {
			w := newRereviewWorld()
			w.rereviewed(100)
			w.clock.Step(time.Minute) // numbers have a pace
			Expect(w.killed(kill)).To(Equal(kill == 0))
			Expect(w.rereview()).To(And(HaveField("State", v1alpha1.RereviewOpen), HaveField("Left", int64(60))), "killed after %d", kill)
			w.rereviewed(160)
			w.clock.Step(time.Minute)
			Expect(w.killed(kill)).To(Equal(kill == 0))
			w.rereviewed(0)
			if kill == 0 {
				Expect(w.rereview()).To(HaveField("Left", int64(60)), "what nobody wrote down is counted anew")
				w.rereviewed(160)
			}
			Expect(w.rereview().State).To(Equal(v1alpha1.RereviewDone), "killed after %d", kill)
			Expect(w.planned()).To(BeZero())
		}
	})

	It("of a change that people learn plans their time from when it began", func() {
		for kill := 0; ; kill++ {
			w := newRolloutWorld()
			target := modtest.MakeTarget("emea", w.ns).Obj()
			w.create(target)
			edit(w.team, func(t *v1alpha1.ReviewTeam) { t.Labels = map[string]string{"plan": "emea"} })
			edit(w.br, func(q *v1alpha1.ModerationQueue) { q.Labels = map[string]string{"plan": "emea"} })
			edit(w.policy, func(p *v1alpha1.ModerationPolicy) {
				p.Spec.Rollout.Training = &v1alpha1.RolloutTraining{MinutesPerPerson: 480, Days: 1}
				act := v1alpha1.Score("0.90")
				p.Spec.Labels[0].ActAt = &act
			})
			w.seen.machine("hate", 0, 0, 500.0/3600).setHourly("arrivals", "hate", 500)
			died := w.killed(kill)
			w.direct.KillAfter(kill)
			_, err := staffing.New(w.Env).Reconcile(ctx, requestFor(target))
			w.direct.KillAfter(-1)
			w.again()
			w.look()
			Expect(w.phase()).To(Equal("Shadow shadow"), "killed after %d", kill)
			Expect(w.policy.Status.Rollout.Began.Time).To(BeTemporally("==", start), "killed after %d", kill)
			run(staffing.New(w.Env), target)
			Expect(target.Status.Summary.Now).To(HavePrefix("0/"), "killed after %d", kill)
			if !died && err == nil {
				Expect(kill).To(BeNumerically(">", 2))
				return
			}
		}
	})
})
