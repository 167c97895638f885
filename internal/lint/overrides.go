package lint

import (
	"fmt"
	"strings"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/routing"
)

func (c *checker) checkOverrides() {
	for _, x := range c.in.Overrides {
		o := Object{KindOverride, x.Name}
		if !x.Spec.Until.After(c.in.Now) {
			c.add(&Finding{
				Code: CodeOverrideOver, Object: o, Field: "spec.until",
				Message: fmt.Sprintf("The override ended at %s, so it does nothing.", stamp(x.Spec.Until)),
				Fix:     "Delete it, or make a new one that ends later.",
			})
			continue
		}
		if r := x.Spec.Rework; r != nil {
			c.checkRework(o, r)
			if r.Of != nil {
				c.policyOf(o, "spec.rework.of.policyRef", r.Of.PolicyRef.Name)
			}
		}
		if d := x.Spec.Rollout; d != nil {
			c.policyOf(o, "spec.rollout.policyRef", d.PolicyRef.Name)
		}
		for _, r := range x.Spec.PolicyRefs {
			c.policyOf(o, fmt.Sprintf("spec.policyRefs[%s]", r.Name), r.Name)
			c.checkFreeze(o, &x.Spec, r.Name)
		}
		if x.Spec.PoolRef != nil {
			c.checkOverride(o, &x.Spec)
		}
		if t := x.Spec.Type; t == v1alpha1.OverrideSurge || t == v1alpha1.OverridePriority {
			c.checkQueueOverride(x)
		}
	}
	c.checkOverridesTogether()
}

// policyOf follows a policy that an override names.
func (c *checker) policyOf(o Object, field, name string) {
	if c.policies[name] == nil && c.knows(KindPolicy) {
		c.add(&Finding{
			Code: routing.CodePolicyNotFound, Object: o, Field: field,
			Message: fmt.Sprintf("ModerationPolicy %s does not exist.", name), Fix: "Name a policy that exists.",
		})
	}
}

// checkOverride follows the pool of an override.
func (c *checker) checkOverride(o Object, s *v1alpha1.CapacityOverrideSpec) {
	pool := c.pools[s.PoolRef.Name]
	if pool == nil {
		if c.knows(KindPool) {
			c.add(&Finding{
				Code: CodePoolNotFound, Object: o, Field: "spec.poolRef", Message: fmt.Sprintf("ClassifierPool %s does not exist.", s.PoolRef.Name),
				Fix: "Create the pool, or name one that exists.",
			})
		}
		return
	}
	if most := highestMax(pool); s.Type == v1alpha1.OverrideFloor && s.Replicas != nil && *s.Replicas > most {
		c.add(&Finding{
			Code: CodeFloorAboveMaximum, Object: o, Field: "spec.replicas", With: objects(KindPool, pool.Name),
			Message: fmt.Sprintf("The floor of %d is above what pool %s may ever have, %d; no floor lifts that.", *s.Replicas, pool.Name, most),
			Fix:     "Raise replicas.max of the pool, or lower the floor.",
		})
	}
	if least := lowestMin(pool); s.Type == v1alpha1.OverrideCeiling && s.Replicas != nil && *s.Replicas < least && least <= highestMax(pool) {
		c.add(&Finding{
			Code: CodeCeilingBelowMinimum, Object: o, Field: "spec.replicas", With: objects(KindPool, pool.Name),
			Message: fmt.Sprintf("The ceiling of %d is below what pool %s has at least at any time, %d.", *s.Replicas, pool.Name, least),
			Fix:     "Lower replicas.min of the pool, raise the ceiling, or pause the pool if it is to stand still.",
		})
	}
}

// lowestMin is what a pool has at least at any time.
func lowestMin(p *v1alpha1.ClassifierPool) int32 {
	least := p.Spec.Replicas.Min
	for _, s := range p.Spec.Schedules {
		least = min(least, s.Min)
	}
	return least
}

// checkFreeze looks for a freeze of what never moves.
func (c *checker) checkFreeze(o Object, s *v1alpha1.CapacityOverrideSpec, name string) {
	if p := c.policies[name]; p != nil && s.Type == v1alpha1.OverrideFreeze && p.Spec.Rollout == nil {
		c.add(&Finding{
			Code: CodeOverrideWithoutEffect, Object: o, Field: fmt.Sprintf("spec.policyRefs[%s]", name), With: objects(KindPolicy, name),
			Message: fmt.Sprintf("Policy %s declares no rollout: its changes apply at once, and the freeze holds none of them.", name),
			Fix:     "Declare spec.rollout in the policy, or leave the policy out.",
		})
	}
}

func highestMax(p *v1alpha1.ClassifierPool) int32 {
	most := p.Spec.Replicas.Max
	for _, s := range p.Spec.Schedules {
		most = max(most, s.Max)
	}
	return most
}

func (c *checker) checkRework(o Object, r *v1alpha1.Rework) {
	q := c.queues[r.QueueRef.Name]
	switch {
	case q != nil:
		c.invalid(o, resolve.CheckRework(r, q))
	case c.knows(KindQueue):
		c.add(&Finding{
			Code: CodeQueueNotFound, Object: o, Field: "spec.rework.queueRef",
			Message: fmt.Sprintf("ModerationQueue %s does not exist.", r.QueueRef.Name), Fix: "Name a queue that exists.",
		})
	}
}

// checkOverridesTogether looks for overrides of a pool that are in force at the same time and cannot both have their
// way.
func (c *checker) checkOverridesTogether() {
	for _, a := range c.in.Overrides {
		for _, b := range c.in.Overrides {
			if a == b || a.Spec.Pool() == "" || a.Spec.Pool() != b.Spec.Pool() || !c.together(a, b) {
				continue
			}
			if why := beaten(a, b); why != "" {
				c.add(&Finding{
					Code: CodeOverridesContradict, Object: Object{KindOverride, a.Name}, Field: "spec", With: objects(KindOverride, b.Name),
					Message: why, Fix: "End one of the two before the other begins, or delete it.",
				})
			}
		}
	}
}

// together reports whether two overrides are, or will be, in force at the same time.
func (c *checker) together(a, b *v1alpha1.CapacityOverride) bool {
	from := c.in.Now
	until := a.Spec.Until.Time
	if b.Spec.Until.Time.Before(until) {
		until = b.Spec.Until.Time
	}
	for _, x := range []*v1alpha1.CapacityOverride{a, b} {
		if x.Spec.From != nil && x.Spec.From.After(from) {
			from = x.Spec.From.Time
		}
	}
	return from.Before(until)
}

// beaten says why an override does nothing while another is in force; empty if it does.
func beaten(a, b *v1alpha1.CapacityOverride) string {
	when := fmt.Sprintf("While override %s is in force, until %s, ", b.Name, stamp(b.Spec.Until))
	switch is := a.Spec.Type; {
	case b.Spec.Type == v1alpha1.OverridePause && (is == v1alpha1.OverrideFloor || is == v1alpha1.OverrideCeiling):
		return when + fmt.Sprintf("the scale of pool %s is not written, so this %s does nothing.", a.Spec.Pool(), strings.ToLower(string(is)))
	case is == v1alpha1.OverrideFloor && b.Spec.Type == v1alpha1.OverrideCeiling && above(a.Spec.Replicas, b.Spec.Replicas):
		return when + fmt.Sprintf("the pool has at most %d workers, and not the %d of this floor: a ceiling holds against a floor.",
			*b.Spec.Replicas, *a.Spec.Replicas)
	}
	return ""
}

func above(a, b *int32) bool { return a != nil && b != nil && *a > *b }
