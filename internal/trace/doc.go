// Package trace reads and writes trace files: arrivals as they were counted, in bins
// of one width, as lines of t_seconds,count.
//
// The simulator (internal/simulate), the replay of traffic (internal/traffic), the
// demo and kubectl modcap call it; it is the only reader of such files. A Trace that
// was read has two bins or more, ascending and apart, with counts of 0 to MaxCount of
// which one is above 0; a bin that is missing is a gap. What a file says that is not
// so is refused with its name, its line, and what to do.
//
// It must not interpret traffic: which day counts, how arrivals are scaled and how
// they are drawn is for who asks. It must not repair a file, fill a gap, or read a
// clock. Only ReadFile opens a file.
package trace
