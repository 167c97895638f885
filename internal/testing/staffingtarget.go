package testing

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	modcapv1alpha1 "github.com/modcap/modcap/api/v1alpha1"
)

// TargetWrapper builds a StaffingTarget.
type TargetWrapper struct {
	meta[*TargetWrapper]
	target modcapv1alpha1.StaffingTarget
}

// MakeTarget starts a target that plans the queues and teams with the label
// plan=<name> for 24h in intervals of 30m.
func MakeTarget(name, namespace string) *TargetWrapper {
	w := &TargetWrapper{target: modcapv1alpha1.StaffingTarget{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace},
		Spec: modcapv1alpha1.StaffingTargetSpec{
			QueueSelector: MakeSelector("plan", name),
			TeamSelector:  MakeSelector("plan", name),
			Horizon:       "24h",
			Interval:      "30m",
		},
	}}
	w.meta = meta[*TargetWrapper]{&w.target.ObjectMeta, w}
	return w
}

// MakeSelector selects objects by one label.
func MakeSelector(key, value string) modcapv1alpha1.LabelSelector {
	return modcapv1alpha1.LabelSelector{
		MatchLabels: map[string]modcapv1alpha1.SelectorValue{key: modcapv1alpha1.SelectorValue(value)},
	}
}

// Queues sets the selector of the queues.
func (w *TargetWrapper) Queues(selector modcapv1alpha1.LabelSelector) *TargetWrapper {
	w.target.Spec.QueueSelector = selector
	return w
}

// Teams sets the selector of the teams.
func (w *TargetWrapper) Teams(selector modcapv1alpha1.LabelSelector) *TargetWrapper {
	w.target.Spec.TeamSelector = selector
	return w
}

// Horizon sets the horizon.
func (w *TargetWrapper) Horizon(horizon modcapv1alpha1.Duration) *TargetWrapper {
	w.target.Spec.Horizon = horizon
	return w
}

// Interval sets the interval.
func (w *TargetWrapper) Interval(interval modcapv1alpha1.Duration) *TargetWrapper {
	w.target.Spec.Interval = interval
	return w
}

// Obj returns a copy of the target.
func (w *TargetWrapper) Obj() *modcapv1alpha1.StaffingTarget { return w.target.DeepCopy() }
