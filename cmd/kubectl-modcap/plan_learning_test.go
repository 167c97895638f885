package main

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

// A plan that is made again takes the time that teams learn changes, as the operator's does.
func TestPlanKnowsWhatTeamsLearn(t *testing.T) {
	r := modtest.MakeRollout("rollouts")
	r.Training = &v1alpha1.RolloutTraining{MinutesPerPerson: 480, Days: 1}
	p := modtest.MakePolicy("guidelines", "moderation").Rollout(r).Obj()
	began := metav1.NewTime(rolledAt)
	p.Status.Rollout = &v1alpha1.PolicyRolloutStatus{Canary: "new", Began: &began, HarmDomains: []v1alpha1.HarmDomainName{"hate"}}
	q := modtest.MakeQueue("live", "moderation").Policy("guidelines").Review(modtest.MakeReview("hate")).Obj()
	team := modtest.MakeTeam("day", "moderation").Obj()
	in := &staffing.Input{Now: sample.At(rolledAt), Interval: sample.Hour, Horizon: sample.Hour}
	there := func(objects ...*v1alpha1.ModerationPolicy) sample.Milli {
		c := desk(t, "", q)
		for _, o := range objects {
			c = desk(t, "", q, o)
		}
		got, notes, err := c.resolved(t.Context(), in, team)
		if err != nil || len(notes) > 0 {
			t.Fatalf("%v, %v", notes, err)
		}
		return got.Supply.Now.Productive
	}
	if without, with := there(), there(p); without != 10_000 || with != 0 {
		t.Errorf("%d thousandths of heads without the training, %d while all of the day goes to it", without, with)
	}
}
