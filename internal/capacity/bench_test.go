package capacity

import (
	"fmt"
	"testing"

	"github.com/modcap/modcap/internal/sample"
)

// hundredQueues is a pool of 100 queues with 20 different deadlines; with max
// replicas it is either roomy or too small.
func hundredQueues(most int32) Input {
	in := steadyInput()
	in.Pool.Max = most
	in.Pool.Throughput = sample.Whole(25)
	in.Fleet.Wanted, in.Fleet.Ready = most, most
	in.Queues = nil
	for i := range 100 {
		q := queue(fmt.Sprintf("ns/q%03d", i), 20+int64(i), int64(30*i))
		q.Deadline = sample.Span(30+30*(i%20)) * sample.Second
		q.Priority = int32(i % 7)
		q.OldestAge.Value = sample.Milli(200 * i)
		in.Queues = append(in.Queues, q)
	}
	return in
}

func BenchmarkPlan100Queues(b *testing.B) {
	for name, most := range map[string]int32{"sufficient": 500, "short": 200} {
		in := hundredQueues(most)
		with := hundredQueues(most)
		for i := range with.Queues {
			rate := with.Queues[i].Forecast.Mean.Float()
			with.Queues[i].Outlook = ahead(rate, 1.3*rate)
		}
		for name, in := range map[string]Input{name: in, name + " with outlook": with} {
			b.Run(name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					Plan(in)
				}
			})
		}
	}
}

func TestHundredQueues(t *testing.T) {
	if d := Plan(hundredQueues(500)); !d.Sufficient || d.Risk[99].Reason != OnTime {
		t.Errorf("500 replicas: sufficient %v, risk %+v", d.Sufficient, d.Risk[99])
	}
	late := 0
	d := Plan(hundredQueues(200))
	for _, r := range d.Risk {
		if !r.Feasible {
			late++
		}
	}
	if d.Sufficient || late == 0 || late == 100 {
		t.Errorf("200 replicas: sufficient %v, %d queues late", d.Sufficient, late)
	}
}
