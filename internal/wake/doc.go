// Package wake puts requests into a controller's work queue from outside
// Kubernetes: a number that moved, a fact that changed. It never blocks the
// caller and never queues a request twice.
package wake
