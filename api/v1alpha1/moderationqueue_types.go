package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ModerationQueueSpec declares a stream of items and its promises.
// +kubebuilder:validation:XValidation:rule="has(self.classification) || (has(self.reviews) && size(self.reviews) > 0)",message="a queue needs classification, or at least one of reviews, or both"
// +kubebuilder:validation:XValidation:rule="!has(self.reviews) || self.reviews.filter(r, '*' in r.harmDomains).size() <= 1",message="only one of reviews may take the rest (harmDomains: [\"*\"])"
// +kubebuilder:validation:XValidation:rule="!has(self.reviews) || self.reviews.map(r, r.harmDomains.size()).sum() <= 64",message="reviews list more than 64 harmDomains together: a harm domain may stand in one review only"
// +kubebuilder:validation:XValidation:rule="!has(self.reviews) || self.reviews.map(r, has(r.mix) ? r.mix.size() : 0).sum() <= 256",message="the mixes of the reviews list more than 256 classes together"
// +kubebuilder:validation:XValidation:rule="!has(self.reviews) || self.reviews.map(r, has(r.handleTimeChanges) ? r.handleTimeChanges.size() : 0).sum() <= 8",message="the reviews have more than 8 handleTimeChanges together: remove those that are over"
// +kubebuilder:validation:XValidation:rule="!has(self.reviews) || self.reviews.map(r, r.metrics.matchLabels.size()).sum() <= 64",message="the metrics of the reviews have more than 64 matchLabels together"
// +kubebuilder:validation:XValidation:rule="!has(self.protected) || !self.protected || !has(self.reviews) || self.reviews.all(r, !has(r.relax))",message="protected work is never relaxed: remove relax from the reviews, or protected"
type ModerationQueueSpec struct {
	// surface that the items come from, such as "live", "comments" or "appeals".
	// It cannot be changed: make another queue.
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="surface cannot be changed; create another queue for another surface"
	// +required
	Surface Word `json:"surface"`
	// markets whose items belong to the queue. Unset means every market.
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=250
	// +optional
	Markets []Market `json:"markets,omitempty"`
	// languages whose items belong to the queue; "en" includes "en-GB". Unset
	// means every language. Work classes are formed from these: an item in a
	// language that is not listed is reported as UnknownClass.
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +optional
	Languages []LanguageTag `json:"languages,omitempty"`
	// match narrows or widens what belongs to the queue beyond surface, markets
	// and languages. Unset means every content class, and only items that match.
	// +optional
	Match *QueueMatch `json:"match,omitempty"`
	// priority from 0 to 1000, 500 by default; higher goes first. It decides only
	// who is late when somebody must be.
	// +kubebuilder:default=500
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000
	// +optional
	Priority *int32 `json:"priority,omitempty"`
	// protected work goes before every priority and is never shed, relaxed,
	// sampled away or deferred. Unset means false.
	// +optional
	Protected bool `json:"protected,omitempty"`
	// policyRef names the ModerationPolicy that says what scores mean. Unset means
	// that items are classified and nothing is decided from scores.
	// +optional
	PolicyRef *ObjectReference `json:"policyRef,omitempty"`
	// classification is the machine stage. Unset for reports, orders and appeals,
	// which go to people at once.
	// +optional
	Classification *Classification `json:"classification,omitempty"`
	// reviews are the streams of human work, at most 16. Together they partition
	// the harm domains. Unset means that no people work on the queue.
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=16
	// +optional
	Reviews []ReviewStream `json:"reviews,omitempty"`
	// calendar says when more or less arrives than otherwise, at most 128 events:
	// matches, launches, maintenance. Workers are asked for so that they are ready
	// when an event begins. Nothing is learned from an event as if it came by
	// itself. Unset means that no event is known beforehand.
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=128
	// +optional
	Calendar []QueueEvent `json:"calendar,omitempty"`
}

// QueueEvent is a time at which more or less arrives than otherwise.
// +kubebuilder:validation:XValidation:rule="self.from < self.to",message="an event's to must be after its from"
type QueueEvent struct {
	// name of the event, for people: at most 40 lower-case letters, digits and
	// dashes.
	// +kubebuilder:validation:MaxLength=40
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",message="must be lower-case letters, digits and dashes, starting and ending with a letter or digit"
	// +required
	Name string `json:"name"`
	// from is when it begins, such as "2026-12-24T18:00:00Z".
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +required
	From metav1.Time `json:"from"`
	// to is when it is over, such as "2026-12-24T20:00:00Z".
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +required
	To metav1.Time `json:"to"`
	// arrivals during the event, in percent of what would arrive otherwise: 1 to
	// 10000. "250" is two and a half times as much, "50" half. Events that overlap
	// multiply, to at most a hundred times and at least a hundredth.
	// +required
	Arrivals Proportion `json:"arrivals"`
}

// QueueMatch narrows or widens what belongs to a queue.
type QueueMatch struct {
	// contentClasses known before classification, such as "shopping". Unset means
	// all.
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	// +optional
	ContentClasses []Word `json:"contentClasses,omitempty"`
	// default makes this queue take the items of its surface that match no queue.
	// Unset means false.
	// +optional
	Default bool `json:"default,omitempty"`
}

// Classification is the machine stage of a queue.
type Classification struct {
	// poolRef names the ClassifierPool that does the work.
	// +required
	PoolRef ObjectReference `json:"poolRef"`
	// serviceLevel is the promise of the machine stage, such as 99% within 30s.
	// +required
	ServiceLevel ServiceLevel `json:"serviceLevel"`
	// workPerItem is the work that an item of this queue is for a replica of the
	// pool, compared with the items in which the pool's throughput is declared:
	// "1" by default, "2" for twice the work.
	// +kubebuilder:default="1"
	// +optional
	WorkPerItem Decimal `json:"workPerItem,omitempty"`
	// metrics say where the numbers of the machine stage are.
	// +required
	Metrics ClassificationMetrics `json:"metrics"`
}

// SourceReference names a MetricSource or a ClusterMetricSource.
type SourceReference struct {
	// kind of the source: MetricSource (default) or ClusterMetricSource.
	// +kubebuilder:validation:Enum=MetricSource;ClusterMetricSource
	// +kubebuilder:default=MetricSource
	// +optional
	Kind string `json:"kind,omitempty"`
	// name of the source.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	Name string `json:"name"`
}

// SeriesReference names a series of the queue's metric source.
type SeriesReference struct {
	// series is the name of a series that the source declares.
	// +required
	Series Word `json:"series"`
}

// RowSelector says which source and which row of its series belong to a queue.
type RowSelector struct {
	// sourceRef names the metric source.
	// +required
	SourceRef SourceReference `json:"sourceRef"`
	// matchLabels pick the queue's row: one value for each of the series'
	// rowLabels. 1 to 8 labels, whose names have 1 to 128 characters.
	// +kubebuilder:validation:XValidation:rule="self.all(k, size(k) >= 1 && size(k) <= 128)",message="the name of a label has 1 to 128 characters"
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=8
	// +required
	MatchLabels map[string]LabelValue `json:"matchLabels"`
}

// LabelValue is the value of a label, at most 128 characters.
// +kubebuilder:validation:MaxLength=128
type LabelValue string

// ClassificationMetrics say where the numbers of the machine stage are.
// +kubebuilder:validation:XValidation:rule="has(self.due) == has(self.onTime)",message="due and onTime are needed together: what is attained is their quotient"
type ClassificationMetrics struct {
	RowSelector `json:",inline"`
	// backlog is the number of items waiting (Gauge).
	// +required
	Backlog SeriesReference `json:"backlog"`
	// arrivals of items (Rate or Counter).
	// +required
	Arrivals SeriesReference `json:"arrivals"`
	// completed items (Rate or Counter). Needed to learn the throughput.
	// +optional
	Completed *SeriesReference `json:"completed,omitempty"`
	// oldestAge is the age of the oldest waiting item (Age). Unset means that it
	// is estimated from backlog and arrivals, and said to be.
	// +optional
	OldestAge *SeriesReference `json:"oldestAge,omitempty"`
	// due counts items whose deadline has passed (Counter). With onTime it gives
	// the attained percent.
	// +optional
	Due *SeriesReference `json:"due,omitempty"`
	// onTime counts those of due that were done in time (Counter).
	// +optional
	OnTime *SeriesReference `json:"onTime,omitempty"`
}

// MeasureType says what a promise to people's work counts.
// +kubebuilder:validation:Enum=Decided;Started
type MeasureType string

const (
	// MeasureDecided counts an item when it is decided.
	MeasureDecided MeasureType = "Decided"
	// MeasureStarted counts an item when somebody starts on it.
	MeasureStarted MeasureType = "Started"
)

// ReviewServiceLevel is a promise of a review stream, or the name of a regime:
// a law or a code that sets a deadline.
// +kubebuilder:validation:XValidation:rule="has(self.regime) ? !has(self.percent) && !has(self.within) : has(self.percent) && has(self.within)",message="a service level is either a promise, with percent and within, or the name of a regime"
// +kubebuilder:validation:XValidation:rule="!has(self.regime) || self.measure == 'Decided'",message="a regime counts an item when it is decided: leave out measure"
type ReviewServiceLevel struct {
	// percent of items that are done in time: above 0, up to 100. Unset where a
	// regime is named.
	// +optional
	Percent Percent `json:"percent,omitempty"`
	// within is the time that an item may take, counted from its clock start. At
	// least 1s. Moving an item never resets its clock. Unset where a regime is
	// named.
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || duration(self) >= duration('1s')",message="a promise needs at least 1s"
	// +optional
	Within Duration `json:"within,omitempty"`
	// measure says what must happen within the time: the item is Decided
	// (default), or somebody has Started on it.
	// +kubebuilder:default=Decided
	// +optional
	Measure MeasureType `json:"measure,omitempty"`
	// regime is the name of a deadline of the catalogue (kubectl modcap regimes)
	// or of a ConfigMap of this namespace labelled modcap.dev/regimes, at most 40
	// lower-case letters, digits and dashes. It holds from the day on which it
	// comes into force until it ends. Unset where percent and within are given.
	// +kubebuilder:validation:MaxLength=40
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",message="must be the name of a regime such as eu-terrorist-content: lower-case letters, digits and dashes"
	// +optional
	Regime string `json:"regime,omitempty"`
}

// Where users declare regimes of their own: in this key of ConfigMaps with this
// label, whose value is "true".
const (
	RegimesLabel = "modcap.dev/regimes"
	RegimesKey   = "regimes.yaml"
)

// WorkType says what review work is made of.
// +kubebuilder:validation:Enum=Items;Rooms
type WorkType string

const (
	// WorkItems are items that wait and are decided one by one.
	WorkItems WorkType = "Items"
	// WorkRooms are LIVE rooms that are watched while they last: no backlog, no
	// drain time.
	WorkRooms WorkType = "Rooms"
)

// ReviewStream is one stream of human work of a queue.
// +kubebuilder:validation:XValidation:rule="self.work != 'Rooms' || (has(self.roomsPerPerson) && has(self.metrics.concurrent))",message="work: Rooms needs roomsPerPerson and metrics.concurrent"
// +kubebuilder:validation:XValidation:rule="self.work != 'Items' || (has(self.serviceLevels) && size(self.serviceLevels) > 0)",message="work: Items needs at least one of serviceLevels"
// +kubebuilder:validation:XValidation:rule="self.work != 'Items' || has(self.handleTime) || has(self.metrics.handleSeconds)",message="work: Items needs handleTime, or metrics.handleSeconds with metrics.completed"
// +kubebuilder:validation:XValidation:rule="self.work != 'Items' || has(self.metrics.arrivals)",message="work: Items needs metrics.arrivals"
// +kubebuilder:validation:XValidation:rule="!has(self.metrics.handleSeconds) || has(self.metrics.completed)",message="metrics.handleSeconds needs metrics.completed: the handle time is their quotient"
// +kubebuilder:validation:XValidation:rule="self.work == 'Rooms' || !has(self.roomsPerPerson)",message="roomsPerPerson is for work: Rooms only"
// +kubebuilder:validation:XValidation:rule="!has(self.mix) || self.mix.exists(m, !m.share.matches('^[0-9]+([.][0-9]+)?$')) || self.mix.map(m, int(double(m.share) * 1000000.0 + 0.5)).sum() == 1000000",message="the shares of a mix must add up to 1"
// +kubebuilder:validation:XValidation:rule="!has(self.mix) || '*' in self.harmDomains || self.mix.all(m, !has(m.harmDomain) || m.harmDomain in self.harmDomains)",message="a harmDomain of mix must be one of the stream's harmDomains"
// +kubebuilder:validation:XValidation:rule="self.work == 'Items' || !(has(self.reworkShare) || has(self.qaSample) || has(self.escalation) || has(self.handleTimeChanges) || has(self.relax))",message="reworkShare, qaSample, escalation, handleTimeChanges and relax are for work: Items only"
// +kubebuilder:validation:XValidation:rule="!has(self.qaSample) || self.requires.role != 'QA'",message="a stream of quality samples (requires.role: QA) has no qaSample of its own"
// +kubebuilder:validation:XValidation:rule="!has(self.escalation) || self.escalation.tier > self.requires.tier",message="escalation.tier must be above requires.tier: items are passed on to a higher tier"
// +kubebuilder:validation:XValidation:rule="(has(self.escalation) && !has(self.escalation.share)) == has(self.metrics.escalated)",message="escalation needs either its share or metrics.escalated, which counts the items passed on, and not both"
// +kubebuilder:validation:XValidation:rule="!has(self.escalation) || !has(self.serviceLevels) || size(self.serviceLevels) == 0 || !self.escalation.within.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || self.serviceLevels.exists(l, !has(l.within) || !l.within.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || duration(l.within) < duration(self.escalation.within))",message="escalation.within must be longer than the shortest of serviceLevels: it counts from the item's clock start"
type ReviewStream struct {
	// name of the stream, unique in the queue.
	// +required
	Name Word `json:"name"`
	// harmDomains whose items come here; "*" is all that no other stream of the
	// queue lists.
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +required
	HarmDomains []HarmDomainName `json:"harmDomains"`
	// serviceLevels are promises, at most 8, such as 90% within 15m, or names of
	// regimes. All are planned for, the binding one is shown. Needed with work:
	// Items.
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=8
	// +optional
	ServiceLevels []ReviewServiceLevel `json:"serviceLevels,omitempty"`
	// work is Items (default), which wait and are decided one by one, or Rooms,
	// which are LIVE rooms that are watched while they last.
	// +kubebuilder:default=Items
	// +optional
	Work WorkType `json:"work,omitempty"`
	// roomsPerPerson that one reviewer can watch at a time: 1 to 100. Needed with
	// work: Rooms, and for it only.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	// +optional
	RoomsPerPerson *int32 `json:"roomsPerPerson,omitempty"`
	// handleTime that a person spends on one decision: 1s to 8h. Needed with work:
	// Items unless metrics.handleSeconds measures it; with both it is used until
	// there is a measurement, and where fewer than five people do the work: what
	// they take is theirs.
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || (duration(self) >= duration('1s') && duration(self) <= duration('8h'))",message="handleTime must be from 1s to 8h"
	// +optional
	HandleTime *Duration `json:"handleTime,omitempty"`
	// mix splits the stream into work classes where its metrics cannot. There is
	// never an equal split by default: without mix and split metrics, a stream in
	// several languages or domains is one class that needs all of them.
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +optional
	Mix []ClassShare `json:"mix,omitempty"`
	// decisionsPerItem that an item needs: "1" by default, "2" where two people
	// must agree.
	// +kubebuilder:default="1"
	// +optional
	DecisionsPerItem Decimal `json:"decisionsPerItem,omitempty"`
	// reworkShare is the share of the stream's decisions that come back and are
	// made again without a new item in metrics.arrivals: at most 0.9. Those that
	// are made again may come back too. Unset means none.
	// +kubebuilder:validation:XValidation:rule="!self.matches('^0[.][0-9]{1,6}$') || double(self) <= 0.9",message="reworkShare must be at most 0.9: with more, hardly any decision would stand"
	// +optional
	ReworkShare Share `json:"reworkShare,omitempty"`
	// qaSample is the share of items that people look at again for quality. It is
	// work in addition, of teams with the role QA, in a class of its own. Unset
	// means none.
	// +optional
	QASample *ReviewSample `json:"qaSample,omitempty"`
	// escalation says how many items are passed on to a higher tier. It is work in
	// addition, of that tier, in a class of its own. Unset means none, or that the
	// items passed on are a queue of their own.
	// +optional
	Escalation *ReviewEscalation `json:"escalation,omitempty"`
	// handleTimeChanges that are known beforehand, at most 4, and 8 of all streams
	// together. Those in force at the same time multiply. Unset means none.
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=4
	// +optional
	HandleTimeChanges []HandleTimeChange `json:"handleTimeChanges,omitempty"`
	// requires says who may do the work: a role, a tier, and clearances. Unset
	// means reviewers of tier 1 without any clearance.
	// +kubebuilder:default={}
	// +optional
	Requires ReviewRequirements `json:"requires,omitempty"`
	// relax says who else may take work that would be late otherwise, once it is
	// old: at most 2 steps, each besides those before it. Languages, harm domains,
	// tier, role and clearances are never dropped. Items that are looked at again
	// or passed on are not relaxed. Unset means that nothing is.
	// +listType=map
	// +listMapKey=drop
	// +kubebuilder:validation:MaxItems=2
	// +kubebuilder:validation:XValidation:rule="size(self) < 2 || self.exists(r, !r.after.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$')) || duration(self[0].after) <= duration(self[1].after)",message="the steps of relax must stand in the order of their time: after must not fall"
	// +optional
	Relax []Relaxation `json:"relax,omitempty"`
	// metrics say where the numbers of the stream are.
	// +required
	Metrics ReviewMetrics `json:"metrics"`
}

// ClassShare is the share of a stream's items that is of one class.
type ClassShare struct {
	// language of the class. Unset means any of the queue's.
	// +optional
	Language LanguageTag `json:"language,omitempty"`
	// harmDomain of the class. Unset means any of the stream's.
	// +optional
	HarmDomain Word `json:"harmDomain,omitempty"`
	// share of the stream's items, from 0 to 1. The shares of a mix must add up to
	// 1.
	// +required
	Share Score `json:"share"`
}

// ReviewRequirements say who may do the work.
type ReviewRequirements struct {
	// role of the team: Review (default), QA for a queue of quality samples that
	// has numbers of its own, Appeals for complaints.
	// +kubebuilder:default=Review
	// +optional
	Role TeamRole `json:"role,omitempty"`
	// tier of the team: 1 (default) to 9.
	// +kubebuilder:default=1
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=9
	// +optional
	Tier int32 `json:"tier,omitempty"`
	// clearances that everyone who does the work must hold. They are never
	// relaxed.
	// +listType=set
	// +kubebuilder:validation:MaxItems=16
	// +optional
	Clearances []Word `json:"clearances,omitempty"`
}

// ReviewMetrics say where the numbers of a review stream are.
// +kubebuilder:validation:XValidation:rule="has(self.due) == has(self.onTime)",message="due and onTime are needed together: what is attained is their quotient"
type ReviewMetrics struct {
	RowSelector `json:",inline"`
	// backlog is the number of items waiting for people (Gauge).
	// +optional
	Backlog *SeriesReference `json:"backlog,omitempty"`
	// arrivals of items (Rate or Counter).
	// +optional
	Arrivals *SeriesReference `json:"arrivals,omitempty"`
	// completed decisions (Rate or Counter).
	// +optional
	Completed *SeriesReference `json:"completed,omitempty"`
	// oldestAge is the age of the oldest waiting item (Age).
	// +optional
	OldestAge *SeriesReference `json:"oldestAge,omitempty"`
	// due counts items whose deadline has passed (Counter).
	// +optional
	Due *SeriesReference `json:"due,omitempty"`
	// onTime counts those of due that were decided in time (Counter).
	// +optional
	OnTime *SeriesReference `json:"onTime,omitempty"`
	// handleSeconds is the time people spent on decisions (Rate or Counter, in
	// seconds).
	// +optional
	HandleSeconds *SeriesReference `json:"handleSeconds,omitempty"`
	// allowed items of the stream's harm domains that machines let through (Rate
	// or Counter). For qaSample.allowed.
	// +optional
	Allowed *SeriesReference `json:"allowed,omitempty"`
	// actioned items of the stream's harm domains that machines decided (Rate or
	// Counter). For qaSample.actioned.
	// +optional
	Actioned *SeriesReference `json:"actioned,omitempty"`
	// escalated items that were passed on to a higher tier (Rate or Counter). For
	// escalation, in place of its share.
	// +optional
	Escalated *SeriesReference `json:"escalated,omitempty"`
	// concurrent is the number of rooms open now (Gauge). For work: Rooms.
	// +optional
	Concurrent *SeriesReference `json:"concurrent,omitempty"`
}

// ModerationQueue is a stream of items and its promises.
// +kubebuilder:validation:XValidation:rule="size(self.metadata.name) <= 63",message="the name of a queue has at most 63 characters, since it labels documents and metrics"
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=mqueue,categories=modcap
// +kubebuilder:printcolumn:name="Backlog",type=integer,JSONPath=`.status.summary.backlog`
// +kubebuilder:printcolumn:name="Oldest",type=date,JSONPath=`.status.summary.oldest`
// +kubebuilder:printcolumn:name="Promise",type=string,JSONPath=`.status.summary.promise`
// +kubebuilder:printcolumn:name="Attained",type=string,JSONPath=`.status.summary.attained`
// +kubebuilder:printcolumn:name="Breach-In",type=string,JSONPath=`.status.summary.breachIn`
// +kubebuilder:printcolumn:name="Drain",type=string,JSONPath=`.status.classification.drainTime`
// +kubebuilder:printcolumn:name="Workers",type=string,JSONPath=`.status.summary.workers`
// +kubebuilder:printcolumn:name="Reviewers",type=string,JSONPath=`.status.summary.reviewers`
// +kubebuilder:printcolumn:name="Bottleneck",type=string,JSONPath=`.status.summary.bottleneck`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Breach-Likely",type=string,JSONPath=`.status.classification.breachLikely`,priority=1
// +kubebuilder:printcolumn:name="Drain-Likely",type=string,JSONPath=`.status.classification.drainLikely`,priority=1
// +kubebuilder:printcolumn:name="Surface",type=string,JSONPath=`.spec.surface`,priority=1
// +kubebuilder:printcolumn:name="Markets",type=string,JSONPath=`.spec.markets`,priority=1
// +kubebuilder:printcolumn:name="Languages",type=string,JSONPath=`.spec.languages`,priority=1
// +kubebuilder:printcolumn:name="Metrics",type=string,JSONPath=`.status.summary.metrics`,priority=1
// +kubebuilder:printcolumn:name="Next-Change",type=string,JSONPath=`.status.summary.nextChange`,priority=1
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`,priority=1
type ModerationQueue struct {
	metav1.TypeMeta `json:",inline"`
	// metadata of the object. The name has at most 63 characters, since it labels
	// documents and metrics.
	metav1.ObjectMeta `json:"metadata,omitempty"`
	// spec declares the queue.
	// +required
	Spec ModerationQueueSpec `json:"spec"`
	// status is how the queue stands.
	// +optional
	Status ModerationQueueStatus `json:"status,omitempty"`
}

// ModerationQueueList is a list of ModerationQueue.
// +kubebuilder:object:root=true
type ModerationQueueList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []ModerationQueue `json:"items"`
}
