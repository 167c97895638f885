// Package draw draws from the distributions that the imitated platform needs.
//
// Package traffic and the platform call it. Every draw takes its generator, so
// that a seed gives the same run on any machine; all draws are exact, none is a
// normal approximation. It must not hold a generator of its own.
package draw
