// Package outcome names the four ways in which a reconcile can end, and turns
// each into what controller-runtime wants. Every controller returns through it,
// so that none requeues at random, logs and returns, or retries what only an
// edit can mend.
package outcome
