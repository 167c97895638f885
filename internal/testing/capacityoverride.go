package testing

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	modcapv1alpha1 "github.com/modcap/modcap/api/v1alpha1"
)

// OverrideWrapper builds a CapacityOverride.
type OverrideWrapper struct {
	meta[*OverrideWrapper]
	override modcapv1alpha1.CapacityOverride
}

// MakeOverride starts a pause of the pool "pool" from now until 2100.
func MakeOverride(name, namespace string) *OverrideWrapper {
	w := &OverrideWrapper{override: modcapv1alpha1.CapacityOverride{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace},
		Spec: modcapv1alpha1.CapacityOverrideSpec{
			Type:    modcapv1alpha1.OverridePause,
			PoolRef: &modcapv1alpha1.ObjectReference{Name: "pool"},
			Until:   metav1.NewTime(time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)),
			Reason:  "testing",
			By:      "on-call",
		},
	}}
	w.meta = meta[*OverrideWrapper]{&w.override.ObjectMeta, w}
	return w
}

// Floor makes it a floor.
func (w *OverrideWrapper) Floor(replicas int32) *OverrideWrapper {
	return w.bound(modcapv1alpha1.OverrideFloor, replicas)
}

// Ceiling makes it a ceiling.
func (w *OverrideWrapper) Ceiling(replicas int32) *OverrideWrapper {
	return w.bound(modcapv1alpha1.OverrideCeiling, replicas)
}

func (w *OverrideWrapper) bound(kind modcapv1alpha1.OverrideType, replicas int32) *OverrideWrapper {
	w.override.Spec.Type, w.override.Spec.Replicas = kind, &replicas
	return w
}

// Pool names the pool.
func (w *OverrideWrapper) Pool(name string) *OverrideWrapper {
	w.override.Spec.PoolRef.Name = name
	return w
}

// Rework makes the override one of items that people look at again.
func (w *OverrideWrapper) Rework(rework modcapv1alpha1.Rework) *OverrideWrapper {
	w.override.Spec.Type, w.override.Spec.PoolRef, w.override.Spec.Replicas = modcapv1alpha1.OverrideRework, nil, nil
	w.override.Spec.Rework = &rework
	return w
}

// Surge makes it one of arrivals at queues, in percent of what would come otherwise.
func (w *OverrideWrapper) Surge(arrivals modcapv1alpha1.Proportion, queues ...string) *OverrideWrapper {
	w.override.Spec.Surge = &modcapv1alpha1.Surge{Arrivals: arrivals}
	return w.queues(modcapv1alpha1.OverrideSurge, queues)
}

// Curve makes it one of arrivals at queues that change.
func (w *OverrideWrapper) Curve(points []modcapv1alpha1.SurgePoint, queues ...string) *OverrideWrapper {
	w.override.Spec.Surge = &modcapv1alpha1.Surge{Curve: points}
	return w.queues(modcapv1alpha1.OverrideSurge, queues)
}

// Priority makes it one of the priority of queues.
func (w *OverrideWrapper) Priority(priority int32, queues ...string) *OverrideWrapper {
	w.override.Spec.Priority = &priority
	return w.queues(modcapv1alpha1.OverridePriority, queues)
}

func (w *OverrideWrapper) queues(kind modcapv1alpha1.OverrideType, queues []string) *OverrideWrapper {
	w.override.Spec.Type, w.override.Spec.PoolRef, w.override.Spec.Replicas = kind, nil, nil
	w.override.Spec.QueueRefs = nil
	for _, name := range queues {
		w.override.Spec.QueueRefs = append(w.override.Spec.QueueRefs, modcapv1alpha1.ObjectReference{Name: name})
	}
	return w
}

// Freeze makes it one of the rollouts of policies; of all of the namespace when none is named.
func (w *OverrideWrapper) Freeze(policies ...string) *OverrideWrapper {
	w.override.Spec.Type, w.override.Spec.PoolRef, w.override.Spec.Replicas = modcapv1alpha1.OverrideFreeze, nil, nil
	w.override.Spec.PolicyRefs = nil
	for _, name := range policies {
		w.override.Spec.PolicyRefs = append(w.override.Spec.PolicyRefs, modcapv1alpha1.ObjectReference{Name: name})
	}
	return w
}

// From sets when the override begins.
func (w *OverrideWrapper) From(at time.Time) *OverrideWrapper {
	from := metav1.NewTime(at)
	w.override.Spec.From = &from
	return w
}

// Until sets when the override ends.
func (w *OverrideWrapper) Until(at time.Time) *OverrideWrapper {
	w.override.Spec.Until = metav1.NewTime(at)
	return w
}

// By sets who ordered it.
func (w *OverrideWrapper) By(by string) *OverrideWrapper {
	w.override.Spec.By = by
	return w
}

// Reason sets the reason.
func (w *OverrideWrapper) Reason(reason string) *OverrideWrapper {
	w.override.Spec.Reason = reason
	return w
}

// Obj returns a copy of the override.
func (w *OverrideWrapper) Obj() *modcapv1alpha1.CapacityOverride { return w.override.DeepCopy() }

// Decision makes the override one about the rollout of a revision; step goes with an
// approval.
func (w *OverrideWrapper) Decision(
	policy, revision string, action modcapv1alpha1.RolloutAction, step modcapv1alpha1.Word,
) *OverrideWrapper {
	w.override.Spec.Type, w.override.Spec.PoolRef, w.override.Spec.Replicas = modcapv1alpha1.OverrideRolloutDecision, nil, nil
	w.override.Spec.Rollout = &modcapv1alpha1.RolloutDecision{
		PolicyRef: modcapv1alpha1.ObjectReference{Name: policy}, Revision: revision, Action: action, Step: step,
	}
	return w
}
