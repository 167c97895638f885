package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Group is the API group of modcap.
const Group = "modcap.dev"

// GroupVersion is the group and version of every kind in this package.
var GroupVersion = schema.GroupVersion{Group: Group, Version: "v1alpha1"}

// AddToScheme registers the kinds of this package.
func AddToScheme(s *runtime.Scheme) error {
	s.AddKnownTypes(GroupVersion,
		&MetricSource{}, &MetricSourceList{},
		&ClusterMetricSource{}, &ClusterMetricSourceList{},
		&ClassifierPool{}, &ClassifierPoolList{},
		&ModerationQueue{}, &ModerationQueueList{},
		&ModerationPolicy{}, &ModerationPolicyList{},
		&ReviewTeam{}, &ReviewTeamList{},
		&StaffingTarget{}, &StaffingTargetList{},
		&CapacityOverride{}, &CapacityOverrideList{},
	)
	metav1.AddToGroupVersion(s, GroupVersion)
	return nil
}
