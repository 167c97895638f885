// Package routing compiles queues, policies and teams of one surface into the
// routing documents of api/routing/v1. The routing reconciler calls Compile with
// everything it has gathered, writes what comes out, index last, and reports the
// findings; lint calls it on files.
//
// Compile is a pure function: the same objects in any order give the same bytes,
// and a change of one queue changes that queue's document, the index, and nothing
// else. Whatever it returns is valid and complete: a queue whose inputs are invalid
// keeps its last good document, and an error in one queue never touches another.
//
// It must not read a clock, log, or hold state: what was published before comes in
// as bytes and is verified by hash before it is used.
package routing
