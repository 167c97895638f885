// Package override says of each CapacityOverride whether it is in force. What it
// does to a pool is the pool's decision, which reads the same function, so that
// the two cannot disagree.
package override
