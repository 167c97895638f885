// Package v1alpha1 is the API of modcap: the kinds that platform engineers,
// workforce planners and policy leads write, and the status that modcap
// answers with.
//
// It is imported by the controllers, by internal/resolve, which turns objects
// into the engines' inputs, and by anybody's client. It holds types, constants
// and the parsing of its own string formats, and nothing that decides.
//
// Whatever the API server admits must decode: there are no floats, no
// resource.Quantity and no metav1.Duration in a spec. Durations, percents,
// scores and rates are strings with a rule of their own, parsed by the methods
// in values.go. Times have a pattern besides their format, since the API server's
// date-time admits some that Go does not read. The operator never writes a spec.
//
// +kubebuilder:object:generate=true
// +groupName=modcap.dev
package v1alpha1
