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
	// around are all queues of the namespace, whoever plans them, and policies all policies.
	around   []v1alpha1.ModerationQueue
	policies []v1alpha1.ModerationPolicy
	// elsewhere names objects that an older target plans: "live-br (target emea)"; wanted those
	// planned here that a younger one selects as well.
	elsewhere, wanted []string
	rows              resolve.Rows
	// schedules are those of teams.
	schedules []base.Schedule
	// marks are those of streams, events those of queues, by name.
	marks  map[stream][]demand.Mark
	events map[string][]forecast.Event
	// overrides are those of the namespace.
	overrides []v1alpha1.CapacityOverride
	// behind is true while some forecasts are not made yet.
	behind bool
	// known are the regimes that the queues may name.
	known base.Known
	// inputs tells what planners edit of teams and queues, as the plan is made from them.
	inputs uint64
	// handled are the handle times told of classes: before, and then with this look.
	handled staffing.HandleTimes
	// rates are the shares of queues' items that are to be checked for quality, by name.
	rates map[string]resolve.QualityRates
	// invalid is what no plan can be made with; holding says that the last plan stays for it.
	invalid []invalid
	holding []string
	// relief are the policies that declare some, and reliefFound is what is wrong with it.
	relief      []relieving
	reliefFound []v1alpha1.Finding
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
	others, err := r.otherTargets(ctx, t)
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
	var policies v1alpha1.ModerationPolicyList
	if err := r.Client.List(ctx, &policies, client.InNamespace(t.Namespace)); err != nil {
		return nil, fmt.Errorf("list policies: %w", err)
	}
	g.around, g.policies = queues.Items, policies.Items
	g.queues = pick(g, queues.Items, func(s selection) labels.Selector { return s.queues }, mine, others)
	g.teams = pick(g, teams.Items, func(s selection) labels.Selector { return s.teams }, mine, others)
	g.schedules = make([]base.Schedule, len(g.teams))
	for i := range g.teams {
		if g.schedules[i], err = r.Schedule(ctx, &g.teams[i]); err != nil {
			return nil, fmt.Errorf("team %s: %w", g.teams[i].Name, err)
		}
	}
	if g.known, err = r.KnownRegimes(ctx, t.Namespace); err != nil {
		return nil, err
	}
	if g.rates, err = r.checkRates(ctx, t.Namespace, g.queues); err != nil {
		return nil, err
	}
	if g.handled, err = r.told(ctx, client.ObjectKeyFromObject(t)); err != nil {
		return nil, fmt.Errorf("read the handle times of the last plan: %w", err)
	}
	return g, r.reliefs(ctx, g)
}

// claim is another target with its selectors.
type claim struct {
	name  string
	older bool
	selection
}

// otherTargets are those of the namespace, the older ones first.
func (r *Reconciler) otherTargets(ctx context.Context, t *v1alpha1.StaffingTarget) ([]claim, error) {
	var all v1alpha1.StaffingTargetList
	if err := r.Client.List(ctx, &all, client.InNamespace(t.Namespace)); err != nil {
		return nil, fmt.Errorf("list targets: %w", err)
	}
	var out []claim
	for i := range all.Items {
		o := &all.Items[i]
		if o.UID == t.UID || o.DeletionTimestamp != nil {
			continue
		}
		if s, err := selectionOf(o); err == nil {
			out = append(out, claim{o.Name, resolve.Older(o, t), s})
		}
	}
	slices.SortFunc(out, func(a, b claim) int {
		if a.older == b.older {
			return strings.Compare(a.name, b.name)
		} else if a.older {
			return -1
		}
		return 1
	})
	return out, nil
}

// pick returns the objects that the target selects and no older one does, by name.
func pick[T any, P interface {
	*T
	client.Object
}](g *gathered, all []T, of func(selection) labels.Selector, mine selection, others []claim) []T {
	var out []T
	for i := range all {
		o := P(&all[i])
		if o.GetDeletionTimestamp() != nil || !of(mine).Matches(labels.Set(o.GetLabels())) {
			continue
		}
		other := slices.IndexFunc(others, func(c claim) bool { return of(c.selection).Matches(labels.Set(o.GetLabels())) })
		if other >= 0 {
			named := fmt.Sprintf("%s (target %s)", o.GetName(), others[other].name)
			if others[other].older {
				g.elsewhere = append(g.elsewhere, named)
				continue
			}
			g.wanted = append(g.wanted, named)
		}
		out = append(out, all[i])
	}
	slices.SortFunc(out, func(a, b T) int { return strings.Compare(P(&a).GetName(), P(&b).GetName()) })
	return out
}

// input is the staffing engine's view of what was gathered, and what was found on
// the way. What is invalid is left out and counts for nobody: see held.
func (g *gathered) input() (staffing.Input, []v1alpha1.Finding) {
	var findings []v1alpha1.Finding
	in := staffing.Input{
		Now: sample.At(g.now), Interval: length(g.target.Spec.Interval), Horizon: length(g.target.Spec.Horizon),
	}
	for i := range g.queues {
		if err := g.checkQueue(&g.queues[i]); err != nil {
			g.invalid = append(g.invalid, invalid{"Queue " + g.queues[i].Name, codeQueueInvalid, err.Error(), "Correct the queue's spec"})
			continue
		}
		classes, unknown := resolve.ClassesWith(&g.queues[i], g.rows, g.known.Catalogue, g.rates[g.queues[i].Name])
		in.Classes = append(in.Classes, classes...)
		findings = append(findings, unknownClasses(g.queues[i].Name, unknown)...)
		findings = append(findings, resolve.DemandFindings(&g.queues[i], in.Now)...)
	}
	grid := in.Grid()
	for i := range g.teams {
		t, found := g.team(i, grid)
		in.Teams = append(in.Teams, t...)
		findings = append(findings, found...)
	}
	findings = append(findings, g.tell(&in)...)
	return in, slices.Concat(g.held(), g.twice(), g.known.Findings, findings)
}

// checkQueue says what is wrong with a queue and the regimes that it names.
func (g *gathered) checkQueue(q *v1alpha1.ModerationQueue) error {
	if err := resolve.CheckQueue(q); err != nil {
		return err
	}
	return resolve.CheckRegimes(q, g.known.Catalogue)
}

// twice says what is selected by two targets: the older one plans it.
func (g *gathered) twice() []v1alpha1.Finding {
	var out []v1alpha1.Finding
	add := func(severity, message string, names []string) {
		if len(names) > 0 {
			slices.Sort(names)
			out = append(out, v1alpha1.Finding{
				Code: v1alpha1.ReasonPlannedTwice, Severity: severity, Message: short(message + few(names)),
				Fix: "Let the selectors of the targets select different queues and teams",
			})
		}
	}
	add("Error", "An older target plans some of what is selected: ", g.elsewhere)
	add("Warning", "A younger target selects some of what is planned here, and leaves it out: ", g.wanted)
	return out
}

// team is the engine's view of a team, none when its spec is invalid, and what was
// found in it.
func (g *gathered) team(i int, grid staffing.Grid) ([]staffing.Team, []v1alpha1.Finding) {
	name, schedule := g.teams[i].Name, g.schedules[i]
	t, err := resolve.TeamWith(&g.teams[i], resolve.TeamSeen{
		Schedule: schedule.InForce, Rows: g.rows, Learns: resolve.TeamLearns(&g.teams[i], g.policies, g.around),
	}, g.now, grid)
	const correct = "Correct the export of the workforce suite, or spec.scheduleRef of the team"
	switch {
	case err != nil:
		g.invalid = append(g.invalid, invalid{"Team " + name, codeTeamInvalid, err.Error(), "Correct the team's spec"})
		return nil, nil
	case schedule.Problem != "" && schedule.InForce == nil:
		g.invalid = append(g.invalid, invalid{"Team " + name, schedule.Reason, schedule.Problem, correct})
		return []staffing.Team{t}, nil
	case schedule.Problem != "":
		return []staffing.Team{t}, []v1alpha1.Finding{{
			Code: schedule.Reason, Severity: "Error", Message: short(fmt.Sprintf("Team %s: %s", name, schedule.Problem)), Fix: correct,
		}}
	case schedule.InForce != nil && schedule.InForce.EndsEarly(grid) != "":
		return []staffing.Team{t}, []v1alpha1.Finding{{
			Code: v1alpha1.ReasonScheduleEnded, Severity: "Warning",
			Message: fmt.Sprintf("Team %s: its schedule %s; nobody is counted from then on", name, schedule.InForce.EndsEarly(grid)),
			Fix:     "Export the days up to the target's horizon",
		}}
	}
	return []staffing.Team{t}, nil
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
		labels := "labels that are no language and no harm domain" // they are not repeated: they may name persons
		if resolve.IsClass(c) {
			labels = fmt.Sprintf("language %q, harm domain %q, which it does not list", c.Language, c.HarmDomain)
		}
		out = append(out, v1alpha1.Finding{
			Code: string(sample.CauseUnknownClass), Severity: "Error",
			Message: fmt.Sprintf("Queue %s: its metrics show work in %s; nobody is planned for it", queue, labels),
			Fix:     "Add the language to spec.languages or the domain to a review stream, or correct the metric's labels",
		})
	}
	return slices.Compact(out)
}
