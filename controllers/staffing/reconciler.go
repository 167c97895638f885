package staffing

import (
	"context"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/conditions"
	"github.com/modcap/modcap/internal/facts"
	"github.com/modcap/modcap/internal/outcome"
	"github.com/modcap/modcap/internal/relief"
	"github.com/modcap/modcap/internal/report"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// lookAgain is how often the need is worked out anew from what is observed now.
const lookAgain = 15 * time.Second

// Reconciler reconciles StaffingTargets.
type Reconciler struct {
	*base.Env
	pace  pace
	ahead forecasts
	// days are what was planned of the hours around now, and who was there; it is read back from what
	// was stored, as is what is handled and spent. What is lost of the advice is looked for anew.
	days   memory[*today]
	advice memory[advised]
	// handled are the handle times that were told.
	handled memory[staffing.HandleTimes]
	// posts are the holes in the cover of higher tiers.
	posts memory[guarded]
	// spent is what the first plan of the present interval was made from.
	spent memory[staffing.Input]
	// Decide says what gives way when people are too few.
	Decide func(relief.Input) relief.Decision
	// follows is what routing is told of that once the status says it; shown are the policies that
	// metrics are there of.
	follows memory[facts.Relief]
	shown   memory[[]string]
}

// New makes a Reconciler.
func New(env *base.Env) *Reconciler { return &Reconciler{Env: env, Decide: relief.Plan} }

var kind = report.Kind[*v1alpha1.StaffingTarget]{
	Name:   "StaffingTarget",
	Common: func(t *v1alpha1.StaffingTarget) *v1alpha1.CommonStatus { return &t.Status.CommonStatus },
	Status: func(t *v1alpha1.StaffingTarget) any { return &t.Status },
	Blank: func(t *v1alpha1.StaffingTarget) {
		t.Status.Summary, t.Status.Gaps = nil, nil
		for i := range t.Status.Relief {
			t.Status.Relief[i].Cost = nil
		}
	},
}

// +kubebuilder:rbac:groups=modcap.dev,resources=staffingtargets,verbs=get;list;watch
// +kubebuilder:rbac:groups=modcap.dev,resources=staffingtargets/status,verbs=get;update;patch

// Reconcile plans one target.
func (r *Reconciler) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	return base.Reconcile(ctx, r.Env, req.NamespacedName, &v1alpha1.StaffingTarget{}, base.Steps[*v1alpha1.StaffingTarget]{
		Kind: kind,
		Gone: func(key types.NamespacedName) {
			r.keep(key, nil, nil)
			r.Facts.Weights.Drop(key)
			r.Metrics.ForgetTarget(key.Namespace, key.Name)
			r.ahead.forget(key)
			r.days.forget(key)
			r.advice.forget(key)
			r.posts.forget(key)
			r.spent.forget(key)
			r.handled.forget(key)
			r.forgetRelief(key)
		},
		Judge:   r.reconcile,
		Written: r.written,
	})
}

func (r *Reconciler) reconcile(ctx context.Context, t *v1alpha1.StaffingTarget) outcome.Outcome {
	r.follows.forget(client.ObjectKeyFromObject(t))
	mine, err := selectionOf(t)
	set := conditions.For(&t.Status.CommonStatus, t.Generation, r.Now())
	if err != nil {
		set.Stalled(v1alpha1.ReasonInvalidSpec, err.Error()+kept(t))
		return outcome.Done(0)
	}
	g, err := r.gather(ctx, t, mine)
	if err == nil {
		err = r.mark(ctx, g)
	}
	if err != nil {
		return outcome.Transient(err)
	}
	in, findings := r.input(g)
	if len(g.holding) > 0 {
		r.hold(g, set, findings)
		r.measure(g, staffing.Result{})
		return outcome.Done(lookAgain)
	}
	if flat := r.foresee(g, &in); in.Horizon > 24*sample.Hour {
		findings = append(findings, flatFinding(flat, len(in.Classes))...)
	}
	findings = slices.Concat(findings, g.reliefFound, g.rework(&in))
	if in, err = r.settle(ctx, g, in); err != nil {
		return outcome.Transient(err)
	}
	plan := staffing.Plan(in)
	look := lookAt(t.Generation, &in, &plan)
	look.events = eventsOf(g.events)
	g.inputs = look.inputs
	first := r.pace.first(string(t.UID))
	due := r.pace.due(string(t.UID), look)
	cut := withCode(t.Status.Findings, codePlanCut)
	if due {
		if cut, err = r.publish(ctx, t, in, plan, first); err != nil {
			r.pace.forget(string(t.UID))
			return outcome.Transient(err)
		}
	}
	if err := r.record(ctx, g, &in, &plan); err != nil {
		return outcome.Transient(err)
	}
	findings = append(findings, r.recommend(g, &in, &look, plan.FirstBreach != 0)...)
	findings = append(findings, g.movesUp(plan)...)
	findings = append(findings, cut...)
	g.report(set, plan, findings)
	g.judge(set, in, plan, due)
	return r.finish(ctx, g, set, &in, &plan)
}

// finish says when nobody of a higher tier is there, and tells the numbers and the queues.
func (r *Reconciler) finish(
	ctx context.Context, g *gathered, set conditions.Setter, in *staffing.Input, plan *staffing.Result,
) outcome.Outcome {
	if err := r.guard(ctx, g, set, in); err != nil {
		return outcome.Transient(err)
	}
	r.sayRelief(g, set)
	r.measure(g, *plan)
	r.putFacts(g, *plan)
	return outcome.Done(next(g.now, plan.Grid.Width))
}

// withCode are the findings of a code.
func withCode(all []v1alpha1.Finding, code string) []v1alpha1.Finding {
	return slices.DeleteFunc(slices.Clone(all), func(f v1alpha1.Finding) bool { return f.Code != code })
}

// next is when to look again: soon, and at an interval's edge.
func next(now time.Time, width sample.Span) time.Duration {
	if width <= 0 {
		return lookAgain
	}
	edge := width.Duration() - now.Sub(now.Truncate(width.Duration()))
	return min(lookAgain, edge+100*time.Millisecond)
}

// keep drops the facts of queues and teams that the target no longer plans.
func (r *Reconciler) keep(target types.NamespacedName, queues, teams map[types.NamespacedName]bool) {
	r.Facts.Staffing.Keep(func(k types.NamespacedName, f facts.Staffing) bool {
		return k.Namespace == target.Namespace && f.Target == target.Name
	}, queues)
	r.Facts.Teams.Keep(func(k types.NamespacedName, f facts.Team) bool {
		return k.Namespace == target.Namespace && f.Target == target.Name
	}, teams)
}
