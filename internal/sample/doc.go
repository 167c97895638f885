// Package sample holds the value types that every decision of modcap is made
// of: numbers in thousandths, instants and spans in milliseconds, and the
// observed Sample, whose zero value is Absent.
//
// It is a leaf: observe makes samples, the engines (capacity, staffing,
// routing) read them, resolve converts declared values into the same units.
// It holds no clock, no I/O and no state, so that a recorded decision can be
// replayed to the same bytes on any processor.
package sample
