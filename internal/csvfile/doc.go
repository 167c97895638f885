// Package csvfile opens CSV files that people make with spreadsheets, and says in which line one is wrong.
//
// internal/preview reads scores with it, internal/lint volumes, and internal/sheet the tables of a plan. Rosters and
// schedules have readers of their own, which go on after a line that is wrong and say it in a planner's words.
//
// What holds: no text makes it panic. The package must not read files, log, or import the API.
package csvfile
