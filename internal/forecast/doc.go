// Package forecast says how many items will arrive at a queue: the mean rate within a
// lead, the highest rate that it will bring with a given probability, what of it the
// season or an event of the calendar lifts, and the totals of the hours ahead.
//
// The pool reconciler folds the arrivals of each queue into a State (from
// history at start, from then on bin by bin) and asks Demand once per decision, and
// Ahead for the figures of a risk. The answers are in integers and are recorded with the
// decision, so that the floating point in here never touches a replay.
//
// Whatever can be wrong is compared with something simpler, by forecasts made before
// the bins came: levels with the last rate, the season with the levels. What has lately
// been the worse is off, and Quantiles.Basis says so. Quantiles are moved by how often
// they held (stochastic descent on the pinball loss: Koenker and Bassett, 1978; the
// quantile tracker of Angelopoulos, Candès and Tibshirani, 2023), so that they hold as
// often as they say on traffic nobody foresaw. The season is a ratio to a centred moving
// average, as in the classical decomposition of a time series.
//
// What holds: the State is a plain value, the same for the same bins in any chunking,
// at most 16 KiB as JSON; a gap is not a count of zero; what an event brought is not
// learned as if it came by itself; nothing here reads a clock or keeps anything between
// calls. It must not know queues, pools or Kubernetes.
package forecast
