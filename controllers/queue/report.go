package queue

import (
	"fmt"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/conditions"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// stage is one stage of the queue with its promise.
type stage struct {
	name    string // "classification", or the name of a review stream
	promise staffing.Promise
	text    string // the promise in words
	regime  string // what sets it, where that is a regime
	next    string // what a regime changes next
	seen    resolve.Stage
	machine bool
}

// report puts what was gathered into the queue's status and the metrics.
func (r *Reconciler) report(g *gathered) {
	s := &g.queue.Status
	set := conditions.For(&s.CommonStatus, g.queue.Generation, g.now)
	r.reportReady(set, g)
	stages := g.stages()
	quality := reportFresh(set, stages)
	reportServiceLevel(set, stages)
	reportCapacity(set, g)
	reportStaffed(set, g)
	reportRouted(set, g)
	shown := s.Summary
	if shown == nil {
		shown = &v1alpha1.QueueSummary{}
	}
	s.Classification = g.classification()
	s.Reviews = g.reviews(stages)
	s.Summary = g.summary(stages, quality, shown)
	s.Findings, s.FindingCount = g.findings()
	r.setMetrics(g, stages)
}

func (r *Reconciler) reportReady(set conditions.Setter, g *gathered) {
	switch {
	case g.missing == nil:
		set.Ready("modcap plans, routes and reports on the queue")
	case g.missing.reason == v1alpha1.ReasonInvalidSpec:
		set.Stalled(g.missing.reason, g.missing.message)
	default:
		set.NotReady(g.missing.reason, g.missing.message)
	}
}

// stages are the machine stage, if any, and the review streams.
func (g *gathered) stages() []stage {
	var out []stage
	if seen, ok := resolve.Machine(g.queue, g.rows); ok {
		l := g.queue.Spec.Classification.ServiceLevel
		p, _ := resolve.Promise(l, "")
		out = append(out, stage{name: "classification", promise: p, text: promiseText(l), seen: seen, machine: true})
	}
	for i := range g.inForce.Spec.Reviews {
		rv := &g.inForce.Spec.Reviews[i]
		st := stage{name: string(rv.Name), seen: resolve.Review(g.queue, rv, g.rows)}
		st.next = resolve.NextPromise(&g.queue.Spec.Reviews[i], g.known.Catalogue, sample.At(g.now))
		if len(rv.ServiceLevels) > 0 && rv.ServiceLevels[0].Regime == "" {
			l := v1alpha1.ServiceLevel{Percent: rv.ServiceLevels[0].Percent, Within: rv.ServiceLevels[0].Within}
			st.promise, _ = resolve.Promise(l, rv.ServiceLevels[0].Measure)
			st.text = promiseText(l)
		}
		if g.staffing != nil && g.staffing.Promises[st.name] != "" {
			st.text, st.regime = g.staffing.Promises[st.name], g.staffing.Regimes[st.name]
		}
		out = append(out, st)
	}
	return out
}

func promiseText(l v1alpha1.ServiceLevel) string {
	return fmt.Sprintf("%s%% in %s", l.Percent, l.Within)
}

// reportFresh sets MetricsFresh and returns the worst sample of all stages.
func reportFresh(set conditions.Setter, stages []stage) sample.Sample {
	worst := sample.FreshAt(0, 0)
	where := ""
	declared := false
	for _, st := range stages {
		if st.seen.Quality.Cause == sample.CauseNotDeclared {
			continue
		}
		declared = true
		if st.seen.Quality.Quality < worst.Quality {
			worst, where = st.seen.Quality, st.name
		}
	}
	switch {
	case !declared:
		set.Unknown(v1alpha1.ConditionMetricsFresh, v1alpha1.ReasonNotMeasured, "The queue declares no metrics")
		return sample.Missing(sample.CauseNotDeclared)
	case worst.Fresh():
		set.True(v1alpha1.ConditionMetricsFresh, v1alpha1.ReasonFresh, "The numbers can be acted on")
	default:
		set.False(v1alpha1.ConditionMetricsFresh, string(worst.Cause),
			fmt.Sprintf("The numbers of %s are %s: %s", where, worst.Quality, worst.Cause))
	}
	return worst
}

// reportServiceLevel compares what was attained with what is promised, where it is measured.
func reportServiceLevel(set conditions.Setter, stages []stage) {
	measured, missed := false, ""
	for _, st := range stages {
		share, ok := st.seen.Attained.Share()
		if !ok || st.promise.Percent == 0 {
			continue
		}
		measured = true
		if share < st.promise.Percent && missed == "" {
			missed = fmt.Sprintf("%s was below %s over the last hour", st.name, st.text)
		}
	}
	switch {
	case !measured:
		set.Unknown(v1alpha1.ConditionServiceLevelMet, v1alpha1.ReasonNotMeasured,
			"Not measured: due and onTime are not declared, not read, or nothing was due")
	case missed != "":
		set.False(v1alpha1.ConditionServiceLevelMet, v1alpha1.ReasonMissed, missed)
	default:
		set.True(v1alpha1.ConditionServiceLevelMet, v1alpha1.ReasonMet, "Every measured promise was kept over the last hour")
	}
}

func reportCapacity(set conditions.Setter, g *gathered) {
	switch {
	case g.queue.Spec.Classification == nil:
		set.Clear(v1alpha1.ConditionCapacitySufficient)
	case g.pool == nil || (g.pool.Feasible && !g.pool.Known):
		set.Unknown(v1alpha1.ConditionCapacitySufficient, v1alpha1.ReasonUnknownWhileMissing, "Not known while numbers are missing")
	case g.pool.Feasible:
		set.True(v1alpha1.ConditionCapacitySufficient, g.pool.Reason, g.pool.Message)
	case g.pool.Known:
		set.False(v1alpha1.ConditionCapacitySufficient, g.pool.Reason, g.pool.Message)
	default:
		set.Unknown(v1alpha1.ConditionCapacitySufficient, g.pool.Reason, g.pool.Message)
	}
}

func reportStaffed(set conditions.Setter, g *gathered) {
	switch {
	case len(g.queue.Spec.Reviews) == 0:
		set.Clear(v1alpha1.ConditionStaffed)
	case g.staffing == nil:
		set.Unknown(v1alpha1.ConditionStaffed, v1alpha1.ReasonNotPlanned, "No StaffingTarget selects the queue")
	case !g.staffing.Known:
		set.Unknown(v1alpha1.ConditionStaffed, g.staffing.Reason, g.staffing.Message)
	case g.staffing.Enough:
		set.True(v1alpha1.ConditionStaffed, g.staffing.Reason, g.staffing.Message)
	default:
		set.False(v1alpha1.ConditionStaffed, g.staffing.Reason, g.staffing.Message)
	}
}

func reportRouted(set conditions.Setter, g *gathered) {
	switch {
	case g.routing == nil:
		set.Unknown(v1alpha1.ConditionRouted, v1alpha1.ReasonProgressing, "The documents of the surface have not been compiled yet")
		return
	case g.routing.Routed:
		set.True(v1alpha1.ConditionRouted, g.routing.Reason, g.routing.Message)
	default:
		set.False(v1alpha1.ConditionRouted, g.routing.Reason, g.routing.Message)
	}
	g.queue.Status.Routing = nil
	if g.routing.Document != "" {
		g.queue.Status.Routing = &v1alpha1.RoutingStatus{Document: g.routing.Document, Index: g.routing.Index}
	}
}

func (r *Reconciler) setMetrics(g *gathered, stages []stage) {
	ns, name := g.queue.Namespace, g.queue.Name
	for _, st := range stages {
		if st.seen.Backlog.Fresh() {
			r.Metrics.QueueBacklog.WithLabelValues(ns, name, st.name).Set(st.seen.Backlog.Value.Float())
		} else {
			r.Metrics.QueueBacklog.DeleteLabelValues(ns, name, st.name)
		}
		if share, ok := st.seen.Attained.Share(); ok {
			r.Metrics.QueueAttained.WithLabelValues(ns, name, st.name).Set(float64(share) / float64(sample.AllPPM))
		} else {
			r.Metrics.QueueAttained.DeleteLabelValues(ns, name, st.name)
		}
		if st.promise.Percent > 0 {
			r.Metrics.QueuePromise.WithLabelValues(ns, name, st.name).Set(float64(st.promise.Percent) / float64(sample.AllPPM))
		}
	}
	if g.pool != nil && g.pool.Known {
		feasible := 0.0
		if g.pool.Feasible {
			feasible = 1
		}
		r.Metrics.QueueFeasible.WithLabelValues(ns, name).Set(feasible)
	} else {
		r.Metrics.QueueFeasible.DeleteLabelValues(ns, name)
	}
	if g.staffing != nil && g.staffing.Known {
		r.Metrics.QueueReviewersMissing.WithLabelValues(ns, name).Set(float64(max(g.staffing.Need-g.staffing.Have, 0)))
	} else {
		r.Metrics.QueueReviewersMissing.DeleteLabelValues(ns, name)
	}
	r.Metrics.QueueFindings.WithLabelValues(ns, name).Set(float64(g.queue.Status.FindingCount))
}

func attainedText(a resolve.Attained) string {
	if share, ok := a.Share(); ok {
		return base.Share(share)
	}
	return ""
}
