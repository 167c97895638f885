package testing

import (
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// MakeDeployment returns a Deployment of so many replicas, whose pods have the label
// app=<name>.
func MakeDeployment(name, namespace string, replicas int32) *appsv1.Deployment {
	labels := map[string]string{"app": name}
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace},
		Spec: appsv1.DeploymentSpec{
			Replicas: &replicas, Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "worker", Image: "worker"}}},
			},
		},
	}
}

// PodWrapper builds a pod. Its status is the test's to write: the API server takes
// none with a creation.
type PodWrapper struct {
	meta[*PodWrapper]
	pod corev1.Pod
}

// MakePod starts a pod of the Deployment, with no conditions yet.
func MakePod(name, namespace, deployment string) *PodWrapper {
	w := &PodWrapper{pod: corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace, Labels: map[string]string{"app": deployment}},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "worker", Image: "worker"}}},
		Status:     corev1.PodStatus{Phase: corev1.PodPending},
	}}
	w.meta = meta[*PodWrapper]{&w.pod.ObjectMeta, w}
	return w
}

// On puts it on a node.
func (w *PodWrapper) On(node string) *PodWrapper {
	w.pod.Spec.NodeName = node
	return w
}

// Annotate gives it an annotation.
func (w *PodWrapper) Annotate(key, value string) *PodWrapper {
	if w.pod.Annotations == nil {
		w.pod.Annotations = map[string]string{}
	}
	w.pod.Annotations[key] = value
	return w
}

// Ready makes it ready since at.
func (w *PodWrapper) Ready(at time.Time) *PodWrapper {
	w.pod.Status.Phase = corev1.PodRunning
	return w.condition(corev1.PodReady, corev1.ConditionTrue, "", at)
}

// Unschedulable means that no node takes it, since at.
func (w *PodWrapper) Unschedulable(at time.Time) *PodWrapper {
	return w.condition(corev1.PodScheduled, corev1.ConditionFalse, corev1.PodReasonUnschedulable, at)
}

// Failing means that its container waits for a reason, and has not been ready since at.
func (w *PodWrapper) Failing(reason string, at time.Time) *PodWrapper {
	w.pod.Status.ContainerStatuses = []corev1.ContainerStatus{{
		Name: "worker", Image: "worker", RestartCount: 3,
		State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason}},
	}}
	return w.condition(corev1.PodReady, corev1.ConditionFalse, "ContainersNotReady", at)
}

func (w *PodWrapper) condition(kind corev1.PodConditionType, is corev1.ConditionStatus, reason string, at time.Time) *PodWrapper {
	w.pod.Status.Conditions = append(w.pod.Status.Conditions, corev1.PodCondition{
		Type: kind, Status: is, Reason: reason, LastTransitionTime: metav1.NewTime(at),
	})
	return w
}

// Obj returns a copy of the pod.
func (w *PodWrapper) Obj() *corev1.Pod { return w.pod.DeepCopy() }
