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

// OnCall reports whether anybody of a team is ever on call.
func OnCall(t *v1alpha1.ReviewTeam, schedule *Schedule) bool {
	return slices.ContainsFunc(t.Spec.Shifts, onCall) || schedule != nil && len(schedule.OnCall) > 0
}

func onCall(s v1alpha1.Shift) bool { return s.Duty == v1alpha1.DutyOnCall }

// CohortsTooLarge says in words that a team has more new people than there are on any
// day of its schedule; "" otherwise. Of shifts the API server sees to it.
func CohortsTooLarge(t *v1alpha1.ReviewTeam, schedule *Schedule, now time.Time, grid staffing.Grid) string {
	var members int64
	for _, c := range t.Spec.Cohorts {
		members += int64(c.Headcount)
	}
	if members == 0 || schedule == nil {
		return ""
	}
	in, err := supplyInput(t, now, grid)
	if err != nil {
		return ""
	}
	takeSchedule(&in, schedule.Work, nil)
	if most := staffing.MostPeople(in); members > int64(most) {
		return fmt.Sprintf("its cohorts have %d people, and no day of the schedule more than %d: of new people no more count than there are",
			members, most)
	}
	return ""
}

// EndsEarly says in words that a schedule ends a day or more before the grid does; "" otherwise.
func (s *Schedule) EndsEarly(grid staffing.Grid) string {
	switch _, last := s.Days(); {
	case last >= staffing.DateOf(grid.At(grid.N).Time().UTC())-1:
		return ""
	case last == 0:
		return "has no work"
	default:
		return fmt.Sprintf("ends on %s, before the plan does", last)
	}
}

// exposureRules are the limits of exposure that a team declares.
func exposureRules(limits []v1alpha1.ExposureLimit) ([]staffing.ExposureRule, error) {
	var out []staffing.ExposureRule
	for _, l := range limits {
		field := fmt.Sprintf("spec.exposure[%s]", l.Name)
		switch {
		case (l.Continuous == "") != (l.Break == ""):
			return nil, errors.New(field + ": continuous and break belong together: so long at a time, then so long something else")
		case l.PerPersonPerDay == "" && l.Continuous == "":
			return nil, errors.New(field + ": an exposure limit needs perPersonPerDay, or continuous and break, or all three")
		}
		r := staffing.ExposureRule{Name: string(l.Name), HarmDomains: texts(l.HarmDomains)}
		for _, f := range []struct {
			name string
			from v1alpha1.Duration
			to   *sample.Span
		}{{"perPersonPerDay", l.PerPersonPerDay, &r.PerDay}, {"continuous", l.Continuous, &r.Continuous}, {"break", l.Break, &r.Break}} {
			if f.from == "" {
				continue
			}
			var err error
			if *f.to, err = limited(f.from); err != nil {
				return nil, fmt.Errorf("%s.%s: %w", field, f.name, err)
			}
		}
		out = append(out, r)
	}
	return out, nil
}

// limited is a length of time within a day of people.
func limited(d v1alpha1.Duration) (sample.Span, error) {
	v, err := d.Parse()
	if err == nil && (v < time.Minute || v > 24*time.Hour) {
		err = fmt.Errorf("%q must be from 1m to 24h", string(d))
	}
	return sample.SpanOf(v), err
}
