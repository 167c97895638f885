package staffing

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
)

// noon is the time of most tests, the start of an interval.
var noon = sample.At(time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC))

// erlangs is a class of items with a load and a handle time, a promise and nothing waiting.
func erlangs(queue string, load float64, handle sample.Span, promises ...Promise) Class {
	perHour, _ := sample.FromFloat(load * float64(sample.Hour) / float64(handle))
	return Class{
		Key: ClassKey{Queue: queue, Review: "hate", Language: "en", HarmDomain: "hate", Tier: 1}, Surface: "live",
		Promises: promises, ArrivalsPerHour: sample.FreshAt(perHour,
			noon), HandleTime: sample.FreshAt(sample.Milli(handle), noon),
		Backlog: sample.FreshAt(0, noon), OldestAge: sample.FreshAt(0, noon),
	}
}

// team is n productive heads around the clock who can do all of erlangs.
func team(name string, n int64) Team {
	t := Team{Name: name, Tier: 1, Roles: []string{RoleReview},
		Skills: Skills{Languages: []string{"en"}, HarmDomains: []string{"hate"}}}
	heads := Heads{sample.Whole(n), sample.Whole(n)}
	t.Supply.Now = heads
	for range 48 {
		t.Supply.Intervals = append(t.Supply.Intervals, heads)
	}
	return t
}

// onShift limits the team to the intervals from first to before last.
func (t Team) onShift(first, last int) Team {
	intervals := make([]Heads, len(t.Supply.Intervals))
	copy(intervals[first:last], t.Supply.Intervals[first:last])
	t.Supply.Intervals = intervals
	if first > 0 {
		t.Supply.Now = Heads{}
	}
	return t
}

func decided(percent sample.PPM, within sample.Span) Promise {
	return Promise{Percent: percent * 10_000, Within: within, Measure: Decided}
}

func started(percent sample.PPM, within sample.Span) Promise {
	return Promise{Percent: percent * 10_000, Within: within, Measure: Started}
}

func planOf(teams []Team, classes ...Class) Result {
	return Plan(Input{Now: noon, Interval: 30 * sample.Minute, Horizon: day, Classes: classes, Teams: teams})
}

func only(t *testing.T, r Result) ClassPlan {
	t.Helper()
	if len(r.Classes) != 1 {
		t.Fatalf("%d classes, want 1", len(r.Classes))
	}
	return r.Classes[0]
}

// The table of science section 9.1, and pyworkforce's example, through the whole plan.
func TestRealTimeNeeds(t *testing.T) {
	const handle = 3 * sample.Minute
	for name, c := range map[string]struct {
		load      float64
		promise   Promise
		heads     int64
		reachable sample.PPM
		short     bool
	}{
		"x 0.11 by wait":  {10, started(90, handle/9), 15, 1_000_000, false},
		"x 1 by wait":     {10, started(90, handle), 12, 1_000_000, false},
		"x 2.5 by wait":   {10, started(90, handle*5/2), 11, 1_000_000, false},
		"x 2.5 decided":   {10, decided(90, handle*5/2), 13, 917_915, false},
		"x 3 decided":     {10, decided(90, handle*3), 12, 950_212, false},
		"x 5 decided":     {10, decided(90, handle*5), 11, 993_262, false},
		"30 erlangs":      {30, decided(90, handle*5/2), 34, 917_915, false},
		"pyworkforce":     {10, started(80, 19_800), 14, 1_000_000, false},
		"a tenth decided": {10, decided(10, handle/9), 16, 105_160, false},
		"out of reach":    {10, decided(90, handle), 21, 632_120, true},
		"nothing arrives": {0, decided(90, handle*3), 0, 950_212, false},
	} {
		t.Run(name, func(t *testing.T) {
			got := only(t, planOf([]Team{team("a", 40)}, erlangs("q", c.load, handle, c.promise)))
			if got.Now.Required != sample.Whole(c.heads) || got.Now.Standalone != got.Now.Required {
				t.Errorf("required %s (alone %s), want %d", got.Now.Required, got.Now.Standalone, c.heads)
			}
			if got.Reachable != c.reachable || got.Model != ModelRealTime || got.Promise != c.promise {
				t.Errorf("reachable %d, model %s, promise %+v", got.Reachable, got.Model, got.Promise)
			}
			if short := len(got.Findings) == 1 && got.Findings[0] == FindingPromiseShorterThanWork; short != c.short {
				t.Errorf("findings %v", got.Findings)
			}
			if got.Now.Gap != 0 || got.Now.Covered != got.Now.Required || got.Now.Have != sample.Whole(40) {
				t.Errorf("now %+v, want all covered of 40", got.Now)
			}
			for i, need := range got.Intervals {
				if need != got.Now {
					t.Fatalf("interval %d needs %+v, now %+v", i, need, got.Now)
				}
			}
		})
	}
}

func TestOccupancyShrinkageAndProtection(t *testing.T) {
	base := func() (Class, Team) {
		return erlangs("q", 10, 3*sample.Minute, started(80, 19_800)), team("a", 12)
	}
	t.Run("occupancy", func(t *testing.T) {
		c, a := base()
		a.MaxOccupancy = 600_000
		if got := only(t, planOf([]Team{a}, c)).Now.Required; got != 17_000 {
			t.Errorf("at 60 %% occupancy %s, want 17", got)
		}
	})
	t.Run("shrinkage", func(t *testing.T) {
		c, a := base()
		a.Shrinkage = Shrinkage{Planned: 300_000}
		b := team("b", 0)
		b.Shrinkage = Shrinkage{Planned: 200_000, Unplanned: 500_000}
		if got := only(t, planOf([]Team{a}, c)).Now.RequiredScheduled; got != 20_000 {
			t.Errorf("14 productive are %s scheduled at 30 %%, want 20", got)
		}
		if got := only(t, planOf([]Team{a, b}, c)).Now.RequiredScheduled; got != 20_000 {
			t.Errorf("14 productive are %s scheduled beside a team that has nobody, want 20", got)
		}
	})
	t.Run("protected", func(t *testing.T) {
		for within, name := range map[sample.Span]string{20 * sample.Minute: "real time",
			sample.Hour: "near real time", 8 * sample.Hour: "deferred"} {
			c, a := erlangs("q", 0.01, sample.Minute, decided(90, within)), team("a", 12)
			c.Protected = true
			if got := only(t, planOf([]Team{a}, c)).Now.Required; got != 2000 {
				t.Errorf("%s: %s heads, want 2", name, got)
			}
			c.ArrivalsPerHour = sample.Missing(sample.CauseTimeout)
			if got := only(t, planOf([]Team{a}, c)).Now.Required; got != 2000 {
				t.Errorf("%s and unknown: %s heads, want 2", name, got)
			}
		}
	})
	t.Run("gap", func(t *testing.T) {
		c, a := base()
		r := planOf([]Team{a}, c)
		got := only(t, r)
		if got.Now.Gap != 2000 || got.Now.Have != 12_000 || got.FirstGap != noon || got.LastGap != noon.Add(day) ||
			got.WorstGap != (Moment{noon, 2000}) {
			t.Errorf("now %+v, first gap %d, last %d, worst %+v", got.Now, got.FirstGap, got.LastGap, got.WorstGap)
		}
		if r.Coverage != 857_142 || r.FirstBreach != noon || r.FirstBreachClass != c.Key ||
			r.Peak != (Moment{noon, 14_000}) {
			t.Errorf("coverage %d, breach %d of %v, peak %+v", r.Coverage, r.FirstBreach, r.FirstBreachClass, r.Peak)
		}
		q, _ := r.Queue("q")
		want := QueuePlan{Queue: "q", Have: 12, Need: 14, NeedScheduled: 14, Gap: 2000, Quality: sample.Fresh,
			HumanShort: true, FirstGap: noon}
		if diff := cmp.Diff(want, q); diff != "" {
			t.Error(diff)
		}
	})
}

func TestSeveralPromises(t *testing.T) {
	loose, strict := decided(50, 20*sample.Minute), decided(99, 15*sample.Minute)
	alone := func(p Promise) sample.Milli {
		return only(t, planOf([]Team{team("a", 40)}, erlangs("q", 10, 3*sample.Minute, p))).Now.Required
	}
	for name, promises := range map[string][]Promise{
		"strict first": {strict, loose}, "loose first": {loose, strict},
		"with a deferred one": {decided(90, 12*sample.Hour), loose, strict},
	} {
		got := only(t, planOf([]Team{team("a", 40)}, erlangs("q", 10, 3*sample.Minute, promises...)))
		if got.Promise != strict || got.Now.Required != alone(strict) || alone(strict) <= alone(loose) {
			t.Errorf("%s: %+v binds with %s heads", name, got.Promise, got.Now.Required)
		}
	}
	c := erlangs("q", 10, 3*sample.Minute, loose, decided(50, 6*sample.Hour))
	c.Backlog, c.OldestAge = sample.FreshAt(sample.Whole(1_000_000), noon), sample.FreshAt(0, noon)
	c.Promises[0] = started(1, 30*sample.Minute)
	if got := only(t, planOf(nil, c)); got.Model != ModelRealTime {
		t.Errorf("a million items to open in half an hour: model %s", got.Model)
	}
}

func TestRoomsNeeds(t *testing.T) {
	rooms := func(queue string, n int64) Class {
		return Class{Key: ClassKey{Queue: queue, Review: "patrol", Language: "en", HarmDomain: "hate", Tier: 1},
			Work:           Rooms,
			RoomsPerPerson: sample.Whole(8), Concurrent: sample.FreshAt(sample.Whole(n), noon)}
	}
	got := only(t, planOf([]Team{team("a", 3)}, rooms("q", 25)))
	if got.Now.Required != 4000 || got.Now.Gap != 1000 || got.Model != ModelRooms {
		t.Errorf("25 rooms at 8 a person: %+v, model %s", got.Now, got.Model)
	}
	r := planOf([]Team{team("a", 3)}, rooms("p", 2), rooms("q", 2))
	for _, c := range r.Classes {
		if c.Now.Standalone != 1000 || c.Now.Required != 500 {
			t.Errorf("2 rooms of a pool of 4: %+v, want 0.5 of one person", c.Now)
		}
	}
	forecast := rooms("q", 25)
	forecast.Rates = []sample.Milli{8000, 80_000}
	if got := only(t, planOf(nil, forecast)); got.Intervals[0].Required != 1000 ||
		got.Intervals[47].Required != 10_000 {
		t.Errorf("forecast rooms need %s, later %s", got.Intervals[0].Required, got.Intervals[47].Required)
	}
}

func TestUnknownIsNeverZero(t *testing.T) {
	const handle = 3 * sample.Minute
	fresh := erlangs("q", 10, handle, started(80, 19_800))
	for name, c := range map[string]struct {
		change   func(*Class)
		quality  sample.Quality
		cause    sample.Cause
		model    Model
		required sample.Milli
	}{
		"fresh": {func(*Class) {}, sample.Fresh, "", ModelRealTime, 14_000},
		"arrivals absent": {func(c *Class) { c.ArrivalsPerHour = sample.Missing(sample.CauseTimeout) },
			sample.Absent, sample.CauseTimeout, ModelNone, 0},
		"arrivals stale": {func(c *Class) {
			c.ArrivalsPerHour.Quality, c.ArrivalsPerHour.Cause = sample.Stale,
				sample.CauseTooOld
		},
			sample.Stale, sample.CauseTooOld, ModelRealTime, 14_000},
		"arrivals negative": {func(c *Class) { c.ArrivalsPerHour.Value = -1 }, sample.Implausible,
			sample.CauseNegative, ModelNone, 0},
		"backlog absent": {func(c *Class) { c.Backlog = sample.Missing(sample.CauseNoRow) }, sample.Absent,
			sample.CauseNoRow, ModelRealTime, 14_000},
		"age of no backlog": {func(c *Class) { c.OldestAge = sample.Missing(sample.CauseNoRow) }, sample.Fresh,
			"", ModelRealTime, 14_000},
		"age absent": {func(c *Class) {
			c.OldestAge = sample.Missing(sample.CauseNoRow)
			c.Backlog.Value = 1000
		}, sample.Absent, sample.CauseNoRow, ModelRealTime, 14_000},
		"handle time absent": {func(c *Class) { c.HandleTime = sample.Missing(sample.CauseNotReadYet) },
			sample.Absent, sample.CauseNotReadYet, ModelNone, 0},
		"handle time declared": {func(c *Class) {
			c.HandleTime, c.DeclaredHandleTime = sample.Missing(sample.CauseNotReadYet), handle
		}, sample.Fresh, "", ModelRealTime, 14_000},
		"handle time stale": {func(c *Class) {
			c.HandleTime.Quality, c.DeclaredHandleTime = sample.Stale, sample.Second
		}, sample.Stale, "", ModelRealTime, 14_000},
	} {
		t.Run(name, func(t *testing.T) {
			in := fresh
			c.change(&in)
			r := planOf([]Team{team("a", 20)}, in)
			got := only(t, r)
			if got.Quality != c.quality || got.Cause != c.cause || got.Model != c.model ||
				got.Now.Required != c.required {
				t.Errorf("%s %s %s, %s heads", got.Quality, got.Cause, got.Model, got.Now.Required)
			}
			q, _ := r.Queue("q")
			if unknown := c.quality != sample.Fresh; unknown == got.Known() || unknown != (r.Unknown == 1) ||
				q.Quality != c.quality ||
				r.Quality != c.quality || unknown && q.HumanShort {
				t.Errorf("queue %+v, unknown %d, quality %s", q, r.Unknown, r.Quality)
			}
		})
	}
	undeclared := fresh
	undeclared.Backlog = sample.Missing(sample.CauseNotDeclared)
	if got := only(t, planOf(nil, undeclared)); got.Quality != sample.Fresh ||
		!cmp.Equal(got.Findings, []Finding{FindingNoTeam, FindingBacklogNotMeasured}) {
		t.Errorf("undeclared backlog: %s, %v", got.Quality, got.Findings)
	}
}

func TestBacklogOfRealTimeWork(t *testing.T) {
	const handle = sample.Minute
	for name, c := range map[string]struct {
		items, oldest int64 // seconds
		now, next     sample.Milli
		atInterval    sample.Span // how far into the interval now is
	}{
		"nothing waits":                 {0, 0, 11_000, 11_000, 0},
		"what always waits":             {10, 30, 11_000, 11_000, 0},
		"too much, in time":             {200, 300, 20_000, 11_000, 0}, // 200 min of work in 10 min
		"overdue":                       {600, 3600, 26_667, 11_000, 0},
		"overdue, late in the interval": {600, 3600, 26_667, 16_223, 10 * sample.Minute},
		"in time, close to the next":    {200, 300, 20_000, 12_500, 25 * sample.Minute},
		"older than the promise by half": {300, 900, 20_000, 11_000,
			0}, // one in three overdue: 5 h of work at the pace of its ages
	} {
		t.Run(name, func(t *testing.T) {
			class := erlangs("q", 10, handle, decided(90, 10*sample.Minute))
			class.Backlog, class.OldestAge = sample.FreshAt(sample.Whole(c.items),
				noon), sample.FreshAt(sample.Whole(c.oldest), noon)
			got := only(t, Plan(Input{Now: noon.Add(c.atInterval), Classes: []Class{class}}))
			if got.Intervals[0].Required != c.now || got.Intervals[1].Required != c.next {
				t.Errorf("%s now, then %s; want %s, %s", got.Intervals[0].Required, got.Intervals[1].Required,
					c.now, c.next)
			}
		})
	}
}
