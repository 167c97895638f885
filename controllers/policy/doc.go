// Package policy reports on ModerationPolicies: whether they are sound, what
// revision they are, and how many queues use them. The documents that carry a
// policy to routers are made by package routing.
package policy
