package main

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// A team in a file that the API server would refuse is refused with a sentence, before
// anybody trusts a plan with it.
func TestPlanOfBadTeams(t *testing.T) {
	day := `{name: day, start: "08:00", end: "16:00", headcount: 5}`
	good := teamYAML("dublin", "", day)
	with := func(more string) string { return good + "  " + more + "\n" }
	for name, c := range map[string]struct{ file, want string }{
		"a shift of zero length": {strings.Replace(good, `end: "16:00"`, `end: "08:00"`, 1),
			"spec.shifts[day]: it starts and ends at 08:00; a shift's end must differ from its start, and an end earlier than the start means the next day"},
		"a cohort larger than its shift": {with(`cohorts: [{name: new, headcount: 6, start: "2026-11-02", ramp: [{afterWeeks: 0, percent: "50"}]}]`),
			"spec.cohorts: they have 6 people, and the shifts 5: cohorts are people of the shifts, and together cannot be more than the shifts' headcount"},
		"both shifts and scheduleRef": {with("scheduleRef: {name: roster}"), "spec: a team needs shifts or scheduleRef, and not both"},
		"shrinkage of 100 %":          {with(`shrinkage: {planned: "100"}`), `spec.shrinkage.planned: "100" is not a percent from 0 to below 100, such as 20 or 12.5`},
		"a ramp that falls": {with(`cohorts: [{name: new, headcount: 2, start: "2026-11-02", ramp: [{afterWeeks: 0, percent: "50"}, {afterWeeks: 4, percent: "40"}]}]`),
			"spec.cohorts[new].ramp: it falls from 50% to 40% in week 4: people do not get slower by learning"},
		"a language that does not exist": {strings.Replace(good, "[en]", "[en, xq]", 1), "spec.skills.languages: xq is not a known language tag of BCP 47"},
		"a day that is none":             {with(`calendar: [{name: x, from: "2026-02-30", to: "2026-03-01", headcountDelta: -1}]`), `spec.calendar[x]: from: "2026-02-30" is not a day of the calendar; write a date such as 2026-12-24`},
		"exposure without an end":        {with("exposure: [{name: csae, harmDomains: [csae]}]"), "spec.exposure[csae]: an exposure limit needs perPersonPerDay, or continuous and break, or all three"},
		"nobody knows how to call":       {strings.Replace(good, "headcount: 5", "headcount: 5, duty: OnCall", 1), "spec: a shift on call needs onCall.callTime: how long after the call its people work"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := planOf(t, desk(t, "", withInput(t)...), c.file); err == nil || err.Error() != "ReviewTeam dublin: "+c.want {
				t.Errorf("%v, want ReviewTeam dublin: %s", err, c.want)
			}
		})
	}
	scheduled := strings.Replace(good, "shifts: ["+day+"]", "scheduleRef: {name: roster}", 1)
	const head, row = "date,start,end,heads,activity\n", "2026-11-02,08:00,16:00,5,work\n"
	for name, c := range map[string]struct{ csv, want string }{
		"a missing column":  {"date,start,end,activity\n2026-11-02,08:00,16:00,work\n", "line 1: there is no column heads; the first line must name the columns date,start,end,heads,activity"},
		"a row twice":       {head + row + row, "line 3: the same day, times and activity as in line 2; add up their heads in one row"},
		"a wrong encoding":  {head + "2026-11-02,08:00,16:00,5,r\xe9union\n", "line 2: the file is not UTF-8; save it as CSV UTF-8"},
		"a row of no time":  {head + "2026-11-02,08:00,08:00,5,work\n", "line 2: start and end are the same, so that nobody works; a whole day is 00:00 to 24:00"},
		"a byte-order mark": {"\ufeff" + head + row, ""},
	} {
		t.Run(name, func(t *testing.T) {
			roster := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "moderation", Name: "roster"}, BinaryData: map[string][]byte{"schedule.csv": []byte(c.csv)}}
			_, err := planOf(t, desk(t, "", withInput(t, roster)...), scheduled)
			if c.want == "" && err != nil && !strings.Contains(err.Error(), errWorse.Error()) || c.want != "" && (err == nil || err.Error() != "ReviewTeam dublin: "+c.want) {
				t.Errorf("%v, want ReviewTeam dublin: %s", err, c.want)
			}
		})
	}
}
