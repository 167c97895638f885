// Package plants draws inputs of plans at random, with all that happens to inputs somewhere in them:
// small ones of which every plan can be checked, and large ones that say what a plan costs.
//
// Called by the tests and benchmarks of package staffing and by internal/lab; nothing that decides
// may call it. The same generator draws the same plants, on any machine.
package plants
