package main

import (
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/staffing"
)

// trial is a team of a file, and the target by which it is to be planned, besides the others.
type trial struct {
	target *v1alpha1.StaffingTarget
	others []v1alpha1.StaffingTarget
	team   *v1alpha1.ReviewTeam
}

// with puts a team in the place of the one with its name, or adds it. It says what is odd about it.
func (c *cluster) with(ctx context.Context, in *staffing.Input, t trial) ([]string, error) {
	if t.team.Namespace != "" && t.team.Namespace != c.namespace {
		return nil, fmt.Errorf("it is of namespace %s, and the target of %s", t.team.Namespace, c.namespace)
	}
	changed, notes, err := c.resolved(ctx, in, t.team)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(in.Teams, func(x staffing.Team) bool { return x.Name == t.team.Name })
	said, err := t.selected(at < 0)
	if err != nil {
		return nil, err
	}
	if notes = append(notes, said...); at < 0 {
		in.Teams = append(in.Teams, changed)
	} else {
		changed.SpentAs(&in.Teams[at])
		in.Teams[at] = changed
	}
	return notes, nil
}

// seenOf reads the schedule that a team names, and says what is odd about it.
func (c *cluster) seenOf(ctx context.Context, team *v1alpha1.ReviewTeam, in *staffing.Input) (resolve.TeamSeen, []string, error) {
	var seen resolve.TeamSeen
	var notes []string
	var err error
	if seen.Learns, err = c.learning(ctx, team); err != nil {
		notes = append(notes, fmt.Sprintf("%s: whether it learns a change of a policy is not known: %v", team.Name, err))
	}
	if team.Spec.ScheduleRef == nil {
		return seen, notes, nil
	}
	if seen.Schedule, err = c.schedule(ctx, team.Spec.ScheduleRef.Name); err != nil {
		return seen, nil, err
	}
	if wrong := resolve.CohortsTooLarge(team, seen.Schedule, in.Now.Time(), in.Grid()); wrong != "" {
		notes = append(notes, team.Name+": "+wrong)
	}
	if early := seen.Schedule.EndsEarly(in.Grid()); early != "" {
		notes = append(notes, fmt.Sprintf("%s: its schedule %s; nobody is counted from then on", team.Name, early))
	}
	return seen, notes, nil
}

// learning is what a team learns of changes of policies that are under way. Who may not read policies sees a plan
// without that.
func (c *cluster) learning(ctx context.Context, team *v1alpha1.ReviewTeam) ([]resolve.Learning, error) {
	var policies v1alpha1.ModerationPolicyList
	if err := c.client.List(ctx, &policies, client.InNamespace(c.namespace)); err != nil {
		return nil, fmt.Errorf("list policies: %w", err)
	}
	learnt := func(p v1alpha1.ModerationPolicy) bool { return p.Spec.Rollout != nil && p.Spec.Rollout.Training != nil }
	if !slices.ContainsFunc(policies.Items, learnt) {
		return nil, nil
	}
	var queues v1alpha1.ModerationQueueList
	if err := c.client.List(ctx, &queues, client.InNamespace(c.namespace)); err != nil {
		return nil, fmt.Errorf("list queues: %w", err)
	}
	return resolve.TeamLearns(team, policies.Items, queues.Items), nil
}

// selected says by whom a team would be planned, if that is not the target alone; of a new team that
// the target would not plan that is an error. A file that names no labels leaves those of a team that
// is there.
func (t trial) selected(isNew bool) ([]string, error) {
	if !isNew && len(t.team.Labels) == 0 {
		return nil, nil
	}
	mine, err := t.selectedBy(t.target)
	switch {
	case err != nil:
		return nil, fmt.Errorf("starget/%s: spec.teamSelector: %w", t.target.Name, err)
	case !mine && isNew:
		return nil, fmt.Errorf("it is not planned by starget/%s: it is new, and its labels are not those that spec.teamSelector selects",
			t.target.Name)
	case !mine:
		return []string{fmt.Sprintf("%s: its labels in the file are not those that starget/%s selects: applied, it would leave the plan",
			t.team.Name, t.target.Name)}, nil
	}
	return t.twice(isNew)
}

// twice says which other targets select the team too.
func (t trial) twice(isNew bool) ([]string, error) {
	var notes []string
	for i := range t.others {
		o := &t.others[i]
		if too, err := t.selectedBy(o); err != nil || !too {
			continue // its own condition says what is wrong with its selector
		}
		if isNew && resolve.Older(o, t.target) {
			return nil, fmt.Errorf("starget/%s selects it too, and is older: it would plan the team, and starget/%s would not; "+
				"give it labels that only one of them selects", o.Name, t.target.Name)
		}
		notes = append(notes, fmt.Sprintf("%s: starget/%s selects it too; the older of the two plans it. Give it labels that only one selects",
			t.team.Name, o.Name))
	}
	return notes, nil
}

func (t trial) selectedBy(target *v1alpha1.StaffingTarget) (bool, error) {
	s, err := target.Spec.TeamSelector.Selector()
	return err == nil && s.Matches(labels.Set(t.team.Labels)), err
}

// otherTargets are the others of the namespace.
func (c *cluster) otherTargets(ctx context.Context, t *v1alpha1.StaffingTarget) ([]v1alpha1.StaffingTarget, error) {
	var all v1alpha1.StaffingTargetList
	if err := c.client.List(ctx, &all, client.InNamespace(c.namespace)); err != nil {
		return nil, fmt.Errorf("list StaffingTargets: %w", err)
	}
	return slices.DeleteFunc(all.Items, func(o v1alpha1.StaffingTarget) bool {
		return o.Name == t.Name || o.DeletionTimestamp != nil
	}), nil
}

// schedule reads the schedule that a changed team names.
func (c *cluster) schedule(ctx context.Context, name string) (*resolve.Schedule, error) {
	var m corev1.ConfigMap
	if err := c.client.Get(ctx, client.ObjectKey{Namespace: c.namespace, Name: name}, &m); err != nil {
		return nil, fmt.Errorf("read its schedule: %w", err)
	}
	data, ok := m.BinaryData[resolve.ScheduleKey]
	if text, is := m.Data[resolve.ScheduleKey]; is {
		data, ok = []byte(text), true
	}
	if !ok {
		return nil, fmt.Errorf("ConfigMap %s has no key %s", name, resolve.ScheduleKey)
	}
	schedule, err := resolve.ReadSchedule(data)
	if err != nil {
		return nil, fmt.Errorf("%s of ConfigMap %s: %w", resolve.ScheduleKey, name, err)
	}
	return schedule, nil
}
