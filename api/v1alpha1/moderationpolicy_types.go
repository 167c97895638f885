package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ModerationPolicySpec says what scores mean.
// +kubebuilder:validation:XValidation:rule="self.labels.map(l, has(l.requires) ? l.requires.clearances.size() : 0).sum() <= 128",message="the labels require more than 128 clearances together: a review stream can require what all of its items need"
// +kubebuilder:validation:XValidation:rule="self.labels.map(l, has(l.overrides) ? l.overrides.size() : 0).sum() <= 256",message="the labels have more than 256 overrides together: markets of the same bands can share one"
// +kubebuilder:validation:XValidation:rule="self.labels.filter(l, has(l.escalation) && has(l.escalation.scoreAt)).size() <= 20",message="more than 20 labels have escalation.scoreAt"
// +kubebuilder:validation:XValidation:rule="self.labels.map(l, has(l.escalation) && has(l.escalation.flags) ? l.escalation.flags.size() : 0).sum() <= 8",message="the labels have more than 8 flags together"
// +kubebuilder:validation:XValidation:rule="!has(self.moveUp) || self.moveUp.all(m, self.labels.all(l, !has(l.escalation) || !has(l.severity) || l.severity != m.severity || !has(m.then) || m.then[0].tier > l.escalation.tier))",message="moveUp.then must begin above the tier of each escalation of its severity"
// +kubebuilder:validation:XValidation:rule="!has(self.moveUp) || self.moveUp.all(m, !m.after.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || self.labels.all(l, !has(l.escalation) || !has(l.severity) || l.severity != m.severity || !l.escalation.within.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || duration(m.after) < duration(l.escalation.within)))",message="moveUp.after must be shorter than each escalation.within of its severity: an item that moves up keeps its clock"
// +kubebuilder:validation:XValidation:rule="!has(self.relief) || self.relief.steps.all(s, !has(s.labels) || s.labels.all(n, self.labels.exists(l, l.name == n)))",message="a step of relief names a label that the policy does not have"
// +kubebuilder:validation:XValidation:rule="!has(self.relief) || self.labels.all(l, self.relief.steps.all(s, !has(s.labels) || !(l.name in s.labels) || (has(l.severity) && l.severity == 'Low' && !(has(l.protected) && l.protected))))",message="relief raises reviewAt only of labels of severity Low that are not protected"
// +kubebuilder:validation:XValidation:rule="!has(self.relief) || self.labels.all(l, self.relief.steps.all(s, !has(s.labels) || !(l.name in s.labels) || has(l.reviewAt)))",message="relief raises reviewAt only of labels that have one"
// +kubebuilder:validation:XValidation:rule="!has(self.relief) || self.labels.all(l, self.relief.steps.all(s, !has(s.labels) || !has(s.raise) || !(l.name in s.labels) || !has(l.reviewAt) || !s.raise.matches('^0[.][0-9]{1,6}$') || !l.reviewAt.matches('^[0-9]+([.][0-9]+)?$') || (has(l.actAt) && !l.actAt.matches('^[0-9]+([.][0-9]+)?$')) || double(l.reviewAt) + double(s.raise) < double(has(l.actAt) ? l.actAt : '1')))",message="relief must not raise reviewAt up to actAt: some of every band stays with people"
// +kubebuilder:validation:XValidation:rule="!has(self.relief) || self.labels.all(l, !has(l.overrides) || self.relief.steps.all(s, !has(s.labels) || !has(s.raise) || !(l.name in s.labels) || !has(l.reviewAt) || !s.raise.matches('^0[.][0-9]{1,6}$') || !l.reviewAt.matches('^[0-9]+([.][0-9]+)?$') || (has(l.actAt) && !l.actAt.matches('^[0-9]+([.][0-9]+)?$')) || l.overrides.all(o, (has(o.reviewAt) && !o.reviewAt.matches('^[0-9]+([.][0-9]+)?$')) || (has(o.actAt) && !o.actAt.matches('^[0-9]+([.][0-9]+)?$')) || double(has(o.reviewAt) ? o.reviewAt : l.reviewAt) + double(s.raise) < double(has(o.actAt) ? o.actAt : has(l.actAt) ? l.actAt : '1'))))",message="relief must not raise reviewAt up to actAt in the markets of an override either"
type ModerationPolicySpec struct {
	// labels that models score, 1 to 64, and what their scores mean.
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +required
	Labels []PolicyLabel `json:"labels"`
	// moveUp says, by severity, when items of labels with an escalation go up that
	// nobody has taken. Unset means never.
	// +listType=map
	// +listMapKey=severity
	// +kubebuilder:validation:MaxItems=4
	// +optional
	MoveUp []MoveUp `json:"moveUp,omitempty"`
	// rollout says how a change that may decide items otherwise is brought to
	// routers. Unset means at once.
	// +optional
	Rollout *PolicyRollout `json:"rollout,omitempty"`
	// quality says where it is counted how often decisions are wrong. Unset means
	// nowhere.
	// +optional
	Quality *PolicyQuality `json:"quality,omitempty"`
	// relief is what gives way, in which order, while people are too few. Unset
	// means nothing.
	// +optional
	Relief *PolicyRelief `json:"relief,omitempty"`
}

// SeverityType orders labels by the harm that a leaked item does.
// +kubebuilder:validation:Enum=Low;Medium;High;Critical
type SeverityType string

// Severities of a label, from the least to the gravest.
const (
	SeverityLow      SeverityType = "Low"      // annoying
	SeverityMedium   SeverityType = "Medium"   // harmful to some
	SeverityHigh     SeverityType = "High"     // harmful to many, or grave
	SeverityCritical SeverityType = "Critical" // danger to life, children, or a crime by itself
)

// PolicyLabel says what the scores of one label mean.
// +kubebuilder:validation:XValidation:rule="has(self.actAt) || has(self.reviewAt)",message="a label needs actAt, or reviewAt, or both: without them its scores mean nothing"
// +kubebuilder:validation:XValidation:rule="!has(self.actAt) || !has(self.reviewAt) || !self.actAt.matches('^[0-9]+([.][0-9]+)?$') || !self.reviewAt.matches('^[0-9]+([.][0-9]+)?$') || double(self.reviewAt) <= double(self.actAt)",message="reviewAt must not be above actAt: scores from reviewAt up to actAt go to people"
// +kubebuilder:validation:XValidation:rule="!has(self.overrides) || !has(self.actAt) || !self.actAt.matches('^[0-9]+([.][0-9]+)?$') || self.overrides.all(o, has(o.actAt) || !has(o.reviewAt) || !o.reviewAt.matches('^[0-9]+([.][0-9]+)?$') || double(o.reviewAt) <= double(self.actAt))",message="reviewAt of an override must not be above the label's actAt, which holds where the override sets none"
// +kubebuilder:validation:XValidation:rule="!has(self.overrides) || !has(self.reviewAt) || !self.reviewAt.matches('^[0-9]+([.][0-9]+)?$') || self.overrides.all(o, has(o.reviewAt) || !has(o.actAt) || !o.actAt.matches('^[0-9]+([.][0-9]+)?$') || double(self.reviewAt) <= double(o.actAt))",message="actAt of an override must not be below the label's reviewAt, which holds where the override sets none"
// +kubebuilder:validation:XValidation:rule="!has(self.overrides) || self.overrides.map(o, o.markets.size()).sum() <= 250",message="the overrides of a label list more than 250 markets together: a market may stand in one override only"
// +kubebuilder:validation:XValidation:rule="!has(self.escalation) || !has(self.escalation.scoreAt) || !has(self.reviewAt) || !self.escalation.scoreAt.matches('^[0-9]+([.][0-9]+)?$') || !self.reviewAt.matches('^[0-9]+([.][0-9]+)?$') || double(self.escalation.scoreAt) >= double(self.reviewAt)",message="escalation.scoreAt must not be below reviewAt: lower scores are allowed"
type PolicyLabel struct {
	// name of the label as routers know it.
	// +required
	Name Word `json:"name"`
	// harmDomain of the items that this label decides.
	// +required
	HarmDomain Word `json:"harmDomain"`
	// severity of an item that leaks: Low (annoying), Medium (default, harmful to
	// some), High (harmful to many, or grave) or Critical (danger to life,
	// children, or a crime by itself).
	// +kubebuilder:default=Medium
	// +optional
	Severity SeverityType `json:"severity,omitempty"`
	// protected labels are never touched by any relief. Unset means false.
	// +optional
	Protected bool `json:"protected,omitempty"`
	// score names the model, and its version, whose scores are meant.
	// +required
	Score ScoreReference `json:"score"`
	// actAt is the score from which the machine acts alone. Unset means never.
	// +optional
	ActAt *Score `json:"actAt,omitempty"`
	// reviewAt is the score from which people decide, up to actAt. Below it the
	// item is allowed. Unset means that nobody reviews.
	// +optional
	ReviewAt *Score `json:"reviewAt,omitempty"`
	// overrides of the bands for some markets: at most 32 of a label, and 256 of
	// all labels together. A market may stand in one override of a label only.
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=32
	// +optional
	Overrides []BandOverride `json:"overrides,omitempty"`
	// requires adds to what the review stream requires of people. Unset means
	// nothing.
	// +optional
	Requires *LabelRequirements `json:"requires,omitempty"`
	// qaSample is the share of decided items that are looked at again for quality.
	// Unset means none.
	// +optional
	QASample *QASample `json:"qaSample,omitempty"`
	// escalation sends items of this label to a higher tier. Unset means that they
	// stay in the tier of their stream.
	// +optional
	Escalation *Escalation `json:"escalation,omitempty"`
}

// ScoreReference names a model and its version.
type ScoreReference struct {
	// model that gives the score.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +required
	Model string `json:"model"`
	// version of the model. Scores of another version go to people.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +required
	Version string `json:"version"`
}

// BandOverride changes the bands for some markets.
// +kubebuilder:validation:XValidation:rule="has(self.actAt) || has(self.reviewAt)",message="an override needs actAt, or reviewAt, or both"
// +kubebuilder:validation:XValidation:rule="!has(self.actAt) || !has(self.reviewAt) || !self.actAt.matches('^[0-9]+([.][0-9]+)?$') || !self.reviewAt.matches('^[0-9]+([.][0-9]+)?$') || double(self.reviewAt) <= double(self.actAt)",message="reviewAt must not be above actAt: scores from reviewAt up to actAt go to people"
type BandOverride struct {
	// name of the override.
	// +required
	Name Word `json:"name"`
	// markets in which the override holds.
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=250
	// +required
	Markets []Market `json:"markets"`
	// actAt in these markets. Unset means the label's.
	// +optional
	ActAt *Score `json:"actAt,omitempty"`
	// reviewAt in these markets. Unset means the label's.
	// +optional
	ReviewAt *Score `json:"reviewAt,omitempty"`
}

// LabelRequirements add to what the review stream requires of people.
type LabelRequirements struct {
	// clearances that everyone who reviews items of this label must hold: 1 to 8.
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	// +required
	Clearances []Word `json:"clearances"`
}

// QASample is the share of decided items that are looked at again.
type QASample struct {
	// allowed items, a share from 0 to 1. Unset means none.
	// +optional
	Allowed Score `json:"allowed,omitempty"`
	// actioned items, a share from 0 to 1. Unset means none.
	// +optional
	Actioned Score `json:"actioned,omitempty"`
	// reviewed items, a share from 0 to 1. Unset means none.
	// +optional
	Reviewed Score `json:"reviewed,omitempty"`
}

// ModerationPolicyStatus says whether the policy is sound and in use.
type ModerationPolicyStatus struct {
	CommonStatus `json:",inline"`
	// revision is a hash of what the policy means: it changes when, and only when,
	// a decision could. The ControllerRevision named after the policy and it holds
	// that meaning. It stays what it was while the spec is not sound.
	// +kubebuilder:validation:MaxLength=64
	// +optional
	Revision string `json:"revision,omitempty"`
	// rollout is by which revisions routers decide. Unset while changes are not
	// rolled out: then revision does.
	// +optional
	Rollout *PolicyRolloutStatus `json:"rollout,omitempty"`
	// quality is how often decisions are wrong. Unset while nothing is counted.
	// +optional
	Quality *PolicyQualityStatus `json:"quality,omitempty"`
	// rereview is what people look at again after a change was taken back. Unset
	// while there was nothing.
	// +optional
	Rereview *PolicyRereview `json:"rereview,omitempty"`
	// queues that use the policy.
	// +optional
	Queues int32 `json:"queues,omitempty"`
	// labels is the number of labels.
	// +optional
	Labels int32 `json:"labels,omitempty"`
	// findings are problems in the policy: the worst 24.
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=24
	// +optional
	Findings []Finding `json:"findings,omitempty"`
	// findingCount is the number of findings, including those not listed.
	// +optional
	FindingCount int32 `json:"findingCount,omitempty"`
}

// ModerationPolicy says what scores mean.
// +kubebuilder:validation:XValidation:rule="size(self.metadata.name) <= 63",message="the name of a policy has at most 63 characters, since objects made for it are named after it"
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=modpol,categories=modcap,path=moderationpolicies
// +kubebuilder:printcolumn:name="Revision",type=string,JSONPath=`.status.revision`
// +kubebuilder:printcolumn:name="Rollout",type=string,JSONPath=`.status.rollout.phase`
// +kubebuilder:printcolumn:name="Step",type=string,JSONPath=`.status.rollout.step`
// +kubebuilder:printcolumn:name="Labels",type=integer,JSONPath=`.status.labels`
// +kubebuilder:printcolumn:name="Queues",type=integer,JSONPath=`.status.queues`
// +kubebuilder:printcolumn:name="Findings",type=integer,JSONPath=`.status.findingCount`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`,priority=1
type ModerationPolicy struct {
	metav1.TypeMeta `json:",inline"`
	// metadata of the object.
	metav1.ObjectMeta `json:"metadata,omitempty"`
	// spec says what scores mean.
	// +required
	Spec ModerationPolicySpec `json:"spec"`
	// status says whether the policy is sound and in use.
	// +optional
	Status ModerationPolicyStatus `json:"status,omitempty"`
}

// ModerationPolicyList is a list of ModerationPolicy.
// +kubebuilder:object:root=true
type ModerationPolicyList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []ModerationPolicy `json:"items"`
}
