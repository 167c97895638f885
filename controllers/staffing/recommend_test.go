package staffing

import (
	"testing"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
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

func TestHours(t *testing.T) {
	for want, span := range map[string]sample.Span{
		"0": 0, "0.5": 30 * sample.Minute, "9": 9*sample.Hour + sample.Minute, "12": 12*sample.Hour + 10*sample.Minute, "1200": 1232 * sample.Hour,
	} {
		if got := hours(span); got != want {
			t.Errorf("%v is %s, want %s", span, got, want)
		}
	}
}
