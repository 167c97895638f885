// Package queueing holds the formulas of queues with people behind them:
// Erlang B, C and A, time to decision, headroom and square-root staffing.
//
// Called by staffing for the needs of work classes and by the calculators. It is
// the one place of staffing with floating point; times are in seconds, rates per
// second, shares from 0 to 1. All functions are pure and total: arguments
// without a meaning (negative, NaN) give the answer of an idle system, and a
// system with no more servers than load answers that everybody waits. The time they
// take grows with the root of the load, or of the items that come while one is patient.
//
// It must not know classes, teams or promises of the API.
package queueing
