// Package override says of each CapacityOverride whether it is in force, what it
// does, and what of it is probably not meant. What it does to a pool, a queue or
// a plan is their own decision, which reads the same functions of internal/resolve,
// so that the two cannot disagree.
package override
