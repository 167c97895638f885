package staffing

import (
	"math/rand/v2"
	"testing"

	"github.com/modcap/modcap/internal/sample"
)

// steady is a flow of work over n half hours, with no headroom.
func steady(n int, load, people sample.Milli, within sample.Span) flow {
	f := flow{eras: []era{{within: within}}, overdue: 30 * sample.Minute}
	for range n {
		f.spans = append(f.spans, 30*sample.Minute)
		f.loads = append(f.loads, load)
		f.people = append(f.people, people)
	}
	return f
}

func wantHeads(t *testing.T, got []sample.Milli, from, to int, want sample.Milli) {
	t.Helper()
	for i := from; i < to; i++ {
		if got[i] != want {
			t.Errorf("interval %d needs %s, want %s: %v", i, got[i], want, got)
			return
		}
	}
}

func TestFlow(t *testing.T) {
	t.Run("steady work is kept up with", func(t *testing.T) {
		for _, within := range []sample.Span{sample.Hour, 5 * sample.Hour, day, 10 * day} {
			wantHeads(t, steady(48, 3000, 10_000, within).need(), 0, 48, 3000)
		}
	})
	t.Run("a day's work is needed when its people are there", func(t *testing.T) {
		f := steady(48, 3000, 10_000, day)
		for i := 18; i < 48; i++ {
			f.people[i] = 0
		}
		wantHeads(t, f.need(), 0, 18, 3000)                         // nothing else is there to be done yet
		f.backlog, f.oldest = 45*int64(sample.Hour), 15*sample.Hour // of the last night
		got := f.need()
		wantHeads(t, got, 0, 18, 8000)
		wantHeads(t, got, 18, 48, 0)
	})
	t.Run("too few people are asked for more of", func(t *testing.T) {
		f := steady(48, 3000, 4000, day)
		for i := 24; i < 48; i++ {
			f.people[i] = 0
		}
		f.backlog, f.oldest = 36*int64(sample.Hour), 12*sample.Hour // what the night left
		got := f.need()
		if got[0] <= 5900 || got[0] > 6000 || got[30] > 10 {
			t.Errorf("by day %s, by night %s, want 6 and 0", got[0], got[30])
		}
	})
	t.Run("work that cannot wait for the morning is needed at night", func(t *testing.T) {
		f := steady(48, 3000, 10_000, 2*sample.Hour)
		for i := 24; i < 48; i++ {
			f.people[i] = 0
		}
		got := f.need()
		wantHeads(t, got, 0, 24, 3000)
		night := sample.Milli(0)
		for _, h := range got[24:] {
			night += h
		}
		// All but what comes in the last two hours is due before the end of the night.
		if night < 20*3000 || night > 24*3000 {
			t.Errorf("the night needs %s half hours of people: %v", night, got)
		}
	})
	t.Run("a burst is carried over", func(t *testing.T) {
		f := steady(48, 1000, 10_000, 2*sample.Hour)
		f.loads[10] = 9000
		got := f.need()
		wantHeads(t, got, 0, 9, 1000)
		// 4.5 h of work by the time the last of it is due, 2.5 h after the first came; what came
		// after it waits meanwhile.
		wantHeads(t, got, 10, 15, 1800)
	})
	t.Run("the backlog is done by its deadlines", func(t *testing.T) {
		for name, c := range map[string]struct {
			oldest sample.Span
			now    sample.Milli
		}{
			"young":   {0, 3000},                  // 24 h in 8 h
			"old":     {4 * sample.Hour, 3000},    // due between 4 and 8 h from now
			"ageing":  {8 * sample.Hour, 3000},    // due evenly over 8 h
			"overdue": {16 * sample.Hour, 24_000}, // half of it within half an hour
		} {
			f := steady(48, 0, 30_000, 8*sample.Hour)
			f.backlog, f.oldest = 24*int64(sample.Hour), c.oldest
			got := f.need()
			if name == "overdue" {
				c.now += 1500 // and what falls due meanwhile
			}
			if got[0] != c.now {
				t.Errorf("%s: %s heads now, want %s: %v", name, got[0], c.now, got)
			}
		}
	})
	t.Run("what usually waits may go on waiting", func(t *testing.T) {
		f := steady(48, 3000, 10_000, day)
		f.backlog, f.oldest = 6*int64(sample.Hour), 2*sample.Hour
		wantHeads(t, f.need(), 0, 48, 3000)
	})
	t.Run("what is overdue is not due within a second", func(t *testing.T) {
		f := steady(48, 0, 10_000, 8*sample.Hour)
		f.spans[0] = sample.Second
		f.backlog, f.oldest = 10*int64(sample.Hour), 800*sample.Hour
		if got := f.need(); got[0] < 19_700 || got[0] > 20_000 { // 9.9 h overdue, in half an hour
			t.Errorf("%s heads now, want nearly 20", got[0])
		}
	})
	t.Run("the rest of an interval counts as such", func(t *testing.T) {
		f := steady(48, 3000, 10_000, day)
		f.spans[0] = 1
		wantHeads(t, f.need(), 0, 48, 3000)
	})
}

// randomFlow draws work of several days; capacity may be missing for hours.
func randomFlow(r *rand.Rand) flow {
	f := steady(4+r.IntN(60), 0, 0, sample.Span(1+r.IntN(2000))*sample.Minute)
	f.spans[0] = sample.Span(1 + r.Int64N(int64(30*sample.Minute)))
	for i := range f.loads {
		f.loads[i] = sample.Milli(r.IntN(5000))
		if r.IntN(3) > 0 {
			f.people[i] = sample.Milli(r.IntN(9000))
		}
	}
	if r.IntN(2) == 0 {
		f.backlog, f.oldest = r.Int64N(int64(50*sample.Hour)), sample.Span(r.IntN(3000))*sample.Minute
	}
	return f
}

// The string is the shortest way exactly when it stays between the curves, bends down only where it
// is held up by the work due, and up only where it is held down by the work available.
func TestTautStringIsTheShortestWay(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		f := randomFlow(r)
		c := f.curves(f.weights())
		y, at := int64(0), 0
		stretches := c.taut()
		for i, s := range stretches {
			if s.from != at || s.to <= s.from {
				t.Fatalf("stretch %d goes from %d to %d, the last ended at %d", i, s.from, s.to, at)
			}
			for k := s.from + 1; k <= s.to; k++ {
				on := y + sample.MulDiv(s.work, c.x[k]-c.x[s.from], s.weight)
				if on+1 < c.low[k] || on > c.high[k] {
					t.Fatalf("at %d the string is at %d, outside %d to %d", k, on, c.low[k], c.high[k])
				}
			}
			y, at = y+s.work, s.to
			if i+1 < len(stretches) {
				next := stretches[i+1]
				switch {
				case steeper(s.work, s.weight, next.work, next.weight) && y != c.low[at]:
					t.Fatalf("bends down at %d, where nothing is due", at)
				case steeper(next.work, next.weight, s.work, s.weight) && y != c.high[at]:
					t.Fatalf("bends up at %d, where work is left", at)
				}
			}
		}
		if at != len(c.x)-1 || y != c.high[at] {
			t.Fatalf("the string ends at %d, %d", at, y)
		}
	}
}

func TestArrivalsRepeat(t *testing.T) {
	f := steady(4, 2000, 0, day)
	f.spans[0] = 10 * sample.Minute
	a := f.arrivals()
	for name, c := range map[string]struct{ t, want sample.Span }{
		"before":           {-5, 0},
		"in the first":     {5 * sample.Minute, 10 * sample.Minute},
		"at an edge":       {40 * sample.Minute, 80 * sample.Minute},
		"in the last":      {95 * sample.Minute, 190 * sample.Minute},
		"the next day":     {105 * sample.Minute, 210 * sample.Minute},
		"many days later":  {1000 * sample.Minute, 2000 * sample.Minute},
		"at the day's end": {100 * sample.Minute, 200 * sample.Minute},
	} {
		if got := a.at(c.t); got != int64(c.want) {
			t.Errorf("%s: %s of work, want %s", name, sample.Span(got), c.want)
		}
	}
	one := steady(1, 2000, 0, day).arrivals()
	if got := one.at(45 * sample.Minute); got != int64(90*sample.Minute) {
		t.Errorf("a grid of one interval brings %d in 45 min", got)
	}
}

func TestSteeper(t *testing.T) {
	big := int64(1) << 62
	for name, c := range map[string]struct {
		dy1, dx1, dy2, dx2 int64
		want               bool
	}{
		"steeper": {2, 1, 1, 1, true}, "flatter": {1, 2, 1, 1, false}, "equal": {2, 4, 1, 2, false},
		"up against down": {1, 9, -5, 1, true}, "down against up": {-1, 9, 5, 1, false}, "less steep down": {-1,
			2, -1, 1, true},
		"more steep down": {-1, 1, -1, 2, false}, "beyond 64 bits": {big, big - 1, big - 1, big - 1, true},
		"level against down": {0, 1, -1, 1, true}, "down against level": {-1, 1, 0, 1, false},
	} {
		if got := steeper(c.dy1, c.dx1, c.dy2, c.dx2); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestFlowNeedsThroughThePlan(t *testing.T) {
	t.Run("headroom", func(t *testing.T) {
		// 120 an hour of 5 min, to begin within 115 min: 230 items, z(90 %) = 1.28155; chance
		// 1.28155·300·√460 = 8246 s, forecast 1.28155·0.1·69000 = 8843 s, together 12091 s, in 6900
		// s 1.752 heads more than 10.
		got := only(t, planOf([]Team{team("a", 40)}, erlangs("q", 10, 5*sample.Minute, decided(90, 2*sample.Hour))))
		if got.Model != ModelNearRealTime || got.Now.Required != 11_753 {
			t.Errorf("model %s, %s heads, want 11.753", got.Model, got.Now.Required)
		}
	})
	t.Run("headroom of a day at most", func(t *testing.T) {
		need := func(within sample.Span) sample.Milli {
			c := erlangs("q", 10, 5*sample.Minute, started(90, within))
			return only(t, planOf([]Team{team("a", 40)}, c)).Now.Required
		}
		if need(day) != need(10*day) || need(day) >= need(12*sample.Hour) {
			t.Errorf("in 12 h %s heads, in a day %s, in ten %s", need(12*sample.Hour), need(day), need(10*day))
		}
	})
	t.Run("occupancy over headroom", func(t *testing.T) {
		a := team("a", 400)
		a.MaxOccupancy = 500_000
		got := only(t, planOf([]Team{a}, erlangs("q", 100, 5*sample.Minute, started(50, 2*sample.Hour))))
		if got.Now.Required != 200_000 {
			t.Errorf("%s heads, want 200", got.Now.Required)
		}
	})
	t.Run("pooled", func(t *testing.T) {
		teams := []Team{team("a", 40)}
		p := decided(90, 6*sample.Hour)
		r := planOf(teams, erlangs("a", 2, 5*sample.Minute, p), erlangs("b", 2, 5*sample.Minute, p))
		a, b := r.Classes[0].Now, r.Classes[1].Now
		together := only(t, planOf(teams, erlangs("c", 4, 5*sample.Minute, p))).Now
		sum := a.Required + b.Required
		if a != b || a.Required >= a.Standalone || sum < together.Required-2 || sum > together.Required+2 {
			t.Errorf("two of 2 erlangs need %s and %s (alone %s), one of 4 %s", a.Required, b.Required,
				a.Standalone, together.Required)
		}
	})
	t.Run("a lunch break of everybody", func(t *testing.T) {
		got := only(t, planOf([]Team{team("a", 9).onShift(0, 20), team("b", 20).onShift(24, 48)}, erlangs("q", 3,
			5*sample.Minute, decided(90, sample.Hour))))
		if len(got.Uncovered) != 1 || got.Uncovered[0] != (Range{noon.Add(10 * sample.Hour),
			noon.Add(12 * sample.Hour)}) ||
			got.FirstGap != noon.Add(10*sample.Hour) || got.LastGap != noon.Add(12*sample.Hour) || got.Now.Gap != 0 {
			t.Errorf("uncovered %v, gaps %d to %d", got.Uncovered, got.FirstGap, got.LastGap)
		}
	})
	t.Run("real time work first, the rest in what it leaves", func(t *testing.T) {
		live, appeals := erlangs("live", 5, 3*sample.Minute, decided(90, 20*sample.Minute)), erlangs("appeals",
			2, 5*sample.Minute, decided(90, day))
		live.Rates = make([]sample.Milli, 48)
		for i := range live.Rates {
			if i%2 == 0 {
				live.Rates[i] = live.ArrivalsPerHour.Value
			}
		}
		r := planOf([]Team{team("a", 6)}, live, appeals)
		if r.FirstBreach != 0 || r.Coverage != sample.AllPPM {
			t.Errorf("coverage %d, first breach %d", r.Coverage, r.FirstBreach)
		}
		if a := r.Classes[0].Intervals; a[0].Required != 0 || a[1].Required < 4000 {
			t.Errorf("appeals need %s while live is busy, %s while it is not", a[0].Required, a[1].Required)
		}
	})
}
