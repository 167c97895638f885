package demand_test

import (
	"math"
	"strings"
	"testing"

	"github.com/modcap/modcap/internal/demand"
)

// On traffic that only chance varies, the error is near that of chance, below both that
// simple rules make, and the interval holds.
func TestBacktest(t *testing.T) {
	s := weeks(11, ones(20)...)
	got, err := demand.Test(&s)
	if err != nil {
		t.Fatal(err)
	}
	a := got.Total
	if len(got.Weeks) != 10 || a.Intervals != 1680 || got.Weeks[0].Origin != 1680 || got.Weeks[9].Origin != 19*168 {
		t.Fatalf("%d weeks, %+v", len(got.Weeks), a)
	}
	chance := 0.0 // the mean absolute deviation of Poisson's law is about 0.8 standard deviations
	for i := range 1680 {
		chance += 0.8 * math.Sqrt(shape(i))
	}
	if floor := chance / a.Items; a.WAPE < 0.9*floor || a.WAPE > 1.1*floor || a.WAPE > 0.8*a.SeasonalNaive || a.WAPE > 0.98*a.MedianOfSix {
		t.Errorf("%+v, and chance alone makes %.4f", a, floor)
	}
	for name, i := range map[string]*demand.Interval{"hours": &got.Intervals, "4 h": got.FourHours, "24 h": got.Days} {
		if i.Covered < 0.85 || i.Covered > 0.96 || i.Pinball > 1.05*i.SplitPinball {
			t.Errorf("%s: %+v", name, i)
		}
	}
	if got.Intervals.Windows != 1680 || got.FourHours.Windows != 420 || got.Days.Windows != 70 {
		t.Errorf("%+v %+v %+v", got.Intervals, got.FourHours, got.Days)
	}
}

// A forecast knows nothing of what came after it: the last week may be anything.
func TestBacktestDoesNotLookAhead(t *testing.T) {
	s, other := weeks(12, ones(12)...), weeks(12, ones(12)...)
	for i := 11 * 168; i < 12*168; i++ {
		other.Counts[i] = 1000
	}
	a, err := demand.Test(&s)
	if err != nil {
		t.Fatal(err)
	}
	b, err := demand.Test(&other)
	if err != nil {
		t.Fatal(err)
	}
	for i := range a.Weeks[:5] {
		if a.Weeks[i] != b.Weeks[i] {
			t.Errorf("week %d: %+v became %+v", i, a.Weeks[i], b.Weeks[i])
		}
	}
	if a.Weeks[5] == b.Weeks[5] {
		t.Error("the last week is not judged by its counts")
	}
	f := forecast(t, &demand.Series{Interval: hour, Counts: other.Counts[:11*168]}, 168)
	missed := 0.0
	for _, p := range f.Points {
		missed += math.Abs(1000 - p.Quantiles[demand.Median])
	}
	near(t, "the error of the last week", b.Weeks[5].Accuracy.WAPE, missed/168_000, 1e-3)
}

func TestBacktestOfDays(t *testing.T) {
	hours := weeks(13, ones(16)...)
	s := demand.Series{Interval: 24 * hour}
	for d := range len(hours.Counts) / 24 {
		sum := 0.0
		for _, c := range hours.Counts[d*24 : d*24+24] {
			sum += c
		}
		s.Counts = append(s.Counts, sum)
	}
	got, err := demand.Test(&s)
	if err != nil || len(got.Weeks) != 8 || got.FourHours != nil || got.Days != nil || got.Total.WAPE > 0.06 {
		t.Errorf("%+v, error %v", got, err)
	}
}

func TestBacktestNeedsWeeks(t *testing.T) {
	s := weeks(14, 1, 1)
	if _, err := demand.Test(&s); err == nil || err.Error() != "a backtest needs 21 days at least, and there are 14.0" {
		t.Error(err)
	}
	s = weeks(15, 1, 1, 1, 1)
	for i := 2 * 168; i < 4*168; i++ {
		s.Counts[i] = 0
	}
	if _, err := demand.Test(&s); err == nil || !strings.Contains(err.Error(), "nothing arrived in the second half") {
		t.Error(err)
	}
}

// What a year of half hours costs, four weeks ahead.
func BenchmarkForecast(b *testing.B) {
	year := weeks(16, ones(104)...)
	s := demand.Series{Interval: hour / 2, Counts: year.Counts}
	for b.Loop() {
		if _, err := demand.New(&s, 4*336); err != nil {
			b.Fatal(err)
		}
	}
}
