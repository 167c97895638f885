package lint

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/modcap/modcap/api/v1alpha1"
)

// Lists are the objects that are read together, as an API server lists them.
type Lists struct {
	Queues         v1alpha1.ModerationQueueList
	Policies       v1alpha1.ModerationPolicyList
	Pools          v1alpha1.ClassifierPoolList
	Teams          v1alpha1.ReviewTeamList
	Targets        v1alpha1.StaffingTargetList
	Sources        v1alpha1.MetricSourceList
	ClusterSources v1alpha1.ClusterMetricSourceList
	Overrides      v1alpha1.CapacityOverrideList
}

// Kind is one of the kinds that are read together.
type Kind struct {
	Kind string
	// Shared says that its objects belong to no namespace.
	Shared bool
	// Object is an empty one, List where those listed go.
	Object interface {
		metav1.Object
		runtime.Object
	}
	List interface {
		metav1.ListInterface
		runtime.Object
	}
}

// Kinds are all of them, with their lists: who lists, or watches, goes by these.
func (l *Lists) Kinds() []Kind {
	return []Kind{
		{KindQueue, false, &v1alpha1.ModerationQueue{}, &l.Queues},
		{KindPolicy, false, &v1alpha1.ModerationPolicy{}, &l.Policies},
		{KindPool, false, &v1alpha1.ClassifierPool{}, &l.Pools},
		{KindTeam, false, &v1alpha1.ReviewTeam{}, &l.Teams},
		{KindTarget, false, &v1alpha1.StaffingTarget{}, &l.Targets},
		{KindSource, false, &v1alpha1.MetricSource{}, &l.Sources},
		{KindClusterSource, true, &v1alpha1.ClusterMetricSource{}, &l.ClusterSources},
		{KindOverride, false, &v1alpha1.CapacityOverride{}, &l.Overrides},
	}
}

// Into puts the objects that are not being deleted where they are looked at.
func (l *Lists) Into(in *Input) {
	in.Queues, in.Policies, in.Pools = there(l.Queues.Items), there(l.Policies.Items), there(l.Pools.Items)
	in.Teams, in.Targets, in.Overrides = there(l.Teams.Items), there(l.Targets.Items), there(l.Overrides.Items)
	in.Sources, in.ClusterSources = there(l.Sources.Items), there(l.ClusterSources.Items)
}

// there are the objects that are not being deleted.
func there[T any, P interface {
	*T
	metav1.Object
}](items []T) []P {
	all := make([]P, len(items))
	for i := range items {
		all[i] = &items[i]
	}
	return slices.DeleteFunc(all, func(o P) bool { return o.GetDeletionTimestamp() != nil })
}
