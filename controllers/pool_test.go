package controllers_test

import (
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/pool"
	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/replay"
	"github.com/modcap/modcap/internal/sample"
	modtest "github.com/modcap/modcap/internal/testing"
)

// poolWorld is a world with a pool of 1 to 10 workers, 10 items a second each, and
// one queue of 99 % in 30 s.
type poolWorld struct {
	*world
	pool   *v1alpha1.ClassifierPool
	queue  *v1alpha1.ModerationQueue
	target *appsv1.Deployment
	r      *pool.Reconciler
}

func newPoolWorld(replicas int32, changes ...func(*modtest.PoolWrapper)) *poolWorld {
	GinkgoHelper()
	w := &poolWorld{world: newWorld()}
	p := modtest.MakePool("pool", w.ns).Stabilization("10s")
	for _, change := range changes {
		change(p)
	}
	w.pool, w.queue = p.Obj(), modtest.MakeQueue("chat", w.ns).Obj()
	w.target = modtest.MakeDeployment("pool", w.ns, replicas)
	w.create(w.pool, w.queue, w.target)
	w.r = pool.New(w.Env)
	w.direct.Writes()
	return w
}

func (w *poolWorld) restart() {
	w.world.restart()
	w.r = pool.New(w.Env)
}

// replicas are those that the target asks for.
func (w *poolWorld) replicas() int32 {
	GinkgoHelper()
	refresh(w.target)
	return *w.target.Spec.Replicas
}

// pass drives reconciles every five seconds for a while.
func (w *poolWorld) pass(d time.Duration) {
	GinkgoHelper()
	for end := w.clock.Now().Add(d); w.clock.Now().Before(end); {
		w.clock.Step(5 * time.Second)
		run(w.r, w.pool)
	}
}

func (w *poolWorld) records() []replay.Record {
	GinkgoHelper()
	var m corev1.ConfigMap
	key := client.ObjectKey{Namespace: w.ns, Name: "pool-decisions"}
	if err := env.Client.Get(ctx, key, &m); client.IgnoreNotFound(err) != nil {
		Expect(err).NotTo(HaveOccurred())
	}
	records, err := replay.Unpack(m.BinaryData["decisions.json.gz"])
	Expect(err).NotTo(HaveOccurred())
	return records
}

// argo writes the replicas of the target as a GitOps tool would.
func (w *poolWorld) argo(replicas int32) {
	GinkgoHelper()
	edit(w.target, func(d *appsv1.Deployment) { d.Spec.Replicas = &replicas }, client.FieldOwner("argocd-controller"))
}

const (
	scaleWrite  = "update Deployment/scale pool"
	statusWrite = "update ClassifierPool/status pool"
	recordWrite = "apply ConfigMap pool-decisions"
)

var _ = Describe("A ClassifierPool", func() {
	Describe("with fresh numbers", func() {
		It("scales up for what its queue needs, records why, and reports", func() {
			w := newPoolWorld(1)
			w.seen.machine("chat", 0, 0, 35)
			run(w.r, w.pool)
			Expect(w.replicas()).To(BeNumerically(">=", 4), "35 items/s at 10 a worker")
			Expect(w.direct.Writes()).To(Equal([]string{scaleWrite, recordWrite, statusWrite}))
			s := w.pool.Status
			Expect(s.Replicas).To(HaveValue(And(HaveField("Current", int32(1)), HaveField("Wanted", w.replicas()))))
			Expect(s.Decision).To(HaveValue(HaveField("Verdict", "ScaleUp")))
			Expect(s.Decision.Explanation).NotTo(BeEmpty())
			Expect(s.LastScaleUp.Time).To(BeTemporally("==", start))
			Expect(s.Queues).To(Equal([]string{"chat"}))
			Expect(s.Decisions).To(Equal("pool-decisions"))
			expect(w.pool, "Ready", isTrue, v1alpha1.ReasonSucceeded)
			expect(w.pool, "ScaleControlled", isTrue, v1alpha1.ReasonControlled)
			expect(w.pool, "MetricsFresh", isTrue, v1alpha1.ReasonFresh)
			Expect(w.sent.Taken()).To(ContainElement(HavePrefix("Normal ScaledUp pool: Deployment pool from 1 to ")))
			Expect(w.metric("modcap_pool_wanted_replicas")).To(Equal([]float64{float64(w.replicas())}))
		})

		It("writes nothing more while nothing changes", func() {
			w := newPoolWorld(1)
			w.seen.machine("chat", 20, 2, 35)
			w.expectQuiet(func() { run(w.r, w.pool) })
		})

		It("writes nothing while nothing changes and promises are being missed", func() {
			w := newPoolWorld(10)
			w.seen.machine("chat", 90_000, 400, 500)
			w.expectQuiet(func() { run(w.r, w.pool) })
			expect(w.pool, "CapacitySufficient", isFalse, v1alpha1.ReasonAtMaximum, "chat")
		})

		It("gives way to whoever wrote the target since it was read", func() {
			w := newPoolWorld(1)
			w.seen.machine("chat", 0, 0, 35)
			w.direct.Before(func(write string) {
				if write == scaleWrite {
					w.direct.Before(nil)
					w.argo(9)
				}
			})
			result, err := w.r.Reconcile(ctx, requestFor(w.pool))
			Expect(err).NotTo(HaveOccurred(), "a conflict is nobody's error")
			Expect(result.RequeueAfter).To(BeNumerically(">", 0))
			Expect(w.replicas()).To(Equal(int32(9)))
			Expect(w.records()).To(BeEmpty())
		})

		It("scales down when what would do has done for long enough", func() {
			w := newPoolWorld(8)
			w.seen.machine("chat", 0, 0, 5)
			run(w.r, w.pool)
			Expect(w.replicas()).To(Equal(int32(8)), "nothing is known of the past")
			w.pass(2 * time.Minute)
			Expect(w.replicas()).To(BeNumerically("<", 8))
			Expect(w.pool.Status.LastScaleDown).NotTo(BeNil())
			Expect(w.sent.Taken()).To(ContainElement(HavePrefix("Normal ScaledDown pool: Deployment pool from 8 to ")))
		})

		It("says that the most replicas allowed are too few", func() {
			w := newPoolWorld(10)
			w.seen.machine("chat", 0, 0, 200)
			run(w.r, w.pool)
			expect(w.pool, "CapacitySufficient", isFalse, v1alpha1.ReasonAtMaximum, "chat")
			expect(w.pool, "Ready", isTrue, v1alpha1.ReasonSucceeded)
			fact, ok := w.Facts.Pools.Get(client.ObjectKeyFromObject(w.queue))
			Expect(ok).To(BeTrue())
			Expect(fact.Feasible).To(BeFalse())
			Expect(fact.Wanted).To(Equal(int32(10)))
		})
	})

	DescribeTable("never scales down on numbers that are",
		func(q sample.Quality, c sample.Cause) {
			w := newPoolWorld(8)
			w.seen.machine("chat", 0, 0, 5)
			run(w.r, w.pool)
			w.direct.Writes()
			w.seen.quality("chat", q, c)
			w.pass(time.Minute)
			Expect(w.replicas()).To(Equal(int32(8)))
			Expect(w.direct.Writes()).NotTo(ContainElement(scaleWrite))
			expect(w.pool, "MetricsFresh", isFalse, string(c), "chat", string(c))
			expect(w.pool, "CapacitySufficient", isUnknown, v1alpha1.ReasonUnknownWhileMissing)
			expect(w.pool, "Ready", isTrue, v1alpha1.ReasonSucceeded)
			w.expectQuiet(func() { run(w.r, w.pool) })

			w.seen.machine("chat", 0, 0, 5)
			w.pass(2 * time.Minute)
			Expect(w.replicas()).To(BeNumerically("<", 8), "recovers by itself")
			expect(w.pool, "MetricsFresh", isTrue, v1alpha1.ReasonFresh)
		},
		Entry("absent", sample.Absent, sample.CauseNoRow),
		Entry("absent, the source being gone", sample.Absent, sample.CauseSourceMissing),
		Entry("stale", sample.Stale, sample.CauseTimeout),
		Entry("implausible", sample.Implausible, sample.CauseNegative),
		Entry("not a number", sample.Implausible, sample.CauseNotANumber),
	)

	It("still scales up on numbers that are stale, since they are a lower bound", func() {
		w := newPoolWorld(1)
		w.seen.machine("chat", 0, 0, 35).quality("chat", sample.Stale, sample.CauseTooOld)
		run(w.r, w.pool)
		Expect(w.replicas()).To(BeNumerically(">=", 4))
	})

	It("leaves the workers alone when no queue names it", func() {
		w := newPoolWorld(7)
		remove(w.queue)
		run(w.r, w.pool)
		w.pass(time.Minute)
		Expect(w.replicas()).To(Equal(int32(7)))
		expect(w.pool, "MetricsFresh", isUnknown, v1alpha1.ReasonNotMeasured)
	})

	Describe("that must not write", func() {
		It("decides and reports in mode Recommend", func() {
			w := newPoolWorld(1, func(p *modtest.PoolWrapper) { p.Mode(v1alpha1.ModeRecommend) })
			w.seen.machine("chat", 0, 0, 35)
			run(w.r, w.pool)
			Expect(w.replicas()).To(Equal(int32(1)))
			Expect(w.pool.Status.Replicas.Wanted).To(BeNumerically(">=", 4))
			expect(w.pool, "ScaleControlled", isFalse, v1alpha1.ReasonRecommendOnly, "Recommend")
			Expect(w.records()).To(HaveLen(1))
			w.expectQuiet(func() { run(w.r, w.pool) })
		})

		It("writes status alone when the operator is read-only", func() {
			w := newPoolWorld(1)
			w.ReadOnly = true
			w.seen.machine("chat", 0, 0, 35)
			run(w.r, w.pool)
			Expect(w.direct.Writes()).To(Equal([]string{statusWrite}))
			Expect(w.replicas()).To(Equal(int32(1)))
			Expect(w.pool.Status.Decisions).To(BeEmpty())
			expect(w.pool, "ScaleControlled", isFalse, v1alpha1.ReasonRecommendOnly, "--read-only")
		})

		It("counts nobody as a rival whose scale it only recommends", func() {
			w := newPoolWorld(1, func(p *modtest.PoolWrapper) { p.Mode(v1alpha1.ModeRecommend) })
			w.create(autoscaler(w.ns))
			run(w.r, w.pool)
			expect(w.pool, "Ready", isTrue, v1alpha1.ReasonSucceeded)
			expect(w.pool, "ScaleControlled", isFalse, v1alpha1.ReasonRecommendOnly)
		})
	})

	Describe("whose target belongs to somebody else", func() {
		It("names the autoscaler and what made it, and recovers when it goes", func() {
			w := newPoolWorld(1)
			hpa := autoscaler(w.ns)
			w.create(hpa)
			w.seen.machine("chat", 0, 0, 35)
			run(w.r, w.pool)
			expect(w.pool, "Ready", isFalse, v1alpha1.ReasonTargetOwned, "HorizontalPodAutoscaler keda-hpa", "ScaledObject chat")
			expect(w.pool, "ScaleControlled", isFalse, v1alpha1.ReasonOwnedByHPA, "keda-hpa")
			Expect(w.replicas()).To(Equal(int32(1)))
			Expect(w.sent.Taken()).To(ContainElement(HavePrefix("Warning TargetOwned pool: ")))
			w.expectQuiet(func() { run(w.r, w.pool) })

			remove(hpa)
			run(w.r, w.pool)
			expect(w.pool, "Ready", isTrue, v1alpha1.ReasonSucceeded)
			Expect(w.replicas()).To(BeNumerically(">=", 4))
		})

		It("leaves the target to the older of two pools", func() {
			w := newPoolWorld(1)
			second := modtest.MakePool("second", w.ns).Target("apps/v1", "Deployment", "pool").Obj()
			w.create(second)
			w.seen.machine("chat", 0, 0, 35)
			run(w.r, second)
			expect(second, "Ready", isFalse, v1alpha1.ReasonTargetOwned, "ClassifierPool pool")
			expect(second, "ScaleControlled", isFalse, v1alpha1.ReasonOwnedByPool)
			run(w.r, w.pool)
			expect(w.pool, "Ready", isTrue, v1alpha1.ReasonSucceeded)
			Expect(w.replicas()).To(BeNumerically(">=", 4))
		})

		It("backs off from a target that somebody else keeps writing, and says who", func() {
			w := newPoolWorld(1)
			w.seen.machine("chat", 0, 0, 35)
			run(w.r, w.pool)
			wanted := w.replicas()
			for range 2 {
				w.argo(1)
				w.clock.Step(time.Minute)
				run(w.r, w.pool)
			}
			expect(w.pool, "ScaleControlled", isFalse, v1alpha1.ReasonScaleContested, "argocd-controller", "10m")
			expect(w.pool, "Ready", isTrue, v1alpha1.ReasonSucceeded)
			Expect(w.replicas()).To(Equal(int32(1)))
			Expect(w.sent.Taken()).To(ContainElement(HavePrefix("Warning ScaleContested pool: ")))

			w.pass(9 * time.Minute)
			Expect(w.replicas()).To(Equal(int32(1)), "it keeps off")
			w.pass(2 * time.Minute)
			Expect(w.replicas()).To(Equal(wanted), "and tries again")
			expect(w.pool, "ScaleControlled", isTrue, v1alpha1.ReasonControlled)
		})

		It("corrects a single foreign write", func() {
			w := newPoolWorld(1)
			w.seen.machine("chat", 0, 0, 35)
			run(w.r, w.pool)
			wanted := w.replicas()
			w.argo(1)
			w.clock.Step(5 * time.Second)
			run(w.r, w.pool)
			Expect(w.replicas()).To(Equal(wanted))
			expect(w.pool, "ScaleControlled", isTrue, v1alpha1.ReasonControlled)
		})
	})

	Describe("whose target cannot be scaled", func() {
		It("says that it is missing, and recovers when it is there", func() {
			w := newPoolWorld(3)
			remove(w.target)
			w.seen.machine("chat", 0, 0, 35)
			run(w.r, w.pool)
			expect(w.pool, "Ready", isFalse, v1alpha1.ReasonTargetNotFound, "Deployment pool")
			expect(w.pool, "ScaleControlled", isFalse, v1alpha1.ReasonTargetNotFound)
			Expect(w.pool.Status.Replicas).To(BeNil(), "not known is not zero")
			Expect(w.metric("modcap_pool_wanted_replicas")).To(BeEmpty(), "an HPA that follows it must not read 0")
			w.expectQuiet(func() { run(w.r, w.pool) })

			w.target = modtest.MakeDeployment("pool", w.ns, 1)
			w.create(w.target)
			run(w.r, w.pool)
			expect(w.pool, "Ready", isTrue, v1alpha1.ReasonSucceeded)
			Expect(w.replicas()).To(BeNumerically(">=", 4))
		})

		DescribeTable("says why",
			func(apiVersion, kind, name, reason string, words ...string) {
				w := newPoolWorld(1, func(p *modtest.PoolWrapper) { p.Target(apiVersion, kind, name) })
				w.create(&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: w.ns, Name: "settings"}})
				w.seen.machine("chat", 0, 0, 35)
				run(w.r, w.pool)
				expect(w.pool, "Ready", isFalse, reason, words...)
				Expect(w.direct.Writes()).NotTo(ContainElement(ContainSubstring("/scale")))
			},
			Entry("a kind that the cluster does not have", "example.dev/v1", "Widget", "pool",
				v1alpha1.ReasonTargetNotScalable, "no kind Widget in example.dev/v1"),
			Entry("a kind without scale", "v1", "ConfigMap", "settings", v1alpha1.ReasonTargetNotScalable, "no scale subresource"),
			Entry("a kind without scale, and no such object", "v1", "ConfigMap", "nothing", v1alpha1.ReasonTargetNotFound, "does not exist"),
		)
	})

	Describe("whose pods do not come", func() {
		It("counts them, and does not ask for ever more", func() {
			w := newPoolWorld(4)
			long := start.Add(-10 * time.Minute)
			w.create(
				modtest.MakePod("good", w.ns, "pool").Ready(long).Obj(),
				modtest.MakePod("homeless", w.ns, "pool").Unschedulable(long).Obj(),
				modtest.MakePod("crashing", w.ns, "pool").Failing("CrashLoopBackOff", long).Obj(),
				modtest.MakePod("pulling", w.ns, "pool").Failing("ImagePullBackOff", long).Obj(),
				modtest.MakePod("stranger", w.ns, "other").Ready(long).Obj(),
			)
			w.seen.machine("chat", 5000, 60, 80)
			run(w.r, w.pool)
			Expect(*w.pool.Status.Replicas).To(Equal(v1alpha1.PoolReplicas{Ready: 1, Current: 4, Wanted: 4, Unschedulable: 1, Failing: 2}))
			Expect(w.replicas()).To(Equal(int32(4)))
			Expect(w.pool.Status.Decision.Binding).To(Equal(string(capacity.RuleNotArriving)))
			expect(w.pool, "CapacitySufficient", isFalse, v1alpha1.ReasonWorkersNotComing)
			w.pass(time.Minute)
			Expect(w.replicas()).To(Equal(int32(4)))
		})

		It("asks for more while they may still come", func() {
			w := newPoolWorld(2)
			w.create(
				modtest.MakePod("good", w.ns, "pool").Ready(start.Add(-time.Hour)).Obj(),
				modtest.MakePod("homeless", w.ns, "pool").Unschedulable(start.Add(-10*time.Second)).Obj(),
			)
			w.seen.machine("chat", 0, 0, 80)
			run(w.r, w.pool)
			Expect(w.replicas()).To(BeNumerically(">", 2))
		})
	})

	Describe("over time", func() {
		It("records a decision when replicas or the binding rule change, replayable to the byte", func() {
			w := newPoolWorld(1)
			// An override to come, whose start is sooner than the next look.
			w.create(modtest.MakeOverride("later", w.ns).Floor(9).From(start.Add(2 * time.Second)).Until(start.Add(time.Hour)).Obj())
			w.seen.machine("chat", 0, 0, 35)
			result := run(w.r, w.pool)
			Expect(result.RequeueAfter).To(Equal(2*time.Second), "it looks again when the override begins")
			run(w.r, w.pool)
			Expect(w.records()).To(HaveLen(1), "the same decision is recorded once")
			w.pass(10 * time.Second)
			Expect(w.replicas()).To(Equal(int32(9)))
			Expect(w.records()).To(HaveLen(3), "raised by the floor, then kept for a while by themselves")
			for _, rec := range w.records() {
				result, err := rec.Again()
				Expect(err).NotTo(HaveOccurred())
				Expect(result.Same).To(BeTrue(), "%+v", result)
			}
		})

		It("keeps the latest 64 decisions", func() {
			w := newPoolWorld(1)
			for i := range 66 {
				w.seen.machine("chat", 0, 0, float64(50+150*(i%2))) // cut by the maximum now and then
				w.pass(5 * time.Second)
			}
			records := w.records()
			Expect(records).To(HaveLen(64))
			Expect(records[63].At.Time()).To(BeTemporally(">", records[0].At.Time()))
		})

		It("records a decision whose recording failed at first, and still tells of the scale it wrote", func() {
			w := newPoolWorld(1)
			w.seen.machine("chat", 0, 0, 35)
			w.direct.KillAfter(1)
			_, err := w.r.Reconcile(ctx, requestFor(w.pool))
			Expect(err).To(MatchError(modtest.ErrKilled))
			w.direct.KillAfter(-1)
			Expect(w.replicas()).To(BeNumerically(">=", 4))
			run(w.r, w.pool)
			Expect(w.records()).To(HaveLen(1))
			Expect(w.sent.Taken()).To(ContainElement(HavePrefix("Normal ScaledUp pool")))
		})

		It("ends in the same state after a kill before any of its writes", func() {
			var want []string
			for kill := range 4 { // the last goes through undisturbed
				w := newPoolWorld(1)
				w.seen.machine("chat", 20, 2, 35)
				w.direct.KillAfter(kill)
				_, err := w.r.Reconcile(ctx, requestFor(w.pool))
				if kill < 3 {
					Expect(err).To(MatchError(modtest.ErrKilled))
				}
				w.direct.KillAfter(-1)
				w.restart()
				run(w.r, w.pool)
				s, records := w.pool.Status, w.records()
				Expect(records).NotTo(BeEmpty(), "killed after %d", kill)
				state := []string{
					fmt.Sprint(w.replicas(), s.Replicas.Wanted), s.Decision.Binding, fmt.Sprint(records[len(records)-1].Replicas),
				}
				if kill == 0 {
					want = state
				}
				Expect(state).To(Equal(want), "killed after %d", kill)
				expect(w.pool, "Ready", isTrue, v1alpha1.ReasonSucceeded)
				expect(w.pool, "ScaleControlled", isTrue, v1alpha1.ReasonControlled)
			}
		})

		It("changes and writes nothing because of a restart", func() {
			w := newPoolWorld(1)
			w.seen.machine("chat", 20, 2, 35)
			w.pass(time.Minute)
			wanted := w.replicas()
			w.restart()
			w.direct.Writes()
			run(w.r, w.pool)
			Expect(w.direct.Writes()).To(BeEmpty())
			Expect(w.replicas()).To(Equal(wanted))
		})

		It("does not scale down for a window after a restart", func() {
			w := newPoolWorld(8, func(p *modtest.PoolWrapper) { p.Stabilization("5m") })
			w.seen.machine("chat", 0, 0, 5)
			w.pass(4 * time.Minute)
			w.restart()
			w.pass(4 * time.Minute)
			Expect(w.replicas()).To(Equal(int32(8)))
			w.pass(2 * time.Minute)
			Expect(w.replicas()).To(BeNumerically("<", 8))
		})

		It("moves its bounds by schedule, and shows now and next", func() {
			w := newPoolWorld(1, func(p *modtest.PoolWrapper) {
				p.Schedule(modtest.MakeSchedule("morning", "09:00", "11:00", 4, 6))
			})
			w.seen.machine("chat", 0, 0, 1)
			run(w.r, w.pool)
			Expect(w.replicas()).To(Equal(int32(4)))
			Expect(*w.pool.Status.Bounds).To(And(HaveField("Min", int32(4)), HaveField("Max", int32(6)), HaveField("From", "morning")))
			Expect(w.pool.Status.Bounds.Next.At.Time).To(BeTemporally("==", time.Date(2026, 11, 2, 11, 0, 0, 0, time.UTC)))
			Expect(w.pool.Status.Bounds.Next.Min).To(Equal(int32(1)))
			w.seen.machine("chat", 0, 0, 90)
			w.pass(time.Minute)
			Expect(w.replicas()).To(Equal(int32(6)))
			w.clock.SetTime(time.Date(2026, 11, 2, 11, 0, 1, 0, time.UTC))
			run(w.r, w.pool)
			Expect(w.replicas()).To(BeNumerically(">", 6))
			Expect(*w.pool.Status.Bounds).To(And(HaveField("Min", int32(1)), HaveField("Max", int32(10)), HaveField("From", "")))
		})

		It("learns throughput and startup, and keeps them over a restart", func() {
			w := newPoolWorld(2, func(p *modtest.PoolWrapper) { p.Learn() })
			w.create(modtest.MakePod("a", w.ns, "pool").Ready(start).Obj(), modtest.MakePod("b", w.ns, "pool").Ready(start).Obj())
			w.seen.machine("chat", 9000, 20, 30).set("completed", "chat", 24)
			w.pass(time.Minute)
			Expect(w.pool.Status.Learned).To(HaveValue(HaveField("ItemsPerSecond", "12")))
			w.restart()
			w.seen.machine("chat", 0, 0, 30)
			run(w.r, w.pool)
			Expect(w.pool.Status.Learned).To(HaveValue(HaveField("ItemsPerSecond", "12")))
		})
	})

	Describe("under an override", func() {
		It("keeps a floor until it ends", func() {
			w := newPoolWorld(1)
			w.create(modtest.MakeOverride("launch", w.ns).Floor(6).Until(start.Add(time.Minute)).Obj())
			w.seen.machine("chat", 0, 0, 1)
			run(w.r, w.pool)
			Expect(w.replicas()).To(Equal(int32(6)))
			Expect(w.pool.Status.Decision.Binding).To(Equal(string(capacity.RuleFloor)))
			w.pass(2 * time.Minute)
			Expect(w.replicas()).To(Equal(int32(1)))
		})

		It("keeps a ceiling until it ends", func() {
			w := newPoolWorld(1)
			w.create(modtest.MakeOverride("budget", w.ns).Ceiling(2).Until(start.Add(time.Minute)).Obj())
			w.seen.machine("chat", 0, 0, 80)
			run(w.r, w.pool)
			Expect(w.replicas()).To(Equal(int32(2)))
			expect(w.pool, "CapacitySufficient", isFalse, v1alpha1.ReasonAtMaximum)
			w.pass(70 * time.Second)
			Expect(w.replicas()).To(BeNumerically(">=", 8))
		})

		It("leaves the replicas to people while paused, and takes them back quietly", func() {
			w := newPoolWorld(3)
			w.create(modtest.MakeOverride("incident", w.ns).By("ana").Reason("bad model").Until(start.Add(5 * time.Minute)).Obj())
			w.seen.machine("chat", 0, 0, 80)
			run(w.r, w.pool)
			Expect(w.replicas()).To(Equal(int32(3)))
			expect(w.pool, "ScaleControlled", isFalse, v1alpha1.ReasonPaused, "incident", "ana", "bad model")
			for _, n := range []int32{5, 2} { // by hand, which is what a pause is for
				w.argo(n)
				w.pass(10 * time.Second)
				Expect(w.replicas()).To(Equal(n))
				expect(w.pool, "ScaleControlled", isFalse, v1alpha1.ReasonPaused)
			}
			w.pass(5 * time.Minute)
			Expect(w.replicas()).To(BeNumerically(">=", 8))
			expect(w.pool, "ScaleControlled", isTrue, v1alpha1.ReasonControlled)
		})

		It("takes no notice of one that is over, is for another pool, or has not begun", func() {
			w := newPoolWorld(1)
			w.create(
				modtest.MakeOverride("over", w.ns).Floor(9).From(start.Add(-2*time.Hour)).Until(start.Add(-time.Hour)).Obj(),
				modtest.MakeOverride("other", w.ns).Floor(9).Pool("other").Obj(),
				modtest.MakeOverride("to-come", w.ns).Floor(9).From(start.Add(time.Hour)).Obj(),
			)
			w.seen.machine("chat", 0, 0, 1)
			run(w.r, w.pool)
			Expect(w.replicas()).To(Equal(int32(1)))
		})
	})

	It("leaves the workers as they are when it is deleted, and forgets what it said", func() {
		w := newPoolWorld(5)
		w.seen.machine("chat", 0, 0, 35)
		run(w.r, w.pool)
		at := w.replicas()
		w.direct.Writes()
		remove(w.pool)
		_, err := w.r.Reconcile(ctx, requestFor(w.pool))
		Expect(err).NotTo(HaveOccurred())
		Expect(w.direct.Writes()).To(BeEmpty())
		Expect(w.replicas()).To(Equal(at))
		_, told := w.Facts.Pools.Get(client.ObjectKeyFromObject(w.queue))
		Expect(told).To(BeFalse())
		Expect(w.metric("modcap_pool_wanted_replicas")).To(BeEmpty())
	})

	It("says what is wrong in a spec that only code can tell", func() {
		w := newPoolWorld(2, func(p *modtest.PoolWrapper) {
			s := modtest.MakeSchedule("night", "22:00", "06:00", 1, 2)
			s.TimeZone = "Mars/Olympus"
			p.Schedule(s)
		})
		w.seen.machine("chat", 0, 0, 80)
		run(w.r, w.pool)
		expect(w.pool, "Stalled", isTrue, v1alpha1.ReasonInvalidSpec, "schedules[night]", "Mars/Olympus")
		Expect(w.replicas()).To(Equal(int32(2)))
		edit(w.pool, func(p *v1alpha1.ClassifierPool) { p.Spec.Schedules = nil })
		run(w.r, w.pool)
		expectNone(w.pool, "Stalled")
		expect(w.pool, "Ready", isTrue, v1alpha1.ReasonSucceeded)
	})
})

// autoscaler is one that KEDA made for the target.
func autoscaler(ns string) *autoscalingv2.HorizontalPodAutoscaler {
	return &autoscalingv2.HorizontalPodAutoscaler{
		ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "keda-hpa", OwnerReferences: []metav1.OwnerReference{{
			APIVersion: "keda.sh/v1alpha1", Kind: "ScaledObject", Name: "chat", UID: "1", Controller: ptr.To(true),
		}}},
		Spec: autoscalingv2.HorizontalPodAutoscalerSpec{
			ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{APIVersion: "apps/v1", Kind: "Deployment", Name: "pool"}, MaxReplicas: 5,
		},
	}
}
