package lint

import (
	"fmt"
	"slices"

	"github.com/modcap/modcap/api/v1alpha1"
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
