package resolve

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

// A person more from 08:00 to 16:00 with a quarter away is three quarters of a head in
// each of 16 half hours, and eight hours on the roster; with a notice until 12:00 nothing on
// that day, since nobody begins in the middle.
func TestShiftOptions(t *testing.T) {
	monday := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	grid := staffing.GridOf(sample.At(monday), 30*sample.Minute, 24*sample.Hour)
	team := modtest.MakeTeam("dublin", "ns").Obj()
	team.Spec.Shrinkage.Planned = "25"
	for name, c := range map[string]struct {
		from  time.Duration
		heads sample.Milli
		cost  sample.Span
	}{
		"from the start": {0, 16 * 750, 8 * sample.Hour},
		"from noon":      {12 * time.Hour, 0, 0},
		"too late":       {16 * time.Hour, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := (&builder{now: monday, grid: grid}).shifts(team, sample.At(monday.Add(c.from)))
			if err != nil || len(got) != len(team.Spec.Shifts) {
				t.Fatalf("%+v, %v", got, err)
			}
			var sum sample.Milli
			for _, h := range got[0].Productive {
				sum += h
			}
			if sum != c.heads || got[0].Cost != c.cost || got[0].Team != "dublin" || got[0].Shift != string(team.Spec.Shifts[0].Name) {
				t.Errorf("%v heads for %v, want %v for %v", sum, got[0].Cost, c.heads, c.cost)
			}
		})
	}
	team.Spec.Shifts, team.Spec.ScheduleRef = nil, &v1alpha1.ObjectReference{Name: "roster"}
	if got, err := (&builder{now: monday, grid: grid}).shifts(team, 0); err != nil || len(got) != 0 {
		t.Errorf("of a schedule: %+v, %v", got, err)
	}
	team = modtest.MakeTeam("dublin", "ns").Obj()
	team.Spec.TimeZone = "Mars/Base"
	if _, err := (&builder{now: monday, grid: grid}).shifts(team, 0); err == nil {
		t.Error("a team of a zone that does not exist has options")
	}
}

// shortDesk is a plan of two days of a team: two people short of what French needs from 16:00 to
// 18:00 on both days, and a team that speaks English only.
func shortDesk(t *testing.T, start time.Time, teams ...*v1alpha1.ReviewTeam) *staffing.Input {
	t.Helper()
	in := &staffing.Input{Now: sample.At(start), Interval: 30 * sample.Minute, Horizon: 48 * sample.Hour}
	c := staffing.Class{
		Key: staffing.ClassKey{Queue: "q", Review: "r", Language: "fr", HarmDomain: "hate", Tier: 1}, Work: staffing.Rooms, RoomsPerPerson: 1000,
		Concurrent: sample.FreshAt(0, in.Now),
	}
	for i := range 96 {
		rooms := int64(0)
		if i%48 >= 32 && i%48 < 36 {
			rooms = 2
		}
		c.Rates = append(c.Rates, sample.Whole(rooms))
	}
	in.Classes = []staffing.Class{c}
	for _, obj := range teams {
		team, err := Team(obj, start, in.Grid())
		if err != nil {
			t.Fatal(err)
		}
		in.Teams = append(in.Teams, team)
	}
	return in
}

func TestOptionsOf(t *testing.T) {
	monday := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	french, english := modtest.MakeTeam("lyon", "ns").Obj(), modtest.MakeTeam("cork", "ns").Obj()
	french.Spec.Skills.Languages = []v1alpha1.LanguageTag{"fr"}
	english.Spec.Shifts[0].Start, english.Spec.Shifts[0].End = "14:00", "22:00"
	english.Spec.Cohorts = []v1alpha1.Cohort{
		{Name: "old", Start: "2026-01-01", Headcount: 1, Ramp: []v1alpha1.RampStep{{AfterWeeks: 0, Percent: "10"}}},
		{Name: "new", Start: "2026-06-01", Headcount: 1, Ramp: []v1alpha1.RampStep{{AfterWeeks: 0, Percent: "50"}, {AfterWeeks: 4, Percent: "100"}}},
	}
	suite := modtest.MakeTeam("suite", "ns").Obj()
	in := shortDesk(t, monday, french, english, suite)
	suite.Spec.Shifts, suite.Spec.ScheduleRef = nil, &v1alpha1.ObjectReference{Name: "roster"}
	other := modtest.MakeTeam("other", "ns").Obj()
	got, err := OptionsOf([]*v1alpha1.ReviewTeam{french, english, suite, other}, in,
		Terms{Notice: 20 * sample.Hour, Lead: sample.Hour, Training: 14 * sample.Hour, TrainingTime: 8 * sample.Hour})
	if err != nil {
		t.Fatal(err)
	}
	var soon []string
	for _, o := range got.Soon {
		soon = append(soon, fmt.Sprintf("%s %s/%s %s", o.Kind, o.Team, o.Shift, o.From.Time().Format("Mon 15:04")))
	}
	// Who is short on Monday is past the notice's help; on Tuesday, those of the day may stay
	// two hours or one.
	want := []string{"Headcount lyon/day Tue 08:00", "Headcount cork/day Tue 14:00", "Overtime lyon/day Tue 16:00", "Overtime lyon/day Tue 16:00"}
	if diff := cmp.Diff(want, soon); diff != "" {
		t.Error(diff)
	}
	if len(got.Hire) != 2 || got.HireBeyondPlan || got.Hire[0].Productive[48+16] != 0 || got.Hire[1].Productive[48+28] != 500 {
		t.Errorf("nobody new is worth anything in the first week, and by cork's newest ramp half: %+v", got.Hire)
	}
	if len(got.Train) != 1 || got.Train[0].Team != "cork" || got.Train[0].Language != "fr" || got.Train[0].Limit != 10 ||
		got.Train[0].Cost != 8*sample.Hour || got.Train[0].From.Time().Format("Mon 15:04") != "Tue 14:00" {
		t.Errorf("%+v", got.Train)
	}
	if diff := cmp.Diff([]string{"suite"}, got.Scheduled); diff != "" {
		t.Error(diff)
	}
}

// What comes after the plan is shown at its time: whole, and from when it really is on.
func TestOptionsBeyondThePlan(t *testing.T) {
	monday := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	french, english := modtest.MakeTeam("lyon", "ns").Obj(), modtest.MakeTeam("cork", "ns").Obj()
	french.Spec.Skills.Languages = []v1alpha1.LanguageTag{"fr"}
	in := shortDesk(t, monday, french, english)
	got, err := OptionsOf([]*v1alpha1.ReviewTeam{french, english}, in, DefaultTerms())
	if err != nil {
		t.Fatal(err)
	}
	if !got.HireBeyondPlan || !got.TrainBeyondPlan || len(got.Hire) != 2 || len(got.Train) != 1 {
		t.Fatalf("%+v", got)
	}
	for _, o := range append(got.Hire, got.Train...) {
		want := monday.AddDate(0, 0, 57)
		if o.Kind == staffing.KindTraining {
			want = monday.AddDate(0, 0, 15)
		}
		if !o.From.Time().Equal(want) || o.Productive[16] != sample.One {
			t.Errorf("%s from %v: %v", o.Kind, o.From.Time(), o.Productive)
		}
	}
	french.Spec.TimeZone = "Mars/Base"
	if _, err := OptionsOf([]*v1alpha1.ReviewTeam{french}, in, DefaultTerms()); err == nil || !strings.HasPrefix(err.Error(), "ReviewTeam lyon: spec.timeZone") {
		t.Error(err)
	}
}
