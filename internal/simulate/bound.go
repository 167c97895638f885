package simulate

import "math"

// Clairvoyant is the least worker-seconds that do every item in time, by somebody who
// knows all arrivals and whose workers start at once and unpaid: serving only what is
// due, in whole workers, is exactly optimal then (science: the procrastination
// greedy). Nobody who has to see arrivals first can be cheaper at 100 %.
func Clairvoyant(arrivals []float64, throughput float64, deadline int) float64 {
	n := len(arrivals)
	come := make([]float64, n+deadline+1)
	total := 0.0
	for t := range come {
		if t < n {
			total += arrivals[t]
		}
		come[t] = total
	}
	done, cost := 0.0, 0.0
	for t := range come {
		due := 0.0
		if k := t - deadline + 1; k >= 0 {
			due = come[min(k, len(come)-1)]
		}
		workers := max(0, math.Ceil((due-done)/throughput-1e-9))
		cost += workers
		done = min(come[t], done+throughput*workers)
	}
	return cost
}
