// Package linear solves linear programs of two kinds: of covering, the least cost of x ≥ 0 such that
// each row of options adds up to its need (Program), and of packing, the most gain of options of
// which no row takes more than it has (Packing).
//
// Called by internal/staffing, for whom whole heads are looked for near the first, by its
// allocation, which finds changes with the second, and by the laboratory, which searches for exact
// optima with both.
//
// What holds: the same program gives the same answer. Costs of covering are not negative, and no row
// of packing has less than nothing, so that neither needs a start. Answers are floating point: who
// decides by them rounds them, and checks in whole numbers what comes of it. A packing's answer
// carries the prices that prove it.
//
// It must not read clocks or files, and knows nothing of people.
package linear
