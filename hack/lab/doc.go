// Command lab runs modcap's engine and its peers over a folder of traces, prints the
// table with the bar beside each figure, and writes docs/lab.md with a plot for each
// scenario; then what is about people, docs/lab-people.md.
//
//	make lab TRACES=folder [SEEDS=1,2] [SCENARIO=live,fast] [ENGINE_ONLY=1] [LEAVE_ONE_OUT=1] [JSON=file]
//	make lab TRACES=folder CALIBRATION=1
//	make lab TRACES=folder FAMILY=1
//	make lab TRACES=folder PEOPLE=1
//	make lab POLICY=1
//
// A run of a part of the grid (any of SEEDS, SCENARIO, ENGINE_ONLY) prints and leaves
// the pages alone. CALIBRATION looks at nothing but the figures of time to breach and
// drain time; PEOPLE does only what is about people: forecasts of the traces, allocations of
// generated plants beside the best, and promises of 200 of them, four minutes or so of play; FAMILY prints the family of ways
// that the tuner tries, as the traces have it, for internal/tune/members.go. Peers'
// results, and what candidates for the family came to, are kept in the user's cache
// folder, which may be deleted at any time. It must not set anything of an engine by
// trace or by scenario, but for the leave-one-out check.
package main
