// Package proc starts processes that outlive their starter and, later and from another
// process, stops exactly those.
//
// Package local calls it. A process is known by its id, its start time and the machine's
// boot, so that an id which the kernel has given to somebody else is never signalled. It
// must not look processes up by name.
package proc
