package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// PoolMode says whether modcap writes the scale of the target.
// +kubebuilder:validation:Enum=Enforce;Recommend
type PoolMode string

const (
	// ModeEnforce decides, reports and writes the scale.
	ModeEnforce PoolMode = "Enforce"
	// ModeRecommend decides and reports, and never writes the scale.
	ModeRecommend PoolMode = "Recommend"
)

// ClassifierPoolSpec declares a fleet of machine workers shared by queues.
type ClassifierPoolSpec struct {
	// scaleTargetRef names the workload whose replicas modcap sets: anything in
	// this namespace with a scale subresource. It cannot be changed: make another
	// pool. Deleting the pool leaves the workers as they are.
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="scaleTargetRef cannot be changed; create another pool for another target"
	// +required
	ScaleTargetRef ScaleTargetReference `json:"scaleTargetRef"`
	// throughput of one ready replica.
	// +required
	Throughput Throughput `json:"throughput"`
	// startup is how long a new replica takes to become ready.
	// +required
	Startup Startup `json:"startup"`
	// replicas bounds the number of workers at all times; schedules may move both
	// bounds.
	// +required
	Replicas ReplicaBounds `json:"replicas"`
	// schedules move both bounds at certain hours. Where several apply at once the
	// highest min and the highest max win. status.bounds shows now and next. Unset
	// means that replicas holds at all hours.
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=32
	// +optional
	Schedules []BoundsSchedule `json:"schedules,omitempty"`
	// scaleDown says how carefully workers are taken away. Unset means after 5m.
	// +kubebuilder:default={}
	// +optional
	ScaleDown ScaleDown `json:"scaleDown,omitempty"`
	// flapBudget limits how often workers are taken away. It never limits a
	// scale-up. Unset means no limit.
	// +optional
	FlapBudget *FlapBudget `json:"flapBudget,omitempty"`
	// cost is what the workers are paid. modcap decides nothing by it: the least
	// workers that keep the promises are the cheapest. It is shown as a metric
	// and by kubectl modcap simulate. Unset means that no money is shown.
	// +optional
	Cost *PoolCost `json:"cost,omitempty"`
	// mode is Enforce (default), or Recommend to decide and report without ever
	// writing the scale.
	// +kubebuilder:default=Enforce
	// +optional
	Mode PoolMode `json:"mode,omitempty"`
}

// ScaleTargetReference names a workload with a scale subresource.
type ScaleTargetReference struct {
	// apiVersion of the target, such as "apps/v1".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	APIVersion string `json:"apiVersion"`
	// kind of the target, such as "Deployment".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +required
	Kind string `json:"kind"`
	// name of the target.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	Name string `json:"name"`
}

// Throughput is what one ready replica gets done.
type Throughput struct {
	// itemsPerSecond that one ready replica classifies, for items of workPerItem
	// 1.
	// +required
	ItemsPerSecond Decimal `json:"itemsPerSecond"`
	// learn lets modcap correct itemsPerSecond from items completed while the pool
	// is saturated, within a quarter and four times the declared value. Unset
	// means false.
	// +optional
	Learn bool `json:"learn,omitempty"`
}

// Startup is how long a new replica takes to become ready.
type Startup struct {
	// time from creating a pod until it is ready, reached by nine of ten pods: 0s
	// to 2h. Include image pull and model load.
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || duration(self) <= duration('2h')",message="startup time must be at most 2h"
	// +required
	Time Duration `json:"time"`
	// learn lets modcap correct time from what its pods took, within a quarter and
	// four times the declared value. Unset means false.
	// +optional
	Learn bool `json:"learn,omitempty"`
}

// ReplicaBounds are the least and the most replicas.
// +kubebuilder:validation:XValidation:rule="self.min <= self.max",message="replicas.min must not be above replicas.max"
type ReplicaBounds struct {
	// min replicas, 0 to 100000. With 0 the first items of a burst wait for a
	// startup.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100000
	// +required
	Min int32 `json:"min"`
	// max replicas, 1 to 100000.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100000
	// +required
	Max int32 `json:"max"`
}

// BoundsSchedule moves both bounds at certain hours.
// +kubebuilder:validation:XValidation:rule="self.min <= self.max",message="a schedule's min must not be above its max"
// +kubebuilder:validation:XValidation:rule="self.start != self.end",message="a schedule's end must differ from its start; an end earlier than the start means the next day"
type BoundsSchedule struct {
	// name of the schedule.
	// +required
	Name Word `json:"name"`
	// timeZone in which start and end are meant.
	// +required
	TimeZone TimeZone `json:"timeZone"`
	// days on which the schedule starts. Unset means every day.
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=7
	// +optional
	Days []Weekday `json:"days,omitempty"`
	// start of the schedule, local time.
	// +required
	Start TimeOfDay `json:"start"`
	// end of the schedule, local time; earlier than start means the next day.
	// +required
	End TimeOfDay `json:"end"`
	// min replicas while the schedule applies.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100000
	// +required
	Min int32 `json:"min"`
	// max replicas while the schedule applies.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100000
	// +required
	Max int32 `json:"max"`
}

// ScaleDown says how carefully workers are taken away.
type ScaleDown struct {
	// stabilization is how long a lower need must last before workers are taken
	// away, beyond what modcap waits by itself for the change to pay: 0s to 6h,
	// 0s by default.
	// +kubebuilder:default="0s"
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || duration(self) <= duration('6h')",message="stabilization must be at most 6h"
	// +optional
	Stabilization Duration `json:"stabilization,omitempty"`
	// drain picks the idle or least busy workers for a scale-down, asks them to
	// take no more items, and waits for them. Unset means that Kubernetes picks
	// them, at once.
	// +optional
	Drain *Drain `json:"drain,omitempty"`
}

// Drain says by what idle workers are known, and how long they are waited for.
type Drain struct {
	// inFlight names the series that shows how many items each worker holds.
	// +required
	InFlight PodSeries `json:"inFlight"`
	// maxWait is how long a scale-down waits at most for its workers to be idle:
	// 0s to 1h, 2m by default. Then it goes on all the same.
	// +kubebuilder:default="2m"
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || duration(self) <= duration('1h')",message="maxWait must be at most 1h"
	// +optional
	MaxWait Duration `json:"maxWait,omitempty"`
}

// PodSeries names a series that has a row for each pod of the target.
// +kubebuilder:validation:XValidation:rule="!has(self.matchLabels) || !self.matchLabels.exists(k, k == self.podLabel)",message="matchLabels must not hold the podLabel: every pod has a row of its own"
type PodSeries struct {
	// sourceRef names the metric source, which must be of type Prometheus.
	// +required
	SourceRef SourceReference `json:"sourceRef"`
	// series is the name of a series that the source declares (Gauge), whose
	// rowLabels are the podLabel and those of matchLabels.
	// +required
	Series Word `json:"series"`
	// podLabel is the label that holds the name of the pod, "pod" by default.
	// +kubebuilder:default=pod
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +optional
	PodLabel string `json:"podLabel,omitempty"`
	// matchLabels are the values of the series' other rowLabels, such as the
	// namespace, at most 7. Unset means that podLabel is the only one.
	// +kubebuilder:validation:XValidation:rule="self.all(k, size(k) >= 1 && size(k) <= 128)",message="the name of a label has 1 to 128 characters"
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=7
	// +optional
	MatchLabels map[string]LabelValue `json:"matchLabels,omitempty"`
}

// FlapBudget limits how often workers are taken away.
type FlapBudget struct {
	// scaleDownsPerHour is the most scale-downs in any hour: 1 to 3600.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=3600
	// +required
	ScaleDownsPerHour int32 `json:"scaleDownsPerHour"`
}

// PoolCost is what workers are paid.
type PoolCost struct {
	// perReplicaHour is the price of one replica for an hour, from the time it is
	// asked for, ready or not.
	// +required
	PerReplicaHour Money `json:"perReplicaHour"`
	// currency is shown beside amounts, as three capitals of ISO 4217, such as
	// "EUR". modcap does not convert. Unset means that amounts stand alone.
	// +kubebuilder:validation:MaxLength=3
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Z]{3}$')",message="must be a currency code of three capitals, such as EUR"
	// +optional
	Currency string `json:"currency,omitempty"`
}

// ClassifierPoolStatus is what modcap sees and wants of a pool.
type ClassifierPoolStatus struct {
	CommonStatus `json:",inline"`
	// replicas seen and wanted.
	// +optional
	Replicas *PoolReplicas `json:"replicas,omitempty"`
	// bounds in force now, and when they next change.
	// +optional
	Bounds *BoundsStatus `json:"bounds,omitempty"`
	// decision is the latest one. Its history is in the ConfigMap that decisions
	// names.
	// +optional
	Decision *PoolDecision `json:"decision,omitempty"`
	// drain is a scale-down that waits for its workers to be idle; unset when none
	// does.
	// +optional
	Drain *DrainStatus `json:"drain,omitempty"`
	// learned values in use, when learning is on.
	// +optional
	Learned *LearnedValues `json:"learned,omitempty"`
	// queues that this pool serves, by name, at most 32, and how many there are.
	// +listType=set
	// +kubebuilder:validation:MaxItems=32
	// +kubebuilder:validation:items:MaxLength=63
	// +optional
	Queues []string `json:"queues,omitempty"`
	// queueCount is the number of queues that this pool serves.
	// +optional
	QueueCount int32 `json:"queueCount,omitempty"`
	// decisions names the ConfigMap with the latest decisions (gzip).
	// +kubebuilder:validation:MaxLength=253
	// +optional
	Decisions string `json:"decisions,omitempty"`
	// lastScaleUp is when modcap last raised the replicas.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +optional
	LastScaleUp *metav1.Time `json:"lastScaleUp,omitempty"`
	// lastScaleDown is when modcap last lowered the replicas.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +optional
	LastScaleDown *metav1.Time `json:"lastScaleDown,omitempty"`
}

// PoolReplicas are the replicas seen and wanted.
type PoolReplicas struct {
	// ready replicas now.
	Ready int32 `json:"ready"`
	// current replicas that the target asks for (spec.replicas of its scale).
	Current int32 `json:"current"`
	// wanted replicas by modcap's latest decision.
	Wanted int32 `json:"wanted"`
	// unschedulable pods: asked for, and no node takes them.
	// +optional
	Unschedulable int32 `json:"unschedulable,omitempty"`
	// failing pods: scheduled, and not coming up.
	// +optional
	Failing int32 `json:"failing,omitempty"`
}

// DrainStatus is a scale-down that waits for its workers to be idle.
type DrainStatus struct {
	// replicas that the target is to have afterwards.
	Replicas int32 `json:"replicas"`
	// pods that are marked and waited for.
	Pods int32 `json:"pods"`
	// until is when the scale-down goes on at the latest.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	Until metav1.Time `json:"until"`
}

// BoundsStatus are the bounds in force now, and when they next change.
type BoundsStatus struct {
	// min replicas now.
	Min int32 `json:"min"`
	// max replicas now.
	Max int32 `json:"max"`
	// from says which schedules or overrides set them, empty for spec.replicas.
	// +kubebuilder:validation:MaxLength=256
	// +optional
	From string `json:"from,omitempty"`
	// next is the next change that schedules and overrides bring.
	// +optional
	Next *NextBounds `json:"next,omitempty"`
}

// NextBounds is the next change of the bounds.
type NextBounds struct {
	// at is when the bounds change.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	At metav1.Time `json:"at"`
	// min replicas from then on.
	Min int32 `json:"min"`
	// max replicas from then on.
	Max int32 `json:"max"`
}

// PoolDecision is a decision in short; kubectl describe shows its steps.
type PoolDecision struct {
	// at is when the decision was made (decisions that change nothing keep the
	// time of the first of them).
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	At metav1.Time `json:"at"`
	// verdict of the decision: Hold, ScaleUp or ScaleDown.
	// +kubebuilder:validation:MaxLength=32
	Verdict string `json:"verdict"`
	// binding names the rule that set the number.
	// +kubebuilder:validation:MaxLength=64
	Binding string `json:"binding"`
	// explanation of the decision, a sentence for each rule that had a say.
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	// +kubebuilder:validation:items:MaxLength=512
	// +optional
	Explanation []string `json:"explanation,omitempty"`
}

// LearnedValues are what modcap measured in place of what was declared.
type LearnedValues struct {
	// itemsPerSecond of one ready replica, two significant digits.
	// +kubebuilder:validation:MaxLength=16
	// +optional
	ItemsPerSecond string `json:"itemsPerSecond,omitempty"`
	// startup from creating a pod until it is ready, reached by nine of ten.
	// +kubebuilder:validation:MaxLength=32
	// +optional
	Startup string `json:"startup,omitempty"`
}

// ClassifierPool is a fleet of machine workers, shared by queues.
// +kubebuilder:validation:XValidation:rule="size(self.metadata.name) <= 63",message="the name of a pool has at most 63 characters, since objects made for it are named after it"
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=cpool,categories=modcap
// +kubebuilder:printcolumn:name="Target",type=string,JSONPath=`.spec.scaleTargetRef.name`
// +kubebuilder:printcolumn:name="Ready-Workers",type=integer,JSONPath=`.status.replicas.ready`
// +kubebuilder:printcolumn:name="Current",type=integer,JSONPath=`.status.replicas.current`
// +kubebuilder:printcolumn:name="Wanted",type=integer,JSONPath=`.status.replicas.wanted`
// +kubebuilder:printcolumn:name="Min",type=integer,JSONPath=`.status.bounds.min`
// +kubebuilder:printcolumn:name="Max",type=integer,JSONPath=`.status.bounds.max`
// +kubebuilder:printcolumn:name="Because",type=string,JSONPath=`.status.decision.binding`
// +kubebuilder:printcolumn:name="Metrics",type=string,JSONPath=`.status.conditions[?(@.type=="MetricsFresh")].status`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Mode",type=string,JSONPath=`.spec.mode`,priority=1
// +kubebuilder:printcolumn:name="Queues",type=integer,JSONPath=`.status.queueCount`,priority=1
// +kubebuilder:printcolumn:name="Next-Change",type=string,JSONPath=`.status.bounds.next.at`,priority=1
// +kubebuilder:printcolumn:name="Drains-Until",type=string,JSONPath=`.status.drain.until`,priority=1
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`,priority=1
type ClassifierPool struct {
	metav1.TypeMeta `json:",inline"`
	// metadata of the object.
	metav1.ObjectMeta `json:"metadata,omitempty"`
	// spec declares the pool.
	// +required
	Spec ClassifierPoolSpec `json:"spec"`
	// status is what modcap sees and wants.
	// +optional
	Status ClassifierPoolStatus `json:"status,omitempty"`
}

// ClassifierPoolList is a list of ClassifierPool.
// +kubebuilder:object:root=true
type ClassifierPoolList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []ClassifierPool `json:"items"`
}
