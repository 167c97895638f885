// Package relief decides what gives way when people are too few: the steps that a
// policy declares, in their order, and no more of them than makes the plan feasible.
//
// controllers/staffing calls Plan at each look with the plan's input as it would be
// without any relief, and writes the state that comes back into the target's status
// before anything follows from it. What is in force (Measures) goes to routers in the
// weights, and never into a policy document. Apply says what a level makes of an input.
//
// What is enough is a matter of staffing.LateOf: of what comes to the policy's queues
// within their longest promise, nothing is late until it is due, nothing that is
// deferred is late after that, and nobody else is later than without relief. What is
// less than a minute of one person's work is nothing.
//
// What holds:
//   - Steps give way in the declared order, each whole before the next. Of the last one
//     in force the least part of 16 is, that is enough; of Widen there are no parts. Where
//     nothing is enough, the least with which as little is late as can be, as far as a
//     search of whole steps and then of parts finds.
//   - Relief begins and rises at the first look that needs it. It sinks and ends once it
//     is not needed, and has been as it is for the least time; after the second begin in a
//     day it does not end until the first is a day old, though it may sink where less is
//     enough.
//   - What is not known neither begins a relief nor ends one: the numbers of all that
//     shares people with the policy's queues are Fresh, or nothing changes. A label of which
//     the band is not Fresh is not raised, whatever the level.
//   - Protected work is never touched: no class of a protected queue, none that a
//     protected label decides, no check of either. A step that would make any of it later
//     by taking its people is not taken, and none after it.
//   - The same input has the same answer, and with the state that it answers, a look at the
//     same changes nothing.
//
// Plan is pure and total, time is a field of its input, and its memory is State. The
// package must not read the API, log, or import either.
package relief
