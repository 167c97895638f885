package e2e

import (
	"context"
	"fmt"
	"os/exec"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
)

const (
	namespace = "worst-day"
	patience  = 90 * time.Second
	// calm is how long something is watched that must not change.
	calm = 10 * time.Second
)

// worstDay is a queue on a pool, with everything that may go wrong.
type worstDay struct {
	*WithT
	*cluster
	platform *platform
	binary   string
	operator *operator
}

func TestWorstDay(t *testing.T) {
	w := &worstDay{WithT: NewWithT(t), cluster: newCluster(t), platform: newPlatform(t), binary: buildOperator(t)}
	t.Cleanup(w.show)
	w.platform.set("backlog", 0)
	w.platform.set("arrivals", 5)
	w.install()
	w.operator = w.startOperator(w.binary)
	for _, step := range []struct {
		name string
		do   func()
	}{
		{"a backlog is scaled for", w.scalesUp},
		{"the metric source fails", w.sourceFails},
		{"the operator is killed", w.operatorKilled},
		{"the API server restarts", w.apiServerRestarts},
		{"workers do not come", w.workersFail},
		{"an autoscaler takes the target", w.autoscalerAppears},
		{"the pool is deleted while in use", w.poolDeleted},
		{"the namespace is deleted", w.namespaceDeleted},
	} {
		started := time.Now()
		step.do()
		t.Logf("%s: as it should be after %s", step.name, time.Since(started).Round(time.Second))
	}
}

func (w *worstDay) scalesUp() {
	w.Eventually(w.ready, patience, "200ms").Should(Equal("True"))
	w.platform.set("backlog", 3000)
	w.Eventually(w.replicas, patience, "200ms").Should(BeNumerically(">=", 10))
	w.Eventually(w.condition(v1alpha1.ConditionMetricsFresh), patience, "200ms").Should(Equal("True/Fresh"))
}

// sourceFails: replicas hold although the last numbers said that there is nothing to do.
func (w *worstDay) sourceFails() {
	before := w.replicas()
	w.platform.fail(true)
	w.Eventually(w.condition(v1alpha1.ConditionMetricsFresh), patience, "200ms").Should(Equal("False/HTTPStatus"))
	w.Consistently(w.replicas, calm, "200ms").Should(BeNumerically(">=", before))
	w.platform.fail(false)
	w.Eventually(w.condition(v1alpha1.ConditionMetricsFresh), patience, "200ms").Should(Equal("True/Fresh"))
}

// operatorKilled: workers and documents stay, and the new one changes nothing by
// itself: it takes nothing away within a stabilisation window.
func (w *worstDay) operatorKilled() {
	w.settle()
	replicas, documents := w.replicas(), w.documents()
	w.operator.kill()
	w.Consistently(w.replicas, "3s", "200ms").Should(Equal(replicas))
	w.operator = w.startOperator(w.binary)
	w.Consistently(w.replicas, calm, "200ms").Should(BeNumerically(">=", replicas))
	w.Expect(w.documents()).To(Equal(documents))
}

func (w *worstDay) apiServerRestarts() {
	w.settle()
	replicas, documents := w.replicas(), w.documents()
	w.launch("stop", "--name", w.name, "kube-apiserver")
	w.launch("start", "--name", w.name, "kube-apiserver")
	w.Eventually(w.documents, patience, "500ms").Should(Equal(documents))
	w.Consistently(w.replicas, calm, "500ms").Should(BeNumerically(">=", replicas))
	w.platform.set("backlog", 20000)
	w.Eventually(w.replicas, patience, "200ms").Should(BeNumerically(">", replicas), "it decides again")
	w.platform.set("backlog", 3000)
}

// workersFail: wanted is not raised to make up for those that do not come.
func (w *worstDay) workersFail() {
	w.annotatePods(`{"modcap.dev/pod-fail": "CrashLoopBackOff"}`)
	w.Eventually(func() int32 { return w.pool().Status.Replicas.Failing }, patience, "200ms").Should(BeNumerically(">", 0))
	limit := w.pool().Spec.Replicas.Max
	w.Consistently(w.replicas, calm, "500ms").Should(BeNumerically("<=", limit))
	w.annotatePods(`{"modcap.dev/pod-fail": null}`)
	w.Eventually(func() int32 { return w.pool().Status.Replicas.Failing }, patience, "200ms").Should(BeZero())
}

// annotatePods changes the annotations of the workers' template. It is a patch,
// since modcap may write the replicas at the same time.
func (w *worstDay) annotatePods(annotations string) {
	patch := fmt.Sprintf(`{"spec":{"template":{"metadata":{"annotations":%s}}}}`, annotations)
	d := &appsv1.Deployment{ObjectMeta: w.meta("workers")}
	w.Expect(w.client.Patch(context.Background(), d, client.RawPatch(types.MergePatchType, []byte(patch)))).To(Succeed())
}

func (w *worstDay) autoscalerAppears() {
	h := &autoscalingv2.HorizontalPodAutoscaler{ObjectMeta: w.meta("hand-made")}
	h.Spec.ScaleTargetRef = autoscalingv2.CrossVersionObjectReference{APIVersion: "apps/v1", Kind: "Deployment", Name: "workers"}
	h.Spec.MaxReplicas = 50
	w.Expect(w.client.Create(context.Background(), h)).To(Succeed())
	w.Eventually(w.condition(v1alpha1.ConditionReady), patience, "200ms").Should(Equal("False/TargetOwned"))
	w.Expect(meta.FindStatusCondition(w.pool().Status.Conditions, v1alpha1.ConditionReady).Message).To(ContainSubstring("hand-made"))
	w.Expect(w.client.Delete(context.Background(), h)).To(Succeed())
	w.Eventually(w.condition(v1alpha1.ConditionReady), patience, "200ms").Should(Equal("True/Succeeded"))
}

// poolDeleted: the workers stay, and the queue names what is missing.
func (w *worstDay) poolDeleted() {
	replicas := w.replicas()
	pool := w.pool()
	w.Expect(w.client.Delete(context.Background(), pool)).To(Succeed())
	w.Eventually(func() string { return reason(w.queue().Status.Conditions, v1alpha1.ConditionReady) }, patience, "200ms").
		Should(Equal("False/PoolNotFound"))
	w.Consistently(w.replicas, "3s", "200ms").Should(Equal(replicas))
}

func (w *worstDay) namespaceDeleted() {
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}
	w.Expect(w.client.Delete(context.Background(), ns)).To(Succeed())
	w.Eventually(func() bool {
		return apierrors.IsNotFound(w.client.Get(context.Background(), client.ObjectKeyFromObject(ns), ns))
	}, patience, "500ms").Should(BeTrue(), "nothing of modcap blocks the deletion")
}

// show prints what a person on call would look at, when the test has failed.
func (w *worstDay) show() {
	if !w.t.Failed() {
		return
	}
	for _, kind := range []string{"cpool", "mqueue"} {
		out, err := exec.Command(w.launch("path", "kubectl"), "--kubeconfig", w.config, "-n", namespace, "get", kind, "-o", "yaml").CombinedOutput()
		w.t.Logf("%s (%v):\n%s", kind, err, out)
	}
}

// settle waits until replicas have stood still for a while.
func (w *worstDay) settle() {
	last, since := w.replicas(), time.Now()
	w.Eventually(func() bool {
		if now := w.replicas(); now != last {
			last, since = now, time.Now()
		}
		return time.Since(since) > 5*time.Second
	}, patience, "200ms").Should(BeTrue(), "replicas stand still under constant numbers")
}

func (w *worstDay) install() {
	ctx := context.Background()
	w.Expect(w.client.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}})).To(Succeed())
	for _, o := range []client.Object{w.workers(), w.source(), w.poolSpec(), w.queueSpec()} {
		w.Expect(w.client.Create(ctx, o)).To(Succeed())
	}
}

func (w *worstDay) meta(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: namespace, Name: name}
}

func (w *worstDay) key(name string) client.ObjectKey {
	return client.ObjectKey{Namespace: namespace, Name: name}
}

func (w *worstDay) workers() *appsv1.Deployment {
	labels := map[string]string{"app": "workers"}
	return &appsv1.Deployment{ObjectMeta: w.meta("workers"), Spec: appsv1.DeploymentSpec{
		Replicas: ptr.To[int32](1), Selector: &metav1.LabelSelector{MatchLabels: labels},
		Template: corev1.PodTemplateSpec{
			ObjectMeta: metav1.ObjectMeta{Labels: labels},
			Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "classifier", Image: "classifier"}}},
		},
	}}
}

func (w *worstDay) source() *v1alpha1.MetricSource {
	series := func(name string, kind v1alpha1.SeriesType) v1alpha1.MetricSeries {
		return v1alpha1.MetricSeries{
			Name: v1alpha1.Word(name), Query: name, Type: kind, RowLabels: []string{"queue"}, MaxAge: "4s",
		}
	}
	return &v1alpha1.MetricSource{ObjectMeta: w.meta("platform"), Spec: v1alpha1.MetricSourceSpec{
		Type: v1alpha1.PrometheusSource, Interval: "1s", Timeout: "1s",
		Prometheus: &v1alpha1.PrometheusConnection{URL: w.platform.server.URL, InsecureHTTP: true},
		Series:     []v1alpha1.MetricSeries{series("backlog", v1alpha1.GaugeSeries), series("arrivals", v1alpha1.RateSeries)},
	}}
}

func (w *worstDay) poolSpec() *v1alpha1.ClassifierPool {
	return &v1alpha1.ClassifierPool{ObjectMeta: w.meta("pool"), Spec: v1alpha1.ClassifierPoolSpec{
		ScaleTargetRef: v1alpha1.ScaleTargetReference{APIVersion: "apps/v1", Kind: "Deployment", Name: "workers"},
		Throughput:     v1alpha1.Throughput{ItemsPerSecond: "10"}, Startup: v1alpha1.Startup{Time: "3s"},
		Replicas: v1alpha1.ReplicaBounds{Min: 1, Max: 400},
	}}
}

func (w *worstDay) queueSpec() *v1alpha1.ModerationQueue {
	return &v1alpha1.ModerationQueue{ObjectMeta: w.meta("live"), Spec: v1alpha1.ModerationQueueSpec{
		Surface: "live",
		Classification: &v1alpha1.Classification{
			PoolRef: v1alpha1.ObjectReference{Name: "pool"}, ServiceLevel: v1alpha1.ServiceLevel{Percent: "99", Within: "30s"},
			Metrics: v1alpha1.ClassificationMetrics{
				RowSelector: v1alpha1.RowSelector{
					SourceRef: v1alpha1.SourceReference{Name: "platform"}, MatchLabels: map[string]v1alpha1.LabelValue{"queue": "live"},
				},
				Backlog: v1alpha1.SeriesReference{Series: "backlog"}, Arrivals: v1alpha1.SeriesReference{Series: "arrivals"},
			},
		},
	}}
}

func (w *worstDay) pool() *v1alpha1.ClassifierPool {
	var p v1alpha1.ClassifierPool
	w.Expect(w.client.Get(context.Background(), w.key("pool"), &p)).To(Succeed())
	if p.Status.Replicas == nil {
		p.Status.Replicas = &v1alpha1.PoolReplicas{}
	}
	return &p
}

func (w *worstDay) queue() *v1alpha1.ModerationQueue {
	var q v1alpha1.ModerationQueue
	w.Expect(w.client.Get(context.Background(), w.key("live"), &q)).To(Succeed())
	return &q
}

func (w *worstDay) ready() string {
	c := meta.FindStatusCondition(w.queue().Status.Conditions, v1alpha1.ConditionReady)
	if c == nil {
		return ""
	}
	return string(c.Status)
}

func (w *worstDay) condition(kind string) func() string {
	return func() string { return reason(w.pool().Status.Conditions, kind) }
}

func reason(conditions []metav1.Condition, kind string) string {
	c := meta.FindStatusCondition(conditions, kind)
	if c == nil {
		return ""
	}
	return fmt.Sprintf("%s/%s", c.Status, c.Reason)
}

// replicas that the Deployment asks for; -1 while the API server is away.
func (w *worstDay) replicas() int32 {
	var d appsv1.Deployment
	if err := w.client.Get(context.Background(), w.key("workers"), &d); err != nil {
		return -1
	}
	return ptr.Deref(d.Spec.Replicas, -1)
}

// documents are the bytes of everything routers follow, by name.
func (w *worstDay) documents() map[string]string {
	var list corev1.ConfigMapList
	if err := w.client.List(context.Background(), &list, client.InNamespace(namespace), client.HasLabels{"routing.modcap.dev/role"}); err != nil {
		return nil
	}
	out := map[string]string{}
	for i := range list.Items {
		for k, v := range list.Items[i].Data {
			out[list.Items[i].Name+"/"+k] = v
		}
	}
	return out
}
