package controllers_test

import (
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/queue"
	"github.com/modcap/modcap/internal/facts"
	"github.com/modcap/modcap/internal/sample"
	modtest "github.com/modcap/modcap/internal/testing"
)

// queueWorld is a world with a queue of machines and people, and what it refers to.
type queueWorld struct {
	*world
	queue *v1alpha1.ModerationQueue
	key   types.NamespacedName
	r     *queue.Reconciler
}

func newQueueWorld(changes ...func(*modtest.QueueWrapper)) *queueWorld {
	GinkgoHelper()
	w := &queueWorld{world: newWorld()}
	q := modtest.MakeQueue("chat", w.ns).Policy("policy").Review(modtest.MakeReview("hate"))
	for _, change := range changes {
		change(q)
	}
	w.queue = q.Obj()
	w.key = client.ObjectKeyFromObject(w.queue)
	w.create(w.queue)
	w.r = &queue.Reconciler{Env: w.Env}
	w.seen.machine("chat", 120, 2, 35.2).machine("hate", 40, 100, 0.5)
	return w
}

// complete makes all that the queue refers to.
func (w *queueWorld) complete() *queueWorld {
	GinkgoHelper()
	w.create(modtest.MakePool("pool", w.ns).Obj(), modtest.MakePolicy("policy", w.ns).Obj(), modtest.MakeSource("source", w.ns).Obj())
	return w
}

func (w *queueWorld) run() {
	GinkgoHelper()
	run(w.r, w.queue)
}

// plenty is the fact of a pool that keeps its promise.
func plenty() facts.Pool {
	return facts.Pool{
		Pool: "pool", Ready: 3, Wanted: 5, Needed: 4200, Known: true, Feasible: true,
		Reason: v1alpha1.ReasonEnough, Message: "enough", BreachIn: "none", BreachLikely: "none", Drain: "4s", DrainLikely: "3s",
	}
}

// staffed is the fact of a target that has people enough.
func staffed() facts.Staffing {
	return facts.Staffing{Target: "target", Have: 9, Need: 7, Known: true, Enough: true, Reason: v1alpha1.ReasonEnoughPeople, Message: "enough"}
}

var _ = Describe("A ModerationQueue", func() {
	It("names what it refers to and does not find, and recovers when it appears", func() {
		w := newQueueWorld()
		other := modtest.MakeQueue("other", w.ns).Pool("big").Obj()
		w.create(other, modtest.MakePool("big", w.ns).Obj())
		ready := func(is bool, reason string, words ...string) {
			GinkgoHelper()
			w.run()
			if is {
				expect(w.queue, "Ready", isTrue, v1alpha1.ReasonSucceeded)
				return
			}
			expect(w.queue, "Ready", isFalse, reason, words...)
			expectNone(w.queue, "Stalled")
		}
		ready(false, v1alpha1.ReasonPoolNotFound, "spec.classification.poolRef", "ClassifierPool pool")
		Expect(w.sent.Taken()).To(ContainElement(HavePrefix("Warning PoolNotFound chat: ")))
		w.create(modtest.MakePool("pool", w.ns).Obj())
		ready(false, v1alpha1.ReasonPolicyNotFound, "spec.policyRef", "ModerationPolicy policy")
		w.create(modtest.MakePolicy("policy", w.ns).Obj())
		ready(false, v1alpha1.ReasonSourceNotFound, "MetricSource source")
		source := modtest.MakeSource("source", w.ns).Series(modtest.MakeSeries("backlog", v1alpha1.GaugeSeries, "backlog")).Obj()
		w.create(source)
		ready(false, v1alpha1.ReasonSeriesNotFound, "MetricSource source", "series arrivals")
		edit(source, func(s *v1alpha1.MetricSource) { s.Spec.Series = modtest.MakeSource("source", w.ns).Obj().Spec.Series })
		ready(true, "")
		run(w.r, other)
		expect(other, "Ready", isTrue, v1alpha1.ReasonSucceeded)
	})

	It("finds a cluster-wide source", func() {
		name := "shared-by-queues"
		w := newQueueWorld(func(q *modtest.QueueWrapper) { q.Source("ClusterMetricSource", name) }).complete()
		w.run()
		expect(w.queue, "Ready", isFalse, v1alpha1.ReasonSourceNotFound, "ClusterMetricSource "+name)
		source := modtest.MakeSource(name, "").ClusterObj()
		w.create(source)
		DeferCleanup(func() { remove(source) })
		w.run()
		expect(w.queue, "Ready", isTrue, v1alpha1.ReasonSucceeded)
	})

	DescribeTable("stalls on a row that no series can have",
		func(labels map[string]v1alpha1.LabelValue, words string) {
			w := newQueueWorld(func(q *modtest.QueueWrapper) { q.MatchLabels(labels) }).complete()
			w.run()
			expect(w.queue, "Stalled", isTrue, v1alpha1.ReasonInvalidSpec, "matchLabels", words)
		},
		Entry("a row label without a value", map[string]v1alpha1.LabelValue{"name": "chat"}, "no value for queue"),
		Entry("a label too many", map[string]v1alpha1.LabelValue{"queue": "chat", "zone": "eu"}, "not rowLabels"),
	)

	It("stalls on a spec that only code can judge, and goes on when it is mended", func() {
		w := newQueueWorld(func(q *modtest.QueueWrapper) { q.Markets("BR", "ZX") }).complete()
		w.run()
		expect(w.queue, "Stalled", isTrue, v1alpha1.ReasonInvalidSpec, "spec.markets", "ZX", "ISO 3166-1")
		w.expectQuiet(w.run)
		edit(w.queue, func(q *v1alpha1.ModerationQueue) { q.Spec.Markets = []v1alpha1.Market{"BR"} })
		w.run()
		expectNone(w.queue, "Stalled")
		expect(w.queue, "Ready", isTrue, v1alpha1.ReasonSucceeded)
	})

	It("says in a line what is on fire", func() {
		w := newQueueWorld().complete()
		w.seen.set("oldest", "chat", 12).set("oldest", "hate", 300).setIncrease("due", "chat", 1000).setIncrease("ontime", "chat", 985)
		w.Facts.Pools.Put(w.key, plenty())
		w.Facts.Staffing.Put(w.key, staffed())
		w.Facts.Routing.Put(w.key, facts.Routing{
			Document: "chat-1", Index: "modcap-routing-live", Routed: true, Reason: v1alpha1.ReasonPublished, Message: "published",
		})
		w.run()
		s := w.queue.Status
		Expect(*s.Summary.Backlog).To(Equal(int64(160)))
		Expect(s.Summary.Oldest.Time).To(BeTemporally("==", start.Add(-5*time.Minute)), "of people, the older")
		Expect(*s.Summary).To(And(
			HaveField("Promise", "99% in 30s"), HaveField("Attained", "98.5%"), HaveField("Workers", "3/5"), HaveField("Reviewers", "9/7"),
			HaveField("BreachIn", "none"), HaveField("Bottleneck", "None"), HaveField("Metrics", "Fresh"),
		))
		Expect(*s.Classification.Backlog).To(Equal(int64(120)))
		Expect(*s.Classification).To(And(
			HaveField("ArrivalsPerSecond", "35"), HaveField("Replicas", "4.2"), HaveField("Attained", "98.5%"), HaveField("BreachIn", "none"),
			HaveField("BreachLikely", "none"), HaveField("DrainTime", "4s"), HaveField("DrainLikely", "3s"),
		))
		Expect(s.Reviews).To(ConsistOf(And(HaveField("Name", v1alpha1.Word("hate")), HaveField("Promise", "90% in 15m"))))
		Expect(*s.Routing).To(Equal(v1alpha1.RoutingStatus{Document: "chat-1", Index: "modcap-routing-live"}))
		expect(w.queue, "MetricsFresh", isTrue, v1alpha1.ReasonFresh)
		expect(w.queue, "ServiceLevelMet", isFalse, v1alpha1.ReasonMissed, "classification", "99% in 30s")
		expect(w.queue, "CapacitySufficient", isTrue, v1alpha1.ReasonEnough)
		expect(w.queue, "Staffed", isTrue, v1alpha1.ReasonEnoughPeople)
		expect(w.queue, "Routed", isTrue, v1alpha1.ReasonPublished)
		expect(w.queue, "Ready", isTrue, v1alpha1.ReasonSucceeded)
		Expect(w.metric("modcap_queue_backlog_items")).To(ConsistOf(120.0, 40.0))
		Expect(w.metric("modcap_queue_attained_ratio")).To(Equal([]float64{0.985}))

		w.seen.setIncrease("ontime", "chat", 995)
		w.run()
		expect(w.queue, "ServiceLevelMet", isTrue, v1alpha1.ReasonMet)
	})

	DescribeTable("names the bottleneck",
		func(machines func(*facts.Pool), people func(*facts.Staffing), bottleneck, breach string) {
			w := newQueueWorld().complete()
			if machines != nil {
				f := plenty()
				machines(&f)
				w.Facts.Pools.Put(w.key, f)
			}
			if people != nil {
				f := staffed()
				people(&f)
				w.Facts.Staffing.Put(w.key, f)
			}
			w.run()
			Expect(*w.queue.Status.Summary).To(And(HaveField("Bottleneck", bottleneck), HaveField("BreachIn", breach)))
		},
		Entry("none", good[facts.Pool], good[facts.Staffing], "None", "none"),
		Entry("machines", lateMachines, good[facts.Staffing], "Machines", "<5m"),
		Entry("people", good[facts.Pool], fewPeople, "People", "now"),
		Entry("both", lateMachines, fewPeople, "MachinesAndPeople", "now"),
		Entry("unknown, before the pool has said anything", nil, good[facts.Staffing], "Unknown", ""),
		Entry("unknown, without a target", good[facts.Pool], nil, "Unknown", ""),
		Entry("unknown, while nothing is known of the machines", blindMachines, good[facts.Staffing], "Unknown", ""),
		Entry("people, while nothing is known of the machines", blindMachines, fewPeople, "People", "now"),
	)

	It("says nothing of capacity that another pool found", func() {
		w := newQueueWorld().complete()
		f := plenty()
		f.Pool = "the-one-before"
		w.Facts.Pools.Put(w.key, f)
		w.run()
		Expect(w.queue.Status.Summary.Workers).To(BeEmpty())
		expect(w.queue, "CapacitySufficient", isUnknown, v1alpha1.ReasonUnknownWhileMissing)
	})

	It("lists findings, errors first, the worst 32 and how many there are", func() {
		w := newQueueWorld().complete()
		var many []v1alpha1.Finding
		for i := range 40 {
			many = append(many, v1alpha1.Finding{Code: fmt.Sprintf("Odd%d", i), Severity: "Warning", Message: "odd"})
		}
		w.Facts.Routing.Put(w.key, facts.Routing{Reason: v1alpha1.ReasonConflicted, Message: "older queue", Findings: many})
		f := staffed()
		f.Findings = []v1alpha1.Finding{{Code: "UnknownClass", Severity: "Error", Message: "xx"}}
		w.Facts.Staffing.Put(w.key, f)
		w.run()
		Expect(w.queue.Status.FindingCount).To(Equal(int32(41)))
		Expect(w.queue.Status.Findings).To(HaveLen(32))
		Expect(w.queue.Status.Findings[0].Code).To(Equal("UnknownClass"))
		expect(w.queue, "Routed", isFalse, v1alpha1.ReasonConflicted, "older queue")
		Expect(w.metric("modcap_queue_findings")).To(Equal([]float64{41}))
	})

	DescribeTable("says why its numbers cannot be acted on",
		func(q sample.Quality, c sample.Cause, backlog *int64) {
			w := newQueueWorld().complete()
			w.run()
			w.seen.quality("chat", q, c)
			w.run()
			expect(w.queue, "MetricsFresh", isFalse, string(c), "classification", q.String())
			expect(w.queue, "Ready", isTrue, v1alpha1.ReasonSucceeded)
			Expect(w.queue.Status.Summary.Metrics).To(Equal(q.String()))
			Expect(w.queue.Status.Classification.Backlog).To(Equal(backlog))
			w.expectQuiet(w.run)
		},
		Entry("absent: nothing is shown", sample.Absent, sample.CauseNoRow, nil),
		Entry("implausible: nothing is shown", sample.Implausible, sample.CauseNegative, nil),
		Entry("stale: the last that is known", sample.Stale, sample.CauseTimeout, ptr.To(int64(120))),
	)

	It("leaves blank what it declares no metrics for", func() {
		w := newQueueWorld(func(q *modtest.QueueWrapper) {
			q.Metrics(func(m *v1alpha1.ClassificationMetrics) {
				m.OldestAge, m.Due, m.OnTime, m.Completed = nil, nil, nil, nil
			})
		}).complete()
		w.seen.machine("hate", 0, 0, 0)
		w.run()
		expect(w.queue, "MetricsFresh", isTrue, v1alpha1.ReasonFresh)
		expect(w.queue, "ServiceLevelMet", isUnknown, v1alpha1.ReasonNotMeasured)
		Expect(w.queue.Status.Summary.Oldest).To(BeNil())
		Expect(w.queue.Status.Summary.Attained).To(BeEmpty())
	})

	It("has no condition on machines without a machine stage, nor on people without reviews", func() {
		w := newQueueWorld(func(q *modtest.QueueWrapper) { q.NoClassification() }).complete()
		w.run()
		expectNone(w.queue, "CapacitySufficient")
		Expect(w.queue.Status.Classification).To(BeNil())
		machine := modtest.MakeQueue("machine", w.ns).Obj()
		w.create(machine)
		w.seen.machine("machine", 1, 1, 1)
		run(w.r, machine)
		expectNone(machine, "Staffed")
		Expect(machine.Status.Reviews).To(BeEmpty())
	})

	It("writes nothing while nothing changes", func() {
		w := newQueueWorld().complete()
		w.Facts.Pools.Put(w.key, plenty())
		w.Facts.Staffing.Put(w.key, staffed())
		w.expectQuiet(w.run)
	})

	It("writes numbers alone once in thirty seconds, and conditions at once", func() {
		w := newQueueWorld().complete()
		w.run()
		w.direct.Writes()
		w.seen.set("backlog", "chat", 121) // the same in two digits
		w.run()
		Expect(w.direct.Writes()).To(BeEmpty())
		for i := range 6 { // 30 s in all
			w.clock.Step(5 * time.Second)
			w.seen.set("backlog", "chat", float64(130+10*i))
			result := run(w.r, w.queue)
			if i < 5 {
				Expect(w.direct.Writes()).To(BeEmpty())
				Expect(result.RequeueAfter).To(Equal(time.Duration(25-5*i)*time.Second), "it looks again when it may write")
			}
		}
		Expect(w.direct.Writes()).To(HaveLen(1))
		Expect(*w.queue.Status.Classification.Backlog).To(Equal(int64(180)), "the newest number, not the one that waited")

		w.clock.Step(time.Second)
		w.seen.quality("chat", sample.Stale, sample.CauseTimeout)
		w.run()
		Expect(w.direct.Writes()).To(HaveLen(1))
		expect(w.queue, "MetricsFresh", isFalse, string(sample.CauseTimeout))
	})

	It("shows an event, and the end of it, within five seconds", func() {
		w := newQueueWorld().complete()
		w.run()
		w.direct.Writes()
		for _, backlog := range []int64{9000, 0} {
			w.clock.Step(3 * time.Second)
			w.seen.set("backlog", "chat", float64(backlog))
			Expect(run(w.r, w.queue).RequeueAfter).To(Equal(2 * time.Second))
			Expect(w.direct.Writes()).To(BeEmpty())
			w.clock.Step(2 * time.Second)
			w.run()
			Expect(w.direct.Writes()).To(HaveLen(1))
			Expect(*w.queue.Status.Classification.Backlog).To(Equal(backlog))
		}
	})

	It("forgets what was said of it when it goes", func() {
		w := newQueueWorld().complete()
		w.Facts.Routing.Put(w.key, facts.Routing{Document: "chat-1", Reason: v1alpha1.ReasonPublished, Message: "published"})
		w.run()
		remove(w.queue)
		_, err := w.r.Reconcile(ctx, requestFor(w.queue))
		Expect(err).NotTo(HaveOccurred())
		Expect(w.metric("modcap_queue_backlog_items")).To(BeEmpty())
		_, told := w.Facts.Routing.Get(w.key)
		Expect(told).To(BeFalse(), "a queue made anew under its name has no document yet")
	})
})

func good[T any](*T) {}

func lateMachines(f *facts.Pool) {
	f.Feasible, f.Reason, f.BreachIn = false, v1alpha1.ReasonAtMaximum, "<5m"
}

func blindMachines(f *facts.Pool) {
	f.Known, f.Feasible, f.Reason, f.BreachIn = false, false, v1alpha1.ReasonUnknownWhileMissing, ""
}

func fewPeople(f *facts.Staffing) {
	f.Have, f.Enough, f.Reason, f.FirstGap = 5, false, v1alpha1.ReasonTooFewPeople, 1
}
