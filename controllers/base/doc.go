// Package base is what every reconciler is given: clients, the clock, the writers
// of status and events, the board of facts, the reader of observed numbers and that
// of schedules. It decides nothing.
package base
