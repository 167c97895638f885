// Package control holds the law by which a pool is scaled: from the work that
// waits, the workers there are and the rate of arrivals to the replicas wanted.
//
// internal/capacity applies it to a real pool; internal/tune applies the very same
// law to the shadow pools by which it is tuned. It is pure and in integers, so that
// a decision is the same bytes on every machine. It knows nothing of queues,
// bounds or freshness: those are capacity's.
package control
