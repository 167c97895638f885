// Package allocation gives people's time to work over the intervals of a plan:
// a maximum flow over time, the most important work first.
//
// Called by internal/staffing, which knows classes, promises and skills; here
// are only amounts of time, who may work on what, and how long work may wait.
//
// What holds:
//   - No team gives more than it has, in any interval, nor more than its limits
//     allow, in any interval and any day.
//   - No work is done before it comes, and none counts as done after it is due.
//   - Without limits by the day the answer is exact: with what has been placed
//     before at its least, as little as can be of each batch stays undone.
//     A limit by the day couples intervals as no flow does; there what stays
//     undone is near the least (see TestLateMinutesAgainstLP).
//   - What is undone once stays undone, whatever is placed after it.
//
// It is pure integer arithmetic, the same for the same input. It must not know
// clocks, names, heads or money.
package allocation
