package controllers_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/override"
	"github.com/modcap/modcap/controllers/staffing"
	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/sheet"
	modtest "github.com/modcap/modcap/internal/testing"
)

var _ = Describe("A surge of a queue", func() {
	// steady is a pool of workers of 10 items a second, a queue of 20 for an hour.
	steady := func() *poolWorld {
		GinkgoHelper()
		w := newPoolWorld(4)
		var hour []forecast.Bin
		for at := start.Add(-time.Hour); at.Before(start); at = at.Add(5 * time.Second) {
			hour = append(hour, forecast.Bin{At: sample.At(at), Width: 5 * sample.Second, Count: sample.Whole(100)})
		}
		w.seen.machine("chat", 0, 0, 20).setBins("chat", hour...)
		return w
	}
	last := func(w *poolWorld) capacity.Queue {
		GinkgoHelper()
		records := w.records()
		in, _, err := records[len(records)-1].Read()
		Expect(err).NotTo(HaveOccurred())
		return in.Queues[0]
	}

	It("finds the workers ready as it begins, and not sooner, also after a restart, and is told with the decision", func() {
		w := steady()
		w.create(modtest.MakeOverride("campaign", w.ns).Surge("300", "chat").From(start.Add(5 * time.Minute)).Until(start.Add(time.Hour)).
			Reason("spring campaign").By("marketing").Obj())
		w.pass(3 * time.Minute)
		Expect(w.replicas()).To(BeNumerically("<=", 4), "20 items/s at 10 a worker")
		w.restart()
		w.pass(time.Minute + 30*time.Second)
		Expect(w.replicas()).To(BeNumerically(">=", 6), "60 items/s are announced for in half a minute")
		q := last(w)
		Expect(q.Forecast).To(And(HaveField("Foreseen", BeNumerically("~", sample.Whole(60), sample.Whole(4))), HaveField("Basis", "Events")))
		Expect(q.Overrides).To(ConsistOf(capacity.QueueOverride{
			Name: "campaign", Kind: capacity.Surge, Arrivals: 3000, From: sample.At(start.Add(5 * time.Minute)), Until: sample.At(start.Add(time.Hour)),
			Reason: "spring campaign", By: "marketing",
		}))
	})

	It("is no more from when it is deleted", func() {
		w := steady()
		o := modtest.MakeOverride("campaign", w.ns).Surge("300", "chat").From(start.Add(time.Minute)).Until(start.Add(time.Hour)).Obj()
		w.create(o)
		w.pass(50 * time.Second)
		Expect(w.replicas()).To(BeNumerically(">=", 6))
		remove(o)
		w.pass(5 * time.Minute)
		Expect(w.replicas()).To(BeNumerically("<=", 4), "nothing is announced any more")
	})

	It("says what holds for its queues, what contradicts it, and when that changes", func() {
		w := newWorld()
		o := modtest.MakeOverride("campaign", w.ns).Surge("300", "chat", "search").From(start.Add(time.Hour)).Until(start.Add(4 * time.Hour)).Obj()
		w.create(o)
		r := &override.Reconciler{Env: w.Env}
		run(r, o)
		expect(o, "Ready", isFalse, v1alpha1.ReasonQueueNotFound, "spec.queueRefs", "chat, search")
		expect(o, "Active", isFalse, v1alpha1.ReasonNoSuchWork)
		w.create(modtest.MakeQueue("chat", w.ns).Obj())
		run(r, o)
		expect(o, "Ready", isFalse, v1alpha1.ReasonQueueNotFound, "ModerationQueue search")
		expect(o, "Active", isFalse, v1alpha1.ReasonNotYet)
		w.create(modtest.MakeQueue("search", w.ns).Obj())
		w.create(modtest.MakeOverride("quiet", w.ns).Surge("50", "search").From(start).Until(start.Add(2 * time.Hour)).Obj())
		Expect(run(r, o).RequeueAfter).To(Equal(time.Hour))
		expect(o, "Ready", isTrue, v1alpha1.ReasonSucceeded)
		Expect(o.Status).To(And(HaveField("On", "queue chat and 1 more"), HaveField("Does", "300% of the arrivals"), HaveField("FindingCount", int32(1))))
		Expect(o.Status.Queues).To(Equal([]v1alpha1.OverriddenQueue{{Name: "chat", Arrivals: "100"}, {Name: "search", Arrivals: "50", By: "quiet"}}))
		Expect(o.Status.Findings[0]).To(And(HaveField("Code", "SurgesContradict"), HaveField("Message", ContainSubstring("the larger holds"))))
		w.expectQuiet(func() { run(r, o) })

		w.clock.SetTime(start.Add(time.Hour))
		Expect(run(r, o).RequeueAfter).To(Equal(time.Hour), "the other one ends then")
		expect(o, "Active", isTrue, v1alpha1.ReasonInForce, "Ends at 2026-11-02T14:00:00Z")
		Expect(o.Status.Queues).To(Equal([]v1alpha1.OverriddenQueue{{Name: "chat", Arrivals: "300", By: "campaign"}, {Name: "search", Arrivals: "300", By: "campaign"}}))
		w.expectQuiet(func() { run(r, o) })

		w.clock.SetTime(start.Add(4 * time.Hour))
		run(r, o)
		expect(o, "Active", isFalse, v1alpha1.ReasonExpired, "Ended at 2026-11-02T14:00:00Z")
		expect(o, "Ready", isTrue, v1alpha1.ReasonSucceeded, "delete it after 2026-11-30T14:00:00Z")
		Expect(o.Status).To(And(HaveField("Queues", BeEmpty()), HaveField("Findings", BeEmpty())))
		w.expectQuiet(func() { run(r, o) })
	})
})

var _ = Describe("The priority of a queue", func() {
	It("is that of the override in force, for the pool, and its own again when that has ended", func() {
		w := newPoolWorld(1)
		o := modtest.MakeOverride("fire", w.ns).Priority(900, "chat").From(start.Add(time.Minute)).Until(start.Add(2 * time.Minute)).Obj()
		w.create(o)
		priorities := func() (own, share int32) {
			GinkgoHelper()
			records := w.records()
			in, d, err := records[len(records)-1].Read()
			Expect(err).NotTo(HaveOccurred())
			return in.Queues[0].Priority, d.Shares[0].Priority
		}
		for _, step := range []struct {
			to   time.Duration
			rate float64
			want int32
		}{{0, 10, 500}, {time.Minute, 30, 900}, {2 * time.Minute, 60, 500}} {
			w.clock.SetTime(start.Add(step.to))
			w.restart()
			w.seen.machine("chat", 0, 0, step.rate)
			run(w.r, w.pool)
			own, share := priorities()
			Expect([]int32{own, share}).To(Equal([]int32{step.want, step.want}), step.to.String())
		}
	})

	It("is told by the override, whoever else gives it one", func() {
		w := newWorld()
		o := modtest.MakeOverride("fire", w.ns).Priority(100, "chat").From(start).Until(start.Add(time.Hour)).Obj()
		w.create(o, modtest.MakeQueue("chat", w.ns).Obj(), modtest.MakeOverride("drill", w.ns).Priority(900, "chat").From(start).Until(start.Add(2*time.Hour)).Obj())
		r := &override.Reconciler{Env: w.Env}
		run(r, o)
		expect(o, "Active", isTrue, v1alpha1.ReasonInForce)
		Expect(o.Status.Queues).To(HaveLen(1))
		Expect(o.Status.Queues[0]).To(And(HaveField("Priority", HaveValue(Equal(int32(900)))), HaveField("By", "drill")))
		Expect(o.Status.Findings).To(ConsistOf(HaveField("Code", "PrioritiesDiffer")))
		w.expectQuiet(func() { run(r, o) })
		var other v1alpha1.CapacityOverride
		Expect(env.Client.Get(ctx, client.ObjectKey{Namespace: w.ns, Name: "drill"}, &other)).To(Succeed())
		remove(&other)
		run(r, o)
		Expect(o.Status.Queues[0]).To(And(HaveField("Priority", HaveValue(Equal(int32(100)))), HaveField("By", "fire")))
	})
})

var _ = Describe("The plan of people around a surge", func() {
	const week = 7 * 24 * time.Hour
	// ahead is what a new operator expects of the half hours after the present one.
	ahead := func(w *staffingWorld) (out []sample.Milli) {
		GinkgoHelper()
		w.r = staffing.New(w.Env)
		w.run()
		d := w.day()
		for _, c := range d.Lines[1].Cells[d.Now+1:] {
			out = append(out, c.Then.Items)
		}
		return out
	}
	items := func(counts ...int64) (out []sample.Milli) {
		for _, n := range counts {
			out = append(out, sample.Whole(n))
		}
		return out
	}
	campaign := func(w *staffingWorld) *modtest.OverrideWrapper {
		return modtest.MakeOverride("campaign", w.ns).Surge("300", "comments").From(start.Add(time.Hour)).Until(start.Add(2 * time.Hour))
	}

	It("has the people for one to come, by weeks of the past and without any, and no more when it is deleted", func() {
		for _, past := range []int{28, 0} {
			w := newStaffingWorld()
			if past > 0 {
				w.seen.setWeeks(map[resolve.Class][]forecast.Bin{{}: weeks(past, 120)})
			}
			edit(w.target, func(t *v1alpha1.StaffingTarget) { t.Spec.Horizon = "72h" })
			Expect(ahead(w)[:4]).To(Equal(items(60, 60, 60, 60)))
			o := campaign(w).Obj()
			w.create(o)
			Expect(ahead(w)[:4]).To(Equal(items(60, 180, 180, 60)), "of %d days", past)
			remove(o)
			Expect(ahead(w)[:4]).To(Equal(items(60, 60, 60, 60)))
		}
	})

	It("shows one as soon as it is written, and writes nothing more", func() {
		w := newStaffingWorld()
		w.run()
		w.direct.Writes()
		w.create(campaign(w).Obj())
		w.clock.Step(15 * time.Second)
		w.run()
		Expect(w.direct.Writes()).To(ContainElement("apply ConfigMap emea-plan"))
		w.clock.Step(15 * time.Second)
		w.run()
		Expect(w.direct.Writes()).NotTo(ContainElement("apply ConfigMap emea-plan"))
	})

	It("takes what is observed in one for it, where it knows no past, and does not triple it", func() {
		w := newStaffingWorld()
		w.create(campaign(w).From(start.Add(-2 * time.Hour)).Obj())
		w.demand(360)
		Expect(ahead(w)[:4]).To(Equal(items(180, 180, 180, 180)), "what is observed holds: it may be of no surge")
	})

	It("does not multiply what one has brought already, however long it lasts", func() {
		w := newStaffingWorld()
		surged := weeks(28, 120)
		for i := range surged {
			if at := surged[i].At; at >= sample.At(start.Add(-5*24*time.Hour)) {
				surged[i].Count *= 3
			}
		}
		w.seen.setWeeks(map[resolve.Class][]forecast.Bin{{}: surged})
		w.demand(360)
		edit(w.target, func(t *v1alpha1.StaffingTarget) { t.Spec.Horizon = "72h" })
		o := modtest.MakeOverride("festival", w.ns).Surge("300", "comments").From(start.Add(-5 * 24 * time.Hour)).Until(start.Add(5 * 24 * time.Hour)).Obj()
		w.create(o)
		Expect(ahead(w)[:4]).To(HaveEach(BeNumerically("~", sample.Whole(180), sample.Whole(18))))
		edit(o, func(o *v1alpha1.CapacityOverride) { o.Spec.Until.Time = start.Add(time.Hour) })
		Expect(ahead(w)[2:4]).To(HaveEach(BeNumerically("~", sample.Whole(60), sample.Whole(6))), "after its end")
	})

	It("leaves one out of the past, whatever was guessed, also when it is deleted and the operator starts anew", func() {
		w := newStaffingWorld()
		surged := weeks(28, 120)
		for i := range surged {
			if at := surged[i].At; at >= sample.At(start.Add(-week)) {
				surged[i].Count *= 10
			}
		}
		w.seen.setWeeks(map[resolve.Class][]forecast.Bin{{}: surged})
		edit(w.target, func(t *v1alpha1.StaffingTarget) { t.Spec.Horizon = "72h" })
		Expect(ahead(w)[1]).To(BeNumerically(">", sample.Whole(60)))
		o := modtest.MakeOverride("campaign", w.ns).Surge("120", "comments").From(start.Add(-week)).Until(start).Obj()
		w.create(o)
		calm := ahead(w)
		Expect(calm[1:]).To(HaveEach(BeElementOf(sample.Whole(60), sample.Whole(0))))
		remove(o)
		Expect(ahead(w)[1:]).To(Equal(calm[1:]), "what was stored with the day tells of it")
	})

	It("is made with the priority in force", func() {
		w := newStaffingWorld()
		w.create(modtest.MakeOverride("fire", w.ns).Priority(900, "comments").From(start.Add(time.Minute)).Until(start.Add(2 * time.Minute)).Obj())
		for minutes, want := range []int{500, 900, 500} {
			w.clock.SetTime(start.Add(time.Duration(minutes) * time.Minute))
			w.run()
			var m corev1.ConfigMap
			Expect(env.Client.Get(ctx, client.ObjectKey{Namespace: w.ns, Name: "emea-plan-input"}, &m)).To(Succeed())
			stored, err := sheet.UnpackInput(m.BinaryData[sheet.InputKey])
			Expect(err).NotTo(HaveOccurred())
			Expect(stored.Input.Classes).To(HaveEach(HaveField("Priority", want)), "after %d minutes", minutes)
		}
	})

	It("is routed by the priority in force", func() {
		w := newRoutingWorld()
		w.create(modtest.MakeOverride("fire", w.ns).Priority(1000, "live-br").From(start.Add(time.Minute)).Until(start.Add(2 * time.Minute)).Obj())
		share := func() (br, rest int) {
			GinkgoHelper()
			all, err := v1.DecodeWeights([]byte(w.published()[weightsName].Data[v1.WeightsKey]), "")
			Expect(err).NotTo(HaveOccurred())
			Expect(all.Pools).To(HaveLen(1))
			return all.Pools[0].Queues[0].Weight, all.Pools[0].Queues[1].Weight
		}
		for _, step := range []struct {
			to    time.Duration
			br    int
			again time.Duration
		}{{0, 501, time.Minute}, {time.Minute, 1001, time.Minute}, {2 * time.Minute, 501, 5 * time.Minute}} {
			w.clock.SetTime(start.Add(step.to))
			Expect(w.run()).To(BeNumerically("<=", step.again), step.to.String())
			br, rest := share()
			Expect([]int{br, rest}).To(Equal([]int{step.br, 501}), step.to.String())
		}
	})
})
