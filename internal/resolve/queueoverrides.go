package resolve

import (
	"slices"
	"strings"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/sample"
)

// Override puts what overrides say of a queue into what the capacity engine is told of it: the
// priority in force, and for people the names of those that have a part in the decision. A surge has
// one from a lead before it begins; what it expects comes with the forecast.
func Override(c *capacity.Queue, q *v1alpha1.ModerationQueue, all []v1alpha1.CapacityOverride, now sample.Instant, lead sample.Span) {
	p, by := PriorityAt(q, all, now)
	c.Priority, c.Overrides = p, nil
	if by != nil {
		o := queueOverride(by)
		o.Declared = Priority(q)
		c.Overrides = append(c.Overrides, o)
	}
	for i := range all {
		o := &all[i]
		if !concerns(o, v1alpha1.OverrideSurge, q.Name) {
			continue
		}
		most := sample.Milli(-1)
		for _, s := range SurgeSteps(o) {
			if s.From <= now.Add(lead) && s.To > now {
				most = max(most, s.Factor)
			}
		}
		if most >= 0 {
			one := queueOverride(o)
			one.Arrivals = most
			c.Overrides = append(c.Overrides, one)
		}
	}
	slices.SortFunc(c.Overrides, func(a, b capacity.QueueOverride) int { return strings.Compare(a.Name, b.Name) })
}

func queueOverride(o *v1alpha1.CapacityOverride) capacity.QueueOverride {
	return capacity.QueueOverride{
		Name: o.Name, Kind: capacity.OverrideKind(o.Spec.Type), From: Begin(o), Until: sample.At(o.Spec.Until.Time),
		Reason: o.Spec.Reason, By: o.Spec.By,
	}
}
