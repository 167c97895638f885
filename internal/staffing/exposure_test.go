package staffing

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
)

// twoHours is a limit of two hours a day, in stretches of 30 minutes with breaks of ten.
var twoHours = []ExposureRule{{Name: "severe", HarmDomains: []string{"csae"}, PerDay: 2 * sample.Hour,
	Continuous: 30 * sample.Minute, Break: 10 * sample.Minute}}

func TestExposures(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	monday := date(t, "2026-06-01")
	start, _ := DayBounds(monday, berlin)
	whole := Grid{Start: start, Width: 30 * sample.Minute, N: 96} // Monday and Tuesday
	shift := func(from, to, heads int) Shift { return Shift{Start: from * 60, End: to * 60, Headcount: heads} }
	once := func(s Shift) Shift { s.From, s.Until = monday, monday; return s }
	var halves []Shift
	for m := 0; m < minutesPerDay; m += 30 {
		for d := monday - 1; d <= monday+2; d++ {
			halves = append(halves, Shift{Start: m, End: m + 30, Headcount: 10, From: d, Until: d})
		}
	}
	const h = sample.Hour
	for name, c := range map[string]struct {
		in   SupplyInput
		grid Grid
		want []ExposureDay
	}{
		"a day shift":   {SupplyInput{Shifts: []Shift{shift(9, 17, 10)}}, whole, []ExposureDay{{0, 48, 20 * h}, {48, 96, 20 * h}}},
		"nobody":        {SupplyInput{}, whole, []ExposureDay{{0, 48, 0}, {48, 96, 0}}},
		"a night shift": {SupplyInput{Shifts: []Shift{shift(22, 6, 10)}}, whole, []ExposureDay{{0, 48, 20 * h}, {48, 96, 20 * h}}},
		"one night": {SupplyInput{Shifts: []Shift{once(shift(22, 6, 10))}}, whole,
			[]ExposureDay{{0, 48, 5 * h}, {48, 96, 15 * h}}},
		"round the clock":          {SupplyInput{Shifts: []Shift{shift(6, 14, 10), shift(14, 22, 10), shift(22, 6, 10)}}, whole, []ExposureDay{{0, 48, 60 * h}, {48, 96, 60 * h}}},
		"a split shift":            {SupplyInput{Shifts: []Shift{shift(8, 12, 10), shift(16, 20, 10)}}, whole, []ExposureDay{{0, 48, 20 * h}, {48, 96, 20 * h}}},
		"half a day":               {SupplyInput{Shifts: []Shift{shift(8, 12, 10)}}, whole, []ExposureDay{{0, 48, 20 * h}, {48, 96, 20 * h}}},
		"long shifts":              {SupplyInput{Shifts: []Shift{shift(6, 18, 10), shift(18, 6, 10)}}, whole, []ExposureDay{{0, 48, 40 * h}, {48, 96, 40 * h}}},
		"an hour of work":          {SupplyInput{Shifts: []Shift{shift(9, 10, 10)}}, whole, []ExposureDay{{0, 48, 10 * h}, {48, 96, 10 * h}}},
		"rows of half an hour":     {SupplyInput{Rows: true, Shifts: halves}, whole, []ExposureDay{{0, 48, 60 * h}, {48, 96, 60 * h}}},
		"a row of a whole day":     {SupplyInput{Rows: true, Shifts: []Shift{shift(0, 24, 10)}}, whole, []ExposureDay{{0, 48, 40 * h}, {48, 96, 40 * h}}},
		"shrinkage":                {SupplyInput{Shifts: []Shift{shift(9, 17, 10)}, Shrinkage: Shrinkage{200_000, 100_000}}, whole, []ExposureDay{{0, 48, 144 * h / 10}, {48, 96, 144 * h / 10}}},
		"people on call":           {SupplyInput{CallTime: h, Shifts: []Shift{{Start: nine, End: seventeen, Headcount: 10, OnCall: true}}}, whole, []ExposureDay{{0, 48, 0}, {48, 96, 0}}},
		"fewer on a holiday":       {SupplyInput{Shifts: []Shift{shift(9, 17, 10)}, Calendar: []Exception{{From: monday, To: monday, HeadcountDelta: -6}}}, whole, []ExposureDay{{0, 48, 8 * h}, {48, 96, 20 * h}}},
		"a day of training":        {SupplyInput{Shifts: []Shift{shift(9, 17, 10)}, Calendar: []Exception{{From: monday, To: monday, Training: 7 * h}}}, whole, []ExposureDay{{0, 48, 10 * h}, {48, 96, 20 * h}}},
		"new people are people":    {SupplyInput{Shifts: []Shift{shift(9, 17, 10)}, Cohorts: []Cohort{{Headcount: 4, Start: monday, Ramp: []RampStep{{0, 500_000}}}}}, whole, []ExposureDay{{0, 48, 20 * h}, {48, 96, 20 * h}}},
		"those to come are not":    {SupplyInput{Shifts: []Shift{shift(9, 17, 10)}, Cohorts: []Cohort{{Headcount: 4, Start: monday + 1}}}, whole, []ExposureDay{{0, 48, 12 * h}, {48, 96, 20 * h}}},
		"the rest of a day":        {SupplyInput{Shifts: []Shift{shift(9, 17, 10)}}, Grid{start.Add(15 * h), h, 4}, []ExposureDay{{0, 4, 5 * h}}},
		"an evening and a morning": {SupplyInput{Shifts: []Shift{shift(22, 6, 10)}}, Grid{start.Add(23 * h), h, 4}, []ExposureDay{{0, 1, 5 * h / 2}, {1, 4, 15 * h / 2}}},
		"an interval over midnight belongs to the day it starts in": {SupplyInput{Shifts: []Shift{shift(0, 8, 10)}},
			Grid{start.Add(-15 * sample.Minute), 30 * sample.Minute, 2}, []ExposureDay{{0, 1, 0}, {1, 2, 15 * h / 8}}},
	} {
		t.Run(name, func(t *testing.T) {
			c.in.Zone, c.in.Grid, c.in.Now = berlin, c.grid, c.grid.Start
			got := Exposures(c.in, twoHours)
			want := []ExposureLimit{{
				Name: "severe", HarmDomains: []string{"csae"}, Share: 750_000, Days: c.want,
				Today: c.want[0].Budget, PerDay: 2 * h, Continuous: 30 * sample.Minute, Break: 10 * sample.Minute,
			}}
			if c.grid != whole {
				want[0].Today = 20 * h
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
	if got := Exposures(SupplyInput{Grid: whole}, []ExposureRule{{Name: "breaks", Continuous: h, Break: h}, {Name: "day", PerDay: h}}); len(got) != 2 ||
		got[0].Days != nil || got[0].Share != 500_000 || len(got[1].Days) != 3 || got[1].Share != sample.AllPPM {
		t.Errorf("%+v", got)
	}
}

// patterns are groups of people, each with one shift a day, straight or split, of at most eight
// hours, or straight and up to twelve; with what they work on each day.
type pattern struct {
	shifts []Shift
	heads  int
}

func randomPatterns(r *rand.Rand) []pattern {
	out := make([]pattern, 1+r.IntN(4))
	for i := range out {
		p := pattern{heads: 1 + r.IntN(20)}
		first, length := 5*r.IntN(minutesPerDay/5), 60+5*r.IntN(133)
		parts := [][2]int{{first, length}}
		if r.IntN(2) == 0 {
			length = min(length, workday)
			break1 := 30 + 5*r.IntN(48)
			parts = [][2]int{{first, length / 2}, {first + length/2 + break1, length - length/2}}
		}
		var days []time.Weekday
		for d := time.Sunday; r.IntN(2) == 0 && d <= time.Saturday; d++ {
			if r.IntN(3) > 0 {
				days = append(days, d)
			}
		}
		for _, x := range parts {
			s := Shift{Start: x[0] % minutesPerDay, End: (x[0] + x[1]) % minutesPerDay, Headcount: p.heads, Days: days}
			if x[0] >= minutesPerDay { // the second part of a split shift, on the next day
				s.Days = nil
				for _, d := range days {
					s.Days = append(s.Days, (d+1)%7)
				}
			}
			p.shifts = append(p.shifts, s)
		}
		out[i] = p
	}
	return out
}

// No budget is above what the people who work on the day may do: whoever works twice on it, in
// parts or in two nights, counts once.
func TestExposureBudgetIsThatOfThePeopleOfTheDay(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	zones := []*time.Location{time.UTC, zone(t, "Europe/Berlin"), zone(t, "America/New_York"), zone(t, "Australia/Lord_Howe"), zone(t, "Asia/Kathmandu")}
	days, spare := 0, 0.0
	for range 3000 {
		around := date(t, "2026-01-01") + Date(r.IntN(365))
		if r.IntN(2) == 0 { // a week in which clocks change in Berlin, New York or Lord Howe
			around = date(t, []string{"2026-03-27", "2026-10-23", "2026-03-06", "2026-10-30", "2026-04-03", "2026-10-02"}[r.IntN(6)])
		}
		in := SupplyInput{Zone: zones[r.IntN(len(zones))], Rows: r.IntN(2) == 0}
		patterns := randomPatterns(r)
		for _, p := range patterns {
			in.Shifts = append(in.Shifts, p.shifts...)
		}
		in.Grid.Start, _ = DayBounds(around, in.Zone)
		in.Grid.Width, in.Grid.N = 30*sample.Minute, 48*4
		for i, got := range Exposures(in, twoHours)[0].Days {
			from, to := DayBounds(around+Date(i), in.Zone)
			var people int
			var work sample.Span
			for _, p := range patterns {
				alone := SupplyInput{Zone: in.Zone, Shifts: p.shifts}
				var mine sample.Span
				spells, _ := alone.spells(from, to)
				for _, s := range spells {
					mine += sample.Span(s.overlap(from, to)) * sample.Span(p.heads)
				}
				if mine > 0 {
					people += p.heads
				}
				work += mine
			}
			if got.Budget > sample.Span(people)*2*sample.Hour || got.Budget > work {
				t.Fatalf("%v in %v, %s: %d people who work %s have a budget of %s", in.Shifts, in.Zone, around+Date(i), people, work, got.Budget)
			}
			if people > 0 && work > 0 {
				days, spare = days+1, spare+float64(got.Budget)/float64(min(sample.Span(people)*2*sample.Hour, work))
			}
		}
	}
	t.Logf("%d days; the budget is %.1f %% of what the people could do, in the mean", days, 100*spare/float64(days))
}

// Budgets of parts of a horizon add up to that of the whole, to a millisecond for each day.
func TestExposureBudgetsAddUp(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	zones := []*time.Location{time.UTC, zone(t, "Europe/Berlin"), zone(t, "Asia/Kolkata"), zone(t, "America/New_York")}
	for range 500 {
		in := randomSupply(r, zones, date(t, "2026-01-01")+Date(r.IntN(365)))
		start, _ := DayBounds(date(t, "2026-01-01")+Date(r.IntN(365)), time.UTC)
		n := 1 + r.IntN(300)
		total := func(from, to int) (sum sample.Span, days int) {
			in.Grid = Grid{Start: start.Add(sample.Span(from) * 30 * sample.Minute), Width: 30 * sample.Minute, N: to - from}
			for k, d := range Exposures(in, twoHours)[0].Days {
				if d.From >= d.To || k == 0 && d.From != 0 {
					t.Fatalf("day %d is [%d,%d)", k, d.From, d.To)
				}
				sum += d.Budget
				days = d.To
			}
			return sum, days
		}
		cut := r.IntN(n)
		all, last := total(0, n)
		a, _ := total(0, cut)
		b, _ := total(cut, n)
		if last != n {
			t.Fatalf("the last day ends at %d of %d intervals", last, n)
		}
		if d := all - a - b; d < -20 || d > 20 {
			t.Fatalf("%v: %s, and in parts %s", in, all, a+b)
		}
	}
}
