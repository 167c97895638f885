package main

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sheet"
	"github.com/modcap/modcap/internal/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

// exposedDesk is ten people from 08:00 to 16:00, for work that takes two or three, at which nobody may
// look for more than an hour a day.
func exposedDesk(t *testing.T) (*cluster, *v1alpha1.ReviewTeam) {
	t.Helper()
	in := planInput(t)
	obj := modtest.MakeTeam("dublin", "moderation").Label("plan", "emea").Obj()
	obj.Spec.Shifts[0].Headcount = 10
	obj.Spec.Exposure = []v1alpha1.ExposureLimit{{Name: "graphic", HarmDomains: []v1alpha1.HarmDomainName{"*"}, PerPersonPerDay: "1h"}}
	team, err := resolve.Team(obj, planStart.Time(), in.Grid())
	if err != nil {
		t.Fatal(err)
	}
	in.Teams = []staffing.Team{team}
	objects := withInput(t, obj)
	data, err := sheet.PackInput(in)
	if err != nil {
		t.Fatal(err)
	}
	objects[len(objects)-1].(*corev1.ConfigMap).BinaryData[sheet.InputKey] = data
	return desk(t, "", objects...), obj
}

// Where a limit of exposure is what is missing, people are recommended who bring a budget of their own,
// and as many as a plan with them needs; longer hours are not, and it is said why.
func TestRecommendWithinExposure(t *testing.T) {
	c, team := exposedDesk(t)
	in, err := c.planInput(t.Context(), "emea")
	if err != nil {
		t.Fatal(err)
	}
	if before := staffing.Plan(*in); before.FirstBreach == 0 || len(staffing.HeldBack(*in)) == 0 || len(before.Exposure) == 0 || !before.Exposure[0].Binds {
		t.Fatalf("the limit does not bind: %+v", before.Exposure)
	}
	options, err := resolve.OptionsOf([]*v1alpha1.ReviewTeam{team}, in, resolve.Terms{SoonOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	remedies := staffing.Recommend(*in, options.Soon)
	if len(remedies) != 1 || remedies[0].Kind != staffing.KindHeadcount || remedies[0].After != 0 {
		t.Fatalf("%+v", remedies)
	}
	with := func(heads int) staffing.Result {
		changed := team.DeepCopy()
		changed.Spec.Shifts[0].Headcount += int32(heads)
		more, err := resolve.Team(changed, in.Now.Time(), in.Grid())
		if err != nil {
			t.Fatal(err)
		}
		after := *in
		after.Teams = []staffing.Team{more}
		return staffing.Plan(after)
	}
	if after := with(remedies[0].Heads); after.FirstBreach != 0 {
		t.Errorf("with %d more work is still late: %+v", remedies[0].Heads, after.Binding)
	}
	if after := with(remedies[0].Heads - 1); after.FirstBreach == 0 {
		t.Errorf("%d more are too many", remedies[0].Heads)
	}
	out, err := recommendOf(t, c, "--notice", "240h")
	if err != nil {
		t.Fatal(err)
	}
	want := "longer hours do not help, since limit graphic of team dublin (1h a person and day) binds; more people do, or others who learn"
	if !strings.Contains(out, "Limits of exposure hold back ") || !strings.Contains(out, want) {
		t.Error(out)
	}
	if out, err = recommendOf(t, c, "--notice", "240h", "-o", "json"); err != nil || !strings.Contains(out, `"heldByExposure"`) {
		t.Error(out, err)
	}
	if out, err = recommendOf(t, c, "--notice", "0s"); err != nil || strings.Contains(out, "stay longer") || strings.Contains(out, "hold back") {
		t.Error(out, err)
	}
}
