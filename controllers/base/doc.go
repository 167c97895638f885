// Package base is what every reconciler is given: clients, the clock, the writers
// of status and events, the board of facts and the reader of observed numbers. It
// decides nothing.
package base
