package manager

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	toolscache "k8s.io/client-go/tools/cache"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/config"
	modtest "github.com/modcap/modcap/internal/testing"
)

var born = metav1.NewTime(time.Date(2026, 11, 5, 12, 0, 0, 0, time.UTC))

// metadata is of an object as an API server gives it.
func metadata() metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Name: "live-1", GenerateName: "live-", Namespace: "ns", UID: "u1", ResourceVersion: "42", Generation: 7, CreationTimestamp: born,
		DeletionTimestamp: &born, DeletionGracePeriodSeconds: ptr.To(int64(30)), Labels: map[string]string{"app": "live", "pod-template-hash": "abc"},
		Annotations: map[string]string{"note": "long"}, Finalizers: []string{"x"}, ManagedFields: []metav1.ManagedFieldsEntry{{Manager: "kubelet"}},
		OwnerReferences: []metav1.OwnerReference{{Kind: "ScaledObject", Name: "keda"}},
	}
}

func kept() metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Name: "live-1", Namespace: "ns", UID: "u1", ResourceVersion: "42", CreationTimestamp: born, DeletionTimestamp: &born,
		Labels: map[string]string{"app": "live", "pod-template-hash": "abc"},
	}
}

func waiting(reason string, restarts int32) corev1.ContainerStatus {
	return corev1.ContainerStatus{
		Name: "worker", Image: "worker:1", RestartCount: restarts,
		State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: "back-off 5m0s"}},
	}
}

func running(restarts int32) corev1.ContainerStatus {
	return corev1.ContainerStatus{
		Name: "worker", Image: "worker:1", RestartCount: restarts, Ready: true,
		State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: born}},
	}
}

func workerPod() *corev1.Pod {
	return &corev1.Pod{
		TypeMeta: metav1.TypeMeta{Kind: "Pod", APIVersion: "v1"}, ObjectMeta: metadata(),
		Spec: corev1.PodSpec{NodeName: "node", Containers: []corev1.Container{{Name: "worker", Env: []corev1.EnvVar{{Name: "TOKEN", Value: "secret"}}}}},
		Status: corev1.PodStatus{
			Phase: corev1.PodRunning, PodIP: "10.0.0.1", Message: "long",
			Conditions: []corev1.PodCondition{
				{Type: corev1.PodInitialized, Status: corev1.ConditionTrue},
				{Type: corev1.PodReady, Status: corev1.ConditionFalse, Reason: "ContainersNotReady", Message: "long", LastTransitionTime: born, LastProbeTime: born},
				{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: corev1.PodReasonUnschedulable, LastTransitionTime: born},
			},
			InitContainerStatuses: []corev1.ContainerStatus{waiting("PodInitializing", 0)},
			ContainerStatuses:     []corev1.ContainerStatus{waiting("CrashLoopBackOff", 3), running(2), running(0)},
		},
	}
}

// What a pool reads of a pod is kept: whether it goes, its phase, of which template
// it is, since when it is Ready or not scheduled, why a container waits, and how
// often one restarted. Nothing else takes up memory.
func TestStripPod(t *testing.T) {
	bare := func(reason string, restarts int32) corev1.ContainerStatus {
		return corev1.ContainerStatus{RestartCount: restarts, State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason}}}
	}
	want := &corev1.Pod{
		TypeMeta: metav1.TypeMeta{Kind: "Pod", APIVersion: "v1"}, ObjectMeta: kept(),
		Status: corev1.PodStatus{
			Phase: corev1.PodRunning,
			Conditions: []corev1.PodCondition{
				{Type: corev1.PodReady, Status: corev1.ConditionFalse, Reason: "ContainersNotReady", LastTransitionTime: born},
				{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: corev1.PodReasonUnschedulable, LastTransitionTime: born},
			},
			InitContainerStatuses: []corev1.ContainerStatus{bare("PodInitializing", 0)},
			ContainerStatuses:     []corev1.ContainerStatus{bare("CrashLoopBackOff", 3), {RestartCount: 2}},
		},
	}
	in := workerPod()
	got, err := stripPod(in)
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%v; pod (-want +got):\n%s", err, d)
	}
	if d := cmp.Diff(workerPod(), in); d != "" {
		t.Errorf("the pod that came was changed (-want +got):\n%s", d)
	}
	again, err := stripPod(got)
	if d := cmp.Diff(got, again); d != "" || err != nil {
		t.Errorf("%v; stripped twice (-want +got):\n%s", err, d)
	}
}

// A mark that is not seen would never be taken off.
func TestStripPodKeepsItsMark(t *testing.T) {
	in := workerPod()
	in.Annotations = map[string]string{"modcap.dev/drain-until": "2026-11-05T12:03:00.000Z", "modcap.dev/other": "long"}
	got, err := stripPod(in)
	want := map[string]string{"modcap.dev/drain-until": "2026-11-05T12:03:00.000Z"}
	if d := cmp.Diff(want, got.(*corev1.Pod).Annotations); d != "" || err != nil {
		t.Errorf("%v; annotations (-want +got):\n%s", err, d)
	}
}

// Who owns an autoscaler is named to whoever wonders.
func TestStripAutoscaler(t *testing.T) {
	target := autoscalingv2.CrossVersionObjectReference{APIVersion: "apps/v1", Kind: "Deployment", Name: "live"}
	in := &autoscalingv2.HorizontalPodAutoscaler{
		ObjectMeta: metadata(),
		Spec:       autoscalingv2.HorizontalPodAutoscalerSpec{ScaleTargetRef: target, MaxReplicas: 5, Metrics: []autoscalingv2.MetricSpec{{Type: "Resource"}}},
		Status:     autoscalingv2.HorizontalPodAutoscalerStatus{CurrentReplicas: 3},
	}
	want := &autoscalingv2.HorizontalPodAutoscaler{ObjectMeta: kept(), Spec: autoscalingv2.HorizontalPodAutoscalerSpec{ScaleTargetRef: target}}
	want.OwnerReferences = metadata().OwnerReferences
	got, err := stripAutoscaler(in)
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%v; autoscaler (-want +got):\n%s", err, d)
	}
}

// An informer may hand on what it knows of a deletion that it missed.
func TestStripLeavesOthers(t *testing.T) {
	for name, in := range map[string]any{
		"a missed deletion": toolscache.DeletedFinalStateUnknown{Key: "ns/live-1", Obj: workerPod()}, "a queue": modtest.MakeQueue("q", "ns").Obj(), "nothing": nil,
	} {
		for transform, strip := range map[string]toolscache.TransformFunc{"pods": stripPod, "autoscalers": stripAutoscaler} {
			got, err := strip(in)
			if d := cmp.Diff(in, got); d != "" || err != nil {
				t.Errorf("%s as one of %s: %v, (-want +got):\n%s", name, transform, err, d)
			}
		}
	}
}

func TestCacheOptions(t *testing.T) {
	all := cacheOptions(config.Config{})
	if all.DefaultNamespaces != nil {
		t.Errorf("only %v is watched", all.DefaultNamespaces)
	}
	some := cacheOptions(config.Config{WatchNamespaces: []string{"a", "b"}})
	if _, ok := some.DefaultNamespaces["b"]; !ok || len(some.DefaultNamespaces) != 2 {
		t.Errorf("watched is %v", some.DefaultNamespaces)
	}
	for kind, by := range all.ByObject {
		switch kind.(type) {
		case *corev1.ConfigMap, *appsv1.ControllerRevision:
		default:
			if by.Transform == nil {
				t.Errorf("%T is kept whole", kind)
			}
			continue
		}
		own := labels.Set{"app.kubernetes.io/managed-by": "modcap"}
		if by.Label == nil || !by.Label.Matches(own) || by.Label.Matches(labels.Set{"app.kubernetes.io/managed-by": "helm"}) || by.Label.Matches(labels.Set{}) {
			t.Errorf("%T are picked by %v", kind, by.Label)
		}
	}
	got, err := all.DefaultTransform(&v1alpha1.ModerationQueue{ObjectMeta: metadata()})
	if o, ok := got.(client.Object); err != nil || !ok || o.GetManagedFields() != nil || len(o.GetAnnotations()) != 1 {
		t.Errorf("%v; a queue is kept as %+v", err, got)
	}
}
