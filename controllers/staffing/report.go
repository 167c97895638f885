package staffing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/conditions"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// maxListed is how many gaps and findings a status lists.
const maxListed = 32

// maxSpans is how many classes a status lists that nobody covers, or one person does.
const maxSpans = 16

// report puts the plan into the target's status.
func (g *gathered) report(set conditions.Setter, plan staffing.Result, findings []v1alpha1.Finding) {
	s := &g.target.Status
	s.Summary = g.summary(plan)
	gaps := gapsOf(plan)
	s.Gaps, s.GapCount = gaps[:min(len(gaps), maxListed)], int32(len(gaps))
	uncovered := spansOf(plan, func(n staffing.Need) bool { return n.Required > 0 && n.Eligible == 0 })
	s.Uncovered, s.UncoveredCount = uncovered[:min(len(uncovered), maxSpans)], int32(len(uncovered))
	alone := spansOf(plan, func(n staffing.Need) bool { return n.Required > 0 && n.Eligible > 0 && n.Eligible < 2*sample.One })
	s.Alone, s.AloneCount = alone[:min(len(alone), maxSpans)], int32(len(alone))
	s.Findings = findings[:min(len(findings), maxListed)]
	switch {
	case len(g.elsewhere) > 0:
		set.Stalled(v1alpha1.ReasonPlannedTwice, "An older target plans some of what is selected: "+few(g.elsewhere))
	case len(g.queues) == 0:
		set.NotReady(v1alpha1.ReasonNothingSelected, "spec.queueSelector selects no queue")
	case len(g.teams) == 0:
		set.NotReady(v1alpha1.ReasonNothingSelected, "spec.teamSelector selects no team")
	default:
		set.Ready("The target is planned")
	}
}

// few names at most three of a list.
func few(names []string) string {
	if len(names) <= 3 {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:3], ", "), len(names)-3)
}

func (g *gathered) summary(plan staffing.Result) *v1alpha1.StaffingSummary {
	out := &v1alpha1.StaffingSummary{
		Teams: int32(len(g.teams)), Queues: int32(len(g.queues)),
		Now:  base.Heads(plan.NowTotal.Covered) + "/" + base.Heads(plan.NowTotal.Required),
		Peak: base.Heads(plan.Peak.Heads), PeakAt: base.Time(startOf(plan, plan.Peak.At)),
		FirstGap: base.Time(startOf(plan, plan.FirstBreach)),
	}
	if plan.Quality == sample.Fresh { // of a need that is not known there is no share
		out.Coverage = base.Share(plan.Coverage)
	}
	if plan.WorstGap.Heads > 0 {
		out.WorstGap, out.WorstGapAt = base.Heads(plan.WorstGap.Heads), base.Time(startOf(plan, plan.WorstGap.At))
	}
	if gaps := gapsOf(plan); len(gaps) > 0 {
		w := gaps[0]
		out.Worst = strings.Join(nonEmpty(w.Queue, w.Review, w.Language, w.HarmDomain, string(w.Role)), "/")
	}
	return out
}

// startOf is at; for what is true now it is the start of the present interval, so
// that the time stands still within it. 0 stays 0.
func startOf(plan staffing.Result, at sample.Instant) sample.Instant {
	if at != 0 && at <= plan.Now {
		return plan.Grid.Start
	}
	return at
}

func nonEmpty(parts ...string) []string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return out
}

// gapsOf lists the classes with a gap, the largest first.
func gapsOf(plan staffing.Result) []v1alpha1.StaffingGap {
	var out []v1alpha1.StaffingGap
	for _, c := range byGap(plan.Classes) {
		if c.FirstGap == 0 || !c.Known() {
			continue
		}
		from, at := startOf(plan, c.FirstGap), startOf(plan, max(c.WorstGap.At, plan.Grid.Start))
		out = append(out, v1alpha1.StaffingGap{
			Queue: c.Key.Queue, Review: c.Key.Review, Language: c.Key.Language, HarmDomain: c.Key.HarmDomain,
			Tier: int32(c.Key.Tier), Role: v1alpha1.TeamRole(c.Key.Role),
			From: *base.Time(from), Until: *base.Time(max(c.LastGap, from)), Worst: base.Heads(c.WorstGap.Heads), WorstAt: *base.Time(at),
			Uncovered: len(c.Uncovered) > 0,
		})
	}
	return out
}

// spansOf lists the classes for which something is so in some intervals, those with most
// of these first.
func spansOf(plan staffing.Result, is func(staffing.Need) bool) []v1alpha1.StaffingSpan {
	counts := map[staffing.ClassKey]int{}
	var found []staffing.ClassPlan
	for _, c := range plan.Classes {
		for _, n := range c.Intervals {
			if is(n) {
				counts[c.Key]++
			}
		}
		if counts[c.Key] > 0 && c.Known() {
			found = append(found, c)
		}
	}
	slices.SortStableFunc(found, func(a, b staffing.ClassPlan) int { return cmp.Compare(counts[b.Key], counts[a.Key]) })
	out := make([]v1alpha1.StaffingSpan, len(found))
	for i, c := range found {
		first, last := slices.IndexFunc(c.Intervals, is), len(c.Intervals)-1
		for !is(c.Intervals[last]) {
			last--
		}
		length := sample.Span(counts[c.Key]) * plan.Grid.Width
		out[i] = v1alpha1.StaffingSpan{
			Queue: c.Key.Queue, Review: c.Key.Review, Language: c.Key.Language, HarmDomain: c.Key.HarmDomain, Tier: int32(c.Key.Tier),
			From: *base.Time(plan.Grid.At(first)), Until: *base.Time(plan.Grid.At(last + 1)),
			Hours: base.Heads(sample.Milli(length / (sample.Hour / 1000))),
		}
	}
	return out
}

// staffed says whether every class has the people it needs now; known is false
// while the numbers are too poor to say.
func staffed(classes []staffing.ClassPlan) (reason, message string, known bool) {
	if len(classes) == 0 {
		return v1alpha1.ReasonNotPlanned, "There is no work for people", false
	}
	reason, message, known = v1alpha1.ReasonEnoughPeople, "Every class has the people it needs now", true
	rank := 0
	var unsure string
	for _, c := range classes {
		if !c.Known() {
			unsure = name(c.Key)
			continue
		}
		why, text, r := shortage(c)
		if r > rank {
			reason, message, rank = why, text, r
		}
	}
	if rank == 0 && unsure != "" {
		return v1alpha1.ReasonUnknownWhileMissing, "Not known while numbers are missing of " + unsure, false
	}
	return reason, message, known
}

// shortage says what class c lacks now, and how grave that is; 0 for nothing.
func shortage(c staffing.ClassPlan) (reason, message string, rank int) {
	has := func(f staffing.Finding) bool {
		for _, x := range c.Findings {
			if x == f {
				return true
			}
		}
		return false
	}
	switch {
	case has(staffing.FindingNoTeam) && c.Now.Required > 0:
		return v1alpha1.ReasonNoTeamHasSkill, "No team of the target holds the skills for " + name(c.Key), 4
	case c.Now.Required > 0 && c.Now.Eligible == 0:
		return v1alpha1.ReasonNobodyOnShift, "Nobody on shift can do the work of " + name(c.Key), 3
	case c.Now.Gap > 0:
		return v1alpha1.ReasonTooFewPeople, "Too few people for " + name(c.Key), 2
	case has(staffing.FindingPromiseShorterThanWork):
		return v1alpha1.ReasonTooShort, fmt.Sprintf(
			"No headcount can keep the promise of %s: at most %s is reached; give it more time or a lower percent",
			name(c.Key), base.Share(c.Reachable)), 1
	}
	return "", "", 0
}

func name(k staffing.ClassKey) string {
	tier := ""
	if k.Tier > 1 {
		tier = fmt.Sprintf("tier-%d", k.Tier)
	}
	return strings.Join(nonEmpty(k.Queue, k.Review, k.Language, k.HarmDomain, tier, k.Role), "/")
}

// promiseOf is the binding promise in words.
func promiseOf(c staffing.ClassPlan) string {
	if c.Promise.Percent == 0 {
		return ""
	}
	return fmt.Sprintf("%s%% in %s", c.Promise.Percent.Percent(), c.Promise.Within)
}
