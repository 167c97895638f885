// Package schema says what the API server would refuse in a manifest, without one: it holds an object against the
// definitions of its kind, their rules included, with the API server's own code. kubectl modcap lint calls it
// for files.
//
// It must not ask a server, and it must not know a rule of its own: what it says is what the definitions say.
package schema
