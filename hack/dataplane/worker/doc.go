// Command worker is a classifier worker that honours the drain contract of
// docs/metrics-contract.md, as small as it can be: an example to copy, and what the
// end-to-end proof runs in place of pods. It leases items over HTTP from whoever
// hands them out, takes its time over each, acts on it, and says that it is done.
//
// What it owes, and where it is kept:
//   - marked, it leases nothing, until the mark is gone or over (mark.go)
//   - on SIGTERM it leases nothing any more, not even what was on its way (worker.go)
//   - what it holds then it finishes, or gives back, within its grace period; what it
//     has acted on it never gives back (worker.go)
//
// With --careless it does none of that, to show what comes of it.
package main
