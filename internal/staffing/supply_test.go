package staffing

import (
	"math/rand/v2"
	"testing"
	"time"
	_ "time/tzdata" // the tests need zones, the machine need not have them

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func date(t testing.TB, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// dayGrid covers the local day with whole intervals from its start.
func dayGrid(d Date, loc *time.Location, width sample.Span) Grid {
	start, end := DayBounds(d, loc)
	return Grid{Start: start, Width: width, N: int((end.Since(start) + width - 1) / width)}
}

const (
	nine      = 9 * 60
	seventeen = 17 * 60
)

func TestDate(t *testing.T) {
	d := date(t, "2026-11-01")
	if d.String() != "2026-11-01" || d.Weekday() != time.Sunday || Date(-1).Weekday() != time.Wednesday {
		t.Errorf("%s is a %s, the day before the epoch a %s", d, d.Weekday(), Date(-1).Weekday())
	}
	for _, bad := range []string{"", "2026-13-01", "2026-02-30", "01.11.2026"} {
		if _, err := ParseDate(bad); err == nil {
			t.Errorf("ParseDate(%q) gives no error", bad)
		}
	}
	late := time.Date(2026, 11, 1, 23, 30, 0, 0, time.UTC)
	if got := DateOf(late.In(zone(t, "Asia/Tokyo"))).String(); got != "2026-11-02" {
		t.Errorf("23:30 UTC in Tokyo is %s, want 2026-11-02", got)
	}
}

func TestDaysOfClockChanges(t *testing.T) {
	for name, c := range map[string]struct {
		zone, day string
		halfHours int
		early     sample.Span // from 00:00 to 02:30, of repeated times the first, of skipped ones the change
	}{
		"Berlin, spring":    {"Europe/Berlin", "2026-03-29", 46, 2 * sample.Hour},
		"Berlin, autumn":    {"Europe/Berlin", "2026-10-25", 50, 150 * sample.Minute},
		"Berlin, plain":     {"Europe/Berlin", "2026-06-01", 48, 150 * sample.Minute},
		"New York, spring":  {"America/New_York", "2026-03-08", 46, 2 * sample.Hour},
		"New York, autumn":  {"America/New_York", "2026-11-01", 50, 210 * sample.Minute},
		"Lord Howe, spring": {"Australia/Lord_Howe", "2026-10-04", 47, 2 * sample.Hour},
		"Lord Howe, autumn": {"Australia/Lord_Howe", "2026-04-05", 49, 3 * sample.Hour},
		"Samoa, no 30th":    {"Pacific/Apia", "2011-12-30", 0, 0},
		"no zone, plain":    {"UTC", "2026-03-29", 48, 150 * sample.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			loc, d := zone(t, c.zone), date(t, c.day)
			g := dayGrid(d, loc, 30*sample.Minute)
			if g.N != c.halfHours {
				t.Fatalf("%d half hours, want %d", g.N, c.halfHours)
			}
			// Two shifts that meet in the hour that the clocks skip or repeat leave no hole and no
			// overlap.
			in := SupplyInput{Now: g.Start, Grid: g, Zone: loc, Shifts: []Shift{
				{Name: "early", Start: 0, End: 150, Headcount: 3, From: d, Until: d},
				{Name: "late", Start: 150, End: minutesPerDay, Headcount: 3, From: d, Until: d},
			}}
			got := Supply(in)
			if want := 3 * sample.Span(c.halfHours) * 30 * sample.Minute; got.ScheduledTime != want {
				t.Errorf("scheduled %s, want %s", got.ScheduledTime, want)
			}
			in.Shifts = in.Shifts[:1]
			if early := Supply(in).ScheduledTime; early != 3*c.early {
				t.Errorf("the early shift works %s, want %s", early, 3*c.early)
			}
			for i, h := range got.Intervals {
				if h != (Heads{3000, 3000}) {
					t.Errorf("interval %d has %v", i, h)
				}
			}
		})
	}
}

func TestShiftsAcrossMidnightAndClockChanges(t *testing.T) {
	for name, c := range map[string]struct {
		zone, starts string
		hours        sample.Span
	}{
		"plain":         {"Europe/Berlin", "2026-06-01", 8},
		"spring":        {"Europe/Berlin", "2026-03-28", 7},
		"autumn":        {"Europe/Berlin", "2026-10-24", 9},
		"next year":     {"Europe/Berlin", "2026-12-31", 8},
		"other side":    {"America/New_York", "2026-10-31", 9},
		"half an hour":  {"Australia/Lord_Howe", "2026-04-04", 0},
		"far from home": {"Pacific/Kiritimati", "2026-06-01", 8},
	} {
		t.Run(name, func(t *testing.T) {
			loc, d := zone(t, c.zone), date(t, c.starts)
			start, _ := DayBounds(d, loc)
			in := SupplyInput{Now: start, Grid: GridOf(start, 30*sample.Minute, 60*sample.Hour), Zone: loc,
				Shifts: []Shift{{Start: 22 * 60, End: 6 * 60, Headcount: 2, From: d, Until: d}}}
			want := 2 * c.hours * sample.Hour
			if c.hours == 0 {
				want = 17 * sample.Hour // 8.5 h, two people
			}
			if got := Supply(in).ScheduledTime; got != want {
				t.Errorf("two people work %s, want %s", got, want)
			}
		})
	}
}

func TestSupply(t *testing.T) {
	kathmandu := zone(t, "Asia/Kathmandu") // UTC+05:45: shifts start in the middle of an interval
	monday := date(t, "2026-06-01")
	start, _ := DayBounds(monday, time.UTC)
	day := GridOf(start, 30*sample.Minute, 24*sample.Hour)
	office := Shift{Name: "day", Start: nine, End: seventeen, Headcount: 10}
	weekend := office
	weekend.Days = []time.Weekday{time.Saturday, time.Sunday}
	at := func(h, m int) int { return h*2 + m/30 }

	for name, c := range map[string]struct {
		in    SupplyInput
		want  map[int]Heads // by interval; all others are 0
		total sample.Span   // productive
	}{
		"pro rata": {SupplyInput{Zone: kathmandu, Shifts: []Shift{{Start: nine, End: nine + 45, Headcount: 4}}},
			map[int]Heads{at(3, 0): {2000, 2000}, at(3, 30): {4000, 4000}}, 3 * sample.Hour},
		"split": {SupplyInput{Shifts: []Shift{{Start: nine, End: nine + 30, Headcount: 1}, {Start: nine + 60,
			End: nine + 90, Headcount: 2}}},
			map[int]Heads{at(9, 0): {1000, 1000}, at(10, 0): {2000, 2000}}, 90 * sample.Minute},
		"not today": {SupplyInput{Shifts: []Shift{weekend}}, nil, 0},
		"not yet": {SupplyInput{Shifts: []Shift{{Start: nine, End: seventeen, Headcount: 1,
			From: monday + 1}}}, nil, 0},
		"no longer": {SupplyInput{Shifts: []Shift{{Start: nine, End: seventeen, Headcount: 1,
			Until: monday - 1}}}, nil, 0},
		"zero length":     {SupplyInput{Shifts: []Shift{{Start: nine, End: nine, Headcount: 1}}}, nil, 0},
		"outside the day": {SupplyInput{Shifts: []Shift{{Start: -5, End: 2000, Headcount: 1}}}, nil, 0},
		"shrinkage": {SupplyInput{Shifts: []Shift{{Start: nine, End: nine + 30, Headcount: 10}},
			Shrinkage: Shrinkage{200_000, 100_000}},
			map[int]Heads{at(9, 0): {10000, 7200}}, 216 * sample.Minute},
		"all shrunk": {SupplyInput{Shifts: []Shift{{Start: nine, End: nine + 30, Headcount: 10}},
			Shrinkage: Shrinkage{1_000_000, 0}},
			map[int]Heads{at(9, 0): {10000, 0}}, 0},
		"holiday": {SupplyInput{Shifts: []Shift{{Start: nine, End: nine + 30, Headcount: 10}, {Start: 600,
			End: 630, Headcount: 3}},
			Calendar: []Exception{{From: monday, To: monday, HeadcountDelta: -4}, {From: monday - 3, To: monday - 1, HeadcountDelta: 50}}},
			map[int]Heads{at(9, 0): {6000, 6000}}, 3 * sample.Hour},
		"cohort at half": {SupplyInput{Shifts: []Shift{{Start: nine, End: nine + 30, Headcount: 10}},
			Cohorts: []Cohort{{"spring", 4, monday - 14, []RampStep{{4, 1_000_000}, {0, 0}, {2, 500_000}}}}},
			map[int]Heads{at(9, 0): {10000, 8000}}, 4 * sample.Hour},
		"cohort before its first step": {SupplyInput{Shifts: []Shift{{Start: nine, End: nine + 30, Headcount: 10}},
			Cohorts: []Cohort{{"new", 4, monday, []RampStep{{2, 500_000}}}}},
			map[int]Heads{at(9, 0): {10000, 6000}}, 3 * sample.Hour},
		"cohort to come": {SupplyInput{Shifts: []Shift{{Start: nine, End: nine + 30, Headcount: 10}},
			Cohorts: []Cohort{{"next", 4, monday + 1, nil}}},
			map[int]Heads{at(9, 0): {6000, 6000}}, 3 * sample.Hour},
		"cohort to come after the shift has ended": {SupplyInput{Shifts: []Shift{{Start: nine, End: nine + 30,
			Headcount: 10, Until: monday}},
			Cohorts: []Cohort{{"next", 4, monday + 1, nil}}},
			map[int]Heads{at(9, 0): {10000, 10000}}, 5 * sample.Hour},
		"cohort over two shifts": {SupplyInput{Shifts: []Shift{{Start: nine, End: nine + 30, Headcount: 10},
			{Start: 600, End: 630, Headcount: 30}},
			Cohorts: []Cohort{{"new", 4, monday, []RampStep{{0, 500_000}}}}},
			map[int]Heads{at(9, 0): {10000, 9500}, at(10, 0): {30000, 28500}}, 19 * sample.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			c.in.Now, c.in.Grid = start, day
			got := Supply(c.in)
			want := make([]Heads, day.N)
			for i, h := range c.want {
				want[i] = h
			}
			if diff := cmp.Diff(want, got.Intervals); diff != "" {
				t.Errorf("intervals (-want +got):\n%s", diff)
			}
			if got.ProductiveTime != c.total {
				t.Errorf("productive %s, want %s", got.ProductiveTime, c.total)
			}
		})
	}
}

func TestSupplyNowAndNext(t *testing.T) {
	monday := date(t, "2026-06-01")
	start, _ := DayBounds(monday, time.UTC)
	shifts := []Shift{
		{Name: "a", Start: nine, End: 12 * 60, Headcount: 5}, {Name: "b", Start: 12 * 60, End: seventeen, Headcount: 5},
		{Name: "c", Start: 16*60 + 10, End: 0, Headcount: 2},
	}
	for name, c := range map[string]struct {
		minute, next   int
		heads, nextAre sample.Milli
	}{
		"before work":                        {8 * 60, nine, 0, 5000},
		"an equal handover is not a change":  {nine, 16*60 + 10, 5000, 7000},
		"not on the edge of an interval":     {16*60 + 20, seventeen, 7000, 2000},
		"to midnight":                        {23 * 60, minutesPerDay, 2000, 0},
		"the shift that ends now is not now": {seventeen, minutesPerDay, 2000, 0},
	} {
		t.Run(name, func(t *testing.T) {
			now := start.Add(sample.Span(c.minute) * sample.Minute)
			got := Supply(SupplyInput{Now: now, Grid: GridOf(now, 30*sample.Minute, 24*sample.Hour), Shifts: shifts})
			if got.Now.Scheduled != c.heads || got.Next.Scheduled != c.nextAre {
				t.Errorf("%s now, %s next, want %s and %s", got.Now.Scheduled, got.Next.Scheduled, c.heads, c.nextAre)
			}
			if want := start.Add(sample.Span(c.next) * sample.Minute); got.NextChange != want {
				t.Errorf("next change %s, want %s", got.NextChange.Time(), want.Time())
			}
		})
	}
	alone := Supply(SupplyInput{Now: start, Grid: GridOf(start, 30*sample.Minute, sample.Hour), Shifts: shifts})
	if alone.NextChange != 0 {
		t.Errorf("a change at %s, beyond the horizon", alone.NextChange.Time())
	}
}

// The change that is found by adding up edges is the one that counting heads at each of
// them finds.
func TestNextChangeIsTheFirst(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		var spells []spell
		for range r.IntN(8) {
			from := sample.Instant(r.IntN(20))
			h := sample.Milli(r.IntN(3) * 1000)
			spells = append(spells, spell{from: from, to: from.Add(sample.Span(r.IntN(6))), heads: Heads{h, h / 2}})
		}
		now, end := sample.Instant(r.IntN(20)), sample.Instant(5+r.IntN(20))
		var want sample.Instant
		for at := now + 1; at < end && want == 0; at++ {
			if headsAt(spells, at) != headsAt(spells, now) {
				want = at
			}
		}
		got, heads := nextChange(spells, now, end)
		if got != want || got != 0 && heads != headsAt(spells, got) {
			t.Fatalf("%v from %d: change at %d to %v, want %d", spells, now, got, heads, want)
		}
	}
}

// The rows of a day are worth as many people as their hours are days of work, and no
// fewer than are there at once.
func TestPeopleOfRows(t *testing.T) {
	row := func(start, end, heads int) Shift { return Shift{Start: start, End: end, Headcount: heads} }
	for name, c := range map[string]struct {
		rows []Shift
		want int
	}{
		"nobody":              {nil, 0},
		"one row":             {[]Shift{row(480, 960, 10)}, 10},
		"a split shift":       {[]Shift{row(480, 720, 10), row(780, 1020, 10)}, 10},
		"three shifts":        {[]Shift{row(0, 480, 10), row(480, 960, 10), row(960, 0, 10)}, 30},
		"at once":             {[]Shift{row(480, 720, 10), row(600, 720, 5)}, 15},
		"handing over":        {[]Shift{row(480, 500, 10), row(500, 520, 10)}, 10},
		"the clock all round": {[]Shift{row(0, 1440, 10)}, 30},
	} {
		t.Run(name, func(t *testing.T) {
			var heads []int
			for _, s := range c.rows {
				heads = append(heads, s.Headcount)
			}
			if got, _ := (SupplyInput{Shifts: c.rows, Rows: true}).people(heads); got != c.want {
				t.Errorf("%d people, want %d", got, c.want)
			}
		})
	}
}

// A schedule of as many rows as are read, all within the plan.
func BenchmarkSupplyOfRows(b *testing.B) {
	in := SupplyInput{Rows: true, Zone: zone(b, "Europe/Berlin"), Cohorts: []Cohort{{Headcount: 5, Start: 20_000, Ramp: []RampStep{{0, 500_000}}}}}
	for i := range 20_000 {
		d := Date(20_600 + i*14/20_000)
		in.Shifts = append(in.Shifts, Shift{Start: i % 1440, End: (i + 7) % 1440, Headcount: 1 + i%3, From: d, Until: d})
	}
	in.Now, _ = DayBounds(20_600, in.Zone)
	in.Grid = GridOf(in.Now, 30*sample.Minute, 14*day)
	for b.Loop() {
		Supply(in)
	}
}

func TestGridOf(t *testing.T) {
	now := sample.At(time.Date(2026, 6, 1, 9, 17, 3, 0, time.UTC))
	for name, c := range map[string]struct {
		interval, horizon sample.Span
		want              Grid
	}{
		"a day": {30 * sample.Minute, day, Grid{now.Add(-17*sample.Minute - 3*sample.Second),
			30 * sample.Minute, 48}},
		"defaults": {0, 0, Grid{now.Add(-17*sample.Minute - 3*sample.Second), 30 * sample.Minute, 48}},
		"not a whole": {sample.Hour, 90 * sample.Minute, Grid{now.Add(-17*sample.Minute - 3*sample.Second),
			sample.Hour, 2}},
		"too long": {sample.Minute, 100 * day, Grid{now.Add(-3 * sample.Second), sample.Minute, MaxIntervals}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, GridOf(now, c.interval, c.horizon)); diff != "" {
				t.Error(diff)
			}
		})
	}
	if g := GridOf(-1, 30*sample.Minute, day); g.Start != sample.Instant(-30*sample.Minute) {
		t.Errorf("before the epoch the grid starts at %d", g.Start)
	}
}

// randomSupply draws the people of a team around some day.
func randomSupply(r *rand.Rand, zones []*time.Location, around Date) SupplyInput {
	in := SupplyInput{Zone: zones[r.IntN(len(zones))],
		Shrinkage: Shrinkage{sample.PPM(r.IntN(500_000)), sample.PPM(r.IntN(300_000))}}
	for range 1 + r.IntN(4) {
		s := Shift{Start: r.IntN(minutesPerDay), End: r.IntN(minutesPerDay + 1), Headcount: r.IntN(30)}
		for d := time.Sunday; d <= time.Saturday; d++ {
			if r.IntN(4) > 0 {
				s.Days = append(s.Days, d)
			}
		}
		in.Shifts = append(in.Shifts, s)
	}
	if r.IntN(2) == 0 {
		in.Calendar = []Exception{{From: around, To: around + Date(r.IntN(3)), HeadcountDelta: r.IntN(20) - 10}}
	}
	if r.IntN(2) == 0 {
		in.Cohorts = []Cohort{{"c", r.IntN(20), around + Date(r.IntN(60)-50), []RampStep{{0, 200_000}, {3, 700_000}}}}
	}
	return in
}

func TestSupplyTotalsDoNotDependOnTheInterval(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	zones := []*time.Location{time.UTC, zone(t, "Europe/Berlin"), zone(t, "Australia/Lord_Howe"), zone(t,
		"Asia/Kathmandu")}
	for range 300 {
		around := date(t, "2026-01-01") + Date(r.IntN(365))
		in := randomSupply(r, zones, around)
		in.Grid.Start, _ = DayBounds(around, time.UTC)
		in.Now = in.Grid.Start
		var first TeamSupply
		for k, width := range []sample.Span{24 * sample.Hour, 6 * sample.Hour, sample.Hour, 30 * sample.Minute,
			5 * sample.Minute} {
			in.Grid.Width, in.Grid.N = width, int(48*sample.Hour/width)
			got := Supply(in)
			if k == 0 {
				first = got
			}
			if got.ScheduledTime != first.ScheduledTime || got.ProductiveTime != first.ProductiveTime ||
				got.Now != first.Now {
				t.Fatalf("%+v\nat %s: %+v, at %s: %+v", in, 24*sample.Hour, first, width, got)
			}
		}
	}
}

func FuzzSupply(f *testing.F) {
	f.Add(int64(1_780_000_000_000), 30, 540, 1020, 10, -2, 4, 20_000, int32(20_600))
	f.Add(int64(1_774_742_400_000), 60, 1320, 360, 3, 0, 3, 0, int32(20_541))
	f.Add(int64(-5), 0, -1, 1440, -7, 1<<40, 1<<40, 2_000_000, int32(-1))
	f.Add(int64(30), -36, 99, 1390, -7, 1<<40, 1<<40, 1_999_965, int32(-56)) // a grid from the first instant on
	lordHowe := zone(f, "Australia/Lord_Howe")
	f.Fuzz(func(t *testing.T, now int64, width, start, end, heads, delta, cohort, shrink int, d int32) {
		at := sample.Instant(now % 4_000_000_000_000)
		day := Date(d % 40_000)
		in := SupplyInput{
			Now: at, Grid: GridOf(at, sample.Span(width%1440)*sample.Minute, 24*sample.Hour), Zone: lordHowe,
			Shifts: []Shift{{Start: start, End: end, Headcount: heads}, {Start: end, End: start, Headcount: heads},
				{Start: start, End: end, Headcount: heads, OnCall: true}},
			Calendar:  []Exception{{From: day, To: day + 2, HeadcountDelta: delta, Training: sample.Span(width) * sample.Minute}},
			Cohorts:   []Cohort{{Headcount: cohort, Start: day, Ramp: []RampStep{{0, sample.PPM(shrink)}}}},
			Shrinkage: Shrinkage{sample.PPM(shrink), sample.PPM(delta)},
		}
		got := Supply(in)
		for _, rows := range []bool{false, true} {
			in.Rows = rows
			for _, e := range Exposures(in, []ExposureRule{{PerDay: sample.Span(heads) * sample.Minute, Continuous: sample.Span(start), Break: sample.Span(end)}}) {
				for _, d := range e.Days {
					if d.Budget < 0 || d.From >= d.To || d.To > in.Grid.N || e.Share < 0 || e.Share > sample.AllPPM {
						t.Fatalf("%+v: %+v", in, e)
					}
				}
			}
		}
		for i, h := range append(got.Intervals, got.Now) {
			// Each shift at most twice at a moment: the days overlap by half an hour where clocks
			// go back.
			if h.Productive < 0 || h.Productive > h.Scheduled || h.Scheduled > 4*maxHeadcount*1000 {
				t.Fatalf("interval %d of %+v: %+v", i, in, h)
			}
		}
		if got.ProductiveTime > got.ScheduledTime || got.NextChange != 0 && got.NextChange <= at {
			t.Fatalf("%+v: %+v", in, got)
		}
	})
}
