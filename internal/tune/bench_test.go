package tune

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/modcap/modcap/internal/forecast"
)

// streamsOf are so many streams that share a rate of 20.
func streamsOf(n, seconds int) []Stream {
	r := rand.New(rand.NewPCG(1, 1))
	var out []Stream
	for range n {
		out = append(out, one(liveDeadline, bins(r, seconds, 5, constant(20/float64(n))))...)
	}
	return out
}

// BenchmarkAdvance folds in a slot. As the controller does, it gives the bins of the
// five minutes before once more.
func BenchmarkAdvance(b *testing.B) {
	for _, n := range []int{1, 100} {
		b.Run(fmt.Sprintf("streams=%d", n), func(b *testing.B) {
			streams := streamsOf(n, hour)
			s := learned(live, streams)
			last := streams
			for i := range last {
				last[i].Bins = append([]forecast.Bin(nil), last[i].Bins[hour/5-61:]...)
			}
			b.ReportAllocs()
			for b.Loop() {
				for i := range last {
					for j := range last[i].Bins {
						last[i].Bins[j].At = last[i].Bins[j].At.Add(s.slot)
					}
				}
				s.Advance(live, last)
			}
			if want := learned(live, streamsOf(n, hour)).slots + int64(b.N); s.slots != want {
				b.Errorf("%d slots were folded in, want %d", s.slots, want)
			}
		})
	}
}

// BenchmarkHistory folds in a day, as at a start.
func BenchmarkHistory(b *testing.B) {
	streams := streamsOf(1, day)
	b.ReportAllocs()
	for b.Loop() {
		learned(live, streams)
	}
}

func BenchmarkTuning(b *testing.B) {
	s := learned(live, streamsOf(1, hour))
	b.ReportAllocs()
	for b.Loop() {
		s.Tuning()
	}
}
