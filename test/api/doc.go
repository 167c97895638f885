// Package api holds the API's types and CRDs to what a real API server does with
// them: every rule and bound with a passing and a failing case and the sentence that
// a planner sees, that whatever is admitted decodes and parses, the size of the
// largest objects, the cost of the rules, and the standards of the schemas.
//
// It has tests only. They need etcd, kube-apiserver and kubectl in the directory
// that KUBEBUILDER_ASSETS names.
package api
