// Package manager makes the operator out of its configuration: the cache and what
// is left out of it, the observer, the writers, and the controllers. cmd/manager
// runs it; tests run it in process.
package manager
