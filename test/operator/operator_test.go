package operator

import (
	"fmt"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/config"
	modtest "github.com/modcap/modcap/internal/testing"
)

// platform is a namespace with one of each kind: two queues, of machines and
// people, on one pool, and who reviews.
type platform struct {
	ns       string
	prom     *prom
	source   *v1alpha1.MetricSource
	pool     *v1alpha1.ClassifierPool
	queues   []*v1alpha1.ModerationQueue
	policy   *v1alpha1.ModerationPolicy
	team     *v1alpha1.ReviewTeam
	target   *v1alpha1.StaffingTarget
	override *v1alpha1.CapacityOverride
	workers  *appsv1.Deployment
}

func newPlatform() *platform {
	GinkgoHelper()
	p := &platform{ns: env.Namespace(GinkgoTB()), prom: newProm()}
	DeferCleanup(p.prom.Close)
	p.source = modtest.MakeSource("source", p.ns).URL(p.prom.URL).Interval("1s").Timeout("1s").Obj()
	for i := range p.source.Spec.Series {
		p.source.Spec.Series[i].MaxAge = "3s"
	}
	p.pool = modtest.MakePool("pool", p.ns).Replicas(1, 50).Obj()
	p.policy = modtest.MakePolicy("policy", p.ns).Obj()
	for _, name := range []string{"chat", "comments"} {
		p.queues = append(p.queues, modtest.MakeQueue(name, p.ns).Label("plan", "plan").Markets(map[string]v1alpha1.Market{"chat": "BR", "comments": "MX"}[name]).
			Languages("en").Policy("policy").Review(modtest.MakeReview("hate").MatchLabels(map[string]v1alpha1.LabelValue{"queue": v1alpha1.LabelValue(name + "-review")})).Obj())
		p.prom.set(name, 10, 1)
		p.prom.flow(name, 20)
		p.prom.set(name+"-review", 2, 5)
		p.prom.flow(name+"-review", 0.05)
	}
	// One shift around the clock but for a minute: no edge of it is near.
	p.team = modtest.MakeTeam("team", p.ns).Label("plan", "plan").Measured().Shifts(modtest.MakeShift("all", "00:00", "23:59", 20)).Obj()
	m := p.team.Spec.Metrics
	m.SourceRef.Name, m.Present.Series, m.Handling = "source", "backlog", nil
	p.prom.set("team", present, 0)
	p.target = modtest.MakeTarget("plan", p.ns).Obj()
	p.override = modtest.MakeOverride("cap", p.ns).Ceiling(40).Obj()
	p.workers = modtest.MakeDeployment("pool", p.ns, 1)
	return p
}

// objects that have a status of modcap's.
func (p *platform) objects() []client.Object {
	out := []client.Object{p.source, p.pool, p.policy, p.team, p.target, p.override}
	for _, q := range p.queues {
		out = append(out, q)
	}
	return out
}

// ready is how many workers are there, present how many people.
const (
	ready   = 12
	present = 18
)

// apply makes everything, the queues before what they refer to, as a GitOps tool may.
func (p *platform) apply() *platform {
	GinkgoHelper()
	objects := p.objects()
	for i := range objects {
		Expect(env.Client.Create(ctx, objects[len(objects)-1-i])).To(Succeed())
	}
	Expect(env.Client.Create(ctx, p.workers)).To(Succeed())
	for i := range ready { // nobody else makes pods here
		pod := modtest.MakePod(fmt.Sprintf("worker-%d", i), p.ns, p.workers.Name).Ready(time.Now()).Obj()
		status := pod.Status
		Expect(env.Client.Create(ctx, pod)).To(Succeed())
		pod.Status = status
		Expect(env.Client.Status().Update(ctx, pod)).To(Succeed())
	}
	return p
}

func (p *platform) replicas(g Gomega) int32 {
	g.Expect(env.Client.Get(ctx, client.ObjectKeyFromObject(p.workers), p.workers)).To(Succeed())
	return *p.workers.Spec.Replicas
}

// expectSettled waits until every object is Ready by kstatus, and the workers are
// what the numbers ask for.
func (p *platform) expectSettled(wanted int32) {
	GinkgoHelper()
	Eventually(func(g Gomega) {
		for _, o := range p.objects() {
			g.Expect(env.Client.Get(ctx, client.ObjectKeyFromObject(o), o)).To(Succeed())
			s := modtest.Common(o)
			g.Expect(modtest.CheckStatus(o)).To(Succeed(), "%T %s", o, o.GetName())
			g.Expect(meta.IsStatusConditionTrue(s.Conditions, "Ready")).To(BeTrue(), "%T %s: %v", o, o.GetName(), s.Conditions)
		}
		g.Expect(p.replicas(g)).To(BeNumerically(">=", wanted))
	}).WithTimeout(time.Minute).WithPolling(200 * time.Millisecond).Should(Succeed())
}

func (p *platform) condition(g Gomega, o client.Object, kind string) metav1.Condition {
	g.Expect(env.Client.Get(ctx, client.ObjectKeyFromObject(o), o)).To(Succeed())
	c := meta.FindStatusCondition(modtest.Common(o).Conditions, kind)
	g.Expect(c).NotTo(BeNil())
	return *c
}

// documents are the contents of the routing ConfigMaps by name.
func (p *platform) documents(g Gomega) map[string]string {
	var list corev1.ConfigMapList
	g.Expect(env.Client.List(ctx, &list, client.InNamespace(p.ns), client.HasLabels{v1.SurfaceLabel})).To(Succeed())
	out := map[string]string{}
	for _, m := range list.Items {
		for _, text := range m.Data {
			out[m.Name] = text
		}
	}
	return out
}

func startOperator(changes ...func(*config.Config)) *operator {
	GinkgoHelper()
	o, err := start(changes...)
	Expect(err).NotTo(HaveOccurred())
	return o
}

var _ = Describe("The operator", Ordered, func() {
	var (
		o *operator
		p *platform
	)
	BeforeAll(func() {
		p = newPlatform().apply()
		o = startOperator()
	})
	AfterAll(func() { Expect(o.stop()).To(Succeed()) })

	It("brings everything to Ready: scaled, routed, planned", func() {
		p.expectSettled(4)
		Eventually(func(g Gomega) {
			for _, q := range p.queues {
				for _, kind := range []string{"MetricsFresh", "CapacitySufficient", "Routed", "Staffed"} {
					g.Expect(p.condition(g, q, kind)).To(HaveField("Status", metav1.ConditionTrue), kind)
				}
				g.Expect(*q.Status.Summary).To(And(HaveField("Promise", Not(BeEmpty())), HaveField("Workers", HavePrefix("12/")), HaveField("Metrics", "Fresh")))
				g.Expect(p.documents(g)).To(HaveKey(q.Status.Routing.Document))
			}
		}).WithTimeout(time.Minute).Should(Succeed())
	})

	It("writes nothing but the Lease while its input is constant", func() {
		leases := o.leases()
		// Numbers that were put off are written within thirty seconds; then there is peace.
		Eventually(o.quietFor).WithTimeout(3*time.Minute).WithPolling(time.Second).Should(BeNumerically(">", 30*time.Second),
			latest(o))
		Expect(o.leases()).To(BeNumerically(">", leases))
	})

	It("scales soon after a number has moved", func() {
		Eventually(p.replicas).Should(BeNumerically(">=", 4))
		before := p.replicas(Default)
		p.prom.set("chat", 9000, 1)
		Eventually(func(g Gomega) { g.Expect(p.replicas(g)).To(BeNumerically(">", before)) }).WithTimeout(20 * time.Second).Should(Succeed())
	})

	It("sees who is there, and takes a new export of a schedule", func() {
		rows := func(heads int) map[string]string {
			text := "date,start,end,heads,activity\n"
			for day := -1; day <= 1; day++ {
				text += fmt.Sprintf("%s,00:00,24:00,%d,work\n", time.Now().UTC().AddDate(0, 0, day).Format(time.DateOnly), heads)
			}
			return map[string]string{"schedule.csv": text}
		}
		roster := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: p.ns, Name: "roster"}, Data: rows(7)}
		suite := modtest.MakeTeam("suite", p.ns).Schedule("roster").Obj()
		Expect(env.Client.Create(ctx, roster)).To(Succeed())
		Expect(env.Client.Create(ctx, suite)).To(Succeed())
		expect := func(there, scheduled int32) {
			GinkgoHelper()
			Eventually(func(g Gomega) {
				g.Expect(p.condition(g, p.team, "MetricsFresh")).To(HaveField("Status", metav1.ConditionTrue))
				g.Expect(p.team.Status.Present).To(HaveValue(Equal(there)))
				g.Expect(p.condition(g, suite, "Ready")).To(HaveField("Status", metav1.ConditionTrue))
				g.Expect(suite.Status.Scheduled).To(HaveValue(Equal(scheduled)))
			}).WithTimeout(time.Minute).WithPolling(time.Second).Should(Succeed())
		}
		expect(present, 7)
		p.prom.set("team", present-4, 0)
		roster.Data = rows(9)
		Expect(env.Client.Update(ctx, roster)).To(Succeed())
		expect(present-4, 9)
		Expect(env.Client.Delete(ctx, suite)).To(Succeed())
	})

	It("tells overrides of one another, and sees them come, go and end by themselves", func() { overrideQueues(p) })

	It("holds the workers while Prometheus is away, says so, and recovers", func() {
		held := p.replicas(Default)
		p.prom.fail(true)
		p.prom.set("chat", 0, 0)
		Eventually(func(g Gomega) {
			g.Expect(p.condition(g, p.source, "Ready")).To(And(HaveField("Status", metav1.ConditionFalse), HaveField("Reason", v1alpha1.ReasonUnreachable)))
			for _, o := range []client.Object{p.pool, p.queues[0], p.queues[1]} {
				g.Expect(p.condition(g, o, "MetricsFresh")).To(And(HaveField("Status", metav1.ConditionFalse), HaveField("Reason", "HTTPStatus")))
				g.Expect(p.condition(g, o, "Ready")).To(HaveField("Status", metav1.ConditionTrue))
			}
		}).WithTimeout(30 * time.Second).Should(Succeed())
		Expect(p.replicas(Default)).To(BeNumerically(">=", held))
		p.prom.fail(false)
		p.expectSettled(held)
		Eventually(func(g Gomega) {
			g.Expect(p.condition(g, p.pool, "MetricsFresh")).To(HaveField("Status", metav1.ConditionTrue))
		}).WithTimeout(30 * time.Second).Should(Succeed())
		Expect(p.replicas(Default)).To(BeNumerically(">=", held), "the window of a scale-down is five minutes")
	})

	It("changes neither workers nor documents when it is started again", func() {
		workers, documents := p.replicas(Default), p.documents(Default)
		Expect(o.stop()).To(Succeed())
		o = startOperator()
		began := time.Now()
		// It has read fresh numbers of both stages of both queues, and decided on them.
		Eventually(func(g Gomega) {
			g.Expect(o.values("modcap_queue_backlog_items", p.ns)).To(HaveLen(4))
			g.Expect(o.values("modcap_queue_feasible", p.ns)).To(Equal([]float64{1, 1}))
			g.Expect(o.values("modcap_pool_ready_replicas", p.ns)).To(Equal([]float64{ready}))
		}).WithTimeout(time.Minute).Should(Succeed())
		p.expectSettled(workers)
		Expect(o.since(began, p.ns, "/scale")).To(BeEmpty())
		Expect(o.since(began, p.ns, "/configmaps/modcap-")).To(BeEmpty())
		Expect(p.replicas(Default)).To(Equal(workers))
		Expect(p.documents(Default)).To(Equal(documents))
	})

	It("is followed by its standby, which knows the numbers already", func() {
		workers, documents := p.replicas(Default), p.documents(Default)
		standby := startOperator()
		began := time.Now()
		Consistently(func() []write { return standby.since(began) }).WithTimeout(2*time.Second).Should(BeEmpty(), "there is one leader")
		Expect(o.stop()).To(Succeed())
		o = standby
		Eventually(func() []float64 { return o.values("modcap_pool_ready_replicas", p.ns) }).WithTimeout(30 * time.Second).Should(Equal([]float64{ready}))
		Expect(o.since(began, p.ns, "/scale")).To(BeEmpty())
		Expect(p.documents(Default)).To(Equal(documents))
		p.prom.set("chat", 12_000, 1)
		Eventually(func(g Gomega) { g.Expect(p.replicas(g)).To(BeNumerically(">", workers)) }).WithTimeout(20 * time.Second).Should(Succeed())
	})

	It("makes a document again that somebody deleted", func() {
		// Weights are those of now: while they hardly change, older ones stay, but not after these.
		lasting := func(g Gomega) map[string]string {
			all := p.documents(g)
			for name := range all {
				if strings.HasPrefix(name, "modcap-weights-") {
					all[name] = "there"
				}
			}
			return all
		}
		before := lasting(Default)
		Expect(env.Client.DeleteAllOf(ctx, &corev1.ConfigMap{}, client.InNamespace(p.ns), client.HasLabels{v1.SurfaceLabel})).To(Succeed())
		Eventually(lasting).WithTimeout(20 * time.Second).Should(Equal(before))
	})

	It("is not held up by a namespace that is being deleted", func() {
		other := newPlatform().apply()
		other.expectSettled(4)
		// Nothing empties a namespace here: it stays Terminating, and refuses new objects.
		Expect(env.Client.Delete(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: other.ns}})).To(Succeed())
		at := time.Now()
		Expect(env.Client.Get(ctx, client.ObjectKeyFromObject(other.policy), other.policy)).To(Succeed())
		other.policy.Spec.Labels[0].Severity = v1alpha1.SeverityHigh // a new document, which cannot be made
		Expect(env.Client.Update(ctx, other.policy)).To(Succeed())
		Eventually(func() []write { return o.since(at, other.ns, "/configmaps") }).WithTimeout(20 * time.Second).ShouldNot(BeEmpty())
		began := time.Now()
		before := p.replicas(Default)
		p.prom.set("comments", 15_000, 1)
		Eventually(func(g Gomega) { g.Expect(p.replicas(g)).To(BeNumerically(">", before)) }).WithTimeout(20 * time.Second).Should(Succeed())
		Expect(len(o.since(began, other.ns, "/configmaps"))).To(BeNumerically("<", 10), "it is not tried over and over")
		for _, one := range append(other.objects(), other.workers) {
			Expect(client.IgnoreNotFound(env.Client.Delete(ctx, one))).To(Succeed())
		}
		Eventually(func(g Gomega) {
			for _, one := range other.objects() {
				err := env.Client.Get(ctx, client.ObjectKeyFromObject(one), one)
				g.Expect(err).To(MatchError(ContainSubstring("not found")), "nothing has a finalizer")
			}
		}).WithTimeout(10 * time.Second).Should(Succeed())
		p.expectSettled(before)
	})

	It("goes on when its objects are deleted while in use", func() {
		documents := p.documents(Default)
		workers := p.replicas(Default)
		Expect(env.Client.Delete(ctx, p.policy)).To(Succeed())
		Expect(env.Client.Delete(ctx, p.source)).To(Succeed())
		Eventually(func(g Gomega) {
			for _, q := range p.queues {
				ready := p.condition(g, q, "Ready")
				g.Expect(ready.Status).To(Equal(metav1.ConditionFalse))
				g.Expect(ready.Reason).To(BeElementOf(v1alpha1.ReasonPolicyNotFound, v1alpha1.ReasonSourceNotFound))
				g.Expect(p.condition(g, q, "Routed")).To(HaveField("Reason", v1alpha1.ReasonLastGoodKept))
			}
		}).WithTimeout(30 * time.Second).Should(Succeed())
		Expect(p.documents(Default)).To(Equal(documents))
		Expect(env.Client.Delete(ctx, p.pool)).To(Succeed())
		Eventually(func(g Gomega) {
			g.Expect(p.condition(g, p.queues[0], "Ready")).To(HaveField("Reason", v1alpha1.ReasonPoolNotFound))
		}).WithTimeout(30 * time.Second).Should(Succeed())
		Expect(p.replicas(Default)).To(Equal(workers))
	})
})

var _ = Describe("A read-only operator of one namespace", func() {
	It("decides and reports there, and writes nothing else", func() {
		watched, other := newPlatform().apply(), newPlatform().apply()
		o := startOperator(func(c *config.Config) { c.ReadOnly, c.WatchNamespaces = true, []string{watched.ns} })
		DeferCleanup(func() { Expect(o.stop()).To(Succeed()) })
		watched.expectSettled(1)
		Eventually(func(g Gomega) {
			g.Expect(watched.condition(g, watched.pool, "ScaleControlled")).To(HaveField("Reason", v1alpha1.ReasonRecommendOnly))
			g.Expect(watched.pool.Status.Replicas.Wanted).To(BeNumerically(">=", 4))
			g.Expect(watched.pool.Status.Replicas.Current).To(Equal(int32(1)))
		}).WithTimeout(30 * time.Second).Should(Succeed())
		for _, w := range o.since(time.Time{}) {
			Expect(w.path).To(Or(HaveSuffix("/status"), ContainSubstring("/events")), w.String())
			Expect(w.path).NotTo(ContainSubstring(other.ns))
		}
		Expect(other.replicas(Default)).To(Equal(int32(1)))
		Expect(watched.documents(Default)).To(BeEmpty())
	})
})

// latest are the newest few writes, for a failure's message.
func latest(o *operator) func() string {
	return func() string {
		all := o.since(time.Now().Add(-30 * time.Second))
		var b strings.Builder
		for _, w := range all[max(0, len(all)-10):] {
			b.WriteString("\n" + w.at.Format(time.TimeOnly) + " " + w.String())
		}
		return b.String()
	}
}
