package forecast

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/modcap/modcap/internal/sample"
)

const (
	aDay     = 86_400
	midnight = sample.Instant(1_789_948_800_000) // Monday, 21 September 2026
)

// from moves bins that bins drew to midnight.
func from(bs []Bin) []Bin {
	for i := range bs {
		bs[i].At += midnight - begin
	}
	return bs
}

// shows are at 20:00, for an hour, on the days on which on is true: three times the rate.
func shows(rate float64, on func(day int) bool) func(int) float64 {
	return func(s int) float64 {
		if s%aDay/3600 == 20 && on(s/aDay) {
			return 3 * rate
		}
		return rate
	}
}

func every(int) bool { return true }

// at is a State that was shown traffic until a second.
func at(second int, seed uint64, rate func(int) float64) State {
	return advance(New(30*sample.Second), from(bins(rand.New(rand.NewPCG(seed, 1)), second, 60, 1, rate)))
}

// TestForeseen asks for what a lead of 75 s will bring, about 20:00.
func TestForeseen(t *testing.T) {
	const lead = 75 * sample.Second
	eight := func(days int) int { return days*aDay + 20*3600 }
	curve := func(s int) float64 { return 40 + 30*math.Sin(2*math.Pi*float64(s)/aDay) }
	saturdays := shows(40, func(day int) bool { return day%7 == 5 })
	for name, c := range map[string]struct {
		until int
		rate  func(int) float64
		event Event
		want  float64 // of the rate before, within 12 %; 0 for nothing
		basis Basis
	}{
		"three days, a lead before":      {eight(3) - 70, shows(40, every), Event{}, 3, Daily},
		"more than a lead before":        {eight(3) - 120, shows(40, every), Event{}, 0, Daily},
		"just begun":                     {eight(3) + 60, shows(40, every), Event{}, 3, Daily},
		"begun and seen":                 {eight(3) + 300, shows(40, every), Event{}, 0, Naive}, // the levels still remember the rate before
		"about to end":                   {eight(3) + 3570, shows(40, every), Event{}, 0, Daily},
		"three shows of nine days":       {eight(9) - 70, shows(40, func(d int) bool { return d == 2 || d == 4 || d == 8 }), Event{}, 0, Level},
		"one day does not make a season": {eight(6) - 70, shows(40, func(d int) bool { return d == 4 }), Event{}, 0, Level},
		"no season":                      {eight(6) - 70, constant(40), Event{}, 0, Level},
		"a smooth season":                {eight(6) - 70, curve, Event{}, 0, Daily},
		"every Saturday":                 {eight(26) - 70, saturdays, Event{}, 3, Weekly},
		"not on Sundays":                 {eight(27) - 70, saturdays, Event{}, 0, Weekly},
		"an event about to begin":        {3540, constant(40), Event{midnight + 3_600_000, midnight + 7_200_000, 2500}, 2.5, Events},
		"an event later":                 {3480, constant(40), Event{midnight + 3_600_000, midnight + 7_200_000, 2500}, 0, Level},
		"an event that brings less":      {3540, constant(40), Event{midnight + 3_600_000, midnight + 7_200_000, 500}, 0, Events},
		"an event that is over":          {7200, constant(40), Event{midnight + 3_600_000, midnight + 7_200_000, 2500}, 0, Events},
	} {
		t.Run(name, func(t *testing.T) {
			s := New(30 * sample.Second)
			s.Fold(from(bins(rand.New(rand.NewPCG(8, 1)), c.until, 60, 1, func(second int) float64 {
				return c.rate(second) * factorAt([]Event{c.event}, midnight.Add(sample.Span(second)*sample.Second))
			})), c.event)
			got := s.Demand(s.Until, lead, 990_000, c.event)
			if f := got.Foreseen.Float() / 40; math.Abs(f-c.want) > 0.12*c.want {
				t.Errorf("foreseen %.2f times the rate, want %.2f", f, c.want)
			}
			if got.Basis != c.basis {
				t.Errorf("it rests on %s, want %s", got.Basis, c.basis)
			}
		})
	}
}

// TestEventsAreDividedOut shows the same traffic twice, the second time with an event
// that doubles it, and known: what is learned is the same.
func TestEventsAreDividedOut(t *testing.T) {
	plain := from(bins(rand.New(rand.NewPCG(9, 1)), 3*aDay, 60, 1, constant(20)))
	event := Event{From: midnight.Add(30 * sample.Hour), To: midnight.Add(32 * sample.Hour), Factor: 2000}
	double := append([]Bin(nil), plain...)
	for i := range double {
		double[i].Count = sample.Milli(double[i].Count.Float() * 1000 * factorAt([]Event{event}, double[i].At))
	}
	if diff := cmp.Diff(advance(New(0), plain), advance(New(0), double, event)); diff != "" {
		t.Error(diff)
	}
	if cmp.Equal(advance(New(0), plain), advance(New(0), double)) {
		t.Error("an event that is not known must be learned of")
	}
}

// TestAWrongGuessIsNoSeason shows three times the traffic in an hour of some evenings, for which something
// else was announced, with and without a daily season of its own, and asks on an evening after.
func TestAWrongGuessIsNoSeason(t *testing.T) {
	const lead = 75 * sample.Second
	curve := func(s int) float64 { return 40 + 30*math.Sin(2*math.Pi*float64(s)/aDay) }
	for name, c := range map[string]struct {
		guess    sample.Milli
		evenings []int
		asked    int
	}{
		"too low":                 {1500, []int{6}, 7},
		"too high":                {9000, []int{6}, 7},
		"more, and it was less":   {30_000, []int{6}, 7},
		"three evenings, too low": {1500, []int{4, 5, 6}, 7},
		"three, days later":       {1500, []int{4, 5, 6}, 9},
	} {
		for base, rate := range map[string]func(int) float64{"": constant(40), ", with a season": curve} {
			t.Run(name+base, func(t *testing.T) {
				var events []Event
				for _, day := range c.evenings {
					begins := midnight.Add(sample.Span(day*aDay+20*3600) * sample.Second)
					events = append(events, Event{begins, begins.Add(sample.Hour), c.guess})
				}
				s := New(30 * sample.Second)
				until := c.asked*aDay + 20*3600 - 70
				s.Fold(from(bins(rand.New(rand.NewPCG(8, 1)), until, 60, 1, func(second int) float64 {
					return rate(second) * shows(1, func(day int) bool { return slices.Contains(c.evenings, day) })(second)
				})), events...)
				got := s.Demand(s.Until, lead, 990_000, events...)
				if want := rate(until); got.Foreseen != 0 || math.Abs(got.Mean.Float()-want) > want/10 {
					t.Errorf("%s items a second, %s foreseen: %.1f come otherwise", got.Mean, got.Foreseen, want)
				}
			})
		}
	}
}

func TestEventFactors(t *testing.T) {
	const minute = sample.Instant(60_000)
	two, three, less := Event{10 * minute, 20 * minute, 2000}, Event{15 * minute, 30 * minute, 3000}, Event{0, 5 * minute, 10}
	for name, c := range map[string]struct {
		events     []Event
		from, to   sample.Instant
		mean, most float64
	}{
		"none":             {nil, 0, minute, 1, 1},
		"outside":          {[]Event{two}, 20 * minute, 21 * minute, 1, 1},
		"inside":           {[]Event{two}, 10 * minute, 20 * minute, 2, 2},
		"half":             {[]Event{two}, 5 * minute, 15 * minute, 1.5, 2},
		"overlapping":      {[]Event{two, three}, 10 * minute, 20 * minute, 4, 6},
		"bounded":          {[]Event{less, less}, 0, 5 * minute, 0.01, 0.01},
		"bounded above":    {[]Event{{0, minute, 90_000}, {0, minute, 90_000}}, 0, minute, 100, 100},
		"ends as it began": {[]Event{{minute, minute, 2000}}, 0, 2 * minute, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			if got := meanFactor(c.events, c.from, c.to); math.Abs(got-c.mean) > 1e-9 {
				t.Errorf("mean %v, want %v", got, c.mean)
			}
			if got := peakFactor(c.events, c.from, c.to); math.Abs(got-c.most) > 1e-9 {
				t.Errorf("most %v, want %v", got, c.most)
			}
		})
	}
}

// TestNaiveSwitch scores forecasts of which now the blend, now the last rate is right.
func TestNaiveSwitch(t *testing.T) {
	s := New(30 * sample.Second)
	s.Fold(bins(rand.New(rand.NewPCG(10, 1)), 3600, 5, 1, constant(100)))
	r := &s.Ladder[1]
	score := func(times int, blended, last float32) {
		for range times {
			p := pending{Blended: blended, Levels: [levelCount]float32{naiveLevel: last}, Scale: 1, Items: 30 * 100}
			r.learn(&p, 30)
		}
	}
	check := func(when string, basis Basis) {
		t.Helper()
		got := s.Demand(s.Until, 30*sample.Second, 990_000)
		if got.Basis != basis {
			t.Errorf("%s it rests on %s, want %s", when, got.Basis, basis)
		}
		if last := s.Levels[naiveLevel]; basis == Naive && math.Abs(got.Mean.Float()-last) > 0.001 {
			t.Errorf("%s the mean is %s, and the last rate %v", when, got.Mean, last)
		}
	}
	check("at first", Level)
	score(30, 120, 101)
	check("after the last rate did better", Naive)
	score(3, 102, 108)
	check("soon after it did not", Naive)
	score(40, 102, 108)
	check("long after", Level)
}

func TestRewindowKeepsTheSeason(t *testing.T) {
	s := at(3*aDay+20*3600-70, 12, shows(40, every))
	long := s.Rewindow(5 * sample.Minute)
	if long.Window != 5*sample.Minute || long.Demand(long.Until, 75*sample.Second, 990_000).Foreseen == 0 {
		t.Errorf("window %s forgot the season", long.Window)
	}
	if long.Demand(long.Until, 75*sample.Second, 990_000).Warm {
		t.Error("peaks over another window are not known")
	}
}

// hostile bins: huge, tiny, far apart, at once.
func FuzzSeason(f *testing.F) {
	f.Add(uint64(1), int64(900_000), int64(60_000))
	f.Add(uint64(2), int64(math.MaxInt64/100), int64(3_600_000))
	f.Add(uint64(3), int64(7*86_400_000), int64(1))
	f.Fuzz(func(t *testing.T, seed uint64, apart, width int64) {
		r := rand.New(rand.NewPCG(seed, 1))
		s := New(sample.Minute)
		where := int64(midnight)
		events := []Event{
			{sample.Instant(where + r.Int64N(1e9)), sample.Instant(where + r.Int64N(1e9)), sample.Milli(r.Int64N(200_000) - 100)},
			{sample.Instant(apart), sample.Instant(width), sample.Milli(apart)},
		}
		for range 300 {
			count := sample.Milli(math.Exp(r.Float64() * math.Log(float64(sample.MaxMilli))))
			s.Fold([]Bin{{At: sample.Instant(where), Width: sample.Span(width), Count: count}}, events...)
			if where += r.Int64N(max(apart, 0)/50 + 1); where < 0 {
				break
			}
		}
		checkAhead(t, &s, s.Until, events)
		q := s.Demand(s.Until, sample.Minute, 990_000, events...)
		if q.Mean < 0 || q.Upper < q.Mean || q.Foreseen < 0 || q.Foreseen > sample.MaxMilli {
			t.Errorf("demand out of range: %+v", q)
		}
		if b, err := json.Marshal(s); err != nil || len(b) > 16<<10 {
			t.Errorf("%d bytes, %v", len(b), err)
		}
	})
}
