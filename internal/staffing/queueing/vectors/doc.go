// Package vectors holds published and computed values of the formulas of package queueing, to the digits
// they were given with, beside what package queueing makes of the same numbers.
//
// Called by its test, which fails where one differs, and by internal/lab, which shows how many are
// equal. A value is never taken from package queueing itself.
package vectors
