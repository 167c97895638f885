// Package rbac holds the roles of config/rbac to a real API server, by
// impersonation: what planners, editors, viewers and the operator may do and what
// they may not. It holds the operator's role to the markers beside the calls too,
// and forbids wildcards.
//
// It has tests only. They need etcd, kube-apiserver and kubectl in the directory
// that KUBEBUILDER_ASSETS names.
package rbac
