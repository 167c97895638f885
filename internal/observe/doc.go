// Package observe reads the numbers that modcap decides from. The source
// reconciler declares what is read (Ensure, Forget), the pool, queue and
// staffing reconcilers say which rows they need (Watch) and read them from the
// source's newest Snapshot.
//
// What holds:
//   - One goroutine per source, and one request per declared series and
//     interval, whatever the number of queues. (External metrics: one per
//     distinct namespace, metric and selector that is watched.) A history that is
//     backfilled adds at most one request a second while it lasts: for each series
//     some six, and some sixty more once all series have those.
//   - Absent is not zero. A row is Fresh only while its last good answer is
//     younger than the series' maxAge; a bad answer is a typed cause. Samples age
//     by themselves, without a new answer.
//   - A failing source costs one attempt per interval, and fewer the longer it
//     fails (up to a minute between attempts). A failure is seen in Health from
//     the first miss, and logged when it begins and when it ends.
//   - A Snapshot never changes. Histories are append-only and shared between
//     snapshots, so that publishing one copies no history.
//   - Only watched rows have a history, so that a source with a million rows
//     costs no more than the limits in limits.go.
//   - No redirect, no proxy, no address that the dial policy refuses, and not a
//     word of an answer's body in an error, an event or a log line.
//
// It must not import the API types: the source reconciler converts them. It
// must not decide anything, and must not be asked for a time: callers pass now.
package observe
