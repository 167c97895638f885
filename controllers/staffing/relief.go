package staffing

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/facts"
	"github.com/modcap/modcap/internal/regimes"
	"github.com/modcap/modcap/internal/relief"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

const codeReliefInvalid = "ReliefInvalid"

// mostRelief is how many policies of a target may give way: the first by name.
const mostRelief = 8

// relieving is a policy that declares relief, for its queues of the target.
type relieving struct {
	policy *v1alpha1.ModerationPolicy
	queues []*v1alpha1.ModerationQueue
	steps  []relief.Step
	minOn  sample.Span
	bands  []relief.Band
	// kept are the raises of reviewAt that are in what is measured.
	kept []resolve.Raised
	// was is what the status remembers; nil for nothing.
	was      *v1alpha1.ReliefStatus
	decision relief.Decision
}

// +kubebuilder:rbac:groups=modcap.dev,resources=moderationpolicies,verbs=get;list;watch

// reliefs are the policies of the target's queues that declare relief, by name.
func (r *Reconciler) reliefs(ctx context.Context, g *gathered) error {
	if r.ReadOnly {
		return nil // nothing would follow from it
	}
	var all v1alpha1.ModerationPolicyList
	if err := r.Client.List(ctx, &all, client.InNamespace(g.target.Namespace)); err != nil {
		return fmt.Errorf("list policies: %w", err)
	}
	slices.SortFunc(all.Items, func(a, b v1alpha1.ModerationPolicy) int { return strings.Compare(a.Name, b.Name) })
	for i := range all.Items {
		p := &all.Items[i]
		one := relieving{policy: p, queues: g.queuesOf(p.Name), was: remembered(g.target, p.Name)}
		if p.Spec.Relief == nil || len(one.queues) == 0 || len(g.relief) == mostRelief {
			continue
		}
		var err error
		if one.steps, one.minOn, err = resolve.ReliefSteps(p); err != nil {
			g.reliefFound = append(g.reliefFound, v1alpha1.Finding{
				Code: codeReliefInvalid, Severity: "Error", Message: short(fmt.Sprintf("Policy %s: %v: nothing of it gives way", p.Name, err)),
				Fix: "Correct spec.relief of the policy",
			})
		}
		if one.kept, err = r.raisedNow(ctx, g, &one); err != nil {
			return err
		}
		one.bands = resolve.ReliefBands(p, one.queues, one.kept, func(row resolve.Row) ([]resolve.TableRow, sample.Sample) {
			return r.Readings.Table(row, g.now)
		})
		g.relief = append(g.relief, one)
	}
	return nil
}

// queuesOf are the target's queues of a policy.
func (g *gathered) queuesOf(policy string) (out []*v1alpha1.ModerationQueue) {
	for i := range g.queues {
		if ref := g.queues[i].Spec.PolicyRef; ref != nil && ref.Name == policy {
			out = append(out, &g.queues[i])
		}
	}
	return out
}

// unrelieve makes what arrives what would arrive without the relief in force.
func (g *gathered) unrelieve(in *staffing.Input) {
	for i := range g.relief {
		one := &g.relief[i]
		resolve.Unrelieve(in, one.bands, one.kept)
	}
}

// relieve asks each policy in turn what gives way, given what the ones before give, and
// answers the plan's input with all of it. What was decided is in the status, and follows
// once that is written.
func (r *Reconciler) relieve(g *gathered, in staffing.Input) staffing.Input {
	if r.ReadOnly {
		return in
	}
	key := client.ObjectKeyFromObject(g.target)
	told, known := r.Facts.Relief.Get(key)
	var next facts.Relief
	var status []v1alpha1.ReliefStatus
	for i := range g.relief {
		one := &g.relief[i]
		one.decision = r.Decide(one.input(in))
		in = one.decision.Relieved
		status = append(status, one.status(sample.At(g.now)))
		name := one.policy.Name
		switch {
		case one.decision.Code != relief.CodeNotFresh:
			next.InForce = append(next.InForce, one.inForce(g.known.Catalogue)...)
		case !known || slices.Contains(told.Unknown, name):
			next.Unknown = append(next.Unknown, name)
		default: // nothing changes, whatever can be said of it now
			next.InForce = append(next.InForce, ofPolicy(told.InForce, name)...)
		}
	}
	g.target.Status.Relief = status
	r.follows.put(key, next)
	return in
}

// input is what the decision is told.
func (o *relieving) input(in staffing.Input) relief.Input {
	out := relief.Input{
		Policy: o.policy.Name, Steps: o.steps, State: stateOf(o.was, o.steps), MinOn: o.minOn, Unrelieved: in,
		Bands: o.bands, Protected: resolve.ReliefGuarded(o.policy, o.queues),
		Rollout: o.policy.Status.Rollout != nil && o.policy.Status.Rollout.Canary != "",
	}
	for _, q := range o.queues {
		out.Queues = append(out.Queues, q.Name)
	}
	return out
}

// written tells routing what gives way, now that the status remembers it.
func (r *Reconciler) written(t *v1alpha1.StaffingTarget) {
	key := client.ObjectKeyFromObject(t)
	if next, ok := r.follows.of(key); ok {
		r.Facts.Relief.Put(key, next)
	}
}

// ofPolicy is the relief of a policy.
func ofPolicy(all []v1.Relief, policy string) []v1.Relief {
	return slices.DeleteFunc(slices.Clone(all), func(one v1.Relief) bool { return one.Policy != policy })
}

// inForce are the measures as routers are told them. Of a Defer, no queue gets more time than
// its regimes allow; a measure that changes nothing is left out.
func (o *relieving) inForce(known regimes.Catalogue) (out []v1.Relief) {
	for i := range o.decision.Measures {
		m := &o.decision.Measures[i]
		if len(m.Queues) == 0 {
			continue
		}
		one := v1.Relief{Policy: o.policy.Name, Step: m.Step, Kind: v1.ReliefKind(m.Kind), Queues: slices.Sorted(slices.Values(m.Queues))}
		if m.Kind == relief.Defer {
			out = append(out, o.deferred(one, m, known)...)
		} else if measure(&one, m) {
			out = append(out, one)
		}
	}
	return out
}

// measure puts what a measure gives into what routers are told; false for nothing.
func measure(out *v1.Relief, m *relief.Measure) bool {
	switch m.Kind {
	case relief.Relax:
		out.Drop, out.AfterMillis = string(m.Drop), max(int64(m.After), 1)
	case relief.QAFloor:
		out.Keep = v1.PPM(max(m.Keep, 1))
		return out.Keep < v1.AllPPM
	case relief.RaiseReviewAt:
		out.Labels, out.Raise = slices.Sorted(slices.Values(m.Labels)), v1.PPM(m.Raise)
		return out.Raise > 0 && len(out.Labels) > 0
	}
	return true
}

// deferred is a Defer for queues of one time each.
func (o *relieving) deferred(one v1.Relief, m *relief.Measure, known regimes.Catalogue) (out []v1.Relief) {
	queues := map[int64][]string{}
	for _, q := range o.queues {
		if within := resolve.DeferWithin(q, known, m.Within); within > 0 && slices.Contains(one.Queues, q.Name) {
			queues[int64(within)] = append(queues[int64(within)], q.Name)
		}
	}
	for within, names := range queues {
		one.WithinMillis, one.Queues = within, slices.Sorted(slices.Values(names))
		out = append(out, one)
	}
	slices.SortFunc(out, func(a, b v1.Relief) int { return strings.Compare(a.Queues[0], b.Queues[0]) })
	return out
}

// forgetRelief is for a target that is gone.
func (r *Reconciler) forgetRelief(key types.NamespacedName) {
	r.follows.forget(key)
	r.shown.forget(key)
	r.Facts.Relief.Drop(key)
}
