// Package local runs a Kubernetes cluster on this machine: etcd, the control plane, kwok
// in place of nodes, and Prometheus, all as plain processes on loopback.
//
// The launcher's commands call it. A cluster is a folder: everything it consists of lies
// there, its state file lists its processes and ports, and a lock serialises the commands
// on it, so any number of clusters run side by side. What a start has begun it ends again
// when it fails. It must not need root, listen beyond loopback, or touch a process that it
// did not start.
package local
