package lint

import (
	"fmt"
	"slices"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/routing"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// checkMoveUp looks for time-outs of items that never go up, and for flags that more than one label has.
func (c *checker) checkMoveUp(o Object, p *v1alpha1.ModerationPolicy) {
	for _, m := range p.Spec.MoveUp {
		goesUp := func(l v1alpha1.PolicyLabel) bool { return l.Escalation != nil && severityOf(&l) == m.Severity }
		if slices.ContainsFunc(p.Spec.Labels, goesUp) {
			continue
		}
		c.add(&Finding{
			Code: CodeMoveUpOfNothing, Object: o, Field: fmt.Sprintf("spec.moveUp[%s]", m.Severity),
			Message: fmt.Sprintf("No label of severity %s has an escalation, so no item goes up by it.", m.Severity),
			Fix:     "Give the labels meant an escalation, or leave the entry out.",
		})
	}
	first := map[v1alpha1.Flag]v1alpha1.Word{}
	for i := range p.Spec.Labels {
		l := &p.Spec.Labels[i]
		if l.Escalation == nil {
			continue
		}
		for _, f := range l.Escalation.Flags {
			if other, taken := first[f]; taken {
				c.add(&Finding{
					Code: CodeFlagTwice, Object: o, Field: fmt.Sprintf("spec.labels[%s].escalation.flags", l.Name),
					Message: fmt.Sprintf("Flag %s is of label %s too: the more severe of the two decides flagged items, of equal ones the first "+
						"by name.", f, other),
					Fix: "Leave the flag at the label that is to decide them.",
				})
				continue
			}
			first[f] = l.Name
		}
	}
}

// severityOf a label; unset is Medium.
func severityOf(l *v1alpha1.PolicyLabel) v1alpha1.SeverityType {
	if l.Severity == "" {
		return v1alpha1.SeverityMedium
	}
	return l.Severity
}

// checkPassedOn compares the time that items have in a higher tier with the regimes of the streams that they come from: both count from
// the same clock.
func (c *checker) checkPassedOn(p *v1alpha1.ModerationPolicy, used []*v1alpha1.ModerationQueue) {
	for i := range p.Spec.Labels {
		l := &p.Spec.Labels[i]
		if l.Escalation == nil {
			continue
		}
		queue, regime := c.strictest(l, used)
		if queue == "" {
			continue
		}
		c.checkInTime(p, fmt.Sprintf("spec.labels[%s].escalation.within", l.Name), string(l.Escalation.Within), queue, regime)
		for _, m := range p.Spec.MoveUp {
			if severityOf(l) != m.Severity {
				continue
			}
			for j, t := range m.Then {
				c.checkInTime(p, fmt.Sprintf("spec.moveUp[%s].then[%d].within", m.Severity, j), string(t.Within), queue, regime)
			}
		}
	}
}

// checkInTime looks at one of these times.
func (c *checker) checkInTime(p *v1alpha1.ModerationPolicy, field, within, queue string, regime staffing.Promise) {
	d, err := v1alpha1.Duration(within).Parse()
	if err != nil || sample.SpanOf(d) <= regime.Within {
		return
	}
	c.once(&Finding{
		Code: resolve.CodeEscalationTooLate, Severity: routing.Warning, Object: Object{KindPolicy, p.Name}, Field: field,
		With: objects(KindQueue, queue),
		Message: fmt.Sprintf("Items that are passed on have %s, and regime %s of queue %s asks for %s from the same clock.",
			within, regime.Regime, queue, regime.Within),
		Fix: fmt.Sprintf("Set it to %s or less.", regime.Within),
	})
}

// strictest is the shortest time in which a regime in force asks for all items of a label that people decide, and the queue.
func (c *checker) strictest(l *v1alpha1.PolicyLabel, used []*v1alpha1.ModerationQueue) (queue string, out staffing.Promise) {
	for _, q := range used {
		r := routing.StreamOf(q, string(l.HarmDomain))
		if r == nil {
			continue
		}
		for _, p := range c.promises(r) {
			if p.Regime != "" && p.Percent >= highest && (queue == "" || p.Within < out.Within) {
				queue, out = q.Name, p
			}
		}
	}
	return queue, out
}
