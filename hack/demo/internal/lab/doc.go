// Package lab runs what the demo is made of: the local cluster, by its launcher, and
// processes of its own.
//
// The demo's phases call it. Whatever it starts it stops by process id, also after
// a failure or an interrupt; a log is kept of each process. It must not stop
// anything that it did not start.
package lab
