package demand_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/modcap/modcap/internal/demand"
)

// busyDays are weeks of hours of which each day has a level of its own, 15 % up or down.
func busyDays(seed uint64, days int) (demand.Series, []float64) {
	r := rand.New(rand.NewPCG(seed, 7))
	s := demand.Series{Interval: hour}
	var levels []float64
	for d := range days {
		level := math.Exp(0.15 * r.NormFloat64())
		levels = append(levels, level)
		for h := range 24 {
			s.Counts = append(s.Counts, poisson(r, 5*level*shape(d*24+h)))
		}
	}
	return s, levels
}

// split is the forecast of a series at midnight some days before it ends, and what came.
func split(t *testing.T, s *demand.Series, days int) (*demand.Forecast, []float64) {
	t.Helper()
	n := len(s.Counts) - days*24
	return forecast(t, &demand.Series{Interval: hour, Counts: s.Counts[:n]}, 14*24), s.Counts[n:]
}

func TestTodayFollowsTheDay(t *testing.T) {
	before, after, within, all := 0.0, 0.0, 0.0, 0.0
	for seed := range uint64(40) {
		s, _ := busyDays(seed, 29)
		f, came := split(t, &s, 1)
		today := f.Today(came[:10])
		if today == nil {
			continue // the weeks before had days too much alike
		}
		if len(today.Points) != 24 {
			t.Fatalf("%d intervals of the day that follows", len(today.Points))
		}
		for h, p := range today.Points[:14] {
			y := came[10+h]
			before += math.Abs(y - f.Points[10+h].Quantiles[demand.Median])
			after += math.Abs(y - p.Quantiles[demand.Median])
			all++
			if y >= p.Quantiles[0] && y <= p.Quantiles[4] {
				within++
			}
		}
	}
	if all < 14*30 || after > 0.85*before || within < 0.82*all || within > 0.97*all {
		t.Errorf("%.0f intervals: errors %.0f with what came, %.0f without; %.0f in the 90 %% interval", all, after, before, within)
	}
}

// Where days are alike, and where each week is as the last, nothing goes on.
func TestTodayOfDaysAlike(t *testing.T) {
	exact := demand.Series{Interval: hour}
	for i := range 5 * 168 {
		exact.Counts = append(exact.Counts, math.Round(10*shape(i)))
	}
	alike := weeks(3, ones(5)...)
	for name, s := range map[string]*demand.Series{"exact": &exact, "alike but for chance": &alike} {
		f, came := split(t, s, 1)
		if got := f.Today(came[:12]); got != nil {
			t.Errorf("%s: %.0f came of %.0f, and the next hour is %.1f after %.1f",
				name, got.Came, got.Expected, got.Points[0].Expected, f.Points[12].Expected)
		}
	}
}

func TestTodayNeedsSomethingToGoBy(t *testing.T) {
	s, _ := busyDays(1, 29)
	f, came := split(t, &s, 1)
	young, _ := busyDays(1, 12)
	daily, rest := split(t, &young, 1)
	unknown := make([]float64, 10)
	for i := range unknown {
		unknown[i] = demand.Unknown()
	}
	for name, got := range map[string]*demand.Today{
		"no interval is over":  f.Today(nil),
		"nothing is known":     f.Today(unknown),
		"the forecast is over": f.Today(make([]float64, 14*24)),
		"less than two weeks":  daily.Today(rest[:10]),
	} {
		if got != nil {
			t.Errorf("%s: %+v", name, got.Points[:1])
		}
	}
	today := f.Today(came[:10])
	for _, length := range []int{0, -1, 25} {
		if got := today.Sums(length); got != nil {
			t.Errorf("sums of %d hours: %+v", length, got)
		}
	}
	sum := 0.0
	for _, p := range today.Points[:4] {
		sum += p.Expected
	}
	near(t, "the sum of four hours", today.Sums(4)[0].Expected, sum, 1e-9)
}

// One day on which ten times as much comes neither moves the next week nor teaches that
// whatever begins busy stays so; it is followed while it lasts, within bounds.
func TestASurgeDay(t *testing.T) {
	for i := range 4 * 28 {
		seed, day := uint64(i/28), i%28
		s, _ := busyDays(seed, 29)
		calm, came := split(t, &s, 1)
		for h := range 24 {
			s.Counts[day*24+h] *= 10
		}
		f, _ := split(t, &s, 1)
		near(t, "the week after a surge", total(f.Points[:168]), total(calm.Points[:168]), 0.1)
		for h := 0; h < 168; h += 24 { // of that day of the week three others are known
			near(t, "a day after a surge", total(f.Points[h:h+24]), total(calm.Points[h:h+24]), 0.35)
		}
		if a, b := f.Today(came[:10]), calm.Today(came[:10]); a != nil && b != nil {
			near(t, "the rest of a day", total(a.Points[:14]), total(b.Points[:14]), 0.25)
		}
	}
}

func TestASurgeNow(t *testing.T) {
	s, _ := busyDays(5, 29)
	f, came := split(t, &s, 1)
	surge := make([]float64, 10)
	for h := range surge {
		surge[h] = 10 * came[h]
	}
	today := f.Today(surge)
	if today == nil {
		t.Fatal("it is not followed")
	}
	if got := total(today.Points[:3]) / total(f.Points[10:13]); got < 1.5 || got > 4.5 {
		t.Errorf("the next three hours are %.1f times what was foreseen", got)
	}
}
