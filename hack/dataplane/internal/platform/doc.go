// Package platform imitates a content platform: items arrive, machine workers
// classify them, a router decides, people review.
//
// The data plane's main loop calls Step with what it sees of the cluster, and
// Report for metrics and the summary. Time is the number of steps made, so a run
// with the same configuration and inputs is the same run.
//
// What holds:
//   - Every item exists by itself and is in one place: waiting for classification,
//     held, waiting for review, in somebody's hands, or decided.
//   - A pool serves its queues together, the earliest deadline first; a ready
//     worker does ItemsPerSecond units of work a second, never more.
//   - People take what their team has, then what overflows to them; who has neither
//     takes old items of others where the documents let them, and these would be late.
//   - A promise is measured as decided within the time, over items whose deadline
//     has passed; what is not decided by then is missed. An item's clock starts at
//     its arrival, also for the review promise.
//   - Until there are routing documents items are classified and then held.
//   - While documents carry two revisions of a policy it is counted, by cohort of the
//     decision, what they decide differently; people look at samples after a while, and
//     err as declared. Nothing that is drawn for it changes what else is drawn.
//
// It must not know of the operator, Kubernetes or HTTP, and must not read clocks.
package platform
