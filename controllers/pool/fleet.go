package pool

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/sample"
)

// failing are the reasons of a waiting container that does not come by itself.
var failing = []string{
	"CrashLoopBackOff", "ImagePullBackOff", "ErrImagePull", "ErrImageNeverPull", "InvalidImageName",
	"CreateContainerConfigError", "CreateContainerError", "RunContainerError",
}

// fleetOf is the target's scale and pods as the engine sees them.
func fleetOf(o observed) capacity.Fleet {
	f := capacity.Fleet{Known: o.scale != nil}
	if o.scale == nil {
		return f
	}
	f.Wanted = o.scale.Spec.Replicas
	templates := map[string]bool{}
	for i := range o.pods {
		p := &o.pods[i]
		if p.DeletionTimestamp != nil || p.Status.Phase == corev1.PodSucceeded || p.Status.Phase == corev1.PodFailed {
			continue
		}
		templates[template(p)] = true
		addPod(&f, p)
	}
	f.Rollout = len(templates) > 1
	slices.Sort(f.Starting)
	return f
}

func addPod(f *capacity.Fleet, p *corev1.Pod) {
	scheduled := condition(p, corev1.PodScheduled)
	ready := condition(p, corev1.PodReady)
	switch {
	case ready != nil && ready.Status == corev1.ConditionTrue:
		f.Ready++
	case scheduled != nil && scheduled.Status == corev1.ConditionFalse && scheduled.Reason == corev1.PodReasonUnschedulable:
		f.Unschedulable++
		f.TroubleSince = earliest(f.TroubleSince, scheduled.LastTransitionTime.Time)
	case isFailing(p):
		f.Failing++
		f.TroubleSince = earliest(f.TroubleSince, failingSince(p, ready))
	default:
		f.Starting = append(f.Starting, sample.At(p.CreationTimestamp.Time))
	}
}

// template is the revision of the workload's template that a pod was made from.
func template(p *corev1.Pod) string {
	if h := p.Labels["pod-template-hash"]; h != "" {
		return h
	}
	return p.Labels["controller-revision-hash"]
}

func condition(p *corev1.Pod, kind corev1.PodConditionType) *corev1.PodCondition {
	for i := range p.Status.Conditions {
		if p.Status.Conditions[i].Type == kind {
			return &p.Status.Conditions[i]
		}
	}
	return nil
}

func isFailing(p *corev1.Pod) bool {
	for _, list := range [][]corev1.ContainerStatus{p.Status.InitContainerStatuses, p.Status.ContainerStatuses} {
		for _, c := range list {
			if c.State.Waiting != nil && slices.Contains(failing, c.State.Waiting.Reason) {
				return true
			}
		}
	}
	return false
}

// failingSince is when the pod last stopped being ready, or was made.
func failingSince(p *corev1.Pod, ready *corev1.PodCondition) time.Time {
	if ready != nil && !ready.LastTransitionTime.IsZero() {
		return ready.LastTransitionTime.Time
	}
	return p.CreationTimestamp.Time
}

func earliest(a sample.Instant, b time.Time) sample.Instant {
	at := sample.At(b)
	if a == 0 || (at != 0 && at < a) {
		return at
	}
	return a
}

// startups are the spans from creation to Ready of pods not seen ready before,
// oldest first, and the pods that are ready now. A pod that restarted says nothing.
func startups(pods []corev1.Pod, seen map[types.UID]bool) ([]sample.Span, map[types.UID]bool) {
	type start struct {
		at   time.Time
		took sample.Span
	}
	var fresh []start
	ready := map[types.UID]bool{}
	for i := range pods {
		p := &pods[i]
		c := condition(p, corev1.PodReady)
		if c == nil || c.Status != corev1.ConditionTrue {
			continue
		}
		ready[p.UID] = true
		if !seen[p.UID] && restarts(p) == 0 {
			fresh = append(fresh, start{p.CreationTimestamp.Time, sample.SpanOf(c.LastTransitionTime.Sub(p.CreationTimestamp.Time))})
		}
	}
	slices.SortFunc(fresh, func(a, b start) int { return a.at.Compare(b.at) })
	out := make([]sample.Span, 0, len(fresh))
	for _, s := range fresh {
		out = append(out, s.took)
	}
	return out, ready
}

func restarts(p *corev1.Pod) int32 {
	var n int32
	for _, c := range p.Status.ContainerStatuses {
		n += c.RestartCount
	}
	return n
}
