package promise

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// Two classes in English, of which one comes three times as often, and one in German that nobody
// may do: the mean of a language is by what comes.
func TestForesee(t *testing.T) {
	at := sample.Instant(1_790_000_000_000 / 1_800_000 * 1_800_000)
	class := func(queue, language string, hourly int64) staffing.Class {
		return staffing.Class{
			Key: staffing.ClassKey{Queue: queue, Review: "all", Language: language, Tier: 1}, ArrivalsPerHour: sample.FreshAt(sample.Whole(hourly), at),
			DeclaredHandleTime: sample.Minute, Promises: []staffing.Promise{{Percent: 900_000, Within: 10 * sample.Minute}},
		}
	}
	people := make([]staffing.Heads, 4)
	for i := range people {
		people[i] = staffing.Heads{Scheduled: sample.Whole(20), Productive: sample.Whole(20)}
	}
	in := staffing.Input{
		Now: at, Horizon: 2 * sample.Hour,
		Classes: []staffing.Class{class("often", "en", 300), class("seldom", "en", 100), class("never", "de", 400)},
		Teams: []staffing.Team{{
			Name: "dublin", Tier: 1, Roles: []string{staffing.RoleReview},
			Skills: staffing.Skills{Languages: []string{"en"}, HarmDomains: []string{"*"}}, Supply: staffing.TeamSupply{Intervals: people},
		}},
	}
	plan := staffing.Plan(in)
	Foresee(in, &plan)
	of := map[string][]sample.PPM{}
	for i := range plan.Classes {
		of[plan.Classes[i].Key.Queue] = plan.Classes[i].OnTime
	}
	for i := range 3 { // what comes in the last interval may fall due after the plan
		often, seldom, never := of["often"][i], of["seldom"][i], of["never"][i]
		if often < 950_000 || seldom < 950_000 || never != 0 {
			t.Errorf("interval %d: %d and %d of those with people, %d of those without", i, often, seldom, never)
		}
		english, all := (3*often+seldom)/4, (3*often+seldom)/8
		near := func(a, b sample.PPM) bool { return max(a-b, b-a) <= 1 }
		if got := plan.Languages[1].OnTime[i]; !near(got, english) {
			t.Errorf("interval %d: %d in English, want %d", i, got, english)
		}
		if !near(plan.OnTime[i], all) {
			t.Errorf("interval %d: %d of all, want %d", i, plan.OnTime[i], all)
		}
	}
	in.Classes = nil
	plan = staffing.Plan(in)
	Foresee(in, &plan)
	if diff := cmp.Diff([]sample.PPM{Unknown, Unknown, Unknown, Unknown}, plan.OnTime); diff != "" {
		t.Errorf("of nothing (-want +got):\n%s", diff)
	}
}
