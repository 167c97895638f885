package lint

import (
	"slices"

	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/routing"
)

// Codes of findings, besides those of package routing. They are stable across releases.
const (
	CodeDeclaredTwice = "DeclaredTwice"
	CodeInvalidSpec   = "InvalidSpec"
	CodeRefused       = "Refused"

	CodeQueueNotFound     = "QueueNotFound"
	CodePoolNotFound      = routing.CodePoolNotFound
	CodeSourceNotFound    = "SourceNotFound"
	CodeSeriesNotFound    = "SeriesNotFound"
	CodeSeriesOfOtherType = "SeriesOfOtherType"
	CodeRowLabelsDiffer   = "RowLabelsDiffer"
	CodeQueryDropsLabel   = "QueryDropsLabel"
	CodeQueryTwice        = "QueryTwice"
	CodeSeriesNamedTwice  = "SeriesNamedTwice"
	CodeRowMisspelt       = "RowMisspelt"
	CodeRowReadTwice      = "RowReadTwice"
	CodeSourceUnused      = "SourceUnused"

	CodeRegimesInvalid = "RegimesInvalid"

	CodeMarketUnknown   = "MarketUnknown"
	CodeLanguageUnknown = "LanguageUnknown"
	CodeTimeZoneUnknown = "TimeZoneUnknown"

	CodePolicyUnused           = "PolicyUnused"
	CodeModelVersionsDiffer    = "ModelVersionsDiffer"
	CodeCriticalWithoutSample  = "CriticalWithoutSample"
	CodeSampleOfNothing        = "SampleOfNothing"
	CodeActsOnEverything       = "ActsOnEverything"
	CodeOverrideChangesNothing = "OverrideChangesNothing"
	CodeOverrideWithoutQueue   = "OverrideWithoutQueue"
	CodeMoveUpOfNothing        = "MoveUpOfNothing"
	CodeFlagTwice              = "FlagTwice"
	CodeEscalationNotHigher    = "EscalationNotHigher"

	CodeHoldTooShort            = "HoldTooShort"
	CodeStepWithoutQueue        = "StepWithoutQueue"
	CodeRolloutUnseen           = "RolloutUnseen"
	CodeSampleTooSmall          = "SampleTooSmall"
	CodeSampleOutOfReach        = "SampleOutOfReach"
	CodeRiseOutOfSight          = "RiseOutOfSight"
	CodeStepsSkipMarkets        = "StepsSkipMarkets"
	CodeAlwaysFrozen            = "AlwaysFrozen"
	CodeConditionNeverMet       = "ConditionNeverMet"
	CodeMarginOfAll             = "MarginOfAll"
	CodeCeilingBelowMinimum     = "CeilingBelowMinimum"
	CodeReviewsNothing          = "ReviewsNothing"
	CodeSampleOfZero            = "SampleOfZero"
	CodeReliefOfNothing         = "ReliefOfNothing"
	CodePercentOfOne            = "PercentOfOne"
	CodeSeriesSwapped           = "SeriesSwapped"
	CodeQueryOfOtherType        = "QueryOfOtherType"
	CodeExposureShorterThanWork = "ExposureShorterThanWork"
	CodeWantedUnsampled         = "WantedUnsampled"
	CodeWantedUnplanned         = "WantedUnplanned"
	CodeWantedUnknown           = "WantedUnknown"

	CodeReliefQueueNotFound  = "ReliefQueueNotFound"
	CodeReliefQueueOfOther   = "ReliefQueueOfOtherPolicy"
	CodeReliefQueueProtected = "ReliefQueueProtected"
	CodeDeferTooShort        = "DeferTooShort"
	CodeDeferBeyondRegime    = "DeferBeyondRegime"
	CodeReliefNotCounted     = "ReliefNotCounted"
	CodeReliefOfRollout      = "ReliefOfRollout"

	CodePromiseShorterThanWork = "PromiseShorterThanWork"
	CodeRelaxTooLate           = "RelaxTooLate"
	CodeProtectedRelaxed       = "ProtectedRelaxed"
	CodeQASampleNotMeasured    = "QASampleNotMeasured"
	CodeStreamNotSplit         = "StreamNotSplit"
	CodeSampleWithoutTeam      = "SampleWithoutTeam"
	CodeClassUncovered         = "ClassUncovered"
	CodeEscalationUncovered    = "EscalationUncovered"

	CodePoolUnused          = "PoolUnused"
	CodePoolsShareTarget    = "PoolsShareTarget"
	CodeSchedulesContradict = "SchedulesContradict"

	CodeOverrideOver          = "OverrideOver"
	CodeOverridesContradict   = "OverridesContradict"
	CodeFloorAboveMaximum     = "FloorAboveMaximum"
	CodeOverrideWithoutEffect = "OverrideWithoutEffect"
	CodePriorityOfProtected   = "PriorityOfProtected"

	CodeTeamNeverWorks    = "TeamNeverWorks"
	CodeTeamWithoutWork   = "TeamWithoutWork"
	CodeSkillMisspelt     = "SkillMisspelt"
	CodeExposureOfNothing = "ExposureOfNothing"
	CodeTrainedForOther   = "TrainedForOther"

	CodeNothingSelected    = "NothingSelected"
	CodePlannedTwice       = "PlannedTwice"
	CodeNotPlanned         = "NotPlanned"
	CodeClassOutsideTarget = "ClassOutsideTarget"
)

// Counted is whether a code is of findings that rest on how many items come.
func Counted(code string) bool { return code == CodeSampleOutOfReach || code == CodeRiseOutOfSight }

// Rule is a code with what it means.
type Rule struct {
	Code, Severity, Meaning string
}

// severities of the codes.
func severities() map[string]string {
	out := map[string]string{}
	for _, r := range Catalogue() {
		out[r.Code] = r.Severity
	}
	return out
}

// Catalogue is every code, by what it is about. QueuesConflict is an Error where the two queues match just the
// same items.
func Catalogue() []Rule { return slices.Concat(aboutReferences(), aboutSpecs(), aboutPlans()) }

// aboutReferences are the codes about what objects are, and what they name.
func aboutReferences() []Rule {
	const e, w = routing.Error, routing.Warning
	return []Rule{
		{CodeRefused, e, "the API server would not take the object (files only)"},
		{CodeInvalidSpec, e, "something in the spec that only code can tell to be wrong"},
		{CodeDeclaredTwice, e, "two objects of one kind and name"},

		{routing.CodePolicyNotFound, e, "a queue names a policy that does not exist"},
		{CodePoolNotFound, e, "a queue or an override names a pool that does not exist"},
		{routing.CodeRegimeNotFound, e, "a queue names a regime that no catalogue has"},
		{CodeRegimesInvalid, e, "a ConfigMap of regimes that cannot be read, or not in full"},
		{CodeQueueNotFound, e, "an override names a queue that does not exist"},
		{CodeSourceNotFound, e, "metrics name a source that does not exist"},
		{CodeSeriesNotFound, e, "metrics name a series that the source does not declare"},
		{CodeSeriesOfOtherType, e, "metrics name a series of a type that the number is not read from"},
		{CodeRowLabelsDiffer, e, "matchLabels are not the rowLabels of the series"},
		{CodeQueryDropsLabel, e, "a query aggregates away a label that rows are told apart by"},
		{CodeQueryTwice, w, "two series of a source have one query"},
		{CodeQueryOfOtherType, e, "a query that plainly gives a rate where a Counter is declared, or the other way round"},
		{CodeSeriesSwapped, w, "two numbers of a stage, each read from a series that is called as the other"},
		{CodePercentOfOne, w, "a percent that was probably meant as a share or a factor: 0.85 for 85, 3 for 300"},
		{CodeSeriesNamedTwice, e, "two numbers of one stage are read from one series"},
		{CodeRowMisspelt, w, "a row by a name that is nearly, and not quite, the queue's"},
		{CodeRowReadTwice, w, "two stages count the same row of arrivals"},
		{CodeSourceUnused, w, "nothing reads from a source"},

		{CodeMarketUnknown, e, "a market that is no country code in force"},
		{CodeLanguageUnknown, e, "a language that is no tag of BCP 47"},
		{CodeTimeZoneUnknown, e, "a time zone that the tz database does not have"},
	}
}

// aboutSpecs are the codes about policies and queues.
func aboutSpecs() []Rule {
	const e, w = routing.Error, routing.Warning
	return []Rule{
		{routing.CodeBandsCrossed, e, "reviewAt above actAt, also after overrides"},
		{routing.CodeMarketOverriddenTwice, e, "two overrides of a label name one market"},
		{routing.CodeValueUnreadable, e, "a value that does not parse"},
		{routing.CodeLabelWithoutBands, w, "a label with neither actAt nor reviewAt"},
		{CodeActsOnEverything, w, "an actAt of 0, which every score reaches"},
		{CodeReviewsNothing, w, "a reviewAt that is the same as actAt, so that no score lies between"},
		{CodeOverrideChangesNothing, w, "an override of the scores that hold without it"},
		{CodeOverrideWithoutQueue, w, "an override for markets whose items no queue of the policy takes"},
		{CodeModelVersionsDiffer, w, "labels of one model, or of one pool, that name different versions"},
		{CodeCriticalWithoutSample, w, "a Critical label of whose allowed items none is looked at again"},
		{CodeSampleOfNothing, w, "a quality sample of verdicts that the label never gives"},
		{CodeSampleOfZero, w, "a quality sample of which each share is 0"},
		{CodeEscalationNotHigher, w, "a label that escalates to the tier that decides it to begin with"},
		{CodeMoveUpOfNothing, w, "a time-out of a severity that no label with an escalation has"},
		{CodeFlagTwice, w, "a flag of two labels"},
		{CodeHoldTooShort, w, "a step of a rollout that is over before any of its samples count"},
		{CodeStepWithoutQueue, w, "a step of a rollout in which no queue of the policy has items"},
		{CodeStepsSkipMarkets, w, "markets or queues that no step gives the change, so that they have it at once in the end"},
		{CodeAlwaysFrozen, w, "freeze windows that leave no time at which a step could end"},
		{CodeConditionNeverMet, w, "a condition of a rollout that no number meets"},
		{CodeMarginOfAll, w, "a margin of a rollout that no change exceeds"},
		{CodeRolloutUnseen, w, "a label that is rolled out by steps, whose errors outside the moved items no sample sees"},
		{CodeSampleTooSmall, w, "a sample of a rollout that cannot show any change to be within its margins"},
		{CodeSampleOutOfReach, w, "a sample of a rollout that cannot be gathered within the longest hold (volumes known)"},
		{CodeRiseOutOfSight, w, "random samples of a rollout that would not show a rise by the margin in what does not move (volumes known)"},
		{CodeReliefQueueNotFound, e, "a step of relief names a queue that does not exist"},
		{CodeReliefQueueOfOther, e, "a step of relief names a queue that another policy decides"},
		{CodeReliefQueueProtected, e, "a step of relief names a protected queue"},
		{CodeDeferTooShort, w, "a step of relief gives a queue no more time than it has"},
		{CodeDeferBeyondRegime, w, "a step of relief gives a queue more time than a regime of it allows"},
		{CodeReliefNotCounted, w, "a step of relief that would let items through which nothing counts"},
		{CodeReliefOfNothing, w, "a step of relief that takes fewer quality samples, where there are none"},
		{CodeReliefOfRollout, w, "a step of relief for a label whose change is being rolled out"},
		{CodeWantedUnknown, e, "an interval that is wanted of a label that the policy does not have"},
		{CodeWantedUnsampled, w, "an interval that is wanted of decisions that the label has none of looked at again"},
		{CodeWantedUnplanned, w, "an interval that is wanted of decisions whose checks no review stream of the queues plans"},
		{CodePolicyUnused, w, "a policy that no queue uses"},

		{routing.CodeQueuesConflict, w, "two queues match the same items equally"},
		{routing.CodeDefaultsConflict, w, "two queues of a surface are its default"},
		{routing.CodeNoDefaultQueue, w, "no queue of a surface takes the items that match none"},
		{routing.CodeStreamsShareDomain, e, "two streams of a queue take one harm domain"},
		{routing.CodeDomainWithoutReview, e, "a label sends items to people that no stream of the queue takes"},
		{routing.CodeHarmDomainNotCovered, w, "a stream lists a harm domain that no label has"},
		{routing.CodeDocumentRefused, e, "the routing document would be invalid or too large"},
		{routing.CodeIndexRefused, e, "the index of a surface would be invalid or too large"},
		{routing.CodeWeightsRefused, e, "the weights of a surface would be invalid or too large"},
		{routing.CodePreviousUnreadable, w, "the published index is damaged (clusters only)"},
		{resolve.CodePromiseWeaker, w, "a promise that has more time than a regime of the stream allows"},
		{resolve.CodeEscalationTooLate, w, "an escalation that has more time than a regime of the stream allows"},
		{resolve.CodeRegimeOutOfReach, w, "a regime of other markets: no item of the queue is under its clock"},
		{resolve.CodeRegimeNotInForce, w, "a regime that is not in force, now or within a year"},
		{CodePromiseShorterThanWork, e, "a promise that the work alone is too long for"},
		{CodeProtectedRelaxed, e, "a stream that takes a protected label is relaxed"},
		{CodeRelaxTooLate, w, "a step of relax that begins when the promise is over"},
		{CodeQASampleNotMeasured, w, "a quality sample of items that nothing counts"},
	}
}

// aboutPlans are the codes about people, pools and overrides.
func aboutPlans() []Rule {
	const e, w = routing.Error, routing.Warning
	return []Rule{
		{routing.CodeLanguageWithoutTeam, e, "no team on any shift holds a language"},
		{routing.CodeClearanceWithoutTeam, e, "no team on any shift holds a clearance"},
		{routing.CodeClassWithoutTeam, e, "each is held, and no team holds all that a class takes"},
		{routing.CodeEscalationWithoutTeam, w, "no team of the higher tier may take what is passed on"},
		{CodeSampleWithoutTeam, w, "no team with the role QA may take a quality sample"},
		{CodeStreamNotSplit, e, "a stream is planned as one class that no team holds as a whole"},
		{CodeClassUncovered, w, "nobody who may take a class is there for longer than its promise"},
		{CodeEscalationUncovered, w, "nobody is there or on call for an escalation for longer than it has"},
		{CodeClassOutsideTarget, e, "only teams of another plan may take a class"},

		{CodeTeamNeverWorks, w, "every shift of a team is over or empty"},
		{CodeTeamWithoutWork, w, "a team that no work fits"},
		{CodeSkillMisspelt, w, "a skill that is nearly, and not quite, one that is asked for"},
		{CodeExposureShorterThanWork, w, "a limit of exposure that is over before one item is decided"},
		{CodeExposureOfNothing, w, "a limit of exposure on what the team does not look at"},
		{CodeTrainedForOther, w, "training for a revision that the policy does not have"},
		{CodeNothingSelected, e, "a target that selects no queue or no team"},
		{CodePlannedTwice, e, "a queue or a team that two targets select"},
		{CodeNotPlanned, w, "a queue or a team that no target selects"},

		{CodePoolUnused, w, "a pool that no queue names"},
		{CodePoolsShareTarget, e, "two pools scale one workload"},
		{CodeSchedulesContradict, w, "schedules of a pool that contradict each other at the same time"},
		{CodeOverrideOver, w, "an override that has ended"},
		{CodeOverridesContradict, w, "an override that does nothing while another is in force"},
		{CodeCeilingBelowMinimum, w, "a ceiling below what the pool has at least"},
		{CodeFloorAboveMaximum, w, "a floor above what the pool may ever have"},
		{resolve.CodeSurgesContradict, w, "of two surges of a queue one expects more than otherwise and one less, at the same time"},
		{resolve.CodeSurgesOverlap, w, "two surges of a queue at the same time: they are not multiplied"},
		{resolve.CodePrioritiesDiffer, w, "two overrides give a queue different priorities at the same time"},
		{resolve.CodeSurgeAndCalendar, w, "a surge at the time of an event of the queue's calendar: they are multiplied"},
		{CodeOverrideWithoutEffect, w, "a surge of 100 %, or the priority that a queue has by itself"},
		{CodePriorityOfProtected, w, "another priority for protected work, which goes before all other work anyway"},
	}
}
