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
	// onTime is what it does for the promises, those above being there. Unset
	// where that is not known, and in a plan that is too large to tell it each
	// interval.
	// +optional
	OnTime *OnTimeChange `json:"onTime,omitempty"`
	// sentence says what is to be done and why, with times of UTC.
	// +kubebuilder:validation:MaxLength=512
	Sentence string `json:"sentence"`
}

// OnTimeChange is the percent of work that is expected to be on time over the
// horizon, without and with a change.
type OnTimeChange struct {
	// language for which the change closes most; empty for work that needs none,
	// "*" for all work.
	// +kubebuilder:validation:MaxLength=64
	// +optional
	Language string `json:"language,omitempty"`
	// tier of that work; unset for all work.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=9
	// +optional
	Tier int32 `json:"tier,omitempty"`
	// before is the percent without the change, such as "86".
	// +kubebuilder:validation:MaxLength=8
	Before string `json:"before"`
	// after is the percent with it.
	// +kubebuilder:validation:MaxLength=8
	After string `json:"after"`
}
