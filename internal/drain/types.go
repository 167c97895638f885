package drain

import "github.com/modcap/modcap/internal/sample"

// Standing is how far a pod has come, in the order in which the ReplicaSet controller
// takes pods away (ActivePodsWithRanks in pkg/controller/controller_utils.go of
// Kubernetes): before all else, and before the deletion cost.
type Standing uint8

// Standings, first taken first.
const (
	Unassigned Standing = iota // no node has it
	Pending                    // a node has it, and no container runs
	Unknown                    // its node does not say
	NotReady                   // it runs, and is not Ready
	Ready                      // it runs and is Ready
)

// Mark is what a marked pod carries. The zero Mark is none.
type Mark struct {
	// Since is when the pod was marked.
	Since sample.Instant
	// Until is when the worker may lease again though the mark is still there: Slack
	// after the end of the wait. It bounds what an operator that died in the middle
	// leaves behind.
	Until sample.Instant
}

// Set reports whether there is a mark.
func (m Mark) Set() bool { return m.Since != 0 }

// Pod is one pod of the target that is not being deleted and has not ended.
type Pod struct {
	// Name is unique among the pods.
	Name     string
	Standing Standing
	// Cost is the deletion cost that somebody else gave the pod, 0 for none. The
	// lowest goes first.
	Cost int64
	// Ordinal of a pod of a StatefulSet.
	Ordinal int64
	// InFlight is how many items the pod holds leases on.
	InFlight sample.Sample
	Mark     Mark
}

// Input is all that a decision rests on.
type Input struct {
	Now sample.Instant
	// Want is the replicas to go to, Current those that are asked for now.
	Want, Current int32
	// Declared is true when the pool names an in-flight series and modcap controls
	// the scale. Otherwise nothing is marked, and marks are taken off.
	Declared bool
	// Rollout is true while pods are replaced: the Deployment decides then which go.
	Rollout bool
	// Ordered is true when pods go by descending ordinal, as those of a StatefulSet do.
	Ordered bool
	// MaxWait is how long a scale-down waits at most: 0 to LongestWait. A wait that has
	// begun keeps the end that it was given.
	MaxWait sample.Span
	Pods    []Pod
}

// Reason says why the scale is written now, or not.
type Reason string

// Reasons.
const (
	NotDeclared Reason = "NotDeclared" // the pool does not drain: the scale is written at once
	NotWanted   Reason = "NotWanted"   // nothing is to be taken away
	Rollout     Reason = "Rollout"     // the workload replaces its pods: the scale is written at once
	NoneReady   Reason = "NoneReady"   // only pods go that hold nothing: the scale is written at once
	Waiting     Reason = "Waiting"     // until the marked pods are idle
	AllIdle     Reason = "AllIdle"     // every marked pod is idle: the scale is written
	WaitOver    Reason = "WaitOver"    // MaxWait has passed: the scale is written though pods are not idle
)

// Decision is what to do with the pods and the scale.
type Decision struct {
	Reason Reason
	// Mark are the pods to be given a mark, by ascending name.
	Mark []Marking
	// Unmark are the names of the pods to lose theirs, ascending.
	Unmark []string
	// Idle, Busy and Unread count the pods waited for: known to be idle, known to
	// hold items, and without a number to act on.
	Idle, Busy, Unread int32
	// Cause is why there is no such number, of the first pod by name that has none.
	Cause sample.Cause
	// Until is when the wait is over, 0 when nothing is waited for.
	Until sample.Instant
}

// Marking is a pod with the mark that it is to carry.
type Marking struct {
	Name string
	Mark Mark
}

// Marked is how many pods the scale-down takes that may hold items.
func (d Decision) Marked() int32 { return d.Idle + d.Busy + d.Unread }

// Waits reports whether the scale must not be lowered yet.
func (d Decision) Waits() bool { return d.Reason == Waiting }
