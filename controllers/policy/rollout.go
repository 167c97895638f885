package policy

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/conditions"
	"github.com/modcap/modcap/internal/guard"
	"github.com/modcap/modcap/internal/outcome"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/rollout"
	"github.com/modcap/modcap/internal/routing"
	"github.com/modcap/modcap/internal/sample"
)

// lookWithout is how often a rollout is looked at that nothing is counted of.
const lookWithout = 30 * time.Second

// rolling is what is known of a rollout at one look.
type rolling struct {
	p        *v1alpha1.ModerationPolicy
	now      time.Time
	stable   routing.Revision
	canary   routing.Revision // what the spec means or, if that is not sound, what is under way
	held     bool             // the spec is not sound
	queues   []v1alpha1.ModerationQueue
	targets  []v1alpha1.StaffingTarget // that may relieve the policy
	counters guard.Counters
	verdict  guard.Verdict
	seen     *guard.Verdict // where the verdict is told to who asked
	lost     error          // why what is under way is not to be had
	was      rollout.State  // before this look
	terms    rollout.Terms
	decision rollout.Decision
}

// roll looks at the rollout of what the spec means. Its memory is the status, and what
// it decides takes effect with the status: documents are made of that alone.
func (r *Reconciler) roll(ctx context.Context, g *rolling, before string, h history) outcome.Outcome {
	p, now := g.p, g.canary
	set := conditions.For(&p.Status.CommonStatus, p.Generation, r.Now())
	state := stateOf(p.Status.Rollout)
	terms, err := g.declared(state)
	if err != nil {
		set.Stalled(v1alpha1.ReasonInvalidSpec, err.Error()+"; the rollout stays where it is")
		if p.Status.Rollout == nil {
			p.Status.Revision = before // rollouts are new to the policy, and it goes on deciding by this
		}
		if state.Canary != now.Name {
			return r.holdOn(ctx, g, h) // what is under way, if anything, stays guarded
		}
	}
	if state.Stable, err = r.findStable(ctx, g, state.Stable, before, h); err != nil {
		return outcome.Transient(err)
	}
	if g.lost != nil {
		g.reportLost(set, before)
		return outcome.Done(lookWithout)
	}
	in := rollout.Input{
		Now: sample.At(g.now), Spec: now.Name, Generation: p.Generation, Terms: terms, State: state,
		Differs: resolve.Differs(g.stable, g.canary),
	}
	if err := r.gather(ctx, g, &in); err != nil {
		return outcome.Transient(err)
	}
	g.was, g.terms, g.decision = state, terms, rollout.Plan(in)
	g.report(set)
	return r.lookAgain(g)
}

// declared are the terms of the spec; with an error, those by which what is under way is
// guarded, and no step ends.
func (g *rolling) declared(state rollout.State) (rollout.Terms, error) {
	t, err := resolve.RolloutTerms(g.p.Spec.Rollout)
	if err != nil {
		return rollout.Terms{Held: true}, err
	}
	t.Held = g.held
	if state.Canary == g.canary.Name {
		t.Changed = routing.StepChanged(g.p)
	}
	return t, nil
}

// holdOn looks at what is under way while the spec is not sound: no step ends, and a
// broken guard takes the change back.
func (r *Reconciler) holdOn(ctx context.Context, g *rolling, h history) outcome.Outcome {
	s := g.p.Status.Rollout
	if g.p.Spec.Rollout == nil || s == nil || s.Canary == "" {
		return outcome.Done(0)
	}
	var err error
	if g.canary, err = r.stored(ctx, g, h, s.Canary); err != nil {
		return outcome.Transient(err)
	}
	if g.lost != nil {
		return outcome.Done(0) // its documents say so
	}
	return r.roll(ctx, g, "", h)
}

// gather reads what the step under way is judged by.
func (r *Reconciler) gather(ctx context.Context, g *rolling, in *rollout.Input) error {
	var overrides v1alpha1.CapacityOverrideList
	err := r.Client.List(ctx, &overrides, client.InNamespace(g.p.Namespace))
	if err != nil {
		return fmt.Errorf("list overrides: %w", err)
	}
	in.Orders = resolve.RolloutOrders(overrides.Items, g.p, g.now)
	in.Frozen = g.frozen(overrides.Items)
	if in.State.Canary != in.Spec {
		return nil // nothing is under way
	}
	if in.Untrained, err = r.untrained(ctx, g, in); err != nil {
		return err
	}
	rows := r.Readings.Rows(g.now)
	in.Conditions = resolve.RolloutConditions(g.p.Spec.Rollout, g.p.Namespace, rows)
	g.counters = resolve.RolloutCounters(g.p, in.Spec, func(row resolve.Row) ([]resolve.TableRow, sample.Sample) {
		return r.Readings.Table(row, g.now)
	})
	guarded, err := resolve.GuardTerms(g.p.Spec.Rollout, g.stable, g.canary)
	if err != nil {
		return err
	}
	if c := r.checksOf(client.ObjectKeyFromObject(g.p)); c != nil {
		guarded.People = resolve.GuardPeople(c.reviewers)
	}
	g.verdict = guard.Judge(guard.Input{
		Now: in.Now, Terms: guarded, Step: guardStep(in), Counters: g.counters, State: in.State.Counted,
		Excluded: g.excluded(in),
	})
	*g.seen = g.verdict
	in.Guard, in.Cause = g.verdict, causeOf(g.counters)
	in.Load = resolve.RolloutLoad(g.counters, resolve.ReviewArrivals(g.queues, rows), in.State.Began, in.Now)
	for i := range g.queues {
		if len(g.queues[i].Spec.Reviews) > 0 {
			in.Queues = append(in.Queues, r.queue(&g.queues[i]))
		}
	}
	return nil
}

// causeOf says why what is counted is not Fresh, and where.
func causeOf(c guard.Counters) string {
	if c.Where == "" {
		return string(c.Cause)
	}
	return fmt.Sprintf("%s: %s", c.Cause, c.Where)
}

// frozen are the reasons why no step ends now: what somebody ordered before what the spec
// says. The first is told.
func (g *rolling) frozen(overrides []v1alpha1.CapacityOverride) []rollout.Freeze {
	return slices.Concat(
		resolve.Frozen(overrides, g.p.Name, g.now),
		g.relieved(),
		resolve.FreezeWindow(g.p.Spec.Rollout, g.now),
	)
}

// excluded are the times whose cohorts are no evidence.
func (g *rolling) excluded(in *rollout.Input) []guard.Period {
	return slices.Concat(resolve.ShareChanges(in.State.Shares), resolve.ReliefPeriods(g.targets, g.p.Name, in.State.Began, in.Now))
}

func guardStep(in *rollout.Input) guard.Step {
	s := guard.Step{Shadow: in.State.Step == rollout.ShadowStep, Since: in.State.Since, Began: in.State.Began}
	for _, one := range in.Terms.Steps {
		if one.Step == in.State.Step {
			s.Hold, s.MaxHold = one.Hold, one.MaxHold
		}
	}
	return s
}

// queue is how the people of a queue stand: by its status, which outlives a restart, and
// in numbers by the newest facts.
func (r *Reconciler) queue(q *v1alpha1.ModerationQueue) rollout.Queue {
	out := rollout.Queue{Name: q.Name, Known: true}
	if c := meta.FindStatusCondition(q.Status.Conditions, v1alpha1.ConditionStaffed); c != nil {
		out.Late = c.Status == metav1.ConditionFalse
		out.Known = c.Status != metav1.ConditionUnknown || c.Reason == v1alpha1.ReasonNotPlanned
	}
	if meta.IsStatusConditionFalse(q.Status.Conditions, v1alpha1.ConditionServiceLevelMet) {
		out.Late = true
	}
	if f, ok := r.Facts.Staffing.Get(client.ObjectKeyFromObject(q)); ok && f.Known {
		out.Have, out.Need = int64(f.Have), int64(f.Need)
	}
	return out
}

// lookAgain is soon while something is rolled out: a broken guard is answered within one
// interval of what is read.
func (r *Reconciler) lookAgain(g *rolling) outcome.Outcome {
	if g.decision.State.Canary == "" {
		return outcome.Done(0)
	}
	every := lookWithout
	if g.p.Spec.Rollout.Metrics != nil {
		if read := r.Readings.Interval(resolve.RolloutRow(g.p)); read > 0 {
			every = max(read/2, time.Second)
		}
	}
	if next := g.decision.Next; next > sample.At(g.now) {
		every = min(every, max(next.Time().Sub(g.now), time.Second))
	}
	return outcome.Done(every)
}

// read gives a stored revision.
func (h history) read(p *v1alpha1.ModerationPolicy, revision string) (routing.Revision, error) {
	for i := range h {
		if strings.TrimPrefix(h[i].Name, p.Name+"-") == revision {
			return routing.ReadRevision(revision, h[i].Data.Raw)
		}
	}
	return routing.Revision{}, fmt.Errorf("ControllerRevision %s, by which the policy decides, is gone", RevisionName(p.Name, revision))
}

// inUse are the revisions that a policy's rollout refers to; if rollouts are new to it,
// what it decided by before this look.
func inUse(p *v1alpha1.ModerationPolicy, before string) []string {
	s := p.Status.Rollout
	var out []string
	if s == nil && p.Spec.Rollout != nil {
		out = append(out, before)
	}
	if s != nil {
		out = append(out, s.Stable, s.Canary)
		if s.Aborted != nil {
			out = append(out, s.Aborted.Revision)
		}
	}
	return slices.DeleteFunc(out, func(one string) bool { return one == "" })
}
