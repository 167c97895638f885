package policy

import (
	"context"
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/outcome"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/rollout"
	"github.com/modcap/modcap/internal/sample"
)

// moves are what moved in the rollout that is taken back with this look.
func (g *rolling) moves(a *rollout.Abort) []resolve.Moved {
	t := resolve.Tried{
		Stable: g.stable, Canary: g.canary, Counters: g.counters, Steps: g.terms.Steps, Shares: g.was.Shares, Began: a.Began, Until: a.At,
	}
	if m := g.p.Spec.Rollout.Metrics; m != nil {
		if cohort, err := m.Cohort.Parse(); err == nil {
			t.Cohort = sample.SpanOf(cohort)
		}
	}
	return t.Moves()
}

// beginRereview has people look again at what the change decided. It is written with the abort itself, so that
// neither is there without the other.
func (g *rolling) beginRereview(a *rollout.Abort, moves []resolve.Moved) {
	within, planned := resolve.RereviewWithin(g.p.Spec.Rollout)
	if !planned {
		return
	}
	before := rereviewOf(g.p.Status.Rereview)
	g.p.Status.Rereview = reportRereview(rollout.Begin(before, a.Revision, a.At, a.At.Add(within), resolve.Again(moves)))
}

// rereview looks at what is left to look at again, whatever became of the spec since.
func (r *Reconciler) rereview(ctx context.Context, p *v1alpha1.ModerationPolicy, out outcome.Outcome) outcome.Outcome {
	was := rereviewOf(p.Status.Rereview)
	if r.ReadOnly || was == nil || was.State != rollout.RereviewOpen {
		return out
	}
	var overrides v1alpha1.CapacityOverrideList
	if err := r.Client.List(ctx, &overrides, client.InNamespace(p.Namespace)); err != nil {
		return outcome.Transient(fmt.Errorf("list overrides: %w", err))
	}
	now := r.Now()
	seen := rollout.Progress{Now: sample.At(now), Orders: resolve.RolloutOrders(overrides.Items, p, now)}
	seen.Done, seen.By = resolve.ReworkedOf(p, overrides.Items)
	seen.Counted = resolve.Rereviewed(p, was.Revisions, func(row resolve.Row) ([]resolve.TableRow, sample.Sample) {
		return r.Readings.Table(row, now)
	})
	is := was.Look(seen)
	p.Status.Rereview = reportRereview(&is)
	if is.State == rollout.RereviewOpen {
		return out.Sooner(lookWithout)
	}
	return out
}

// rereviewOf is what a status remembers of it.
func rereviewOf(s *v1alpha1.PolicyRereview) *rollout.Rereview {
	if s == nil {
		return nil
	}
	out := &rollout.Rereview{
		Revisions: s.Revisions, State: rollout.RereviewState(s.State), Since: sample.At(s.Since.Time), Due: sample.At(s.Due.Time),
		Items: s.Items, Left: s.Left, Ended: instant(s.Ended), By: s.By, Reason: s.Reason,
	}
	for _, w := range s.Work {
		out.Work = append(out.Work, rollout.Work{HarmDomain: string(w.HarmDomain), Market: w.Market, Items: w.Items})
	}
	return out
}

func reportRereview(r *rollout.Rereview) *v1alpha1.PolicyRereview {
	if r == nil {
		return nil
	}
	out := &v1alpha1.PolicyRereview{
		Revisions: r.Revisions, State: v1alpha1.RereviewState(r.State), Since: statusTime(r.Since), Due: statusTime(r.Due),
		Items: r.Items, Left: r.Left, Ended: timeOf(r.Ended), By: atMost128(r.By), Reason: atMost128(r.Reason),
	}
	for _, w := range r.Work {
		out.Work = append(out.Work, v1alpha1.RereviewWork{HarmDomain: v1alpha1.Word(w.HarmDomain), Market: w.Market, Items: w.Items})
	}
	return out
}

// atMost128 is as much of a text as a status has room for.
func atMost128(s string) string { return strings.ToValidUTF8(s[:min(len(s), 128)], "") }

// statusTime is a time in a status, which keeps whole seconds.
func statusTime(at sample.Instant) metav1.Time {
	return metav1.NewTime(at.Time().UTC()).Rfc3339Copy()
}
