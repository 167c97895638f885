package capacity

import (
	"fmt"
	"math/rand/v2"

	"github.com/modcap/modcap/internal/control"
	"github.com/modcap/modcap/internal/sample"
)

// Builders of inputs for the tests of this package.

const testNow = sample.Instant(1_790_000_000_000)

// steadyInput is a pool of 10 ready replicas at 10 items/s each, a 60 s startup
// and one queue of 50 items/s with 60 s to do them in, less than the lead of 70.
func steadyInput() Input {
	in := Input{
		Now: testNow,
		Pool: Pool{
			Min: 1, Max: 100, Throughput: sample.Whole(10), Startup: 60 * sample.Second,
			MetricDelay: 5 * sample.Second, Interval: 5 * sample.Second, Stabilization: 5 * sample.Minute,
		},
		Fleet:  Fleet{Known: true, Wanted: 10, Ready: 10},
		Queues: []Queue{queue("ns/a", 50, 0)},
	}
	in.Queues[0].Deadline = 60 * sample.Second
	// What would do has done for long: the control law lets the rest go.
	in.State = State{At: testNow.Add(-5 * sample.Second), Wanted: 10, Law: control.Memory{Waste: control.MaxBacklog, Of: 10}}
	return in
}

// queue has rate items/s to come and backlog items, the oldest 10 s old.
func queue(key string, rate, backlog int64) Queue {
	return Queue{
		Key: key, Priority: 100, Deadline: 120 * sample.Second, Percent: 990_000, WorkPerItem: sample.One,
		Backlog: sample.FreshAt(sample.Whole(backlog), testNow), OldestAge: sample.FreshAt(sample.Whole(10), testNow),
		Arrivals: sample.FreshAt(sample.Whole(rate), testNow),
		Forecast: Forecast{Known: true, Mean: sample.Whole(rate), Upper: sample.Whole(rate + rate/5)},
	}
}

// randomInput is a valid input, of queues in ascending order, that exercises
// every rule now and then.
func randomInput(r *rand.Rand) Input {
	in := steadyInput()
	p := &in.Pool
	p.Min = r.Int32N(5)
	p.Max = p.Min + r.Int32N(200)
	p.Throughput = sample.Milli(1 + r.Int64N(50_000))
	p.Startup = sample.Span(r.Int64N(300_000))
	p.Stabilization = sample.Span(r.Int64N(600_000))
	p.ScaleDownsPerHour = r.Int32N(4)
	in.Fleet = Fleet{Known: true, Wanted: r.Int32N(200), Rollout: r.IntN(8) == 0}
	in.Fleet.Ready = r.Int32N(in.Fleet.Wanted + 1)
	for range r.IntN(5) {
		in.Fleet.Starting = append(in.Fleet.Starting, testNow.Add(-sample.Span(r.Int64N(100_000))))
	}
	in.State = State{At: testNow.Add(-5000), Wanted: in.Fleet.Wanted}
	in.State.Law = control.Memory{Waste: r.Int64N(10_000_000), Most: r.Int64N(int64(in.Fleet.Wanted) + 1), Of: int64(in.Fleet.Wanted)}
	if r.IntN(2) == 0 {
		in.Tuning = control.Tuning{
			Known: true, Rate: r.Int64N(100_000), Standing: r.Int64N(100_000), Fresh: r.Int64N(10_000_000),
			Later: control.Later{Known: r.IntN(2) == 0, Than: [control.Looks]int64{r.Int64N(9_000_000), r.Int64N(6_000_000), r.Int64N(3_000_000)}},
			Patience: control.Patience{
				High: 300 + r.Int64N(700), Low: r.Int64N(300), Middle: r.Int64N(500),
				Drain: 10_000 + r.Int64N(1_000_000), Waste: r.Int64N(60_000), Over: r.Int64N(100),
			},
		}
	}
	for range r.IntN(4) {
		in.State.Recommendations = append(in.State.Recommendations,
			Recommendation{At: testNow.Add(-sample.Span(r.Int64N(600_000))), Replicas: r.Int32N(100)})
	}
	in.Queues = nil
	for i := range r.IntN(6) {
		in.Queues = append(in.Queues, randomQueue(r, i))
	}
	return in
}

func randomQueue(r *rand.Rand, i int) Queue {
	q := queue(fmt.Sprintf("ns/q%03d", i), r.Int64N(300), r.Int64N(5000))
	q.Priority = r.Int32N(3)
	q.Protected = r.IntN(4) == 0
	q.Deadline = sample.Span(1000 + r.Int64N(900_000))
	q.WorkPerItem = sample.Milli(100 + r.Int64N(3000))
	q.OldestAge.Value = sample.Milli(r.Int64N(900_000))
	q.Forecast.Known = r.IntN(4) > 0
	if r.IntN(4) == 0 {
		q.Forecast.Foreseen = sample.Whole(r.Int64N(900))
	}
	if r.IntN(3) == 0 {
		q.AgesKnown = true
		for b := range r.IntN(6) {
			q.Ages = append(q.Ages, AgeBucket{UpTo: sample.Span((b + 1) * 20_000), Items: sample.Milli(r.Int64N(500_000))})
		}
	}
	return q
}

// applied is in after the decision: the scale written, new pods starting.
func applied(in Input, d Decision) Input {
	out := in
	out.State = d.State
	out.Fleet.Wanted = d.Replicas
	out.Fleet.Starting = append([]sample.Instant(nil), in.Fleet.Starting...)
	for n := in.Fleet.Ready + int32(len(in.Fleet.Starting)); n < d.Replicas; n++ {
		out.Fleet.Starting = append(out.Fleet.Starting, in.Now)
	}
	out.Fleet.Ready = min(in.Fleet.Ready, d.Replicas)
	return out
}
