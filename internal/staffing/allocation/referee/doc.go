// Package referee draws plants for package allocation and says how much less could be late in them,
// and in whole plans in which others stand in: each is a linear program too, whose optimum is proven.
//
// Called by the tests of package allocation and by internal/lab, and by nothing that decides:
// the program of a whole plan is too large for that.
//
// What holds: the same seed draws the same plants, and no optimum counts that its certificate does
// not prove.
package referee
