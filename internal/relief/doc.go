// Package relief decides what gives way when people are too few: the steps that a
// policy declares, in their order, and no more of them than makes the plan feasible.
//
// controllers/staffing calls Plan at each look with the plan's input as it would be
// without any relief, and writes the state that comes back into the target's status
// before anything follows from it. What is in force (Measures) goes to routers in the
// weights, and never into a policy document.
//
// Plan is pure and total, time is a field of its input, and its memory is State. What
// is not known neither begins a relief nor ends one. Protected work is never touched.
// The package must not read the API, log, or import either.
package relief
