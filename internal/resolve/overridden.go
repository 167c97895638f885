package resolve

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/sample"
)

// Codes of findings of overrides.
const (
	CodeSurgesContradict = "SurgesContradict" // one expects more than otherwise, another less
	CodeSurgesOverlap    = "SurgesOverlap"    // both expect more, or both less
	CodePrioritiesDiffer = "PrioritiesDiffer" // two priorities of a queue at a time
	CodeSurgeAndCalendar = "SurgeAndCalendar" // an event of the calendar at the time of a surge
)

// severityWarning is that of all of them: a stated rule decides.
const severityWarning = "Warning"

// Overridden is what an override does to queues, for its status.
type Overridden struct {
	// Queues are what holds now, in the order declared.
	Queues   []v1alpha1.OverriddenQueue
	Findings []v1alpha1.Finding
	// Missing are queues named that do not exist.
	Missing []string
	// Next is when any of it changes; 0 for never.
	Next sample.Instant
}

// OverriddenBy tells what an override of type Surge or Priority does at now. queues are those of its
// namespace that it names, all the overrides there.
func OverriddenBy(
	o *v1alpha1.CapacityOverride, queues []v1alpha1.ModerationQueue, all []v1alpha1.CapacityOverride, now sample.Instant,
) Overridden {
	v := &view{o: o, all: all, now: now}
	for _, name := range o.Spec.Queues() {
		i := slices.IndexFunc(queues, func(q v1alpha1.ModerationQueue) bool { return q.Name == name })
		if i < 0 {
			v.out.Missing = append(v.out.Missing, name)
			continue
		}
		v.queue(&queues[i])
	}
	v.others()
	slices.SortStableFunc(v.out.Findings, func(a, b v1alpha1.Finding) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Message, b.Message))
	})
	return v.out
}

// view is an override that is looked at.
type view struct {
	o   *v1alpha1.CapacityOverride
	all []v1alpha1.CapacityOverride
	now sample.Instant
	out Overridden
}

// queue adds what holds for a queue.
func (v *view) queue(q *v1alpha1.ModerationQueue) {
	one := v1alpha1.OverriddenQueue{Name: q.Name}
	if v.o.Spec.Type == v1alpha1.OverridePriority {
		p, by := PriorityAt(q, v.all, v.now)
		one.Priority = &p
		if by != nil {
			one.By = by.Name
		}
	} else {
		one.Arrivals = percent(forecast.Factor(Expected(q, v.all), v.now, v.now+1))
		one.By = surgeAt(q.Name, v.all, v.now)
		v.calendar(q)
	}
	v.out.Queues = append(v.out.Queues, one)
}

// surgeAt is the surge that holds for a queue, of equal ones the first by name; empty if none does.
func surgeAt(queue string, all []v1alpha1.CapacityOverride, now sample.Instant) (name string) {
	var most sample.Milli
	for i := range all {
		o := &all[i]
		if !concerns(o, v1alpha1.OverrideSurge, queue) {
			continue
		}
		f, some := factorAt(SurgeSteps(o), now)
		if some && (name == "" || f > most || f == most && o.Name < name) {
			name, most = o.Name, f
		}
	}
	return name
}

// stretches are when an override holds, with what it says: thousandths of arrivals, or a priority.
func stretches(o *v1alpha1.CapacityOverride) []forecast.Event {
	if o.Spec.Type == v1alpha1.OverrideSurge {
		return SurgeSteps(o)
	}
	if o.Spec.Priority == nil || Begin(o) >= sample.At(o.Spec.Until.Time) {
		return nil
	}
	return []forecast.Event{{From: Begin(o), To: sample.At(o.Spec.Until.Time), Factor: sample.Milli(*o.Spec.Priority)}}
}

// others says which overrides of the same type name some of the same queues at the same time, and
// notes when what holds changes by them.
func (v *view) others() {
	mine := stretches(v.o)
	v.edges(mine)
	for i := range v.all {
		other := &v.all[i]
		var shared []string
		for _, q := range v.out.Queues {
			if concerns(other, v.o.Spec.Type, q.Name) {
				shared = append(shared, q.Name)
			}
		}
		if other.Name == v.o.Name || len(shared) == 0 {
			continue
		}
		theirs := stretches(other)
		v.edges(theirs)
		if a, b, ok := v.meet(mine, theirs); ok && (v.o.Spec.Type == v1alpha1.OverrideSurge || a.Factor != b.Factor) {
			v.out.Findings = append(v.out.Findings, v.clash(other.Name, shared, a, b))
		}
	}
}

// edges notes when stretches begin and end.
func (v *view) edges(all []forecast.Event) {
	for _, e := range all {
		for _, at := range []sample.Instant{e.From, e.To} {
			if at > v.now && (v.out.Next == 0 || at < v.out.Next) {
				v.out.Next = at
			}
		}
	}
}

// meet is the first pair of stretches that hold at the same time, and not only in the past: a pair that
// contradicts before one that does not.
func (v *view) meet(mine, theirs []forecast.Event) (a, b forecast.Event, ok bool) {
	for _, m := range mine {
		for _, t := range theirs {
			if from, to := max(m.From, t.From), min(m.To, t.To); from >= to || to <= v.now {
				continue
			}
			if !ok || opposed(m, t) && !opposed(a, b) {
				a, b, ok = m, t, true
			}
		}
	}
	return a, b, ok
}

// opposed is true for two levels of which one is more than otherwise, and the other less.
func opposed(a, b forecast.Event) bool {
	return min(a.Factor, b.Factor) < sample.One && max(a.Factor, b.Factor) > sample.One
}

// clash says what two overrides say of the same queues at the same time.
func (v *view) clash(other string, queues []string, mine, theirs forecast.Event) v1alpha1.Finding {
	at := fromTo(max(mine.From, theirs.From), min(mine.To, theirs.To))
	f := v1alpha1.Finding{Code: CodeSurgesOverlap, Severity: severityWarning, Fix: "Delete one of them, or keep their times apart"}
	if v.o.Spec.Type == v1alpha1.OverridePriority {
		f.Code = CodePrioritiesDiffer
		f.Message = fmt.Sprintf("Override %s gives %s the priority %d %s, and this one %d: the higher holds",
			other, several(queues), theirs.Factor, at, mine.Factor)
		return clip(f)
	}
	what := "the larger holds, and they are not multiplied"
	if opposed(mine, theirs) {
		f.Code, what = CodeSurgesContradict, "they contradict, and the larger holds"
	}
	f.Message = fmt.Sprintf("Surge %s expects %s%% of the arrivals at %s %s, and this one %s%%: %s",
		other, percent(theirs.Factor), several(queues), at, percent(mine.Factor), what)
	return clip(f)
}

// calendar says which events of a queue's calendar a surge multiplies with.
func (v *view) calendar(q *v1alpha1.ModerationQueue) {
	events := Events(q)
	v.edges(events)
	for i := range q.Spec.Calendar {
		e, err := event(&q.Spec.Calendar[i])
		if err != nil {
			continue
		}
		a, b, ok := v.meet(SurgeSteps(v.o), []forecast.Event{e})
		if !ok {
			continue
		}
		from := max(a.From, b.From)
		v.out.Findings = append(v.out.Findings, clip(v1alpha1.Finding{
			Code: CodeSurgeAndCalendar, Severity: severityWarning,
			Message: fmt.Sprintf("The calendar of queue %s has %s%% of the arrivals for %s %s: with this surge %s%% are expected",
				q.Name, percent(e.Factor), q.Spec.Calendar[i].Name, fromTo(from, min(a.To, b.To)),
				percent(forecast.Factor(Expected(q, v.all), from, from+1))),
			Fix: "If both mean the same event, delete one of them",
		}))
	}
}

// OverrideOn names what an override is about.
func OverrideOn(s *v1alpha1.CapacityOverrideSpec) string {
	if pool := s.Pool(); pool != "" {
		return "pool " + pool
	}
	if s.Rollout != nil {
		return "policy " + s.Rollout.PolicyRef.Name
	}
	if s.Type == v1alpha1.OverrideFreeze {
		return frozenPolicies(s.PolicyRefs)
	}
	return several(s.Queues())
}

func frozenPolicies(refs []v1alpha1.ObjectReference) string {
	if len(refs) == 0 {
		return "all policies"
	}
	names := make([]string, 0, len(refs))
	for _, r := range refs {
		names = append(names, r.Name)
	}
	return severalOf("policy", names)
}

// several is the first of some queues, and how many there are besides.
func several(names []string) string { return severalOf("queue", names) }

func severalOf(kind string, names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return kind + " " + names[0]
	}
	return fmt.Sprintf("%s %s and %d more", kind, names[0], len(names)-1)
}

// OverrideDoes says in a few words what an override does while it is in force.
func OverrideDoes(o *v1alpha1.CapacityOverride) string {
	s := &o.Spec
	switch {
	case s.Type == v1alpha1.OverridePause:
		return "no write of the scale"
	case s.Type == v1alpha1.OverrideFloor && s.Replicas != nil:
		return fmt.Sprintf("at least %d replicas", *s.Replicas)
	case s.Type == v1alpha1.OverrideCeiling && s.Replicas != nil:
		return fmt.Sprintf("at most %d replicas", *s.Replicas)
	case s.Rework != nil:
		return fmt.Sprintf("%d items again in %s", s.Rework.Items, s.Rework.Review)
	case s.Priority != nil:
		return fmt.Sprintf("priority %d", *s.Priority)
	case s.Surge != nil:
		return surgeDoes(SurgeSteps(o))
	}
	return rolloutDoes(s)
}

func rolloutDoes(s *v1alpha1.CapacityOverrideSpec) string {
	d := s.Rollout
	switch {
	case s.Type == v1alpha1.OverrideFreeze:
		return "no step of a rollout ends"
	case d == nil:
		return ""
	}
	text := fmt.Sprintf("%s %.40s", strings.ToLower(string(d.Action)), d.Revision)
	if d.Step != "" {
		text += " in step " + string(d.Step)
	}
	return text
}

func surgeDoes(steps []forecast.Event) string {
	if len(steps) == 0 {
		return ""
	}
	byLevel := func(a, b forecast.Event) int { return cmp.Compare(a.Factor, b.Factor) }
	least, most := percent(slices.MinFunc(steps, byLevel).Factor), percent(slices.MaxFunc(steps, byLevel).Factor)
	if least == most {
		return least + "% of the arrivals"
	}
	return fmt.Sprintf("%s%% to %s%% of the arrivals", least, most)
}

// percent is a factor in percent, with a decimal where it has one.
func percent(factor sample.Milli) string {
	return strings.TrimSuffix(fmt.Sprintf("%d.%d", factor/10, factor%10), ".0")
}

func fromTo(from, to sample.Instant) string {
	stamp := func(at sample.Instant) string { return at.Time().UTC().Format(time.RFC3339) }
	return fmt.Sprintf("from %s to %s", stamp(from), stamp(to))
}

// clip keeps a message as long as a finding's may be.
func clip(f v1alpha1.Finding) v1alpha1.Finding {
	const most = 512
	if len(f.Message) > most {
		f.Message = strings.ToValidUTF8(f.Message[:most-3], "") + "..."
	}
	return f
}
