// Package draw draws from the distributions of which imitated traffic, and the platform
// that receives it, are made.
//
// Package traffic and the data plane's platform call it. Every draw takes its generator, so
// that a seed gives the same run on any machine; all draws are exact, none is a
// normal approximation. It must not hold a generator of its own.
package draw
