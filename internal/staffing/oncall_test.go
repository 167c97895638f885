package staffing

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
)

// People on call are counted apart: what is at work, and when it changes, is the same with them as without.
func TestSupplyOnCall(t *testing.T) {
	monday := date(t, "2026-06-01")
	start, _ := DayBounds(monday, time.UTC)
	work := Shift{Name: "day", Start: nine, End: seventeen, Headcount: 10}
	call := Shift{Name: "call", Start: 16 * 60, End: 18*60 + 15, Headcount: 4, OnCall: true}
	in := SupplyInput{Now: start.Add(16 * sample.Hour), Grid: Grid{Start: start, Width: sample.Hour, N: 24}, Shifts: []Shift{work},
		Shrinkage: Shrinkage{Planned: 200_000}, Calendar: []Exception{{From: monday, To: monday, HeadcountDelta: -4, Training: sample.Hour}},
		Cohorts: []Cohort{{Headcount: 2, Start: monday + 1}}}
	want := Supply(in)
	in.Shifts = []Shift{call, work}
	got := Supply(in)
	if got.OnCallNow != 4000 || got.OnCall != nil || got.CallTime != 0 {
		t.Errorf("%s on call, %v, called in %s; nobody can be called", got.OnCallNow, got.OnCall, got.CallTime)
	}
	in.CallTime = 30 * sample.Minute
	got = Supply(in)
	heads := make([]sample.Milli, 24)
	heads[16], heads[17], heads[18] = 3200, 3200, 800 // neither calendar nor cohorts are about them
	if d := cmp.Diff(heads, got.OnCall); d != "" || got.CallTime != in.CallTime {
		t.Errorf("on call (-want +got), called in %s:\n%s", got.CallTime, d)
	}
	if end := start.Add(18*sample.Hour + 15*sample.Minute); got.OnCallChange != end {
		t.Errorf("nobody is on call from %s on, want %s", got.OnCallChange.Time(), end.Time())
	}
	got.OnCall, got.OnCallNow, got.OnCallChange, got.CallTime = nil, 0, 0, 0
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("at work (-without people on call +with them):\n%s", d)
	}
}

// Training takes its minutes of each person, whatever the length of the shift.
func TestSupplyTraining(t *testing.T) {
	monday := date(t, "2026-06-01")
	start, _ := DayBounds(monday, time.UTC)
	train := func(times ...sample.Span) (out []Exception) {
		for _, d := range times {
			out = append(out, Exception{From: monday, To: monday, Training: d})
		}
		return out
	}
	var halves []Shift
	for m := nine; m < seventeen; m += 30 {
		halves = append(halves, Shift{Start: m, End: m + 30, Headcount: 10, From: monday, Until: monday})
	}
	day := []Shift{{Start: nine, End: seventeen, Headcount: 10, From: monday, Until: monday}}
	two := append([]Shift{{Start: 20 * 60, End: 0, Headcount: 5, From: monday, Until: monday}}, day...)
	const h = sample.Hour
	for name, c := range map[string]struct {
		in   SupplyInput
		want sample.Span // productive
	}{
		"an hour of eight":               {SupplyInput{Shifts: day, Calendar: train(h)}, 70 * h},
		"of half-hour rows":              {SupplyInput{Shifts: halves, Rows: true, Calendar: train(h)}, 70 * h},
		"of a long and a short shift":    {SupplyInput{Shifts: two, Calendar: train(h)}, 85 * h},
		"twice":                          {SupplyInput{Shifts: day, Calendar: train(h, h)}, 60 * h},
		"all day":                        {SupplyInput{Shifts: day, Calendar: train(9 * h)}, 0},
		"another day":                    {SupplyInput{Shifts: day, Calendar: []Exception{{From: monday + 1, To: monday + 1, Training: h}}}, 80 * h},
		"with fewer people":              {SupplyInput{Shifts: day, Calendar: []Exception{{From: monday, To: monday, Training: h, HeadcountDelta: -4}}}, 42 * h},
		"before shrinkage":               {SupplyInput{Shifts: day, Calendar: train(2 * h), Shrinkage: Shrinkage{Planned: 200_000}}, 48 * h},
		"less than nothing is nothing":   {SupplyInput{Shifts: day, Calendar: train(-h)}, 80 * h},
		"new people are trained as well": {SupplyInput{Shifts: day, Calendar: train(4 * h), Cohorts: []Cohort{{Headcount: 10, Start: monday, Ramp: []RampStep{{0, 500_000}}}}}, 20 * h},
	} {
		t.Run(name, func(t *testing.T) {
			c.in.Now, c.in.Grid = start, GridOf(start, 30*sample.Minute, 24*h)
			if got := Supply(c.in); got.ProductiveTime != c.want {
				t.Errorf("productive %s, want %s", got.ProductiveTime, c.want)
			}
		})
	}
}
