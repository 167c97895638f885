// Package report writes status. It is the only place that does, for every
// kind: it leaves out writes that would change nothing, spends a budget shared by
// all objects in which conditions go before decisions and decisions before
// numbers, lets numbers of one object go alone at most once in 30 seconds (in 5
// where they leap), and sends an event for a condition that changed, after the write
// succeeded.
//
// A write that must wait is not queued: the caller looks again later and writes
// what holds then, so that a waiting number is replaced by a newer one.
package report
