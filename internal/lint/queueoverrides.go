package lint

import (
	"fmt"
	"slices"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
)

// checkQueueOverride looks at a Surge or a Priority: whether its queues are there, whether it does anything, and what
// package resolve says of it beside others and the calendars. Of two that say different things, the one that comes
// later by name is said to: the status of each says so.
func (c *checker) checkQueueOverride(x *v1alpha1.CapacityOverride) {
	o := Object{KindOverride, x.Name}
	if x.Spec.Type == v1alpha1.OverrideSurge {
		if err := resolve.CheckSurge(x); err != nil {
			c.invalid(o, err)
			return
		}
	}
	var queues []v1alpha1.ModerationQueue
	for _, name := range x.Spec.Queues() {
		switch q := c.queues[name]; {
		case q != nil:
			queues = append(queues, *q)
		case c.knows(KindQueue):
			c.add(&Finding{
				Code: CodeQueueNotFound, Object: o, Field: "spec.queueRefs",
				Message: fmt.Sprintf("ModerationQueue %s does not exist.", name), Fix: "Name a queue that exists.",
			})
		}
	}
	var all, before []v1alpha1.CapacityOverride
	for _, other := range c.in.Overrides {
		all = append(all, *other)
		if other.Name <= x.Name {
			before = append(before, *other)
		}
	}
	for _, f := range append(calendars(resolve.OverriddenBy(x, queues, all, sample.At(c.in.Now)).Findings, true),
		calendars(resolve.OverriddenBy(x, queues, before, sample.At(c.in.Now)).Findings, false)...) {
		c.add(&Finding{Code: f.Code, Severity: f.Severity, Object: o, Field: "spec", Message: sentence(f.Message), Fix: sentence(f.Fix)})
	}
	c.checkEffect(o, x, queues)
}

// calendars are the findings that are about events of calendars, or the others.
func calendars(all []v1alpha1.Finding, are bool) (out []v1alpha1.Finding) {
	for _, f := range all {
		if (f.Code == resolve.CodeSurgeAndCalendar) == are {
			out = append(out, f)
		}
	}
	return out
}

// checkEffect looks for an override that says what holds without it, and for a priority of protected work.
func (c *checker) checkEffect(o Object, x *v1alpha1.CapacityOverride, queues []v1alpha1.ModerationQueue) {
	if x.Spec.Type == v1alpha1.OverrideSurge {
		steps := resolve.SurgeSteps(x)
		if len(steps) == 0 || slices.ContainsFunc(steps, func(e forecast.Event) bool { return e.Factor != sample.One }) {
			return
		}
		c.add(&Finding{
			Code: CodeOverrideWithoutEffect, Object: o, Field: "spec.surge",
			Message: "The surge says that 100 % of what would arrive otherwise arrives, so it changes nothing.",
			Fix:     "Write what arrives in percent of what would arrive otherwise, such as 300 for three times as much, or delete it.",
		})
		return
	}
	for i := range queues {
		q := &queues[i]
		own, _ := resolve.PriorityAt(q, nil, sample.At(c.in.Now))
		f := Finding{Object: o, Field: "spec.priority", With: objects(KindQueue, q.Name)}
		switch {
		case q.Spec.Protected:
			f.Code = CodePriorityOfProtected
			f.Message = fmt.Sprintf("Queue %s is protected: it goes before all work that is not, whatever its priority. The priority decides "+
				"among protected queues alone.", q.Name)
			f.Fix = "Leave the queue out, unless another protected one is to wait for it."
		case x.Spec.Priority != nil && *x.Spec.Priority == own:
			f.Code = CodeOverrideWithoutEffect
			f.Message = fmt.Sprintf("Queue %s has the priority %d by itself, so the override changes nothing there.", q.Name, own)
			f.Fix = "Write another priority, or leave the queue out."
		default:
			continue
		}
		c.add(&f)
	}
}
