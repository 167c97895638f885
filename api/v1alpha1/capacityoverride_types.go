package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// OverrideType says what an override does.
// +kubebuilder:validation:Enum=Pause;Floor;Ceiling;Rework
type OverrideType string

const (
	// OverridePause stops modcap from writing the pool's scale; it goes on
	// deciding and reporting.
	OverridePause OverrideType = "Pause"
	// OverrideFloor raises the pool's min to replicas. Of several the highest
	// holds; none lifts the pool's max.
	OverrideFloor OverrideType = "Floor"
	// OverrideCeiling lowers the pool's max to replicas, and its min if need be.
	// Of several the lowest holds, and it holds against min and any floor.
	OverrideCeiling OverrideType = "Ceiling"
	// OverrideRework adds items that people look at again to what is planned for
	// them. It is about people: planners may write it, and no other.
	OverrideRework OverrideType = "Rework"
)

// CapacityOverrideSpec is a change by hand that ends by itself.
// +kubebuilder:validation:XValidation:rule="(self.type in ['Floor', 'Ceiling']) == has(self.replicas)",message="replicas is needed with Floor and Ceiling, and not allowed with others"
// +kubebuilder:validation:XValidation:rule="(self.type == 'Rework') == has(self.rework)",message="rework is needed with type: Rework, and not allowed with others"
// +kubebuilder:validation:XValidation:rule="(self.type == 'Rework') != has(self.poolRef)",message="poolRef is needed with Pause, Floor and Ceiling, and not allowed with Rework"
// +kubebuilder:validation:XValidation:rule="!has(self.from) || self.from < self.until",message="from must be before until"
type CapacityOverrideSpec struct {
	// type of the override: Pause (modcap decides and reports, and does not write
	// the scale), Floor (at least so many replicas), Ceiling (at most so many,
	// which holds against a floor) or Rework (items that people look at again).
	// +required
	Type OverrideType `json:"type"`
	// poolRef names the ClassifierPool concerned. Needed with Pause, Floor and
	// Ceiling, and for them only.
	// +optional
	PoolRef *ObjectReference `json:"poolRef,omitempty"`
	// replicas of a Floor or Ceiling: 0 to 100000. Needed with these, and for them
	// only.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100000
	// +optional
	Replicas *int32 `json:"replicas,omitempty"`
	// rework is what people look at again. Needed with Rework, and for it only.
	// +optional
	Rework *Rework `json:"rework,omitempty"`
	// from is when the override begins, such as "2026-12-24T18:00:00Z". Unset
	// means at once.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +optional
	From *metav1.Time `json:"from,omitempty"`
	// until is when the override ends by itself, such as "2026-12-25T06:00:00Z".
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +required
	Until metav1.Time `json:"until"`
	// reason for the override, for those who find it.
	// +kubebuilder:validation:MinLength=3
	// +kubebuilder:validation:MaxLength=256
	// +required
	Reason string `json:"reason"`
	// by says who ordered it: a role or a ticket rather than a person's name.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +required
	By string `json:"by"`
}

// Rework is a number of items that people look at again, from the override's from
// to its until: after a mistake in a policy or a model, or before a report.
// +kubebuilder:validation:XValidation:rule="!has(self.done) || self.done <= self.items",message="done cannot be more than items"
type Rework struct {
	// queueRef names the ModerationQueue whose items they are.
	// +required
	QueueRef ObjectReference `json:"queueRef"`
	// review is the stream of the queue that looks at them: its teams, its handle
	// time, its priority.
	// +required
	Review Word `json:"review"`
	// language of the items. Unset means that of the stream where it has one
	// class, and else that they need somebody who holds all of its languages.
	// +optional
	Language LanguageTag `json:"language,omitempty"`
	// harmDomain of the items. Unset means that of the stream where it has one
	// class, and else that they need somebody who is trained for all of them.
	// +optional
	HarmDomain Word `json:"harmDomain,omitempty"`
	// items to be looked at in all: 1 to 10000000.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=10000000
	// +required
	Items int32 `json:"items"`
	// done is how many of items have been looked at. Nothing counts them: write it
	// when you know. Unset means that they are taken to be done evenly from the
	// override's beginning to its end.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=10000000
	// +optional
	Done *int32 `json:"done,omitempty"`
}

// Pool is the name of the pool concerned; empty for an override that is about people.
func (s *CapacityOverrideSpec) Pool() string {
	if s.PoolRef == nil {
		return ""
	}
	return s.PoolRef.Name
}

// CapacityOverrideStatus says whether the override is in force.
type CapacityOverrideStatus struct {
	CommonStatus `json:",inline"`
}

// CapacityOverride is a change by hand that ends by itself.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=coverride,categories=modcap
// +kubebuilder:printcolumn:name="Type",type=string,JSONPath=`.spec.type`
// +kubebuilder:printcolumn:name="Pool",type=string,JSONPath=`.spec.poolRef.name`
// +kubebuilder:printcolumn:name="Queue",type=string,JSONPath=`.spec.rework.queueRef.name`
// +kubebuilder:printcolumn:name="Replicas",type=integer,JSONPath=`.spec.replicas`
// +kubebuilder:printcolumn:name="Until",type=string,JSONPath=`.spec.until`
// +kubebuilder:printcolumn:name="Active",type=string,JSONPath=`.status.conditions[?(@.type=="Active")].status`
// +kubebuilder:printcolumn:name="By",type=string,JSONPath=`.spec.by`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.spec.reason`,priority=1
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`,priority=1
type CapacityOverride struct {
	metav1.TypeMeta `json:",inline"`
	// metadata of the object.
	metav1.ObjectMeta `json:"metadata,omitempty"`
	// spec is the change and when it ends.
	// +required
	Spec CapacityOverrideSpec `json:"spec"`
	// status says whether the override is in force.
	// +optional
	Status CapacityOverrideStatus `json:"status,omitempty"`
}

// CapacityOverrideList is a list of CapacityOverride.
// +kubebuilder:object:root=true
type CapacityOverrideList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []CapacityOverride `json:"items"`
}
