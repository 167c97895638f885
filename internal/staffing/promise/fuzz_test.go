package promise_test

import (
	"testing"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing/promise"
)

// FuzzOfPlan: whatever the numbers of a plan are, shares are shares.
func FuzzOfPlan(f *testing.F) {
	f.Add(int64(80_000), int64(180_000), int64(900_000), int64(3000), int64(0), int64(0), int64(1000))
	f.Add(int64(0), int64(1), int64(1), int64(0), int64(1), int64(0), int64(0))
	f.Add(int64(1)<<50, int64(1), int64(1)<<60, int64(1)<<50, int64(1)<<50, int64(1)<<50, int64(1)<<50)
	f.Add(int64(-1), int64(-1), int64(-1), int64(-1), int64(-1), int64(-1), int64(-1))
	f.Fuzz(func(t *testing.T, rate, handle, within, heads, backlog, oldest, dispersion int64) {
		in := planned()
		c := &in.Classes[0]
		c.ArrivalsPerHour.Value, c.HandleTime.Value = sample.Milli(rate), sample.Milli(handle)
		c.Promises[1].Within, c.Dispersion = sample.Span(within), sample.Milli(dispersion)
		c.Backlog = sample.Sample{Value: sample.Milli(backlog), Quality: sample.Fresh}
		c.OldestAge = sample.Sample{Value: sample.Milli(oldest), Quality: sample.Stale}
		for i := range in.Teams[0].Supply.Intervals {
			in.Teams[0].Supply.Intervals[i].Productive = sample.Milli(heads)
		}
		for _, k := range promise.OfPlan(in) {
			for i, s := range k.Shares {
				if s != promise.Unknown && (s < 0 || s > sample.AllPPM) {
					t.Fatalf("%s, interval %d: %d of a million are on time", k.Key.Queue, i, s)
				}
			}
		}
	})
}
