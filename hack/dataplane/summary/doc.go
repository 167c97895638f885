// Package summary is what the data plane answers at /summary: promises and what
// was attained, worker-hours, and the constant fleet that they are set against.
//
// The data plane makes it, the demo and the end-to-end test read it. It must not
// do I/O.
package summary
