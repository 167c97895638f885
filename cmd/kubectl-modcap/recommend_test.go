package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sheet"
	"github.com/modcap/modcap/internal/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

// shortOf is the cluster of a plan in which the team has so many people from 08:00 to
// 16:00, where two or three are needed.
func shortOf(t *testing.T, heads int32, more ...client.Object) *cluster {
	t.Helper()
	in := planInput(t)
	obj := modtest.MakeTeam("dublin", "moderation").Label("plan", "emea").Obj()
	obj.Spec.Shifts[0].Headcount = heads
	team, err := resolve.Team(obj, planStart.Time(), in.Grid())
	if err != nil {
		t.Fatal(err)
	}
	in.Teams = []staffing.Team{team}
	objects := withInput(t)
	data, err := sheet.PackInput(in)
	if err != nil {
		t.Fatal(err)
	}
	objects[len(objects)-1].(*corev1.ConfigMap).BinaryData[sheet.InputKey] = data
	return desk(t, "", append(objects, append(more, obj)...)...)
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
			"emea: people to add from Mon 02 Nov 00:00 on (a notice of 0s) to close the gaps until Wed 04 Nov 00:00, times of UTC. Nothing was written.",
			"ADD  TEAM    SHIFT  HEADCOUNT  HOURS ON THE ROSTER  PERSON-HOURS SHORT", "dublin  day", "1 → ", " → 0.0",
			"With these, nobody is missing.", "  kubectl modcap headcount dublin day ", " -n moderation --write",
		}},
		"some are, with a day's notice": {1, nil, []string{
			"people to add from Tue 03 Nov 00:00 on (a notice of 24h)", "dublin  day", "person-hours are still missing, first on Mon 02 Nov 08:30: before the notice is over",
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
		got.Short.Before <= 0 || got.Short.After != 0 || got.Add[0].RosterHours != float64(16*got.Add[0].Heads) {
		t.Errorf("%v, %v: %s", jerr, err, out)
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
		`-o is text or json, not "yaml"`: {"-o", "yaml"}, "--notice: -1h0m0s is below 0": {"--notice", "-1h"},
	} {
		if _, err := runPlugin(t, nil, append([]string{"recommend", "emea"}, args...)...); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
