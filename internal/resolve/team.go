package resolve

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// TeamSeen is what is known of a team besides its spec.
type TeamSeen struct {
	// Schedule is that of spec.scheduleRef; nil while none is known, and then nobody
	// is counted.
	Schedule *Schedule
	// Rows are the observed numbers; nil where only the plan is asked for.
	Rows Rows
	// Learns is what people learn of changes of policies.
	Learns []Learning
}

// Team is a team by its spec alone: TeamWith of nothing seen.
func Team(t *v1alpha1.ReviewTeam, now time.Time, grid staffing.Grid) (staffing.Team, error) {
	return TeamWith(t, TeamSeen{}, now, grid)
}

// TeamWith is a team with its people over grid. The error is the sentence for the
// planner who wrote the spec.
func TeamWith(t *v1alpha1.ReviewTeam, seen TeamSeen, now time.Time, grid staffing.Grid) (staffing.Team, error) {
	if err := CheckTeam(t); err != nil {
		return staffing.Team{}, err
	}
	in, err := supplyInput(t, now, grid)
	if err != nil {
		return staffing.Team{}, err
	}
	in.Calendar = append(in.Calendar, exceptions(seen.Learns, in.Zone)...)
	if seen.Schedule != nil {
		takeSchedule(&in, seen.Schedule.Work, seen.Schedule.OnCall)
	}
	limits, err := exposureRules(t.Spec.Exposure)
	if err != nil {
		return staffing.Team{}, err
	}
	occupancy := int64(850_000)
	if t.Spec.MaxOccupancy != "" {
		if occupancy, err = t.Spec.MaxOccupancy.PPM(); err != nil {
			return staffing.Team{}, fmt.Errorf("spec.maxOccupancy: %w", err)
		}
	}
	tier := t.Spec.Tier
	if tier == 0 {
		tier = 1
	}
	s := t.Spec.Skills
	present, _ := Presence(t, seen.Rows)
	return staffing.Team{
		Name: t.Name, Site: string(t.Spec.Site), Tier: int(tier), Roles: roles(t.Spec.Roles), Present: present,
		Skills: staffing.Skills{
			Languages: texts(s.Languages), HarmDomains: texts(s.HarmDomains),
			Surfaces: texts(s.Surfaces), Clearances: texts(s.Clearances), Markets: texts(s.Markets),
		},
		Supply: staffing.Supply(in), Shrinkage: in.Shrinkage, MaxOccupancy: sample.PPM(occupancy),
		Exposure: staffing.Exposures(in, limits),
	}, nil
}

// Away is how many people of a team do something else now, by its schedule.
func Away(t *v1alpha1.ReviewTeam, schedule *Schedule, now time.Time) sample.Milli {
	in, err := supplyInput(&v1alpha1.ReviewTeam{Spec: v1alpha1.ReviewTeamSpec{
		TimeZone: t.Spec.TimeZone, ScheduleRef: t.Spec.ScheduleRef,
	}}, now, staffing.GridOf(sample.At(now), sample.Hour, sample.Hour))
	if err != nil {
		return 0
	}
	takeSchedule(&in, schedule.Other, nil)
	return staffing.Supply(in).Now.Scheduled
}

// roles of a team; that of review where none is declared, as in the CRD.
func roles(in []v1alpha1.TeamRole) []string {
	if len(in) == 0 {
		return []string{staffing.RoleReview}
	}
	return texts(in)
}

func texts[T ~string](in []T) []string {
	out := make([]string, 0, len(in))
	for _, v := range in {
		out = append(out, string(v))
	}
	return out
}

// takeSchedule puts the rows of a schedule in place of shifts: those that touch the
// local days of the grid, or now.
func takeSchedule(in *staffing.SupplyInput, rows, onCall []staffing.Shift) {
	first, last := min(in.Now, in.Grid.Start), in.Grid.At(in.Grid.N)
	day := func(t sample.Instant) staffing.Date { return staffing.DateOf(t.Time().In(in.Zone)) }
	in.Rows, in.Shifts = true, between(rows, day(first)-2, day(last)+1)
	if called := between(onCall, day(first)-2, day(last)+1); len(called) > 0 {
		in.Shifts = slices.Concat(in.Shifts, called)
	}
}

func supplyInput(t *v1alpha1.ReviewTeam, now time.Time, grid staffing.Grid) (staffing.SupplyInput, error) {
	in := staffing.SupplyInput{Now: sample.At(now), Grid: grid}
	var err error
	if t.Spec.OnCall != nil {
		if in.CallTime, err = limited(t.Spec.OnCall.CallTime); err != nil {
			return in, fmt.Errorf("spec.onCall.callTime: %w", err)
		}
	}
	if in.Zone, err = t.Spec.TimeZone.Load(); err != nil {
		return in, fmt.Errorf("spec.timeZone: %w", err)
	}
	for _, s := range t.Spec.Shifts {
		shift, err := teamShift(s)
		if err != nil {
			return in, fmt.Errorf("spec.shifts[%s]: %w", s.Name, err)
		}
		in.Shifts = append(in.Shifts, shift)
	}
	for _, c := range t.Spec.Calendar {
		e, err := exception(c)
		if err != nil {
			return in, fmt.Errorf("spec.calendar[%s]: %w", c.Name, err)
		}
		in.Calendar = append(in.Calendar, e)
	}
	for _, c := range t.Spec.Cohorts {
		cohort, err := teamCohort(c)
		if err != nil {
			return in, fmt.Errorf("spec.cohorts[%s]: %w", c.Name, err)
		}
		in.Cohorts = append(in.Cohorts, cohort)
	}
	in.Shrinkage, err = shrinkage(t.Spec.Shrinkage)
	return in, err
}

func shrinkage(s v1alpha1.Shrinkage) (staffing.Shrinkage, error) {
	var out staffing.Shrinkage
	for _, f := range []struct {
		name string
		from v1alpha1.Shrink
		to   *sample.PPM
	}{{"planned", s.Planned, &out.Planned}, {"unplanned", s.Unplanned, &out.Unplanned}} {
		if f.from == "" {
			continue
		}
		v, err := f.from.PPM()
		if err != nil {
			return out, fmt.Errorf("spec.shrinkage.%s: %w", f.name, err)
		}
		*f.to = sample.PPM(v)
	}
	return out, nil
}

func teamShift(s v1alpha1.Shift) (staffing.Shift, error) {
	out := staffing.Shift{Name: string(s.Name), Headcount: int(s.Headcount), OnCall: s.Duty == v1alpha1.DutyOnCall}
	var err error
	if out.Start, err = s.Start.Minutes(); err != nil {
		return out, err
	}
	if out.End, err = s.End.Minutes(); err != nil {
		return out, err
	}
	if out.Days, err = Weekdays(s.Days); err != nil {
		return out, err
	}
	if out.From, err = date(s.From); err != nil {
		return out, fmt.Errorf("from: %w", err)
	}
	if out.Until, err = date(s.Until); err != nil {
		return out, fmt.Errorf("until: %w", err)
	}
	if out.Until != 0 && out.From > out.Until {
		return out, errors.New("a shift's from must not be after its until")
	}
	return out, nil
}

func exception(c v1alpha1.CalendarEntry) (staffing.Exception, error) {
	from, err := date(c.From)
	if err != nil {
		return staffing.Exception{}, fmt.Errorf("from: %w", err)
	}
	to, err := date(c.To)
	if err != nil {
		return staffing.Exception{}, fmt.Errorf("to: %w", err)
	}
	if from > to {
		return staffing.Exception{}, errors.New("a calendar entry's from must not be after its to")
	}
	out := staffing.Exception{From: from, To: to, HeadcountDelta: int(c.HeadcountDelta)}
	if c.Training != "" {
		if out.Training, err = limited(c.Training); err != nil {
			return out, fmt.Errorf("training: %w", err)
		}
	}
	return out, nil
}

func teamCohort(c v1alpha1.Cohort) (staffing.Cohort, error) {
	out := staffing.Cohort{Name: string(c.Name), Headcount: int(c.Headcount)}
	var err error
	if out.Start, err = date(c.Start); err != nil {
		return out, fmt.Errorf("start: %w", err)
	}
	for _, r := range c.Ramp {
		p, err := r.Percent.PPM()
		if err != nil {
			return out, fmt.Errorf("ramp: %w", err)
		}
		out.Ramp = append(out.Ramp, staffing.RampStep{AfterWeeks: int(r.AfterWeeks), Percent: sample.PPM(p)})
	}
	return out, nil
}

// date is a day as the staffing engine counts it; 0 when d is empty.
func date(d v1alpha1.Date) (staffing.Date, error) {
	if d == "" {
		return 0, nil
	}
	if _, err := d.In(time.UTC); err != nil {
		return 0, err
	}
	return staffing.ParseDate(string(d))
}
