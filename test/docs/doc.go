// Package docs holds the documentation and the shipped manifests to the truth:
// links and anchors lead somewhere, the YAML examples are admitted by a real API
// server, alerts have runbooks, the direct dependencies are those that are
// explained, and the Deployment's flags are flags.
//
// It has tests only. They need etcd, kube-apiserver and kubectl in the directory
// that KUBEBUILDER_ASSETS names.
package docs
