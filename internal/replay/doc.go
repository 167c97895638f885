// Package replay makes recorded decisions again and compares them byte by byte.
//
// kubectl-modcap unpacks with it the history that the pool reconciler keeps in a
// ConfigMap, or a file of the same content.
//
// What holds: a decision is made by capacity.Plan alone, from the recorded input
// alone; the bytes compared are those that were recorded, and not those of a
// decoded copy; records of other rules are refused and never called different.
// The same records give the same answer on any processor.
//
// What it must not do: I/O, reading a clock, importing the API.
package replay
