package v1alpha1

// Escalation sends items to a higher tier.
type Escalation struct {
	// tier that items go to: 2 to 9.
	// +kubebuilder:validation:Minimum=2
	// +kubebuilder:validation:Maximum=9
	// +required
	Tier int32 `json:"tier"`
	// within is the time that the tier has, counted from the item's clock start:
	// at least 1s.
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || duration(self) >= duration('1s')",message="an escalation needs at least 1s"
	// +required
	Within Duration `json:"within"`
	// scoreAt is the score from which items that this label decides go to the tier
	// at once. At most 20 labels have one. Unset means that no score does.
	// +optional
	ScoreAt Score `json:"scoreAt,omitempty"`
	// flags send an item to the tier at once, whatever its scores, such as
	// "csam-hash": up to 4, and 8 of all labels together. Routers give them with
	// the item.
	// +listType=set
	// +kubebuilder:validation:MaxItems=4
	// +optional
	Flags []Flag `json:"flags,omitempty"`
}

// Flag is something that is known of an item besides its scores: that its hash
// is on a list, that an authority reported it. Lower-case letters, digits and
// dashes, at most 31.
// +kubebuilder:validation:MaxLength=31
// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",message="must be lower-case letters, digits and dashes, starting and ending with a letter or digit"
type Flag string

// ShortDuration is a length of time such as "30s", "15m" or "1h30m", of at most
// 10 characters. Units are h, m, s and ms.
// +kubebuilder:validation:MaxLength=10
// +kubebuilder:validation:XValidation:rule="self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$')",message="must be a duration such as 30s, 15m or 1h30m; the units are h, m, s and ms, so write 14 days as 336h"
type ShortDuration string

// MoveUp says when items go up that nobody has taken: first to the tier of their
// label's escalation, then further. Their clock goes on.
// +kubebuilder:validation:XValidation:rule="!has(self.then) || self.then.size() < 2 || self.then[0].tier < self.then[1].tier",message="tiers of then must rise"
// +kubebuilder:validation:XValidation:rule="!has(self.then) || !self.after.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || !self.then[0].after.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || duration(self.after) < duration(self.then[0].after)",message="the ages from which items move up must rise: then[0].after must be longer than after"
// +kubebuilder:validation:XValidation:rule="!has(self.then) || self.then.size() < 2 || self.then.exists(t, !t.after.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || !t.within.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$')) || (duration(self.then[0].after) < duration(self.then[1].after) && duration(self.then[1].after) < duration(self.then[0].within) && duration(self.then[0].within) <= duration(self.then[1].within))",message="after and within of then must rise, and items must move up before the time of their tier is over"
type MoveUp struct {
	// severity of the labels whose items are meant: Low (annoying), Medium
	// (harmful to some), High (harmful to many, or grave) or Critical (danger to
	// life, children, or a crime by itself).
	// +required
	Severity SeverityType `json:"severity"`
	// after is the age from which an item goes to the tier of its label's
	// escalation, counted from its clock start: at least 1s, and shorter than the
	// escalation's within.
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || duration(self) >= duration('1s')",message="after must be at least 1s"
	// +required
	After ShortDuration `json:"after"`
	// then are further tiers, at most 2, to which an item goes that nobody of the
	// tier before has taken. Unset means that it stays.
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=2
	// +optional
	Then []EscalationTier `json:"then,omitempty"`
}

// EscalationTier is a further tier.
// +kubebuilder:validation:XValidation:rule="!self.after.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || !self.within.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || duration(self.after) < duration(self.within)",message="after must be shorter than within: an item that moves up keeps its clock"
type EscalationTier struct {
	// tier that items go to: 3 to 9.
	// +kubebuilder:validation:Minimum=3
	// +kubebuilder:validation:Maximum=9
	// +required
	Tier int32 `json:"tier"`
	// after is the age from which an item goes there, counted from its clock
	// start.
	// +required
	After ShortDuration `json:"after"`
	// within is the time that the tier has, counted from the item's clock start.
	// +required
	Within ShortDuration `json:"within"`
}
