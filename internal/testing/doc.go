// Package testing holds what the tests of every package share: builders of valid
// API objects, one file per kind; a real API server with modcap's CRDs; a client
// that counts writes and stops them as a kill would; and the check of a status
// against kstatus.
//
// Tests import it under a name of its own:
//
//	modtest "github.com/modcap/modcap/internal/testing"
//
// A builder starts from an object that the API server admits; each method changes
// one thing and returns the builder; Obj returns a copy of the object. So a test
// says only what matters to it:
//
//	q := modtest.MakeQueue("live-br", ns).Surface("live").Pool("live").Obj()
//
// What holds: Make… with no further call gives what the API server would give back,
// that is, an admitted object with the defaults of its CRD filled in (test/api holds
// the two together). A method may make the object invalid: tests of refusals need
// that. Only tests may import this package.
package testing
