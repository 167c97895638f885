package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// StaffingTargetSpec says which queues and teams are planned together, and how
// far ahead.
type StaffingTargetSpec struct {
	// queueSelector picks the queues by their labels. It must not be empty.
	// +kubebuilder:validation:XValidation:rule="(has(self.matchLabels) && size(self.matchLabels) > 0) || (has(self.matchExpressions) && size(self.matchExpressions) > 0)",message="queueSelector must not be empty: an empty selector would take every queue"
	// +required
	QueueSelector LabelSelector `json:"queueSelector"`
	// teamSelector picks the teams by their labels. It must not be empty.
	// +kubebuilder:validation:XValidation:rule="(has(self.matchLabels) && size(self.matchLabels) > 0) || (has(self.matchExpressions) && size(self.matchExpressions) > 0)",message="teamSelector must not be empty: an empty selector would take every team"
	// +required
	TeamSelector LabelSelector `json:"teamSelector"`
	// horizon that is planned: 1h to 672h, 336h (two weeks) by default.
	// +kubebuilder:default="336h"
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || (duration(self) >= duration('1h') && duration(self) <= duration('672h'))",message="horizon must be from 1h to 672h"
	// +optional
	Horizon Duration `json:"horizon,omitempty"`
	// interval of the plan: 15m, 30m (default) or 1h.
	// +kubebuilder:default="30m"
	// +kubebuilder:validation:XValidation:rule="self in ['15m', '30m', '60m', '1h']",message="interval must be 15m, 30m or 1h"
	// +optional
	Interval Duration `json:"interval,omitempty"`
}

// SelectorValue is the value of a Kubernetes label.
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:XValidation:rule="!format.labelValue().validate(self).hasValue()",message="must be a value that Kubernetes allows for labels: at most 63 letters, digits, dashes, dots and underscores"
type SelectorValue string

// LabelSelector picks objects by their labels; all requirements must hold.
// +kubebuilder:validation:XValidation:rule="!has(self.matchLabels) || self.matchLabels.all(k, size(k) <= 316 && !format.qualifiedName().validate(k).hasValue())",message="matchLabels: a name must be one that Kubernetes allows for labels, such as team or example.com/team"
type LabelSelector struct {
	// matchLabels are labels that an object must have.
	// +kubebuilder:validation:MaxProperties=16
	// +optional
	MatchLabels map[string]SelectorValue `json:"matchLabels,omitempty"`
	// matchExpressions are requirements on labels.
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	// +optional
	MatchExpressions []LabelRequirement `json:"matchExpressions,omitempty"`
}

// LabelRequirement is a requirement on a label.
// +kubebuilder:validation:XValidation:rule="(self.operator in ['In', 'NotIn']) == (has(self.values) && size(self.values) > 0)",message="values are needed with In and NotIn, and not allowed with Exists and DoesNotExist"
type LabelRequirement struct {
	// key of the label.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=316
	// +kubebuilder:validation:XValidation:rule="!format.qualifiedName().validate(self).hasValue()",message="must be a name that Kubernetes allows for labels, such as team or example.com/team"
	// +required
	Key string `json:"key"`
	// operator is In, NotIn, Exists or DoesNotExist.
	// +kubebuilder:validation:Enum=In;NotIn;Exists;DoesNotExist
	// +required
	Operator metav1.LabelSelectorOperator `json:"operator"`
	// values for In and NotIn.
	// +listType=set
	// +kubebuilder:validation:MaxItems=32
	// +optional
	Values []SelectorValue `json:"values,omitempty"`
}

// StaffingTargetStatus is what the plan says.
type StaffingTargetStatus struct {
	CommonStatus `json:",inline"`
	// summary is what the columns show.
	// +optional
	Summary *StaffingSummary `json:"summary,omitempty"`
	// plan names the ConfigMap with the whole table: class by interval.
	// +kubebuilder:validation:MaxLength=253
	// +optional
	Plan string `json:"plan,omitempty"`
	// plannedAt is when that table was last written. A plan stays as it is while
	// nothing changes that matters, and while something it is made from is
	// invalid: Ready says so then.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +optional
	PlannedAt *metav1.Time `json:"plannedAt,omitempty"`
	// gaps are the work classes with too few people within the horizon: the worst
	// 32.
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	// +optional
	Gaps []StaffingGap `json:"gaps,omitempty"`
	// gapCount is the number of classes with a gap, including those not listed.
	// +optional
	GapCount int32 `json:"gapCount,omitempty"`
	// uncovered are the work classes that in some interval nobody on shift can do:
	// the 16 with the most such time.
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	// +optional
	Uncovered []StaffingSpan `json:"uncovered,omitempty"`
	// uncoveredCount is the number of such classes, including those not listed.
	// +optional
	UncoveredCount int32 `json:"uncoveredCount,omitempty"`
	// alone are the work classes that in some interval hang on one person: fewer
	// than two productive people on shift can do them. The 16 with the most such
	// time.
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	// +optional
	Alone []StaffingSpan `json:"alone,omitempty"`
	// aloneCount is the number of such classes, including those not listed.
	// +optional
	AloneCount int32 `json:"aloneCount,omitempty"`
	// escalationHoles are when nobody of a tier that items escalate to is there
	// for longer than they may wait: the 8 tiers and languages with the most such
	// time.
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=8
	// +optional
	EscalationHoles []EscalationHole `json:"escalationHoles,omitempty"`
	// escalationHoleCount is their number, including those not listed.
	// +optional
	EscalationHoleCount int32 `json:"escalationHoleCount,omitempty"`
	// findings are problems found when queues and teams are read together: the
	// worst 32.
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	// +optional
	Findings []Finding `json:"findings,omitempty"`
	// recommendations close what can be closed of the gaps for the fewest paid
	// hours, with a day of notice: to be taken together, what closes most an hour
	// first, the first 8. They are looked for anew when an interval of the plan
	// has passed, and when the target or a team changes.
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=8
	// +optional
	Recommendations []StaffingRecommendation `json:"recommendations,omitempty"`
	// relief of the policies of the queues that declare some: the first 8 by name.
	// +listType=map
	// +listMapKey=policy
	// +kubebuilder:validation:MaxItems=8
	// +optional
	Relief []ReliefStatus `json:"relief,omitempty"`
}

// StaffingSummary is the plan in a line.
type StaffingSummary struct {
	// teams that are planned.
	Teams int32 `json:"teams"`
	// queues that are planned.
	Queues int32 `json:"queues"`
	// now is "31/38": productive people there and needed.
	// +kubebuilder:validation:MaxLength=24
	// +optional
	Now string `json:"now,omitempty"`
	// peak is the most productive people needed in any interval of the horizon.
	// +kubebuilder:validation:MaxLength=16
	// +optional
	Peak string `json:"peak,omitempty"`
	// peakAt is the start of that interval.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +optional
	PeakAt *metav1.Time `json:"peakAt,omitempty"`
	// coverage is the percent of the needed reviewer time of the horizon that is
	// there. Unset while the need of a class is not known.
	// +kubebuilder:validation:MaxLength=8
	// +optional
	Coverage string `json:"coverage,omitempty"`
	// firstGap is the start of the first interval in which a class has too few
	// people.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +optional
	FirstGap *metav1.Time `json:"firstGap,omitempty"`
	// worstGap is the most productive people missing in any interval, over all
	// classes. Unset while nobody is missing.
	// +kubebuilder:validation:MaxLength=16
	// +optional
	WorstGap string `json:"worstGap,omitempty"`
	// worstGapAt is the start of that interval.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +optional
	WorstGapAt *metav1.Time `json:"worstGapAt,omitempty"`
	// worst names the class with the largest gap.
	// +kubebuilder:validation:MaxLength=253
	// +optional
	Worst string `json:"worst,omitempty"`
}

// StaffingGap is a work class with too few people.
type StaffingGap struct {
	// queue of the class.
	// +kubebuilder:validation:MaxLength=253
	Queue string `json:"queue"`
	// review is the stream of the class.
	// +kubebuilder:validation:MaxLength=63
	Review string `json:"review"`
	// language of the class; empty for any.
	// +kubebuilder:validation:MaxLength=35
	// +optional
	Language string `json:"language,omitempty"`
	// harmDomain of the class; empty for any.
	// +kubebuilder:validation:MaxLength=63
	// +optional
	HarmDomain string `json:"harmDomain,omitempty"`
	// tier of the class.
	Tier int32 `json:"tier"`
	// role asked of the people; empty for Review.
	// +optional
	Role TeamRole `json:"role,omitempty"`
	// from is the start of the first interval with a gap.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	From metav1.Time `json:"from"`
	// until is the end of the last interval with a gap.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	Until metav1.Time `json:"until"`
	// worst is the largest number of productive people missing in an interval.
	// +kubebuilder:validation:MaxLength=16
	Worst string `json:"worst"`
	// worstAt is the start of that interval.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	WorstAt metav1.Time `json:"worstAt"`
	// uncovered is true where in some interval nobody on shift can do the work.
	// +optional
	Uncovered bool `json:"uncovered,omitempty"`
}

// StaffingSpan is a work class and the time in which something is so.
type StaffingSpan struct {
	// queue of the class.
	// +kubebuilder:validation:MaxLength=253
	Queue string `json:"queue"`
	// review is the stream of the class.
	// +kubebuilder:validation:MaxLength=63
	Review string `json:"review"`
	// language of the class; empty for any.
	// +kubebuilder:validation:MaxLength=35
	// +optional
	Language string `json:"language,omitempty"`
	// harmDomain of the class; empty for any.
	// +kubebuilder:validation:MaxLength=63
	// +optional
	HarmDomain string `json:"harmDomain,omitempty"`
	// tier of the class.
	Tier int32 `json:"tier"`
	// from is the start of the first such interval.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	From metav1.Time `json:"from"`
	// until is the end of the last such interval.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	Until metav1.Time `json:"until"`
	// hours of all such intervals together.
	// +kubebuilder:validation:MaxLength=16
	Hours string `json:"hours"`
}

// StaffingTarget plans teams for queues.
// +kubebuilder:validation:XValidation:rule="size(self.metadata.name) <= 63",message="the name of a target has at most 63 characters, since objects made for it are named after it"
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=starget,categories=modcap
// +kubebuilder:printcolumn:name="Teams",type=integer,JSONPath=`.status.summary.teams`
// +kubebuilder:printcolumn:name="Queues",type=integer,JSONPath=`.status.summary.queues`
// +kubebuilder:printcolumn:name="Now",type=string,JSONPath=`.status.summary.now`
// +kubebuilder:printcolumn:name="Peak",type=string,JSONPath=`.status.summary.peak`
// +kubebuilder:printcolumn:name="Coverage",type=string,JSONPath=`.status.summary.coverage`
// +kubebuilder:printcolumn:name="First-Gap",type=string,JSONPath=`.status.summary.firstGap`
// +kubebuilder:printcolumn:name="Staffed",type=string,JSONPath=`.status.conditions[?(@.type=="Staffed")].status`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Worst",type=string,JSONPath=`.status.summary.worst`,priority=1
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`,priority=1
type StaffingTarget struct {
	metav1.TypeMeta `json:",inline"`
	// metadata of the object.
	metav1.ObjectMeta `json:"metadata,omitempty"`
	// spec says what is planned together.
	// +required
	Spec StaffingTargetSpec `json:"spec"`
	// status is what the plan says.
	// +optional
	Status StaffingTargetStatus `json:"status,omitempty"`
}

// StaffingTargetList is a list of StaffingTarget.
// +kubebuilder:object:root=true
type StaffingTargetList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []StaffingTarget `json:"items"`
}
