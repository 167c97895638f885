package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ReliefStatus is the relief of a policy for the queues of a target: what is in force,
// and all that is remembered of it.
type ReliefStatus struct {
	// policy whose relief it is.
	// +kubebuilder:validation:MaxLength=63
	// +required
	Policy string `json:"policy"`
	// step is the last of the policy's steps that is in force. Empty while none
	// is.
	// +kubebuilder:validation:MaxLength=63
	// +optional
	Step string `json:"step,omitempty"`
	// part is how much of that step is in force, in sixteenths: 1 to 16. The steps
	// before it are in force as a whole.
	// +optional
	Part int32 `json:"part,omitempty"`
	// since is when relief began. Unset while there is none.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +optional
	Since *metav1.Time `json:"since,omitempty"`
	// changed is when more or less of it gave way last.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +optional
	Changed *metav1.Time `json:"changed,omitempty"`
	// periods in which relief was in force, the latest first: the last 24.
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=24
	// +optional
	Periods []ReliefPeriod `json:"periods,omitempty"`
	// raised is by how much reviewAt is raised, by step.
	// +listType=map
	// +listMapKey=step
	// +kubebuilder:validation:MaxItems=8
	// +optional
	Raised []ReliefRaised `json:"raised,omitempty"`
	// code says why it is as it is: a reason of the condition ReliefActive.
	// +kubebuilder:validation:MaxLength=32
	// +required
	Code string `json:"code"`
	// message says what gives way, why, until when at the earliest, and what that
	// cost when it last changed.
	// +kubebuilder:validation:MaxLength=768
	// +required
	Message string `json:"message"`
	// cost is what relief costs now. Unset while there is none.
	// +optional
	Cost *ReliefCost `json:"cost,omitempty"`
}

// ReliefPeriod is a time in which relief was in force.
type ReliefPeriod struct {
	// from is when it began.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +required
	From metav1.Time `json:"from"`
	// until is when it ended. Unset while it is in force.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +optional
	Until *metav1.Time `json:"until,omitempty"`
}

// ReliefRaised is by how much a step raises reviewAt of its labels.
type ReliefRaised struct {
	// step of the policy.
	// +kubebuilder:validation:MaxLength=63
	// +required
	Step string `json:"step"`
	// by how much, per million.
	// +required
	By int32 `json:"by"`
	// since is when reviewAt was first raised in this period.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +required
	Since metav1.Time `json:"since"`
	// until is when it went back. Unset while it is raised; what went back stays
	// here as long as it is in what is measured to arrive, and until
	// something else changes.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +optional
	Until *metav1.Time `json:"until,omitempty"`
}

// ReliefCost is what relief costs as long as it stays as it is, to two digits.
type ReliefCost struct {
	// sparedPerHour are items that are let through, and that people would have
	// looked at.
	// +kubebuilder:validation:MaxLength=16
	// +required
	SparedPerHour string `json:"sparedPerHour"`
	// leaksPerDay are those of them that are expected to be violating, at most.
	// +kubebuilder:validation:MaxLength=16
	// +required
	LeaksPerDay string `json:"leaksPerDay"`
	// deferredPerHour are items that get a later deadline.
	// +kubebuilder:validation:MaxLength=16
	// +required
	DeferredPerHour string `json:"deferredPerHour"`
	// delay is by how much later that is, at most.
	// +kubebuilder:validation:MaxLength=28
	// +required
	Delay string `json:"delay"`
	// samplesPerHour are quality samples that are not taken.
	// +kubebuilder:validation:MaxLength=16
	// +required
	SamplesPerHour string `json:"samplesPerHour"`
}
