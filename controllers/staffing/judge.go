package staffing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/conditions"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// verdict is a condition's status with its reason and sentence.
type verdict struct {
	status          metav1.ConditionStatus
	reason, message string
}

// judge sets the conditions of the plan. What is said of the horizon is said anew with the
// table: a sentence does not change with every number in it.
func (g *gathered) judge(set conditions.Setter, in staffing.Input, plan staffing.Result, due bool) {
	put := func(kind string, v verdict) { set.Set(kind, v.status, v.reason, v.message) }
	put(v1alpha1.ConditionStaffed, judgeNow(plan.Classes))
	v := judgeCoverage(plan)
	shown := meta.FindStatusCondition(g.target.Status.Conditions, v1alpha1.ConditionCoverageSufficient)
	if due || shown == nil || shown.Status != v.status || shown.Reason != v.reason {
		put(v1alpha1.ConditionCoverageSufficient, v)
	}
	shown = meta.FindStatusCondition(g.target.Status.Conditions, v1alpha1.ConditionExposureWithinLimits)
	if due || shown == nil || shown.Reason == v1alpha1.ReasonLastPlanKept {
		put(v1alpha1.ConditionExposureWithinLimits, g.judgeExposure(in.Teams, &plan, func() []staffing.Held { return staffing.HeldBack(in) }))
	}
}

// judgeNow says whether there are enough people now.
func judgeNow(classes []staffing.ClassPlan) verdict {
	reason, message, known := staffed(classes)
	switch {
	case reason == v1alpha1.ReasonEnoughPeople:
		return verdict{metav1.ConditionTrue, reason, message}
	case known:
		return verdict{metav1.ConditionFalse, reason, message}
	}
	return verdict{metav1.ConditionUnknown, reason, message}
}

// judgeCoverage says whether there are enough people up to the horizon; if not, which class
// lacks them first, and how much is missing in all.
func judgeCoverage(plan staffing.Result) verdict {
	if len(plan.Classes) == 0 {
		return verdict{metav1.ConditionUnknown, v1alpha1.ReasonNotPlanned, "There is no work for people"}
	}
	var first *staffing.ClassPlan
	var missing sample.Span
	var unsure string
	short := 0
	for i := range plan.Classes {
		c := &plan.Classes[i]
		switch {
		case !c.Known():
			unsure = cmp.Or(unsure, name(c.Key))
		case c.FirstGap != 0:
			short++
			missing += missingOf(plan, c)
			if first == nil || c.FirstGap < first.FirstGap {
				first = c
			}
		}
	}
	switch {
	case first != nil:
		return verdict{metav1.ConditionFalse, lackOf(first), fmt.Sprintf(
			"%s lacks people from %s on%s; until %s %s person-hours are missing", name(first.Key), stamp(startOf(plan, first.FirstGap)),
			others(short-1), stamp(plan.Grid.At(plan.Grid.N)), hours(missing))}
	case unsure != "":
		return verdict{metav1.ConditionUnknown, v1alpha1.ReasonUnknownWhileMissing, "Not known while numbers are missing of " + unsure}
	}
	return verdict{metav1.ConditionTrue, v1alpha1.ReasonCovered, "Every class has the people it needs, to the end of the horizon"}
}

func others(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return ", and another class later"
	}
	return fmt.Sprintf(", and %d other classes later", n)
}

// lackOf is why a class lacks people, in the interval in which it first does.
func lackOf(c *staffing.ClassPlan) string {
	switch {
	case slices.Contains(c.Findings, staffing.FindingNoTeam):
		return v1alpha1.ReasonNoTeamHasSkill
	case len(c.Uncovered) > 0 && c.Uncovered[0].From <= c.FirstGap:
		return v1alpha1.ReasonNobodyOnShift
	}
	return v1alpha1.ReasonTooFewPeople
}

// missingOf is the time of the people that a class lacks over the horizon.
func missingOf(plan staffing.Result, c *staffing.ClassPlan) (out sample.Span) {
	for _, n := range c.Intervals {
		out += sample.Span(sample.MulDiv(int64(n.Gap), int64(plan.Grid.Width), int64(sample.One)))
	}
	return out
}

func stamp(at sample.Instant) string { return at.Time().UTC().Format("2006-01-02 15:04 UTC") }

// hours prints a time in hours, in two significant digits; less than ten in tenths.
func hours(t sample.Span) string {
	return base.Heads(sample.Milli(base.Digits(int64((t+sample.Hour/20)/(sample.Hour/10))) * 100))
}

// judgeExposure says whether limits of exposure keep people from work that is late, and what would help.
// What they hold back is asked for where it matters: finding it takes about as long as the plan.
func (g *gathered) judgeExposure(teams []staffing.Team, plan *staffing.Result, heldBack func() []staffing.Held) verdict {
	limited := slices.ContainsFunc(teams, func(t staffing.Team) bool { return len(t.Exposure) > 0 })
	switch {
	case !limited:
		return verdict{metav1.ConditionTrue, v1alpha1.ReasonNoExposureLimits, "No team has a limit of exposure"}
	case plan.FirstBreach == 0 && plan.Unknown > 0:
		return verdict{metav1.ConditionUnknown, v1alpha1.ReasonUnknownWhileMissing, "Not known while numbers are missing"}
	case plan.FirstBreach == 0:
		return verdict{metav1.ConditionTrue, v1alpha1.ReasonWithinLimits, "The limits of exposure leave room for the work there is"}
	}
	known := map[staffing.ClassKey]bool{}
	for i := range plan.Classes {
		known[plan.Classes[i].Key] = plan.Classes[i].Known()
	}
	held := heldBack()
	for i := range held {
		if h := &held[i]; known[h.Key] && h.Time >= sample.Minute {
			return g.heldBack(h)
		}
	}
	return verdict{metav1.ConditionTrue, v1alpha1.ReasonWithinLimits, "More exposure would close no gap: people or skills are missing"}
}

// heldBack says what limits keep people from.
func (g *gathered) heldBack(h *staffing.Held) verdict {
	teams := make([]string, 0, len(h.Limits))
	for _, l := range h.Limits {
		teams = append(teams, "team "+l.Team)
	}
	if teams = slices.Compact(teams); len(teams) == 0 {
		teams = append(teams, "teams") // their limits on other work keep them busy elsewhere
	}
	return verdict{metav1.ConditionFalse, v1alpha1.ReasonExposureBudgetBinds, fmt.Sprintf(
		"Limits of exposure keep %s from %s person-hours of %s, first on %s: people are there, and may not look at more; %s",
		few(teams), hours(h.Time), name(h.Key), g.localDay(teams, h.From), h.Advice())}
}

// localDay is the day where the first of some teams is.
func (g *gathered) localDay(teams []string, at sample.Instant) string {
	zone := time.UTC
	for i := range g.teams {
		if strings.TrimPrefix(teams[0], "team ") != g.teams[i].Name {
			continue
		}
		if z, err := g.teams[i].Spec.TimeZone.Load(); err == nil {
			zone = z
		}
	}
	return at.Time().In(zone).Format(time.DateOnly)
}
