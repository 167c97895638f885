package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/sheet"
	"github.com/modcap/modcap/internal/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

const planStart sample.Instant = 1_793_577_600_000 // Monday 2 November 2026

// planInput is the input of a plan of two days: 120 items an hour of a minute each in
// English, for the team dublin, ten people from 08:00 to 16:00 UTC.
func planInput(t *testing.T) *staffing.Input {
	t.Helper()
	in := &staffing.Input{Now: planStart, Interval: 30 * sample.Minute, Horizon: 48 * sample.Hour}
	c := staffing.Class{
		Key:        staffing.ClassKey{Queue: "comments", Review: "hate", Language: "en", HarmDomain: "hate", Tier: 1},
		Promises:   []staffing.Promise{{Percent: 900_000, Within: sample.Hour, Measure: staffing.Decided}},
		HandleTime: sample.FreshAt(sample.Whole(60), planStart), ArrivalsPerHour: sample.FreshAt(0, planStart),
		Backlog: sample.Missing(sample.CauseNotDeclared), OldestAge: sample.Missing(sample.CauseNotDeclared),
	}
	for i := range 96 {
		rate := int64(0)
		if hour := i % 48 / 2; hour >= 8 && hour < 16 {
			rate = 120
		}
		c.Rates = append(c.Rates, sample.Whole(rate))
	}
	in.Classes = []staffing.Class{c}
	team, err := resolve.Team(dublin(), planStart.Time(), in.Grid())
	if err != nil {
		t.Fatal(err)
	}
	in.Teams = []staffing.Team{team}
	return in
}

// dublin is the team of the plan.
func dublin() *v1alpha1.ReviewTeam {
	return modtest.MakeTeam("dublin", "moderation").Label("plan", "emea").Obj()
}

// withInput is a cluster with a plan, and with the team dublin unless there is another.
func withInput(t *testing.T, more ...client.Object) []client.Object {
	t.Helper()
	data, err := sheet.PackInput(planInput(t))
	if err != nil {
		t.Fatal(err)
	}
	objects := append(planned(nil, nil), more...)
	if !slices.ContainsFunc(objects, func(o client.Object) bool { return o.GetName() == "dublin" }) {
		objects = append(objects, dublin())
	}
	return append(objects, &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: "moderation", Name: "emea-plan-input"}, BinaryData: map[string][]byte{sheet.InputKey: data},
	})
}

// planOf runs the command on teams in YAML against a cluster.
func planOf(t *testing.T, c *cluster, file string, args ...string) (string, error) {
	t.Helper()
	f := whatIf{}
	if err := f.command(streams{}).ParseFlags(append(args, "--time-zone", "UTC")); err != nil {
		t.Fatal(err)
	}
	m := &manifests{}
	if err := m.read("team.yaml", strings.NewReader(file)); err != nil {
		return "", err
	}
	f.overrides = m.overrides
	change, err := f.try(t.Context(), c, "emea", m.teams)
	if err != nil {
		return "", err
	}
	zone, err := zoneOf(f.zone)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	b, err := c.billOf(t.Context(), slices.Sorted(maps.Keys(rosterTimes(change))), m.teams)
	if err != nil {
		return "", err
	}
	err = f.print(&out, change, b, "emea", zone)
	return out.String(), err
}

// teamYAML is the team dublin, or another, with so many people.
func teamYAML(name, labels, shift string) string {
	return `apiVersion: modcap.dev/v1alpha1
kind: ReviewTeam
metadata: {name: ` + name + `, labels: {` + labels + `}}
spec:
  site: dublin
  timeZone: UTC
  skills: {languages: [en], harmDomains: [hate]}
  shifts: [` + shift + `]
`
}

func TestPlan(t *testing.T) {
	c := desk(t, "", withInput(t)...)
	day := func(heads string) string {
		return `{name: day, start: "08:00", end: "16:00", headcount: ` + heads + `}`
	}
	for name, x := range map[string]struct {
		file  string
		args  []string
		worse bool
		want  []string
	}{
		"the same": {teamYAML("dublin", "", day("10")), nil, false, []string{
			"emea: what would change from Mon 02 Nov 00:00 to Wed 04 Nov 00:00, times of UTC. Nothing was written.",
			"The roster has as many hours of people as before.", "No language needs other people or has other gaps.",
		}},
		"fewer": {teamYAML("dublin", "", day("1")), nil, true, []string{
			"dublin: 160 → 16 hours of people on the roster (−144)", "en  ", "- → 16",
			"Worse: en is short of ", "first on Mon 02 Nov 08:00, at worst of ",
		}},
		"more, of which none is needed": {teamYAML("dublin", "", day("30")), nil, false, []string{
			"dublin: 160 → 480 hours of people on the roster (+320)", "No language needs other people",
		}},
		"items to be looked at again": {`apiVersion: modcap.dev/v1alpha1
kind: CapacityOverride
metadata: {name: mistake}
spec:
  type: Rework
  rework: {queueRef: {name: comments}, review: hate, language: en, items: 5000}
  from: "2026-11-02T08:00:00Z"
  until: "2026-11-02T16:00:00Z"
  reason: a mistake of the model
  by: policy operations
`, nil, true, []string{"The roster has as many hours of people as before.", "Worse: en is short of "}},
		"a campaign": {surgeYAML("campaign", "comments", "1500"), nil, true, []string{
			"The roster has as many hours of people as before.", "2.4 → 36", "Worse: en is short of ", "first on Mon 02 Nov 08:00, at worst of ",
		}},
		"less than is planned for": {surgeYAML("campaign", "comments", "50"), nil, false, []string{"Person-hours: 38.7 → 29.5 of work"}},
		"another team":             {teamYAML("cork", "plan: emea", day("5")), nil, false, []string{"cork is new: 80 hours of people on the roster"}},
		"no site":                  {"", []string{"--without-site", "site"}, true, []string{"dublin is not there: 160 hours of people on the roster fewer", "Worse: en is short of"}},
		"no site, and another team": {teamYAML("cork", "plan: emea", day("10")), []string{"--without-site", "site"}, false, []string{
			"cork is new: 160 hours", "dublin is not there: 160 hours", "No language needs other people or has other gaps.",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := planOf(t, c, x.file, x.args...)
			if errors.Is(err, errWorse) != x.worse || !x.worse && err != nil {
				t.Errorf("%v, want worse: %v", err, x.worse)
			}
			for _, want := range x.want {
				if !strings.Contains(out, want) {
					t.Errorf("no %q in\n%s", want, out)
				}
			}
		})
	}
	out, err := planOf(t, c, teamYAML("dublin", "", day("1")), "-o", "json")
	var got sheet.ChangeData
	if jerr := json.Unmarshal([]byte(out), &got); jerr != nil || !errors.Is(err, errWorse) || !got.Worse || *got.Teams[0].After != 16 ||
		got.Before.Lines[0].PersonHoursShort != 0 || got.After.Lines[0].PersonHoursShort <= 0 {
		t.Errorf("%v, %v: %s", jerr, err, out)
	}
}

// surgeYAML is a surge of a queue from Monday 08:00 to 16:00 UTC.
func surgeYAML(name, queue, arrivals string) string {
	return `apiVersion: modcap.dev/v1alpha1
kind: CapacityOverride
metadata: {name: ` + name + `}
spec:
  type: Surge
  queueRefs: [{name: ` + queue + `}]
  surge: {arrivals: "` + arrivals + `"}
  from: "2026-11-02T08:00:00Z"
  until: "2026-11-02T16:00:00Z"
  reason: a campaign
  by: marketing
`
}

// A surge that the plan has already is not counted twice: the one of the file takes its place, and beside
// another one the larger holds.
func TestPlanTriesASurgeThatIsThere(t *testing.T) {
	there := modtest.MakeOverride("campaign", "moderation").Surge("200", "comments").
		From(planStart.Time().Add(8 * time.Hour)).Until(planStart.Time().Add(16 * time.Hour)).Obj()
	c := desk(t, "", withInput(t, there)...)
	for name, x := range map[string]struct{ file, want string }{
		"as it is":         {surgeYAML("campaign", "comments", "200"), "Person-hours: 38.7 of work"},
		"larger":           {surgeYAML("campaign", "comments", "400"), "2.4 → 4.7"},
		"none":             {surgeYAML("campaign", "comments", "100"), "Person-hours: 38.7 → 29.5 of work"},
		"another, smaller": {surgeYAML("match", "comments", "150"), "Person-hours: 38.7 of work"},
		"another, larger":  {surgeYAML("match", "comments", "300"), "2.4 → 3.6"},
	} {
		if out, err := planOf(t, c, x.file); err != nil && !errors.Is(err, errWorse) || !strings.Contains(out, x.want) {
			t.Errorf("%s: %v, no %q in\n%s", name, err, x.want, out)
		}
	}
}

func TestPlanSentences(t *testing.T) {
	day := `{name: day, start: "08:00", end: "16:00", headcount: 5}`
	broken := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: "moderation", Name: "roster"}, Data: map[string]string{"schedule.csv": "date\n"},
	}
	scheduled := strings.Replace(teamYAML("dublin", "", day), "  shifts: ["+day+"]\n", "  scheduleRef: {name: roster}\n", 1)
	for name, c := range map[string]struct {
		objects []client.Object
		file    string
		args    []string
		want    string
	}{
		"no input": {planned(nil, nil), teamYAML("dublin", "", day), nil,
			"ConfigMap emea-plan-input, which holds what the plan of starget/emea is made from, does not exist: there is no plan yet, or it is " +
				"too large to be stored (split the target), or the operator is older than this command"},
		"no target": {nil, teamYAML("dublin", "", day), nil, "StaffingTarget emea does not exist in namespace moderation, and there is no other; choose a namespace with -n"},
		"a new team of other labels": {withInput(t), teamYAML("cork", "plan: apac", day), nil,
			"ReviewTeam cork: it is not planned by starget/emea: it is new, and its labels are not those that spec.teamSelector selects"},
		"another namespace": {withInput(t), teamYAML("dublin, namespace: other", "", day), nil,
			"ReviewTeam dublin: it is of namespace other, and the target of moderation"},
		"a wrong zone": {withInput(t), strings.Replace(teamYAML("dublin", "", day), "timeZone: UTC", "timeZone: Mars/Base", 1), nil,
			`ReviewTeam dublin: spec.timeZone: `},
		"a misspelt field": {withInput(t), strings.Replace(teamYAML("dublin", "", day), "timeZone:", "timeZones:", 1), nil,
			`team.yaml: document 1: ReviewTeam: it has a field timeZones, which there is not: see whether it is misspelt, or stands too far left or right`},
		"a surge of another plan's queue": {withInput(t), surgeYAML("campaign", "search", "300"), nil,
			"override campaign: spec.queueRefs: the plan has no people for queue search"},
		"a surge of nonsense": {withInput(t), surgeYAML("campaign", "comments", "3x"), nil,
			`override campaign: spec.surge.arrivals: "3x" is not a percent from 1 to 10000`},
		"no such site":                   {withInput(t), "", []string{"--without-site", "cork"}, `--without-site: no team of the plan is at "cork"; they are at site`},
		"no schedule":                    {withInput(t), scheduled, nil, `ReviewTeam dublin: read its schedule: configmaps "roster" not found`},
		"a schedule that cannot be read": {withInput(t, broken), scheduled, nil, "ReviewTeam dublin: "},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := planOf(t, desk(t, "", c.objects...), c.file, c.args...)
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
	for want, args := range map[string][]string{
		"name a change: -f FILE with ReviewTeams or a ModerationPolicy, or --without-site SITE": nil,
		`-o is text or json, not "yaml"`: {"-o", "yaml", "-f", "x"},
		"the files hold no ReviewTeam, no ModerationPolicy, and no CapacityOverride of type Rework or Surge: plan tries changes of these": {"-f", "-"},
		`--time-zone: "x" is not a zone; use a name such as Europe/Berlin or UTC`:                                                         {"-f", "-", "--time-zone", "x"},
	} {
		if _, err := runPlugin(t, nil, append([]string{"plan", "emea"}, args...)...); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
