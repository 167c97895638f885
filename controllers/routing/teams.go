package routing

import (
	"context"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/controller-runtime/pkg/client"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/facts"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/routing"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// addTeams adds the teams with the people there now and what they count for. One with
// an invalid spec is left out: nothing can be said of its shifts.
func (r *Reconciler) addTeams(ctx context.Context, g *gathered, teams []v1alpha1.ReviewTeam, plans []plan) error {
	now := r.Now()
	grid := staffing.GridOf(sample.At(now), sample.Hour, 7*24*sample.Hour)
	for i := range teams {
		schedule, err := r.Schedule(ctx, &teams[i])
		if err != nil {
			return fmt.Errorf("team %s: %w", teams[i].Name, err)
		}
		t, err := resolve.TeamWith(&teams[i], resolve.TeamSeen{Schedule: schedule.InForce}, now, grid)
		if err != nil || teams[i].DeletionTimestamp != nil {
			continue
		}
		g.scheduled = g.scheduled || teams[i].Spec.ScheduleRef != nil
		out := teamOf(&t)
		out.Exposure = exposureOf(&teams[i], &t)
		weigh(&out, plans, labels.Set(teams[i].Labels))
		g.input.Teams = append(g.input.Teams, out)
		if n := t.Supply.NextChange; n != 0 && (g.nextShift == 0 || n < g.nextShift) {
			g.nextShift = n
		}
	}
	return nil
}

// teamOf is a team by its shifts.
func teamOf(t *staffing.Team) routing.Team {
	return routing.Team{
		Name: t.Name, Tier: t.Tier, Roles: t.Roles, Languages: t.Skills.Languages, HarmDomains: t.Skills.HarmDomains,
		Surfaces: t.Skills.Surfaces, Clearances: t.Skills.Clearances, Markets: t.Skills.Markets,
		Scheduled:  t.Supply.ScheduledTime > 0 || slices.ContainsFunc(t.Supply.OnCall, func(heads sample.Milli) bool { return heads > 0 }),
		Productive: t.Supply.Now.Productive, Spare: t.Supply.Now.Productive,
	}
}

// exposureOf is what the review tool is told of a team: what its spec says of one person.
func exposureOf(spec *v1alpha1.ReviewTeam, t *staffing.Team) []v1.ExposureLimit {
	var out []v1.ExposureLimit
	for i, l := range spec.Spec.Exposure {
		millis := func(d v1alpha1.Duration) int64 {
			v, err := d.Parse() // what is not given is none; what cannot be read was refused with the team
			if err != nil {
				return 0
			}
			return v.Milliseconds()
		}
		out = append(out, v1.ExposureLimit{
			Name: string(l.Name), HarmDomains: t.Exposure[i].HarmDomains, TimeZone: string(spec.Spec.TimeZone),
			DayMillis: millis(l.PerPersonPerDay), ContinuousMillis: millis(l.Continuous), BreakMillis: millis(l.Break),
		})
	}
	return out
}

// plan is what a StaffingTarget says its teams count for, and what gives way for its queues.
type plan struct {
	teams, queues labels.Selector
	told          facts.Weights
	relief        facts.Relief
	// awaited says that it said nothing yet, and has its plan made; reliefAwaited are the policies of
	// which it said nothing yet, and whose relief its status says to be in force.
	awaited       bool
	reliefAwaited map[string]bool
}

// plans are those of the targets of a namespace, from the cache.
func (r *Reconciler) plans(ctx context.Context, namespace string) ([]plan, error) {
	var targets v1alpha1.StaffingTargetList
	if err := r.Client.List(ctx, &targets, client.InNamespace(namespace)); err != nil {
		return nil, fmt.Errorf("list staffing targets: %w", err)
	}
	var out []plan
	for i := range targets.Items {
		t := &targets.Items[i]
		selector, err := t.Spec.TeamSelector.Selector()
		if err != nil || t.DeletionTimestamp != nil {
			continue
		}
		queues, err := t.Spec.QueueSelector.Selector()
		if err != nil {
			continue
		}
		told, ok := r.Facts.Weights.Get(client.ObjectKeyFromObject(t))
		one := plan{teams: selector, queues: queues, told: told, awaited: !ok && t.Status.Summary != nil}
		one.relief, one.reliefAwaited = r.relief(t)
		out = append(out, one)
	}
	return out, nil
}

// weigh sets what a team counts for. Of who is there the plan knows better where people
// are counted; where it goes by shifts, these know it to the second.
func weigh(t *routing.Team, plans []plan, of labels.Set) {
	for _, p := range plans {
		if w, ok := p.told.Teams[t.Name]; ok {
			if w.Present {
				t.Productive = w.Productive
			}
			t.Weight, t.Spare = w.Weight, min(w.Spare, t.Productive)
			for _, l := range w.Limits {
				t.Limits = append(t.Limits, routing.Limit{HarmDomains: l.HarmDomains, Part: l.Part, Spare: l.Spare})
			}
			return
		}
		t.Awaited = t.Awaited || p.awaited && p.teams.Matches(of)
	}
}
