package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// OverrideType says what an override does.
// +kubebuilder:validation:Enum=Pause;Floor;Ceiling;Rework;Surge;Priority;RolloutDecision;Freeze
type OverrideType string

const (
	// OverridePause stops modcap from writing the pool's scale; it goes on
	// deciding and reporting.
	OverridePause OverrideType = "Pause"
	// OverrideFloor raises the pool's min to replicas. Of several the highest
	// holds; none lifts the pool's max.
	OverrideFloor OverrideType = "Floor"
	// OverrideCeiling lowers the pool's max to replicas, and its min if need be.
	// Of several the lowest holds, and it holds against min and any floor.
	OverrideCeiling OverrideType = "Ceiling"
	// OverrideRework adds items that people look at again to what is planned for
	// them. It is about people: planners may write it.
	OverrideRework OverrideType = "Rework"
	// OverrideSurge says that more or less arrives at queues than is expected.
	// Planners may write one that says no less.
	OverrideSurge OverrideType = "Surge"
	// OverridePriority gives queues another priority. Of several the highest
	// holds.
	OverridePriority OverrideType = "Priority"
)

// CapacityOverrideSpec is a change by hand that ends by itself.
// +kubebuilder:validation:XValidation:rule="(self.type in ['Floor', 'Ceiling']) == has(self.replicas)",message="replicas is needed with Floor and Ceiling, and not allowed with others"
// +kubebuilder:validation:XValidation:rule="(self.type == 'Rework') == has(self.rework)",message="rework is needed with type: Rework, and not allowed with others"
// +kubebuilder:validation:XValidation:rule="(self.type in ['Pause', 'Floor', 'Ceiling']) == has(self.poolRef)",message="poolRef is needed with Pause, Floor and Ceiling, and not allowed with others"
// +kubebuilder:validation:XValidation:rule="(self.type in ['Surge', 'Priority']) == has(self.queueRefs)",message="queueRefs is needed with Surge and Priority, and not allowed with others: name at least one queue"
// +kubebuilder:validation:XValidation:rule="(self.type == 'Surge') == has(self.surge)",message="surge is needed with type: Surge, and not allowed with others"
// +kubebuilder:validation:XValidation:rule="(self.type == 'Priority') == has(self.priority)",message="priority is needed with type: Priority, and not allowed with others"
// +kubebuilder:validation:XValidation:rule="!has(self.surge) || !has(self.surge.curve) || self.surge.curve.all(p, p.from < self.until && (!has(self.from) || p.from >= self.from))",message="the points of a curve lie between the override's from and its until"
// +kubebuilder:validation:XValidation:rule="(self.type == 'RolloutDecision') == has(self.rollout)",message="rollout is needed with type: RolloutDecision, and not allowed with others"
// +kubebuilder:validation:XValidation:rule="self.type == 'Freeze' || !has(self.policyRefs)",message="policyRefs is for type: Freeze only; without it a freeze is of all policies of the namespace"
// +kubebuilder:validation:XValidation:rule="!has(self.from) || self.from < self.until",message="from must be before until"
type CapacityOverrideSpec struct {
	// type of the override: Pause (modcap decides and reports, and does not write
	// the scale), Floor (at least so many replicas), Ceiling (at most so many,
	// which holds against a floor), Rework (items that people look at again),
	// Surge (more or less arrives at queues than is expected), Priority (queues
	// have another priority), RolloutDecision (what somebody decides about the
	// rollout of a policy) or Freeze (no step of a rollout ends).
	// +required
	Type OverrideType `json:"type"`
	// poolRef names the ClassifierPool concerned. Needed with Pause, Floor and
	// Ceiling, and for them only.
	// +optional
	PoolRef *ObjectReference `json:"poolRef,omitempty"`
	// queueRefs name the ModerationQueues concerned, 1 to 32. Needed with Surge
	// and Priority, and for them only.
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	// +optional
	QueueRefs []ObjectReference `json:"queueRefs,omitempty"`
	// replicas of a Floor or Ceiling: 0 to 100000. Needed with these, and for them
	// only.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100000
	// +optional
	Replicas *int32 `json:"replicas,omitempty"`
	// rework is what people look at again. Needed with Rework, and for it only.
	// +optional
	Rework *Rework `json:"rework,omitempty"`
	// surge is what arrives at the queues. Needed with Surge, and for it only.
	// +optional
	Surge *Surge `json:"surge,omitempty"`
	// priority that the queues have in place of their own, from 0 to 1000; higher
	// goes first. Of several overrides of one queue the highest holds, above or
	// below the queue's own. Protected work still goes before every other.
	// Needed with Priority, and for it only.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000
	// +optional
	Priority *int32 `json:"priority,omitempty"`
	// rollout is what is decided about the rollout of a policy's change. Needed
	// with RolloutDecision, and for it only.
	// +optional
	Rollout *RolloutDecision `json:"rollout,omitempty"`
	// policyRefs name the ModerationPolicies that a Freeze is of, 1 to 32. Unset
	// means all of the namespace. For Freeze only.
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	// +optional
	PolicyRefs []ObjectReference `json:"policyRefs,omitempty"`
	// from is when the override begins, such as "2026-12-24T18:00:00Z". Unset
	// means at once.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +optional
	From *metav1.Time `json:"from,omitempty"`
	// until is when the override ends by itself, such as "2026-12-25T06:00:00Z".
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +required
	Until metav1.Time `json:"until"`
	// reason for the override, for those who find it.
	// +kubebuilder:validation:MinLength=3
	// +kubebuilder:validation:MaxLength=256
	// +required
	Reason string `json:"reason"`
	// by says who ordered it: a role or a ticket rather than a person's name.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +required
	By string `json:"by"`
}

// Rework is a number of items that people look at again, from the override's from
// to its until: after a mistake in a policy or a model, or before a report.
// +kubebuilder:validation:XValidation:rule="!has(self.done) || self.done <= self.items",message="done cannot be more than items"
type Rework struct {
	// queueRef names the ModerationQueue whose items they are.
	// +required
	QueueRef ObjectReference `json:"queueRef"`
	// review is the stream of the queue that looks at them: its teams, its handle
	// time, its priority.
	// +required
	Review Word `json:"review"`
	// language of the items. Unset means that of the stream where it has one
	// class, and else that they need somebody who holds all of its languages.
	// +optional
	Language LanguageTag `json:"language,omitempty"`
	// harmDomain of the items. Unset means that of the stream where it has one
	// class, and else that they need somebody who is trained for all of them.
	// +optional
	HarmDomain Word `json:"harmDomain,omitempty"`
	// items to be looked at in all: 1 to 10000000.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=10000000
	// +required
	Items int32 `json:"items"`
	// done is how many of items have been looked at. Nothing counts them: write it
	// when you know. Unset means that they are taken to be done evenly from the
	// override's beginning to its end.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=10000000
	// +optional
	Done *int32 `json:"done,omitempty"`
	// of names the change that was taken back whose items these are. While the
	// override is in force it takes the place of what is planned for that by
	// itself, and what is done counts as done of it. Unset means other items.
	// +optional
	Of *ReworkOf `json:"of,omitempty"`
}

// Pool is the name of the pool concerned; empty for an override that names none.
func (s *CapacityOverrideSpec) Pool() string {
	if s.PoolRef == nil {
		return ""
	}
	return s.PoolRef.Name
}

// Queues are the names of the queues concerned, in the order declared.
func (s *CapacityOverrideSpec) Queues() []string {
	var out []string
	if s.Rework != nil {
		out = append(out, s.Rework.QueueRef.Name)
	}
	for _, r := range s.QueueRefs {
		out = append(out, r.Name)
	}
	return out
}

// CapacityOverrideStatus says whether the override is in force, and what it does.
type CapacityOverrideStatus struct {
	CommonStatus `json:",inline"`
	// on names what the override is about, such as "pool text" or "queue live-br
	// and 2 more".
	// +kubebuilder:validation:MaxLength=320
	// +optional
	On string `json:"on,omitempty"`
	// does says what it does while it is in force, such as "at least 60 replicas",
	// "300% of the arrivals" or "priority 900".
	// +kubebuilder:validation:MaxLength=128
	// +optional
	Does string `json:"does,omitempty"`
	// queues are what holds now for each queue of a Surge or Priority.
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=32
	// +optional
	Queues []OverriddenQueue `json:"queues,omitempty"`
	// findings are what is probably not meant: surges of one queue that overlap,
	// priorities that differ, an event of the calendar at the same time, a freeze
	// of a policy whose changes are not rolled out. The worst 32.
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	// +optional
	Findings []Finding `json:"findings,omitempty"`
	// findingCount is how many there are in all.
	// +optional
	FindingCount int32 `json:"findingCount,omitempty"`
}

// CapacityOverride is a change by hand that ends by itself.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=coverride,categories=modcap
// +kubebuilder:printcolumn:name="Type",type=string,JSONPath=`.spec.type`
// +kubebuilder:printcolumn:name="On",type=string,JSONPath=`.status.on`
// +kubebuilder:printcolumn:name="Does",type=string,JSONPath=`.status.does`
// +kubebuilder:printcolumn:name="Until",type=string,JSONPath=`.spec.until`
// +kubebuilder:printcolumn:name="Active",type=string,JSONPath=`.status.conditions[?(@.type=="Active")].status`
// +kubebuilder:printcolumn:name="By",type=string,JSONPath=`.spec.by`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.spec.reason`,priority=1
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`,priority=1
type CapacityOverride struct {
	metav1.TypeMeta `json:",inline"`
	// metadata of the object.
	metav1.ObjectMeta `json:"metadata,omitempty"`
	// spec is the change and when it ends.
	// +required
	Spec CapacityOverrideSpec `json:"spec"`
	// status says whether the override is in force, and what it does.
	// +optional
	Status CapacityOverrideStatus `json:"status,omitempty"`
}

// CapacityOverrideList is a list of CapacityOverride.
// +kubebuilder:object:root=true
type CapacityOverrideList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []CapacityOverride `json:"items"`
}
