package main

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	modtest "github.com/modcap/modcap/internal/testing"
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
		"a shift that is there twice":    {strings.Replace(good, day, day+", "+day, 1), `spec.shifts: there are two of the name "day"; give each shift a name of its own`},
		"shrinkage below nothing":        {with(`shrinkage: {unplanned: "-5"}`), `spec.shrinkage.unplanned: "-5" is not a percent from 0 to below 100, such as 20 or 12.5`},
		"a time that is none":            {strings.Replace(good, `start: "08:00"`, `start: "8am"`, 1), `spec.shifts[day]: "8am" is not a time of day from 00:00 to 23:59`},
		"a zone that is none":            {strings.Replace(good, "timeZone: UTC", "timeZone: Mars/Base", 1), `spec.timeZone: "Mars/Base" is not a time zone of the tz database; write a name such as Europe/Berlin`},
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
			if c.want == "" && err != nil && !strings.Contains(err.Error(), errWorse.Error()) || c.want != "" && (err == nil || err.Error() != "ReviewTeam dublin: schedule.csv of ConfigMap roster: "+c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

// What is odd about a team in a file, and could be meant, is said beside the plan.
func TestPlanFlagsTeams(t *testing.T) {
	const day = `{name: day, start: "08:00", end: "16:00", headcount: 5}`
	const cohort = `  cohorts: [{name: new, headcount: 6, start: "2026-11-02", ramp: [{afterWeeks: 0, percent: "50"}]}]` + "\n"
	labelled := func(name, labels string) string { return teamYAML(name, labels, day) }
	scheduled := strings.Replace(labelled("dublin", "plan: emea"), "shifts: ["+day+"]", "scheduleRef: {name: roster}", 1)
	const head = "date,start,end,heads,activity\n"
	roster := func(csv string) client.Object {
		return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "moderation", Name: "roster"}, Data: map[string]string{"schedule.csv": csv}}
	}
	older := modtest.MakeTarget("apac", "moderation").Teams(modtest.MakeSelector("plan", "emea")).Obj()
	for name, c := range map[string]struct {
		file    string
		objects []client.Object
		notes   []string
		refused string
	}{
		"nothing": {labelled("dublin", "plan: emea"), nil, nil, ""},
		"a cohort larger than the schedule": {scheduled + cohort, []client.Object{roster(head + "2026-11-02,08:00,16:00,5,work\n2026-11-05,08:00,16:00,5,work\n")}, []string{
			"dublin: its cohorts have 6 people, and no day of the schedule more than 5: of new people no more count than there are"}, ""},
		"a schedule that ends early": {scheduled, []client.Object{roster(head + "2026-11-02,08:00,16:00,5,work\n")}, []string{
			"dublin: its schedule ends on 2026-11-02, before the plan does; nobody is counted from then on"}, ""},
		"labels of another plan": {labelled("dublin", "plan: apac"), nil, []string{
			"dublin: its labels in the file are not those that starget/emea selects: applied, it would leave the plan"}, ""},
		"a team of two targets": {labelled("dublin", "plan: emea"), []client.Object{older}, []string{
			"dublin: starget/apac selects it too; the older of the two plans it. Give it labels that only one selects"}, ""},
		"a new team of an older target": {labelled("cork", "plan: emea"), []client.Object{older}, nil,
			"ReviewTeam cork: starget/apac selects it too, and is older: it would plan the team, and starget/emea would not; give it labels that only one of them selects"},
		"several, as kubectl prints them": {"apiVersion: v1\nkind: List\nitems:\n- " +
			strings.ReplaceAll(strings.TrimSpace(labelled("dublin", "plan: apac")), "\n", "\n  ") + "\n", nil, []string{
			"dublin: its labels in the file are not those that starget/emea selects: applied, it would leave the plan"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := planOf(t, desk(t, "", withInput(t, c.objects...)...), c.file, "-o", "json")
			if c.refused != "" {
				if err == nil || err.Error() != c.refused {
					t.Errorf("%v, want %s", err, c.refused)
				}
				return
			}
			var got struct{ Notes []string }
			if jerr := json.Unmarshal([]byte(out), &got); jerr != nil || err != nil && !errors.Is(err, errWorse) {
				t.Fatalf("%v, %v: %s", err, jerr, out)
			}
			if diff := cmp.Diff(c.notes, got.Notes); diff != "" {
				t.Error(diff)
			}
			text, _ := planOf(t, desk(t, "", withInput(t, c.objects...)...), c.file)
			for _, n := range c.notes {
				if !strings.Contains(text, "\nnote: "+n+"\n") {
					t.Errorf("no %q in\n%s", n, text)
				}
			}
		})
	}
}

// A file that cannot be read says where.
func TestPlanOfBadFiles(t *testing.T) {
	good := teamYAML("dublin", "", `{name: day, start: "08:00", end: "16:00", headcount: 5}`)
	for name, c := range map[string]struct{ file, want string }{
		"a byte-order mark":    {"\ufeff" + good, ""},
		"a misspelt field":     {strings.Replace(good, "headcount", "heads", 1), "1: ReviewTeam: it has a field heads, which there is not: see whether it is misspelt, or stands too far left or right"},
		"a word for a number":  {strings.Replace(good, "headcount: 5", "headcount: five", 1), "1: ReviewTeam: spec.shifts.headcount: a string stands there, and it takes a whole number"},
		"half a person":        {strings.Replace(good, "headcount: 5", "headcount: 5.5", 1), "1: ReviewTeam: spec.shifts.headcount: a number 5.5 stands there, and it takes a whole number"},
		"the second of a file": {good + "---\n" + strings.Replace(good, "  site", "\tsite", 1), "2: it is no YAML: line 5: found character that cannot start any token: is there a tab? Indent with blanks"},
		"another encoding":     {strings.Replace(good, "site: dublin", "site: d\xfcblin", 1), "1: its encoding is not UTF-8: save it as UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			err := new(manifests).read("teams.yaml", strings.NewReader(c.file))
			if c.want == "" && err != nil || c.want != "" && (err == nil || err.Error() != "teams.yaml: document "+c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}
