// Command cluster builds and runs a Kubernetes cluster on this machine from Go modules
// alone: etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kwok and
// Prometheus, without root, on loopback. It also builds the project's pinned tools, because
// they go into the same cache.
//
// The Makefile and the end-to-end tests call it; run it without arguments for its usage.
// Progress goes to standard error, results (folders, paths, kubeconfigs) to standard output.
// It must not depend on the operator's module.
package main
