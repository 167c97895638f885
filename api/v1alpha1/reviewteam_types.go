package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ReviewTeamSpec declares a skill group: everyone counted in it holds every
// skill listed.
// +kubebuilder:validation:XValidation:rule="!has(self.cohorts) || self.cohorts.map(c, c.headcount).sum() <= self.shifts.map(s, s.headcount).sum()",message="cohorts are people of the shifts: together they cannot be more than the shifts' headcount"
type ReviewTeamSpec struct {
	// site where the team sits, such as "kuala-lumpur".
	// +required
	Site Word `json:"site"`
	// timeZone in which shifts and dates are meant.
	// +required
	TimeZone TimeZone `json:"timeZone"`
	// tier of the team: 1 (default) to 9.
	// +kubebuilder:default=1
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=9
	// +optional
	Tier int32 `json:"tier,omitempty"`
	// skills that everyone in the team holds.
	// +required
	Skills TeamSkills `json:"skills"`
	// shifts that the team works, 1 to 32.
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	// +required
	Shifts []Shift `json:"shifts"`
	// calendar changes the headcount on some days: holidays, training days, extra
	// hands. Unset means that every day is like another.
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=128
	// +optional
	Calendar []CalendarEntry `json:"calendar,omitempty"`
	// cohorts of new people, who are counted in the shifts and not yet fully
	// productive. Unset means that everybody is.
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=32
	// +optional
	Cohorts []Cohort `json:"cohorts,omitempty"`
	// shrinkage is the share of scheduled time that is not available for
	// reviewing. Unset means none.
	// +kubebuilder:default={}
	// +optional
	Shrinkage Shrinkage `json:"shrinkage,omitempty"`
	// maxOccupancy is the share of available time, in percent, that may be spent
	// handling items: "85" by default.
	// +kubebuilder:default="85"
	// +optional
	MaxOccupancy Percent `json:"maxOccupancy,omitempty"`
}

// TeamSkills are what everyone in a team can and may review.
type TeamSkills struct {
	// languages held; "en" covers "en-GB", not the reverse.
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +required
	Languages []LanguageTag `json:"languages"`
	// harmDomains that the team is trained for; "*" is all of them.
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +required
	HarmDomains []HarmDomainName `json:"harmDomains"`
	// surfaces that the team works on. Unset means all.
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +optional
	Surfaces []Word `json:"surfaces,omitempty"`
	// clearances held by everyone in the team.
	// +listType=set
	// +kubebuilder:validation:MaxItems=16
	// +optional
	Clearances []Word `json:"clearances,omitempty"`
}

// Shift is a time of day at which a number of people work.
// +kubebuilder:validation:XValidation:rule="self.start != self.end",message="a shift's end must differ from its start; an end earlier than the start means the next day"
// +kubebuilder:validation:XValidation:rule="!has(self.from) || !has(self.until) || self.from <= self.until",message="a shift's from must not be after its until"
type Shift struct {
	// name of the shift.
	// +required
	Name Word `json:"name"`
	// days on which the shift starts. Unset means every day.
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=7
	// +optional
	Days []Weekday `json:"days,omitempty"`
	// start of the shift, local time.
	// +required
	Start TimeOfDay `json:"start"`
	// end of the shift, local time; earlier than start means the next day.
	// +required
	End TimeOfDay `json:"end"`
	// headcount that is scheduled: 0 to 100000 people.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100000
	// +required
	Headcount int32 `json:"headcount"`
	// from is the first day on which the shift starts. Unset means no limit.
	// +optional
	From Date `json:"from,omitempty"`
	// until is the last day on which the shift starts. Unset means no limit.
	// +optional
	Until Date `json:"until,omitempty"`
}

// CalendarEntry changes the headcount of every shift that starts on some days.
// +kubebuilder:validation:XValidation:rule="self.from <= self.to",message="a calendar entry's from must not be after its to"
// +kubebuilder:validation:XValidation:rule="self.headcountDelta != 0",message="headcountDelta must not be 0"
type CalendarEntry struct {
	// name of the entry.
	// +required
	Name Word `json:"name"`
	// from is the first day.
	// +required
	From Date `json:"from"`
	// to is the last day.
	// +required
	To Date `json:"to"`
	// headcountDelta is added to the headcount of each shift; a headcount below 0
	// counts as 0.
	// +kubebuilder:validation:Minimum=-100000
	// +kubebuilder:validation:Maximum=100000
	// +required
	HeadcountDelta int32 `json:"headcountDelta"`
	// reason, for people.
	// +kubebuilder:validation:MaxLength=256
	// +optional
	Reason string `json:"reason,omitempty"`
}

// Cohort is a group of new people who are counted in the shifts and get up to
// speed.
// +kubebuilder:validation:XValidation:rule="self.ramp.exists(a, !a.percent.matches('^[0-9]+([.][0-9]+)?$')) || self.ramp.all(a, self.ramp.all(b, a.afterWeeks >= b.afterWeeks || double(a.percent) <= double(b.percent)))",message="a ramp must not fall: people do not get slower by learning"
type Cohort struct {
	// name of the cohort; never of a person.
	// +required
	Name Word `json:"name"`
	// headcount of the cohort, counted in the shifts: 1 to 10000 people.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=10000
	// +required
	Headcount int32 `json:"headcount"`
	// start is the first day of work. Before it the cohort is not there.
	// +required
	Start Date `json:"start"`
	// ramp is the productivity after so many weeks. Before the first step it is 0,
	// after the last it is that step's.
	// +listType=map
	// +listMapKey=afterWeeks
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	// +required
	Ramp []RampStep `json:"ramp"`
}

// RampStep is the productivity of new people from some week on.
type RampStep struct {
	// afterWeeks from the cohort's start: 0 to 104.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=104
	// +required
	AfterWeeks int32 `json:"afterWeeks"`
	// percent of a fully trained person's productivity.
	// +required
	Percent Percent `json:"percent"`
}

// Shrinkage is the share of scheduled time that is not available for
// reviewing.
type Shrinkage struct {
	// planned is leave, training, meetings and wellness breaks, in percent: "0" by
	// default.
	// +kubebuilder:default="0"
	// +optional
	Planned Shrink `json:"planned,omitempty"`
	// unplanned is sickness and lateness, in percent of what is left: "0" by
	// default.
	// +kubebuilder:default="0"
	// +optional
	Unplanned Shrink `json:"unplanned,omitempty"`
}

// ReviewTeamStatus is who is on shift.
type ReviewTeamStatus struct {
	CommonStatus `json:",inline"`
	// scheduled people on shift now, by the shifts.
	// +optional
	Scheduled *int32 `json:"scheduled,omitempty"`
	// productive people on shift now: scheduled less shrinkage, with ramp.
	// +kubebuilder:validation:MaxLength=16
	// +optional
	Productive string `json:"productive,omitempty"`
	// nextChange is when the number of people on shift next changes.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +optional
	NextChange *metav1.Time `json:"nextChange,omitempty"`
	// nextScheduled is the number of people on shift from then on.
	// +optional
	NextScheduled *int32 `json:"nextScheduled,omitempty"`
	// target that plans the team.
	// +kubebuilder:validation:MaxLength=253
	// +optional
	Target string `json:"target,omitempty"`
}

// ReviewTeam is a skill group of people. It holds no person's name.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=rteam,categories=modcap
// +kubebuilder:printcolumn:name="Site",type=string,JSONPath=`.spec.site`
// +kubebuilder:printcolumn:name="Tier",type=integer,JSONPath=`.spec.tier`
// +kubebuilder:printcolumn:name="On-Shift",type=integer,JSONPath=`.status.scheduled`
// +kubebuilder:printcolumn:name="Productive",type=string,JSONPath=`.status.productive`
// +kubebuilder:printcolumn:name="Next",type=integer,JSONPath=`.status.nextScheduled`
// +kubebuilder:printcolumn:name="From",type=string,JSONPath=`.status.nextChange`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Time-Zone",type=string,JSONPath=`.spec.timeZone`,priority=1
// +kubebuilder:printcolumn:name="Languages",type=string,JSONPath=`.spec.skills.languages`,priority=1
// +kubebuilder:printcolumn:name="Target",type=string,JSONPath=`.status.target`,priority=1
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`,priority=1
type ReviewTeam struct {
	metav1.TypeMeta `json:",inline"`
	// metadata of the object.
	metav1.ObjectMeta `json:"metadata,omitempty"`
	// spec declares the team.
	// +required
	Spec ReviewTeamSpec `json:"spec"`
	// status is who is on shift.
	// +optional
	Status ReviewTeamStatus `json:"status,omitempty"`
}

// ReviewTeamList is a list of ReviewTeam.
// +kubebuilder:object:root=true
type ReviewTeamList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []ReviewTeam `json:"items"`
}
