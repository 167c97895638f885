package staffing

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// monday is 2026-11-02 10:00 UTC.
const monday sample.Instant = 1_793_613_600_000

// class is a class with gaps in half hours from monday on, in thousandths of heads, of work that
// two people may do; negative is a need of one that nobody may do, and 1 one that hangs on one.
func class(name string, gaps ...sample.Milli) staffing.ClassPlan {
	c := staffing.ClassPlan{Key: staffing.ClassKey{Queue: name, Review: "r", Tier: 1}, Quality: sample.Fresh, Teams: []string{"kl"}}
	for i, g := range gaps {
		n := staffing.Need{Required: 5000, Eligible: 2000, Gap: g}
		at := monday.Add(sample.Span(i) * 30 * sample.Minute)
		switch {
		case g < 0:
			n = staffing.Need{Required: 1000, Gap: 1000}
			c.Uncovered = append(c.Uncovered, staffing.Range{From: at, To: at.Add(30 * sample.Minute)})
		case g == 1:
			n = staffing.Need{Required: 500, Eligible: 1999}
		}
		if c.Intervals = append(c.Intervals, n); n.Gap > 0 && c.FirstGap == 0 {
			c.FirstGap = at
		}
	}
	return c
}

func planOf(classes ...staffing.ClassPlan) staffing.Result {
	p := staffing.Result{Now: monday, Grid: staffing.Grid{Start: monday, Width: 30 * sample.Minute, N: 4}, Classes: classes}
	for _, c := range classes {
		if c.FirstGap != 0 && (p.FirstBreach == 0 || c.FirstGap < p.FirstBreach) {
			p.FirstBreach = c.FirstGap
		}
		if !c.Known() {
			p.Unknown++
		}
	}
	return p
}

func unknown(c staffing.ClassPlan) staffing.ClassPlan {
	c.Quality = sample.Stale
	return c
}

func unskilled(c staffing.ClassPlan) staffing.ClassPlan {
	c.Teams, c.Findings = nil, []staffing.Finding{staffing.FindingNoTeam}
	return c
}

func TestJudgeCoverage(t *testing.T) {
	for name, c := range map[string]struct {
		plan staffing.Result
		want verdict
	}{
		"no work": {planOf(), verdict{metav1.ConditionUnknown, v1alpha1.ReasonNotPlanned, "There is no work for people"}},
		"enough": {planOf(class("a", 0, 0, 0, 0)), verdict{
			metav1.ConditionTrue, v1alpha1.ReasonCovered, "Every class has the people it needs, to the end of the horizon",
		}},
		"too few, later": {planOf(class("a", 0, 0, 3000, 1500), class("b", 0, 0, 0, 0)), verdict{
			metav1.ConditionFalse, v1alpha1.ReasonTooFewPeople,
			"a/r lacks people from 2026-11-02 11:00 UTC on; until 2026-11-02 12:00 UTC 2.3 person-hours are missing",
		}},
		"the first of two, and another unknown": {planOf(class("a", 0, 0, 2000, 0), class("b", 0, -1, 0, 0), unknown(class("c", 9000))), verdict{
			metav1.ConditionFalse, v1alpha1.ReasonNobodyOnShift,
			"b/r lacks people from 2026-11-02 10:30 UTC on, and another class later; until 2026-11-02 12:00 UTC 1.5 person-hours are missing",
		}},
		"people at first, nobody later": {planOf(class("a", 1000, -1, 0, 0)), verdict{
			metav1.ConditionFalse, v1alpha1.ReasonTooFewPeople,
			"a/r lacks people from 2026-11-02 10:00 UTC on; until 2026-11-02 12:00 UTC 1 person-hours are missing",
		}},
		"no skills": {planOf(unskilled(class("a", -1, -1, -1, -1)), class("b", 0, 1000), class("c", 0, 1000)), verdict{
			metav1.ConditionFalse, v1alpha1.ReasonNoTeamHasSkill,
			"a/r lacks people from 2026-11-02 10:00 UTC on, and 2 other classes later; until 2026-11-02 12:00 UTC 3 person-hours are missing",
		}},
		"not known": {planOf(class("a", 0, 0, 0, 0), unknown(class("b", 2000))), verdict{
			metav1.ConditionUnknown, v1alpha1.ReasonUnknownWhileMissing, "Not known while numbers are missing of b/r",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(c.want, judgeCoverage(c.plan), cmp.AllowUnexported(verdict{})); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestJudgeExposure(t *testing.T) {
	g := &gathered{}
	limited := []staffing.Team{{Name: "kl", Exposure: []staffing.ExposureLimit{{HarmDomains: []string{"*"}}}}}
	held := func(queue string, time sample.Span, by ...staffing.HeldBy) staffing.Held {
		return staffing.Held{Key: class(queue).Key, Time: time, From: monday, Limits: by}
	}
	binds := staffing.HeldBy{Team: "kl", Name: "all", PerDay: sample.Hour}
	for name, c := range map[string]struct {
		teams []staffing.Team
		plan  staffing.Result
		held  []staffing.Held
		want  verdict
	}{
		"no limits": {[]staffing.Team{{Name: "kl"}}, planOf(class("a", 2000)), nil, verdict{
			metav1.ConditionTrue, v1alpha1.ReasonNoExposureLimits, "No team has a limit of exposure",
		}},
		"no gap": {limited, planOf(class("a", 0)), nil, verdict{
			metav1.ConditionTrue, v1alpha1.ReasonWithinLimits, "The limits of exposure leave room for the work there is",
		}},
		"nothing known": {limited, planOf(unknown(class("a", 0))), nil, verdict{
			metav1.ConditionUnknown, v1alpha1.ReasonUnknownWhileMissing, "Not known while numbers are missing",
		}},
		"people missing": {limited, planOf(class("a", 2000)), nil, verdict{
			metav1.ConditionTrue, v1alpha1.ReasonWithinLimits, "More exposure would close no gap: people or skills are missing",
		}},
		"less than a minute": {limited, planOf(class("a", 2000)), []staffing.Held{held("a", sample.Second, binds)}, verdict{
			metav1.ConditionTrue, v1alpha1.ReasonWithinLimits, "More exposure would close no gap: people or skills are missing",
		}},
		"of what is not known nothing is said": {
			limited, planOf(unknown(class("a", 2000)), class("b", 2000)),
			[]staffing.Held{held("a", sample.Hour, binds), held("b", sample.Hour, binds)}, verdict{
				metav1.ConditionFalse, v1alpha1.ReasonExposureBudgetBinds,
				"Limits of exposure keep team kl from 1 person-hours of b/r, first on 2026-11-02: people are there, and may not look at more; " +
					"longer hours do not help, since limit all of team kl (1h a person and day) binds; more people do, or others who learn this work",
			},
		},
		"by other work": {limited, planOf(class("a", 2000)), []staffing.Held{held("a", sample.Hour)}, verdict{
			metav1.ConditionFalse, v1alpha1.ReasonExposureBudgetBinds,
			"Limits of exposure keep teams from 1 person-hours of a/r, first on 2026-11-02: people are there, and may not look at more; " +
				"limits on other work keep its teams busy; more people help, or others who learn this work",
		}},
	} {
		if len(c.held) > 0 || name == "people missing" {
			c.plan.FirstBreach = monday
		}
		if d := cmp.Diff(c.want, g.judgeExposure(c.teams, &c.plan, func() []staffing.Held { return c.held }), cmp.AllowUnexported(verdict{})); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestSpans(t *testing.T) {
	plan := planOf(class("one", 1, 0, 1, 0), class("none", 0, 0, -1, -1), class("most", 1, 1, 1, 0), unknown(class("unknown", 1, 1, 1, 1)))
	at := func(i int) metav1.Time { return metav1.NewTime(plan.Grid.At(i).Time()) }
	alone := spansOf(plan, func(n staffing.Need) bool { return n.Required > 0 && n.Eligible > 0 && n.Eligible < 2*sample.One })
	if d := cmp.Diff([]v1alpha1.StaffingSpan{
		{Queue: "most", Review: "r", Tier: 1, From: at(0), Until: at(3), Hours: "1.5"},
		{Queue: "one", Review: "r", Tier: 1, From: at(0), Until: at(3), Hours: "1"},
	}, alone); d != "" {
		t.Error(d)
	}
}
