package lint

import (
	"fmt"
	"slices"

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
