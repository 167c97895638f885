package export

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/modcap/modcap/hack/dataplane/internal/platform"
)

// rollouts are the metrics of docs/metrics-contract.md, "Rollouts": sums that only rise,
// by cohort of the decision.
type rollouts struct {
	entered, moved, movedSampled, movedLabelled, movedViolating *prometheus.Desc
	sampled, labelled, errors                                   *prometheus.Desc
}

func newRollouts() *rollouts {
	desc := func(name, help string, more ...string) *prometheus.Desc {
		return prometheus.NewDesc("moderation_rollout_"+name, help, append([]string{"policy", "revision", "market", "cohort"}, more...), nil)
	}
	move, arm := []string{"label", "from", "to"}, []string{"arm", "rate"}
	return &rollouts{
		entered:        desc("entered_items", "Items that both revisions were evaluated on."),
		moved:          desc("moved_items", "Items that the revisions decide differently.", move...),
		movedSampled:   desc("moved_sampled_items", "Of those, sent to be looked at.", move...),
		movedLabelled:  desc("moved_labelled_items", "Of those, looked at.", move...),
		movedViolating: desc("moved_violating_items", "Of those, found violating.", move...),
		sampled:        desc("sampled_items", "Random samples that were sent to be looked at.", arm...),
		labelled:       desc("labelled_items", "Random samples that were looked at.", arm...),
		errors:         desc("error_items", "Random samples that were decided wrongly.", append(arm, "label", "kind")...),
	}
}

func (r *rollouts) all() []*prometheus.Desc {
	return []*prometheus.Desc{r.entered, r.moved, r.movedSampled, r.movedLabelled, r.movedViolating, r.sampled, r.labelled, r.errors}
}

// collect leaves out rollouts that are over: nobody reads them, and rows are limited.
func (r *rollouts) collect(e emitter, all []platform.RolloutReport) {
	for _, ro := range all {
		if ro.Over {
			continue
		}
		for _, c := range ro.Cohorts {
			for i := range c.Cells {
				r.cell(e, &c.Cells[i], ro.Policy, ro.Revision, c.Cells[i].Market, c.Begin.Format(time.RFC3339))
			}
		}
	}
}

func (r *rollouts) cell(e emitter, c *platform.CellReport, key ...string) {
	with := func(more ...string) []string { return append(key[:len(key):len(key)], more...) }
	e.gauge(r.entered, float64(c.Entered), key...)
	for _, m := range c.Moved {
		labels := with(m.Label, m.From, m.To)
		e.gauge(r.moved, float64(m.Items), labels...)
		e.gauge(r.movedSampled, float64(m.Sampled), labels...)
		e.gauge(r.movedLabelled, float64(m.Labelled), labels...)
		e.gauge(r.movedViolating, float64(m.Violating), labels...)
	}
	for _, s := range c.Strata {
		labels := with(s.Arm, share(s.Rate))
		e.gauge(r.sampled, float64(s.Sampled), labels...)
		e.gauge(r.labelled, float64(s.Labelled), labels...)
		for _, w := range s.Errors {
			e.gauge(r.errors, float64(w.Errors), append(labels[:len(labels):len(labels)], w.Label, w.Kind)...)
		}
	}
}
