package explain

import (
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/sample"
)

// Subject is what is to be explained, as it was read.
type Subject struct {
	Pool *v1alpha1.ClassifierPool
	// Queue is the queue asked about; nil to explain the pool.
	Queue *v1alpha1.ModerationQueue
	// Record is the recorded decision to explain; nil when there is none.
	Record *Record
	// Trouble is a sentence that says why there is none.
	Trouble string
	// Newer is how many decisions on record are newer than Record.
	Newer int
	// Now is the time at which the question is asked.
	Now sample.Instant
}

// Record is a decision and what it was made from.
type Record struct {
	Input    capacity.Input
	Decision capacity.Decision
}

// Report is the answer. Numbers are decimal strings, times RFC 3339 in UTC,
// lengths of time as in the API ("1m30s").
type Report struct {
	Namespace string `json:"namespace"`
	Pool      string `json:"pool"`
	// Queue is the queue asked about; empty for the pool.
	Queue string `json:"queue,omitempty"`
	// Notes are what is wrong, or missing from the answer.
	Notes []string `json:"notes,omitempty"`
	// Summary is the answer in words.
	Summary []string `json:"summary"`
	// Decision is the recorded one; nil when there is none, and all that follows is
	// empty then.
	Decision    *Decision    `json:"decision,omitempty"`
	Constraints []Constraint `json:"constraints,omitempty"`
	Without     []Without    `json:"without,omitempty"`
	// Queues are those of the pool, first served first.
	Queues []Queue `json:"queues,omitempty"`
}

// Decision is the recorded decision in short.
type Decision struct {
	At       string `json:"at"`
	Age      string `json:"age"`
	Rules    string `json:"rules"`
	Verdict  string `json:"verdict"`
	Binding  string `json:"binding"`
	Replicas int32  `json:"replicas"`
	// Needed is what the queues needed, before bounds, stabilisation and overrides.
	Needed int32  `json:"needed"`
	Next   string `json:"next"`
	// Message says why the input was refused.
	Message string `json:"message,omitempty"`
	Fleet   Fleet  `json:"fleet"`
	Pool    Pool   `json:"pool"`
}

// Fleet is what was seen of the workers.
type Fleet struct {
	Wanted        int32 `json:"wanted"`
	Ready         int32 `json:"ready"`
	Starting      int   `json:"starting"`
	Unschedulable int32 `json:"unschedulable"`
	Failing       int32 `json:"failing"`
	Rollout       bool  `json:"rollout"`
}

// Pool is what the decision took the pool to be, learned values and schedules
// applied.
type Pool struct {
	Min           int32  `json:"min"`
	Max           int32  `json:"max"`
	Throughput    string `json:"workUnitsPerSecond"`
	Startup       string `json:"startup"`
	MetricDelay   string `json:"metricDelay"`
	Interval      string `json:"interval"`
	Stabilization string `json:"stabilization"`
}

// Constraint is a rule that was applied, with the replicas before and after.
type Constraint struct {
	Rule   string `json:"rule"`
	Before int32  `json:"before"`
	After  int32  `json:"after"`
	// Because is the rule's sentence; empty when it changed nothing.
	Because string `json:"because,omitempty"`
	// Numbers are those that the rule used.
	Numbers []Number `json:"numbers,omitempty"`
}

// Number is a number with a name.
type Number struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Unit  string `json:"unit,omitempty"`
}

// Without is what the decision would have been without a bound.
type Without struct {
	Bound    string `json:"bound"`
	Replicas int32  `json:"replicas"`
	Binding  string `json:"binding"`
}

// Queue is a queue of the pool in the recorded decision.
type Queue struct {
	Name      string `json:"name"`
	Priority  int32  `json:"priority"`
	Protected bool   `json:"protected"`
	Promise   string `json:"promise"`
	// Needed and Granted are replicas; they and Risk are empty when the input was
	// refused.
	Needed  string `json:"needed,omitempty"`
	Granted string `json:"granted,omitempty"`
	Risk    *Risk  `json:"risk,omitempty"`
	Inputs  Inputs `json:"inputs"`
	// Overrides are those that had a part in what the decision was told of the queue.
	Overrides []Override `json:"overrides,omitempty"`
}

// Override is a CapacityOverride that names a queue.
type Override struct {
	Name string `json:"name"`
	Type string `json:"type"`
	// Does says what it does, in words.
	Does   string `json:"does"`
	From   string `json:"from,omitempty"`
	Until  string `json:"until"`
	Reason string `json:"reason,omitempty"`
	By     string `json:"by,omitempty"`
}

// Risk is who was forecast to be late.
type Risk struct {
	Feasible bool   `json:"feasible"`
	Reason   string `json:"reason"`
	// Late is items; FirstBreach is empty for never, DrainBy for not in sight.
	Late        string `json:"late"`
	FirstBreach string `json:"firstBreach,omitempty"`
	DrainBy     string `json:"drainBy,omitempty"`
	Sentence    string `json:"sentence"`
	// Outlook is nil where the decision was told nothing of the time beyond the lead.
	Outlook *Outlook `json:"outlook,omitempty"`
}

// Inputs are the numbers of a queue.
type Inputs struct {
	Backlog  Observed `json:"backlog"`
	Oldest   Observed `json:"oldest"`
	Arrivals Observed `json:"arrivalsPerSecond"`
	// Expected and Upper are items per second to come, by the forecast; empty when
	// there was none and the arrivals took its place.
	Expected string `json:"expectedPerSecond,omitempty"`
	Upper    string `json:"atMostPerSecond,omitempty"`
	// Foreseen is items per second that season or calendar are about to bring; empty at
	// all other times. Basis is what the forecast rests on.
	Foreseen string `json:"foreseenPerSecond,omitempty"`
	Basis    string `json:"forecastBasis,omitempty"`
}

// Observed is a number that was read. Value and Age are empty when it was absent.
type Observed struct {
	Value   string `json:"value,omitempty"`
	Age     string `json:"age,omitempty"`
	Quality string `json:"quality"`
	Cause   string `json:"cause,omitempty"`
}

// Explain answers a question. Pool must not be nil.
func Explain(s Subject) Report {
	r := Report{Namespace: s.Pool.Namespace, Pool: s.Pool.Name}
	if s.Queue != nil {
		r.Queue = s.Queue.Name
	}
	if s.Record == nil {
		r.Notes = notes(s)
		r.Summary = summaryOfStatus(s)
		return r
	}
	in, d := &s.Record.Input, &s.Record.Decision
	r.Decision = decision(s)
	r.Constraints = constraints(d)
	r.Without = without(in, d)
	r.Queues = queues(in, d)
	r.Notes = notes(s)
	r.Summary = summary(s, &r)
	return r
}

func decision(s Subject) *Decision {
	in, d := &s.Record.Input, &s.Record.Decision
	return &Decision{
		At: clock(in.Now), Age: short(s.Now.Since(in.Now)), Rules: d.Rules,
		Verdict: string(d.Verdict), Binding: string(d.Binding), Replicas: d.Replicas, Needed: d.Needed,
		Next: clock(d.Next), Message: d.Message,
		Fleet: Fleet{
			Wanted: in.Fleet.Wanted, Ready: in.Fleet.Ready, Starting: len(in.Fleet.Starting),
			Unschedulable: in.Fleet.Unschedulable, Failing: in.Fleet.Failing, Rollout: in.Fleet.Rollout,
		},
		Pool: Pool{
			Min: in.Pool.Min, Max: in.Pool.Max, Throughput: in.Pool.Throughput.String(), Startup: in.Pool.Startup.String(),
			MetricDelay: in.Pool.MetricDelay.String(), Interval: in.Pool.Interval.String(), Stabilization: in.Pool.Stabilization.String(),
		},
	}
}
