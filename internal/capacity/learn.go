package capacity

import (
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// How much is remembered by the learners, and from how many observations on
// they say anything.
const (
	throughputWindow = 31
	startupWindow    = 64
	leastObserved    = 5
	startupShare     = 90 // percentile of creation to Ready
	learnFactor      = 4  // learned values stay within [1/4, 4] of the declared
)

// Learned are the values of a pool worked out from what it did. The zero value
// knows nothing. Throughput and Startup are quantised to two significant digits
// and survive a restart in pool status; the observations need not.
type Learned struct {
	// Throughput is work units per second of a ready replica; 0 until known.
	Throughput sample.Milli `json:"throughput,omitempty"`
	// Startup is creation to Ready, 90th percentile; 0 until known.
	Startup sample.Span `json:"startup,omitempty"`
	// Rates and Starts are the last observations, oldest first.
	Rates  []sample.Milli `json:"rates,omitempty"`
	Starts []sample.Span  `json:"starts,omitempty"`
}

// Observation is what a pool completed over an interval in which nothing
// changed.
type Observation struct {
	// Declared is spec.throughput, 0 for none.
	Declared sample.Milli
	// Work is completed work units per second, over all queues of the pool.
	Work sample.Milli
	// Ready is the number of ready replicas that did it.
	Ready int32
	// Saturated is true when work was waiting the whole time: only then does what
	// was completed say what could be.
	Saturated bool
	// Rollout is true while the target replaces its pods; learning is frozen.
	Rollout bool
}

// LearnThroughput takes in one observation. The value is the median of the last
// 31 saturated ones, so that a few odd intervals move nothing.
func LearnThroughput(s Learned, o Observation) Learned {
	if !o.Saturated || o.Rollout || o.Ready <= 0 || o.Work <= 0 || o.Work > sample.MaxMilli {
		return s
	}
	s.Rates = remember(s.Rates, throughputWindow, o.Work/sample.Milli(o.Ready))
	if len(s.Rates) >= leastObserved {
		v := within(percentile(s.Rates, 50), o.Declared)
		s.Throughput = quantise(s.Throughput, v)
	}
	return s
}

// LearnStartup takes in spans from a pod's creation to Ready, in the order in
// which they were seen. The value is the 90th percentile of the last 64.
// Declared is spec.startup.time, 0 for none; rollout freezes learning.
func LearnStartup(s Learned, declared sample.Span, spans []sample.Span, rollout bool) Learned {
	if rollout {
		return s
	}
	good := make([]sample.Span, 0, len(spans))
	for _, d := range spans {
		if d > 0 && d <= MaxSpan {
			good = append(good, d)
		}
	}
	if len(good) == 0 {
		return s
	}
	s.Starts = remember(s.Starts, startupWindow, good...)
	if len(s.Starts) >= leastObserved {
		s.Startup = quantise(s.Startup, within(percentile(s.Starts, startupShare), declared))
	}
	return s
}

// remember is old with the new ones appended, cut to the last limit, in a slice
// of its own.
func remember[T any](old []T, limit int, add ...T) []T {
	all := append(slices.Clone(old), add...)
	return slices.Clone(all[max(0, len(all)-limit):])
}

// percentile is the least value that at least p % of the values do not exceed.
func percentile[T ~int64](values []T, p int) T {
	sorted := slices.Sorted(slices.Values(values))
	rank := (len(sorted)*p + 99) / 100
	return sorted[min(max(rank, 1), len(sorted))-1]
}

// within bounds v by [1/4, 4] of what is declared, if anything is.
func within[T ~int64](v, declared T) T {
	if declared <= 0 {
		return max(v, 1)
	}
	return min(max(v, declared/learnFactor, 1), declared*learnFactor)
}

// quantise is v rounded to two significant digits, or old while v is within
// three quarters of a digit of it, so that noise at an edge does not show.
func quantise[T ~int64](old, v T) T {
	step := T(1)
	for v/step >= 100 {
		step *= 10
	}
	if diff := v - old; old > 0 && diff*4 <= step*3 && -diff*4 <= step*3 {
		return old
	}
	return (v + step/2) / step * step
}
