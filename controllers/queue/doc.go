// Package queue writes the status of ModerationQueues, and nothing else: what is
// observed of a queue, and the facts that its pool, its target and the routing
// compiler found. It is the one place where machines and people are seen
// together, so the bottleneck is named here.
package queue
