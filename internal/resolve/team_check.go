package resolve

import (
	"errors"
	"fmt"
	"slices"

	"github.com/modcap/modcap/api/v1alpha1"
)

// CheckTeam says what is wrong in a team's spec. The API server refuses most of it; a
// manifest that is only tried has seen none.
func CheckTeam(t *v1alpha1.ReviewTeam) error {
	s := &t.Spec
	if (len(s.Shifts) > 0) == (s.ScheduleRef != nil) {
		return errors.New("spec: a team needs shifts or scheduleRef, and not both")
	}
	if s.OnCall == nil && slices.ContainsFunc(s.Shifts, onCall) {
		return errors.New("spec: a shift on call needs onCall.callTime: how long after the call its people work")
	}
	if len(s.Skills.Languages) == 0 || len(s.Skills.HarmDomains) == 0 {
		return errors.New(`spec.skills: a team needs languages and harmDomains; "*" in harmDomains is all of them`)
	}
	if err := checkMarkets("spec.skills.markets", s.Skills.Markets); err != nil {
		return err
	}
	if err := checkLanguages("spec.skills.languages", s.Skills.Languages); err != nil {
		return err
	}
	for _, check := range []func(*v1alpha1.ReviewTeamSpec) error{checkRoles, checkTeamNames, checkShifts, checkTeamCalendar, checkCohorts} {
		if err := check(s); err != nil {
			return err
		}
	}
	return nil
}

func checkRoles(s *v1alpha1.ReviewTeamSpec) error {
	for _, r := range s.Roles {
		if !slices.Contains([]v1alpha1.TeamRole{v1alpha1.RoleReview, v1alpha1.RoleQA, v1alpha1.RoleAppeals}, r) {
			return fmt.Errorf("spec.roles: %q is not a role; write Review, QA or Appeals", r)
		}
	}
	return nil
}

// checkTeamNames looks for names that stand twice in a list.
func checkTeamNames(s *v1alpha1.ReviewTeamSpec) error {
	if err := twice("shifts", "shift", s.Shifts, func(x v1alpha1.Shift) v1alpha1.Word { return x.Name }); err != nil {
		return err
	}
	if err := twice("calendar", "entry", s.Calendar, func(x v1alpha1.CalendarEntry) v1alpha1.Word { return x.Name }); err != nil {
		return err
	}
	if err := twice("exposure", "limit", s.Exposure, func(x v1alpha1.ExposureLimit) v1alpha1.Word { return x.Name }); err != nil {
		return err
	}
	return twice("cohorts", "cohort", s.Cohorts, func(x v1alpha1.Cohort) v1alpha1.Word { return x.Name })
}

func twice[T any](field, what string, list []T, name func(T) v1alpha1.Word) error {
	seen := map[v1alpha1.Word]bool{}
	for _, x := range list {
		if seen[name(x)] {
			return fmt.Errorf("spec.%s: there are two of the name %q; give each %s a name of its own", field, name(x), what)
		}
		seen[name(x)] = true
	}
	return nil
}

func checkShifts(spec *v1alpha1.ReviewTeamSpec) error {
	for _, s := range spec.Shifts {
		field := fmt.Sprintf("spec.shifts[%s]", s.Name)
		if err := within("headcount", s.Headcount, 0); err != nil {
			return fmt.Errorf("%s: %w", field, err)
		}
		switch {
		case s.Start == s.End:
			return fmt.Errorf("%s: it starts and ends at %s; a shift's end must differ from its start, and an end earlier than the start "+
				"means the next day", field, s.Start)
		case s.Duty != "" && s.Duty != v1alpha1.DutyWork && !onCall(s):
			return fmt.Errorf("%s: %q is not a duty; write Work or OnCall", field, s.Duty)
		}
	}
	return nil
}

func checkTeamCalendar(spec *v1alpha1.ReviewTeamSpec) error {
	for _, e := range spec.Calendar {
		field := fmt.Sprintf("spec.calendar[%s]", e.Name)
		if err := within("headcountDelta", e.HeadcountDelta, -maxHeads); err != nil {
			return fmt.Errorf("%s: %w", field, err)
		}
		switch {
		case e.From == "" || e.To == "":
			return fmt.Errorf("%s: a calendar entry needs from and to; for one day they are the same", field)
		case e.HeadcountDelta == 0 && e.Training == "":
			return fmt.Errorf("%s: a calendar entry needs a headcountDelta that is not 0, or training", field)
		}
	}
	return nil
}

// within holds a number of people to its bounds.
func within(field string, n, least int32) error {
	if n < least || n > maxHeads {
		return fmt.Errorf("%s %d must be from %d to %d people", field, n, least, maxHeads)
	}
	return nil
}

func checkCohorts(spec *v1alpha1.ReviewTeamSpec) error {
	var members, people int64
	for _, s := range spec.Shifts {
		if !onCall(s) {
			people += int64(s.Headcount)
		}
	}
	for _, c := range spec.Cohorts {
		field := fmt.Sprintf("spec.cohorts[%s]", c.Name)
		if c.Headcount < 1 || c.Start == "" || len(c.Ramp) == 0 {
			return fmt.Errorf("%s: a cohort needs a headcount of 1 or more, a start and a ramp", field)
		}
		members += int64(c.Headcount)
		if err := checkRamp(c.Ramp); err != nil {
			return fmt.Errorf("%s.ramp: %w", field, err)
		}
	}
	if len(spec.Shifts) > 0 && members > people {
		return fmt.Errorf("spec.cohorts: they have %d people, and the shifts %d: cohorts are people of the shifts, "+
			"and together cannot be more than the shifts' headcount", members, people)
	}
	return nil
}

// checkRamp wants a ramp that does not fall. Percents that cannot be read are told
// where they are read.
func checkRamp(ramp []v1alpha1.RampStep) error {
	steps := slices.Clone(ramp)
	slices.SortStableFunc(steps, func(a, b v1alpha1.RampStep) int { return int(a.AfterWeeks) - int(b.AfterWeeks) })
	for i := 1; i < len(steps); i++ {
		a, b := steps[i-1], steps[i]
		before, err := a.Percent.PPM()
		after, err2 := b.Percent.PPM()
		switch {
		case a.AfterWeeks == b.AfterWeeks:
			return fmt.Errorf("week %d is there twice", a.AfterWeeks)
		case err == nil && err2 == nil && after < before:
			return fmt.Errorf("it falls from %s%% to %s%% in week %d: people do not get slower by learning",
				a.Percent, b.Percent, b.AfterWeeks)
		}
	}
	return nil
}
