package staffing

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/conditions"
	"github.com/modcap/modcap/internal/routing"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// maxHoles is how many holes in the cover of escalations a status lists.
const maxHoles = 8

// guarded is what was found of the cover of escalations, and of what. The zero value is of nothing.
type guarded struct {
	of       uint64
	posts    int
	unmanned []staffing.Unmanned
}

// worst is the most time that nobody is there for, of a tier and language.
func (u *guarded) worst() sample.Span {
	if len(u.unmanned) == 0 {
		return 0
	}
	return u.unmanned[0].Time()
}

// +kubebuilder:rbac:groups=modcap.dev,resources=moderationpolicies,verbs=get;list;watch

// guard says when nobody of a tier that items escalate to is there. It is looked for anew when an interval
// has passed and when somebody edits what it follows from.
func (r *Reconciler) guard(ctx context.Context, g *gathered, set conditions.Setter, in *staffing.Input) error {
	var policies v1alpha1.ModerationPolicyList
	if err := r.Client.List(ctx, &policies, client.InNamespace(g.target.Namespace)); err != nil {
		return fmt.Errorf("list policies: %w", err)
	}
	key, of := client.ObjectKeyFromObject(g.target), g.guardedBy(policies.Items, in)
	found, known := r.posts.of(key)
	if !known || found.of != of {
		posts := g.posts(policies.Items, in)
		found = guarded{of, len(posts), staffing.Unman(posts, in.Teams, in.Grid())}
		r.posts.put(key, found)
	}
	g.reportHoles(&found)
	v := judgeEscalation(&found, in.Grid())
	set.Set(v1alpha1.ConditionEscalationCovered, v.status, v.reason, v.message)
	return nil
}

// guardedBy tells whether anything changed that holes follow from.
func (g *gathered) guardedBy(policies []v1alpha1.ModerationPolicy, in *staffing.Input) uint64 {
	h := fnv.New64a()
	_, _ = fmt.Fprintln(h, g.target.Generation, g.inputs, in.Grid())
	for i := range g.queues {
		_, _ = fmt.Fprintln(h, g.queues[i].UID, g.queues[i].Generation)
	}
	for i := range policies {
		_, _ = fmt.Fprintln(h, policies[i].UID, policies[i].Generation)
	}
	for i := range in.Classes {
		if in.Classes[i].Derived {
			_, _ = fmt.Fprintln(h, in.Classes[i].Key)
		}
	}
	return h.Sum64()
}

// posts are what somebody must be there for: what streams pass on, and what labels do.
func (g *gathered) posts(policies []v1alpha1.ModerationPolicy, in *staffing.Input) (out []staffing.Post) {
	for i := range in.Classes {
		if c := &in.Classes[i]; c.Derived && c.Requires.Role != staffing.RoleQA {
			out = append(out, postOf(c, in.Teams))
		}
	}
	for _, s := range g.surfaces(policies, in.Teams) {
		for _, k := range routing.Classes(*s) {
			if k.Label == "" || k.Unlisted {
				continue
			}
			out = append(out, staffing.Post{
				Queue: k.Queue, Language: k.Language, HarmDomain: k.HarmDomain, Tier: k.Tier, Within: sample.Span(k.WithinMillis), Teams: k.Teams,
			})
		}
	}
	return out
}

// surfaces are what the classes of labels follow from, by surface.
func (g *gathered) surfaces(policies []v1alpha1.ModerationPolicy, teams []staffing.Team) map[v1alpha1.Word]*routing.Input {
	byName, staff := map[string]*v1alpha1.ModerationPolicy{}, make([]routing.Team, len(teams))
	for i := range policies {
		byName[policies[i].Name] = &policies[i]
	}
	for i := range teams {
		staff[i] = routed(&teams[i])
	}
	out := map[v1alpha1.Word]*routing.Input{}
	for i := range g.queues {
		q := g.queues[i]
		s := out[q.Spec.Surface]
		if s == nil {
			s = &routing.Input{
				Namespace: g.target.Namespace, Surface: string(q.Spec.Surface), Pools: map[string]bool{}, Policies: byName, Teams: staff,
			}
			out[q.Spec.Surface] = s
		}
		if m := q.Spec.Classification; m != nil {
			s.Pools[m.PoolRef.Name] = true // whether it is there, its queue says
		}
		q.Spec.Reviews = slices.Clone(q.Spec.Reviews)
		for k := range q.Spec.Reviews {
			q.Spec.Reviews[k].ServiceLevels = nil // an escalation has a time of its own
		}
		s.Queues = append(s.Queues, &q)
	}
	return out
}

// postOf is what a stream passes on.
func postOf(c *staffing.Class, teams []staffing.Team) staffing.Post {
	out := staffing.Post{Queue: c.Key.Queue, Language: c.Key.Language, HarmDomain: c.Key.HarmDomain, Tier: c.Key.Tier}
	for _, p := range c.Promises {
		if out.Within == 0 || p.Within < out.Within {
			out.Within = p.Within
		}
	}
	for i := range teams {
		if staffing.Qualified(*c, teams[i]) {
			out.Teams = append(out.Teams, i)
		}
	}
	return out
}

// routed is what routing asks of a team.
func routed(t *staffing.Team) routing.Team {
	return routing.Team{
		Name: t.Name, Tier: t.Tier, Roles: t.Roles, Languages: t.Skills.Languages, HarmDomains: t.Skills.HarmDomains,
		Surfaces: t.Skills.Surfaces, Clearances: t.Skills.Clearances, Markets: t.Skills.Markets,
	}
}

// judgeEscalation says whether somebody is there at each hour, and where not, when first.
func judgeEscalation(found *guarded, grid staffing.Grid) verdict {
	if found.posts == 0 {
		return verdict{metav1.ConditionTrue, v1alpha1.ReasonNothingEscalates, "No label and no review stream has an escalation"}
	}
	var first *staffing.Unmanned
	for i := range found.unmanned {
		u := &found.unmanned[i]
		if first == nil || u.Holes[0].From < first.Holes[0].From {
			first = u
		}
	}
	if first == nil {
		return verdict{metav1.ConditionTrue, v1alpha1.ReasonCovered, "Somebody of every tier that items escalate to is there at each hour"}
	}
	more := ""
	if n := len(found.unmanned) - 1; n > 0 {
		more = fmt.Sprintf("; the same is so of %d more", n)
	}
	if first.NoTeam {
		return verdict{metav1.ConditionFalse, v1alpha1.ReasonNoTeamHasSkill, fmt.Sprintf(
			"No team of the target may take what escalates to %s%s", post(first), more)}
	}
	hole := first.Holes[0]
	when := "from " + stamp(hole.From) + " to " + stamp(hole.To)
	if hole.From <= grid.Start { // it may have begun before
		when = "until " + stamp(hole.To)
	}
	return verdict{metav1.ConditionFalse, v1alpha1.ReasonNobodyOnDuty, fmt.Sprintf(
		"Nobody for %s is on shift, or on call and called within %s, %s; until %s that is so for %s hours%s",
		post(first), first.Within, when, stamp(grid.At(grid.N)), hours(first.Time()), more)}
}

// post names whom somebody is missing for.
func post(u *staffing.Unmanned) string {
	return strings.Join(nonEmpty(fmt.Sprintf("tier %d", u.Tier), u.Language, few(u.HarmDomains)), " ")
}

func (g *gathered) reportHoles(found *guarded) {
	s := &g.target.Status
	s.EscalationHoles, s.EscalationHoleCount = nil, int32(len(found.unmanned))
	for i := range found.unmanned[:min(len(found.unmanned), maxHoles)] {
		u := &found.unmanned[i]
		s.EscalationHoles = append(s.EscalationHoles, v1alpha1.EscalationHole{
			Tier: int32(u.Tier), Language: u.Language, HarmDomains: u.HarmDomains[:min(len(u.HarmDomains), 8)],
			Queue: u.Queues[0], Queues: int32(len(u.Queues)), From: *base.Time(u.Holes[0].From), Until: *base.Time(u.Holes[0].To),
			Hours: hours(u.Time()),
		})
	}
}
