// Package e2e tests the operator as a process on the local cluster of
// hack/cluster: a real API server, controller manager, scheduler and simulated
// nodes. TestDemo runs the demo as a reader of the README would; TestWorstDay goes
// through what goes wrong in production, one thing after the other.
package e2e
