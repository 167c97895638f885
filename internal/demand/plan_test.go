package demand

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/modcap/modcap/internal/sample"
)

var monday = sample.At(time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC))

// quarters are bins of a quarter of an hour before an instant: by day a hundred an hour,
// more on Mondays, by night ten.
func quarters(until sample.Instant, days int) []Bin {
	r := rand.New(rand.NewPCG(1, 1))
	var out []Bin
	for at := until.Add(-sample.Span(days) * 24 * sample.Hour); at < until; at = at.Add(15 * sample.Minute) {
		rate := expectedRate(at)
		n := math.Round(rate/4 + math.Sqrt(rate/4)*r.NormFloat64())
		out = append(out, Bin{At: at, Width: 15 * sample.Minute, Count: sample.Whole(int64(max(n, 0)))})
	}
	return out
}

func expectedRate(at sample.Instant) float64 {
	t := at.Time().UTC()
	switch {
	case t.Hour() < 8 || t.Hour() >= 18:
		return 10
	case t.Weekday() == time.Monday:
		return 200
	}
	return 100
}

func TestAheadFollowsTheWeek(t *testing.T) {
	start := monday.Add(10 * sample.Hour)
	got := Ahead(quarters(start, 28), start, 30*sample.Minute, 14*48)
	if got == nil || len(got.PerHour) != 14*48 {
		t.Fatalf("%+v", got)
	}
	off, all := 0.0, 0.0
	for i, rate := range got.PerHour {
		want := expectedRate(start.Add(sample.Span(i) * 30 * sample.Minute))
		off += math.Abs(rate.Float() - want)
		all += want
	}
	if off > 0.1*all {
		t.Errorf("off by %.1f %%", 100*off/all)
	}
	for over, most := range map[sample.Span]float64{sample.Minute: 0.2, 4 * sample.Hour: 0.1, 24 * sample.Hour: 0.1, 1000 * sample.Hour: 0.1} {
		if e := float64(got.Error(over)) / 1e6; e < 0 || e > most {
			t.Errorf("over %v the forecast errs by %.3f", over, e)
		}
	}
}

func TestAheadNeedsADay(t *testing.T) {
	for name, c := range map[string]struct {
		bins []Bin
		want bool
	}{
		"none":              {nil, false},
		"half a day":        {quarters(monday, 1)[48:], false},
		"a day and a half":  {quarters(monday, 2)[48:], true},
		"bins to come":      {quarters(monday.Add(48*sample.Hour), 1), false},
		"a bin of no width": {[]Bin{{monday.Add(-sample.Hour), 0, 1000}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Ahead(c.bins, monday, 30*sample.Minute, 48); (got != nil) != c.want {
				t.Errorf("%+v", got)
			}
		})
	}
}

// An interval of which half is known counts twice what was seen of it; one of which less
// is, is not known.
func TestCounts(t *testing.T) {
	bin := func(quarter int, n int64) Bin {
		return Bin{monday.Add(sample.Span(quarter) * 15 * sample.Minute), 15 * sample.Minute, sample.Whole(n)}
	}
	got := counts([]Bin{bin(0, 1), bin(1, 2), bin(3, 4), bin(6, 7), bin(7, 8), bin(8, 9)}, monday.Add(2*sample.Hour), 30*sample.Minute)
	want := []float64{3, 8, math.NaN(), 15}
	if len(got) != len(want) {
		t.Fatal(got)
	}
	for i := range want {
		if got[i] != want[i] && !(math.IsNaN(got[i]) && math.IsNaN(want[i])) {
			t.Errorf("%v, want %v", got, want)
		}
	}
}
