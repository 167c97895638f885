package policy

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/conditions"
	"github.com/modcap/modcap/internal/guard"
	"github.com/modcap/modcap/internal/lint"
	"github.com/modcap/modcap/internal/outcome"
	"github.com/modcap/modcap/internal/report"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/routing"
)

// Reconciler reconciles ModerationPolicies.
type Reconciler struct {
	*base.Env
	// checks are what is known of quality, by policy: *checked by types.NamespacedName. What is lost
	// is read back from what was published.
	checks sync.Map
}

var kind = report.Kind[*v1alpha1.ModerationPolicy]{
	Name:   "ModerationPolicy",
	Common: func(p *v1alpha1.ModerationPolicy) *v1alpha1.CommonStatus { return &p.Status.CommonStatus },
	Status: func(p *v1alpha1.ModerationPolicy) any { return &p.Status },
	Blank: func(p *v1alpha1.ModerationPolicy) {
		if s := p.Status.Rollout; s != nil {
			s.Evidence, s.Counted = nil, nil
		}
		p.Status.Quality = nil
		if s := p.Status.Rereview; s != nil {
			s.Left = 0
		}
	},
}

// +kubebuilder:rbac:groups=modcap.dev,resources=moderationpolicies,verbs=get;list;watch
// +kubebuilder:rbac:groups=modcap.dev,resources=moderationpolicies/status,verbs=get;update;patch

// Reconcile reports on one policy.
func (r *Reconciler) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	return base.Reconcile(ctx, r.Env, req.NamespacedName, &v1alpha1.ModerationPolicy{}, base.Steps[*v1alpha1.ModerationPolicy]{
		Kind:  kind,
		Gone:  r.forget,
		Judge: r.judgeAll,
	})
}

// reconcile looks at the policy and its rollout; seen is what the guard said of that.
func (r *Reconciler) reconcile(ctx context.Context, p *v1alpha1.ModerationPolicy, seen *guard.Verdict) outcome.Outcome {
	var queues v1alpha1.ModerationQueueList
	if err := r.Client.List(ctx, &queues, client.InNamespace(p.Namespace), client.MatchingFields{base.IndexPolicy: p.Name}); err != nil {
		return outcome.Transient(fmt.Errorf("list queues: %w", err))
	}
	before := p.Status.Revision
	now, sound := r.judge(p, len(queues.Items))
	targets, err := r.relieved(ctx, p)
	if err != nil {
		return outcome.Transient(err)
	}
	if r.ReadOnly {
		return outcome.Done(0)
	}
	h, err := r.history(ctx, p)
	if err != nil {
		return outcome.Transient(err)
	}
	if !sound {
		return r.holdOn(ctx, &rolling{p: p, now: r.Now(), queues: queues.Items, targets: targets, held: true, seen: seen}, h)
	}
	if err := r.keep(ctx, p, h, now, inUse(p, before)); err != nil {
		return outcome.Transient(err)
	}
	if p.Spec.Rollout == nil {
		p.Status.Rollout = nil
		conditions.For(&p.Status.CommonStatus, p.Generation, r.Now()).Clear(v1alpha1.ConditionRolloutProgressing)
		return outcome.Done(0)
	}
	return r.roll(ctx, &rolling{p: p, now: r.Now(), canary: now, queues: queues.Items, targets: targets, seen: seen}, before, h)
}

// judge puts what there is to say of a policy into its status. It returns what the
// policy means, and false if that cannot be published: then the revision stays what it
// was, as the documents do.
func (r *Reconciler) judge(p *v1alpha1.ModerationPolicy, queues int) (now routing.Revision, sound bool) {
	set := conditions.For(&p.Status.CommonStatus, p.Generation, r.Now())
	p.Status.Queues, p.Status.Labels = int32(queues), int32(len(p.Spec.Labels))
	p.Status.Findings, p.Status.FindingCount = r.findings(p)
	if wrong := resolve.CheckPolicy(p); wrong != nil {
		set.Stalled(v1alpha1.ReasonInvalidSpec, wrong.Error()+"; the last good documents stay in force")
		return routing.Revision{}, false
	}
	if now, sound = routing.RevisionOf(p); !sound {
		set.Stalled(v1alpha1.ReasonInvalidSpec, routing.CheckPolicy(p)[0].Message+" The last good documents stay in force")
		return now, false
	}
	p.Status.Revision = now.Name
	set.Ready("The policy can be published")
	return now, true
}

// maxFindings is how many findings a status lists: more would make the largest policy too large.
const maxFindings = 24

// findings are what the compiler found in the policy, for whichever surface, and what was found when all
// objects were read together.
func (r *Reconciler) findings(p *v1alpha1.ModerationPolicy) ([]v1alpha1.Finding, int32) {
	key := client.ObjectKeyFromObject(p)
	f, _ := r.Facts.Policies.Get(key)
	found, looked := r.Facts.PolicyLint.Get(key)
	if !looked { // since the start: what was said stands
		found.Findings = p.Status.Findings
	}
	var checks []v1alpha1.Finding
	if c := r.checksOf(key); c != nil {
		checks = c.findings
	}
	all := lint.Together(slices.Concat(slices.Collect(maps.Values(f.Findings))...), found.Findings, checks)
	return all[:min(len(all), maxFindings)], int32(len(all))
}
