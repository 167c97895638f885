// Package explain tells the person on call why a pool has the workers it has, and
// what that means for a queue: first in words, then in numbers.
//
// kubectl-modcap gives it a pool, a queue and a recorded decision, as they were
// read, and prints the Report. The words of the rules are those of
// capacity.Explain; what would be without a bound is capacity.Plan on the recorded
// input without that bound.
//
// What holds: the same arguments give the same report; nothing is said of numbers
// that were not recorded; where something is missing, a note says what, and what
// to do about it.
//
// What it must not do: I/O, reading a clock, wording a rule of its own.
package explain
