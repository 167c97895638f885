package queue

import (
	"cmp"
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/lint"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
)

// Bottlenecks.
const (
	none     = "None"
	machines = "Machines"
	people   = "People"
	both     = "MachinesAndPeople"
	unknown  = "Unknown"
)

// summary is the queue in a line: the answer to "what is on fire?".
func (g *gathered) summary(stages []stage, quality sample.Sample, shown *v1alpha1.QueueSummary) *v1alpha1.QueueSummary {
	out := &v1alpha1.QueueSummary{
		Backlog: totalBacklog(stages), Bottleneck: g.bottleneck(), Metrics: quality.Quality.String(), BreachIn: g.breachIn(),
	}
	if quality.Cause == sample.CauseNotDeclared {
		out.Metrics = ""
	}
	if st := tightest(stages, g.bottleneck()); st != nil {
		out.Promise, out.Attained = st.text, attainedText(st.seen.Attained)
	}
	out.Oldest = oldest(stages, shown)
	if g.pool != nil {
		out.Workers = fmt.Sprintf("%d/%d", g.pool.Ready, g.pool.Wanted)
	}
	if g.staffing != nil {
		gap := max(g.staffing.Need-g.staffing.Have, 0)
		out.ReviewersMissing = &gap
		out.Reviewers = fmt.Sprintf("%d/%d", g.staffing.Have, g.staffing.Need)
		if !g.staffing.Known {
			out.Reviewers, out.ReviewersMissing = fmt.Sprintf("%d/?", g.staffing.Have), nil
		}
		if g.staffing.FirstGap != 0 && g.staffing.FirstGap.Time().After(g.now) {
			out.NextChange = "people short from " + g.staffing.FirstGap.Time().Format("2006-01-02T15:04Z")
		}
	}
	return out
}

// totalBacklog adds up the stages whose backlog is known; nil when none is.
func totalBacklog(stages []stage) *int64 {
	var sum sample.Milli
	var at sample.Instant
	known := false
	for _, st := range stages {
		if st.seen.Backlog.Quality >= sample.Stale {
			sum, at, known = sum+st.seen.Backlog.Value, st.seen.Backlog.At, true
		}
	}
	if !known {
		return nil
	}
	return base.Items(sample.FreshAt(sum, at))
}

// tightest is the stage whose promise is nearest to being missed: the one with
// the largest share of its allowed misses used up; while nothing is measured, that
// of the bottleneck, or the first.
func tightest(stages []stage, bottleneck string) *stage {
	var worst *stage
	var worstUsed int64 = -1
	for i := range stages {
		st := &stages[i]
		share, ok := st.seen.Attained.Share()
		if !ok || st.promise.Percent == 0 {
			continue
		}
		allowed := max(int64(sample.AllPPM-st.promise.Percent), 1)
		if used := int64(sample.AllPPM-share) * 1000 / allowed; used > worstUsed {
			worst, worstUsed = st, used
		}
	}
	if worst != nil || len(stages) == 0 {
		return worst
	}
	for i := range stages {
		if stages[i].machine == (bottleneck != people) {
			return &stages[i]
		}
	}
	return &stages[0]
}

// oldest is the time since which the most overdue item waits, relative to its promise.
func oldest(stages []stage, shown *v1alpha1.QueueSummary) *metav1.Time {
	var out *metav1.Time
	for _, st := range stages {
		t := base.Oldest(st.seen.Oldest, st.promise.Within, shown.Oldest)
		if t != nil && (out == nil || t.Before(out)) {
			out = t
		}
	}
	return out
}

// shortage is what is known of one side of a queue: machines or people.
type shortage struct {
	// asked is true when the queue has such work.
	asked bool
	// known is true when it can be said whether there is enough.
	known bool
	short bool
}

// open is true while it cannot be said whether there is enough.
func (s shortage) open() bool { return s.asked && !s.known }

func (g *gathered) machineSide() shortage {
	s := shortage{asked: g.queue.Spec.Classification != nil}
	if g.pool != nil {
		// Numbers that are a lower bound can show a shortage; none at all cannot.
		s.known, s.short = g.pool.Known, !g.pool.Feasible && g.pool.Reason != v1alpha1.ReasonUnknownWhileMissing
	}
	return s
}

func (g *gathered) peopleSide() shortage {
	s := shortage{asked: len(g.queue.Spec.Reviews) > 0}
	if g.staffing != nil {
		s.known, s.short = g.staffing.Known, g.staffing.Known && !g.staffing.Enough
	}
	return s
}

// bottleneck names what keeps the queue from its promises.
func (g *gathered) bottleneck() string {
	m, p := g.machineSide(), g.peopleSide()
	switch {
	case m.short && p.short:
		return both
	case m.short:
		return machines
	case p.short:
		return people
	case m.open() || p.open():
		return unknown
	}
	return none
}

// breachIn is the earlier of the machines' and the people's; empty while none is in
// sight and one of them is not known.
func (g *gathered) breachIn() string {
	var ats []string
	if g.pool != nil && g.pool.BreachIn != "" {
		ats = append(ats, g.pool.BreachIn)
	}
	if g.staffing != nil && g.staffing.Known {
		ats = append(ats, base.BreachIn(g.staffing.FirstGap, g.now))
	}
	order := []string{"now", "<1m", "<5m", "<15m", "<1h", "<4h", "<24h", "none"}
	if len(ats) == 0 {
		return ""
	}
	first := slices.MinFunc(ats, func(a, b string) int {
		return cmp.Compare(slices.Index(order, a), slices.Index(order, b))
	})
	if first == "none" && (g.machineSide().open() || g.peopleSide().open()) {
		return ""
	}
	return first
}

func (g *gathered) classification() *v1alpha1.ClassificationStatus {
	for _, st := range g.stages() {
		if !st.machine {
			continue
		}
		was := g.queue.Status.Classification
		if was == nil {
			was = &v1alpha1.ClassificationStatus{}
		}
		out := &v1alpha1.ClassificationStatus{
			Backlog: base.Items(st.seen.Backlog), ArrivalsPerSecond: base.Rate(st.seen.Arrivals),
			Oldest: base.Oldest(st.seen.Oldest, st.promise.Within, was.Oldest), Attained: attainedText(st.seen.Attained),
		}
		if g.pool != nil {
			out.Replicas = base.Steady(g.pool.Needed, was.Replicas)
			out.BreachIn, out.BreachLikely = g.pool.BreachIn, g.pool.BreachLikely
			out.DrainTime, out.DrainLikely = g.pool.Drain, g.pool.DrainLikely
		}
		return out
	}
	return nil
}

func (g *gathered) reviews(stages []stage) []v1alpha1.ReviewStatus {
	was := map[v1alpha1.Word]*metav1.Time{}
	for _, r := range g.queue.Status.Reviews {
		was[r.Name] = r.Oldest
	}
	var out []v1alpha1.ReviewStatus
	for _, st := range stages {
		if st.machine {
			continue
		}
		name := v1alpha1.Word(st.name)
		r := v1alpha1.ReviewStatus{
			Name: name, Backlog: base.Items(st.seen.Backlog), Promise: st.text, Attained: attainedText(st.seen.Attained),
			Regime: st.regime, NextPromise: st.next,
			Oldest: base.Oldest(st.seen.Oldest, st.promise.Within, was[name]),
		}
		if g.staffing != nil {
			r.Classes, r.ClassCount = g.staffing.Classes[st.name], g.staffing.Counts[st.name]
		}
		out = append(out, r)
	}
	return out
}

// maxFindings is how many findings a status lists.
const maxFindings = 32

// findings are those of routing, staffing and regimes, and of the objects read together, errors first.
func (g *gathered) findings() ([]v1alpha1.Finding, int32) {
	var all []v1alpha1.Finding
	if g.routing != nil {
		all = append(all, g.routing.Findings...)
	}
	if g.staffing != nil {
		all = append(all, g.staffing.Findings...)
	}
	if resolve.NamesRegime(g.queue) {
		all = append(all, g.known.Findings...)
		all = append(all, resolve.RegimeFindings(g.queue, g.known.Catalogue, sample.At(g.now))...)
	}
	all = lint.Together(all, g.lint.Findings)
	return all[:min(len(all), maxFindings)], int32(len(all))
}
