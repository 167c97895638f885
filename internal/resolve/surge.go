package resolve

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/sample"
)

// Expected is what is known beforehand of a queue's arrivals: the events of its calendar, and what
// surges say. A surge multiplies with an event, as events do with one another: it is told against what is expected.
func Expected(q *v1alpha1.ModerationQueue, all []v1alpha1.CapacityOverride) []forecast.Event {
	return append(Events(q), Surges(q.Name, all)...)
}

// Surges are those of a queue as events that follow one another. Of several at a time the largest holds: two
// people who announce one campaign must not announce it squared, and who expects less must not
// take away what somebody else expects more for.
func Surges(queue string, all []v1alpha1.CapacityOverride) []forecast.Event {
	var steps []forecast.Event
	for i := range all {
		if concerns(&all[i], v1alpha1.OverrideSurge, queue) {
			steps = append(steps, SurgeSteps(&all[i])...)
		}
	}
	var edges []sample.Instant
	for _, s := range steps {
		edges = append(edges, s.From, s.To)
	}
	slices.Sort(edges)
	edges = slices.Compact(edges)
	var out []forecast.Event
	for i := 1; i < len(edges); i++ {
		factor, some := factorAt(steps, edges[i-1])
		if !some {
			continue
		}
		if n := len(out); n > 0 && out[n-1].To == edges[i-1] && out[n-1].Factor == factor {
			out[n-1].To = edges[i]
			continue
		}
		out = append(out, forecast.Event{From: edges[i-1], To: edges[i], Factor: factor})
	}
	return out
}

// factorAt is the largest factor of those in force at an instant; false if none is.
func factorAt(steps []forecast.Event, at sample.Instant) (most sample.Milli, some bool) {
	for _, s := range steps {
		if s.From <= at && at < s.To {
			most, some = max(most, s.Factor), true
		}
	}
	return most, some
}

// concerns reports whether an override is of a kind and names a queue.
func concerns(o *v1alpha1.CapacityOverride, kind v1alpha1.OverrideType, queue string) bool {
	return o.Spec.Type == kind && o.DeletionTimestamp == nil &&
		slices.ContainsFunc(o.Spec.QueueRefs, func(r v1alpha1.ObjectReference) bool { return r.Name == queue })
}

// Begin is when an override begins: unlike a limit on workers, what arrives may have begun before it
// was written down.
func Begin(o *v1alpha1.CapacityOverride) sample.Instant {
	if o.Spec.From != nil {
		return max(sample.At(o.Spec.From.Time), 0)
	}
	return max(sample.At(o.CreationTimestamp.Time), 0)
}

// SurgeSteps are the levels of a surge, one after the other. What cannot be read is left out:
// CheckSurge has reported it.
func SurgeSteps(o *v1alpha1.CapacityOverride) []forecast.Event {
	s, until := o.Spec.Surge, sample.At(o.Spec.Until.Time)
	if s == nil || CheckSurge(o) != nil {
		return nil
	}
	if len(s.Curve) == 0 {
		factor, _ := s.Arrivals.Milli() // checked
		return level(Begin(o), until, factor)
	}
	var out []forecast.Event
	for i, p := range s.Curve {
		to := until
		if i+1 < len(s.Curve) {
			to = min(to, sample.At(s.Curve[i+1].From.Time))
		}
		factor, _ := p.Arrivals.Milli() // checked
		out = append(out, level(max(Begin(o), sample.At(p.From.Time)), to, factor)...)
	}
	return out
}

func level(from, to sample.Instant, factor int64) []forecast.Event {
	if from >= to {
		return nil
	}
	return []forecast.Event{{From: from, To: to, Factor: sample.Milli(factor)}}
}

// leastSurge is the least that may be expected, of what would arrive otherwise.
const leastSurge = 100

// CheckSurge says what is wrong with a surge that no API server has seen; nil when nothing is.
func CheckSurge(o *v1alpha1.CapacityOverride) error {
	s := o.Spec.Surge
	switch {
	case s == nil:
		return errors.New("spec.surge: it is needed with type: Surge")
	case len(o.Spec.QueueRefs) == 0:
		return errors.New("spec.queueRefs: it is needed with type: Surge; name at least one queue")
	case (s.Arrivals == "") == (len(s.Curve) == 0):
		return errors.New("spec.surge: it needs arrivals or a curve, and not both")
	case o.Spec.From != nil && !o.Spec.From.Before(&o.Spec.Until):
		return errors.New("spec.from: it must be before until")
	case len(s.Curve) == 0:
		return checkLevel("spec.surge.arrivals", s.Arrivals)
	}
	return checkCurve(s.Curve)
}

func checkCurve(curve []v1alpha1.SurgePoint) error {
	for i, p := range curve {
		field := fmt.Sprintf("spec.surge.curve[%d]", i)
		if i > 0 && !curve[i-1].From.Before(&p.From) {
			return fmt.Errorf("%s.from: the points of a curve must rise in time", field)
		}
		if err := checkLevel(field+".arrivals", p.Arrivals); err != nil {
			return err
		}
	}
	return nil
}

func checkLevel(field string, arrivals v1alpha1.Proportion) error {
	factor, err := arrivals.Milli()
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", field, err)
	case factor < leastSurge:
		return fmt.Errorf("%s: %s is below 10, the least percent that a surge may expect", field, arrivals)
	}
	return nil
}

// PriorityAt is the priority of a queue in force at now, and the override it is from: of several the
// highest holds, and of equal ones the first by name. Without one it is the queue's own.
func PriorityAt(q *v1alpha1.ModerationQueue, all []v1alpha1.CapacityOverride, now sample.Instant) (int32, *v1alpha1.CapacityOverride) {
	var by *v1alpha1.CapacityOverride
	for i := range all {
		o := &all[i]
		if !concerns(o, v1alpha1.OverridePriority, q.Name) || o.Spec.Priority == nil || !overrides(o, now) {
			continue
		}
		if by == nil || cmp.Or(cmp.Compare(*o.Spec.Priority, *by.Spec.Priority), cmp.Compare(by.Name, o.Name)) > 0 {
			by = o
		}
	}
	if by == nil {
		return Priority(q), nil
	}
	return *by.Spec.Priority, by
}

// overrides reports whether an override is in force at now.
func overrides(o *v1alpha1.CapacityOverride, now sample.Instant) bool {
	state, _ := OverrideState(o, now.Time())
	return state == v1alpha1.ReasonInForce
}

// Prioritize gives queues, in place, the priority in force at now, which is the one way by which overrides of
// it come to plans, allocations and routing. next is when one of them begins or ends; 0 for never.
func Prioritize(queues []v1alpha1.ModerationQueue, all []v1alpha1.CapacityOverride, now sample.Instant) (next sample.Instant) {
	for i := range queues {
		if p, by := PriorityAt(&queues[i], all, now); by != nil {
			queues[i].Spec.Priority = &p
		}
	}
	for i := range all {
		if o := &all[i]; o.Spec.Type == v1alpha1.OverridePriority && o.DeletionTimestamp == nil {
			if _, edge := OverrideState(o, now.Time()); edge != 0 && (next == 0 || edge < next) {
				next = edge
			}
		}
	}
	return next
}
