package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// OverrideType says what an override does.
// +kubebuilder:validation:Enum=Pause;Floor;Ceiling
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
)

// CapacityOverrideSpec is a change by hand that ends by itself.
// +kubebuilder:validation:XValidation:rule="(self.type in ['Floor', 'Ceiling']) == has(self.replicas)",message="replicas is needed with Floor and Ceiling, and not allowed with Pause"
// +kubebuilder:validation:XValidation:rule="!has(self.from) || self.from < self.until",message="from must be before until"
type CapacityOverrideSpec struct {
	// type of the override: Pause (modcap decides and reports, and does not write
	// the scale), Floor (at least so many replicas) or Ceiling (at most so many,
	// which holds against a floor).
	// +required
	Type OverrideType `json:"type"`
	// poolRef names the ClassifierPool concerned.
	// +required
	PoolRef ObjectReference `json:"poolRef"`
	// replicas of a Floor or Ceiling: 0 to 100000. Needed with these, and for them
	// only.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100000
	// +optional
	Replicas *int32 `json:"replicas,omitempty"`
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
