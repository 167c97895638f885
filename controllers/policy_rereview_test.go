package controllers_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/staffing"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/sheet"
	modtest "github.com/modcap/modcap/internal/testing"
)

// rereviewWorld is a policy whose change was taken back in a step of half of Brazil, and a target that plans its people.
type rereviewWorld struct {
	*rolloutWorld
	target *v1alpha1.StaffingTarget
	sr     *staffing.Reconciler
	bad    string
}

func newRereviewWorld(edits ...func(*v1alpha1.PolicyRollout)) *rereviewWorld {
	GinkgoHelper()
	w := &rereviewWorld{rolloutWorld: newRolloutWorld()}
	w.target = modtest.MakeTarget("emea", w.ns).Obj()
	w.create(w.target)
	for _, q := range []*v1alpha1.ModerationQueue{w.br, w.rest} {
		edit(q, func(q *v1alpha1.ModerationQueue) { q.Labels = map[string]string{"plan": "emea"} })
	}
	edit(w.team, func(t *v1alpha1.ReviewTeam) { t.Labels = map[string]string{"plan": "emea"} })
	edit(w.policy, func(p *v1alpha1.ModerationPolicy) {
		p.Spec.Rollout.Steps[0].Percent = "40"
		p.Spec.Rollout.Metrics.Rereviewed = modtest.SeriesRef("rereviewed")
		for _, e := range edits {
			e(p.Spec.Rollout)
		}
	})
	w.seen.setHourly("arrivals", "hate", 500)
	w.change("0.90")
	w.count(399)
	w.look()
	Expect(w.phase()).To(Equal("Step five"))
	w.bad = revisionOf(w.policy)
	w.count(100)
	w.look()
	Expect(w.phase()).To(Equal("Aborted "))
	return w
}

// planned is how many items of the plan's demand are looked at again.
func (w *rereviewWorld) planned() (items int64) {
	GinkgoHelper()
	w.sr = staffing.New(w.Env)
	run(w.sr, w.target)
	var m corev1.ConfigMap
	Expect(env.Client.Get(ctx, client.ObjectKey{Namespace: w.ns, Name: "emea-plan-input"}, &m)).To(Succeed())
	in, err := sheet.UnpackInput(m.BinaryData[sheet.InputKey])
	Expect(err).NotTo(HaveOccurred())
	for _, c := range in.Classes {
		if c.Key.Review == resolve.RereviewName(w.policy.Name) {
			items += int64(c.Backlog.Value / sample.One)
		}
	}
	return items
}

func (w *rereviewWorld) rereviewed(n int) {
	w.seen.setTable("rereviewed", resolve.TableRow{
		Labels: map[string]string{"policy": w.policy.Name, "revision": w.bad}, Value: sample.Whole(int64(n)),
	})
}

func (w *rereviewWorld) rereview() *v1alpha1.PolicyRereview {
	GinkgoHelper()
	w.look()
	refresh(w.policy)
	return w.policy.Status.Rereview
}

var _ = Describe("What a change decided that was taken back", func() {
	It("is planned for people until a series says that it was looked at again", func() {
		w := newRereviewWorld()
		r := w.rereview()
		Expect(r).To(And(HaveField("State", v1alpha1.RereviewOpen), HaveField("Revisions", []string{w.bad}),
			HaveField("Items", int64(160)), HaveField("Left", int64(160))))
		Expect(r.Work).To(ConsistOf(v1alpha1.RereviewWork{HarmDomain: "hate", Market: "BR", Items: 160}))
		Expect(r.Due.Sub(r.Since.Time)).To(Equal(72 * time.Hour))
		Expect(w.policy.Status.Rollout.Aborted.Moves).To(ConsistOf(HaveField("Decided", int64(160))))
		Expect(w.planned()).To(BeNumerically("~", 160, 2))
		w.expectQuiet(func() { w.look() })
		Expect(w.metric("modcap_policy_rereview_items")).To(Equal([]float64{160}))
		Expect(w.metric("modcap_policy_rollout_phase")).To(Equal([]float64{1}))
		Expect(w.metric("modcap_policy_rollout_share_ratio")).To(BeEmpty())
		Expect(w.metric("modcap_policy_rollout_aborted_timestamp_seconds")).To(Equal([]float64{float64(r.Since.Unix())}))

		w.rereviewed(100)
		w.clock.Step(time.Minute)
		Expect(w.rereview().Left).To(Equal(int64(60)))
		Expect(w.planned()).To(BeNumerically("~", 60, 2))
		w.seen.clear()
		w.again()
		w.clock.Step(time.Minute)
		Expect(w.rereview().Left).To(Equal(int64(60)), "nothing is known after a restart")
		w.rereviewed(160)
		w.clock.Step(time.Minute)
		Expect(w.rereview()).To(And(HaveField("State", v1alpha1.RereviewDone), HaveField("By", "metrics.rereviewed"), HaveField("Left", int64(0))))
		Expect(w.planned()).To(BeZero())
		Expect(w.metric("modcap_policy_rereview_items")).To(BeEmpty())
		w.rereviewed(0)
		w.clock.Step(time.Minute)
		Expect(w.rereview().State).To(Equal(v1alpha1.RereviewDone), "it stays done")
		w.expectQuiet(func() { w.look() })
	})

	It("is not looked at again once somebody dismisses it, also when the override has ended", func() {
		w := newRereviewWorld()
		dismiss := func(name, revision string) {
			w.create(modtest.MakeOverride(name, w.ns).Decision(w.policy.Name, revision, v1alpha1.RolloutDismiss, "").
				Until(w.clock.Now().Add(time.Hour)).Reason("all were spam").By("TRUST-42").Obj())
		}
		dismiss("another", "0123456789ab")
		Expect(w.rereview().State).To(Equal(v1alpha1.RereviewOpen), "another revision is meant")
		Expect(w.planned()).To(BeNumerically("~", 160, 2))
		dismiss("this", w.bad)
		w.direct.KillAfter(0)
		Expect(w.try()).To(BeTrue())
		w.direct.KillAfter(-1)
		w.again()
		r := w.rereview()
		Expect(r).To(And(HaveField("State", v1alpha1.RereviewDismissed), HaveField("By", "TRUST-42"), HaveField("Reason", "all were spam"),
			HaveField("Left", int64(160))))
		Expect(r.Ended).NotTo(BeNil())
		w.clock.Step(2 * time.Hour)
		w.again()
		Expect(w.rereview()).To(Equal(r), "it stays dismissed")
		Expect(w.planned()).To(BeZero())
	})

	It("is planned by a Rework of the same items in its place, and outlives the rollout's end in the spec", func() {
		w := newRereviewWorld()
		done := int32(0)
		o := modtest.MakeOverride("again", w.ns).Rework(v1alpha1.Rework{
			QueueRef: v1alpha1.ObjectReference{Name: w.br.Name}, Review: "hate", Items: 150, Done: &done,
			Of: &v1alpha1.ReworkOf{PolicyRef: v1alpha1.ObjectReference{Name: w.policy.Name}, Revision: w.bad},
		}).Until(w.clock.Now().Add(24 * time.Hour)).Obj()
		w.create(o)
		Expect(w.planned()).To(BeZero())
		edit(w.policy, func(p *v1alpha1.ModerationPolicy) { p.Spec.Rollout = nil })
		Expect(w.rereview().State).To(Equal(v1alpha1.RereviewOpen))
		edit(o, func(o *v1alpha1.CapacityOverride) { done = 150; o.Spec.Rework.Done = &done })
		w.clock.Step(time.Minute)
		Expect(w.rereview().Left).To(Equal(int64(10)), "what the estimate has besides is nobody's")
		edit(o, func(o *v1alpha1.CapacityOverride) { o.Spec.Rework.Items, done = 160, 160; o.Spec.Rework.Done = &done })
		w.clock.Step(time.Minute)
		Expect(w.rereview()).To(And(HaveField("State", v1alpha1.RereviewDone), HaveField("By", "CapacityOverride again")))
	})

	It("is not planned where the platform puts it into the queues", func() {
		w := newRereviewWorld(func(r *v1alpha1.PolicyRollout) { r.Rereview = &v1alpha1.RereviewTerms{Requeued: true} })
		Expect(w.rereview()).To(BeNil())
		Expect(w.planned()).To(BeZero())
	})
})

var _ = Describe("A change that people have to learn", func() {
	It("waits in each market until they have, and takes their time before", func() {
		w := newRolloutWorld()
		target := modtest.MakeTarget("emea", w.ns).Obj()
		w.create(target)
		edit(w.team, func(t *v1alpha1.ReviewTeam) { t.Labels = map[string]string{"plan": "emea"} })
		edit(w.br, func(q *v1alpha1.ModerationQueue) { q.Labels = map[string]string{"plan": "emea"} })
		least := v1alpha1.Percent("80")
		edit(w.policy, func(p *v1alpha1.ModerationPolicy) {
			p.Spec.Rollout.Training = &v1alpha1.RolloutTraining{MinutesPerPerson: 480, Days: 1, MinTrained: &least}
		})
		w.seen.machine("hate", 0, 0, 500.0/3600).setHourly("arrivals", "hate", 500)
		there := func() string {
			run(staffing.New(w.Env), target)
			return target.Status.Summary.Now
		}
		Expect(there()).NotTo(HavePrefix("0/"))
		w.change("0.90")
		Expect(w.policy.Status.Rollout.HarmDomains).To(Equal([]v1alpha1.HarmDomainName{"hate"}))
		Expect(there()).To(HavePrefix("0/"), "all of the first day goes to the training")

		w.count(399)
		w.look()
		Expect(w.phase()).To(Equal("Shadow shadow"))
		expect(w.policy, "RolloutProgressing", isTrue, v1alpha1.ReasonTrainingNotDone, "team night 0 % (in BR)")
		w.expectQuiet(func() { w.look() })
		w.decide("yes", v1alpha1.RolloutApprove, "shadow")
		w.look()
		Expect(w.phase()).To(Equal("Shadow shadow"), "who approves the evidence has trained nobody")
		edit(w.team, func(t *v1alpha1.ReviewTeam) {
			t.Spec.Trained = []v1alpha1.TrainedRevision{{Policy: "policy", Revision: revisionOf(w.policy), Percent: "80"}}
		})
		w.look()
		Expect(w.phase()).To(Equal("Step five"), "%v", w.policy.Status.Conditions)
		edit(w.team, func(t *v1alpha1.ReviewTeam) { t.Spec.Trained[0].Percent = "100" })
		Expect(there()).NotTo(HavePrefix("0/"), "nobody is away any more")
	})
})
