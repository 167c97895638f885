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
//   - With what has been placed before at its least, as little as can be of each
//     batch stays undone. Without limits a search finds that. Limits couple works
//     and intervals as no flow does: there it is what linear programs of the
//     changes around find, as far as bounds on their size allow (package referee
//     holds it against the best).
//   - Whatever is placed after a batch, no more of it is undone.
//
// The same input has the same answer. Linear programs propose changes; what is
// made of them, and whether it is kept, is decided in whole numbers. It must not
// know clocks, names, heads or money.
package allocation
