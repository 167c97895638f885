// Package export shows the imitated platform to the outside: Prometheus metrics
// and the summary, over HTTP.
//
// The data plane's main serves Handler. Everything is made from a report when it
// is asked for; the package keeps no numbers. It must not change the platform.
package export
