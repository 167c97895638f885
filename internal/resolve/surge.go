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
	return highest(steps)
}

// highest is, at each instant, the highest of some stretches: they are laid down in the order of their level,
// and each covers what those before it left free.
func highest(steps []forecast.Event) []forecast.Event {
	var edges []sample.Instant
	for _, s := range steps {
		edges = append(edges, s.From, s.To)
	}
	slices.Sort(edges)
	edges = slices.Compact(edges)
	slices.SortFunc(steps, func(a, b forecast.Event) int { return cmp.Compare(b.Factor, a.Factor) })
	factors := make([]sample.Milli, len(edges)) // of the time from an edge to the next; 0 for none
	free := make([]int, len(edges)+1)           // the first one at or after that nobody covers, as far as is known
	for i := range free {
		free[i] = i
	}
	for _, s := range steps {
		from, _ := slices.BinarySearch(edges, s.From)
		to, _ := slices.BinarySearch(edges, s.To)
		for i := next(free, from); i < to; i = next(free, i) {
			factors[i], free[i] = s.Factor, i+1
		}
	}
	var out []forecast.Event
	for i, factor := range factors {
		if factor == 0 {
			continue
		}
		if n := len(out); n > 0 && out[n-1].To == edges[i] && out[n-1].Factor == factor {
			out[n-1].To = edges[i+1]
			continue
		}
		out = append(out, forecast.Event{From: edges[i], To: edges[i+1], Factor: factor})
	}
	return out
}

// next follows what is covered to what is free, and shortens the way.
func next(free []int, i int) int {
	for free[i] != i {
		free[i] = free[free[i]]
		i = free[i]
	}
	return i
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

// SurgeSteps are the levels of a surge, one after the other. Of one that cannot be read there are none:
// CheckSurge has reported it.
func SurgeSteps(o *v1alpha1.CapacityOverride) []forecast.Event {
	steps, err := stepsOf(o)
	if err != nil {
		return nil
	}
	return steps
}

// CheckSurge says what is wrong with a surge that no API server has seen; nil when nothing is.
func CheckSurge(o *v1alpha1.CapacityOverride) error {
	_, err := stepsOf(o)
	return err
}

func stepsOf(o *v1alpha1.CapacityOverride) ([]forecast.Event, error) {
	s := o.Spec.Surge
	switch {
	case s == nil:
		return nil, errors.New("spec.surge: it is needed with type: Surge")
	case len(o.Spec.QueueRefs) == 0:
		return nil, errors.New("spec.queueRefs: it is needed with type: Surge; name at least one queue")
	case (s.Arrivals == "") == (len(s.Curve) == 0):
		return nil, errors.New("spec.surge: it needs arrivals or a curve, and not both")
	case o.Spec.From != nil && !o.Spec.From.Before(&o.Spec.Until):
		return nil, errors.New("spec.from: it must be before until")
	case len(s.Curve) > 0:
		return curveOf(o, s.Curve)
	}
	factor, err := levelOf(s.Arrivals)
	if err != nil {
		return nil, fmt.Errorf("spec.surge.arrivals: %w", err)
	}
	return appended(nil, Begin(o), sample.At(o.Spec.Until.Time), factor), nil
}

// curveOf are the points of a curve, each as long as it holds.
func curveOf(o *v1alpha1.CapacityOverride, curve []v1alpha1.SurgePoint) ([]forecast.Event, error) {
	begin, until := Begin(o), sample.At(o.Spec.Until.Time)
	out := make([]forecast.Event, 0, len(curve))
	for i, p := range curve {
		if i > 0 && !curve[i-1].From.Before(&p.From) {
			return nil, fmt.Errorf("spec.surge.curve[%d].from: the points of a curve must rise in time", i)
		}
		factor, err := levelOf(p.Arrivals)
		if err != nil {
			return nil, fmt.Errorf("spec.surge.curve[%d].arrivals: %w", i, err)
		}
		to := until
		if i+1 < len(curve) {
			to = min(to, sample.At(curve[i+1].From.Time))
		}
		out = appended(out, max(begin, sample.At(p.From.Time)), to, factor)
	}
	return out, nil
}

func appended(steps []forecast.Event, from, to sample.Instant, factor sample.Milli) []forecast.Event {
	if from >= to {
		return steps
	}
	return append(steps, forecast.Event{From: from, To: to, Factor: factor})
}

// leastSurge is the least that may be expected, of what would arrive otherwise.
const leastSurge = 100

func levelOf(arrivals v1alpha1.Proportion) (sample.Milli, error) {
	factor, err := arrivals.Milli()
	if err == nil && factor < leastSurge {
		err = fmt.Errorf("%s is below 10, the least percent that a surge may expect", arrivals)
	}
	return sample.Milli(factor), err
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
