package team

import (
	"context"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/conditions"
	"github.com/modcap/modcap/internal/outcome"
	"github.com/modcap/modcap/internal/report"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

const (
	// horizon is how far ahead the next change of shift is looked for.
	horizon = 7 * 24 * sample.Hour
	// lookAgain is how often a team without a coming change is looked at.
	lookAgain = time.Hour
	// presenceAgain is how often a team with metrics is looked at when nothing moves.
	presenceAgain = 5 * time.Minute
)

// Reconciler reconciles ReviewTeams.
type Reconciler struct {
	*base.Env
}

var kind = report.Kind[*v1alpha1.ReviewTeam]{
	Name:   "ReviewTeam",
	Common: func(t *v1alpha1.ReviewTeam) *v1alpha1.CommonStatus { return &t.Status.CommonStatus },
	Status: func(t *v1alpha1.ReviewTeam) any { return &t.Status },
	Blank:  noPresence,
}

// +kubebuilder:rbac:groups=modcap.dev,resources=reviewteams,verbs=get;list;watch
// +kubebuilder:rbac:groups=modcap.dev,resources=reviewteams/status,verbs=get;update;patch

// Reconcile reports on one team.
func (r *Reconciler) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	return base.Reconcile(ctx, r.Env, req.NamespacedName, &v1alpha1.ReviewTeam{}, base.Steps[*v1alpha1.ReviewTeam]{
		Kind:  kind,
		Gone:  r.Facts.Teams.Drop,
		Judge: r.judge,
	})
}

// judge puts who is on shift into the team's status, and says when to look again.
func (r *Reconciler) judge(ctx context.Context, t *v1alpha1.ReviewTeam) outcome.Outcome {
	schedule, err := r.Schedule(ctx, t)
	if err != nil {
		return outcome.Transient(err)
	}
	now := r.Now()
	set := conditions.For(&t.Status.CommonStatus, t.Generation, now)
	t.Status.Target = ""
	if f, ok := r.Facts.Teams.Get(client.ObjectKeyFromObject(t)); ok {
		t.Status.Target = f.Target
	}
	seen := resolve.TeamSeen{Schedule: schedule.InForce, Rows: r.Readings.Rows(now)}
	team, err := resolve.TeamWith(t, seen, now, staffing.GridOf(sample.At(now), sample.Hour, horizon))
	if err != nil {
		set.Stalled(v1alpha1.ReasonInvalidSpec, err.Error())
		return outcome.Done(0)
	}
	s := team.Supply
	t.Status.Scheduled = whole(s.Now.Scheduled)
	t.Status.Productive = base.Heads(s.Now.Productive)
	t.Status.NextChange, t.Status.NextScheduled = base.Time(s.NextChange), nil
	t.Status.OnCall = nil
	if resolve.OnCall(t, schedule.InForce) {
		t.Status.OnCall = whole(s.OnCallNow)
	}
	reportSchedule(t, set, schedule, now)
	reportPresence(t, set, seen.Rows, s.Now.Scheduled)
	wait := lookAgain
	if s.NextChange != 0 {
		t.Status.NextScheduled = whole(s.Next.Scheduled)
		wait = max(s.NextChange.Time().Sub(now), time.Second)
	}
	if s.OnCallChange != 0 {
		wait = min(wait, max(s.OnCallChange.Time().Sub(now), time.Second))
	}
	switch {
	case t.Spec.ScheduleRef != nil:
		wait = min(wait, base.ScheduleEvery)
	case t.Spec.Metrics != nil:
		wait = min(wait, presenceAgain)
	}
	return outcome.Done(wait)
}

func whole(m sample.Milli) *int32 {
	v := int32((int64(m) + 500) / 1000)
	return &v
}
