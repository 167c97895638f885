package main

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/sheet"
	"github.com/modcap/modcap/internal/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

// shortOf is the cluster of a plan in which the team has so many people from 08:00 to
// 16:00, where two or three are needed.
func shortOf(t *testing.T, heads int32, more ...client.Object) *cluster {
	t.Helper()
	return shortBy(t, heads, func(*staffing.Input) {}, more...)
}

// shortBy is one whose demand is changed.
func shortBy(t *testing.T, heads int32, change func(*staffing.Input), more ...client.Object) *cluster {
	t.Helper()
	in := planInput(t)
	change(in)
	obj := modtest.MakeTeam("dublin", "moderation").Label("plan", "emea").Obj()
	obj.Spec.Shifts[0].Headcount = heads
	team, err := resolve.Team(obj, planStart.Time(), in.Grid())
	if err != nil {
		t.Fatal(err)
	}
	in.Teams = []staffing.Team{team}
	objects := withInput(t, append(more, obj)...)
	data, err := sheet.PackInput(in)
	if err != nil {
		t.Fatal(err)
	}
	objects[len(objects)-1].(*corev1.ConfigMap).BinaryData[sheet.InputKey] = data
	return desk(t, "", objects...)
}

// recommendOf runs the command against a cluster.
func recommendOf(t *testing.T, c *cluster, args ...string) (string, error) {
	t.Helper()
	f := recommendation{}
	if err := f.command(streams{}).ParseFlags(append(args, "--time-zone", "UTC")); err != nil {
		t.Fatal(err)
	}
	a, err := f.advise(t.Context(), c, "emea")
	if err != nil {
		return "", err
	}
	zone, err := zoneOf(f.zone)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	err = f.print(&out, a, zone)
	return out.String(), err
}

func TestRecommend(t *testing.T) {
	other := modtest.MakeTeam("cork", "moderation").Obj() // of no plan
	for name, x := range map[string]struct {
		heads int32
		args  []string
		want  []string
	}{
		"nobody is missing": {10, nil, []string{"Nobody is missing: there is nothing to add."}},
		"some are, at once": {1, []string{"--notice", "0s"}, []string{
			"emea: what closes the gaps until Wed 04 Nov 00:00 for the fewest paid hours, from Mon 02 Nov 00:00 on (notice: 0s), times of UTC. " +
				"Nothing was written.",
			"CHANGE ", "2 more on dublin/day from Mon 02 Nov 00:00 on (1 → 3)  32.0        22.7 → 0.0          en 6 % → 100 %  " +
				"en is short of up to 1.5 people from Mon 02 Nov 08:00",
			"With these (32.0 hours paid), nobody is missing.", "  kubectl modcap headcount dublin day 3 -n moderation --write",
			"Hiring cannot help within the plan: it takes 56 days after the notice. From Mon 28 Dec 00:00 on, if work is then as in this plan, " +
				"it would take:", "hire 2 for dublin/day, there from Mon 28 Dec 00:00 on",
		}},
		"some are, with a day's notice": {1, []string{"--notice", "1d"}, []string{
			"from Tue 03 Nov 00:00 on (notice: 1 day)", "2 more on dublin/day from Tue 03 Nov 08:00 on", "11.4 of 22.7 person-hours are still missing, first on Mon 02 Nov 08:00: before the notice is over",
		}},
		"too late": {1, []string{"--notice", "48h"}, []string{"person-hours are missing, and no shift of these teams would lessen that"}},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := recommendOf(t, shortOf(t, x.heads, other.DeepCopy()), x.args...)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range x.want {
				if !strings.Contains(out, want) {
					t.Errorf("no %q in\n%s", want, out)
				}
			}
			if strings.Contains(out, "cork") {
				t.Errorf("a team of another plan is in it:\n%s", out)
			}
		})
	}
	out, err := recommendOf(t, shortOf(t, 1), "--notice", "0s", "-o", "json")
	var got adviceData
	if jerr := json.Unmarshal([]byte(out), &got); jerr != nil || err != nil || len(got.Add) != 1 || got.Add[0].Headcount != 1+got.Add[0].Heads ||
		got.Short.Before <= 0 || got.Short.After != 0 || got.Add[0].OnTime == nil || got.Add[0].OnTime.Before > 10 || got.Add[0].OnTime.After < 99 || got.Add[0].Hours != float64(16*got.Add[0].Heads) {
		t.Errorf("%v, %v: %s", jerr, err, out)
	}
}

// Relief is for hours: what it keeps from people is no reason to go without them.
func TestRecommendAsIfNothingGaveWay(t *testing.T) {
	want, err := recommendOf(t, shortOf(t, 1), "--notice", "0s")
	if err != nil {
		t.Fatal(err)
	}
	relieved := shortBy(t, 1, func(in *staffing.Input) {
		in.Unrelieved = slices.Clone(in.Classes)
		in.Classes = slices.Clone(in.Classes)
		in.Classes[0].Rates = make([]sample.Milli, len(in.Classes[0].Rates))
	})
	got, err := recommendOf(t, relieved, "--notice", "0s")
	const note = "note: relief is in force, and what follows is counted as if nothing gave way\n"
	if err != nil || strings.Replace(got, note, "", 1) != want || got == want || !strings.Contains(want, "more on dublin/") {
		t.Errorf("%v: %s\nwant this, and a note: %s", err, got, want)
	}
	out, err := recommendOf(t, relieved, "--notice", "0s", "-o", "json")
	if err != nil || !strings.Contains(out, `"relief is in force, and`) {
		t.Errorf("%v: %s", err, out)
	}
}

// An evening that is short: who stays is cheaper than a shift; who is to be hired learns by and by;
// and a team of another language may learn it.
func TestRecommendKinds(t *testing.T) {
	in := planInput(t)
	day := modtest.MakeTeam("dublin", "moderation").Label("plan", "emea").Obj()
	day.Spec.Shifts[0].Headcount = 20
	late := modtest.MakeTeam("lyon", "moderation").Label("plan", "emea").Obj()
	late.Spec.Shifts[0].Start, late.Spec.Shifts[0].End = "14:00", "22:00"
	late.Spec.Skills.Languages = []v1alpha1.LanguageTag{"fr"}
	in.Teams = nil
	for _, obj := range []*v1alpha1.ReviewTeam{day, late} {
		team, err := resolve.Team(obj, planStart.Time(), in.Grid())
		if err != nil {
			t.Fatal(err)
		}
		in.Teams = append(in.Teams, team)
	}
	c := &in.Classes[0]
	c.Promises = []staffing.Promise{{Percent: 800_000, Within: 10 * sample.Minute, Measure: staffing.Decided}}
	for i := range c.Rates {
		if hour := i % 48 / 2; hour == 16 || hour == 17 {
			c.Rates[i] = sample.Whole(120)
		}
	}
	objects := withInput(t, day, late)
	data, err := sheet.PackInput(in)
	if err != nil {
		t.Fatal(err)
	}
	objects[len(objects)-1].(*corev1.ConfigMap).BinaryData[sheet.InputKey] = data
	out, err := recommendOf(t, desk(t, "", objects...), "--notice", "1h", "--lead", "0s", "--training", "6h")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"3 of dublin/day stay longer, Mon 02 Nov 16:00 to 18:00 and Tue 03 Nov 16:00 to 18:00", "With these (18.0 hours paid), nobody is missing.",
		"Or in place of that, training, one or the other:", "of lyon/day learn en, able from Mon 02 Nov 14:00 on", "an hour of one closes 15 min",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	for _, no := range []string{"Hiring cannot", "Training cannot", "kubectl modcap headcount", "more on"} {
		if strings.Contains(out, no) {
			t.Errorf("%q in\n%s", no, out)
		}
	}
}

// What is recommended is what the plan with the changed team says.
func TestRecommendIsWhatPlanSays(t *testing.T) {
	c := shortOf(t, 1)
	out, err := recommendOf(t, c, "--notice", "0s", "-o", "json")
	if err != nil {
		t.Fatal(err)
	}
	var got adviceData
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	obj := modtest.MakeTeam("dublin", "moderation").Label("plan", "emea").Obj()
	obj.Spec.Shifts[0].Headcount = int32(got.Add[0].Headcount)
	change, err := new(whatIf).try(t.Context(), c, "emea", []v1alpha1.ReviewTeam{*obj})
	if err != nil {
		t.Fatal(err)
	}
	if short := hoursOf(change.After.Sum(&change.After.Lines[0]).Missing); short != got.Short.After {
		t.Errorf("%v person-hours are short in the plan, %v were told", short, got.Short.After)
	}
}

func TestRecommendSentences(t *testing.T) {
	if _, err := recommendOf(t, desk(t, "", planned(nil, nil)...)); err == nil || !strings.HasPrefix(err.Error(), "ConfigMap emea-plan-input") {
		t.Errorf("without a plan: %v", err)
	}
	for want, args := range map[string][]string{
		`-o is text or json, not "yaml"`: {"-o", "yaml"}, "--notice: -1h is below 0": {"--notice", "-1h"},
		"--lead: -1h is below 0": {"--lead", "-1h"}, "--training: -1h is below 0": {"--training", "-1h"},
		"--training-time: 0s is no time to learn in": {"--training-time", "0s"},
	} {
		if _, err := runPlugin(t, nil, append([]string{"recommend", "emea"}, args...)...); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
