// Package drain proves that scale-downs and rollouts lose nothing: with a real API
// server, the Deployment and ReplicaSet controllers of a real kube-controller-manager,
// the operator as a process with the rights of its role, and a process for each pod.
//
// A broker hands out items under leases. A small kubelet starts hack/dataplane/worker
// for every pod, shows it the pod's annotations in a file as a downward API volume
// does, sends SIGTERM when the pod is deleted and SIGKILL when its grace period is
// over. At the end every item must have been acted on once and be done once, and no
// lease may have run out. Workers that do not honour the contract must fail the same
// check.
//
// It has tests only.
package drain
