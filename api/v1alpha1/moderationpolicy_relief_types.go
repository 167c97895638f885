package v1alpha1

// ReliefType says what gives way.
// +kubebuilder:validation:Enum=Widen;Relax;Defer;QAFloor;RaiseReviewAt
type ReliefType string

// Types of steps of relief. There is none that lowers actAt: nobody is punished because
// people are few.
const (
	// ReliefWiden lets any team take the work that holds the language, harm domain and
	// clearances: of a higher tier, and of another role.
	ReliefWiden ReliefType = "Widen"
	// ReliefRelax drops market or surface, for ever younger work.
	ReliefRelax ReliefType = "Relax"
	// ReliefDefer gives the items of some queues a later deadline.
	ReliefDefer ReliefType = "Defer"
	// ReliefQAFloor takes fewer quality samples.
	ReliefQAFloor ReliefType = "QAFloor"
	// ReliefRaiseReviewAt lets through what scores little above reviewAt of some labels of
	// severity Low.
	ReliefRaiseReviewAt ReliefType = "RaiseReviewAt"
)

// PolicyRelief says what gives way, and in which order, while people are too few
// for the queues of the policy. Protected queues and labels never do.
// +kubebuilder:validation:XValidation:rule="self.steps.map(s, has(s.queues) ? s.queues.size() : 0).sum() <= 16",message="the steps name more than 16 queues together"
// +kubebuilder:validation:XValidation:rule="self.steps.map(s, has(s.labels) ? s.labels.size() : 0).sum() <= 16",message="the steps name more than 16 labels together"
// +kubebuilder:validation:XValidation:rule="self.steps.all(a, self.steps.all(b, a.name == b.name || !has(a.queues) || !has(b.queues) || !a.queues.exists(q, q in b.queues)))",message="a queue stands in two steps: within of one is all the time that it is given"
// +kubebuilder:validation:XValidation:rule="self.steps.all(a, self.steps.all(b, a.name == b.name || !has(a.labels) || !has(b.labels) || !a.labels.exists(l, l in b.labels)))",message="a label stands in two steps: raise of one is all that its reviewAt rises by"
// +kubebuilder:validation:XValidation:rule="self.steps.all(a, self.steps.all(b, a.name == b.name || a.type != b.type || a.type in ['Defer', 'RaiseReviewAt'] || (has(a.drop) && has(b.drop) && a.drop != b.drop)))",message="two steps give the same: Widen and QAFloor may stand once, and Relax once for market and once for surface"
type PolicyRelief struct {
	// minOn is how long relief stays at least, 10s to 24h, 1h by default: what
	// comes and goes by the minute helps nobody.
	// +kubebuilder:default="1h"
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || (duration(self) >= duration('10s') && duration(self) <= duration('24h'))",message="minOn must be from 10s to 24h"
	// +optional
	MinOn Duration `json:"minOn,omitempty"`
	// steps, 1 to 8, in the order in which they give way: the next one begins when
	// all of those before is not enough, and no more than is needed.
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	// +required
	Steps []ReliefStep `json:"steps"`
	// metrics say where it is counted what RaiseReviewAt would let through. Unset
	// means nowhere: then no reviewAt is raised.
	// +optional
	Metrics *ReliefMetrics `json:"metrics,omitempty"`
}

// ReliefStep is something that may give way, and how much of it at most.
// +kubebuilder:validation:XValidation:rule="self.type == 'Relax' ? has(self.drop) : !has(self.drop)",message="drop is needed with Relax, and not allowed with other types"
// +kubebuilder:validation:XValidation:rule="self.type == 'Defer' ? has(self.queues) && has(self.within) : !has(self.queues) && !has(self.within)",message="queues and within are needed with Defer, and not allowed with other types"
// +kubebuilder:validation:XValidation:rule="self.type == 'QAFloor' ? has(self.keep) : !has(self.keep)",message="keep is needed with QAFloor, and not allowed with other types"
// +kubebuilder:validation:XValidation:rule="self.type == 'RaiseReviewAt' ? has(self.labels) && has(self.raise) && has(self.leaksPerDay) : !has(self.labels) && !has(self.raise) && !has(self.leaksPerDay)",message="labels, raise and leaksPerDay are needed with RaiseReviewAt, and not allowed with other types"
type ReliefStep struct {
	// name of the step.
	// +required
	Name Word `json:"name"`
	// type is Widen (teams of a higher tier and of other roles may take the work,
	// if they hold its language, harm domain and clearances), Relax (so may teams
	// of other markets or surfaces, once it is old), Defer (items of some queues
	// get a later deadline), QAFloor (fewer quality samples are taken) or
	// RaiseReviewAt (what scores little above reviewAt of some labels of severity
	// Low is let through).
	// +required
	Type ReliefType `json:"type"`
	// drop is what Relax drops: market or surface.
	// +optional
	Drop RelaxedSkill `json:"drop,omitempty"`
	// queues of the policy that Defer gives more time: 16 of all steps together.
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	// +optional
	Queues []QueueName `json:"queues,omitempty"`
	// within is the time that Defer gives an item at most, counted from its clock
	// start. A regime of the queue that allows less still holds.
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || duration(self) >= duration('1m')",message="within needs at least 1m"
	// +optional
	Within Duration `json:"within,omitempty"`
	// keep is the share of quality samples that QAFloor leaves at least. Samples
	// of a rollout are never taken away.
	// +optional
	Keep Share `json:"keep,omitempty"`
	// labels of the policy whose reviewAt is raised, of severity Low and not
	// protected: 16 of all steps together.
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	// +optional
	Labels []Word `json:"labels,omitempty"`
	// raise is by how much reviewAt of these labels rises at most. It stays below
	// actAt in every market; actAt never moves.
	// +optional
	Raise Share `json:"raise,omitempty"`
	// leaksPerDay is how many violating items the step may let through a day.
	// +optional
	LeaksPerDay Decimal `json:"leaksPerDay,omitempty"`
}

// QueueName names a ModerationQueue.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
type QueueName string

// ReliefMetrics name the series of a source that count what RaiseReviewAt would let
// through. Each is a Gauge; docs/metrics-contract.md says what its rows are.
type ReliefMetrics struct {
	// sourceRef names the metric source.
	// +required
	SourceRef SourceReference `json:"sourceRef"`
	// band is items an hour that people get because of one label alone, by how far
	// their score is above its reviewAt.
	// +required
	Band SeriesReference `json:"band"`
	// violating is the share of such items that people find to be violating. Unset
	// means that all of them are taken to be.
	// +optional
	Violating *SeriesReference `json:"violating,omitempty"`
}
