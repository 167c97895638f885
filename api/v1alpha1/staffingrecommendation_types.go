package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// RecommendationKind is a kind of change that brings people.
// +kubebuilder:validation:Enum=Headcount;Overtime;OnCall
type RecommendationKind string

// Kinds of recommendation.
const (
	// RecommendHeadcount is more people on a shift there is, from a day on.
	RecommendHeadcount RecommendationKind = "Headcount"
	// RecommendOvertime is people of a shift who stay longer or begin earlier on
	// some days.
	RecommendOvertime RecommendationKind = "Overtime"
	// RecommendOnCall is people on call who are called.
	RecommendOnCall RecommendationKind = "OnCall"
)

// StaffingRecommendation is a change that closes a part of a plan's gaps. It is
// one of a set, to be taken together.
type StaffingRecommendation struct {
	// kind is Headcount, Overtime or OnCall.
	Kind RecommendationKind `json:"kind"`
	// team whose people it is about.
	// +kubebuilder:validation:MaxLength=253
	Team string `json:"team"`
	// shift of the team; empty for people on call.
	// +kubebuilder:validation:MaxLength=63
	// +optional
	Shift string `json:"shift,omitempty"`
	// heads is how many people, each time.
	Heads int32 `json:"heads"`
	// from is when it first helps: never before a day of notice is over, or, for
	// people on call, before they can be there.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	From metav1.Time `json:"from"`
	// hours of pay that it takes within the horizon, in two significant digits.
	// An hour of overtime counts as one and a half.
	// +kubebuilder:validation:MaxLength=16
	Hours string `json:"hours"`
	// closes is the person-hours fewer that are missing with it, those above being
	// there, in two significant digits.
	// +kubebuilder:validation:MaxLength=16
	Closes string `json:"closes"`
	// sentence says what is to be done and why, with times of UTC.
	// +kubebuilder:validation:MaxLength=512
	Sentence string `json:"sentence"`
}
