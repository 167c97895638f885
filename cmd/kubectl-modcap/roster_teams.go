package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/roster"
	"github.com/modcap/modcap/internal/spell"
)

// staffed is a team as it was read, with fields that this plugin may not know, what it
// knows of it, and what a roster does.
type staffed struct {
	raw  *unstructured.Unstructured
	spec *v1alpha1.ReviewTeam
	team roster.Team
}

func rosters(all []staffed) []roster.Team {
	out := make([]roster.Team, len(all))
	for i, t := range all {
		out[i] = t.team
	}
	return out
}

// teams reads the teams of the namespace, in the order of their names.
func (c *cluster) teams(ctx context.Context) ([]staffed, error) {
	var list unstructured.UnstructuredList
	list.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind("ReviewTeamList"))
	if err := c.client.List(ctx, &list, client.InNamespace(c.namespace)); err != nil {
		switch {
		case apierrors.IsForbidden(err):
			return nil, fmt.Errorf("you may not read ReviewTeams: have the ClusterRole modcap-staffing-view (to look) or "+
				"modcap-planner (to change) bound to you in namespace %s", c.namespace)
		case apierrors.IsUnauthorized(err), apimeta.IsNoMatchError(err):
			return nil, c.sentence(ctx, err, "ReviewTeam", "", &v1alpha1.ReviewTeamList{})
		}
		return nil, fmt.Errorf("read ReviewTeams: %w", err)
	}
	all := make([]staffed, len(list.Items))
	for i := range list.Items {
		var t v1alpha1.ReviewTeam
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(list.Items[i].Object, &t); err != nil {
			return nil, fmt.Errorf("read ReviewTeam %s: %w", list.Items[i].GetName(), err)
		}
		all[i] = staffed{&list.Items[i], &t, rosterOf(&t)}
		all[i].team.Schedule, _, _ = unstructured.NestedString(list.Items[i].Object, "spec", "scheduleRef", "name")
	}
	slices.SortFunc(all, func(a, b staffed) int { return strings.Compare(a.team.Name, b.team.Name) })
	return all, nil
}

// find is a team by its name; the error suggests another.
func (c *cluster) find(all []staffed, name string) (*staffed, error) {
	var names []string
	for i := range all {
		if all[i].team.Name == name {
			return &all[i], nil
		}
		names = append(names, all[i].team.Name)
	}
	if near := spell.Nearest(name, names); near != "" {
		return nil, fmt.Errorf("there is no team %s in namespace %s; the nearest is %s", name, c.namespace, near)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("there is no team in namespace %s: choose a namespace with -n", c.namespace)
	}
	return nil, fmt.Errorf("there is no team %s in namespace %s; there are %s", name, c.namespace,
		strings.Join(names[:min(len(names), 5)], ", "))
}

// teamSelector is what a StaffingTarget selects teams by.
func (c *cluster) teamSelector(ctx context.Context, target string) (labels.Selector, error) {
	t, err := c.target(ctx, target)
	if err != nil {
		return nil, err
	}
	s, err := t.Spec.TeamSelector.Selector()
	if err != nil {
		return nil, fmt.Errorf("StaffingTarget %s: spec.teamSelector: %w", target, err)
	}
	return s, nil
}

// rosterOf is what a roster knows of a team.
func rosterOf(t *v1alpha1.ReviewTeam) roster.Team {
	out := roster.Team{Name: t.Name, Site: string(t.Spec.Site), TimeZone: string(t.Spec.TimeZone)}
	for _, s := range t.Spec.Shifts {
		shift := roster.Shift{
			Name: string(s.Name), Start: string(s.Start), End: string(s.End), Headcount: s.Headcount,
			From: string(s.From), Until: string(s.Until), Duty: string(s.Duty),
		}
		for _, d := range s.Days {
			shift.Days = append(shift.Days, string(d))
		}
		out.Shifts = append(out.Shifts, shift)
	}
	for _, e := range t.Spec.Calendar {
		out.Calendar = append(out.Calendar, roster.Entry{
			Name: string(e.Name), From: string(e.From), To: string(e.To), Delta: e.HeadcountDelta, Reason: e.Reason,
			Training: string(e.Training),
		})
	}
	for _, c := range t.Spec.Cohorts {
		cohort := roster.Cohort{Name: string(c.Name), Headcount: c.Headcount, Start: string(c.Start)}
		for _, r := range c.Ramp {
			cohort.Ramp = append(cohort.Ramp, roster.Step{AfterWeeks: r.AfterWeeks, Percent: string(r.Percent)})
		}
		out.Cohorts = append(out.Cohorts, cohort)
	}
	return out
}

// fieldsOf are the lists of a team as the API has them, by the names of the fields.
func fieldsOf(t roster.Team) map[roster.Sheet][]any {
	out := map[roster.Sheet][]any{}
	for _, s := range t.Shifts {
		m := map[string]any{"name": s.Name, "start": s.Start, "end": s.End, "headcount": int64(s.Headcount)}
		if len(s.Days) > 0 {
			days := make([]any, len(s.Days))
			for i, d := range s.Days {
				days[i] = d
			}
			m["days"] = days
		}
		setUnlessEmpty(m, "from", s.From)
		setUnlessEmpty(m, "until", s.Until)
		setUnlessEmpty(m, "duty", s.Duty)
		out[roster.Shifts] = append(out[roster.Shifts], m)
	}
	for _, e := range t.Calendar {
		m := map[string]any{"name": e.Name, "from": e.From, "to": e.To}
		if e.Delta != 0 {
			m["headcountDelta"] = int64(e.Delta)
		}
		setUnlessEmpty(m, "reason", e.Reason)
		setUnlessEmpty(m, "training", e.Training)
		out[roster.Calendar] = append(out[roster.Calendar], m)
	}
	for _, c := range t.Cohorts {
		ramp := make([]any, len(c.Ramp))
		for i, r := range c.Ramp {
			ramp[i] = map[string]any{"afterWeeks": int64(r.AfterWeeks), "percent": r.Percent}
		}
		m := map[string]any{"name": c.Name, "headcount": int64(c.Headcount), "start": c.Start, "ramp": ramp}
		out[roster.Cohorts] = append(out[roster.Cohorts], m)
	}
	return out
}

func setUnlessEmpty(m map[string]any, key, value string) {
	if value != "" {
		m[key] = value
	}
}

// rosterFields are what a roster knows of an item of each list.
var rosterFields = map[roster.Sheet][]string{
	roster.Shifts:   {"name", "days", "start", "end", "headcount", "from", "until", "duty"},
	roster.Calendar: {"name", "from", "to", "headcountDelta", "reason", "training"},
	roster.Cohorts:  {"name", "headcount", "start", "ramp"},
}

// changedSpec is what to write of a team: the lists that differ, whole. Fields of an
// item that a roster does not know stay as they are.
func (t *staffed) changedSpec(change roster.Change) map[string]any {
	spec := map[string]any{}
	fields := fieldsOf(change.Team)
	for _, sheet := range []roster.Sheet{roster.Shifts, roster.Calendar, roster.Cohorts} {
		if !change.Differs[sheet] {
			continue
		}
		spec[sheet.String()] = t.overlay(sheet, fields[sheet])
	}
	return spec
}

func (t *staffed) overlay(sheet roster.Sheet, items []any) []any {
	have, _, _ := unstructured.NestedSlice(t.raw.Object, "spec", sheet.String()) // read into a ReviewTeam, so it is one
	before := map[any]map[string]any{}
	for _, one := range have {
		if m, ok := one.(map[string]any); ok {
			before[m["name"]] = m
		}
	}
	out := make([]any, 0, len(items)) // not nil: a list that is emptied is written so
	for _, one := range items {
		now, ok := one.(map[string]any)
		if !ok {
			continue
		}
		item := map[string]any{}
		for k, v := range before[now["name"]] {
			if !slices.Contains(rosterFields[sheet], k) {
				item[k] = v
			}
		}
		for k, v := range now {
			item[k] = v
		}
		out = append(out, item)
	}
	return out
}
