package policy

import (
	"cmp"
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/conditions"
	"github.com/modcap/modcap/internal/guard"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/rollout"
	"github.com/modcap/modcap/internal/routing"
	"github.com/modcap/modcap/internal/sample"
)

// How much of a rollout a status lists.
const (
	maxEvidence = 12
	maxMoves    = 16
)

// stateOf is what a status remembers of a rollout.
func stateOf(s *v1alpha1.PolicyRolloutStatus) rollout.State {
	if s == nil {
		return rollout.State{}
	}
	out := rollout.State{
		Stable: s.Stable, Canary: s.Canary, Phase: rollout.Phase(s.Phase), Step: s.Step, Began: instant(s.Began), Since: instant(s.Since),
		Tried: s.Terms,
	}
	for _, one := range s.Shares {
		out.Shares = append(out.Shares, rollout.Share{
			Step: string(one.Step), Share: sample.PPM(one.Share), Since: instant(one.Since),
		})
	}
	if c := s.Counted; c != nil {
		out.Counted = guard.State{Moved: c.Moved, Checks: c.Checks, Errors: c.Errors}
	}
	if a := s.Aborted; a != nil {
		out.Aborted = &rollout.Abort{Revision: a.Revision, Generation: a.Generation, Tried: a.Terms}
	}
	return out
}

// report puts what was decided into the status, and says it.
func (g *rolling) report(set conditions.Setter) {
	was, s := g.p.Status.Rollout, &g.decision.State
	out := &v1alpha1.PolicyRolloutStatus{Stable: s.Stable, Canary: s.Canary, Phase: v1alpha1.RolloutPhase(s.Phase), Step: s.Step}
	if was != nil {
		out.Aborted = was.Aborted
	}
	if s.Aborted != nil && s.Aborted.At != 0 { // of this very look: those before have their record
		out.Aborted = g.aborted(s.Aborted)
	}
	if s.Canary != "" {
		g.reportCanary(out)
	}
	g.p.Status.Rollout = out
	g.say(set)
}

func (g *rolling) reportCanary(out *v1alpha1.PolicyRolloutStatus) {
	s, spec := &g.decision.State, g.p.Spec.Rollout
	out.Unit, out.Sample = cmp.Or(spec.Unit, v1alpha1.RolloutItem), int32(sample.AllPPM)
	if spec.Shadow != nil {
		if ppm, err := spec.Shadow.Sample.PPM(); err == nil {
			out.Sample = int32(ppm)
		}
	}
	// Units are divided by what held when the rollout began: nobody goes back in the
	// middle of it.
	if was := g.p.Status.Rollout; was != nil && was.Canary == s.Canary {
		out.Unit, out.Sample = was.Unit, was.Sample
	}
	for _, one := range s.Shares {
		out.Shares = append(out.Shares, v1alpha1.RolloutShare{
			Step: v1alpha1.Word(one.Step), Share: int32(one.Share), Since: timeOf(one.Since),
			Scope: g.scope(v1alpha1.Word(one.Step)),
		})
	}
	out.HarmDomains = resolve.ChangedDomains(g.stable, g.canary)
	out.Began, out.Since, out.Terms = timeOf(s.Began), timeOf(s.Since), s.Tried
	if c := s.Counted; c != (guard.State{}) {
		out.Counted = &v1alpha1.RolloutCounted{Moved: c.Moved, Checks: c.Checks, Errors: c.Errors}
	}
	out.Evidence = evidence(g.verdict.Evidence)
}

// scope is where a step was when it gave its share.
func (g *rolling) scope(step v1alpha1.Word) string {
	if was := g.p.Status.Rollout; was != nil && was.Canary == g.decision.State.Canary {
		for _, one := range was.Shares {
			if one.Step == step {
				return one.Scope
			}
		}
	}
	for i := range g.p.Spec.Rollout.Steps {
		if s := &g.p.Spec.Rollout.Steps[i]; s.Name == step {
			return routing.ScopeOf(s)
		}
	}
	return ""
}

// evidence is what a status shows of it, the worst first.
func evidence(all []guard.Evidence) (out []v1alpha1.RolloutEvidence) {
	rank := []guard.Outcome{guard.Abort, guard.Hold, guard.Advance}
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b guard.Evidence) int {
		return cmp.Compare(slices.Index(rank, a.Outcome), slices.Index(rank, b.Outcome))
	})
	for _, e := range sorted[:min(len(sorted), maxEvidence)] {
		one := v1alpha1.RolloutEvidence{
			Label: v1alpha1.Word(e.Label), Kind: string(e.Kind), Market: e.Market, Outcome: string(e.Outcome), Reason: string(e.Reason),
			Margin: e.Margin.String(), Checked: e.Moved.Labelled,
		}
		if e.Moved.Labelled > 0 {
			one.Change = fmt.Sprintf("%s (%s to %s)", tenth(e.Moved.Estimate), tenth(e.Moved.Lower), tenth(e.Moved.Upper))
		}
		out = append(out, one)
	}
	return out
}

// tenth prints a number with one decimal.
func tenth(v sample.Milli) string { return fmt.Sprintf("%.1f", v.Float()) }

// aborted is the record of a change that was taken back with this look.
func (g *rolling) aborted(a *rollout.Abort) *v1alpha1.RolloutAbort {
	out := &v1alpha1.RolloutAbort{
		Revision: a.Revision, Generation: a.Generation, Terms: a.Tried, Step: a.Step, Began: timeOf(a.Began), At: *timeOf(a.At),
		By: "guard", Message: g.whyAborted(a),
	}
	if a.By != "" {
		out.By = "CapacityOverride " + a.By
		out.By = out.By[:min(len(out.By), 128)]
	}
	if a.Decided {
		moves := g.moves(a)
		out.Moves = movesOf(moves)
		g.beginRereview(a, moves)
	}
	return out
}

func (g *rolling) whyAborted(a *rollout.Abort) string {
	if a.By != "" {
		return "Somebody decided to take it back: see the override."
	}
	where := ""
	if a.Market != "" {
		where = " in market " + a.Market
	}
	for _, e := range g.verdict.Evidence {
		if e.Stream == a.Stream && e.Market == a.Market {
			return fmt.Sprintf("%s of label %s is worse than before%s: %s more errors of 10000 items that enter (%s to %s), "+
				"and %s are tolerated (%s).",
				e.Kind, e.Label, where, tenth(e.Moved.Estimate), tenth(e.Moved.Lower), tenth(e.Moved.Upper), e.Margin, a.Reason)
		}
	}
	return fmt.Sprintf("The guard is broken: %s.", a.Reason)
}

// movesOf are the moves that a status shows, the most first.
func movesOf(moves []resolve.Moved) (out []v1alpha1.RolloutMove) {
	for _, m := range moves[:min(len(moves), maxMoves)] {
		out = append(out, v1alpha1.RolloutMove{
			Label: v1alpha1.Word(m.Label), Market: m.Market, From: string(m.Move.From), To: string(m.Move.To),
			Items: m.Items, Decided: m.Decided,
		})
	}
	return out
}

// instant and timeOf convert times; unset is 0. A status keeps whole seconds.
func instant(t *metav1.Time) sample.Instant {
	if t == nil {
		return 0
	}
	return sample.At(t.Time)
}

func timeOf(at sample.Instant) *metav1.Time {
	if at == 0 {
		return nil
	}
	t := metav1.NewTime(at.Time().UTC()).Rfc3339Copy()
	return &t
}
