package manager

import (
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/pool"
	"github.com/modcap/modcap/internal/apply"
	"github.com/modcap/modcap/internal/config"
)

// cacheOptions limits the cache to what decisions need: ConfigMaps and revisions of our
// own (those of StatefulSets are none of our business), and of pods and autoscalers the few fields that are read.
func cacheOptions(c config.Config) cache.Options {
	ours := labels.SelectorFromSet(labels.Set{apply.ManagedByLabel: apply.ManagedBy})
	o := cache.Options{
		DefaultTransform: cache.TransformStripManagedFields(),
		ByObject: map[client.Object]cache.ByObject{
			&corev1.ConfigMap{}:                      {Label: ours},
			&appsv1.ControllerRevision{}:             {Label: ours},
			&corev1.Pod{}:                            {Transform: stripPod},
			&autoscalingv2.HorizontalPodAutoscaler{}: {Transform: stripAutoscaler},
		},
	}
	if len(c.WatchNamespaces) > 0 {
		o.DefaultNamespaces = map[string]cache.Config{}
		for _, n := range c.WatchNamespaces {
			o.DefaultNamespaces[n] = cache.Config{}
		}
	}
	return o
}

// regimesOptions limits a cache to the ConfigMaps in which users declare regimes.
func regimesOptions(c config.Config) cache.Options {
	o := cacheOptions(c)
	o.ByObject = map[client.Object]cache.ByObject{
		&corev1.ConfigMap{}: {Label: labels.SelectorFromSet(labels.Set{v1alpha1.RegimesLabel: "true"})},
	}
	return o
}

// stripPod keeps identity, labels, conditions, the states of containers, and whether
// the pod is marked for a scale-down.
func stripPod(in any) (any, error) {
	p, ok := in.(*corev1.Pod)
	if !ok {
		return in, nil
	}
	out := &corev1.Pod{TypeMeta: p.TypeMeta, ObjectMeta: identity(p.ObjectMeta)}
	if until, marked := p.Annotations[pool.DrainUntil]; marked {
		out.Annotations = map[string]string{pool.DrainUntil: until}
	}
	out.Status.Phase = p.Status.Phase
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodReady || c.Type == corev1.PodScheduled {
			out.Status.Conditions = append(out.Status.Conditions, corev1.PodCondition{
				Type: c.Type, Status: c.Status, Reason: c.Reason, LastTransitionTime: c.LastTransitionTime,
			})
		}
	}
	out.Status.InitContainerStatuses = stripContainers(p.Status.InitContainerStatuses)
	out.Status.ContainerStatuses = stripContainers(p.Status.ContainerStatuses)
	return out, nil
}

func stripContainers(in []corev1.ContainerStatus) []corev1.ContainerStatus {
	var out []corev1.ContainerStatus
	for _, c := range in {
		s := corev1.ContainerStatus{RestartCount: c.RestartCount}
		if c.State.Waiting != nil {
			s.State.Waiting = &corev1.ContainerStateWaiting{Reason: c.State.Waiting.Reason}
		}
		if s.RestartCount > 0 || s.State.Waiting != nil {
			out = append(out, s)
		}
	}
	return out
}

func stripAutoscaler(in any) (any, error) {
	h, ok := in.(*autoscalingv2.HorizontalPodAutoscaler)
	if !ok {
		return in, nil
	}
	out := &autoscalingv2.HorizontalPodAutoscaler{TypeMeta: h.TypeMeta, ObjectMeta: identity(h.ObjectMeta)}
	out.OwnerReferences = h.OwnerReferences
	out.Spec.ScaleTargetRef = h.Spec.ScaleTargetRef
	return out, nil
}

func identity(m metav1.ObjectMeta) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Name: m.Name, Namespace: m.Namespace, UID: m.UID, ResourceVersion: m.ResourceVersion, Labels: m.Labels,
		CreationTimestamp: m.CreationTimestamp, DeletionTimestamp: m.DeletionTimestamp,
	}
}
