// Package crd holds the CustomResourceDefinitions of modcap, so that commands without a cluster can check
// what the API server would. internal/schema reads them.
package crd

import "embed"

// Bases are the definitions, as `make generate` writes them.
//
//go:embed bases/*.yaml
var Bases embed.FS
