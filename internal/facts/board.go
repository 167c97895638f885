package facts

import (
	"k8s.io/apimachinery/pkg/types"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
)

// Board holds every kind of fact.
type Board struct {
	// Pools are what a queue's pool found for it, by queue.
	Pools *Table[Pool]
	// Staffing is what a queue's target found for it, by queue.
	Staffing *Table[Staffing]
	// Routing is what the compiler found for a queue, by queue.
	Routing *Table[Routing]
	// Policies are what the compiler found in a policy, by policy.
	Policies *Table[Policy]
	// Teams are what a team's target found for it, by team.
	Teams *Table[Team]
	// Weights are what the teams of a target count for in routing, by target.
	Weights *Table[Weights]
	// Relief is what gives way for the queues of a target, by target.
	Relief *Table[Relief]
	// QueueLint and PolicyLint are what was found when all objects were read together, by queue and by policy.
	QueueLint, PolicyLint *Table[Lint]
}

// Notify are the functions that wake the readers of facts.
type Notify struct {
	Queue, Policy, Team, Weights func(types.NamespacedName)
}

// NewBoard makes an empty board.
func NewBoard(n Notify) *Board {
	return &Board{
		Pools: NewTable[Pool](n.Queue), Staffing: NewTable[Staffing](n.Queue), Routing: NewTable[Routing](n.Queue),
		Policies: NewTable[Policy](n.Policy), Teams: NewTable[Team](n.Team), Weights: NewTable[Weights](n.Weights),
		Relief:    NewTable[Relief](n.Weights),
		QueueLint: NewTable[Lint](n.Queue), PolicyLint: NewTable[Lint](n.Policy),
	}
}

// Pool is what a pool found for one of its queues. Numbers are rounded, so that
// noise wakes nobody.
type Pool struct {
	// Pool is the name of the pool.
	Pool string
	// Ready and Wanted are the pool's replicas.
	Ready, Wanted int32
	// Needed is the replicas that this queue's work needs, two significant digits.
	Needed sample.Milli
	// Known is false while the numbers are too poor to say whether the promise holds.
	Known bool
	// Feasible is true when the promise can be kept as forecast now.
	Feasible bool
	// Reason and Message say why not: a reason of CapacitySufficient.
	Reason, Message string
	// BreachIn is a bucket of the time for which the promise holds with 90 %,
	// BreachLikely of that after which it is as likely missed as not.
	BreachIn, BreachLikely string
	// Drain is within which time the backlog is gone with 90 %, DrainLikely within which
	// it is as likely gone as not, two significant digits; empty when it is not in sight.
	Drain, DrainLikely string
}

// Staffing is what a target found for one of its queues.
type Staffing struct {
	// Target is the name of the target.
	Target string
	// Have and Need are whole productive reviewers, now.
	Have, Need int32
	// Known is false while the numbers are too poor to say.
	Known bool
	// Enough is true when every class has the people it needs.
	Enough bool
	// Reason and Message explain: a reason of Staffed.
	Reason, Message string
	// Classes are the work classes of each review stream, worst first.
	Classes map[string][]v1alpha1.WorkClassStatus
	// Counts are the numbers of classes of each stream.
	Counts map[string]int32
	// Promises are the binding promise of each stream, and Regimes what sets it, where that
	// is a regime.
	Promises, Regimes map[string]string
	// FirstGap is the start of the first interval with a gap; 0 for none.
	FirstGap sample.Instant
	// Findings concern the queue.
	Findings []v1alpha1.Finding
}

// Routing is what the compiler found for a queue.
type Routing struct {
	// Surface of the queue.
	Surface string
	// Document and Index are the names of the ConfigMaps in force.
	Document, Index string
	// Routed is true when the document in force says what the specs say.
	Routed bool
	// Reason and Message explain: a reason of Routed.
	Reason, Message string
	// Findings concern the queue.
	Findings []v1alpha1.Finding
}

// Policy is what the compiler found in a policy, by surface.
type Policy struct {
	Findings map[string][]v1alpha1.Finding
}

// Lint is what was found of an object when all of its namespace were read together.
type Lint struct {
	Findings []v1alpha1.Finding
}

// Team is what a target found for a team.
type Team struct {
	// Target is the name of the target that plans the team.
	Target string
}

// Weights are what the teams of a target count for, by name. They change when that
// matters, and not with every look.
type Weights struct {
	Teams map[string]Weight
}

// Relief is what gives way for the queues of a target: what its status says, in the form
// that routers are told.
type Relief struct {
	InForce []v1.Relief
	// Unknown are policies of which nothing is known since the start but their status: what
	// was published of them stays.
	Unknown []string
}

// Weight is what a team counts for.
type Weight struct {
	// Weight is relative to that of other teams; 0 for a team without people.
	Weight int64
	// Productive is the productive heads now, Spare those without work.
	Productive, Spare sample.Milli
	// Present says that the people there were counted: what shifts say is nothing to that.
	Present bool
	// Limits are what limits of exposure leave of it.
	Limits []LimitWeight
}

// LimitWeight is the part of a weight, and the spare heads, that a limit of exposure leaves
// for work on some harm domains.
type LimitWeight struct {
	HarmDomains []string
	Part        sample.PPM
	Spare       sample.Milli
}
