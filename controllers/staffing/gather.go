package staffing

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/demand"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// gathered is everything one reconcile looks at.
type gathered struct {
	now    time.Time
	target *v1alpha1.StaffingTarget
	queues []v1alpha1.ModerationQueue
	teams  []v1alpha1.ReviewTeam
	// elsewhere names objects that an older target plans: "queue live-br (target emea)".
	elsewhere []string
	rows      resolve.Rows
	// schedules are those of teams.
	schedules []base.Schedule
	// marks and events are those of queues, by name.
	marks  map[string][]demand.Mark
	events map[string][]forecast.Event
	// behind is true while some forecasts are not made yet.
	behind bool
}

// selection is a target's selectors.
type selection struct{ queues, teams labels.Selector }

func selectionOf(t *v1alpha1.StaffingTarget) (selection, error) {
	q, err := t.Spec.QueueSelector.Selector()
	if err != nil {
		return selection{}, fmt.Errorf("spec.queueSelector: %w", err)
	}
	m, err := t.Spec.TeamSelector.Selector()
	if err != nil {
		return selection{}, fmt.Errorf("spec.teamSelector: %w", err)
	}
	return selection{q, m}, nil
}

// gather reads what the target plans, leaving out what an older target plans.
func (r *Reconciler) gather(ctx context.Context, t *v1alpha1.StaffingTarget, mine selection) (*gathered, error) {
	now := r.Now()
	g := &gathered{now: now, target: t, rows: r.Readings.Rows(now)}
	older, err := r.olderTargets(ctx, t)
	if err != nil {
		return nil, err
	}
	var queues v1alpha1.ModerationQueueList
	if err := r.Client.List(ctx, &queues, client.InNamespace(t.Namespace)); err != nil {
		return nil, fmt.Errorf("list queues: %w", err)
	}
	var teams v1alpha1.ReviewTeamList
	if err := r.Client.List(ctx, &teams, client.InNamespace(t.Namespace)); err != nil {
		return nil, fmt.Errorf("list teams: %w", err)
	}
	g.queues = pick(g, queues.Items, func(s selection) labels.Selector { return s.queues }, mine, older)
	g.teams = pick(g, teams.Items, func(s selection) labels.Selector { return s.teams }, mine, older)
	g.schedules = make([]base.Schedule, len(g.teams))
	for i := range g.teams {
		if g.schedules[i], err = r.Schedule(ctx, &g.teams[i]); err != nil {
			return nil, fmt.Errorf("team %s: %w", g.teams[i].Name, err)
		}
	}
	return g, nil
}

// claim is an older target with its selectors.
type claim struct {
	name string
	selection
}

func (r *Reconciler) olderTargets(ctx context.Context, t *v1alpha1.StaffingTarget) ([]claim, error) {
	var all v1alpha1.StaffingTargetList
	if err := r.Client.List(ctx, &all, client.InNamespace(t.Namespace)); err != nil {
		return nil, fmt.Errorf("list targets: %w", err)
	}
	var out []claim
	for i := range all.Items {
		o := &all.Items[i]
		if o.UID == t.UID || o.DeletionTimestamp != nil || !older(o, t) {
			continue
		}
		if s, err := selectionOf(o); err == nil {
			out = append(out, claim{o.Name, s})
		}
	}
	slices.SortFunc(out, func(a, b claim) int { return strings.Compare(a.name, b.name) })
	return out, nil
}

func older(a, b *v1alpha1.StaffingTarget) bool {
	if !a.CreationTimestamp.Equal(&b.CreationTimestamp) {
		return a.CreationTimestamp.Before(&b.CreationTimestamp)
	}
	return a.Name < b.Name
}

// pick returns the objects that the target selects and no older one does, by name.
func pick[T any, P interface {
	*T
	client.Object
}](g *gathered, all []T, of func(selection) labels.Selector, mine selection, older []claim) []T {
	var out []T
	for i := range all {
		o := P(&all[i])
		if o.GetDeletionTimestamp() != nil || !of(mine).Matches(labels.Set(o.GetLabels())) {
			continue
		}
		taken := slices.IndexFunc(older, func(c claim) bool { return of(c.selection).Matches(labels.Set(o.GetLabels())) })
		if taken >= 0 {
			g.elsewhere = append(g.elsewhere, fmt.Sprintf("%s (target %s)", o.GetName(), older[taken].name))
			continue
		}
		out = append(out, all[i])
	}
	slices.SortFunc(out, func(a, b T) int { return strings.Compare(P(&a).GetName(), P(&b).GetName()) })
	return out
}

// input is the staffing engine's view of what was gathered, and what was found on
// the way. A team with an invalid spec is left out and counts for nobody: it says
// so itself.
func (g *gathered) input() (staffing.Input, []v1alpha1.Finding) {
	var findings []v1alpha1.Finding
	in := staffing.Input{
		Now: sample.At(g.now), Interval: length(g.target.Spec.Interval), Horizon: length(g.target.Spec.Horizon),
	}
	for i := range g.queues {
		if resolve.CheckQueue(&g.queues[i]) != nil {
			continue
		}
		classes, unknown := resolve.Classes(&g.queues[i], g.rows)
		in.Classes = append(in.Classes, classes...)
		findings = append(findings, unknownClasses(g.queues[i].Name, unknown)...)
	}
	grid := in.Grid()
	for i := range g.teams {
		t, found := g.team(i, grid)
		in.Teams = append(in.Teams, t...)
		findings = append(findings, found...)
	}
	return in, findings
}

// team is the engine's view of a team, none when its spec is invalid, and what was
// found in it.
func (g *gathered) team(i int, grid staffing.Grid) ([]staffing.Team, []v1alpha1.Finding) {
	name, schedule := g.teams[i].Name, g.schedules[i]
	t, err := resolve.TeamWith(&g.teams[i], resolve.TeamSeen{Schedule: schedule.InForce, Rows: g.rows}, g.now, grid)
	switch {
	case err != nil:
		return nil, []v1alpha1.Finding{{
			Code: "TeamInvalid", Severity: "Error", Message: fmt.Sprintf("Team %s is left out of the plan: %v", name, err),
			Fix: "Correct the team's spec",
		}}
	case schedule.Problem != "":
		return []staffing.Team{t}, []v1alpha1.Finding{{
			Code: schedule.Reason, Severity: "Error", Message: short(fmt.Sprintf("Team %s: %s", name, schedule.Problem)),
			Fix: "Correct the export of the workforce suite, or spec.scheduleRef of the team",
		}}
	case schedule.InForce != nil && endsWithin(schedule.InForce, grid):
		return []staffing.Team{t}, []v1alpha1.Finding{{
			Code: v1alpha1.ReasonScheduleEnded, Severity: "Warning",
			Message: fmt.Sprintf("Team %s: its schedule %s; nobody is counted from then on", name, endOf(schedule.InForce)),
			Fix:     "Export the days up to the target's horizon",
		}}
	}
	return []staffing.Team{t}, nil
}

// endsWithin reports whether a schedule ends a day or more before the grid does.
func endsWithin(s *resolve.Schedule, grid staffing.Grid) bool {
	_, last := s.Days()
	return last < staffing.DateOf(grid.At(grid.N).Time().UTC())-1
}

func endOf(s *resolve.Schedule) string {
	_, last := s.Days()
	if last == 0 {
		return "has no work"
	}
	return fmt.Sprintf("ends on %s, before the plan does", last)
}

// short is a message as long as a finding's may be.
func short(message string) string {
	const most = 512
	if len(message) > most {
		return strings.ToValidUTF8(message[:most-3], "") + "..."
	}
	return message
}

func length(d v1alpha1.Duration) sample.Span {
	v, err := d.Parse()
	if err != nil {
		return 0
	}
	return sample.SpanOf(v)
}

// maxUnknown is how many unknown classes are named.
const maxUnknown = 4

func unknownClasses(queue string, unknown []resolve.Class) []v1alpha1.Finding {
	var out []v1alpha1.Finding
	for i, c := range unknown {
		if i == maxUnknown {
			break
		}
		out = append(out, v1alpha1.Finding{
			Code: string(sample.CauseUnknownClass), Severity: "Error",
			Message: fmt.Sprintf("Queue %s: its metrics show work in language %q, harm domain %q, which it does not list; "+
				"nobody is planned for it", queue, c.Language, c.HarmDomain),
			Fix: "Add the language to spec.languages or the domain to a review stream, or correct the metric's labels",
		})
	}
	return out
}
