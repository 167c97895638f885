package capacity

import (
	"github.com/modcap/modcap/internal/control"
	"github.com/modcap/modcap/internal/sample"
)

// Rules is the version of the rules that Plan applies. It is bumped whenever
// the same Input may give another Decision; replay refuses another version.
const Rules = "11"

// Limits beyond which an Input is refused. They keep every product within 63
// bits, and are far beyond what a cluster can hold.
const (
	MaxReplicas int32       = 1_000_000
	MaxSpan     sample.Span = 366 * 24 * sample.Hour
	MaxQueues               = 10_000
)

// Input is everything a decision depends on.
type Input struct {
	Rules  string         `json:"rules"` // Rules of the caller; empty means the current ones
	Now    sample.Instant `json:"now"`
	Pool   Pool           `json:"pool"`
	Fleet  Fleet          `json:"fleet"`
	Queues []Queue        `json:"queues"` // any order; recorded by ascending key
	// Tuning is the recorded output of the tuner: how the control law is to be applied.
	// When it is not Known, the forecasts of the queues and a careful patience take its
	// place.
	Tuning control.Tuning `json:"tuning"`
	State  State          `json:"state"` // Decision.State of the decision before; zero after a restart
}

// Pool is the declared and learned side of a ClassifierPool, as in force at
// Input.Now.
type Pool struct {
	Min int32 `json:"min"` // bounds in force now, schedules applied
	Max int32 `json:"max"`
	// Throughput is work units per second of one ready replica (an item counts
	// as Queue.WorkPerItem units).
	Throughput sample.Milli `json:"throughput"`
	// Startup is the span from a pod's creation to Ready, 90th percentile.
	Startup sample.Span `json:"startup"`
	// MetricDelay is how old a number is when it is first seen, at most.
	MetricDelay sample.Span `json:"metricDelay"`
	// Interval is the span between decisions.
	Interval sample.Span `json:"interval"`
	// Stabilization is how long a need must have been lower before replicas go, beyond
	// what the control law waits by itself.
	Stabilization sample.Span `json:"stabilization"`
	// ScaleDownsPerHour is the flap budget, 0 for none. It never limits scale-up.
	ScaleDownsPerHour int32 `json:"scaleDownsPerHour,omitempty"`
	// Next are the bounds from the next edge of a schedule on, nil for none.
	Next *Bounds `json:"next,omitempty"`
	// Overrides are the capacity overrides in force now.
	Overrides []Override `json:"overrides,omitempty"`
}

// Lead is the span from a change at the queue to the first item done by a
// replica asked for because of it: metric delay, decision interval, startup.
// It is the horizon that Queue.Forecast must be made for.
func (p Pool) Lead() sample.Span { return p.MetricDelay + p.Interval + p.Startup }

// Bounds are replicas min and max from At on.
type Bounds struct {
	At  sample.Instant `json:"at"`
	Min int32          `json:"min"`
	Max int32          `json:"max"`
}

// OverrideKind says what an override does.
type OverrideKind string

// Kinds of override. Several floors compose to their maximum, several ceilings
// to their minimum. A ceiling wins over a floor and over Pool.Min; a floor does
// not lift Pool.Max; a pause wins over everything.
const (
	Pause   OverrideKind = "Pause"   // keep the replicas as they are
	Floor   OverrideKind = "Floor"   // at least Replicas
	Ceiling OverrideKind = "Ceiling" // at most Replicas, even below Pool.Min
)

// Override is one CapacityOverride in force.
type Override struct {
	Name     string         `json:"name"`
	Kind     OverrideKind   `json:"kind"`
	Replicas int32          `json:"replicas,omitempty"` // of Floor and Ceiling
	Until    sample.Instant `json:"until"`              // it is gone from then on
	Reason   string         `json:"reason,omitempty"`
	By       string         `json:"by,omitempty"`
}

// Fleet is what is seen of the scale target and its pods.
type Fleet struct {
	// Known is false when the target could not be read: the decision is a hold.
	Known bool `json:"known"`
	// Wanted is spec.replicas of the scale subresource.
	Wanted int32 `json:"wanted"`
	// Ready is the number of Ready pods that are not terminating.
	Ready int32 `json:"ready"`
	// Starting are the creation times of the pods that are not Ready yet and in
	// good health, in any order.
	Starting []sample.Instant `json:"starting,omitempty"`
	// Unschedulable pods have no node; Failing pods crash or cannot pull.
	Unschedulable int32 `json:"unschedulable,omitempty"`
	Failing       int32 `json:"failing,omitempty"`
	// TroubleSince is since when a pod has been unschedulable or failing, without
	// a break; 0 when none is.
	TroubleSince sample.Instant `json:"troubleSince,omitempty"`
	// Rollout is true while the target replaces its pods: surge pods are not spare.
	Rollout bool `json:"rollout,omitempty"`
}

// Queue is one stream of items that the pool works on.
type Queue struct {
	Key       string `json:"key"` // namespace/name
	Priority  int32  `json:"priority"`
	Protected bool   `json:"protected,omitempty"`
	// Deadline and Percent are the promise: Percent of the items within Deadline.
	Deadline sample.Span `json:"deadline"`
	Percent  sample.PPM  `json:"percent"`
	// WorkPerItem is work units per item.
	WorkPerItem sample.Milli `json:"workPerItem"`
	// Backlog is items waiting.
	Backlog sample.Sample `json:"backlog"`
	// OldestAge is the age of the oldest waiting item in seconds. Absent with
	// cause NotDeclared (or none), the age is assumed; with another cause it
	// forbids scaling down.
	OldestAge sample.Sample `json:"oldestAge"`
	// Ages is the backlog by age, ascending, when AgesKnown.
	Ages      []AgeBucket `json:"ages,omitempty"`
	AgesKnown bool        `json:"agesKnown,omitempty"`
	// Arrivals is items per second now.
	Arrivals sample.Sample `json:"arrivals"`
	// Forecast is the recorded output of the forecast for Pool.Lead and Percent.
	Forecast Forecast `json:"forecast"`
	// Outlook is what is expected beyond the lead; it changes no replicas, only Risk.
	Outlook Outlook `json:"outlook,omitzero"`
	// Overrides are those that made Priority or Forecast what they are. They are for people:
	// no rule reads them.
	Overrides []QueueOverride `json:"overrides,omitempty"`
}

// AgeBucket holds the items not older than UpTo and older than the bucket
// before. Every one of them is taken to be as old as UpTo.
type AgeBucket struct {
	UpTo  sample.Span  `json:"upTo"`
	Items sample.Milli `json:"items"`
}

// Forecast is items per second to come. When it is not Known, the rate now and
// three standard deviations of a Poisson stream take its place.
type Forecast struct {
	Known bool `json:"known"`
	// Mean is the expected mean rate over the lead.
	Mean sample.Milli `json:"mean"`
	// Upper is the highest mean rate, over a window of the deadline's size, that
	// the lead will bring with probability Queue.Percent.
	Upper sample.Milli `json:"upper"`
	// Foreseen is the highest mean rate expected within the lead, where the season or
	// an event is about to lift it, or has just done so; 0 at all other times. It counts
	// whether or not the rest is Known.
	Foreseen sample.Milli `json:"foreseen,omitempty"`
	// Basis says what the forecast rests on, for people.
	Basis string `json:"basis,omitempty"`
}

// State is carried by the caller from decision to decision, and lost at a
// restart: the first decision then seeds the stabilisation window with the
// present replicas.
type State struct {
	// At is when the decision before was made; after a long silence, a hold for
	// bad input or a restart (0) the window is seeded anew.
	At sample.Instant `json:"at,omitempty"`
	// SeededAt is when the window was last seeded.
	SeededAt sample.Instant `json:"seededAt,omitempty"`
	// Wanted is Fleet.Wanted as last seen, by which scale changes are noticed,
	// whoever made them.
	Wanted int32 `json:"wanted,omitempty"`
	// Law is what the control law carries on.
	Law control.Memory `json:"law"`
	// Recommendations within the stabilisation window, oldest first, replicas
	// strictly descending (an older one that is not larger cannot matter).
	Recommendations []Recommendation `json:"recommendations,omitempty"`
	// LastScaleUp and LastScaleDown survive a restart in pool status.
	LastScaleUp   sample.Instant `json:"lastScaleUp,omitempty"`
	LastScaleDown sample.Instant `json:"lastScaleDown,omitempty"`
	// ScaleDowns are those of the last hour, ascending.
	ScaleDowns []sample.Instant `json:"scaleDowns,omitempty"`
}

// Recommendation is what was needed at an instant, before stabilisation.
type Recommendation struct {
	At       sample.Instant `json:"at"`
	Replicas int32          `json:"replicas"`
}

// Verdict is what the caller does: the scale is written on ScaleUp and
// ScaleDown only.
type Verdict string

// Verdicts.
const (
	Hold      Verdict = "Hold"
	ScaleUp   Verdict = "ScaleUp"
	ScaleDown Verdict = "ScaleDown"
)

// Decision is the answer with its explanation.
type Decision struct {
	Rules    string  `json:"rules"`
	Replicas int32   `json:"replicas"` // wanted from now on
	Verdict  Verdict `json:"verdict"`
	// Binding is the rule that settled Replicas.
	Binding Rule `json:"binding"`
	// Needed is what the queues need, before bounds, stabilisation and overrides.
	Needed int32 `json:"needed"`
	// Message is a constant sentence when the input was refused.
	Message string `json:"message,omitempty"`
	// Fresh is false when a number of some queue was not: no scale-down.
	Fresh bool `json:"fresh"`
	// Sufficient is false when Replicas are fewer than Needed.
	Sufficient bool   `json:"sufficient"`
	Steps      []Step `json:"steps"`
	// Shares and Risk have one entry for each queue, by ascending key.
	Shares []Share        `json:"shares"`
	Risk   []Risk         `json:"risk"`
	Next   sample.Instant `json:"next"` // when to look again at the latest
	State  State          `json:"state"`
}

// Step is one rule applied: replicas before and after it, and the numbers it
// used.
type Step struct {
	Rule   Rule   `json:"rule"`
	Before int32  `json:"before"`
	After  int32  `json:"after"`
	Queue  string `json:"queue,omitempty"` // the queue (or override) it turned on
	Terms  []Term `json:"terms,omitempty"`
}

// Unit is the unit of a Term.
type Unit string

// Units of terms: the value 1500 of MilliItems is 1.5 items.
const (
	Replicas      Unit = "replicas"
	MilliReplicas Unit = "milliReplicas"
	MilliItems    Unit = "milliItems"
	MilliWork     Unit = "milliWork"          // work units
	MilliRate     Unit = "milliWorkPerSecond" // work units per second
	ReplicaMilli  Unit = "replicaMs"          // what a replica does in a millisecond
	PerMille      Unit = "perMille"
	Milliseconds  Unit = "ms"
	UnixMilli     Unit = "unixMs"
	Count         Unit = "count"
)

// Term is a named number of a Step.
type Term struct {
	Name  string `json:"name"`
	Value int64  `json:"value"`
	Unit  Unit   `json:"unit"`
}

// Share is what one queue needs of the pool, and what it gets of the replicas
// decided when priorities have to choose: protected first, then by priority,
// then by deadline.
type Share struct {
	Queue     string       `json:"queue"`
	Priority  int32        `json:"priority"`
	Protected bool         `json:"protected,omitempty"`
	Needed    sample.Milli `json:"needed"`  // replicas, in thousandths
	Granted   sample.Milli `json:"granted"` // ≤ Needed
}

// RiskReason says why a queue is, or is not, going to be late.
type RiskReason string

// Reasons of a Risk.
const (
	OnTime      RiskReason = "OnTime"      // every item due is done in time
	TooLate     RiskReason = "TooLate"     // due before any new replica can be ready
	Short       RiskReason = "Short"       // the replicas decided are too few
	Outranked   RiskReason = "Outranked"   // they are too few, and others come first
	NotArriving RiskReason = "NotArriving" // replicas asked for do not come
	NoData      RiskReason = "NoData"      // nothing is known of the queue
	LowerBound  RiskReason = "LowerBound"  // on time, by numbers that are not fresh
)

// Risk is the forecast for one queue with the replicas decided, counting only
// those that are ready, starting, or can still come.
type Risk struct {
	Queue string `json:"queue"`
	// Feasible is true when no more items than the promise allows will be late.
	Feasible bool       `json:"feasible"`
	Reason   RiskReason `json:"reason"`
	// Late is the items that will be late.
	Late sample.Milli `json:"late"`
	// FirstBreach is when the first item becomes late; 0 for never.
	FirstBreach sample.Instant `json:"firstBreach,omitempty"`
	// DrainBy is when the present backlog is gone; 0 for not in sight.
	DrainBy sample.Instant `json:"drainBy,omitempty"`
	// Breach and Drain are when items come to be late, and when the present backlog is
	// done, at 50 % and at 90 %; zero without an Outlook. A breach is one that modcap
	// cannot prevent within its bounds.
	Breach Figures `json:"breach,omitzero"`
	Drain  Figures `json:"drain,omitzero"`
}
