// Package forecast says how fast items will arrive at a queue: the mean rate,
// and the highest rate that a horizon will bring with a given probability.
//
// The pool reconciler folds the arrivals of each queue into a State (from
// history at start, from then on bin by bin) and asks Demand once per decision.
// The answer is in integers and is recorded with the decision, so that the
// floating point in here never touches a replay.
//
// What holds: the State is a value, the same for the same bins in any chunking,
// at most 16 KiB as JSON; a gap is not a count of zero; nothing here reads a
// clock or keeps anything between calls.
package forecast
