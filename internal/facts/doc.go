// Package facts is an in-memory store through which reconcilers tell each other
// what they found, so that one reconciler alone writes each status. Facts are
// derivable: a restart loses nothing, it only has them worked out again.
//
// A fact is put by one reconciler, keyed by the object it is about, and read by
// another, which is woken only when the fact changed.
package facts
