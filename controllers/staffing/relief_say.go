package staffing

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/conditions"
	"github.com/modcap/modcap/internal/relief"
	"github.com/modcap/modcap/internal/sample"
)

// longestMessage is how long what is said of the relief of a policy may be.
const longestMessage = 768

// say says what gives way, why, until when at the earliest, and what it costs.
func (o *relieving) say(s *v1alpha1.ReliefStatus) string {
	switch {
	case s.Step == "" && s.Code == relief.CodeNotFresh:
		return "Nothing gives way, and nothing begins while numbers are missing that the plan is made of"
	case s.Step == "" && s.Code == relief.CodeExhausted:
		return "People are too few, and nothing that is declared to give way would help"
	case s.Step == "":
		return "People are enough without relief"
	}
	d := &o.decision
	var all []string
	for i := range d.Measures {
		all = append(all, gives(&d.Measures[i]))
	}
	parts := []string{strings.Join(all, "; ")}
	if len(all) == 0 {
		parts[0] = fmt.Sprintf("Relief is at step %s (%d/%d)", s.Step, s.Part, relief.Parts)
	}
	parts = append(parts, o.why(s), fmt.Sprintf("It is in force since %s, and until %s at the earliest",
		stamp(d.State.On), stamp(d.State.Changed.Add(o.minOn))))
	if cost := costs(&d.Cost); cost != "" {
		parts = append(parts, "It costs "+cost)
	}
	text := strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), ". ")
	text = strings.ToUpper(text[:1]) + text[1:]
	if len(text) > longestMessage {
		text = strings.ToValidUTF8(text[:longestMessage-3], "") + "..."
	}
	return text
}

// why says why relief is as it is.
func (o *relieving) why(s *v1alpha1.ReliefStatus) string {
	d := &o.decision
	without := fmt.Sprintf("Without it people would be late with %s person-hours of work", hours(d.Without))
	switch s.Code {
	case relief.CodeExhausted:
		return fmt.Sprintf("%s, and with all of it they still are with %s", without, hours(d.With))
	case relief.CodeMinimumTime:
		return "It is not needed any more, and stays for its least time"
	case relief.CodeStaying:
		return "It is not needed any more, and stays since it came and went twice in a day"
	case relief.CodeNotFresh:
		return "Numbers are missing that the plan is made of: nothing changes"
	}
	return without
}

// gives says what a measure gives.
func gives(m *relief.Measure) string {
	where := few(m.Queues)
	switch m.Kind {
	case relief.Widen:
		return "teams of higher tiers and other roles may take the work of " + where
	case relief.Relax:
		return fmt.Sprintf("teams of any %s may take work of %s that is older than %s", m.Drop, where, length1(m.After))
	case relief.Defer:
		return fmt.Sprintf("work of %s may take %s", where, base.Length(m.Within))
	case relief.QAFloor:
		return fmt.Sprintf("%s of the quality samples of %s are taken", base.Share(m.Keep), where)
	}
	return fmt.Sprintf("reviewAt of %s is raised by %s in %s", few(m.Labels), decimal(m.Raise), where)
}

func length1(s sample.Span) string {
	if s < sample.Second {
		return "0s"
	}
	return base.Length(s)
}

// decimal prints a score.
func decimal(p sample.PPM) string {
	return strings.TrimRight(fmt.Sprintf("0.%06d", int64(p)), "0")
}

// costs says what relief costs; empty for nothing.
func costs(c *relief.Cost) string {
	s := costOf(c)
	var all []string
	if c.Spared > 0 {
		all = append(all, fmt.Sprintf("%s items an hour that nobody looks at, of which at most %s a day violate the policy",
			s.SparedPerHour, s.LeaksPerDay))
	}
	if c.Deferred > 0 {
		all = append(all, fmt.Sprintf("%s items an hour that wait up to %s longer", s.DeferredPerHour, s.Delay))
	}
	if c.Samples > 0 {
		all = append(all, s.SamplesPerHour+" quality samples an hour")
	}
	return strings.Join(all, ", ")
}

// sayRelief sets the condition of the target, and the metrics.
func (r *Reconciler) sayRelief(g *gathered, set conditions.Setter) {
	if r.ReadOnly {
		return
	}
	base.ReliefCondition(set, g.target.Status.Relief, func(s *v1alpha1.ReliefStatus) string { return "policy " + s.Policy })
	key := client.ObjectKeyFromObject(g.target)
	before, _ := r.shown.of(key)
	var now []string
	for i := range g.relief {
		now = append(now, g.relief[i].policy.Name)
		r.measureRelief(g, &g.relief[i])
	}
	for _, policy := range before {
		for _, m := range r.Metrics.Relief() {
			if !slices.Contains(now, policy) {
				m.DeleteLabelValues(key.Namespace, key.Name, policy)
			}
		}
	}
	r.shown.put(key, now)
}

// measureRelief sets the metrics of a policy's relief.
func (r *Reconciler) measureRelief(g *gathered, o *relieving) {
	d := &o.decision
	level := float64(d.State.Level.Whole) + float64(d.State.Level.Part)/relief.Parts
	at := []string{g.target.Namespace, g.target.Name, o.policy.Name}
	r.Metrics.ReliefActive.WithLabelValues(at...).Set(level)
	if d.State.On == 0 {
		r.Metrics.ReliefBegun.DeleteLabelValues(at...)
	} else {
		r.Metrics.ReliefBegun.WithLabelValues(at...).Set(float64(d.State.On.Time().Unix()))
	}
	if d.Code != relief.CodeNotFresh {
		exhausted := 0.0
		if d.Code == relief.CodeExhausted {
			exhausted = 1
		}
		r.Metrics.ReliefExhausted.WithLabelValues(at...).Set(exhausted)
	}
	r.Metrics.ReliefSpared.WithLabelValues(at...).Set(d.Cost.Spared.Float())
	r.Metrics.ReliefLeaks.WithLabelValues(at...).Set(d.Cost.Leaks.Float())
	r.Metrics.ReliefDeferred.WithLabelValues(at...).Set(d.Cost.Deferred.Float())
	r.Metrics.ReliefSamples.WithLabelValues(at...).Set(d.Cost.Samples.Float())
}
