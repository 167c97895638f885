package resolve

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

var grid = staffing.GridOf(sample.At(now), sample.Hour, 4*sample.Hour)

func TestTeam(t *testing.T) {
	team := modtest.MakeTeam("kl", "ns").Site("kuala-lumpur").Tier(2).Languages("ms", "en").HarmDomains("hate", "spam").Surfaces("live").
		Markets("MY").Clearances("eu").Shrinkage("20", "12.5").MaxOccupancy("82.5").Shifts(modtest.MakeShift("day", "08:00", "14:00", 10)).Obj()
	got, err := Team(team, now, grid)
	if err != nil {
		t.Fatal(err)
	}
	want := staffing.Team{
		Name: "kl", Site: "kuala-lumpur", Tier: 2, Roles: []string{"Review"},
		Skills: staffing.Skills{
			Languages: []string{"ms", "en"}, HarmDomains: []string{"hate", "spam"}, Surfaces: []string{"live"}, Clearances: []string{"eu"},
			Markets: []string{"MY"},
		},
		Shrinkage: staffing.Shrinkage{Planned: 200_000, Unplanned: 125_000}, MaxOccupancy: 825_000,
		Present: sample.Missing(sample.CauseNotDeclared),
		Supply: staffing.TeamSupply{
			// 10 people from 12:00 to 14:00, of whom 80 % of 87.5 % are there for work.
			Intervals: []staffing.Heads{{Scheduled: 10_000, Productive: 7000}, {Scheduled: 10_000, Productive: 7000}, {}, {}},
			Now:       staffing.Heads{Scheduled: 10_000, Productive: 7000}, NextChange: sample.At(now.Add(2 * time.Hour)),
			ScheduledTime: 20 * sample.Hour, ProductiveTime: 14 * sample.Hour,
		},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("team (-want +got):\n%s", d)
	}
}

// Manifests read from files have no defaults applied.
func TestTeamDefaults(t *testing.T) {
	team := modtest.MakeTeam("t", "ns").Tier(0).MaxOccupancy("").Shrinkage("", "").Obj()
	got, err := Team(team, now, grid)
	if err != nil || got.Tier != 1 || got.MaxOccupancy != 850_000 || got.Shrinkage != (staffing.Shrinkage{}) {
		t.Errorf("tier %d, occupancy %d, shrinkage %+v, %v", got.Tier, got.MaxOccupancy, got.Shrinkage, err)
	}
}

// Scheduled heads at now, noon UTC on Thursday 2026-11-05, as the declarations say.
func TestTeamSupply(t *testing.T) {
	team := func(zone v1alpha1.TimeZone, shift v1alpha1.Shift) *modtest.TeamWrapper {
		return modtest.MakeTeam("t", "ns").TimeZone(zone).Shifts(shift)
	}
	day := modtest.MakeShift("day", "08:00", "16:00", 10)
	with := func(change func(*v1alpha1.Shift)) v1alpha1.Shift { s := day; change(&s); return s }
	half := v1alpha1.RampStep{AfterWeeks: 0, Percent: "50"}
	for name, c := range map[string]struct {
		team       *modtest.TeamWrapper
		scheduled  sample.Milli
		productive sample.Milli
	}{
		"at work":                        {team("UTC", day), 10_000, 10_000},
		"evening in Kuala Lumpur":        {team("Asia/Kuala_Lumpur", day), 0, 0},
		"morning in New York":            {team("America/New_York", with(func(s *v1alpha1.Shift) { s.Start = "07:00" })), 10_000, 10_000},
		"not today":                      {team("UTC", with(func(s *v1alpha1.Shift) { s.Days = []v1alpha1.Weekday{"Fri"} })), 0, 0},
		"today":                          {team("UTC", with(func(s *v1alpha1.Shift) { s.Days = []v1alpha1.Weekday{"Thu"} })), 10_000, 10_000},
		"from tomorrow":                  {team("UTC", with(func(s *v1alpha1.Shift) { s.From = "2026-11-06" })), 0, 0},
		"until today":                    {team("UTC", with(func(s *v1alpha1.Shift) { s.Until = "2026-11-05" })), 10_000, 10_000},
		"until yesterday":                {team("UTC", with(func(s *v1alpha1.Shift) { s.Until = "2026-11-04" })), 0, 0},
		"a holiday for four":             {team("UTC", day).Calendar("h", "2026-11-05", "2026-11-05", -4), 6000, 6000},
		"a holiday tomorrow":             {team("UTC", day).Calendar("h", "2026-11-06", "2026-11-06", -4), 10_000, 10_000},
		"two who come tomorrow":          {team("UTC", day).Cohort("c", 2, "2026-11-06", half), 8000, 8000},
		"two who came today, at half":    {team("UTC", day).Cohort("c", 2, "2026-11-05", half), 10_000, 9000},
		"shrinkage is not off the shift": {team("UTC", day).Shrinkage("50", "0"), 10_000, 5000},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Team(c.team.Obj(), now, grid)
			if want := (staffing.Heads{Scheduled: c.scheduled, Productive: c.productive}); err != nil || got.Supply.Now != want {
				t.Errorf("heads now %+v (%v), want %+v", got.Supply.Now, err, want)
			}
		})
	}
}

func TestTeamSentences(t *testing.T) {
	team := func() *modtest.TeamWrapper { return modtest.MakeTeam("t", "ns") }
	day := modtest.MakeShift("day", "08:00", "16:00", 10)
	shift := func(change func(*v1alpha1.Shift)) *modtest.TeamWrapper {
		s := day
		change(&s)
		return team().Shifts(s)
	}
	for want, w := range map[string]*modtest.TeamWrapper{
		`spec.timeZone: "Mars/Olympus" is not a time zone of the tz database; write a name such as Europe/Berlin`: team().TimeZone("Mars/Olympus"),
		`spec.timeZone: "Local" is not a time zone of the tz database; write a name such as Europe/Berlin`:        team().TimeZone("Local"),
		"spec.skills.languages: xq is not a known language tag of BCP 47":                                         team().Languages("en", "xq"),
		`spec.shifts[day]: "8am" is not a time of day from 00:00 to 23:59`:                                        shift(func(s *v1alpha1.Shift) { s.Start = "8am" }),
		`spec.shifts[day]: "24:00" is not a time of day from 00:00 to 23:59`:                                      shift(func(s *v1alpha1.Shift) { s.End = "24:00" }),
		`spec.shifts[day]: days: "Tues" is not a day of the week; write Mon, Tue, Wed, Thu, Fri, Sat or Sun`:      shift(func(s *v1alpha1.Shift) { s.Days = []v1alpha1.Weekday{"Tues"} }),
		`spec.shifts[day]: from: "2026-02-30" is not a day of the calendar; write a date such as 2026-12-24`:      shift(func(s *v1alpha1.Shift) { s.From = "2026-02-30" }),
		`spec.shifts[day]: until: "2026-02-29" is not a day of the calendar; write a date such as 2026-12-24`:     shift(func(s *v1alpha1.Shift) { s.Until = "2026-02-29" }),
		`spec.calendar[xmas]: from: "24.12.2026" is not a day of the calendar; write a date such as 2026-12-24`:   team().Calendar("xmas", "24.12.2026", "2026-12-26", -5),
		`spec.calendar[xmas]: to: "2026-12-32" is not a day of the calendar; write a date such as 2026-12-24`:     team().Calendar("xmas", "2026-12-24", "2026-12-32", -5),
		`spec.cohorts[new]: start: "2026-13-01" is not a day of the calendar; write a date such as 2026-12-24`:    team().Cohort("new", 2, "2026-13-01", v1alpha1.RampStep{Percent: "50"}),
		`spec.cohorts[new]: ramp: "0" is not a percent above 0 and up to 100, such as 99 or 99.5`:                 team().Cohort("new", 2, "2026-12-01", v1alpha1.RampStep{Percent: "0"}),
		`spec.shrinkage.planned: "100" is not a percent from 0 to below 100, such as 20 or 12.5`:                  team().Shrinkage("100", "0"),
		`spec.shrinkage.unplanned: "-1" is not a percent from 0 to below 100, such as 20 or 12.5`:                 team().Shrinkage("0", "-1"),
	} {
		t.Run(want, func(t *testing.T) {
			if _, err := Team(w.Obj(), now, grid); message(err) != want {
				t.Errorf("error is\n%s, want\n%s", message(err), want)
			}
		})
	}
}
