package rollout

import (
	"github.com/modcap/modcap/internal/guard"
	"github.com/modcap/modcap/internal/sample"
)

// ShadowStep is the name of the first step.
const ShadowStep = "shadow"

// Share of units that a step gives, in some markets and on some surfaces; empty lists
// are all of them.
type Share struct {
	Step     string
	Share    sample.PPM
	Markets  []string
	Surfaces []string
	// Since is when it was given, 0 where that is not known; of a State only.
	Since sample.Instant
}

// Step of a rollout. The first of Terms.Steps is the shadow, whose share is 0.
type Step struct {
	Share
	// Hold is how long it takes at least, MaxHold after how long somebody is asked; 0
	// for never.
	Hold, MaxHold sample.Span
}

// Terms are what the policy declares.
type Terms struct {
	Steps []Step
	Pause bool
	// Tried names the unit, the margins and what the steps give: a change that was taken back
	// is tried again with others. Empty where they cannot be read.
	Tried string
	// Changed names a step that gave the change something and is elsewhere in the spec
	// now, or not there; empty for none.
	Changed string
	// Held says that the spec is not sound: what is under way stays where it is, guarded.
	Held bool
}

// Phase says how far a rollout is, in the words of the API.
type Phase string

// Phases.
const (
	Done         Phase = "Done"
	Shadow       Phase = "Shadow"
	Stepping     Phase = "Step"
	Inconclusive Phase = "Inconclusive"
	Aborted      Phase = "Aborted"
)

// State is what is remembered from look to look.
type State struct {
	// Stable decides what Canary does not; Canary is empty while nothing is rolled out.
	Stable, Canary string
	Phase          Phase
	// Step under way, and the shares that the steps so far gave.
	Step   string
	Shares []Share
	// Began is when the rollout did, Since when the step did.
	Began, Since sample.Instant
	// Counted is the guard's.
	Counted guard.State
	// Tried is that of the terms when they last were sound.
	Tried string
	// Aborted is the change that was taken back last; nil for none.
	Aborted *Abort
}

// Abort is a change that was taken back.
type Abort struct {
	Revision   string
	Generation int64
	// Tried is that of the terms by which it was tried; empty where nobody wrote it down.
	Tried     string
	Step      string
	Began, At sample.Instant
	// By is the decision that ordered it, empty for the guard.
	By string
	// Reason is a code, and Stream and Market what it is about, as far as they are known.
	Reason string
	Stream guard.Stream
	Market string
	// Decided says that the change decided items: in the shadow it did not.
	Decided bool
}

// Action is what somebody decided.
type Action string

// Actions, in the words of the API.
const (
	Approve  Action = "Approve"
	TakeBack Action = "Abort"
	Promote  Action = "Promote"
	Dismiss  Action = "Dismiss"
)

// Order is a decision in force.
type Order struct {
	// Name of the override that holds it.
	Name     string
	Action   Action
	Revision string
	Step     string
	// By and Reason are the override's.
	By, Reason string
}

// Queue is what is known of a queue with people whose policy is rolled out.
type Queue struct {
	Name string
	// Known is false while the numbers are too poor to say how it stands.
	Known bool
	// Late says that it misses its promise, or has too few people, now.
	Late bool
	// Have and Need are people now; both 0 where nobody plans it.
	Have, Need int64
}

// Load is what the change does to people's work if it decides everything: by how much
// of what arrives now it raises that, negative if it lowers it.
type Load struct {
	Known bool
	Rise  int64 // parts per million
}

// Condition is a number that must be as said.
type Condition struct {
	Name string
	// Met is false for a number that is not Fresh: Cause says why.
	Met   bool
	Cause string
}

// Freeze is one reason why no step ends now.
type Freeze struct {
	// By says in a few words what it is, such as "freeze window weekend".
	By string
	// Until is when it ends by itself, 0 if that is not known.
	Until sample.Instant
}

// Input is everything that Plan is told.
type Input struct {
	Now sample.Instant
	// Spec is the revision that the spec means, Generation the spec's.
	Spec       string
	Generation int64
	// Differs says that Spec may decide some item otherwise than State.Stable does.
	Differs bool
	Terms   Terms
	State   State
	// Guard is the evidence about the step under way in State, and Cause why what it is
	// made of is not Fresh.
	Guard      guard.Verdict
	Cause      string
	Load       Load
	Queues     []Queue
	Conditions []Condition
	// Untrained says which people are not trained for the change where the next step would be, as
	// many as it takes; empty for none.
	Untrained string
	// Frozen are the reasons why no step ends now; the first of them is told.
	Frozen []Freeze
	Orders []Order
}

// Codes of what a Decision says, which are reasons of the condition RolloutProgressing.
const (
	CodeComplete         = "Complete"         // one revision decides everything
	CodeStarted          = "Started"          // a rollout began with this look
	CodeAdvanced         = "Advanced"         // a step ended with this look
	CodeHolding          = "Holding"          // the step's time is not over
	CodeEvidence         = "AwaitingEvidence" // the guard does not say Advance
	CodeNotFresh         = "MetricsNotFresh"  // what is counted is missing or old
	CodeHeld             = "InvalidSpec"      // the spec is not sound
	CodePaused           = "Paused"           // spec.rollout.pause
	CodeFrozen           = "Frozen"           // a freeze window or override
	CodeCapacity         = "QueueInBreach"    // a queue is late, or would be at the next step
	CodeCapacityUnknown  = "CapacityUnknown"  // how a queue stands is not known
	CodeTraining         = "TrainingNotDone"  // too few people are trained where the next step would be
	CodeCondition        = "ConditionNotMet"  // a condition is not as said
	CodeInconclusive     = "Inconclusive"     // maxHold is over: somebody has to decide
	CodeStepGone         = "StepGone"         // the step under way is not in the spec any more
	CodeAborted          = "Aborted"          // the change was taken back
	CodeGuardBroken      = "GuardBroken"      // an Abort's reason where the guard names none
	CodeDecidedByPeople  = "Decided"          // an Abort's reason: somebody ordered it
	CodeNothingDifferent = "NothingDifferent" // a change of nothing that routers decide: applied at once
)

// Wait is one thing that keeps a step from ending.
type Wait struct {
	Code string
	// Subject is the queue, condition, window, stream or step concerned.
	Subject string
	// Detail is a further code, such as the guard's reason or the cause of a number.
	Detail string
	// Until is when it ends by itself, 0 if that is not known.
	Until sample.Instant
}

// Decision is the answer.
type Decision struct {
	State State
	// Code says what happened or, if a step goes on, what keeps it: the first of Waits.
	Code string
	// Waits are all that keeps the step from ending, in the order of the checks.
	Waits []Wait
	// NextStep is the step that comes after; empty after the last, when the change
	// decides everything.
	NextStep string
	// Next is when to look again at the latest; 0 for whenever something changes.
	Next sample.Instant
}
