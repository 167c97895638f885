package sheet

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// asked is the input of a plan of a day: English and French work all day, and teams of so
// many people each.
func asked(teams map[string][2]int64) *staffing.Input {
	start := sample.At(time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC))
	in := &staffing.Input{Now: start.Add(7 * sample.Minute), Interval: 30 * sample.Minute, Horizon: 24*sample.Hour - 7*sample.Minute}
	for _, language := range []string{"en", "fr"} {
		in.Classes = append(in.Classes, staffing.Class{
			Key:             staffing.ClassKey{Queue: "q", Review: "r", Language: language, HarmDomain: "hate", Tier: 1},
			Promises:        []staffing.Promise{{Percent: 900_000, Within: sample.Hour, Measure: staffing.Decided}},
			ArrivalsPerHour: sample.FreshAt(sample.Whole(120), start), HandleTime: sample.FreshAt(sample.Whole(60), start),
			Backlog: sample.Missing(sample.CauseNotDeclared), OldestAge: sample.Missing(sample.CauseNotDeclared),
		})
	}
	for _, name := range []string{"cork", "lille", "nice"} {
		heads, ok := teams[name]
		if !ok {
			continue
		}
		t := staffing.Team{
			Name: name, Site: name, Tier: 1, Roles: []string{staffing.RoleReview},
			Skills: staffing.Skills{Languages: []string{map[bool]string{true: "en", false: "fr"}[name == "cork"]}, HarmDomains: []string{"*"}},
		}
		for i := range 48 {
			h := sample.Whole(heads[i/24])
			t.Supply.Intervals = append(t.Supply.Intervals, staffing.Heads{Scheduled: h, Productive: h})
			t.Supply.ScheduledTime += sample.Span(h/sample.One) * 30 * sample.Minute
		}
		in.Teams = append(in.Teams, t)
	}
	return in
}

func TestCompare(t *testing.T) {
	before := asked(map[string][2]int64{"cork": {6, 6}, "lille": {6, 1}})
	for name, c := range map[string]struct {
		after *staffing.Input
		worse bool
	}{
		"same":   {asked(map[string][2]int64{"cork": {6, 6}, "lille": {6, 1}}), false},
		"better": {asked(map[string][2]int64{"cork": {6, 6}, "lille": {6, 1}, "nice": {0, 6}}), false},
		"worse":  {asked(map[string][2]int64{"cork": {6, 2}, "lille": {6, 6}}), true},
		"gone":   {asked(map[string][2]int64{"lille": {6, 1}}), true},
	} {
		t.Run(name, func(t *testing.T) {
			got := Compare(before, c.after)
			if got.Worse() != c.worse {
				t.Errorf("worse: %v", got.Worse())
			}
			var b bytes.Buffer
			if err := got.Text(&b, "emea", time.UTC); err != nil {
				t.Fatal(err)
			}
			golden(t, "change-"+name+".txt", b.Bytes())
		})
	}
}

// What is stored makes the same plan from the next interval on, and does not change with
// the time within an interval.
func TestInputIsStored(t *testing.T) {
	in := asked(map[string][2]int64{"cork": {6, 6}, "lille": {6, 1}})
	data, err := PackInput(in)
	if err != nil {
		t.Fatal(err)
	}
	later := *in
	later.Now, later.Horizon = in.Now.Add(sample.Minute), in.Horizon-sample.Minute
	later.Classes = append([]staffing.Class(nil), in.Classes...)
	later.Classes[0].ArrivalsPerHour.At += 60_000
	later.Teams[0].Present = sample.FreshAt(sample.Whole(3), in.Now)
	read, err := UnpackInput(data)
	if err != nil {
		t.Fatal(err)
	}
	got := &read.Input
	if diff := cmp.Diff([]string{"cork", "lille"}, read.Teams); diff != "" || got.Teams != nil {
		t.Errorf("of the teams more than their names is stored: %s %v", diff, got.Teams)
	}
	got.Teams = in.Teams
	want, stored := staffing.Plan(*in), staffing.Plan(*got)
	if diff := cmp.Diff(want.Totals[1:], stored.Totals[1:]); diff != "" || want.Grid != stored.Grid {
		t.Errorf("another plan: %s", diff)
	}
	later.Horizon = in.Horizon
	again, err := PackInput(&later)
	if err != nil || !bytes.Equal(data, again) {
		t.Errorf("%v: a minute later it is another", err)
	}
	if _, err := UnpackInput([]byte("x")); err == nil {
		t.Error("garbage is read")
	}
}
