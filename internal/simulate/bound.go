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

// Bound is the worker-seconds of the clairvoyant who serves all these queues: in each
// second only the workers that what is due then still needs, who do with the rest of
// that second what is due next. Nobody who has every item in time pays less: of any
// other plan, the first worker that this one does not ask for can be moved to the next
// second, where it does what it did, for nothing of that was due yet.
func (s Shared) Bound() float64 {
	if len(s) == 1 {
		return s[0].Bound()
	}
	lines, throughput, end := make(dueLines, len(s)), s.throughput(), 0
	for i, c := range s {
		weight := c.Declared.Queue.WorkPerItem.Float()
		lines[i] = dueItems{arrivals: c.Arrivals, weight: weight, deadline: c.Pool.Deadline, left: c.Arrivals[0] * weight}
		end = max(end, len(c.Arrivals)+c.Pool.Deadline)
	}
	cost := 0.0
	for t := range end {
		workers := max(0, math.Ceil(lines.due(t)/throughput-1e-9))
		cost += workers
		lines.serve(t, workers*throughput)
	}
	return cost
}

// dueLines are the queues of a pool.
type dueLines []dueItems

// due is the work that must be done within a second.
func (lines dueLines) due(t int) float64 {
	due := 0.0
	for i := range lines {
		if l := &lines[i]; l.next(t) && l.due() <= t {
			due += l.left
		}
	}
	return due
}

// serve does what is due first, as far as there is room.
func (lines dueLines) serve(t int, room float64) {
	for room > crumb {
		var first *dueItems
		for i := range lines {
			if l := &lines[i]; l.next(t) && (first == nil || l.due() < first.due()) {
				first = l
			}
		}
		if first == nil {
			return
		}
		done := min(room, first.left)
		room, first.left = room-done, first.left-done
	}
}

// dueItems are the items of a queue that are not done yet, in work.
type dueItems struct {
	arrivals []float64
	weight   float64
	deadline int
	second   int     // the oldest
	left     float64 // of that second
}

// due is the last second in which the oldest are in time.
func (d *dueItems) due() int { return d.second + d.deadline - 1 }

// next finds the oldest that wait at a second; it is false when none do.
func (d *dueItems) next(t int) bool {
	for d.left <= crumb && d.second < min(t, len(d.arrivals)-1) {
		d.second++
		d.left = d.arrivals[d.second] * d.weight
	}
	return d.left > crumb && d.second <= t
}
