package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// EscalationHole is when nobody of a tier that items escalate to is there for a
// language: on shift, or on call and called in time.
type EscalationHole struct {
	// tier that items escalate to.
	Tier int32 `json:"tier"`
	// language of the items; empty for any.
	// +kubebuilder:validation:MaxLength=35
	// +optional
	Language string `json:"language,omitempty"`
	// harmDomains of the items: the first 8 by name.
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=8
	// +kubebuilder:validation:items:MaxLength=63
	HarmDomains []string `json:"harmDomains"`
	// queue that the items come from, the first by name.
	// +kubebuilder:validation:MaxLength=253
	Queue string `json:"queue"`
	// queues is how many they are.
	Queues int32 `json:"queues"`
	// from is when the first hole begins, or the present interval.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	From metav1.Time `json:"from"`
	// until is when it ends, or the horizon.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	Until metav1.Time `json:"until"`
	// hours of all holes to the horizon.
	// +kubebuilder:validation:MaxLength=16
	Hours string `json:"hours"`
}
