package rollout

import (
	"slices"

	"github.com/modcap/modcap/internal/guard"
	"github.com/modcap/modcap/internal/sample"
)

// Plan says how far the change may go. Whatever it does not find to be known, fresh and
// in order keeps the rollout where it is.
func Plan(in Input) Decision {
	s := in.State
	switch {
	case s.Stable == "" || s.Stable == in.Spec:
		return Decision{State: settled(in.Spec, s.Aborted), Code: CodeComplete}
	case in.tried():
		s = settled(s.Stable, s.Aborted)
		s.Phase = Aborted
		return Decision{State: s, Code: CodeAborted}
	case !in.Differs:
		return Decision{State: settled(in.Spec, s.Aborted), Code: CodeNothingDifferent}
	case s.Canary != in.Spec:
		return begin(in)
	}
	return goOn(in)
}

// tried says that the change was taken back and that nothing since asks for another try: the spec meant
// this change all the time, and what it is tried with is the same. A pause, a freeze window, a condition
// or a longer hold is no reason to bring back what was shown to be worse.
func (in *Input) tried() bool {
	s, a := &in.State, in.State.Aborted
	if s.Canary == in.Spec || s.Phase != Aborted || a == nil || a.Revision != in.Spec {
		return false
	}
	if a.Tried == "" || in.Terms.Tried == "" { // nobody wrote it down, or it cannot be read: any edit may have meant it
		return a.Generation == in.Generation
	}
	return a.Tried == in.Terms.Tried
}

// triedWith is that of the terms or, where they are not sound, of those before: to write them as they
// were is no reason for another try.
func (in *Input) triedWith() string {
	if in.Terms.Tried == "" && in.State.Canary == in.Spec {
		return in.State.Tried
	}
	return in.Terms.Tried
}

// Next is the step after the one under way; nil for the end, when the change decides everything.
func (in *Input) Next() *Step {
	at := slices.IndexFunc(in.Terms.Steps, func(s Step) bool { return s.Step == in.State.Step })
	if at < 0 || at+1 >= len(in.Terms.Steps) {
		return nil
	}
	return &in.Terms.Steps[at+1]
}

// settled is the state in which one revision decides everything.
func settled(revision string, before *Abort) State {
	return State{Stable: revision, Phase: Done, Aborted: before}
}

// begin starts the rollout of a change with its first step, the shadow. A change of the
// change during a rollout begins anew: what the last one showed says nothing of it.
func begin(in Input) Decision {
	if in.ordered(TakeBack) != "" {
		return abort(in, Abort{Reason: CodeDecidedByPeople, By: in.ordered(TakeBack)})
	}
	s := State{
		Stable: in.State.Stable, Canary: in.Spec, Phase: Shadow, Step: ShadowStep, Began: in.Now, Since: in.Now, Aborted: in.State.Aborted,
		Tried: in.Terms.Tried,
	}
	d := Decision{State: s, Code: CodeStarted, Next: in.Now.Add(in.Terms.Steps[0].Hold)}
	if len(in.Terms.Steps) > 1 {
		d.NextStep = in.Terms.Steps[1].Step
	}
	return d
}

// goOn looks at the step under way.
func goOn(in Input) Decision {
	if by := in.ordered(TakeBack); by != "" {
		return abort(in, Abort{Reason: CodeDecidedByPeople, By: by})
	}
	if in.Guard.Outcome == guard.Abort {
		return abort(in, Abort{Reason: string(in.Guard.Reason), Stream: in.Guard.Binding, Market: in.Guard.Market})
	}
	if in.ordered(Promote) != "" {
		return Decision{State: settled(in.Spec, in.State.Aborted), Code: CodeAdvanced}
	}
	at := slices.IndexFunc(in.Terms.Steps, func(s Step) bool { return s.Step == in.State.Step })
	d := Decision{State: in.State}
	d.State.Counted, d.State.Tried = in.Guard.State, in.triedWith()
	if at < 0 {
		if in.Terms.Held {
			d.wait(Wait{Code: CodeHeld})
			return d
		}
		d.wait(Wait{Code: CodeStepGone, Subject: in.State.Step})
		return d
	}
	if in.Terms.Changed != "" {
		d.wait(Wait{Code: CodeStepGone, Subject: in.Terms.Changed})
	}
	step := &in.Terms.Steps[at]
	var next *Step
	if at+1 < len(in.Terms.Steps) {
		next = &in.Terms.Steps[at+1]
		d.NextStep = next.Step
	}
	d.Next = soonest(in.Now, in.Guard.Next, in.State.Since.Add(step.Hold), maxHold(in.State.Since, step))
	d.check(&in, step, next)
	if len(d.Waits) > 0 {
		d.State.Phase = phaseOf(&in, step, d.Waits)
		return d
	}
	return advance(in, next)
}

// check gathers what keeps the step from ending.
func (d *Decision) check(in *Input, step, next *Step) {
	if in.Terms.Held {
		d.wait(Wait{Code: CodeHeld})
	}
	if in.Terms.Pause {
		d.wait(Wait{Code: CodePaused})
	}
	if len(in.Frozen) > 0 {
		d.wait(Wait{Code: CodeFrozen, Subject: in.Frozen[0].By, Until: in.Frozen[0].Until})
	}
	if !in.approved() {
		d.checkEvidence(in, step)
	}
	d.checkQueues(in, next)
	if in.Untrained != "" {
		d.wait(Wait{Code: CodeTraining, Detail: in.Untrained})
	}
	for _, c := range in.Conditions {
		if !c.Met {
			d.wait(Wait{Code: CodeCondition, Subject: c.Name, Detail: c.Cause})
		}
	}
}

func (d *Decision) checkEvidence(in *Input, step *Step) {
	if until := in.State.Since.Add(step.Hold); in.Now < until {
		d.wait(Wait{Code: CodeHolding, Subject: step.Step, Until: until})
	}
	if in.asks(step) {
		d.wait(Wait{Code: CodeInconclusive, Subject: step.Step})
	}
	switch in.Guard.Outcome {
	case guard.Advance:
		return
	case guard.Hold, guard.Inconclusive:
	default: // no verdict at all
		in.Guard.Reason = guard.ReasonNoData
	}
	w := Wait{Code: CodeEvidence, Detail: string(in.Guard.Reason), Until: in.Guard.Next}
	if in.Guard.Reason == guard.ReasonHolding {
		return // said above
	}
	if in.Guard.Reason == guard.ReasonNotFresh {
		w.Code, w.Detail = CodeNotFresh, in.Cause
	}
	if in.Guard.Binding.Label != "" {
		w.Subject = in.Guard.Binding.Label + " " + string(in.Guard.Binding.Kind)
	}
	d.wait(w)
}

// checkQueues keeps a step back while people of a queue are late, or would be with the
// next one, unless that lowers what they have to do.
func (d *Decision) checkQueues(in *Input, next *Step) {
	rise := in.rise(next)
	if rise < 0 {
		return // it relieves them
	}
	for _, q := range in.Queues {
		need := q.Need + ceilDiv(q.Need*rise, int64(sample.AllPPM))
		unknown := !q.Known || q.Need > 0 && !in.Load.Known && !in.approved()
		switch {
		case unknown:
			d.wait(Wait{Code: CodeCapacityUnknown, Subject: q.Name})
		case q.Late || need > q.Need && need > q.Have:
			d.wait(Wait{Code: CodeCapacity, Subject: q.Name})
		}
	}
}

// rise is by how much the next step, or the end after the last, raises the work of
// people, per million; 0 where that is not known.
func (in *Input) rise(next *Step) int64 {
	if !in.Load.Known {
		return 0
	}
	share := sample.AllPPM
	if next != nil {
		share = next.Share.Share
	}
	return in.Load.Rise * int64(max(share-highest(in.State.Shares), 0)) / int64(sample.AllPPM)
}

func ceilDiv(a, b int64) int64 { return (a + b - 1) / b }

func highest(shares []Share) (top sample.PPM) {
	for _, s := range shares {
		top = max(top, s.Share)
	}
	return top
}

func (d *Decision) wait(w Wait) {
	if len(d.Waits) == 0 {
		d.Code = w.Code
	}
	d.Waits = append(d.Waits, w)
}

// phaseOf is that of a step which goes on: somebody is asked where nothing but the
// evidence is missing and its time is over.
func phaseOf(in *Input, step *Step, waits []Wait) Phase {
	if slices.ContainsFunc(waits, func(w Wait) bool { return w.Code == CodeInconclusive }) {
		return Inconclusive
	}
	return during(step.Step, in)
}

func during(step string, in *Input) Phase {
	if step == in.Terms.Steps[0].Step {
		return Shadow
	}
	return Stepping
}

// advance ends the step under way.
func advance(in Input, next *Step) Decision {
	if next == nil {
		return Decision{State: settled(in.Spec, in.State.Aborted), Code: CodeAdvanced}
	}
	s := in.State
	s.Phase, s.Step, s.Since, s.Counted, s.Tried = Stepping, next.Step, in.Now, in.Guard.State, in.triedWith()
	given := next.Share
	given.Since = in.Now
	s.Shares = append(slices.Clone(s.Shares), given)
	return Decision{State: s, Code: CodeAdvanced, Next: in.Now.Add(next.Hold)}
}

// abort takes the change back: the stable revision decides everything.
func abort(in Input, a Abort) Decision {
	a.Revision, a.Generation, a.Tried, a.At = in.Spec, in.Generation, in.triedWith(), in.Now
	if in.State.Canary == in.Spec {
		a.Step, a.Began, a.Decided = in.State.Step, in.State.Began, len(in.State.Shares) > 0
	}
	if a.Reason == "" {
		a.Reason = CodeGuardBroken
	}
	s := settled(in.State.Stable, &a)
	s.Phase = Aborted
	return Decision{State: s, Code: CodeAborted}
}

// ordered is the name of the first decision of a kind about the change; empty for none.
func (in *Input) ordered(a Action) string {
	name := ""
	for _, o := range in.Orders {
		if o.Action == a && o.Revision == in.Spec && (name == "" || o.Name < name) {
			name = o.Name
		}
	}
	return name
}

// approved says that somebody ends this very step, whatever its evidence.
func (in *Input) approved() bool {
	return slices.ContainsFunc(in.Orders, func(o Order) bool {
		return o.Action == Approve && o.Revision == in.Spec && o.Step == in.State.Step
	})
}

// asks says that somebody is to decide: the step's longest time is over without an answer. Once
// they are asked, nothing that is counted later answers for them.
func (in *Input) asks(step *Step) bool {
	over := maxHold(in.State.Since, step)
	return in.State.Phase == Inconclusive || over != 0 && in.Now >= over && in.Guard.Outcome != guard.Advance
}

// maxHold is when somebody is asked, 0 for never.
func maxHold(since sample.Instant, step *Step) sample.Instant {
	if step.MaxHold == 0 {
		return 0
	}
	return since.Add(step.MaxHold)
}

// soonest is the first of some instants that is to come, 0 if none is.
func soonest(now sample.Instant, at ...sample.Instant) (next sample.Instant) {
	for _, t := range at {
		if t > now && (next == 0 || t < next) {
			next = t
		}
	}
	return next
}
