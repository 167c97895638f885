package staffing

import (
	"github.com/prometheus/client_golang/prometheus"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// measure sets the metrics of a target. What is not known has no value.
func (r *Reconciler) measure(g *gathered, plan staffing.Result) {
	s := &g.target.Status
	known := len(g.holding) == 0 && len(plan.Classes) > 0
	put := func(gauge *prometheus.GaugeVec, ok bool, v float64) {
		if ok {
			gauge.WithLabelValues(g.target.Namespace, g.target.Name).Set(v)
		} else {
			gauge.DeleteLabelValues(g.target.Namespace, g.target.Name)
		}
	}
	var planned float64
	if s.PlannedAt != nil {
		planned = float64(s.PlannedAt.Unix())
	}
	until := max(plan.FirstBreach.Since(plan.Now), 0)
	put(r.Metrics.StaffingPlanned, s.PlannedAt != nil, planned)
	put(r.Metrics.StaffingCoverage, known && plan.Quality == sample.Fresh, float64(plan.Coverage)/float64(sample.AllPPM))
	put(r.Metrics.StaffingMissing, known, plan.NowTotal.Gap.Float())
	put(r.Metrics.StaffingFirstGap, known && plan.FirstBreach != 0, float64(until)/float64(sample.Second))
	put(r.Metrics.StaffingAlone, known, float64(s.AloneCount))
	put(r.Metrics.StaffingUncovered, known, float64(s.UncoveredCount))
	unmanned, _ := r.posts.of(client.ObjectKeyFromObject(g.target))
	put(r.Metrics.StaffingUnmanned, len(g.holding) == 0 && unmanned.posts > 0, unmanned.worst().Duration().Seconds())
}
