package guard

import (
	"fmt"
	"testing"

	"github.com/modcap/modcap/internal/sample"
)

// BenchmarkJudge judges a month of cohorts of six hours, in ten markets, with twelve streams.
func BenchmarkJudge(b *testing.B) {
	in := step()
	in.Terms.Streams, in.Counters = nil, Counters{Quality: sample.Fresh}
	for i := range 6 {
		for _, kind := range []Kind{Leakage, Overkill} {
			in.Terms.Streams = append(in.Terms.Streams, Watched{Stream: Stream{fmt.Sprint(i), kind}, Primary: i < 3, Margin: 25_000})
		}
	}
	for h := 0; h < 30*24; h += 6 {
		for market := range 10 {
			c := cellAt(fmt.Sprint(market), h)
			in.Counters.Entered = append(in.Counters.Entered, Entered{c, 50_000})
			for i := range 6 {
				in.Counters.Moved = append(in.Counters.Moved, Moved{Cell: c, Label: fmt.Sprint(i), Move: opened, Items: 500, Sampled: 75, Labelled: 75, Violating: 1})
			}
			for _, arm := range []Arm{Stable, Candidate} {
				for _, kind := range []Kind{Leakage, Overkill} {
					s := Stratum{c, arm, string(kind)}
					in.Counters.Sampled = append(in.Counters.Sampled, Sampled{s, 5_000, 400, 400})
					for i := range 6 {
						in.Counters.Wrong = append(in.Counters.Wrong, Wrong{s, Stream{fmt.Sprint(i), kind}, 3})
					}
				}
			}
		}
	}
	in.Now = 800 * hour
	b.ReportAllocs()
	for b.Loop() {
		if v := Judge(in); v.Outcome == "" {
			b.Fatal(v)
		}
	}
}
