package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ModerationQueueStatus is how the queue stands.
type ModerationQueueStatus struct {
	CommonStatus `json:",inline"`
	// summary is what the columns show.
	// +optional
	Summary *QueueSummary `json:"summary,omitempty"`
	// classification is the state of the machine stage.
	// +optional
	Classification *ClassificationStatus `json:"classification,omitempty"`
	// reviews is the state of each review stream.
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=16
	// +optional
	Reviews []ReviewStatus `json:"reviews,omitempty"`
	// routing says which routing document of the queue is in force.
	// +optional
	Routing *RoutingStatus `json:"routing,omitempty"`
	// findings are problems found when queues, policies and teams are read
	// together: the worst 32.
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	// +optional
	Findings []Finding `json:"findings,omitempty"`
	// findingCount is the number of findings, including those not listed.
	// +optional
	FindingCount int32 `json:"findingCount,omitempty"`
}

// QueueSummary is the queue in a line. Integers stand beside the strings for
// sorting.
type QueueSummary struct {
	// backlog of items waiting, machines and people together, two significant
	// digits.
	// +optional
	Backlog *int64 `json:"backlog,omitempty"`
	// oldest is the time since which the oldest item waits, shown from a quarter
	// of its promise on; until then it is unset.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +optional
	Oldest *metav1.Time `json:"oldest,omitempty"`
	// promise that is nearest to being missed, such as "99% in 30s".
	// +kubebuilder:validation:MaxLength=64
	// +optional
	Promise string `json:"promise,omitempty"`
	// attained percent of that promise in the last hour, from due and onTime;
	// unset when it is not measured.
	// +kubebuilder:validation:MaxLength=16
	// +optional
	Attained string `json:"attained,omitempty"`
	// breachIn is how long the promises hold with 90 %, the shorter of machines
	// and people: "now", "<1m", "<5m", "<15m", "<1h", "<4h", "<24h" or "none".
	// Less than an hour means a breach within the hour with more than 10 %; none
	// that the next 24 hours are sure. Of people it is the first gap of the plan.
	// +kubebuilder:validation:MaxLength=16
	// +optional
	BreachIn string `json:"breachIn,omitempty"`
	// workers of the queue's pool, "7/9": ready and wanted.
	// +kubebuilder:validation:MaxLength=24
	// +optional
	Workers string `json:"workers,omitempty"`
	// reviewers for the queue, "7/9": there and needed.
	// +kubebuilder:validation:MaxLength=24
	// +optional
	Reviewers string `json:"reviewers,omitempty"`
	// reviewersMissing is the number of reviewers that are needed and not there.
	// +optional
	ReviewersMissing *int32 `json:"reviewersMissing,omitempty"`
	// bottleneck is what keeps the queue from its promise: None, Machines, People,
	// MachinesAndPeople or Unknown.
	// +kubebuilder:validation:Enum=None;Machines;People;MachinesAndPeople;Unknown
	// +optional
	Bottleneck string `json:"bottleneck,omitempty"`
	// metrics is the worst quality of the queue's numbers.
	// +kubebuilder:validation:MaxLength=16
	// +optional
	Metrics string `json:"metrics,omitempty"`
	// nextChange is the next thing that is due to change, such as a shift's end.
	// +kubebuilder:validation:MaxLength=64
	// +optional
	NextChange string `json:"nextChange,omitempty"`
}

// ClassificationStatus is the state of the machine stage.
type ClassificationStatus struct {
	// backlog of items waiting, two significant digits.
	// +optional
	Backlog *int64 `json:"backlog,omitempty"`
	// arrivalsPerSecond, two significant digits.
	// +kubebuilder:validation:MaxLength=24
	// +optional
	ArrivalsPerSecond string `json:"arrivalsPerSecond,omitempty"`
	// oldest is the time since which the oldest item waits.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +optional
	Oldest *metav1.Time `json:"oldest,omitempty"`
	// attained percent in the last hour.
	// +kubebuilder:validation:MaxLength=16
	// +optional
	Attained string `json:"attained,omitempty"`
	// replicas of the pool that this queue's work needs.
	// +kubebuilder:validation:MaxLength=24
	// +optional
	Replicas string `json:"replicas,omitempty"`
	// breachIn is how long the promise of this stage holds with 90 %: no item is
	// late before, given that modcap goes on acting within its bounds, in the
	// buckets of summary.breachIn. It is held to that: metrics count how often.
	// +kubebuilder:validation:MaxLength=16
	// +optional
	BreachIn string `json:"breachIn,omitempty"`
	// breachLikely is within which time an item is as likely late as not, in the
	// same buckets; never shorter than breachIn.
	// +kubebuilder:validation:MaxLength=16
	// +optional
	BreachLikely string `json:"breachLikely,omitempty"`
	// drainTime is within which time the present backlog is done with 90 %; unset
	// when its end is not in sight. What arrives meanwhile does not count.
	// +kubebuilder:validation:MaxLength=16
	// +optional
	DrainTime string `json:"drainTime,omitempty"`
	// drainLikely is within which time the present backlog is as likely done as
	// not; never longer than drainTime.
	// +kubebuilder:validation:MaxLength=16
	// +optional
	DrainLikely string `json:"drainLikely,omitempty"`
}

// MaxClasses is the number of work classes that the status of a stream lists,
// so that a queue with 16 streams fits in an object; classCount counts them
// all.
const MaxClasses = 8

// ReviewStatus is the state of a review stream.
type ReviewStatus struct {
	// name of the stream.
	// +required
	Name Word `json:"name"`
	// backlog of items waiting for people, two significant digits.
	// +optional
	Backlog *int64 `json:"backlog,omitempty"`
	// oldest is the time since which the oldest item waits.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +optional
	Oldest *metav1.Time `json:"oldest,omitempty"`
	// promise that binds, such as "90% in 15m".
	// +kubebuilder:validation:MaxLength=64
	// +optional
	Promise string `json:"promise,omitempty"`
	// regime that sets this promise; empty when it is one of the queue's own.
	// +kubebuilder:validation:MaxLength=40
	// +optional
	Regime string `json:"regime,omitempty"`
	// nextPromise is what a regime of the stream changes next, and when, such as
	// "100% in 3h from 2026-02-20T00:00Z (india-it-rules-orders)".
	// +kubebuilder:validation:MaxLength=128
	// +optional
	NextPromise string `json:"nextPromise,omitempty"`
	// attained percent in the last hour.
	// +kubebuilder:validation:MaxLength=16
	// +optional
	Attained string `json:"attained,omitempty"`
	// classes are the work classes of the stream: the 8 with the largest gap. The
	// plan of the StaffingTarget has them all.
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=8
	// +optional
	Classes []WorkClassStatus `json:"classes,omitempty"`
	// classCount is the number of classes, including those not listed.
	// +optional
	ClassCount int32 `json:"classCount,omitempty"`
}

// WorkClassStatus is what a work class needs and has now, in reviewers.
type WorkClassStatus struct {
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
	// need is the number of productive reviewers needed now.
	// +kubebuilder:validation:MaxLength=16
	Need string `json:"need"`
	// have is the number of productive reviewers on shift who can do the work and
	// are not needed elsewhere.
	// +kubebuilder:validation:MaxLength=16
	Have string `json:"have"`
	// gap is need less have, at least 0.
	// +kubebuilder:validation:MaxLength=16
	Gap string `json:"gap"`
	// firstGap is the start of the first interval of the horizon with a gap.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +optional
	FirstGap *metav1.Time `json:"firstGap,omitempty"`
	// quality of the numbers that need rests on.
	// +kubebuilder:validation:MaxLength=16
	// +optional
	Quality string `json:"quality,omitempty"`
}

// RoutingStatus says which routing document of the queue is in force.
type RoutingStatus struct {
	// document is the name of the ConfigMap in force.
	// +kubebuilder:validation:MaxLength=253
	// +optional
	Document string `json:"document,omitempty"`
	// index is the name of the ConfigMap that routers follow.
	// +kubebuilder:validation:MaxLength=253
	// +optional
	Index string `json:"index,omitempty"`
}
