// Package config is the operator's configuration: one struct, filled from flags,
// validated as a whole, with errors in the words of whoever deploys it. The
// shipped Deployment is its test fixture.
package config
