package controllers_test

import (
	"context"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/prometheus/client_golang/prometheus"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/events"
	"github.com/modcap/modcap/internal/facts"
	"github.com/modcap/modcap/internal/metrics"
	"github.com/modcap/modcap/internal/report"
	modtest "github.com/modcap/modcap/internal/testing"
)

// env is the one API server of this test binary.
var env *modtest.Env

func TestControllers(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Controllers")
}

var _ = BeforeSuite(func() {
	logf.SetLogger(GinkgoLogr)
	started, err := modtest.StartEnv()
	Expect(err).NotTo(HaveOccurred())
	env = started
})

var _ = AfterSuite(func() {
	if env != nil {
		Expect(env.Stop()).To(Succeed())
	}
})

var ctx = context.Background()

// start is a Monday morning at which every test begins.
var start = time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)

// world is a namespace of its own, with what every reconciler is given: a client
// without a cache, a clock and observed numbers that the test sets.
type world struct {
	*base.Env
	ns     string
	direct *modtest.Client
	clock  *clocktesting.FakeClock
	seen   *readings
	sent   *modtest.Events
	gather prometheus.Gatherer
}

func newWorld() *world {
	GinkgoHelper()
	direct, err := env.DirectClient()
	Expect(err).NotTo(HaveOccurred())
	Expect(base.Index(ctx, direct)).To(Succeed())
	w := &world{
		ns: env.Namespace(GinkgoTB()), direct: direct, clock: clocktesting.NewFakeClock(start), seen: newReadings(), sent: &modtest.Events{},
	}
	w.restart()
	return w
}

// restart is what a new process knows: nothing.
func (w *world) restart() {
	registry := prometheus.NewRegistry()
	m := metrics.New(registry)
	w.gather = registry
	recorder := events.NewRecorder(w.sent, w.clock)
	w.Env = &base.Env{
		Client: w.direct, APIReader: w.direct, Clock: w.clock, Events: recorder, Metrics: m,
		Status:   report.NewWriter(w.direct, w.clock, report.NewBudget(1000), recorder, m),
		Facts:    facts.NewBoard(facts.Notify{}),
		Readings: w.seen, RegimeMaps: w.direct, Namespace: "modcap-system",
	}
}

// create makes objects as a user would, and writes the status of pods as a kubelet would.
func (w *world) create(objects ...client.Object) {
	GinkgoHelper()
	for _, o := range objects {
		want := o.DeepCopyObject()
		Expect(env.Client.Create(ctx, o)).To(Succeed())
		if pod, ok := o.(*corev1.Pod); ok {
			pod.Status = want.(*corev1.Pod).Status
			Expect(env.Client.Status().Update(ctx, pod)).To(Succeed())
		}
	}
}

func requestFor(obj client.Object) reconcile.Request {
	return reconcile.Request{NamespacedName: client.ObjectKeyFromObject(obj)}
}

// metric is the values of a metric of the operator, of all its series.
func (w *world) metric(name string) []float64 {
	GinkgoHelper()
	families, err := w.gather.Gather()
	Expect(err).NotTo(HaveOccurred())
	var out []float64
	for _, f := range families {
		if f.GetName() != name {
			continue
		}
		for _, m := range f.GetMetric() {
			out = append(out, m.GetGauge().GetValue()+m.GetCounter().GetValue())
		}
	}
	return out
}

// edit changes an object as a user would.
func edit[T client.Object](obj T, change func(T), opts ...client.UpdateOption) {
	GinkgoHelper()
	Expect(env.Client.Get(ctx, client.ObjectKeyFromObject(obj), obj)).To(Succeed())
	change(obj)
	Expect(env.Client.Update(ctx, obj, opts...)).To(Succeed())
}

func remove(obj client.Object) {
	GinkgoHelper()
	Expect(env.Client.Delete(ctx, obj)).To(Succeed())
}

// run drives one reconcile of the object, reads it anew and checks its status.
func run(r reconcile.Reconciler, obj client.Object) reconcile.Result {
	GinkgoHelper()
	result, err := r.Reconcile(ctx, requestFor(obj))
	Expect(err).NotTo(HaveOccurred())
	refresh(obj)
	Expect(modtest.CheckStatus(obj)).To(Succeed())
	return result
}

func refresh(obj client.Object) {
	GinkgoHelper()
	Expect(env.Client.Get(ctx, client.ObjectKeyFromObject(obj), obj)).To(Succeed())
}

// expect checks a condition: its status, its reason, and words of its message.
func expect(obj client.Object, kind string, is metav1.ConditionStatus, reason string, words ...string) {
	GinkgoHelper()
	c := meta.FindStatusCondition(modtest.Common(obj).Conditions, kind)
	Expect(c).NotTo(BeNil(), "%s in %v", kind, modtest.Common(obj).Conditions)
	Expect(*c).To(And(HaveField("Status", is), HaveField("Reason", reason)))
	for _, w := range words {
		Expect(c.Message).To(ContainSubstring(w))
	}
}

func expectNone(obj client.Object, kinds ...string) {
	GinkgoHelper()
	for _, k := range kinds {
		Expect(meta.FindStatusCondition(modtest.Common(obj).Conditions, k)).To(BeNil(), k)
	}
}

// expectQuiet drives reconciles with the same input, now and some time on, and
// expects that they write nothing.
func (w *world) expectQuiet(reconcile func()) {
	GinkgoHelper()
	for range 2 { // what was put off by the pace of numbers
		reconcile()
		w.clock.Step(35 * time.Second)
	}
	reconcile()
	w.direct.Writes()
	for range 3 {
		reconcile()
		Expect(w.direct.Writes()).To(BeEmpty())
		w.clock.Step(35 * time.Second)
		reconcile()
		Expect(w.direct.Writes()).To(BeEmpty())
	}
}

const (
	isTrue    = metav1.ConditionTrue
	isFalse   = metav1.ConditionFalse
	isUnknown = metav1.ConditionUnknown
)
