package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Surge says what arrives at queues from the override's from to its until: one
// level, or a curve of them. It is expected of the queues' machines and people
// from the start of a worker or a shift on, and what came meanwhile is left out
// of what is learned. Of several surges of one queue the largest holds at each
// instant; it multiplies with the events of the queue's calendar, which are
// expected otherwise.
// +kubebuilder:validation:XValidation:rule="has(self.arrivals) != has(self.curve)",message="a surge needs arrivals or a curve, and not both"
type Surge struct {
	// arrivals in percent of what would arrive otherwise: 10 to 10000. "300" is
	// three times as much, "50" half. Unset with a curve.
	// +kubebuilder:validation:XValidation:rule="!self.matches('^[0-9]{1,5}([.][0-9])?$') || double(self) >= 10.0",message="arrivals of a surge are from 10 to 10000 percent of what would arrive otherwise"
	// +optional
	Arrivals Proportion `json:"arrivals,omitempty"`
	// curve is how the arrivals change, in at most 48 points that rise in time.
	// Each holds until the next one, and the last until the override's until;
	// before the first one arrives what would arrive otherwise. Unset with
	// arrivals.
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=48
	// +kubebuilder:validation:XValidation:rule="self.map(p, p.from).isSorted() && self.all(p, self.exists_one(q, q.from == p.from))",message="the points of a curve must rise in time"
	// +optional
	Curve []SurgePoint `json:"curve,omitempty"`
}

// SurgePoint is a point of a curve.
type SurgePoint struct {
	// from is when the point begins to hold, such as "2026-12-24T18:00:00Z".
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +required
	From metav1.Time `json:"from"`
	// arrivals from then on in percent of what would arrive otherwise: 10 to
	// 10000.
	// +kubebuilder:validation:XValidation:rule="!self.matches('^[0-9]{1,5}([.][0-9])?$') || double(self) >= 10.0",message="arrivals of a surge are from 10 to 10000 percent of what would arrive otherwise"
	// +required
	Arrivals Proportion `json:"arrivals"`
}

// OverriddenQueue is what holds for a queue now.
type OverriddenQueue struct {
	// name of the queue.
	// +kubebuilder:validation:MaxLength=253
	// +required
	Name string `json:"name"`
	// arrivals in percent of what would arrive otherwise, by all surges and by the
	// queue's calendar together. Unset for a Priority.
	// +kubebuilder:validation:MaxLength=16
	// +optional
	Arrivals string `json:"arrivals,omitempty"`
	// priority in force. Unset for a Surge.
	// +optional
	Priority *int32 `json:"priority,omitempty"`
	// by is the override of this type that holds for the queue. Unset while none
	// does.
	// +kubebuilder:validation:MaxLength=253
	// +optional
	By string `json:"by,omitempty"`
}
