// Package operator runs the whole operator in process, against a real API server
// and a Prometheus that answers what a test says: what is left out of the tests of
// single reconcilers, which is who wakes whom, how soon, and how often anything is
// written. Its benchmarks measure the time from a metric's change to the scale
// write, and the writes while idle and while numbers change.
package operator
