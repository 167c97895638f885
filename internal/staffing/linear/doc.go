// Package linear solves linear programs of covering: the least cost of x ≥ 0 such that each row of
// options adds up to its need.
//
// Called by internal/staffing, for whom whole heads are looked for near its answer, and by the
// laboratory, which searches for the exact optimum with it.
//
// What holds: the same program gives the same answer; costs are not negative, so that the dual
// simplex needs no start. Its answers are floating point: who decides by them rounds them, and
// checks in whole numbers what comes of it.
//
// It must not read clocks or files, and knows nothing of people.
package linear
