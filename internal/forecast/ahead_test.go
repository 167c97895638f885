package forecast

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/modcap/modcap/internal/sample"
)

// ways are spans from a minute to a day.
var ways = []sample.Span{
	sample.Minute, 2 * sample.Minute, 10 * sample.Minute, 15 * sample.Minute, 20 * sample.Minute, sample.Hour,
	3 * sample.Hour, 4 * sample.Hour, 12 * sample.Hour, 24 * sample.Hour,
}

// checkAhead holds what is true of any answer.
func checkAhead(t *testing.T, s *State, now sample.Instant, events []Event) {
	t.Helper()
	sure := Ahead(s, now, events, ways, 990_000)
	for i, p := range Ahead(s, now, events, ways, 900_000) {
		if p.At != ways[i] || p.Middle < 0 || p.Upper < p.Middle || p.Upper > sample.MaxMilli || sure[i].Upper < p.Upper {
			t.Errorf("%s: %+v, at 99 %% %+v", ways[i], p, sure[i])
		}
		if i > 0 && (p.Middle < sure[i-1].Middle || sure[i].Upper < sure[i-1].Upper) {
			t.Errorf("it falls at %s", ways[i])
		}
	}
}

func TestAhead(t *testing.T) {
	hour := sample.Hour
	wave := func(s int) float64 { return 40 + 30*math.Sin(2*math.Pi*float64(s)/aDay) }
	noon := 6*aDay + 12*3600
	for name, c := range map[string]struct {
		until  int
		rate   func(int) float64
		event  Event
		at     sample.Span
		middle float64 // items, within a share of
		within float64
		most   float64 // of the upper over the middle
	}{
		"a minute":                 {7200, constant(40), Event{}, sample.Minute, 2400, 0.05, 1.2},
		"an hour, nothing learned": {7200, constant(40), Event{}, hour, 144_000, 0.05, 1.4},
		"an hour, learned":         {noon, constant(40), Event{}, hour, 144_000, 0.01, 1.02},
		"a day, learned":           {noon, constant(40), Event{}, 24 * hour, 3_456_000, 0.02, 2},
		// The rate at noon is the mean, and falls: over four hours the sine of a day from
		// its middle on, 40·4 h − 30·24/2π·(1 − cos 60°) h.
		"a daily curve":         {noon, wave, Event{}, 4 * hour, 3600 * (160 - 30*24/(2*math.Pi)*0.5), 0.03, 1.1},
		"a day of it":           {noon, wave, Event{}, 24 * hour, 3_456_000, 0.03, 2.2},
		"an event halfway":      {noon, constant(40), Event{midnight.Add(156*hour + hour/2), midnight.Add(160 * hour), 3000}, hour, 288_000, 0.01, 1.03},
		"an event that is over": {noon, constant(40), Event{midnight, midnight.Add(hour), 3000}, hour, 144_000, 0.02, 1.03},
	} {
		t.Run(name, func(t *testing.T) {
			s := New(30 * sample.Second)
			s.Fold(from(bins(rand.New(rand.NewPCG(13, 1)), c.until, 60, 1, c.rate)))
			p := Ahead(&s, s.Until, []Event{c.event}, []sample.Span{c.at}, 900_000)[0]
			if got := p.Middle.Float(); math.Abs(got/c.middle-1) > c.within {
				t.Errorf("%.0f items, want %.0f", got, c.middle)
			}
			if over := p.Upper.Float() / p.Middle.Float(); over > c.most || over <= 1 {
				t.Errorf("upper is %.3f of the middle", over)
			}
			checkAhead(t, &s, s.Until, []Event{c.event})
		})
	}
}

func TestAheadOfNothing(t *testing.T) {
	s := New(0)
	want := []Point{{At: sample.Minute}, {At: sample.Hour}}
	if diff := cmp.Diff(want, Ahead(&s, begin, nil, []sample.Span{sample.Minute, sample.Hour}, 900_000)); diff != "" {
		t.Error(diff)
	}
	if got := Ahead(&s, begin, nil, nil, 900_000); len(got) != 0 {
		t.Errorf("points for no span: %v", got)
	}
}

// TestAheadCovers asks every quarter of an hour, and counts how often no more came.
func TestAheadCovers(t *testing.T) {
	wave := func(s int) float64 { return 4 + 3*math.Sin(2*math.Pi*float64(s)/aDay) }
	r, drift := rand.New(rand.NewPCG(14, 1)), 0.0
	wander := func(s int) float64 {
		if s%900 == 0 {
			drift = 0.9*drift + 0.2*r.NormFloat64()
		}
		return wave(s) * math.Exp(drift)
	}
	for name, rate := range map[string]func(int) float64{"a daily curve": wave, "one that wanders": wander} {
		for k, span := range []sample.Span{5 * sample.Minute, 15 * sample.Minute, sample.Hour, 2 * sample.Hour, 4 * sample.Hour} {
			const days = 21
			bs := from(bins(rand.New(rand.NewPCG(15, uint64(k))), days*aDay, 60, 1, rate))
			sums := make([]float64, len(bs)+1)
			for i := range bs {
				sums[i+1] = sums[i] + bs[i].Count.Float()
			}
			s, asked, held, sure := New(30*sample.Second), 0.0, 0.0, 0.0
			for i := range bs {
				s.Fold(bs[i : i+1])
				until := i + 1 + int(span/sample.Minute)
				if i < 5*1440 || i%15 != 7 || until >= len(sums) {
					continue
				}
				came := sums[until] - sums[i+1]
				asked++
				if came <= Ahead(&s, s.Until, nil, []sample.Span{span}, 900_000)[0].Upper.Float() {
					held++
				}
				if came <= Ahead(&s, s.Until, nil, []sample.Span{span}, 990_000)[0].Upper.Float() {
					sure++
				}
			}
			what := fmt.Sprintf("%s, %s: %.1f %% held of 90, %.1f %% of 99", name, span, 100*held/asked, 100*sure/asked)
			t.Log(what)
			if held/asked < 0.86 || held/asked > 0.98 || sure/asked < 0.96 {
				t.Error(what)
			}
		}
	}
}

func BenchmarkAhead(b *testing.B) {
	s := at(6*aDay, 16, shows(40, every))
	b.ReportAllocs()
	for b.Loop() {
		Ahead(&s, s.Until, nil, ways, 900_000)
	}
}
