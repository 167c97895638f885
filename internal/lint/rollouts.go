package lint

import (
	"fmt"
	"slices"
	"time"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
)

// checkRollout looks at how changes of a policy are rolled out.
func (c *checker) checkRollout(p *v1alpha1.ModerationPolicy, used []*v1alpha1.ModerationQueue) {
	r := p.Spec.Rollout
	if r == nil {
		return
	}
	o := Object{KindPolicy, p.Name}
	for _, w := range r.FreezeWindows {
		c.zone(o, fmt.Sprintf("spec.rollout.freezeWindows[%s].timeZone", w.Name), w.TimeZone)
	}
	for i := range r.Steps {
		c.markets(o, fmt.Sprintf("spec.rollout.steps[%s].markets", r.Steps[i].Name), r.Steps[i].Markets)
		c.checkStep(o, &r.Steps[i], used)
	}
	c.checkCovered(p, used)
	c.checkFrozen(o, r)
	c.checkConditions(o, r)
	c.checkTerms(o, r)
	_, err := resolve.RolloutTerms(r)
	c.invalid(o, err)
	c.checkRolloutMetrics(o, r)
	for i := range r.Conditions {
		x := &r.Conditions[i]
		ref := v1alpha1.SeriesReference{Series: x.Series}
		c.checkStage(o, &stage{fmt.Sprintf("spec.rollout.conditions[%s]", x.Name), &x.RowSelector, []metric{{"series", &ref}}})
	}
	for i := range p.Spec.Labels {
		c.checkSeen(o, &p.Spec.Labels[i])
	}
}

// checkStep looks for a step in which no item is decided.
func (c *checker) checkStep(o Object, s *v1alpha1.RolloutStep, used []*v1alpha1.ModerationQueue) {
	if len(used) == 0 || slices.ContainsFunc(used, func(q *v1alpha1.ModerationQueue) bool { return inStep(q, s) }) {
		return
	}
	c.add(&Finding{
		Code: CodeStepWithoutQueue, Object: o, Field: fmt.Sprintf("spec.rollout.steps[%s]", s.Name),
		Message: "No queue that uses the policy takes items of the step's markets on its surfaces, so nothing is learned in it.",
		Fix:     "Correct the markets and surfaces of the step, or leave it out.",
	})
}

func inStep(q *v1alpha1.ModerationQueue, s *v1alpha1.RolloutStep) bool {
	return (len(s.Surfaces) == 0 || slices.Contains(s.Surfaces, q.Spec.Surface)) &&
		(len(s.Markets) == 0 || slices.ContainsFunc(s.Markets, func(m v1alpha1.Market) bool { return takes(q, m) }))
}

// checkRolloutMetrics follows the series that count a rollout, and looks for holds that are over before anything
// that is decided in them has been looked at.
func (c *checker) checkRolloutMetrics(o Object, r *v1alpha1.PolicyRollout) {
	m := r.Metrics
	if m == nil {
		return
	}
	c.checkRolloutSeries(o, m)
	cohort, err := m.Cohort.Parse()
	delay, err2 := m.LabelDelay.Parse()
	if err != nil || err2 != nil {
		return
	}
	if s := r.Shadow; s != nil {
		c.checkHold(o, "spec.rollout.shadow.maxHold", s.MaxHold, cohort+delay)
	}
	for i := range r.Steps {
		c.checkHold(o, fmt.Sprintf("spec.rollout.steps[%s].maxHold", r.Steps[i].Name), r.Steps[i].MaxHold, cohort+delay)
	}
}

// checkRolloutSeries follows the series that count a rollout.
func (c *checker) checkRolloutSeries(o Object, m *v1alpha1.RolloutMetrics) {
	const field = "spec.rollout.metrics"
	source := sourceOf(&m.SourceRef)
	if spec, ok := c.source(o, field+".sourceRef", source); ok {
		for _, x := range rolloutSeries(m) {
			if s := seriesOf(spec, x.ref.Series); s != nil {
				c.checkTable(o, field+"."+x.field, source, s, rolloutRows(x.field))
			} else if x.ref.Series != "" {
				c.add(&Finding{
					Code: CodeSeriesNotFound, Object: o, Field: field + "." + x.field, With: []Object{source},
					Message: fmt.Sprintf("%s %s declares no series %s, so no step ends by itself.", source.Kind, source.Name, x.ref.Series),
					Fix:     "Declare the series in the source, or name one of its own: " + seriesNames(spec) + ".",
				})
			}
		}
	}
	counted := stage{field: field, metrics: rolloutSeries(m)}
	c.checkNamedTwice(o, &counted)
	c.checkSwapped(o, &counted)
}

// rolloutSeries are the series that steps are judged by.
func rolloutSeries(m *v1alpha1.RolloutMetrics) []metric {
	all := []metric{
		{"entered", &m.Entered}, {"moved", &m.Moved}, {"movedSampled", &m.MovedSampled}, {"movedLabelled", &m.MovedLabelled},
		{"movedViolating", &m.MovedViolating}, {"sampled", &m.Sampled}, {"labelled", &m.Labelled}, {"errors", &m.Errors},
	}
	if m.Rereviewed != nil {
		all = append(all, metric{"rereviewed", m.Rereviewed})
	}
	return all
}

// checkHold compares the longest hold of a step with how long it takes until the first of its samples count.
func (c *checker) checkHold(o Object, field string, most v1alpha1.Duration, first time.Duration) {
	longest, err := most.Parse()
	if most == "" || err != nil || longest >= first {
		return
	}
	c.add(&Finding{
		Code: CodeHoldTooShort, Object: o, Field: field,
		Message: fmt.Sprintf("The step lasts at most %s, and the first samples of it count after %s, a cohort and the delay of labels: "+
			"its guard never has any evidence, and somebody is asked each time.", most, exact(first)),
		Fix: fmt.Sprintf("Let the step last longer than %s, by as long as its samples take to gather.", exact(first)),
	})
}

// checkSeen looks for labels whose errors outside the moved items nobody would see.
func (c *checker) checkSeen(o Object, l *v1alpha1.PolicyLabel) {
	qa := l.QASample
	if qa != nil && (some(qa.Allowed) || some(qa.Actioned) || some(qa.Reviewed)) {
		return
	}
	c.add(&Finding{
		Code: CodeRolloutUnseen, Object: o, Field: fmt.Sprintf("spec.labels[%s].qaSample", l.Name),
		Message: "Of a rollout only the items that move are looked at; the label has no other quality samples, so errors outside the " +
			"moved items are not seen by any guard.",
		Fix: "Set qaSample.allowed and qaSample.actioned to small shares, such as 0.005 and 0.01.",
	})
}
