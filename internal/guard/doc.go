// Package guard holds the statistics of rollouts: whether what is known of a candidate's errors
// lets a step of a policy rollout go on. Judge is all of it.
//
// Package rollout asks, once a reconcile, with the counters of the data plane, and does what the
// Verdict says; the laboratory asks on days that are imitated. The methods are those of always
// valid inference: one may look as often as one likes, and stop whenever one likes, and a good
// change is still aborted no more often than the budget says, a bad one lets through no more often
// than the doubt. Two things are watched, because neither sees what the other does:
//
//   - What moves. Both revisions are evaluated on every item, and only items whose verdict differs
//     can change an error. They are sampled in the shadow step, before anybody is exposed, and give
//     bounds of the change in errors per 10,000 items that enter (moved.go, bounds.go).
//   - What the random samples of people's checks find in either arm while a step runs (arms.go):
//     people's own behaviour and drift, which the shadow cannot see. A bet that errors lie in the
//     candidate's arm as often as its items do grows when they lie there more often.
//
// What holds: a cohort of decisions counts when it is matured, since errors take longer to be
// agreed on than the rest; what is missing counts as an error for advancing and as none for aborting.
// Counters that are not Fresh move nothing. The answer does not depend on the order of rows, nor on
// how a cohort's counts were cut into rows. All state is in the counters, but for what was once seen
// of them (State), so that a restart loses nothing.
//
// Logarithms and roots are floating point, and what is decided is recorded: a Verdict is not made
// again on another processor, as a forecast is not. It must not read a clock, do I/O, or know the API.
package guard
