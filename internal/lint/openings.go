package lint

import (
	"fmt"
	"slices"
	"time"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
)

// checkCovered looks for markets that no step of a rollout gives the change, and that have it at once when the last is over.
func (c *checker) checkCovered(p *v1alpha1.ModerationPolicy, used []*v1alpha1.ModerationQueue) {
	steps := p.Spec.Rollout.Steps
	var missed []string
	for _, q := range used {
		if q.Spec.Classification == nil {
			continue
		}
		if !slices.ContainsFunc(steps, func(s v1alpha1.RolloutStep) bool { return inStep(q, &s) }) {
			missed = append(missed, "queue "+q.Name)
			continue
		}
		missed = append(missed, unstepped(q, steps)...)
	}
	slices.Sort(missed)
	if missed = slices.Compact(missed); len(missed) == 0 || c.knowsStep(steps, used) {
		return
	}
	c.add(&Finding{
		Code: CodeStepsSkipMarkets, Object: Object{KindPolicy, p.Name}, Field: "spec.rollout.steps",
		Message: fmt.Sprintf("No step gives the change any of the items of %s: it decides all of them at once when the last step is over.",
			listed(missed)),
		Fix: "Add a last step without markets and surfaces, such as 50 percent of all.",
	})
}

// knowsStep reports whether some step is of no queue at all: that is said of the step.
func (c *checker) knowsStep(steps []v1alpha1.RolloutStep, used []*v1alpha1.ModerationQueue) bool {
	return slices.ContainsFunc(steps, func(s v1alpha1.RolloutStep) bool {
		return !slices.ContainsFunc(used, func(q *v1alpha1.ModerationQueue) bool { return inStep(q, &s) })
	})
}

// unstepped are the markets of a queue that are in none of the steps on its surface.
func unstepped(q *v1alpha1.ModerationQueue, steps []v1alpha1.RolloutStep) (out []string) {
	var named []v1alpha1.Market
	for i := range steps {
		if s := &steps[i]; len(s.Surfaces) == 0 || slices.Contains(s.Surfaces, q.Spec.Surface) {
			if len(s.Markets) == 0 {
				return nil
			}
			named = append(named, s.Markets...)
		}
	}
	slices.Sort(named)
	named = slices.Compact(named)
	if len(q.Spec.Markets) == 0 {
		return []string{"other markets than " + listed(text(named))}
	}
	for _, m := range q.Spec.Markets {
		if !slices.Contains(named, m) {
			out = append(out, "market "+string(m))
		}
	}
	return out
}

// checkFrozen looks for freeze windows that leave no time at which a step could end.
func (c *checker) checkFrozen(o Object, r *v1alpha1.PolicyRollout) {
	at, end := c.in.Now, c.in.Now.AddDate(0, 0, 8)
	for at.Before(end) {
		frozen := resolve.FreezeWindow(r, at)
		if len(frozen) == 0 {
			return
		}
		next := frozen[0].Until.Time()
		if !next.After(at) {
			next = at.Add(time.Minute)
		}
		at = next
	}
	c.add(&Finding{
		Code: CodeAlwaysFrozen, Object: o, Field: "spec.rollout.freezeWindows",
		Message: "The windows follow one another without a gap, all week, so no step ever ends by itself.",
		Fix:     "Leave hours between the windows in which steps may end.",
	})
}

// checkConditions looks for conditions that no number meets.
func (c *checker) checkConditions(o Object, r *v1alpha1.PolicyRollout) {
	for i := range r.Conditions {
		x := &r.Conditions[i]
		if x.AtLeast == nil || x.AtMost == nil {
			continue
		}
		low, err := x.AtLeast.Milli()
		high, err2 := x.AtMost.Milli()
		if err != nil || err2 != nil || low <= high {
			continue
		}
		c.add(&Finding{
			Code: CodeConditionNeverMet, Object: o, Field: fmt.Sprintf("spec.rollout.conditions[%s]", x.Name),
			Message: fmt.Sprintf("No number is at least %s and at most %s, so no step ever ends by itself.", *x.AtLeast, *x.AtMost),
			Fix:     "Swap the two, or leave one out.",
		})
	}
}

// checkTerms looks for numbers of a rollout that are valid and were hardly meant.
func (c *checker) checkTerms(o Object, r *v1alpha1.PolicyRollout) {
	if s := r.Shadow; s != nil {
		c.checkZero(o, "spec.rollout.shadow.sample", s.Sample)
	}
	if t := r.Training; t != nil && t.MinTrained != nil {
		c.checkPercent(o, "spec.rollout.training.minTrained", string(*t.MinTrained))
	}
	for _, x := range []struct {
		field  string
		margin v1alpha1.Decimal
	}{{"leakage", r.Margins.Leakage}, {"overkill", r.Margins.Overkill}} {
		if v, err := x.margin.Milli(); err == nil && v >= 10_000_000 {
			c.add(&Finding{
				Code: CodeMarginOfAll, Object: o, Field: "spec.rollout.margins." + x.field,
				Message: fmt.Sprintf("%s of 10000 items is all of them, so no change is ever taken back for it.", x.margin),
				Fix:     "Set the margin to how many more errors of 10000 items are tolerated, such as half of what is made now.",
			})
		}
	}
}

// rolloutRows are the labels without which a row of a rollout's counts says nothing.
func rolloutRows(field string) []string {
	base := []string{"policy", "revision", "market", "cohort"}
	switch field {
	case "entered":
		return base
	case "sampled", "labelled":
		return append(base, "arm", "rate")
	case "errors":
		return append(base, "arm", "rate", "label", "kind")
	case "rereviewed":
		return base[:2]
	}
	return append(base, "label", "from", "to")
}

// checkTable looks at a series that is read as a whole: it is a Gauge, and its rows have what they must.
func (c *checker) checkTable(o Object, field string, source Object, s *v1alpha1.MetricSeries, rows []string) {
	if s.Type != v1alpha1.GaugeSeries {
		c.once(&Finding{
			Code: CodeSeriesOfOtherType, Object: o, Field: field, With: []Object{source},
			Message: fmt.Sprintf("Series %s is declared as %s, and a Gauge of a sum that only rises is read.", s.Name, s.Type),
			Fix:     "Declare the series as Gauge.",
		})
	}
	lost := slices.DeleteFunc(slices.Clone(rows), func(l string) bool { return slices.Contains(s.RowLabels, l) })
	if len(lost) > 0 {
		c.once(&Finding{
			Code: CodeRowLabelsDiffer, Object: o, Field: field, With: []Object{source},
			Message: fmt.Sprintf("The rows of series %s are not told apart by %s, and a row without says nothing.", s.Name, listed(lost)),
			Fix:     "Add them to rowLabels of the series, and to the by (...) of its query.",
		})
	}
}

// once adds a finding that says of an object what none before it did.
func (c *checker) once(f *Finding) {
	if !slices.ContainsFunc(c.out, func(o Finding) bool { return o.Object == f.Object && o.Code == f.Code && o.Message == f.Message }) {
		c.add(f)
	}
}

// checkFloor looks for a step of relief that takes fewer quality samples, where there are none.
func (c *checker) checkFloor(p *v1alpha1.ModerationPolicy, field string, used []*v1alpha1.ModerationQueue) {
	sampled := func(q *v1alpha1.ModerationQueue) bool {
		return slices.ContainsFunc(q.Spec.Reviews, func(r v1alpha1.ReviewStream) bool {
			return r.QASample != nil || r.Requires.Role == v1alpha1.RoleQA
		})
	}
	labelled := func(l v1alpha1.PolicyLabel) bool { return l.QASample != nil }
	if len(used) == 0 || slices.ContainsFunc(used, sampled) || slices.ContainsFunc(p.Spec.Labels, labelled) {
		return
	}
	c.add(&Finding{
		Code: CodeReliefOfNothing, Object: Object{KindPolicy, p.Name}, Field: field,
		Message: "Neither the labels nor the review streams of the policy's queues have quality samples, so there are none to take fewer of.",
		Fix:     "Leave the step out, or declare qaSample where samples are taken.",
	})
}
