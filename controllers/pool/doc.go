// Package pool keeps the workers of a ClassifierPool at the number that its
// queues need. One reconcile gathers the pool, its queues and overrides, the
// numbers as observed, the scale of the target and its pods; calls
// capacity.Plan; writes the scale if it may, and for a scale-down that drains
// once drain.Plan says that its workers are idle; and reports.
//
// It is the only writer of the scale of targets, of the decisions ConfigMap, of
// the marks of pods and of the status of pools. What it remembers between reconciles (the state of the
// engine, forecasts, what it last wrote) is derivable or may be lost: after a
// restart the control law waits anew before it lets replicas go.
package pool
