package controllers_test

import (
	"context"
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/pool"
	"github.com/modcap/modcap/internal/sample"
	modtest "github.com/modcap/modcap/internal/testing"
)

const (
	costKey  = corev1.PodDeletionCost
	untilKey = "modcap.dev/drain-until"
	sinceKey = "modcap.dev/drain-since"
	hadKey   = "modcap.dev/deletion-cost-before"
)

// drainWorld is a pool of so many workers, named a, b, c and so on, that drains for at
// most 30 s. Its bounds are the replicas that it has, until a test lowers them.
type drainWorld struct {
	*poolWorld
	names []string
}

func newDrainWorld(inFlight ...float64) *drainWorld {
	GinkgoHelper()
	n := int32(len(inFlight))
	w := &drainWorld{poolWorld: newPoolWorld(n, func(p *modtest.PoolWrapper) { p.Drain("platform", "30s").Replicas(n, n) })}
	w.seen.machine("chat", 0, 0, 1)
	for i, holds := range inFlight {
		name := string(rune('a' + i))
		w.names = append(w.names, name)
		w.create(modtest.MakePod(name, w.ns, "pool").On("node").Ready(start.Add(-time.Hour)).Obj())
		w.seen.set("inflight", name, holds)
	}
	run(w.r, w.pool)
	w.direct.Writes()
	return w
}

// want sets the bounds so that n replicas are wanted.
func (w *drainWorld) want(n int32) {
	GinkgoHelper()
	edit(w.pool, func(p *v1alpha1.ClassifierPool) { p.Spec.Replicas = v1alpha1.ReplicaBounds{Min: max(n, 0), Max: n} })
}

// look drives one reconcile, a second later.
func (w *drainWorld) look() {
	GinkgoHelper()
	w.clock.Step(time.Second)
	run(w.r, w.pool)
}

func (w *drainWorld) pod(name string) *corev1.Pod {
	GinkgoHelper()
	p := &corev1.Pod{}
	Expect(env.Client.Get(ctx, client.ObjectKey{Namespace: w.ns, Name: name}, p)).To(Succeed())
	return p
}

// marked are the names of the pods that carry a mark.
func (w *drainWorld) marked() (names []string) {
	GinkgoHelper()
	var list corev1.PodList
	Expect(env.Client.List(ctx, &list, client.InNamespace(w.ns))).To(Succeed())
	for i := range list.Items {
		a := list.Items[i].Annotations
		Expect(a[untilKey] != "").To(Equal(a[sinceKey] != ""))
		if a[untilKey] != "" {
			Expect(a[costKey]).To(Equal("-2147483648"))
			names = append(names, list.Items[i].Name)
		}
	}
	return names
}

// taken is what the ReplicaSet controller does.
func (w *drainWorld) taken(names ...string) {
	GinkgoHelper()
	for _, n := range names {
		Expect(env.Client.Delete(ctx, w.pod(n), client.GracePeriodSeconds(0))).To(Succeed())
	}
}

func podWrites(names ...string) (out []string) {
	for _, n := range names {
		out = append(out, "patch Pod "+n)
	}
	return out
}

var _ = Describe("A ClassifierPool that drains", func() {
	It("marks the idle, waits until they are seen idle after that, and lowers the scale", func() {
		w := newDrainWorld(2, 0, 1, 0)
		w.want(2)
		w.look()
		Expect(w.direct.Writes()).To(ContainElements(podWrites("b", "d")))
		Expect(w.marked()).To(Equal([]string{"b", "d"}))
		Expect(w.replicas()).To(Equal(int32(4)))
		until := metav1.NewTime(start.Add(31 * time.Second)).Rfc3339Copy()
		Expect(w.pool.Status.Drain).To(HaveValue(Equal(v1alpha1.DrainStatus{Replicas: 2, Pods: 2, Until: metav1.NewTime(until.Local())})))
		expect(w.pool, "ScaleControlled", isTrue, v1alpha1.ReasonDraining, "to 2 replicas", "2026-11-02T10:00:31Z")
		expect(w.pool, "Ready", isTrue, v1alpha1.ReasonSucceeded)

		w.look()
		Expect(w.replicas()).To(Equal(int32(2)))
		Expect(w.marked()).To(Equal([]string{"b", "d"}), "until they are gone")
		Expect(w.pool.Status.Drain).To(BeNil())
		expect(w.pool, "ScaleControlled", isTrue, v1alpha1.ReasonControlled)
		Expect(w.sent.Taken()).To(And(ContainElement(HavePrefix("Normal ScaledDown pool: Deployment pool from 4 to 2")),
			Not(ContainElement(ContainSubstring("DrainWaitOver")))))
		w.look()
		Expect(w.marked()).To(Equal([]string{"b", "d"}), "the ReplicaSet controller is slow")
		w.taken("b", "d")
		w.pass(2 * time.Minute)
		w.expectQuiet(func() { run(w.r, w.pool) })
	})

	It("goes on when the wait is over, and says how many were busy", func() {
		w := newDrainWorld(2, 5, 1)
		w.seen.setSample("inflight", "a", sample.Missing(sample.CauseNoRow))
		w.want(1)
		w.look()
		Expect(w.marked()).To(Equal([]string{"b", "c"}), "the number of a is missing: it is the busiest")
		w.seen.setSample("inflight", "c", sample.Sample{Quality: sample.Stale, Cause: sample.CauseTimeout})
		for range 12 { // the engine's own window ends within
			w.look()
		}
		w.direct.Writes()
		for range 16 {
			w.look()
		}
		Expect(w.direct.Writes()).To(BeEmpty(), "while it waits and nothing changes")
		result := run(w.r, w.pool)
		Expect(result.RequeueAfter).To(BeNumerically("<=", 2*time.Second), "it looks again when the wait is over")
		Expect(w.replicas()).To(Equal(int32(3)))
		w.look()
		w.look()
		Expect(w.replicas()).To(Equal(int32(1)))
		Expect(w.sent.Taken()).To(ContainElement(And(HavePrefix("Normal DrainWaitOver pool: "),
			ContainSubstring("2 workers"), ContainSubstring("1 still hold items, of 1 it is not known (Timeout)"))))
	})

	It("does not begin the wait anew when the operator restarts", func() {
		w := newDrainWorld(1, 1, 1)
		w.want(1)
		w.look()
		for range 3 {
			w.clock.Step(9 * time.Second)
			w.restart()
			run(w.r, w.pool)
			Expect(w.replicas()).To(Equal(int32(3)))
			Expect(w.pool.Status.Drain.Until.Time).To(BeTemporally("==", start.Add(31*time.Second)))
		}
		w.clock.Step(3 * time.Second)
		w.restart()
		run(w.r, w.pool)
		Expect(w.replicas()).To(Equal(int32(1)))
	})

	It("takes the marks off, and gives back a cost that somebody else gave, when the need rises again", func() {
		w := newDrainWorld(1, 1, 1)
		w.create(modtest.MakePod("own", w.ns, "pool").On("node").Annotate(costKey, "-5").Ready(start).Obj())
		w.want(1)
		edit(w.target, func(d *appsv1.Deployment) { n := int32(4); d.Spec.Replicas = &n })
		w.look()
		Expect(w.marked()).To(HaveLen(3))
		Expect(w.pod("own").Annotations).To(And(HaveKeyWithValue(hadKey, "-5"), HaveKey(untilKey)))
		w.want(3)
		w.look()
		Expect(w.marked()).To(Equal([]string{"own"}), "the cost that it had makes it the first to go")
		Expect(w.pool.Status.Drain).To(HaveValue(HaveField("Replicas", int32(3))))
		w.want(4)
		w.look()
		Expect(w.marked()).To(BeEmpty())
		Expect(w.pod("own").Annotations).To(Equal(map[string]string{costKey: "-5"}))
		Expect(w.pod("a").Annotations).To(BeEmpty())
		Expect(w.pool.Status.Drain).To(BeNil())
		Expect(w.replicas()).To(Equal(int32(4)))
		w.pass(2 * time.Minute)
		w.expectQuiet(func() { run(w.r, w.pool) })
	})

	DescribeTable("takes the marks off when",
		func(change func(*drainWorld)) {
			w := newDrainWorld(1, 1, 1)
			w.want(1)
			w.look()
			Expect(w.marked()).To(HaveLen(2))
			change(w)
			w.look()
			Expect(w.marked()).To(BeEmpty())
			Expect(w.pool.Status.Drain).To(BeNil())
			w.expectQuiet(func() { run(w.r, w.pool) })
		},
		Entry("the pool only recommends", func(w *drainWorld) {
			edit(w.pool, func(p *v1alpha1.ClassifierPool) { p.Spec.Mode = v1alpha1.ModeRecommend })
		}),
		Entry("it does not drain any more", func(w *drainWorld) {
			edit(w.pool, func(p *v1alpha1.ClassifierPool) { p.Spec.ScaleDown.Drain = nil })
		}),
		Entry("it is paused", func(w *drainWorld) { w.create(modtest.MakeOverride("hold", w.ns).Until(start.Add(time.Hour)).Obj()) }),
		Entry("an autoscaler takes the target", func(w *drainWorld) { w.create(autoscaler(w.ns)) }),
		Entry("the workload rolls out", func(w *drainWorld) {
			for i, hash := range []string{"old", "new"} {
				p := modtest.MakePod("r"+hash, w.ns, "pool").On("node").Ready(start).Obj()
				p.Labels["pod-template-hash"] = hash
				w.create(p)
				w.seen.set("inflight", p.Name, float64(i))
			}
		}),
	)

	It("writes no pod when the operator is read-only", func() {
		w := newDrainWorld(1, 1)
		w.ReadOnly = true
		w.want(1)
		w.look()
		Expect(w.direct.Writes()).To(Equal([]string{statusWrite}))
	})

	It("does not wait, and says why, when it may not mark pods", func() {
		w := newDrainWorld(1, 1)
		w.Client = interceptor.NewClient(w.direct, interceptor.Funcs{
			Patch: func(_ context.Context, _ client.WithWatch, obj client.Object, _ client.Patch, _ ...client.PatchOption) error {
				return apierrors.NewForbidden(schema.GroupResource{Resource: "pods"}, obj.GetName(), nil)
			},
		})
		w.want(1)
		w.look()
		Expect(w.replicas()).To(Equal(int32(1)))
		expect(w.pool, "ScaleControlled", isTrue, v1alpha1.ReasonControlled, "do not wait", "may not patch pods")
	})

	It("ends in the same state after a kill before any of its writes", func() {
		for kill := range 6 {
			w := newDrainWorld(0, 0, 1, 1)
			w.want(2)
			w.direct.KillAfter(kill)
			for range 2 {
				w.clock.Step(time.Second)
				_, err := w.r.Reconcile(ctx, requestFor(w.pool))
				Expect(err).To(Or(Not(HaveOccurred()), MatchError(modtest.ErrKilled)))
			}
			w.direct.KillAfter(-1)
			w.restart()
			w.look()
			w.look()
			Expect(w.replicas()).To(Equal(int32(2)), "killed after %d", kill)
			Expect(w.marked()).To(Equal([]string{"a", "b"}), "killed after %d", kill)
			w.taken("a", "b")
			w.look()
			Expect(w.pool.Status.Drain).To(BeNil())
		}
	})

	It("marks a few pods at a time, and lowers the scale when all are idle", func() {
		w := newDrainWorld(9)
		for i := range 60 {
			name := fmt.Sprintf("p%02d", i)
			w.create(modtest.MakePod(name, w.ns, "pool").On("node").Ready(start).Obj())
			w.seen.set("inflight", name, 0)
		}
		edit(w.target, func(d *appsv1.Deployment) { n := int32(61); d.Spec.Replicas = &n })
		w.want(1)
		w.look()
		Expect(w.marked()).To(HaveLen(50))
		w.look()
		Expect(w.marked()).To(HaveLen(60))
		Expect(w.replicas()).To(Equal(int32(61)))
		w.look()
		Expect(w.replicas()).To(Equal(int32(1)))
	})

	It("waits for the highest ordinals of a StatefulSet, which are those that go", func() {
		w := newPoolWorld(1, func(p *modtest.PoolWrapper) {
			p.Drain("platform", "30s").Target("apps/v1", "StatefulSet", "pool").Replicas(2, 2)
		})
		like := modtest.MakeDeployment("pool", w.ns, 3).Spec
		w.create(&appsv1.StatefulSet{
			ObjectMeta: metav1.ObjectMeta{Namespace: w.ns, Name: "pool"},
			Spec:       appsv1.StatefulSetSpec{Replicas: like.Replicas, Selector: like.Selector, Template: like.Template},
		})
		for i, name := range []string{"pool-0", "pool-2", "pool-10"} {
			w.create(modtest.MakePod(name, w.ns, "pool").On("node").Ready(start.Add(-time.Hour)).Obj())
			w.seen.set("inflight", name, float64(i))
		}
		w.seen.machine("chat", 0, 0, 1)
		run(w.r, w.pool)
		Expect((&drainWorld{poolWorld: w}).marked()).To(Equal([]string{"pool-10"}))
		w.seen.set("inflight", "pool-10", 0)
		w.clock.Step(time.Second)
		run(w.r, w.pool)
		Expect(w.direct.Writes()).To(ContainElement("update StatefulSet/scale pool"))
	})

	It("is marked as workers and the cache know it", func() {
		Expect(pool.DrainUntil).To(Equal(untilKey))
	})
})
