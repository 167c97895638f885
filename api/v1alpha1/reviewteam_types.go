package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ReviewTeamSpec declares a skill group: everyone counted in it holds every
// skill listed.
// +kubebuilder:validation:XValidation:rule="has(self.shifts) != has(self.scheduleRef)",message="a team needs shifts or scheduleRef, and not both"
// +kubebuilder:validation:XValidation:rule="!has(self.cohorts) || !has(self.shifts) || self.cohorts.map(c, c.headcount).sum() <= self.shifts.filter(s, !has(s.duty) || s.duty != 'OnCall').map(s, s.headcount).sum()",message="cohorts are people of the shifts: together they cannot be more than the shifts' headcount"
// +kubebuilder:validation:XValidation:rule="has(self.onCall) || !has(self.shifts) || self.shifts.all(s, !has(s.duty) || s.duty != 'OnCall')",message="a shift on call needs onCall.callTime: how long after the call its people work"
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
	// roles of the team: Review (default), QA, Appeals. Review streams are given
	// to teams with the role Review only.
	// +kubebuilder:default={Review}
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=3
	// +optional
	Roles []TeamRole `json:"roles,omitempty"`
	// skills that everyone in the team holds.
	// +required
	Skills TeamSkills `json:"skills"`
	// shifts that the team works, 1 to 32. Exactly one of shifts and scheduleRef
	// is needed.
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	// +optional
	Shifts []Shift `json:"shifts,omitempty"`
	// scheduleRef names a ConfigMap in the team's namespace with a key
	// "schedule.csv" that a workforce suite exports, with the columns date, start,
	// end, heads and activity. A new export counts within a minute. Unset means
	// that shifts say who works when.
	// +optional
	ScheduleRef *ObjectReference `json:"scheduleRef,omitempty"`
	// calendar changes the headcount or the time left for work on some days:
	// holidays, training, extra hands. Unset means that every day is like another.
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
	// exposure limits how long people look at some harm domains. The plan keeps
	// them as a budget of each local day of the team; the review tool keeps them
	// for each person. Unset means no limit.
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=8
	// +optional
	Exposure []ExposureLimit `json:"exposure,omitempty"`
	// onCall says how people on call come to work. Unset means that nobody is
	// called: a schedule's rows with the activity on-call do not count then.
	// +optional
	OnCall *OnCall `json:"onCall,omitempty"`
	// trained says how many people were trained for revisions of policies, at most
	// 8: rollouts with training.minTrained wait for them. Those of revisions that
	// are rolled out no more can go.
	// +listType=map
	// +listMapKey=policy
	// +listMapKey=revision
	// +kubebuilder:validation:MaxItems=8
	// +optional
	Trained []TrainedRevision `json:"trained,omitempty"`
	// metrics say where it is measured who is really there. Unset means that the
	// shifts or the schedule stand for it.
	// +optional
	Metrics *TeamMetrics `json:"metrics,omitempty"`
	// costRef names a Secret in the team's namespace with the keys costPerHour, an
	// amount such as 24.50, and currency, such as EUR. The operator never reads
	// it: kubectl modcap does, with the rights of who asks. Unset means that cost
	// is counted in hours.
	// +optional
	CostRef *ObjectReference `json:"costRef,omitempty"`
}

// ExposureLimit is how long one person may look at some harm domains.
// +kubebuilder:validation:XValidation:rule="has(self.continuous) == has(self.__break__)",message="continuous and break belong together: so long at a time, then so long something else"
// +kubebuilder:validation:XValidation:rule="has(self.perPersonPerDay) || has(self.continuous)",message="an exposure limit needs perPersonPerDay, or continuous and break, or all three"
type ExposureLimit struct {
	// name of the limit.
	// +required
	Name Word `json:"name"`
	// harmDomains that it is about; "*" is all of them.
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +required
	HarmDomains []HarmDomainName `json:"harmDomains"`
	// perPersonPerDay is the most time of one person in one local day: 1m to 24h.
	// Unset means that only continuous and break limit it.
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || (duration(self) >= duration('1m') && duration(self) <= duration('24h'))",message="perPersonPerDay must be from 1m to 24h"
	// +optional
	PerPersonPerDay Duration `json:"perPersonPerDay,omitempty"`
	// continuous is the most time at a stretch: 1m to 24h. Unset, with break,
	// means that it may be all of the time.
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || (duration(self) >= duration('1m') && duration(self) <= duration('24h'))",message="continuous must be from 1m to 24h"
	// +optional
	Continuous Duration `json:"continuous,omitempty"`
	// break is the time of other work that follows a stretch: 1m to 24h.
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || (duration(self) >= duration('1m') && duration(self) <= duration('24h'))",message="break must be from 1m to 24h"
	// +optional
	Break Duration `json:"break,omitempty"`
}

// OnCall says how people on call come to work.
type OnCall struct {
	// callTime is how long after the call they work: 1m to 24h.
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || (duration(self) >= duration('1m') && duration(self) <= duration('24h'))",message="callTime must be from 1m to 24h"
	// +required
	CallTime Duration `json:"callTime"`
}

// TeamRole is a kind of work that a team does.
// +kubebuilder:validation:Enum=Review;QA;Appeals
type TeamRole string

// Roles of a team.
const (
	// RoleReview is the work of review streams.
	RoleReview TeamRole = "Review"
	// RoleQA is looking again at what was decided.
	RoleQA TeamRole = "QA"
	// RoleAppeals is deciding on complaints.
	RoleAppeals TeamRole = "Appeals"
)

// TeamMetrics say where it is measured who is really there.
type TeamMetrics struct {
	RowSelector `json:",inline"`
	// present is the number of people who are there for work now (Gauge). While it
	// is Fresh, they and not the shifts count for what is covered now.
	// +required
	Present SeriesReference `json:"present"`
	// handling is the number of people who handle an item now (Gauge). It gives
	// the occupancy.
	// +optional
	Handling *SeriesReference `json:"handling,omitempty"`
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
	// markets that the team knows. It takes items of queues whose markets are all
	// among them. Unset means all.
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=250
	// +optional
	Markets []Market `json:"markets,omitempty"`
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
	// duty of the people of the shift: Work (default), or OnCall: not at work, but
	// there so long after a call as onCall.callTime says. Neither the calendar nor
	// cohorts are about people on call.
	// +optional
	Duty Duty `json:"duty,omitempty"`
}

// Duty is what the people of a shift do.
// +kubebuilder:validation:Enum=Work;OnCall
type Duty string

// Duties of a shift.
const (
	// DutyWork is being at work. Empty is the same.
	DutyWork Duty = "Work"
	// DutyOnCall is being ready to come to work.
	DutyOnCall Duty = "OnCall"
)

// CalendarEntry changes the headcount, or the time that is left for work, of
// every shift, or row of the schedule, that starts on some days.
// +kubebuilder:validation:XValidation:rule="self.from <= self.to",message="a calendar entry's from must not be after its to"
// +kubebuilder:validation:XValidation:rule="has(self.training) || (has(self.headcountDelta) && self.headcountDelta != 0)",message="a calendar entry needs a headcountDelta that is not 0, or training"
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
	// headcountDelta is added to the headcount of each shift or row; a headcount
	// below 0 counts as 0. Unset means that the headcount stays.
	// +kubebuilder:validation:Minimum=-100000
	// +kubebuilder:validation:Maximum=100000
	// +optional
	HeadcountDelta int32 `json:"headcountDelta,omitempty"`
	// training is how long everybody of a shift is away from reviewing on each of
	// the days, for training or a meeting: 1m to 24h, besides planned shrinkage.
	// Unset means not at all.
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || (duration(self) >= duration('1m') && duration(self) <= duration('24h'))",message="training must be from 1m to 24h"
	// +optional
	Training Duration `json:"training,omitempty"`
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
	// scheduled people on shift now, by the shifts or the schedule.
	// +optional
	Scheduled *int32 `json:"scheduled,omitempty"`
	// present people: how many are really there, in two significant digits. Unset
	// without metrics, while they are not Fresh, and while fewer than five people
	// are scheduled.
	// +optional
	Present *int32 `json:"present,omitempty"`
	// occupancy is the share of those present who handle an item now, such as
	// "82%". Empty while it is not known, and of fewer than five people.
	// +kubebuilder:validation:MaxLength=16
	// +optional
	Occupancy string `json:"occupancy,omitempty"`
	// adherence is how many are present of those scheduled, such as "91%". Empty
	// while it is not known, and of fewer than five people.
	// +kubebuilder:validation:MaxLength=16
	// +optional
	Adherence string `json:"adherence,omitempty"`
	// onCall is how many people are on call now. Unset where nobody ever is.
	// +optional
	OnCall *int32 `json:"onCall,omitempty"`
	// away is how many people do something else now, such as training, by the
	// schedule. Unset without a schedule.
	// +optional
	Away *int32 `json:"away,omitempty"`
	// schedule in force. Unset without scheduleRef, and while none is known.
	// +optional
	Schedule *ScheduleStatus `json:"schedule,omitempty"`
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

// ScheduleStatus is the schedule that a team is planned with.
type ScheduleStatus struct {
	// updated is when the ConfigMap was written that is in force.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +optional
	Updated *metav1.Time `json:"updated,omitempty"`
	// rows of the schedule.
	// +optional
	Rows int32 `json:"rows,omitempty"`
	// from is the first day with work.
	// +kubebuilder:validation:MaxLength=16
	// +optional
	From string `json:"from,omitempty"`
	// until is the last day with work.
	// +kubebuilder:validation:MaxLength=16
	// +optional
	Until string `json:"until,omitempty"`
	// workHours are the hours of work of all rows, times their heads.
	// +kubebuilder:validation:MaxLength=24
	// +optional
	WorkHours string `json:"workHours,omitempty"`
	// otherHours are the hours planned for something else, such as training, leave
	// and being on call.
	// +kubebuilder:validation:MaxLength=24
	// +optional
	OtherHours string `json:"otherHours,omitempty"`
}

// ReviewTeam is a skill group of people. It holds no person's name.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=rteam,categories=modcap
// +kubebuilder:printcolumn:name="Site",type=string,JSONPath=`.spec.site`
// +kubebuilder:printcolumn:name="Tier",type=integer,JSONPath=`.spec.tier`
// +kubebuilder:printcolumn:name="On-Shift",type=integer,JSONPath=`.status.scheduled`
// +kubebuilder:printcolumn:name="Present",type=integer,JSONPath=`.status.present`
// +kubebuilder:printcolumn:name="Productive",type=string,JSONPath=`.status.productive`
// +kubebuilder:printcolumn:name="Next",type=integer,JSONPath=`.status.nextScheduled`
// +kubebuilder:printcolumn:name="From",type=string,JSONPath=`.status.nextChange`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Time-Zone",type=string,JSONPath=`.spec.timeZone`,priority=1
// +kubebuilder:printcolumn:name="Languages",type=string,JSONPath=`.spec.skills.languages`,priority=1
// +kubebuilder:printcolumn:name="Adherence",type=string,JSONPath=`.status.adherence`,priority=1
// +kubebuilder:printcolumn:name="Occupancy",type=string,JSONPath=`.status.occupancy`,priority=1
// +kubebuilder:printcolumn:name="On-Call",type=integer,JSONPath=`.status.onCall`,priority=1
// +kubebuilder:printcolumn:name="Schedule-Until",type=string,JSONPath=`.status.schedule.until`,priority=1
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
