// Package rollout decides how far the change of a policy has come: compared in the
// shadow, then step by step, until it decides everything or is taken back.
//
// controllers/policy calls Plan at every look with what it gathered, and writes the
// state that comes back into the policy's status before anything follows from it:
// controllers/routing makes the documents of that status and of the stored revisions
// alone, so that a crash between any two writes goes on where it was. The commands
// show what Plan said.
//
// Plan is pure and total, time is a field of its input, and its memory is State. What
// is not known never ends a step. It must not read the API, log, or import it.
package rollout
