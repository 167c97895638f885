package rollout

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/guard"
	"github.com/modcap/modcap/internal/sample"
)

const hour = sample.Hour

var began = sample.Instant(1_763_800_000_000)

func terms() Terms {
	return Terms{Steps: []Step{
		{Share: Share{Step: ShadowStep}, Hold: hour, MaxHold: 10 * hour},
		{Share: Share{Step: "de", Share: 50_000, Markets: []string{"DE"}}, Hold: hour, MaxHold: 10 * hour},
		{Share: Share{Step: "all", Share: 500_000}, Hold: hour},
	}}
}

// underWay is a rollout in its first step after the shadow, two hours old, of which
// everything is in order.
func underWay() Input {
	t := terms()
	t.Tried = "now"
	return Input{
		Now: began.Add(3 * hour), Spec: "new", Generation: 7, Differs: true, Terms: t,
		State: State{Stable: "old", Canary: "new", Phase: Stepping, Step: "de", Shares: []Share{t.Steps[1].Share}, Began: began, Since: began.Add(hour)},
		Guard: guard.Verdict{Outcome: guard.Advance, Reason: guard.ReasonWithinMargin},
		Load:  Load{Known: true}, Queues: []Queue{{Name: "q", Known: true, Have: 10, Need: 8}},
	}
}

func codes(d Decision) string {
	var all []string
	for _, w := range d.Waits {
		all = append(all, strings.TrimSpace(w.Code+" "+w.Subject))
	}
	return strings.Join(all, ", ")
}

func TestWhatKeepsAStep(t *testing.T) {
	for name, c := range map[string]struct {
		edit  func(*Input)
		waits string
		phase Phase
		step  string
	}{
		"nothing":                {func(*Input) {}, "", Stepping, "all"},
		"the last step":          {func(in *Input) { in.State.Step = "all" }, "", Done, ""},
		"its time":               {func(in *Input) { in.Now = began.Add(hour + 1) }, "Holding de", Stepping, "de"},
		"a pause":                {func(in *Input) { in.Terms.Pause = true }, "Paused", Stepping, "de"},
		"a freeze":               {func(in *Input) { in.Frozen = []Freeze{{By: "night"}, {By: "relief"}} }, "Frozen night", Stepping, "de"},
		"people to be trained":   {func(in *Input) { in.Untrained = "team night 0 %" }, "TrainingNotDone", Stepping, "de"},
		"evidence":               {hold(guard.ReasonNotShown), "AwaitingEvidence hate Leakage", Stepping, "de"},
		"no verdict at all":      {func(in *Input) { in.Guard = guard.Verdict{} }, "AwaitingEvidence", Stepping, "de"},
		"stale numbers":          {hold(guard.ReasonNotFresh), "MetricsNotFresh hate Leakage", Stepping, "de"},
		"too long":               {both(hold(guard.ReasonNotShown), late), "Inconclusive de, AwaitingEvidence hate Leakage", Inconclusive, "de"},
		"asked, and shown later": {func(in *Input) { in.State.Phase = Inconclusive }, "Inconclusive de", Inconclusive, "de"},
		"too long, and paused":   {both(hold(guard.ReasonNotShown), late, func(in *Input) { in.Terms.Pause = true }), "Paused, Inconclusive de, AwaitingEvidence hate Leakage", Inconclusive, "de"},
		"a queue in breach":      {func(in *Input) { in.Queues[0].Late = true }, "QueueInBreach q", Stepping, "de"},
		"a queue not known":      {func(in *Input) { in.Queues[0].Known = false }, "CapacityUnknown q", Stepping, "de"},
		"work not known":         {func(in *Input) { in.Load.Known = false }, "CapacityUnknown q", Stepping, "de"},
		"more work than people":  {func(in *Input) { in.Load.Rise = 600_000 }, "QueueInBreach q", Stepping, "de"}, // 45 % more of it: 8 → 11
		"more work, and people":  {func(in *Input) { in.Load.Rise = 500_000 }, "", Stepping, "all"},
		"a breach it relieves":   {func(in *Input) { in.Queues[0].Late, in.Load.Rise = true, -10_000 }, "", Stepping, "all"},
		"a condition":            {func(in *Input) { in.Conditions = []Condition{{Name: "c", Cause: "NoRow"}, {Name: "d", Met: true}} }, "ConditionNotMet c", Stepping, "de"},
		"a step that is gone":    {func(in *Input) { in.State.Step = "was" }, "StepGone was", Stepping, "was"},
		"several":                {func(in *Input) { in.Terms.Pause, in.Queues[0].Late = true, true }, "Paused, QueueInBreach q", Stepping, "de"},
		"approved":               {both(hold(guard.ReasonNotFresh), late, order(Approve, "new", "de")), "", Stepping, "all"},
		"approved in a breach":   {both(order(Approve, "new", "de"), func(in *Input) { in.Queues[0].Late = true }), "QueueInBreach q", Stepping, "de"},
		"another step approved":  {both(hold(guard.ReasonNotShown), order(Approve, "new", "all")), "AwaitingEvidence hate Leakage", Stepping, "de"},
		"another change":         {both(hold(guard.ReasonNotShown), order(Promote, "other", "")), "AwaitingEvidence hate Leakage", Stepping, "de"},
		"promoted":               {both(late, func(in *Input) { in.Terms.Pause = true }, order(Promote, "new", "")), "", Done, ""},
		"taken back":             {both(order(Promote, "new", ""), order(TakeBack, "new", "")), "", Aborted, ""},
		"broken":                 {func(in *Input) { in.Guard.Outcome = guard.Abort; in.Terms.Pause = true }, "", Aborted, ""},
	} {
		t.Run(name, func(t *testing.T) {
			in := underWay()
			c.edit(&in)
			d := Plan(in)
			if codes(d) != c.waits || d.State.Phase != c.phase || d.State.Step != c.step {
				t.Errorf("waits %q, %s %q; want %q, %s %q", codes(d), d.State.Phase, d.State.Step, c.waits, c.phase, c.step)
			}
			if c.phase == Aborted && (d.State.Stable != "old" || d.State.Canary != "" || !d.State.Aborted.Decided) {
				t.Errorf("taken back to %+v", d.State)
			}
			if c.phase == Done && (d.State.Stable != "new" || d.State.Canary != "") {
				t.Errorf("done with %+v", d.State)
			}
		})
	}
}

func hold(r guard.Reason) func(*Input) {
	return func(in *Input) {
		in.Guard = guard.Verdict{Outcome: guard.Hold, Reason: r, Binding: guard.Stream{Label: "hate", Kind: guard.Leakage}}
	}
}

func late(in *Input) { in.Now = began.Add(12 * hour) }

func order(a Action, revision, step string) func(*Input) {
	return func(in *Input) {
		in.Orders = append(in.Orders, Order{Name: "o", Action: a, Revision: revision, Step: step})
	}
}

func both(edits ...func(*Input)) func(*Input) {
	return func(in *Input) {
		for _, e := range edits {
			e(in)
		}
	}
}

func TestWhereAChangeBegins(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(*Input)
		want State
	}{
		"a policy that is new":      {func(in *Input) { in.State = State{} }, State{Stable: "new", Phase: Done}},
		"a change":                  {func(in *Input) { in.State = State{Stable: "old", Phase: Done} }, started("new")},
		"no verdict changed":        {func(in *Input) { in.State, in.Differs = State{Stable: "old", Phase: Done}, false }, State{Stable: "new", Phase: Done}},
		"another change":            {func(in *Input) { in.Spec = "newer" }, started("newer")},
		"taken out of the spec":     {func(in *Input) { in.Spec = "old" }, State{Stable: "old", Phase: Done}},
		"aborted, and other terms":  {taken(Aborted, "then"), again("then")},
		"aborted, and meant anew":   {taken(Done, "now"), again("now")},
		"aborted, and another edit": {taken(Aborted, "now"), State{Stable: "old", Phase: Aborted, Aborted: &Abort{Revision: "new", Generation: 6, Tried: "now"}}},
		"aborted by one that wrote no terms": {func(in *Input) { taken(Aborted, "")(in); in.Generation = 6 },
			State{Stable: "old", Phase: Aborted, Aborted: &Abort{Revision: "new", Generation: 6}}},
		"the same, and edited": {taken(Aborted, ""), again("")},
		"terms that cannot be read": {func(in *Input) { taken(Aborted, "now")(in); in.Terms.Tried, in.Generation = "", 6 },
			State{Stable: "old", Phase: Aborted, Aborted: &Abort{Revision: "new", Generation: 6, Tried: "now"}}},
		"ordered back before it began": {func(in *Input) { in.State = State{Stable: "old"}; order(TakeBack, "new", "")(in) }, State{
			Stable: "old", Phase: Aborted, Aborted: &Abort{Revision: "new", Generation: 7, Tried: "now", At: began.Add(3 * hour), By: "o", Reason: CodeDecidedByPeople},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			in := underWay()
			c.edit(&in)
			if d := cmp.Diff(c.want, Plan(in).State); d != "" {
				t.Errorf("state (-want +got):\n%s", d)
			}
		})
	}
}

// taken is after an abort, by generation 6 and some terms, in a phase.
func taken(phase Phase, tried string) func(*Input) {
	return func(in *Input) {
		in.State = State{Stable: "old", Phase: phase, Aborted: &Abort{Revision: "new", Generation: 6, Tried: tried}}
	}
}

// again is another try after it.
func again(tried string) State {
	s := started("new")
	s.Aborted = &Abort{Revision: "new", Generation: 6, Tried: tried}
	return s
}

func started(revision string) State {
	at := began.Add(3 * hour)
	return State{Stable: "old", Canary: revision, Phase: Shadow, Step: ShadowStep, Began: at, Since: at, Tried: "now"}
}

// A change that is taken back while its steps cannot be read was tried with those before: to write them again as
// they were is no reason for another try.
func TestTakenBackWhileTheSpecIsNotSound(t *testing.T) {
	in := underWay()
	in.State = Plan(in).State
	in.Terms, in.Guard.Outcome = Terms{Held: true}, guard.Abort
	in.Generation++
	a := Plan(in).State
	if a.Phase != Aborted || a.Aborted.Tried != "now" {
		t.Fatalf("taken back with %+v", a.Aborted)
	}
	again := underWay()
	again.State, again.Generation = a, in.Generation+1
	if d := Plan(again); d.Code != CodeAborted || d.State.Canary != "" {
		t.Errorf("the steps are as they were, and it is tried again: %+v", d.State)
	}
}

// Whatever comes, in whatever order: what is stable changes only to what the spec means,
// by way of every step or by somebody's order; shares only rise during a rollout; the
// same input has the same answer; and nothing ends while something waits.
func TestAnyHistory(t *testing.T) {
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 1))
		in := underWay()
		in.State = State{Stable: "old", Phase: Done}
		for look := range 60 {
			in.Now = in.Now.Add(sample.Span(rng.Int64N(int64(hour))))
			in.Guard.Outcome = []guard.Outcome{guard.Advance, guard.Hold, guard.Hold, guard.Inconclusive, "", guard.Abort}[rng.IntN(5+look/50)]
			in.Queues[0].Late, in.Queues[0].Known = rng.IntN(4) == 0, rng.IntN(4) > 0
			in.Terms.Pause = rng.IntN(4) == 0
			if rng.IntN(20) == 0 {
				in.Spec, in.Generation = fmt.Sprintf("r%d", rng.IntN(4)), in.Generation+1
			}
			was, d := in.State, Plan(in)
			if diff := cmp.Diff(d, Plan(in)); diff != "" {
				t.Fatalf("seed %d: the same input has two answers:\n%s", seed, diff)
			}
			now := d.State
			switch {
			case now.Stable != was.Stable && (now.Stable != in.Spec || was.Canary != in.Spec || was.Step != "all"):
				t.Fatalf("seed %d look %d: from %+v to %+v", seed, look, was, now)
			case len(now.Shares) > len(was.Shares) && now.Shares[len(was.Shares)].Since != in.Now:
				t.Fatalf("seed %d: a share was given at %d, and says %+v", seed, in.Now, now.Shares)
			case now.Canary == was.Canary && len(now.Shares) < len(was.Shares):
				t.Fatalf("seed %d: shares fell from %v to %v", seed, was.Shares, now.Shares)
			case len(d.Waits) > 0 && (now.Step != was.Step || now.Stable != was.Stable || len(now.Shares) != len(was.Shares)):
				t.Fatalf("seed %d: %s, and still it went to %+v", seed, codes(d), now)
			case in.Guard.Outcome == guard.Abort && was.Canary == in.Spec && now.Phase != Aborted:
				t.Fatalf("seed %d: a broken guard leaves %+v", seed, now)
			case len(d.Waits) == 0 && now.Step != was.Step && now.Step != ShadowStep && now.Step != "" && in.Guard.Outcome != guard.Advance:
				t.Fatalf("seed %d: %v ended step %s", seed, in.Guard.Outcome, was.Step)
			}
			in.State = now
		}
	}
}

func TestCheck(t *testing.T) {
	step := func(name string, share sample.PPM, markets ...string) Step {
		return Step{Share: Share{Step: name, Share: share, Markets: markets}}
	}
	for name, c := range map[string]struct {
		steps []Step
		bad   string
	}{
		"rising":                       {[]Step{step("a", 1), step("b", 2)}, ""},
		"a market, then all":           {[]Step{step("a", 5, "DE"), step("b", 5)}, ""},
		"market by market":             {[]Step{step("a", 5, "DE"), step("b", 5, "FR"), step("c", 5, "BR")}, ""},
		"the same again":               {[]Step{step("a", 5), step("b", 5)}, "[b]"},
		"falling":                      {[]Step{step("a", 5), step("b", 2)}, "[b]"},
		"a market that has it already": {[]Step{step("a", 5), step("b", 5, "DE")}, "[b]"},
		"some markets of one before":   {[]Step{step("a", 5, "DE", "FR"), step("b", 4, "FR")}, "[b]"},
	} {
		terms := Terms{Steps: append([]Step{step(ShadowStep, 0)}, c.steps...)}
		err := terms.Check()
		if (c.bad == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.bad) {
			t.Errorf("%s: %v, want one about %q", name, err, c.bad)
		}
	}
}
