package team

import (
	"fmt"
	"time"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/conditions"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// fewest is the size of the smallest group of which it is shown who of it is there and how busy they
// are: of fewer it would be somebody's.
const fewest = staffing.FewPeople

// reportSchedule says what the team is planned with.
func reportSchedule(t *v1alpha1.ReviewTeam, set conditions.Setter, s base.Schedule, now time.Time) {
	t.Status.Schedule, t.Status.Away = nil, nil
	if t.Spec.ScheduleRef == nil {
		set.Ready("The team's shifts are planned with")
		return
	}
	var last staffing.Date
	if s.InForce != nil {
		t.Status.Schedule, last = statusOf(s)
		t.Status.Away = whole(resolve.Away(t, s.InForce, now))
	}
	switch {
	case s.Problem != "":
		set.NotReady(s.Reason, s.Problem)
	case last < today(t, now):
		set.NotReady(v1alpha1.ReasonScheduleEnded, fmt.Sprintf(
			"The schedule in ConfigMap %s has no work after %s: nobody is counted from then on. Export the coming weeks",
			t.Spec.ScheduleRef.Name, dayOf(last)))
	default:
		message := "The team's schedule is planned with"
		if wrong := resolve.CohortsTooLarge(t, s.InForce, now, staffing.GridOf(sample.At(now), sample.Hour, horizon)); wrong != "" {
			message += "; " + wrong
		}
		set.Ready(message)
	}
}

func statusOf(s base.Schedule) (*v1alpha1.ScheduleStatus, staffing.Date) {
	first, last := s.InForce.Days()
	hours := func(minutes int64) string { return base.Heads(sample.Milli(minutes * 1000 / 60)) }
	out := &v1alpha1.ScheduleStatus{
		Updated: base.Time(sample.At(s.Updated)), Rows: int32(s.InForce.Rows()),
		WorkHours: hours(s.InForce.WorkMinutes), OtherHours: hours(s.InForce.OtherMinutes),
	}
	if first != 0 {
		out.From, out.Until = first.String(), last.String()
	}
	return out, last
}

func dayOf(d staffing.Date) string {
	if d == 0 {
		return "any day"
	}
	return d.String()
}

// today is the day it is where the team is; yesterday while a shift of yesterday may
// still last.
func today(t *v1alpha1.ReviewTeam, now time.Time) staffing.Date {
	zone, err := t.Spec.TimeZone.Load()
	if err != nil {
		zone = time.UTC
	}
	local := now.In(zone)
	if d := staffing.DateOf(local); *t.Status.Scheduled == 0 {
		return d
	}
	return staffing.DateOf(local) - 1
}

// noPresence clears what is measured.
func noPresence(t *v1alpha1.ReviewTeam) {
	t.Status.Present, t.Status.Adherence, t.Status.Occupancy = nil, "", ""
}

// reportPresence says who is really there.
func reportPresence(t *v1alpha1.ReviewTeam, set conditions.Setter, rows resolve.Rows, scheduled sample.Milli) {
	noPresence(t)
	if t.Spec.Metrics == nil {
		set.Clear(v1alpha1.ConditionMetricsFresh)
		return
	}
	present, handling := resolve.Presence(t, rows)
	if !present.Fresh() || present.Value < 0 {
		set.False(v1alpha1.ConditionMetricsFresh, reasonOf(present),
			"Who is there is not known; the team's shifts or schedule count for it")
		return
	}
	if scheduled >= fewest { // beside those scheduled it tells the adherence
		t.Status.Present = whole(sample.Whole(base.Digits((int64(present.Value) + 500) / 1000)))
	}
	t.Status.Adherence = shareOf(present.Value, scheduled, present.Value)
	if handling.Fresh() && handling.Value >= 0 {
		t.Status.Occupancy = shareOf(min(handling.Value, present.Value), present.Value, present.Value)
	}
	set.True(v1alpha1.ConditionMetricsFresh, v1alpha1.ReasonFresh, "Who is there counts for what is covered now")
}

// shareOf is part of whole in percent, two significant digits; empty where it would
// speak of a group of too few.
func shareOf(part, whole, group sample.Milli) string {
	if min(whole, group) < fewest {
		return ""
	}
	return fmt.Sprintf("%d%%", base.Digits(sample.MulDiv(int64(part), 100, int64(whole))))
}

func reasonOf(s sample.Sample) string {
	if s.Cause == sample.CauseNone {
		return string(sample.CauseNegative)
	}
	return string(s.Cause)
}
