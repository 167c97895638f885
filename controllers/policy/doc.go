// Package policy reports on ModerationPolicies: whether they are sound, what
// revision they are, and how many queues use them. It is the only writer of their
// ControllerRevisions: one for each meaning a policy has had, immutable, named by
// the hash of its bytes. The documents that carry a policy to routers are made by
// package routing.
//
// Where a policy says that quality checks are counted, it reports how often decisions
// are wrong: in the status, in metrics, and in the ConfigMap <policy>-quality, by which
// the plan of people reserves the checks that a wanted interval takes.
package policy
