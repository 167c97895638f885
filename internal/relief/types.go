package relief

import (
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// Kind says what gives way.
type Kind string

// Kinds of steps, in the words of the API.
const (
	// Widen lets any team that holds the hard skills take the work: of a higher tier,
	// and of another role. Surface and market still hold.
	Widen Kind = "Widen"
	// Relax drops a soft skill, market or surface, for ever younger work.
	Relax Kind = "Relax"
	// Defer gives the items of named queues a later deadline.
	Defer Kind = "Defer"
	// QAFloor takes fewer quality samples, down to a share of what is declared.
	QAFloor Kind = "QAFloor"
	// RaiseReviewAt lets through what scores little above the threshold of named labels
	// of low severity.
	RaiseReviewAt Kind = "RaiseReviewAt"
)

// Step is something that may give way, and how much of it at most.
type Step struct {
	Name string
	Kind Kind
	// Drop is the skill that Relax drops.
	Drop staffing.Dropped
	// Queues of a Defer. The others are for all queues of the policy.
	Queues []string
	// Within is the time that a Defer gives at most, counted from the item's clock start.
	Within sample.Span
	// Keep is the share of quality samples that a QAFloor leaves at least.
	Keep sample.PPM
	// Labels of a RaiseReviewAt; Raise is by how much their reviewAt rises at most, and
	// LeaksPerDay how many violating items that may let through a day, in thousandths.
	// Queues without a Band of a label that others have one of are left alone.
	Labels      []string
	Raise       sample.PPM
	LeaksPerDay sample.Milli
}

// Parts is into how many a step is divided: relief goes up and down by one of them.
const Parts = 16

// Level is how much is in force: Whole steps, and Part of Parts of the one after them.
// The zero Level is none. Levels are ordered by Whole, then Part.
type Level struct {
	Whole int
	Part  int // 0 to Parts-1
}

// State is what is remembered from look to look.
type State struct {
	Level Level
	// On is when relief began, Changed when its level last did; 0 while there is none.
	On, Changed sample.Instant
	// Begins are when relief began in the past 24 h, the oldest first.
	Begins []sample.Instant
}

// Band is what the policy without relief sends to people because of one label alone, by
// how far the score is above reviewAt. It is counted on the verdict without relief, so
// that it is the same whether relief is on or not.
type Band struct {
	Queue, Label string
	// HarmDomain is that of the label. Where no class of the stream has it, its items are in that
	// of "*", or in the one that does not tell domains apart; in all of the stream where it is empty.
	HarmDomain string
	// Review is the stream of the queue that reviews it.
	Review string
	// Above are cumulative: PerHour items an hour, in thousandths, score less than Above
	// over reviewAt. In the order of Above.
	Above []Edge
	// Violating is the share of such items that violate the policy, at most; all of them
	// where it is not between 0 and 1, as where it was not measured.
	Violating sample.PPM
	// Quality is that of the worst row; below Fresh the step leaves the label alone.
	Quality sample.Quality
}

// Edge is one row of a Band.
type Edge struct {
	Above   sample.PPM
	PerHour sample.Milli
}

// Domain is work of an unprotected queue that a protected label decides.
type Domain struct {
	Queue, Review string
	// HarmDomain of the label; empty for all of the stream.
	HarmDomain string
}

// Input is everything that Plan is told.
type Input struct {
	Policy string
	Steps  []Step
	State  State
	// MinOn is how long relief stays at least; an hour where it is not positive.
	MinOn sample.Span
	// Unrelieved is the plan's input as it would be without any relief of this policy; of
	// another that was asked before, it is what that says in Relieved. Made of what is seen:
	//   - arrivals, and the forecast of them, are those measured plus what the raise in force
	//     lets through (Spared, of the same Bands), since it is missing from what is measured.
	//     Where a raise is in force and its Band is not Fresh, nor are these arrivals.
	//   - backlog and oldest age are those measured: what was let through is gone, and what
	//     was deferred waits, and is overdue by the promise as declared.
	//   - promises, relaxations and parts of samples are those declared. Samples are counted
	//     of what could be sampled, and not of what was.
	// Queues are those of the policy.
	Unrelieved staffing.Input
	Queues     []string
	Bands      []Band
	// Protected is what protected labels decide in queues that are not: the classes it is in
	// are left alone as those of protected queues are.
	Protected []Domain
	// Rollout says that a change of the policy is being rolled out: its samples are not
	// taken away then.
	Rollout bool
}

// Measure is one step in force, for routers and for words.
type Measure struct {
	Step string
	Kind Kind
	// Queues it is in force for, none of them protected.
	Queues []string
	// Drop of a Relax, and from what age on. Of a Defer, Within is the time it gives now.
	Drop   staffing.Dropped
	After  sample.Span
	Within sample.Span
	// Keep is the share of quality samples that are still taken.
	Keep sample.PPM
	// Labels, and by how much their reviewAt is raised now.
	Labels []string
	Raise  sample.PPM
}

// Cost is what relief costs as long as it is as it is.
type Cost struct {
	// Spared items an hour are let through which people would have looked at, in
	// thousandths, and Leaks of them a day are expected to violate, at most.
	Spared sample.Milli
	Leaks  sample.Milli
	// Deferred items an hour get a later deadline, and Delay is by how much at most.
	Deferred sample.Milli
	Delay    sample.Span
	// Samples an hour are not taken, in thousandths.
	Samples sample.Milli
}

// Codes of what a Decision says, which are reasons of the condition ReliefActive.
const (
	CodeNotNeeded   = "NotNeeded"      // the plan is feasible without relief, and none is on
	CodeBegun       = "Begun"          // relief began with this look
	CodeRaised      = "Raised"         // more gives way since this look
	CodeLowered     = "Lowered"        // less gives way since this look
	CodeEnded       = "Ended"          // relief ended with this look
	CodeActive      = "Active"         // it is needed as it is
	CodeMinimumTime = "MinimumTime"    // it is not needed any more, and its least time is not over
	CodeStaying     = "StaysOn"        // it is not needed any more, and came and went twice in a day
	CodeExhausted   = "Exhausted"      // all that may give way and would help does, and it is not enough
	CodeNotFresh    = "InputsNotFresh" // what the plan is made of is missing or old: nothing changes
)

// Decision is the answer.
type Decision struct {
	State State
	Code  string
	// Measures are in force now, in the order of the steps.
	Measures []Measure
	// Without and With are the late minutes of the plan in the window that was looked at: of the
	// policy's queues, what comes in it until it is due, in person-time.
	Without, With sample.Span
	Window        sample.Span
	Cost          Cost
	// Relieved is the plan's input with the relief in force.
	Relieved staffing.Input
	// Next is when to look again at the latest; 0 for whenever something changes.
	Next sample.Instant
}
