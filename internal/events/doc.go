// Package events sends Kubernetes events: one constructor for each thing worth
// telling. Those of conditions are sent at most once in ten minutes for an object, a
// reason and a status, so that a condition that comes and goes does not flood the
// events of a namespace. Messages are data, never format strings.
package events
