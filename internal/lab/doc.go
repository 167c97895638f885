// Package lab runs modcap's engine and its peers over a grid: every trace, its last
// day and its busiest, every scenario of internal/simulate, several seeds. It compares
// them, says what was missed and why, and renders the result. It also derives the family
// of ways that the engine's tuner tries, and says what one is worth on traces that it was
// not derived from.
//
// hack/lab (`make lab`) calls it with the traces of a folder and with the engine as it
// runs. Everything here is a function of values: the same traces, variants and seeds
// give the same cells, whatever the number of processors. Costs are multiples of the
// pure work, changes are a day's, shares are 0 to 1.
//
// It must not set anything of an engine by trace or by scenario, but for LeftOut, nor open
// files: what is kept between runs goes through a Store that it is handed.
package lab
