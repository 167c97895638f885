package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ReviewSample is the share of items that people look at again for quality.
// Each is a share of items and not of decisions: where two people must agree,
// an item is still looked at again once.
// +kubebuilder:validation:XValidation:rule="has(self.allowed) || has(self.actioned) || has(self.reviewed)",message="a qaSample needs allowed, actioned or reviewed"
type ReviewSample struct {
	// allowed is the share of the items that machines let through, from 0 to 1.
	// They are counted by metrics.allowed; while nothing counts them, the work is
	// not known, and not taken for none. Unset means that none is looked at.
	// +optional
	Allowed Score `json:"allowed,omitempty"`
	// actioned is the share of the items that machines actioned, from 0 to 1. They
	// are counted by metrics.actioned; while nothing counts them, the work is not
	// known, and not taken for none. Unset means that none is looked at.
	// +optional
	Actioned Score `json:"actioned,omitempty"`
	// reviewed is the share of the stream's own items, from 0 to 1. Unset means
	// that none is looked at.
	// +optional
	Reviewed Score `json:"reviewed,omitempty"`
	// handleTime of one look: 1s to 8h. Unset means that of the stream.
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || (duration(self) >= duration('1s') && duration(self) <= duration('8h'))",message="handleTime must be from 1s to 8h"
	// +optional
	HandleTime *Duration `json:"handleTime,omitempty"`
	// within is the time in which nine of ten are looked at, counted from the
	// decision that is looked at: at least 1s, "24h" by default.
	// +kubebuilder:default="24h"
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || duration(self) >= duration('1s')",message="a qaSample needs at least 1s"
	// +optional
	Within Duration `json:"within,omitempty"`
	// tier of the teams that look again: 1 to 9. Unset means the stream's.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=9
	// +optional
	Tier *int32 `json:"tier,omitempty"`
}

// ReviewEscalation says how many items of a stream a higher tier decides.
type ReviewEscalation struct {
	// share of the stream's items that are passed on. Either it or
	// metrics.escalated, which counts them.
	// +optional
	Share Share `json:"share,omitempty"`
	// tier that they are passed on to: 2 to 9, above the stream's.
	// +kubebuilder:validation:Minimum=2
	// +kubebuilder:validation:Maximum=9
	// +required
	Tier int32 `json:"tier"`
	// within is the time in which they are decided, counted from the item's clock
	// start: being passed on does not reset it. It must be longer than the
	// shortest of the stream's promises, since that much of it may be gone. The
	// percent is that promise's.
	// +required
	Within Duration `json:"within"`
	// handleTime of one decision of the higher tier: 1s to 8h. Unset means that of
	// the stream.
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || (duration(self) >= duration('1s') && duration(self) <= duration('8h'))",message="handleTime must be from 1s to 8h"
	// +optional
	HandleTime *Duration `json:"handleTime,omitempty"`
}

// HandleTimeChange is a change of the handle time that is known beforehand,
// such as that of a new policy.
type HandleTimeChange struct {
	// name of the change.
	// +required
	Name Word `json:"name"`
	// from is when it begins, such as "2026-12-24T18:00:00Z".
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +required
	From metav1.Time `json:"from"`
	// percent of the handle time of before that a decision then takes: 10 to 1000.
	// "130" is nearly a third more.
	// +kubebuilder:validation:XValidation:rule="!self.matches('^[0-9]{1,5}([.][0-9])?$') || (double(self) >= 10.0 && double(self) <= 1000.0)",message="a change of the handle time is from 10 to 1000 percent of the one before"
	// +required
	Percent Proportion `json:"percent"`
	// decay is the time in which the change goes back to nothing, by the same
	// amount in each hour, as people get used to it: at least 1h. Unset means
	// that it stays.
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || duration(self) >= duration('1h')",message="decay must be at least 1h"
	// +optional
	Decay Duration `json:"decay,omitempty"`
	// reason for the change, for those who find it.
	// +kubebuilder:validation:MinLength=3
	// +kubebuilder:validation:MaxLength=128
	// +required
	Reason string `json:"reason"`
}

// RelaxedSkill is what older work may do without.
// +kubebuilder:validation:Enum=market;surface
type RelaxedSkill string

const (
	// RelaxMarket lets teams take the work that do not know the queue's markets.
	RelaxMarket RelaxedSkill = "market"
	// RelaxSurface lets teams take the work that do not work on its surface.
	RelaxSurface RelaxedSkill = "surface"
)

// Relaxation lets work that would be late otherwise go to more teams, once it is
// old.
type Relaxation struct {
	// after is the age from which on, counted from the item's clock start: at
	// least 1m. A step that is as long as the promise does nothing.
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || duration(self) >= duration('1m')",message="after must be at least 1m"
	// +required
	After Duration `json:"after"`
	// drop is what a team need not have then: market (the queue's markets among
	// its skills) or surface (the queue's surface among its skills).
	// +required
	Drop RelaxedSkill `json:"drop"`
}
