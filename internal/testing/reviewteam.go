package testing

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	modcapv1alpha1 "github.com/modcap/modcap/api/v1alpha1"
)

// TeamWrapper builds a ReviewTeam.
type TeamWrapper struct {
	meta[*TeamWrapper]
	team modcapv1alpha1.ReviewTeam
}

// MakeTeam starts a team of tier 1 in UTC that holds "en" and every harm domain,
// with ten people from 08:00 to 16:00 every day, no shrinkage, occupancy up to 85%.
func MakeTeam(name, namespace string) *TeamWrapper {
	w := &TeamWrapper{team: modcapv1alpha1.ReviewTeam{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace},
		Spec: modcapv1alpha1.ReviewTeamSpec{
			Site:     "site",
			TimeZone: "UTC",
			Tier:     1,
			Roles:    []modcapv1alpha1.TeamRole{modcapv1alpha1.RoleReview},
			Skills: modcapv1alpha1.TeamSkills{
				Languages:   []modcapv1alpha1.LanguageTag{"en"},
				HarmDomains: []modcapv1alpha1.HarmDomainName{"*"},
			},
			Shifts:       []modcapv1alpha1.Shift{MakeShift("day", "08:00", "16:00", 10)},
			Shrinkage:    modcapv1alpha1.Shrinkage{Planned: "0", Unplanned: "0"},
			MaxOccupancy: "85",
		},
	}}
	w.meta = meta[*TeamWrapper]{&w.team.ObjectMeta, w}
	return w
}

// MakeShift returns a daily shift.
func MakeShift(name string, start, end modcapv1alpha1.TimeOfDay, headcount int32) modcapv1alpha1.Shift {
	return modcapv1alpha1.Shift{Name: modcapv1alpha1.Word(name), Start: start, End: end, Headcount: headcount}
}

// Site sets the site.
func (w *TeamWrapper) Site(site modcapv1alpha1.Word) *TeamWrapper {
	w.team.Spec.Site = site
	return w
}

// TimeZone sets the time zone.
func (w *TeamWrapper) TimeZone(zone modcapv1alpha1.TimeZone) *TeamWrapper {
	w.team.Spec.TimeZone = zone
	return w
}

// Tier sets the tier.
func (w *TeamWrapper) Tier(tier int32) *TeamWrapper {
	w.team.Spec.Tier = tier
	return w
}

// Roles sets the roles.
func (w *TeamWrapper) Roles(roles ...modcapv1alpha1.TeamRole) *TeamWrapper {
	w.team.Spec.Roles = roles
	return w
}

// Languages sets the languages held.
func (w *TeamWrapper) Languages(languages ...modcapv1alpha1.LanguageTag) *TeamWrapper {
	w.team.Spec.Skills.Languages = languages
	return w
}

// HarmDomains sets the harm domains held.
func (w *TeamWrapper) HarmDomains(domains ...modcapv1alpha1.HarmDomainName) *TeamWrapper {
	w.team.Spec.Skills.HarmDomains = domains
	return w
}

// Surfaces sets the surfaces worked on.
func (w *TeamWrapper) Surfaces(surfaces ...modcapv1alpha1.Word) *TeamWrapper {
	w.team.Spec.Skills.Surfaces = surfaces
	return w
}

// Markets sets the markets known.
func (w *TeamWrapper) Markets(markets ...modcapv1alpha1.Market) *TeamWrapper {
	w.team.Spec.Skills.Markets = markets
	return w
}

// Clearances sets the clearances held.
func (w *TeamWrapper) Clearances(clearances ...modcapv1alpha1.Word) *TeamWrapper {
	w.team.Spec.Skills.Clearances = clearances
	return w
}

// Shifts replaces the shifts.
func (w *TeamWrapper) Shifts(shifts ...modcapv1alpha1.Shift) *TeamWrapper {
	w.team.Spec.Shifts = shifts
	return w
}

// Schedule replaces the shifts by a schedule in a ConfigMap.
func (w *TeamWrapper) Schedule(name string) *TeamWrapper {
	w.team.Spec.Shifts, w.team.Spec.ScheduleRef = nil, &modcapv1alpha1.ObjectReference{Name: name}
	return w
}

// Measured adds metrics: the series present and handling of source prom, row queue=name of the team.
func (w *TeamWrapper) Measured() *TeamWrapper {
	w.team.Spec.Metrics = &modcapv1alpha1.TeamMetrics{
		RowSelector: modcapv1alpha1.RowSelector{
			SourceRef:   modcapv1alpha1.SourceReference{Kind: "MetricSource", Name: "prom"},
			MatchLabels: map[string]modcapv1alpha1.LabelValue{"queue": modcapv1alpha1.LabelValue(w.team.Name)},
		},
		Present: modcapv1alpha1.SeriesReference{Series: "present"}, Handling: &modcapv1alpha1.SeriesReference{Series: "handling"},
	}
	return w
}

// Calendar adds a change of the headcount from one day to another, both included.
func (w *TeamWrapper) Calendar(name string, from, to modcapv1alpha1.Date, delta int32) *TeamWrapper {
	w.team.Spec.Calendar = append(w.team.Spec.Calendar, modcapv1alpha1.CalendarEntry{
		Name: modcapv1alpha1.Word(name), From: from, To: to, HeadcountDelta: delta,
	})
	return w
}

// Cohort adds a group of new people.
func (w *TeamWrapper) Cohort(
	name string, headcount int32, start modcapv1alpha1.Date, ramp ...modcapv1alpha1.RampStep,
) *TeamWrapper {
	w.team.Spec.Cohorts = append(w.team.Spec.Cohorts, modcapv1alpha1.Cohort{
		Name: modcapv1alpha1.Word(name), Headcount: headcount, Start: start, Ramp: ramp,
	})
	return w
}

// Shrinkage sets the share of scheduled time that is not there for reviewing.
func (w *TeamWrapper) Shrinkage(planned, unplanned modcapv1alpha1.Shrink) *TeamWrapper {
	w.team.Spec.Shrinkage = modcapv1alpha1.Shrinkage{Planned: planned, Unplanned: unplanned}
	return w
}

// MaxOccupancy sets the share of available time that may be spent handling items.
func (w *TeamWrapper) MaxOccupancy(percent modcapv1alpha1.Percent) *TeamWrapper {
	w.team.Spec.MaxOccupancy = percent
	return w
}

// Obj returns a copy of the team.
func (w *TeamWrapper) Obj() *modcapv1alpha1.ReviewTeam { return w.team.DeepCopy() }
