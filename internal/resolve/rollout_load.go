package resolve

import (
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/guard"
	"github.com/modcap/modcap/internal/rollout"
	"github.com/modcap/modcap/internal/sample"
)

// RolloutLoad is by how much a change raises the work of people if it decides
// everything: what it moves to them less what it moves from them, of what comes to them
// now. arrivals is what the reviews of all queues of the policy get in an hour. It is
// taken to rise alike in each of them, as which queue an item moves in is not counted. Cohorts of before the
// rollout began, of an earlier try of the same change, would thin it out.
func RolloutLoad(c guard.Counters, arrivals sample.Sample, began, now sample.Instant) rollout.Load {
	if c.Quality != sample.Fresh || arrivals.Quality != sample.Fresh {
		return rollout.Load{}
	}
	first := now
	for _, e := range c.Entered {
		if e.Cohort >= began {
			first = min(first, e.Cohort)
		}
	}
	over := now.Since(first)
	if over <= 0 {
		return rollout.Load{}
	}
	var more, less int64
	for _, m := range c.Moved {
		if m.Cohort < began {
			continue
		}
		if m.Move.To == guard.Review {
			more += m.Items
		}
		if m.Move.From == guard.Review {
			less += m.Items
		}
	}
	part := func(items int64) int64 {
		hourly := sample.MulDiv(items*int64(sample.One), int64(sample.Hour), int64(over))
		return min(sample.MulDiv(hourly, int64(sample.AllPPM), max(int64(arrivals.Value), 1)), mostRise)
	}
	return rollout.Load{Known: true, Rise: part(more) - part(less)}
}

// mostRise is a thousand times as much: what is beyond it need not be told apart.
const mostRise = 1000 * int64(sample.AllPPM)

// ReviewArrivals is what comes to people in an hour, in all streams of some queues whose
// items are counted; not Fresh if some stream's is not.
func ReviewArrivals(queues []v1alpha1.ModerationQueue, rows Rows) sample.Sample {
	sum := sample.Sample{Quality: sample.Fresh}
	for i := range queues {
		for j := range queues[i].Spec.Reviews {
			row, ok := StreamRow(&queues[i], &queues[i].Spec.Reviews[j])
			if !ok {
				continue
			}
			one, _ := rows.PerHour(row, sample.Hour)
			if one.Quality < sum.Quality {
				sum.Quality, sum.Cause = one.Quality, one.Cause
			}
			sum.Value = min(sum.Value+one.Value, sample.MaxMilli)
		}
	}
	return sum
}
