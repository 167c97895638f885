package forecast

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
)

// A state that is for one horizon says of it what one that is for all says, and of the
// hours ahead too.
func TestForOneHorizon(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 1))
	bs := bins(r, 4*3600, 5, 3, func(s int) float64 { return 20 + 15*math.Sin(float64(s)/900) })
	bs = append(bs[:1500], bs[1560:]...) // a gap
	spans := []sample.Span{sample.Minute, 10 * sample.Minute, sample.Hour, 12 * sample.Hour}
	for _, horizon := range []sample.Span{0, 15 * sample.Second, 65 * sample.Second, 5 * sample.Minute, sample.Hour} {
		all, one := New(30*sample.Second), New(30*sample.Second)
		one.For(horizon)
		apart := false
		for i := range bs {
			all.Fold(bs[i : i+1])
			one.Fold(bs[i : i+1])
			if i%17 != 0 {
				continue
			}
			now := bs[i].End()
			if diff := cmp.Diff(all.Demand(now, horizon, 990_000), one.Demand(now, horizon, 990_000)); diff != "" {
				t.Fatalf("%s: bin %d (-for all, +for one):\n%s", horizon, i, diff)
			}
			if diff := cmp.Diff(Ahead(&all, now, nil, spans, 900_000), Ahead(&one, now, nil, spans, 900_000)); diff != "" {
				t.Fatalf("%s: bin %d (-for all, +for one):\n%s", horizon, i, diff)
			}
			apart = apart || all.Demand(now, 2*sample.Minute, 990_000) != one.Demand(now, 2*sample.Minute, 990_000)
		}
		if follows := rungOf(horizon) == rungOf(2*sample.Minute); apart == follows {
			t.Errorf("%s: another answer for two minutes: %v", horizon, apart)
		}
		if again := one.Rewindow(sample.Minute); again.Only != one.Only {
			t.Errorf("%s: %b, rewindowed %b", horizon, one.Only, again.Only)
		}
	}
}
