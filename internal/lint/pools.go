package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
)

func (c *checker) checkPools() {
	targets := map[v1alpha1.ScaleTargetReference]string{}
	for _, p := range c.oldestFirst() {
		if other, taken := targets[p.Spec.ScaleTargetRef]; taken {
			c.add(&Finding{
				Code: CodePoolsShareTarget, Object: Object{KindPool, p.Name}, Field: "spec.scaleTargetRef", With: objects(KindPool, other),
				Message: fmt.Sprintf("Pool %s scales %s %s already, and is the older or the first by name; this pool decides nothing.",
					other, p.Spec.ScaleTargetRef.Kind, p.Spec.ScaleTargetRef.Name),
				Fix: "Give each workload one pool; queues may share a pool.",
			})
		} else {
			targets[p.Spec.ScaleTargetRef] = p.Name
		}
	}
	for _, p := range c.in.Pools {
		o := Object{KindPool, p.Name}
		for _, s := range p.Spec.Schedules {
			c.zone(o, fmt.Sprintf("spec.schedules[%s].timeZone", s.Name), s.TimeZone)
		}
		c.invalid(o, resolve.CheckPool(p))
		if len(c.usedBy[o]) == 0 && c.knows(KindQueue) {
			c.add(&Finding{
				Code: CodePoolUnused, Object: o, Message: "No queue names the pool, so nothing is known of what its workers have to do.",
				Fix: "Name the pool in classification.poolRef of a queue, or delete it.",
			})
		}
		for _, x := range resolve.Contradictions(p, c.in.Now) {
			c.add(&Finding{
				Code: CodeSchedulesContradict, Object: o, Field: fmt.Sprintf("spec.schedules[%s]", x.Fewer.Name),
				Message: fmt.Sprintf("Schedule %s allows at most %d workers while schedule %s asks for at least %d; the higher bounds win.",
					x.Fewer.Name, x.Fewer.Max, x.More.Name, x.More.Min),
				Fix: "Let the schedules apply at different hours, or let their bounds meet.",
			})
		}
		c.checkDrain(p)
	}
}

// oldestFirst are the pools as they come to own their target.
func (c *checker) oldestFirst() []*v1alpha1.ClassifierPool {
	out := slices.Clone(c.in.Pools)
	slices.SortStableFunc(out, func(a, b *v1alpha1.ClassifierPool) int {
		return a.CreationTimestamp.Compare(b.CreationTimestamp.Time)
	})
	return out
}

func (c *checker) zone(o Object, field string, z v1alpha1.TimeZone) {
	if _, err := z.Load(); err != nil {
		c.add(&Finding{
			Code: CodeTimeZoneUnknown, Object: o, Field: field, Message: fmt.Sprintf("There is no time zone %s in the tz database.", z),
			Fix: "Write the name of a zone, such as Europe/Berlin, or UTC.",
		})
	}
}

// checkDrain follows the series by which idle workers are known.
func (c *checker) checkDrain(p *v1alpha1.ClassifierPool) {
	d := p.Spec.ScaleDown.Drain
	if d == nil {
		return
	}
	o, field, x := Object{KindPool, p.Name}, "spec.scaleDown.drain.inFlight", &d.InFlight
	source := sourceOf(&x.SourceRef)
	spec, ok := c.source(o, field+".sourceRef", source)
	if !ok {
		return
	}
	f := Finding{Object: o, Field: field + ".series", With: []Object{source}}
	series := seriesOf(spec, x.Series)
	pod := x.PodLabel
	if pod == "" {
		pod = "pod"
	}
	switch {
	case series == nil:
		f.Code, f.Message = CodeSeriesNotFound, fmt.Sprintf("%s %s declares no series %s.", source.Kind, source.Name, x.Series)
		f.Fix = "Declare the series in the source, or name one of its own: " + seriesNames(spec) + "."
	case spec.Type != v1alpha1.PrometheusSource:
		f.Code, f.Field = CodeSeriesOfOtherType, field+".sourceRef"
		f.Message = fmt.Sprintf("%s %s is of type %s, whose answers have no row for each pod.", source.Kind, source.Name, spec.Type)
		f.Fix = "Name a source of type Prometheus."
	case series.Type != v1alpha1.GaugeSeries:
		f.Code = CodeSeriesOfOtherType
		f.Message = fmt.Sprintf("Series %s is declared as %s, and inFlight is read from a Gauge.", x.Series, series.Type)
		f.Fix = "Name another series, or correct the type of this one in the source."
	case !sameLabels(series.RowLabels, append(keys(x.MatchLabels), pod)):
		f.Code, f.Field = CodeRowLabelsDiffer, field
		f.Message = fmt.Sprintf("Series %s identifies its rows by %s, and the pool by %s.", x.Series, listed(series.RowLabels),
			listed(append(keys(x.MatchLabels), pod)))
		f.Fix = "Let podLabel and matchLabels together be the rowLabels of the series."
	default:
		return
	}
	c.add(&f)
}

func keys(m map[string]v1alpha1.LabelValue) []string {
	out := make([]string, 0, len(m)+1)
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func sameLabels(a, b []string) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(a, b)
}

func (c *checker) checkOverrides() {
	for _, x := range c.in.Overrides {
		o := Object{KindOverride, x.Name}
		if !x.Spec.Until.After(c.in.Now) {
			c.add(&Finding{
				Code: CodeOverrideOver, Object: o, Field: "spec.until",
				Message: fmt.Sprintf("The override ended at %s, so it does nothing.", stamp(x.Spec.Until)), Fix: "Delete it, or make a new one that ends later.",
			})
			continue
		}
		if x.Spec.Rework != nil {
			c.checkRework(o, x.Spec.Rework)
		}
		if x.Spec.PoolRef == nil {
			continue
		}
		pool := c.pools[x.Spec.PoolRef.Name]
		if pool == nil {
			if c.knows(KindPool) {
				c.add(&Finding{
					Code: CodePoolNotFound, Object: o, Field: "spec.poolRef", Message: fmt.Sprintf("ClassifierPool %s does not exist.", x.Spec.PoolRef.Name),
					Fix: "Create the pool, or name one that exists.",
				})
			}
			continue
		}
		if most := highestMax(pool); x.Spec.Type == v1alpha1.OverrideFloor && x.Spec.Replicas != nil && *x.Spec.Replicas > most {
			c.add(&Finding{
				Code: CodeFloorAboveMaximum, Object: o, Field: "spec.replicas", With: objects(KindPool, pool.Name),
				Message: fmt.Sprintf("The floor of %d is above what pool %s may ever have, %d; no floor lifts that.", *x.Spec.Replicas, pool.Name, most),
				Fix:     "Raise replicas.max of the pool, or lower the floor.",
			})
		}
	}
	c.checkOverridesTogether()
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
	for i, a := range c.in.Overrides {
		for _, b := range c.in.Overrides[i+1:] {
			if a.Spec.PoolRef == nil || b.Spec.PoolRef == nil || *a.Spec.PoolRef != *b.Spec.PoolRef || !c.together(a, b) {
				continue
			}
			for _, x := range [][2]*v1alpha1.CapacityOverride{{a, b}, {b, a}} {
				if why := beaten(x[0], x[1]); why != "" {
					c.add(&Finding{
						Code: CodeOverridesContradict, Object: Object{KindOverride, x[0].Name}, Field: "spec", With: objects(KindOverride, x[1].Name),
						Message: why, Fix: "End one of the two before the other begins, or delete it.",
					})
				}
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
	switch {
	case a.Spec.Type == v1alpha1.OverrideFloor && b.Spec.Type == v1alpha1.OverrideCeiling && a.Spec.Replicas != nil && b.Spec.Replicas != nil &&
		*a.Spec.Replicas > *b.Spec.Replicas:
		return when + fmt.Sprintf("the pool has at most %d workers, and not the %d of this floor: a ceiling holds against a floor.",
			*b.Spec.Replicas, *a.Spec.Replicas)
	case b.Spec.Type == v1alpha1.OverridePause && (a.Spec.Type == v1alpha1.OverrideFloor || a.Spec.Type == v1alpha1.OverrideCeiling):
		return when + fmt.Sprintf("the scale of pool %s is not written, so this %s does nothing.", a.Spec.PoolRef.Name,
			strings.ToLower(string(a.Spec.Type)))
	}
	return ""
}
