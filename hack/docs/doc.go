// Command docs writes what is made from the code besides what the tools make:
// docs/metrics.md from the operator's metrics, docs/reference/conditions.md from the
// condition and reason constants of the API, and the PrometheusRule from the rule
// file beside it. `make generate` runs it at the root of the module; `make verify` fails if what it writes differs from what is
// committed. docs/reference/api.md is made by crd-ref-docs, with the configuration here.
package main
