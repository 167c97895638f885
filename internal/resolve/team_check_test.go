package resolve

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

// What the API server refuses is refused of a manifest that it has not seen.
func TestTeamChecks(t *testing.T) {
	team := func(change func(*v1alpha1.ReviewTeamSpec)) *v1alpha1.ReviewTeam {
		out := modtest.MakeTeam("t", "ns").Obj()
		change(&out.Spec)
		return out
	}
	type spec = v1alpha1.ReviewTeamSpec
	day := modtest.MakeShift("day", "08:00", "16:00", 10)
	shift := func(change func(*v1alpha1.Shift)) func(*spec) {
		return func(s *spec) { change(&s.Shifts[0]) }
	}
	entry := func(e v1alpha1.CalendarEntry) func(*spec) {
		return func(s *spec) { e.Name = "e"; s.Calendar = []v1alpha1.CalendarEntry{e} }
	}
	cohort := func(heads int32, ramp ...v1alpha1.RampStep) func(*spec) {
		return func(s *spec) {
			s.Cohorts = []v1alpha1.Cohort{{Name: "new", Headcount: heads, Start: "2026-11-02", Ramp: ramp}}
		}
	}
	limit := func(l v1alpha1.ExposureLimit) func(*spec) {
		return func(s *spec) { l.Name = "csae"; s.Exposure = []v1alpha1.ExposureLimit{l} }
	}
	step := func(week int32, percent v1alpha1.Percent) v1alpha1.RampStep {
		return v1alpha1.RampStep{AfterWeeks: week, Percent: percent}
	}
	for want, change := range map[string]func(*spec){
		"spec: a team needs shifts or scheduleRef, and not both": func(s *spec) { s.ScheduleRef = &v1alpha1.ObjectReference{Name: "s"} },
		"spec.shifts[day]: it starts and ends at 08:00; a shift's end must differ from its start, and an end earlier than the start means the next day": shift(
			func(s *v1alpha1.Shift) { s.End = s.Start }),
		"spec.shifts[day]: a shift's from must not be after its until":    shift(func(s *v1alpha1.Shift) { s.From, s.Until = "2026-12-02", "2026-12-01" }),
		"spec.shifts[day]: headcount -1 must be from 0 to 100000 people":  shift(func(s *v1alpha1.Shift) { s.Headcount = -1 }),
		`spec.shifts[day]: "Standby" is not a duty; write Work or OnCall`: shift(func(s *v1alpha1.Shift) { s.Duty = "Standby" }),
		"spec: a shift on call needs onCall.callTime: how long after the call its people work": shift(
			func(s *v1alpha1.Shift) { s.Duty = v1alpha1.DutyOnCall }),
		`spec.onCall.callTime: "30s" must be from 1m to 24h`:                              func(s *spec) { s.OnCall = &v1alpha1.OnCall{CallTime: "30s"} },
		`spec.onCall.callTime: "soon" is not a duration such as 30s, 15m or 1h30m`:        func(s *spec) { s.OnCall = &v1alpha1.OnCall{CallTime: "soon"} },
		`spec.shifts: there are two of the name "day"; give each shift a name of its own`: func(s *spec) { s.Shifts = append(s.Shifts, day) },
		"spec.calendar[e]: a calendar entry needs a headcountDelta that is not 0, or training": entry(
			v1alpha1.CalendarEntry{From: "2026-12-24", To: "2026-12-24"}),
		"spec.calendar[e]: a calendar entry's from must not be after its to": entry(
			v1alpha1.CalendarEntry{From: "2026-12-25", To: "2026-12-24", HeadcountDelta: 1}),
		"spec.calendar[e]: a calendar entry needs from and to; for one day they are the same": entry(
			v1alpha1.CalendarEntry{From: "2026-12-25", HeadcountDelta: 1}),
		"spec.calendar[e]: headcountDelta -100001 must be from -100000 to 100000 people": entry(
			v1alpha1.CalendarEntry{From: "2026-12-25", To: "2026-12-25", HeadcountDelta: -100_001}),
		`spec.calendar[e]: training: "25h" must be from 1m to 24h`: entry(v1alpha1.CalendarEntry{From: "2026-12-25", To: "2026-12-25", Training: "25h"}),
		"spec.cohorts: they have 11 people, and the shifts 10: cohorts are people of the shifts, and together cannot be more than the shifts' headcount": cohort(
			11, step(0, "50")),
		"spec.cohorts[new]: a cohort needs a headcount of 1 or more, a start and a ramp":                      cohort(0, step(0, "50")),
		"spec.cohorts[new].ramp: it falls from 60% to 9.5% in week 8: people do not get slower by learning":   cohort(4, step(8, "9.5"), step(0, "60")),
		"spec.cohorts[new].ramp: week 4 is there twice":                                                       cohort(4, step(4, "50"), step(0, "40"), step(4, "50")),
		"spec.skills.languages: xq is not a known language tag of BCP 47":                                     func(s *spec) { s.Skills.Languages = []v1alpha1.LanguageTag{"xq"} },
		`spec.skills: a team needs languages and harmDomains; "*" in harmDomains is all of them`:              func(s *spec) { s.Skills.HarmDomains = nil },
		`spec.roles: "Reviewer" is not a role; write Review, QA or Appeals`:                                   func(s *spec) { s.Roles = []v1alpha1.TeamRole{"Reviewer"} },
		`spec.maxOccupancy: "85%" is not a percent above 0 and up to 100, such as 99 or 99.5`:                 func(s *spec) { s.MaxOccupancy = "85%" },
		`spec.shrinkage.planned: "100" is not a percent from 0 to below 100, such as 20 or 12.5`:              func(s *spec) { s.Shrinkage.Planned = "100" },
		"spec.exposure[csae]: an exposure limit needs perPersonPerDay, or continuous and break, or all three": limit(v1alpha1.ExposureLimit{}),
		"spec.exposure[csae]: continuous and break belong together: so long at a time, then so long something else": limit(
			v1alpha1.ExposureLimit{PerPersonPerDay: "2h", Break: "10m"}),
		`spec.exposure[csae].perPersonPerDay: "30h" must be from 1m to 24h`: limit(v1alpha1.ExposureLimit{PerPersonPerDay: "30h"}),
	} {
		t.Run(want, func(t *testing.T) {
			if _, err := Team(team(change), now, grid); message(err) != want {
				t.Errorf("error is\n%s, want\n%s", message(err), want)
			}
		})
	}
}

// The declarations of exposure and of people on call reach the plan.
func TestTeamLimits(t *testing.T) {
	team := modtest.MakeTeam("t", "ns").Shifts(modtest.MakeShift("day", "08:00", "16:00", 10), modtest.MakeShift("call", "14:00", "20:00", 3)).
		Shrinkage("20", "0").Obj()
	team.Spec.Shifts[1].Duty, team.Spec.OnCall = v1alpha1.DutyOnCall, &v1alpha1.OnCall{CallTime: "45m"}
	team.Spec.Exposure = []v1alpha1.ExposureLimit{
		{Name: "csae", HarmDomains: []v1alpha1.HarmDomainName{"csae", "violence"}, PerPersonPerDay: "2h", Continuous: "30m", Break: "10m"},
		{Name: "all", HarmDomains: []v1alpha1.HarmDomainName{"*"}, Continuous: "50m", Break: "10m"},
	}
	got, err := Team(team, now, grid)
	if err != nil {
		t.Fatal(err)
	}
	want := []staffing.ExposureLimit{
		// Eight people are there; of their day a half is left, and of their sixteen hours eight.
		{Name: "csae", HarmDomains: []string{"csae", "violence"}, Share: 750_000, Days: []staffing.ExposureDay{{From: 0, To: 4, Budget: 8 * sample.Hour}},
			Today: 16 * sample.Hour, PerDay: 2 * sample.Hour, Continuous: 30 * sample.Minute, Break: 10 * sample.Minute},
		{Name: "all", HarmDomains: []string{"*"}, Share: 833_333, Continuous: 50 * sample.Minute, Break: 10 * sample.Minute},
	}
	if d := cmp.Diff(want, got.Exposure); d != "" {
		t.Errorf("exposure (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]sample.Milli{0, 0, 2400, 2400}, got.Supply.OnCall); d != "" || got.Supply.CallTime != 45*sample.Minute || got.Supply.Now.Scheduled != 10_000 {
		t.Errorf("%+v", got.Supply)
	}
}
