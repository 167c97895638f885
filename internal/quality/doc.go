// Package quality says how often decisions are wrong, and how sure that is, by what quality
// checks of random samples found. Measure is all of it.
//
// The policy's reconciler calls it with the rows of a policy's spec.quality; the contract of
// those rows is in docs/metrics-contract.md. What holds:
//
//   - A check stands for as many decisions as its sampling rate says (Horvitz and Thompson), so
//     that what is sampled more does not count for more.
//   - Each share has an interval that holds the truth in at least 95 of 100 samples, also where
//     no error was found and where a few checks stand for most decisions (interval.go).
//   - A cohort of decisions counts when its checks have come back, or have had the time to. What
//     is missing then widens the interval, since errors take longer to be agreed on.
//   - Absent is not zero: a number that a row is missing for is left out and said to be, never
//     taken for none. Sums that fell are left out as long as their cohort is looked at.
//
// It also says how many checks the interval takes that is wanted (needs.go). The answer does not
// depend on the order of rows. It is total: whatever the rows are, it ends and gives shares from
// 0 to 1 with lower ≤ estimate ≤ upper. It is floating point, and what it answers is recorded. It
// must not read a clock, do I/O, or know the API.
package quality
