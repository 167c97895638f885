package staffing

import "github.com/modcap/modcap/internal/sample"

// Model is the way a need was worked out.
type Model string

// Models, by the time of the binding promise.
const (
	ModelNone         Model = ""             // nothing is known to work it out from
	ModelRealTime     Model = "RealTime"     // promise within one interval: Erlang C, time to decision or wait
	ModelNearRealTime Model = "NearRealTime" // up to 4 h: interval flow with carry-over and headroom
	ModelDeferred     Model = "Deferred"     // beyond 4 h: earliest deadline first on the upper quantile of work
	ModelRooms        Model = "Rooms"        // concurrent rooms over rooms per person
)

// Finding is something a planner has to know about a class besides its numbers.
type Finding string

// Findings.
const (
	FindingNone Finding = ""
	// FindingPromiseShorterThanWork: no headcount keeps the promise; Reachable is the percent that
	// can be kept, and Required the heads beyond which more do not help.
	FindingPromiseShorterThanWork Finding = "PromiseShorterThanWork"
	// FindingNoTeam: no team of the plan holds the skills, on any shift.
	FindingNoTeam Finding = "NoTeamHoldsSkills"
	// FindingNobodyOnShift: teams hold the skills, but in some interval with a need nobody of them
	// is on shift.
	FindingNobodyOnShift Finding = "NobodyOnShift"
	// FindingBacklogNotMeasured: the queue declares no backlog, so work that waits already is not
	// part of the need.
	FindingBacklogNotMeasured Finding = "BacklogNotMeasured"
)

// Need is one class in one interval. All are heads in thousandths.
type Need struct {
	// Required is productive heads, with the share of pooled headroom where classes share their teams.
	Required sample.Milli `json:"required"`
	// Standalone is what the class would need if it shared its teams with nobody; at least Required.
	Standalone sample.Milli `json:"standalone"`
	// RequiredScheduled is Required before shrinkage: people to put on the roster. The shrinkage is that
	// of the eligible teams on shift, by their people; where nobody is, by their people over the plan.
	RequiredScheduled sample.Milli `json:"requiredScheduled"`
	// Eligible is the productive heads of all teams that may do this work, or what is older of it when it
	// may be relaxed by then; Scheduled the people of those on the roster.
	Eligible  sample.Milli `json:"eligible"`
	Scheduled sample.Milli `json:"scheduled"`
	// Covered is what of Required the teams can give when classes are served in order of protection
	// and priority.
	Covered sample.Milli `json:"covered"`
	// Have is Covered and what spare heads could be added without taking what others need.
	Have sample.Milli `json:"have"`
	// Gap is Required − Covered. Of work that may wait it is where people would have to be for what is
	// late; gaps times their intervals sum up to what is late.
	Gap sample.Milli `json:"gap"`
	// Late is person-time that falls due in the interval and is not done by then.
	Late sample.Span `json:"late,omitempty"`
}

// Moment is a number of heads and the start of the interval it is true of. The zero Moment means never.
type Moment struct {
	At    sample.Instant `json:"at"`
	Heads sample.Milli   `json:"heads"`
}

// Range is a stretch of time, from included, to not.
type Range struct {
	From sample.Instant `json:"from"`
	To   sample.Instant `json:"to"`
}

// ClassPlan is the answer for one class.
type ClassPlan struct {
	Key ClassKey `json:"key"`
	// OnTime is the share of what comes in each interval that is expected to be on time by the shortest
	// promise; OnTimeUnknown where that is not known. Plan leaves it out: see promise.Foresee.
	OnTime []sample.PPM `json:"onTime,omitempty"`
	// Derived says that the work on other classes makes its items.
	Derived bool     `json:"derived,omitempty"`
	Teams   []string `json:"teams,omitempty"` // eligible teams, by name
	// Relaxed are the teams that may do what is older, where it would be late otherwise.
	Relaxed []RelaxedTeams `json:"relaxed,omitempty"`
	Model   Model          `json:"model,omitempty"`
	// Promise is the binding one: of several, the one that needs most now.
	Promise Promise `json:"promise"`
	// Reachable is the percent of Promise that any headcount can keep.
	Reachable sample.PPM `json:"reachable"`
	// Quality is the worst of the inputs. Below Fresh the need is unknown: the numbers are what the
	// last known values ask for and must not be read as little or none.
	Quality  sample.Quality `json:"quality"`
	Cause    sample.Cause   `json:"cause,omitempty"`
	Findings []Finding      `json:"findings,omitempty"`
	// AgesAssumed says that work waits and nothing measures for how long: it is taken to have come
	// evenly at the rate of now.
	AgesAssumed bool `json:"agesAssumed,omitempty"`

	Now       Need   `json:"now"`
	Intervals []Need `json:"intervals"`
	// FirstGap is the start of the first interval with a gap, the plan's Now when there is one now; 0 never.
	FirstGap sample.Instant `json:"firstGap"`
	LastGap  sample.Instant `json:"lastGap"`  // end of the last interval with a gap; 0 never
	WorstGap Moment         `json:"worstGap"` // of Now and Intervals, the first of the largest
	// Uncovered are the times with a need and no team on shift that holds the skills.
	Uncovered []Range `json:"uncovered,omitempty"`
	// Alone are the times with a need at which the class hangs on fewer than two productive people.
	Alone []Range `json:"alone,omitempty"`
	// Domains are what limits of exposure ask for: the domain of the key, and those required.
	Domains []string `json:"domains,omitempty"`
	// ByTeam is who works for it now, ByTeamNext in the interval after the present one, by team.
	ByTeam     []TeamShare `json:"byTeam,omitempty"`
	ByTeamNext []TeamShare `json:"byTeamNext,omitempty"`
}

// TeamShare is productive heads of a team.
type TeamShare struct {
	Team  string       `json:"team"`
	Heads sample.Milli `json:"heads"`
}

// Known reports whether the numbers may be acted on in both directions.
func (c ClassPlan) Known() bool { return c.Quality == sample.Fresh }

// QueuePlan adds up the classes of a queue, now.
type QueuePlan struct {
	Queue string `json:"queue"`
	// Have and Need are whole productive heads, rounded so that Have < Need exactly when there is a gap.
	Have int64 `json:"have"`
	Need int64 `json:"need"`
	// NeedScheduled is Need before shrinkage.
	NeedScheduled int64          `json:"needScheduled"`
	Gap           sample.Milli   `json:"gap"`
	Quality       sample.Quality `json:"quality"`
	Cause         sample.Cause   `json:"cause,omitempty"`
	// HumanShort: at least one class has a gap now, worked out from Fresh inputs.
	HumanShort bool `json:"humanShort"`
	// Drain is how long the people that the queue has now would take for the backlog of its classes
	// while work keeps arriving; 0 when nothing waits, Never when it grows.
	Drain    sample.Span    `json:"drain"`
	FirstGap sample.Instant `json:"firstGap"`
	Findings []Finding      `json:"findings,omitempty"`
}

// Never is a Drain that does not end.
const Never sample.Span = -1

// TeamPlan is a team now.
type TeamPlan struct {
	Name          string       `json:"name"`
	ScheduledNow  sample.Milli `json:"scheduledNow"`
	ProductiveNow sample.Milli `json:"productiveNow"`
	// Present says that ProductiveNow comes from people really there, not from shifts.
	Present bool `json:"present,omitempty"`
	// AssignedNow is the part of ProductiveNow that covers a need.
	AssignedNow sample.Milli `json:"assignedNow"`
	// Limits are its limits of exposure now.
	Limits        []LimitNow     `json:"limits,omitempty"`
	NextChange    sample.Instant `json:"nextChange"` // 0: not within the horizon
	NextScheduled sample.Milli   `json:"nextScheduled"`
}

// LimitNow is a limit of exposure now.
type LimitNow struct {
	Name        string   `json:"name"`
	HarmDomains []string `json:"harmDomains"`
	// Most is the productive heads that may work on these domains now: the share of those there, and
	// where the plan uses up the budget of the day, no more than it has do so now. Used is who does.
	Most sample.Milli `json:"most"`
	Used sample.Milli `json:"used"`
}

// Total is one interval, or now, over all classes and teams.
type Total struct {
	Required          sample.Milli `json:"required"`
	RequiredScheduled sample.Milli `json:"requiredScheduled"`
	Covered           sample.Milli `json:"covered"`
	Gap               sample.Milli `json:"gap"`
	Scheduled         sample.Milli `json:"scheduled"`
	Productive        sample.Milli `json:"productive"`
}

// OnTimeUnknown is a share on time that is not known. It is not 0.
const OnTimeUnknown sample.PPM = -1

// Result is the answer of Plan for all classes, sorted by key, queue and name.
type Result struct {
	// OnTime is that of the classes together, each counted by the decisions that come.
	OnTime  []sample.PPM   `json:"onTime,omitempty"`
	Now     sample.Instant `json:"now"`
	Grid    Grid           `json:"grid"`
	Classes []ClassPlan    `json:"classes"`
	Queues  []QueuePlan    `json:"queues"`
	Teams   []TeamPlan     `json:"teams"`
	// Languages are the classes added up by language and tier, sorted by these.
	Languages []LanguagePlan `json:"languages"`
	NowTotal  Total          `json:"nowTotal"`
	Totals    []Total        `json:"totals"` // per interval
	// Peak is the interval with the largest Required.
	Peak Moment `json:"peak"`
	// Coverage is the covered share of all required heads over the horizon; 100 % when nothing is
	// required.
	Coverage sample.PPM `json:"coverage"`
	// FirstBreach is the first interval with a gap in any class, and that class (the most important one).
	FirstBreach      sample.Instant `json:"firstBreach"`
	FirstBreachClass ClassKey       `json:"firstBreachClass"`
	WorstGap         Moment         `json:"worstGap"` // the largest Gap of Totals
	// Binding says why work is late: the worst bottlenecks, worst first, at most 32.
	Binding  []Bottleneck  `json:"binding,omitempty"`
	Exposure []ExposureUse `json:"exposure,omitempty"` // by team, limit and day
	Ledger   Ledger        `json:"ledger"`
	// Unknown counts the classes that are not Fresh; their last known need is part of the totals.
	Unknown int            `json:"unknown"`
	Quality sample.Quality `json:"quality"` // the worst of the classes; Fresh when there are none
}

// Queue is the plan of the queue of that name.
func (p Result) Queue(name string) (QueuePlan, bool) {
	for _, q := range p.Queues {
		if q.Queue == name {
			return q, true
		}
	}
	return QueuePlan{}, false
}
