package staffing

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
)

// dayAfter begins at the edge of an interval, half a day into the plans of these tests.
var dayAfter = noon.Add(12 * sample.Hour)

func from(p Promise, at sample.Instant) Promise  { p.From = at; return p }
func until(p Promise, at sample.Instant) Promise { p.Until = at; return p }

func requiredWith(r *testing.T, promises ...Promise) []sample.Milli {
	r.Helper()
	var out []sample.Milli
	for _, n := range only(r, planOf([]Team{team("a", 40)}, erlangs("q", 10, 3*sample.Minute, promises...))).Intervals {
		out = append(out, n.Required)
	}
	return out
}

// TestPlanChangesOnTheDay compares plans in which a promise begins or ends at midnight with those in
// which it always holds, and never does.
func TestPlanChangesOnTheDay(t *testing.T) {
	always := decided(90, day)
	for name, law := range map[string]Promise{
		"within an interval": decided(100, 20*sample.Minute), "of hours": decided(100, 3*sample.Hour), "of a day": decided(100, 20*sample.Hour),
	} {
		t.Run(name, func(t *testing.T) {
			without, with := requiredWith(t, always), requiredWith(t, always, law)
			if cmp.Equal(without, with) {
				t.Fatal("the law changes nothing")
			}
			const n = 24 // half hours to midnight
			begins := requiredWith(t, always, from(law, dayAfter))
			if d := cmp.Diff(without[:n], begins[:n]); d != "" {
				t.Errorf("before it begins (-without +got):\n%s", d)
			}
			if d := cmp.Diff(with[n:], begins[n:]); d != "" {
				t.Errorf("once it holds (-with +got):\n%s", d)
			}
			ends := requiredWith(t, always, until(law, dayAfter))
			if d := cmp.Diff(with[:n], ends[:n]); d != "" {
				t.Errorf("before it ends (-with +got):\n%s", d)
			}
			if d := cmp.Diff(without[n:], ends[n:]); d != "" {
				t.Errorf("once it is over (-without +got):\n%s", d)
			}
			if d := cmp.Diff(begins, requiredWith(t, from(law, dayAfter), always)); d != "" {
				t.Errorf("in another order:\n%s", d)
			}
		})
	}
}

// TestNightShiftOnTheDay lets people sleep at night. Work of the night waits until the day, while the law
// is not in force; from its first night on it cannot.
func TestNightShiftOnTheDay(t *testing.T) {
	asleep := team("a", 40)
	for i := range asleep.Supply.Intervals {
		if hour := (i/2 + 12) % 24; hour < 8 {
			asleep.Supply.Intervals[i] = Heads{}
		}
	}
	always, law := decided(90, day), decided(100, 3*sample.Hour)
	need := func(p ...Promise) (out []sample.Milli) {
		in := Input{Now: noon, Interval: 30 * sample.Minute, Horizon: 2 * day, Classes: []Class{erlangs("q", 10, 3*sample.Minute, p...)}}
		more := asleep
		more.Supply.Intervals = append(append([]Heads{}, asleep.Supply.Intervals...), asleep.Supply.Intervals...)
		in.Teams = []Team{more}
		for _, n := range only(t, Plan(in)).Intervals {
			out = append(out, n.Required)
		}
		return out
	}
	got := need(always, from(law, dayAfter.Add(day))) // the second night
	first, second := got[24:40], got[72:88]
	for i := range first {
		if first[i] > 100 || i >= 6 && second[i] < 9_000 {
			t.Errorf("half hour %d of the nights needs %s and %s", i, first[i], second[i])
		}
	}
}

// TestWhatHoldsAlwaysHasNoDates says dates around the plan in place of none.
// TestWaitingUntilTheDay has too few people in one half hour of each day. What may wait does so until a
// law of minutes begins, as it would without the law.
func TestWaitingUntilTheDay(t *testing.T) {
	busy := team("a", 30)
	for i := 4; i < len(busy.Supply.Intervals); i += 8 {
		busy.Supply.Intervals[i] = Heads{}
	}
	always, law := decided(90, day), decided(100, 20*sample.Minute)
	plan := func(p ...Promise) []Need {
		return only(t, planOf([]Team{busy}, erlangs("q", 10, 3*sample.Minute, p...))).Intervals
	}
	without, got, with := plan(always), plan(always, from(law, dayAfter)), plan(always, law)
	gap := func(needs []Need) (sum sample.Milli) {
		for _, n := range needs {
			sum += n.Gap
		}
		return sum
	}
	if before := got[:20]; gap(without) != 0 || gap(before) != 0 {
		t.Errorf("missing before it begins: %s; without it %s", gap(before), gap(without))
	}
	if after := gap(got[24:]); after < gap(with[24:])*9/10 || after == 0 {
		t.Errorf("missing once it holds: %s, and %s if it always holds", after, gap(with[24:]))
	}
}

func TestWhatHoldsAlwaysHasNoDates(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 40 {
		var plain, dated []Promise
		for range 1 + r.IntN(3) {
			p := decided(50+sample.PPM(r.IntN(50)), sample.Span(1+r.IntN(100))*20*sample.Minute)
			plain = append(plain, p)
			dated = append(dated, until(from(p, noon.Add(-sample.Span(r.IntN(100)))), noon.Add(day+sample.Span(r.IntN(1000)))))
		}
		waiting := func(promises []Promise) ClassPlan {
			c := erlangs("q", 10, 3*sample.Minute, promises...)
			c.Backlog, c.OldestAge = sample.FreshAt(90_000, noon), sample.FreshAt(2_000_000, noon)
			return only(t, planOf([]Team{team("a", 12)}, c))
		}
		want, got := waiting(plain), waiting(dated)
		got.Promise.From, got.Promise.Until = 0, 0
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("%+v: %s", dated, d)
		}
	}
}

func TestBindingIsOneThatHoldsNow(t *testing.T) {
	loose, law := decided(90, 20*sample.Minute), decided(100, 10*sample.Minute)
	law.Regime = "a-law"
	for name, c := range map[string]struct {
		promises []Promise
		want     Promise
	}{
		"not yet":            {[]Promise{from(law, dayAfter), loose}, loose},
		"holds":              {[]Promise{from(law, noon), loose}, from(law, noon)},
		"over":               {[]Promise{until(law, noon), loose}, loose},
		"alone, and not yet": {[]Promise{from(law, dayAfter)}, Promise{}},
		"alone, and over":    {[]Promise{until(law, noon)}, Promise{}},
		"after the plan":     {[]Promise{from(law, noon.Add(2*day))}, Promise{}},
	} {
		t.Run(name, func(t *testing.T) {
			got := only(t, planOf([]Team{team("a", 20)}, erlangs("q", 10, 3*sample.Minute, c.promises...)))
			if got.Promise != c.want {
				t.Errorf("binds: %+v", got.Promise)
			}
			if got.Now.Required < 10_000 {
				t.Errorf("needs %s now: what nobody promises is to be kept up with", got.Now.Required)
			}
		})
	}
}

// TestStrangeDates are of nobody's law.
func TestStrangeDates(t *testing.T) {
	plain := decided(90, 2*sample.Hour)
	want := requiredWith(t, plain)
	for name, c := range map[string]struct {
		promise Promise
		want    []sample.Milli
	}{
		"since ever":           {from(plain, math.MinInt64), want},
		"for ever":             {until(plain, math.MaxInt64), want},
		"in the end":           {from(plain, math.MaxInt64), requiredWith(t)},
		"before the beginning": {until(plain, math.MinInt64), requiredWith(t)},
		"ends as it begins":    {until(from(plain, dayAfter), dayAfter), requiredWith(t)},
		"ends before it":       {until(from(plain, dayAfter), noon.Add(sample.Hour)), requiredWith(t)},
		"in the middle of an interval": {from(plain, dayAfter.Add(sample.Minute)),
			append(requiredWith(t)[:24:24], want[24:]...)},
		"of an interval, to its middle": {until(plain, dayAfter.Add(-sample.Minute)),
			append(want[:24:24], requiredWith(t)[24:]...)},
	} {
		if d := cmp.Diff(c.want, requiredWith(t, c.promise)); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

// TestEachItemHasItsTime counts what is due by items, each in the time of the promise that held when it
// came, and what came before a shorter one no later than the first that it holds for.
func TestEachItemHasItsTime(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		n := 4 + r.IntN(20)
		f := flow{}
		for i := range n {
			f.spans = append(f.spans, 30*sample.Minute)
			f.loads = append(f.loads, sample.Milli(r.IntN(10))*1000)
			if i == 0 || r.IntN(6) == 0 {
				f.eras = append(f.eras, era{sample.Span(i) * 30 * sample.Minute, sample.Span(1+r.IntN(20)) * 10 * sample.Minute})
			}
		}
		come := f.arrivals()
		for range 20 {
			until := sample.Span(r.IntN(n*30)) * sample.Minute
			var want int64
			for minute := range sample.Span(n * 30) {
				var due sample.Span
				for _, x := range f.eras {
					if x.from <= minute*sample.Minute {
						due = (minute+1)*sample.Minute + x.within
					}
				}
				for _, x := range f.eras {
					if x.from > minute*sample.Minute {
						due = min(due, x.from+x.within)
					}
				}
				if due <= until {
					want += int64(f.loads[minute/30]) * int64(sample.Minute) / 1000
				}
			}
			if got := f.arrived(until, come); got != want {
				t.Fatalf("due by %s: %d, counted %d; %+v", until, got, want, f.eras)
			}
		}
	}
}
