// Package sheet is the table of a staffing plan as people read it: how many people
// each language and tier needs in each interval, how many are scheduled, and how many
// are missing.
//
// A Day is the hours around now by work class: what was planned of them, and what came.
//
// Called by the staffing reconciler, which publishes it as CSV, and by kubectl-modcap,
// which reads that and draws it, in a terminal or as a page.
//
// What holds:
//   - A sheet that was written and read is the same sheet, in tenths of people; but for Why, which is in the JSON alone.
//   - Whatever is read is an error in words or a sheet that can be drawn; what a cell
//     holds is never taken for markup.
//   - Days are days of the zone that is asked for: a day on which clocks change has the
//     hours that it has.
//
// It must not read clocks, files or API objects.
package sheet
