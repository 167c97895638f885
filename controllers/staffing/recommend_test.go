package staffing

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

// A plan that takes too long to search at each interval says so, and shows nothing old.
func TestRecommendLeavesLargePlansOut(t *testing.T) {
	target := &v1alpha1.StaffingTarget{}
	target.Status.Recommendations = []v1alpha1.StaffingRecommendation{{Team: "old"}}
	in := staffing.Input{Classes: make([]staffing.Class, 149), Horizon: 336 * sample.Hour}
	found := new(Reconciler).recommend(&gathered{target: target}, &in, &written{}, true)
	if len(found) != 1 || found[0].Code != "RecommendationsLeftOut" || target.Status.Recommendations != nil {
		t.Errorf("%+v, %+v", found, target.Status.Recommendations)
	}
}

// While relief covers up who is missing, it is told what would close the gap without it.
func TestRecommendAsIfNothingGaveWay(t *testing.T) {
	team := modtest.MakeTeam("dublin", "moderation").Obj()
	now := time.Date(2026, 11, 2, 7, 0, 0, 0, time.UTC) // an hour before its shift
	in := staffing.Input{Now: sample.At(now), Horizon: 48 * sample.Hour}
	one := staffing.Class{
		Key:        staffing.ClassKey{Queue: "comments", Review: "hate", Language: "en", HarmDomain: "hate", Tier: 1},
		Promises:   []staffing.Promise{{Percent: 900_000, Within: sample.Hour, Measure: staffing.Decided}},
		HandleTime: sample.FreshAt(sample.Whole(60), in.Now), ArrivalsPerHour: sample.FreshAt(sample.Whole(1200), in.Now),
	}
	relieved := one
	relieved.ArrivalsPerHour.Value = 0
	resolved, err := resolve.Team(team, now, in.Grid())
	if err != nil {
		t.Fatal(err)
	}
	in.Teams, in.Classes, in.Unrelieved = []staffing.Team{resolved}, []staffing.Class{relieved}, []staffing.Class{one}
	g := &gathered{target: &v1alpha1.StaffingTarget{}, teams: []v1alpha1.ReviewTeam{*team}}
	r := &Reconciler{}
	if r.recommend(g, &in, &written{}, false); len(g.target.Status.Recommendations) == 0 {
		t.Fatal("nothing is recommended while something gives way")
	}
	in.Classes, in.Unrelieved = in.Unrelieved, nil
	want := g.changes(&in)
	if diff := cmp.Diff(want, g.target.Status.Recommendations); diff != "" {
		t.Errorf("(-without relief +with it)\n%s", diff)
	}
}

func TestHours(t *testing.T) {
	for want, span := range map[string]sample.Span{
		"0": 0, "0.5": 30 * sample.Minute, "9": 9*sample.Hour + sample.Minute, "12": 12*sample.Hour + 10*sample.Minute, "1200": 1232 * sample.Hour,
	} {
		if got := hours(span); got != want {
			t.Errorf("%v is %s, want %s", span, got, want)
		}
	}
}
