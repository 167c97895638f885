// Package capacity decides how many replicas a classifier pool wants, and says
// why.
//
// The pool reconciler calls Plan once per decision and records Input and
// Decision; explain and replay read what was recorded, simulate calls Plan in a
// loop. Plan is a pure, total function in integers (thousandths, milliseconds),
// so that a recorded decision replays to the same bytes on any processor: bad
// input gives a hold with the reason, never a panic.
//
// What holds: more backlog or more arrivals never give fewer replicas (at given
// ages of the backlog); the answer stays within the bounds unless an override,
// or replicas that do not come, say otherwise; a decision fed back as the fleet
// gives the same replicas; the order of the queues does not matter; nothing is
// scaled down on a number that is not Fresh.
//
// What it must not do: I/O, logging, reading a clock, importing the API, keeping
// anything between calls other than the State that the caller carries. (A Planner keeps
// memory, and its decisions do not depend on what is in it.)
package capacity
