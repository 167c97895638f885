package staffing

import (
	"context"
	"fmt"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/apply"
	"github.com/modcap/modcap/internal/demand"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/rollout"
	"github.com/modcap/modcap/internal/routing"
	"github.com/modcap/modcap/internal/sample"
)

// +kubebuilder:rbac:groups=modcap.dev,resources=moderationpolicies,verbs=get;list;watch
// +kubebuilder:rbac:groups=apps,resources=controllerrevisions,verbs=list;watch

// followRollouts notes which changes of policies decided some items and were taken back.
func (r *Reconciler) followRollouts(ctx context.Context, target types.NamespacedName, now sample.Instant) error {
	var policies v1alpha1.ModerationPolicyList
	if err := r.Client.List(ctx, &policies, client.InNamespace(target.Namespace)); err != nil {
		return fmt.Errorf("list policies: %w", err)
	}
	domains := func(p *v1alpha1.ModerationPolicy, canary string) ([]string, error) {
		return r.changedDomains(ctx, p, canary)
	}
	return r.ahead.follow(target, policies.Items, &following{now: now, domains: domains})
}

// changedDomains are the harm domains of the labels that a change of a policy touches; nil, which is all,
// where a revision is gone.
func (r *Reconciler) changedDomains(ctx context.Context, p *v1alpha1.ModerationPolicy, canary string) ([]string, error) {
	var list appsv1.ControllerRevisionList
	ours := client.MatchingLabels{apply.ManagedByLabel: apply.ManagedBy, apply.LabelPolicy: p.Name}
	if err := r.Client.List(ctx, &list, client.InNamespace(p.Namespace), ours); err != nil {
		return nil, fmt.Errorf("list revisions: %w", err)
	}
	var stable, changed *routing.Revision
	for i := range list.Items {
		name := strings.TrimPrefix(list.Items[i].Name, p.Name+"-")
		one, err := routing.ReadRevision(name, list.Items[i].Data.Raw)
		switch {
		case err != nil: // its policy says so
		case name == p.Status.Rollout.Stable:
			stable = &one
		case name == canary:
			changed = &one
		}
	}
	if stable == nil || changed == nil {
		return nil, nil
	}
	return resolve.RolloutDomains(*stable, *changed), nil
}

// follow takes in how the rollouts of a namespace stand; with an error, nothing of it.
func (f *forecasts) follow(target types.NamespacedName, policies []v1alpha1.ModerationPolicy, x *following) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	known := map[types.UID]ceiling{}
	there := map[types.UID]bool{}
	for i := range policies {
		there[underWay(&policies[i])] = true
	}
	for uid, c := range f.ceilings[target] {
		if !c.open() || there[uid] { // with its policy gone, documents stay as they are: that is how things are
			known[uid] = c
		}
	}
	x.known = known
	for i := range policies {
		if err := x.follow(&policies[i]); err != nil {
			return err
		}
	}
	if f.ceilings == nil {
		f.ceilings = map[types.NamespacedName]map[types.UID]ceiling{}
	}
	f.ceilings[target] = known
	return nil
}

// following follows rollouts. A change under way is known with when it began to decide items, and is no
// mark: what comes is today's level. If it comes to decide everything, that is a new level, and is
// forgotten. If it is taken back, what came meanwhile was an exception: a mark.
type following struct {
	now     sample.Instant
	known   map[types.UID]ceiling
	domains func(p *v1alpha1.ModerationPolicy, canary string) ([]string, error)
}

// underWay is what the change of a policy that is under way is known as.
func underWay(p *v1alpha1.ModerationPolicy) types.UID { return p.UID + "/rollout" }

// open reports whether it is a change that still decides items.
func (c *ceiling) open() bool { return c.revision != "" && c.To == 0 }

func (x *following) follow(p *v1alpha1.ModerationPolicy) error {
	if err := x.end(p); err != nil || p.Status.Rollout == nil {
		return err
	}
	if err := x.begin(p); err != nil {
		return err
	}
	return x.read(p)
}

// end forgets a change that decides everything now, and keeps one that was taken back.
func (x *following) end(p *v1alpha1.ModerationPolicy) error {
	was, known := x.known[underWay(p)]
	if !known || goesOn(&was, p.Status.Rollout) {
		return nil
	}
	delete(x.known, underWay(p))
	if decidesBy(p) == was.revision {
		return nil
	}
	was.To = endOf(&was, p.Status.Rollout, x.now)
	return x.add(p, over(p, &was), was)
}

// begin notes a change that decides some items.
func (x *following) begin(p *v1alpha1.ModerationPolicy) error {
	s := p.Status.Rollout
	if s.Canary == "" || len(s.Shares) == 0 {
		return nil
	}
	return x.add(p, underWay(p), ceiling{policy: p.Name, revision: s.Canary, Mark: demand.Mark{From: decidesSince(s)}})
}

// read notes the last change that was taken back, by its record: it may not have been seen under way.
func (x *following) read(p *v1alpha1.ModerationPolicy) error {
	a := p.Status.Rollout.Aborted
	if a == nil || a.Step == "" || a.Step == rollout.ShadowStep {
		return nil
	}
	c := ceiling{policy: p.Name, revision: a.Revision, Mark: demand.Mark{From: instant(a.Began), To: sample.At(a.At.Time)}}
	if c.To <= max(c.From, x.now.Add(-markMemory)) {
		return nil
	}
	return x.add(p, over(p, &c), c)
}

// over is what a change that was taken back is known as.
func over(p *v1alpha1.ModerationPolicy, c *ceiling) types.UID {
	return types.UID(fmt.Sprintf("%s/%s/%d", p.UID, c.revision, c.To))
}

// add notes a change, once.
func (x *following) add(p *v1alpha1.ModerationPolicy, as types.UID, c ceiling) (err error) {
	if _, known := x.known[as]; known {
		return nil
	}
	if c.domains == nil && p.Status.Rollout != nil {
		c.domains, err = x.domains(p, c.revision)
	}
	x.known[as] = c
	return err
}

// goesOn reports whether a change still decides items. One that was begun anew is another.
func goesOn(was *ceiling, s *v1alpha1.PolicyRolloutStatus) bool {
	return s != nil && s.Canary == was.revision && len(s.Shares) > 0 && instant(s.Began) <= was.From
}

// decidesSince is when a change began to decide items: with its first step after the shadow or, where that
// is over and was not seen, at the earliest when the rollout began.
func decidesSince(s *v1alpha1.PolicyRolloutStatus) sample.Instant {
	if len(s.Shares) == 1 {
		return instant(s.Since)
	}
	return instant(s.Began)
}

// decidesBy is the revision that decides what no change under way does.
func decidesBy(p *v1alpha1.ModerationPolicy) string {
	if s := p.Status.Rollout; s != nil {
		return s.Stable
	}
	return p.Status.Revision
}

// endOf is when a change was taken back: as is recorded, or when another took its place, or by now.
func endOf(was *ceiling, s *v1alpha1.PolicyRolloutStatus, now sample.Instant) sample.Instant {
	if s == nil {
		return now
	}
	if a := s.Aborted; a != nil && a.Revision == was.revision && sample.At(a.At.Time) > was.From {
		return sample.At(a.At.Time)
	}
	if began := instant(s.Began); s.Canary != "" && began > was.From {
		return min(began, now)
	}
	return now
}

// instant converts a time of a status; unset is 0.
func instant(t *metav1.Time) sample.Instant {
	if t == nil {
		return 0
	}
	return sample.At(t.Time)
}
