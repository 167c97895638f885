package staffing

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// Ten people are there all day, and work for six; a limit leaves them an hour each of it.
func TestExposureThatBinds(t *testing.T) {
	g := &gathered{teams: []v1alpha1.ReviewTeam{{
		ObjectMeta: metav1.ObjectMeta{Name: "kl"}, Spec: v1alpha1.ReviewTeamSpec{TimeZone: "Asia/Kuala_Lumpur"},
	}}}
	in := staffing.Input{Now: monday, Interval: 30 * sample.Minute, Horizon: 8 * sample.Hour}
	supply := staffing.TeamSupply{Now: staffing.Heads{Scheduled: 10_000, Productive: 10_000}}
	for range in.Grid().N {
		supply.Intervals = append(supply.Intervals, supply.Now)
	}
	in.Teams = []staffing.Team{{
		Name: "kl", Tier: 1, Roles: []string{staffing.RoleReview}, Supply: supply,
		Skills: staffing.Skills{Languages: []string{"*"}, HarmDomains: []string{"*"}},
	}}
	in.Classes = []staffing.Class{{
		Key:      staffing.ClassKey{Queue: "video", Review: "violence", Language: "en", HarmDomain: "violence", Tier: 1},
		Promises: []staffing.Promise{{Percent: 900_000, Within: 15 * sample.Minute}}, DeclaredHandleTime: sample.Minute,
		ArrivalsPerHour: sample.FreshAt(300_000, monday), Backlog: sample.FreshAt(0, monday), OldestAge: sample.FreshAt(0, monday),
		HandleTime: sample.FreshAt(60_000, monday),
	}}
	if v := judged(g, in); v.reason != v1alpha1.ReasonNoExposureLimits {
		t.Errorf("%+v", v)
	}
	limit := staffing.ExposureLimit{
		Name: "violent", HarmDomains: []string{"violence"}, Days: []staffing.ExposureDay{{To: in.Grid().N, Budget: 100 * sample.Hour}},
		PerDay: sample.Hour,
	}
	in.Teams[0].Exposure = []staffing.ExposureLimit{limit}
	if v := judged(g, in); v.reason != v1alpha1.ReasonWithinLimits {
		t.Errorf("%+v", v)
	}
	limit.Days[0].Budget = 10 * sample.Hour
	v := judged(g, in)
	if v.status != metav1.ConditionFalse || v.reason != v1alpha1.ReasonExposureBudgetBinds ||
		!strings.HasPrefix(v.message, "Limits of exposure keep team kl from ") ||
		!strings.Contains(v.message, "of video/violence/en/violence, first on 2026-11-02:") ||
		!strings.HasSuffix(v.message, "; longer hours do not help, since limit violent of team kl (1h a person and day) binds; "+
			"more people do, or others who learn violence") {
		t.Errorf("%+v", v)
	}
}

func judged(g *gathered, in staffing.Input) verdict {
	plan := staffing.Plan(in)
	return g.judgeExposure(in.Teams, &plan, func() []staffing.Held { return staffing.HeldBack(in) })
}
