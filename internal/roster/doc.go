// Package roster carries what a planner edits of teams between the API's values and
// spreadsheets: shifts, calendar and cohorts, each a CSV file (a Sheet) with one row
// for one thing and one column for one meaning.
//
// kubectl-modcap calls it: Write for export; Read and then Compare for import, which
// says in words what a file would change.
//
// What holds: what Write wrote, Read takes, and Compare finds no difference to it.
// Everything wrong with a file is said at once, by line and column, with what to write
// instead. Columns that are not the roster's, those about persons first of all, are
// dropped, and neither their headers nor their cells appear anywhere; a cell with an
// e-mail address is refused and never repeated; neither is a text that is no valid
// name. Reading is bounded by MaxBytes.
//
// What it must not do: I/O, reading a clock, knowing what the API server refuses when
// it looks at a whole team (the caller asks the server).
package roster
