// Command lab runs modcap's engine and its peers over a folder of traces, prints the
// table with the bar beside each figure, and writes docs/lab.md with a plot for each
// scenario.
//
//	make lab TRACES=folder [SEEDS=1,2] [SCENARIO=live,fast] [ENGINE_ONLY=1] [JSON=file]
//
// A run of a part of the grid (any of SEEDS, SCENARIO, ENGINE_ONLY) prints and leaves
// the page alone. Peers' results are kept in the user's cache folder, which may be
// deleted at any time. It must not set anything of an engine by trace or by scenario.
package main
