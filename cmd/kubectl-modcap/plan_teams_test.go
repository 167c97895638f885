package main

import (
	"context"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/modcap/modcap/internal/resolve"
	modtest "github.com/modcap/modcap/internal/testing"
)

// The teams of a plan are those that there are now, and of those that are planned.
func TestPlanTakesTeamsAsTheyAre(t *testing.T) {
	edited := dublin()
	edited.Spec.Shifts[0].Headcount = 7
	in, err := desk(t, "", withInput(t, edited, modtest.MakeTeam("cork", "moderation").Obj())...).planInput(t.Context(), "emea")
	if err != nil || len(in.Teams) != 1 || in.Teams[0].Supply.Intervals[20].Scheduled.Float() != 7 {
		t.Errorf("%v: %+v", err, in)
	}
	gone := withInput(t)
	in, err = desk(t, "", append(gone[:2:2], gone[3:]...)...).planInput(t.Context(), "emea")
	if err != nil || len(in.Teams) != 0 {
		t.Errorf("the team is gone: %v: %+v", err, in)
	}
}

func TestPlanOfTeamsThatCannotBeRead(t *testing.T) {
	scheduled := modtest.MakeTeam("dublin", "moderation").Schedule("roster").Obj()
	zone := dublin()
	zone.Spec.TimeZone = "Europe/Dubln"
	for want, objects := range map[string][]client.Object{
		"no plan can be made again until this is corrected: ReviewTeam dublin: spec.timeZone": {zone},
		"no plan can be made again until this is corrected: ReviewTeam dublin: schedule.csv of ConfigMap roster: line 2: ": {scheduled, &corev1.ConfigMap{
			ObjectMeta: metav1.ObjectMeta{Namespace: "moderation", Name: "roster"},
			Data:       map[string]string{resolve.ScheduleKey: "date,start,end,heads,activity\n24.11.2026,08:00,16:00,3,work\n"},
		}},
	} {
		_, err := desk(t, "", withInput(t, objects...)...).planInput(t.Context(), "emea")
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	c := desk(t, "", withInput(t)...)
	c.client = interceptor.NewClient(c.client.(client.WithWatch), interceptor.Funcs{
		List: func(context.Context, client.WithWatch, client.ObjectList, ...client.ListOption) error {
			return apierrors.NewForbidden(schema.GroupResource{Resource: "reviewteams"}, "", nil)
		},
	})
	if _, err := c.planInput(t.Context(), "emea"); err == nil || !strings.Contains(err.Error(), "modcap-staffing-view") {
		t.Errorf("%v", err)
	}
	old := withInput(t)
	old[len(old)-1].(*corev1.ConfigMap).BinaryData = map[string][]byte{"input.json.gz": {}}
	if _, err := desk(t, "", old...).planInput(t.Context(), "emea"); err == nil || !strings.Contains(err.Error(), "operator is older") {
		t.Errorf("%v", err)
	}
}
