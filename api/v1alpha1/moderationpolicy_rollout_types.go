package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// RolloutUnit is what keeps its revision as a whole while a change is rolled out.
// +kubebuilder:validation:Enum=Item;Author;Room;Account
type RolloutUnit string

// Units of a rollout.
const (
	RolloutItem    RolloutUnit = "Item"    // each item by itself
	RolloutAuthor  RolloutUnit = "Author"  // all items of who posted them
	RolloutRoom    RolloutUnit = "Room"    // all items of a LIVE room
	RolloutAccount RolloutUnit = "Account" // all items about an account
)

// PolicyRollout says how a change that may decide items otherwise is brought to
// routers: compared in the shadow first, then step by step.
// +kubebuilder:validation:XValidation:rule="self.steps.map(s, has(s.markets) ? s.markets.size() : 0).sum() <= 250",message="the steps list more than 250 markets together: a step without markets is for all"
type PolicyRollout struct {
	// unit that is decided by one revision as a whole: Item (default, each item by
	// itself), Author (all items of who posted them), Room (all of a LIVE room) or
	// Account (all about an account).
	// +kubebuilder:default=Item
	// +optional
	Unit RolloutUnit `json:"unit,omitempty"`
	// shadow is the first step, in which the change decides nothing and is
	// compared with what is in force. It cannot be left out; unset means one that
	// takes no longer than its sample.
	// +optional
	Shadow *RolloutShadow `json:"shadow,omitempty"`
	// steps after the shadow, 1 to 16, each of which gives the change more than
	// the ones before it. After the last it decides everything.
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	// +required
	Steps []RolloutStep `json:"steps"`
	// margins are how many more errors the change may make.
	// +required
	Margins RolloutMargins `json:"margins"`
	// metrics say where it is counted what the change moves and what is found
	// wrong. Unset means nowhere: then no step ends without somebody's approval.
	// +optional
	Metrics *RolloutMetrics `json:"metrics,omitempty"`
	// conditions are further numbers that must be as said before a step ends: at
	// most 2.
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=2
	// +optional
	Conditions []RolloutCondition `json:"conditions,omitempty"`
	// freezeWindows are times in which no step ends: at most 4.
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=4
	// +optional
	FreezeWindows []FreezeWindow `json:"freezeWindows,omitempty"`
	// training is what people have to learn before they review by a change. Unset
	// means nothing.
	// +optional
	Training *RolloutTraining `json:"training,omitempty"`
	// rereview says how people look again at what a change decided that was taken
	// back. Unset means within 72h, planned.
	// +optional
	Rereview *RereviewTerms `json:"rereview,omitempty"`
	// pause keeps the rollout where it is. A broken guard still aborts it. Unset
	// means false.
	// +optional
	Pause bool `json:"pause,omitempty"`
}

// RolloutShadow is the first step of a rollout.
// +kubebuilder:validation:XValidation:rule="!has(self.hold) || !has(self.maxHold) || !self.hold.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || !self.maxHold.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || duration(self.hold) <= duration(self.maxHold)",message="hold must not be longer than maxHold"
type RolloutShadow struct {
	// hold is how long the shadow lasts at least, 0s by default.
	// +optional
	Hold Duration `json:"hold,omitempty"`
	// maxHold is after how long somebody is asked to decide, if the evidence does
	// not. Unset means never.
	// +optional
	MaxHold Duration `json:"maxHold,omitempty"`
	// count is how many items of each move, such as from allow to review, are
	// looked at before they are judged by: 10 to 100000, 300 by default.
	// +kubebuilder:default=300
	// +kubebuilder:validation:Minimum=10
	// +kubebuilder:validation:Maximum=100000
	// +optional
	Count int32 `json:"count,omitempty"`
	// sample is the share of items that the two revisions decide differently which
	// is sent to be looked at, in the shadow and in the steps: 1 by default.
	// +kubebuilder:default="1"
	// +optional
	Sample Score `json:"sample,omitempty"`
}

// RolloutStep gives the change a share of the units.
// +kubebuilder:validation:XValidation:rule="!has(self.hold) || !has(self.maxHold) || !self.hold.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || !self.maxHold.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || duration(self.hold) <= duration(self.maxHold)",message="hold must not be longer than maxHold"
type RolloutStep struct {
	// name of the step. It may not be "shadow".
	// +kubebuilder:validation:XValidation:rule="self != 'shadow'",message="shadow is the name of the first step, which is there by itself"
	// +required
	Name Word `json:"name"`
	// percent of the units that the change decides, where the step is.
	// +required
	Percent Percent `json:"percent"`
	// markets of the step. Unset means all.
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=250
	// +optional
	Markets []Market `json:"markets,omitempty"`
	// surfaces of the step, 1 to 4. Unset means all.
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=4
	// +optional
	Surfaces []Word `json:"surfaces,omitempty"`
	// hold is how long the step lasts at least, 0s by default.
	// +optional
	Hold Duration `json:"hold,omitempty"`
	// maxHold is after how long somebody is asked to decide, if the evidence does
	// not. Unset means never.
	// +optional
	MaxHold Duration `json:"maxHold,omitempty"`
}

// RolloutMargins are how many more errors a change may make, of each label that it
// changes, among 10000 items that enter.
type RolloutMargins struct {
	// leakage is how many more violating items may be allowed, of 10000 that
	// enter.
	// +required
	Leakage Decimal `json:"leakage"`
	// overkill is how many more benign items may be actioned, of 10000 that enter.
	// +required
	Overkill Decimal `json:"overkill"`
}

// RolloutMetrics name the series of a source that count a rollout. Each is a Gauge
// of a sum that only rises; docs/metrics-contract.md says what its rows are.
type RolloutMetrics struct {
	// sourceRef names the metric source.
	// +required
	SourceRef SourceReference `json:"sourceRef"`
	// cohort is how long the times are by which decisions are counted together: 1m
	// to 24h.
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || (duration(self) >= duration('1m') && duration(self) <= duration('24h'))",message="cohort must be from 1m to 24h"
	// +required
	Cohort Duration `json:"cohort"`
	// labelDelay is after how long 95 % of what was sent to be looked at has been.
	// +required
	LabelDelay Duration `json:"labelDelay"`
	// entered counts items that both revisions were evaluated on.
	// +required
	Entered SeriesReference `json:"entered"`
	// moved counts items that the revisions decide differently.
	// +required
	Moved SeriesReference `json:"moved"`
	// movedSampled counts those of them that were sent to be looked at.
	// +required
	MovedSampled SeriesReference `json:"movedSampled"`
	// movedLabelled counts those that have been looked at.
	// +required
	MovedLabelled SeriesReference `json:"movedLabelled"`
	// movedViolating counts those that were found to be violating.
	// +required
	MovedViolating SeriesReference `json:"movedViolating"`
	// sampled counts random samples that were sent to be looked at.
	// +required
	Sampled SeriesReference `json:"sampled"`
	// labelled counts random samples that have been looked at.
	// +required
	Labelled SeriesReference `json:"labelled"`
	// errors counts random samples that were found to be decided wrongly.
	// +required
	Errors SeriesReference `json:"errors"`
	// rereviewed counts items of a change that was taken back which have been
	// looked at again. Unset means that nothing counts them.
	// +optional
	Rereviewed *SeriesReference `json:"rereviewed,omitempty"`
}

// RolloutCondition is a number that must be as said before a step ends.
// +kubebuilder:validation:XValidation:rule="has(self.atMost) || has(self.atLeast)",message="a condition needs atMost, or atLeast, or both"
type RolloutCondition struct {
	// name of the condition.
	// +required
	Name Word `json:"name"`
	// series that is read, with its row.
	RowSelector `json:",inline"`
	// series is the name of a series that the source declares.
	// +required
	Series Word `json:"series"`
	// atMost is the most that the number may be. Unset means no most.
	// +optional
	AtMost *Decimal `json:"atMost,omitempty"`
	// atLeast is the least that the number must be. Unset means no least.
	// +optional
	AtLeast *Decimal `json:"atLeast,omitempty"`
}

// FreezeWindow is a time, every week, in which no step of a rollout ends.
// +kubebuilder:validation:XValidation:rule="self.start != self.end",message="a window's end must differ from its start; an end earlier than the start means the next day"
type FreezeWindow struct {
	// name of the window.
	// +required
	Name Word `json:"name"`
	// timeZone in which start and end are meant.
	// +required
	TimeZone TimeZone `json:"timeZone"`
	// days on which the window starts. Unset means every day.
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=7
	// +optional
	Days []Weekday `json:"days,omitempty"`
	// start of the window, local time.
	// +required
	Start TimeOfDay `json:"start"`
	// end of the window, local time; earlier than start means the next day.
	// +required
	End TimeOfDay `json:"end"`
}

// RolloutPhase says how far the rollout of a change is.
// +kubebuilder:validation:Enum=Done;Shadow;Step;Inconclusive;Aborted
type RolloutPhase string

// Phases of a rollout.
const (
	RolloutDone         RolloutPhase = "Done"         // one revision decides everything
	RolloutInShadow     RolloutPhase = "Shadow"       // the change is compared, and decides nothing
	RolloutInStep       RolloutPhase = "Step"         // the change decides the share of the steps so far
	RolloutInconclusive RolloutPhase = "Inconclusive" // somebody is asked to approve or abort
	RolloutAborted      RolloutPhase = "Aborted"      // the change was taken back, and decides nothing
)

// PolicyRolloutStatus is by which revisions routers decide.
type PolicyRolloutStatus struct {
	// stable is the revision that decides what the canary does not.
	// +kubebuilder:validation:MaxLength=64
	// +required
	Stable string `json:"stable"`
	// canary is the revision that is being rolled out. Empty while none is.
	// +kubebuilder:validation:MaxLength=64
	// +optional
	Canary string `json:"canary,omitempty"`
	// phase is Done (one revision decides everything), Shadow (the change is
	// compared, and decides nothing), Step (it decides the share of the steps so
	// far), Inconclusive (somebody is asked to approve or abort) or Aborted (it
	// was taken back, and is not tried again until the spec means something else,
	// or the unit, margins or steps of the rollout do).
	// +required
	Phase RolloutPhase `json:"phase"`
	// step that is under way: "shadow" first, then those of the spec.
	// +kubebuilder:validation:MaxLength=63
	// +optional
	Step string `json:"step,omitempty"`
	// unit by which items are divided.
	// +optional
	Unit RolloutUnit `json:"unit,omitempty"`
	// sample is the rate of samples among items that the revisions decide
	// differently, per million.
	// +optional
	Sample int32 `json:"sample,omitempty"`
	// terms is a hash of the unit, margins and steps that the change is tried
	// with, as they were when they last were sound.
	// +kubebuilder:validation:MaxLength=16
	// +optional
	Terms string `json:"terms,omitempty"`
	// harmDomains of the labels that the change alters; "*" where they are more
	// than 8. Teams that review these learn the change.
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=8
	// +optional
	HarmDomains []HarmDomainName `json:"harmDomains,omitempty"`
	// shares that the steps so far gave the canary; where several hold, the
	// highest does.
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	// +optional
	Shares []RolloutShare `json:"shares,omitempty"`
	// began is when the rollout did.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +optional
	Began *metav1.Time `json:"began,omitempty"`
	// since is when the step began.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +optional
	Since *metav1.Time `json:"since,omitempty"`
	// counted is the most that was counted in this rollout: counters that fall
	// below it have been lost.
	// +optional
	Counted *RolloutCounted `json:"counted,omitempty"`
	// evidence about the step, a line for each label that the change touches and
	// kind of error: the worst 12, numbers to two digits.
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=12
	// +optional
	Evidence []RolloutEvidence `json:"evidence,omitempty"`
	// aborted is the change that was taken back last.
	// +optional
	Aborted *RolloutAbort `json:"aborted,omitempty"`
}

// RolloutShare is what a step gave the canary, in the markets and on the surfaces that
// the spec names for it.
type RolloutShare struct {
	// step that gave it.
	// +required
	Step Word `json:"step"`
	// share of units, per million.
	// +required
	Share int32 `json:"share"`
	// since is when it was given: what was decided in the same cohort before is
	// of another share, and counts for nothing.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +optional
	Since *metav1.Time `json:"since,omitempty"`
	// scope is a hash of the markets and surfaces that the spec named for the
	// step. While it names others, documents stay as they are.
	// +kubebuilder:validation:MaxLength=16
	// +required
	Scope string `json:"scope"`
}

// RolloutCounted are totals of what was counted.
type RolloutCounted struct {
	// moved items.
	// +optional
	Moved int64 `json:"moved,omitempty"`
	// checks of random samples.
	// +optional
	Checks int64 `json:"checks,omitempty"`
	// errors found.
	// +optional
	Errors int64 `json:"errors,omitempty"`
}

// RolloutEvidence is what is known of the errors of one kind by one label. Numbers
// are errors more than before, of 10000 items that enter.
type RolloutEvidence struct {
	// label of the policy.
	// +required
	Label Word `json:"label"`
	// kind of error: Leakage or Overkill.
	// +kubebuilder:validation:MaxLength=16
	// +required
	Kind string `json:"kind"`
	// market that the line is of. Unset means all together.
	// +kubebuilder:validation:MaxLength=16
	// +optional
	Market string `json:"market,omitempty"`
	// outcome is Advance, Hold or Abort; reason says why, as a code.
	// +kubebuilder:validation:MaxLength=16
	// +required
	Outcome string `json:"outcome"`
	// reason of the outcome.
	// +kubebuilder:validation:MaxLength=32
	// +required
	Reason string `json:"reason"`
	// change is "-2.1 (-6.0 to 1.9)": the estimate and its bounds. Unset means
	// that nothing is known yet.
	// +kubebuilder:validation:MaxLength=64
	// +optional
	Change string `json:"change,omitempty"`
	// margin that the upper bound must not pass.
	// +kubebuilder:validation:MaxLength=24
	// +required
	Margin string `json:"margin"`
	// checked is how many items that the revisions decide differently were looked
	// at.
	// +optional
	Checked int64 `json:"checked,omitempty"`
}

// RolloutAbort is a change that was taken back.
type RolloutAbort struct {
	// revision that was taken back: not tried again until the spec means
	// something else, or the unit, margins or steps of its rollout do.
	// +kubebuilder:validation:MaxLength=64
	// +required
	Revision string `json:"revision"`
	// generation of the spec that it was taken back of.
	// +required
	Generation int64 `json:"generation"`
	// terms is a hash of the unit, margins and steps that it was tried with.
	// +kubebuilder:validation:MaxLength=16
	// +optional
	Terms string `json:"terms,omitempty"`
	// step during which it was.
	// +kubebuilder:validation:MaxLength=63
	// +optional
	Step string `json:"step,omitempty"`
	// began is when the rollout did: the items to look at again were decided from
	// then until at.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +optional
	Began *metav1.Time `json:"began,omitempty"`
	// at is when it was taken back.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +required
	At metav1.Time `json:"at"`
	// by says who or what did: a guard, or whose decision.
	// +kubebuilder:validation:MaxLength=128
	// +required
	By string `json:"by"`
	// message says why, in a sentence.
	// +kubebuilder:validation:MaxLength=512
	// +required
	Message string `json:"message"`
	// moves select the items that the change decided otherwise and that are to be
	// looked at again: by revision, label, market and move. The most first, 16 at
	// most. Empty where it was compared only.
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	// +optional
	Moves []RolloutMove `json:"moves,omitempty"`
}

// RolloutMove selects items that a revision decided otherwise.
type RolloutMove struct {
	// label that was the reason.
	// +required
	Label Word `json:"label"`
	// market of the items. Unset means one that is not known.
	// +kubebuilder:validation:MaxLength=16
	// +optional
	Market string `json:"market,omitempty"`
	// from is what the stable revision says: Allow, Review or Act.
	// +kubebuilder:validation:MaxLength=16
	// +required
	From string `json:"from"`
	// to is what the revision that was taken back decided.
	// +kubebuilder:validation:MaxLength=16
	// +required
	To string `json:"to"`
	// items that moved so, by either revision, since the rollout began.
	// +required
	Items int64 `json:"items"`
	// decided of them by the revision itself, by the share that it had.
	// +optional
	Decided int64 `json:"decided,omitempty"`
}
