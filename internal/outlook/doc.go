// Package outlook makes the figures of a queue honest: it keeps claims of "no breach
// until then" and "the backlog is done by then" until it was seen what became of them,
// and corrects the next ones by how many held.
//
// The pool reconciler and the laboratory call Of before each decision, for what the
// plan needs (the forecast's points, and what figures proved to be worth), and Look after
// it, with what was seen and what the decision says. Of gives integers, which are recorded
// with the decision; the floating point in here never touches a replay.
//
// What holds: a State is bounded, whatever it is shown; a figure of 90 % holds for 90 %
// of the claims in the long run, on any traffic, because each claim that did not hold
// moves it by nine times as much as one that did, the other way (the quantile tracker of
// adaptive conformal inference: Gibbs and Candès, 2021; Angelopoulos, Candès and
// Tibshirani, 2023); what was not seen is not counted. Nothing here reads a clock or does
// I/O, and no two goroutines may share a State.
package outlook
