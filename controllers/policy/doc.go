// Package policy reports on ModerationPolicies: whether they are sound, what
// revision they are, and how many queues use them. It is the only writer of their
// ControllerRevisions: one for each meaning a policy has had, immutable, named by
// the hash of its bytes. The documents that carry a policy to routers are made by
// package routing.
package policy
