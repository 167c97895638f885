package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// RereviewTerms say how people look again at what a change decided that was taken
// back.
type RereviewTerms struct {
	// within is the time for it, from the abort on: 1h to 9999h, 72h by default.
	// +kubebuilder:default="72h"
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || (duration(self) >= duration('1h') && duration(self) <= duration('9999h'))",message="within must be from 1h to 9999h"
	// +optional
	Within Duration `json:"within,omitempty"`
	// requeued says that the platform puts these items into the streams' queues by
	// itself, where they are counted as they arrive: then nothing is planned
	// besides. Unset means false.
	// +optional
	Requeued bool `json:"requeued,omitempty"`
}

// RereviewState says whether people still look at items again.
// +kubebuilder:validation:Enum=Open;Done;Dismissed
type RereviewState string

// States of a re-review.
const (
	RereviewOpen      RereviewState = "Open"      // it is planned for people
	RereviewDone      RereviewState = "Done"      // all items have been looked at
	RereviewDismissed RereviewState = "Dismissed" // somebody decided that it is not needed
)

// PolicyRereview is what people look at again after a change was taken back. It stays
// as it ended until another change is taken back.
type PolicyRereview struct {
	// revisions that decided the items, the last one first: more than one where a
	// change was taken back while items of another were left. The newest 4.
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=4
	// +kubebuilder:validation:items:MaxLength=64
	// +required
	Revisions []string `json:"revisions"`
	// state is Open (it is planned for people), Done (all items have been looked
	// at) or Dismissed (somebody decided that it is not needed).
	// +required
	State RereviewState `json:"state"`
	// since is when the change was taken back.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +required
	Since metav1.Time `json:"since"`
	// due is when it is to be done.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +required
	Due metav1.Time `json:"due"`
	// items in all, as estimated from the share that the revision had.
	// +required
	Items int64 `json:"items"`
	// left of them, in two significant digits.
	// +optional
	Left int64 `json:"left,omitempty"`
	// work is which items they are: at most 8 lines, markets put together where
	// there were more.
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=8
	// +optional
	Work []RereviewWork `json:"work,omitempty"`
	// ended is when it was done or dismissed.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +optional
	Ended *metav1.Time `json:"ended,omitempty"`
	// by says by what or on whose order it ended.
	// +kubebuilder:validation:MaxLength=128
	// +optional
	By string `json:"by,omitempty"`
	// reason of a dismissal: as much of it as there is room for.
	// +kubebuilder:validation:MaxLength=128
	// +optional
	Reason string `json:"reason,omitempty"`
}

// RereviewWork are items of one kind that are looked at again.
type RereviewWork struct {
	// harmDomain of the items.
	// +required
	HarmDomain Word `json:"harmDomain"`
	// market of the items. Unset means several, or one that is not known.
	// +kubebuilder:validation:MaxLength=16
	// +optional
	Market string `json:"market,omitempty"`
	// items of that kind.
	// +required
	Items int64 `json:"items"`
}

// ReworkOf names the change that was taken back whose items a Rework is of.
type ReworkOf struct {
	// policyRef names the ModerationPolicy.
	// +required
	PolicyRef ObjectReference `json:"policyRef"`
	// revision that was taken back.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +required
	Revision string `json:"revision"`
}
