package staffing

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/relief"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
)

// mostPeriods is how many times of relief a status lists.
const mostPeriods = 24

// remembered is what a target's status says of the relief of a policy; nil for nothing.
func remembered(t *v1alpha1.StaffingTarget, policy string) *v1alpha1.ReliefStatus {
	for i := range t.Status.Relief {
		if t.Status.Relief[i].Policy == policy {
			return &t.Status.Relief[i]
		}
	}
	return nil
}

// stateOf is what is remembered, for the steps that the policy declares now. Where the last
// step in force is there no more, nothing is in force, and what is needed begins anew.
func stateOf(was *v1alpha1.ReliefStatus, steps []relief.Step) relief.State {
	if was == nil {
		return relief.State{}
	}
	out := relief.State{On: instantOf(was.Since), Changed: instantOf(was.Changed)}
	for _, p := range was.Periods {
		out.Begins = append(out.Begins, sample.At(p.From.Time))
	}
	slices.Sort(out.Begins)
	if i := slices.IndexFunc(steps, func(s relief.Step) bool { return s.Name == was.Step }); i >= 0 {
		parts := i*relief.Parts + int(was.Part)
		out.Level = relief.Level{Whole: parts / relief.Parts, Part: parts % relief.Parts}
	}
	return out
}

// status is what was decided, as it is remembered.
func (o *relieving) status(now sample.Instant) v1alpha1.ReliefStatus {
	d := &o.decision
	out := v1alpha1.ReliefStatus{
		Policy: o.policy.Name, Since: base.Time(d.State.On), Changed: base.Time(d.State.Changed), Code: d.Code, Periods: o.periods(now),
	}
	if parts := d.State.Level.Whole*relief.Parts + d.State.Level.Part; parts > 0 && parts <= len(o.steps)*relief.Parts {
		out.Step, out.Part = o.steps[(parts-1)/relief.Parts].Name, int32((parts-1)%relief.Parts+1)
		out.Cost = costOf(&d.Cost)
	}
	if o.same(&out) {
		out.Code, out.Message = o.was.Code, o.was.Message // its numbers are those of when it changed
		out.Raised = o.raised(now, true)
		return out
	}
	out.Message, out.Raised = o.say(&out), o.raised(now, false)
	return out
}

// lasting is the code of a look that finds what another code said had changed: that goes on being said, so that
// one event is one write.
var lasting = map[string]string{
	relief.CodeBegun: relief.CodeActive, relief.CodeRaised: relief.CodeActive, relief.CodeLowered: relief.CodeActive,
	relief.CodeEnded: relief.CodeNotNeeded,
}

// same reports whether out says what the status says already.
func (o *relieving) same(out *v1alpha1.ReliefStatus) bool {
	was := o.was
	return was != nil && was.Step == out.Step && was.Part == out.Part && (was.Code == out.Code || lasting[was.Code] == out.Code)
}

// periods are the times of relief, the latest first.
func (o *relieving) periods(now sample.Instant) []v1alpha1.ReliefPeriod {
	var out []v1alpha1.ReliefPeriod
	if o.was != nil {
		out = slices.Clone(o.was.Periods)
	}
	open := len(out) > 0 && out[0].Until == nil
	switch on := o.decision.State.Level != (relief.Level{}); {
	case on && !open:
		from := o.decision.State.On
		if from == 0 {
			from = now
		}
		out = slices.Insert(out, 0, v1alpha1.ReliefPeriod{From: *base.Time(from)})
	case !on && open:
		out[0].Until = base.Time(now)
	}
	return out[:min(len(out), mostPeriods)]
}

// raised is by how much reviewAt is raised now. What has ended is known for as long as it is
// in what is measured to arrive, and then until something else is to be written: forgetting is no event.
func (o *relieving) raised(now sample.Instant, same bool) (out []v1alpha1.ReliefRaised) {
	for i := range o.steps {
		name := o.steps[i].Name
		old, known := o.wasRaised(name)
		if by := int32(o.raise(name)); by > 0 {
			if !known || old.Until != nil {
				old = v1alpha1.ReliefRaised{Step: name, Since: *base.Time(now)}
			}
			old.By = by
			out = append(out, old)
		} else if known && (o.remembers(&old, now) || same) {
			out = append(out, old)
		}
	}
	return out
}

// wasRaised is what the status says of a step.
func (o *relieving) wasRaised(step string) (v1alpha1.ReliefRaised, bool) {
	if o.was != nil {
		for _, r := range o.was.Raised {
			if r.Step == step {
				return r, true
			}
		}
	}
	return v1alpha1.ReliefRaised{}, false
}

// remembers ends a raise that is no more, and says whether it is to be remembered. While
// nothing is known nothing changes.
func (o *relieving) remembers(r *v1alpha1.ReliefRaised, now sample.Instant) bool {
	if r.Until == nil && o.decision.Code != relief.CodeNotFresh {
		r.Until = base.Time(now)
	}
	return r.Until == nil || now.Since(sample.At(r.Until.Time)) < resolve.RemembersRaised
}

// raise is by how much a step raises reviewAt now.
func (o *relieving) raise(step string) sample.PPM {
	for i := range o.decision.Measures {
		if m := &o.decision.Measures[i]; m.Step == step && m.Kind == relief.RaiseReviewAt && len(m.Queues) > 0 && len(m.Labels) > 0 {
			return m.Raise
		}
	}
	return 0
}

func costOf(c *relief.Cost) *v1alpha1.ReliefCost {
	two := func(m sample.Milli) string { return base.Heads(sample.Milli(base.Digits(int64(m)))) }
	out := &v1alpha1.ReliefCost{
		SparedPerHour: two(c.Spared), LeaksPerDay: two(c.Leaks), DeferredPerHour: two(c.Deferred), Delay: "0s", SamplesPerHour: two(c.Samples),
	}
	if c.Delay > 0 {
		out.Delay = base.Length(c.Delay)
	}
	return out
}

// instantOf converts a time; unset is 0.
func instantOf(t *metav1.Time) sample.Instant {
	if t == nil {
		return 0
	}
	return sample.At(t.Time)
}
