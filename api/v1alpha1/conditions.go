package v1alpha1

// Condition types. Ready says that modcap can do its job for the object; a
// missed promise, a shortage or a brief metric outage do not clear it: they
// have conditions of their own. Reconciling and Stalled are present only while
// they are true.
const (
	// ConditionReady is on every kind.
	ConditionReady = "Ready"
	// ConditionReconciling is present while modcap is catching up with a change.
	ConditionReconciling = "Reconciling"
	// ConditionStalled is present while only an edit of the spec can help.
	ConditionStalled = "Stalled"
	// ConditionMetricsFresh is on sources, pools and queues, and on teams with metrics.
	ConditionMetricsFresh = "MetricsFresh"
	// ConditionCapacitySufficient is on pools, and on queues with classification:
	// the machines can keep every promise, as forecast now.
	ConditionCapacitySufficient = "CapacitySufficient"
	// ConditionServiceLevelMet is on queues: what was attained in the last hour,
	// as measured by due and onTime, is at least the promise. Unknown if not measured.
	ConditionServiceLevelMet = "ServiceLevelMet"
	// ConditionStaffed is on queues with reviews and on targets: enough people now.
	ConditionStaffed = "Staffed"
	// ConditionCoverageSufficient is on targets: enough people over the horizon.
	ConditionCoverageSufficient = "CoverageSufficient"
	// ConditionExposureWithinLimits is on targets: limits of exposure keep nobody
	// from work that people are there for.
	ConditionExposureWithinLimits = "ExposureWithinLimits"
	// ConditionEscalationCovered is on targets: at each hour of the horizon somebody of every
	// tier that items escalate to is on shift, or on call and called in time.
	ConditionEscalationCovered = "EscalationCovered"
	// ConditionScaleControlled is on pools: modcap alone decides the replicas.
	ConditionScaleControlled = "ScaleControlled"
	// ConditionRouted is on queues: the document in force says what the specs say.
	ConditionRouted = "Routed"
	// ConditionRolloutProgressing is on policies whose changes are rolled out: a change
	// is on its way by itself. Reasons say what the step under way waits for.
	ConditionRolloutProgressing = "RolloutProgressing"
	// ConditionQualityMeasured is on policies with spec.quality: how often decisions are
	// wrong is known, as surely as wanted. Unknown while some of it is not known.
	ConditionQualityMeasured = "QualityMeasured"
	// ConditionReliefActive is on targets and policies of queues whose policy declares
	// relief: something gives way now. Reasons say why it is as it is.
	ConditionReliefActive = "ReliefActive"
	// ConditionActive is on overrides: in force now.
	ConditionActive = "Active"
)

// Reasons of Ready and Stalled.
const (
	ReasonSucceeded         = "Succeeded"         // all is well
	ReasonProgressing       = "Progressing"       // first results are awaited
	ReasonPoolNotFound      = "PoolNotFound"      // poolRef names a ClassifierPool that does not exist
	ReasonQueueNotFound     = "QueueNotFound"     // queueRef, or one of queueRefs, names a ModerationQueue that does not exist
	ReasonPolicyNotFound    = "PolicyNotFound"    // policyRef names a ModerationPolicy that does not exist
	ReasonNothingToDecide   = "NothingToDecide"   // a decision names a revision or step that there is not, or is older than the try
	ReasonRegimeNotFound    = "RegimeNotFound"    // serviceLevels name a regime that no catalogue has
	ReasonSourceNotFound    = "SourceNotFound"    // sourceRef names a source that does not exist
	ReasonSeriesNotFound    = "SeriesNotFound"    // the source declares no series of that name
	ReasonTargetNotFound    = "TargetNotFound"    // scaleTargetRef names a workload that does not exist
	ReasonTargetNotScalable = "TargetNotScalable" // the workload has no scale subresource, or modcap may not use it
	ReasonTargetOwned       = "TargetOwned"       // another pool, or an HPA, scales the target
	ReasonInvalidSpec       = "InvalidSpec"       // something only code can tell: see the message
	ReasonSecretNotFound    = "SecretNotFound"    // a Secret, or its key, does not exist
	ReasonUnreachable       = "Unreachable"       // the source does not answer
	ReasonNothingSelected   = "NothingSelected"   // a selector picks no object
	ReasonPlannedTwice      = "PlannedTwice"      // another target plans one of the queues or teams
	ReasonPolicyInvalid     = "PolicyInvalid"     // the policy is Stalled; the last documents stay in force
	ReasonPolicyAwaited     = "PolicyAwaited"     // what the policy decided by before is looked up, as after it was made anew
	ReasonScheduleNotFound  = "ScheduleNotFound"  // scheduleRef names a ConfigMap, or key schedule.csv, that does not exist
	ReasonScheduleInvalid   = "ScheduleInvalid"   // the schedule cannot be read: see the message; the last good one stays in force
	ReasonScheduleEnded     = "ScheduleEnded"     // the schedule has no work from today on
	ReasonPartlyAnswering   = "PartlyAnswering"   // some series of the source do not answer
)

// Reasons of MetricsFresh besides the causes of internal/sample, such as NoRow or Timeout.
const (
	ReasonFresh       = "Fresh"       // every number can be acted on
	ReasonNotMeasured = "NotMeasured" // the queue declares no such metrics
)

// Reasons of CapacitySufficient.
const (
	ReasonEnough              = "Enough"              // every promise can be kept
	ReasonAtMaximum           = "AtMaximum"           // replicas.max (or a ceiling) is too low
	ReasonWorkersNotComing    = "WorkersNotComing"    // pods are unschedulable or failing
	ReasonBurst               = "Burst"               // more came than workers can be started for in time
	ReasonUnknownWhileMissing = "UnknownWhileMissing" // numbers are missing
)

// Reasons of ServiceLevelMet.
const (
	ReasonMet    = "Met"    // attained is at least the promise
	ReasonMissed = "Missed" // attained is below the promise
)

// Reasons of Staffed.
const (
	ReasonEnoughPeople   = "EnoughPeople"           // every class has the people it needs
	ReasonTooFewPeople   = "TooFewPeople"           // some class has fewer people than it needs
	ReasonNobodyOnShift  = "NobodyOnShift"          // nobody on shift can do the work of some class
	ReasonNoTeamHasSkill = "NoTeamHasSkills"        // no team of any shift holds the skills of some class
	ReasonTooShort       = "PromiseShorterThanWork" // no headcount can keep the promise
	ReasonNotPlanned     = "NotPlanned"             // no StaffingTarget plans the queue
)

// Reasons of CoverageSufficient besides those of Staffed.
const (
	ReasonCovered      = "Covered"      // every class has the people it needs, to the horizon
	ReasonLastPlanKept = "LastPlanKept" // what the plan is made from is invalid; the last plan stays
)

// Reasons of ExposureWithinLimits.
const (
	ReasonWithinLimits        = "WithinLimits"        // every limit of exposure leaves room for the work there is
	ReasonNoExposureLimits    = "NoExposureLimits"    // no team has one
	ReasonExposureBudgetBinds = "ExposureBudgetBinds" // work waits that people are there for, and may not look at
)

// Reasons of EscalationCovered besides Covered, NoTeamHasSkills and LastPlanKept.
const (
	ReasonNobodyOnDuty     = "NobodyOnDuty"     // at some hours nobody of a tier is on shift, or on call and called in time
	ReasonNothingEscalates = "NothingEscalates" // no label and no stream has an escalation
)

// Reasons of ScaleControlled.
const (
	ReasonControlled     = "Controlled"     // modcap sets the replicas
	ReasonDraining       = "Draining"       // modcap sets them, and a scale-down waits for its workers to be idle
	ReasonRecommendOnly  = "RecommendOnly"  // mode: Recommend, or the operator runs --read-only
	ReasonPaused         = "Paused"         // a CapacityOverride pauses the pool, or spec.rollout.pause the rollout
	ReasonScaleContested = "ScaleContested" // somebody else keeps writing the replicas
	ReasonOwnedByHPA     = "OwnedByHPA"     // a HorizontalPodAutoscaler targets the workload
	ReasonOwnedByPool    = "OwnedByPool"    // an older ClassifierPool targets the workload
)

// Reasons of Routed.
const (
	ReasonPublished    = "Published"    // the document in force says what the specs say
	ReasonConflicted   = "Conflicted"   // an older or more specific queue takes the same items
	ReasonLastGoodKept = "LastGoodKept" // the last good document stays in force
)

// Reasons of RolloutProgressing.
const (
	ReasonComplete         = "Complete"         // one revision decides everything
	ReasonStarted          = "Started"          // the shadow began
	ReasonAdvanced         = "Advanced"         // a step ended, and the next began
	ReasonHolding          = "Holding"          // the step's hold is not over
	ReasonAwaitingEvidence = "AwaitingEvidence" // the guard cannot say yet that the change is within its margins
	ReasonMetricsNotFresh  = "MetricsNotFresh"  // what spec.rollout.metrics counts is missing or old
	ReasonFrozen           = "Frozen"           // a freeze window, or a CapacityOverride of type Freeze
	ReasonQueueInBreach    = "QueueInBreach"    // people of a queue are late, or would be at the next step
	ReasonCapacityUnknown  = "CapacityUnknown"  // it is not known whether they are
	ReasonTrainingNotDone  = "TrainingNotDone"  // too few people are trained for the change where the next step would be
	ReasonConditionNotMet  = "ConditionNotMet"  // one of spec.rollout.conditions
	ReasonInconclusive     = "Inconclusive"     // maxHold is over: approve or abort
	ReasonStepGone         = "StepGone"         // a step that has begun was changed in the spec, or taken out
	ReasonAborted          = "Aborted"          // the change was taken back; another, or other terms of its rollout, are tried
	ReasonRevisionLost     = "RevisionLost"     // a revision that decides is not stored any more
)

// Reasons of QualityMeasured.
const (
	ReasonMeasured        = "Measured"        // every share is known, as surely as wanted
	ReasonTooFewChecks    = "TooFewChecks"    // an interval is wider than wanted: see the findings
	ReasonNothingMatured  = "NothingMatured"  // no cohort's checks have had the time to come back, or nothing was checked
	ReasonCountersFell    = "CountersFell"    // sums of a cohort fell; it is left out as long as it is in the window
	ReasonContradicting   = "Contradicting"   // more was labelled than sampled, or found wrong than labelled
	ReasonRowsMissing     = "RowsMissing"     // what was sampled has no row of labelled or of wrong: show 0 where there is none
	ReasonLabelsLate      = "LabelsLate"      // more than a fifth of the checks of old cohorts have not come back
	ReasonQualityNotFresh = "QualityNotFresh" // what spec.quality.metrics counts is missing, old, or not as the contract says
)

// Reasons of ReliefActive: the codes of a decision about relief.
const (
	ReasonReliefNotNeeded = "NotNeeded"      // the plan is feasible without relief, and none is in force
	ReasonReliefBegun     = "Begun"          // relief began, and is needed as it is
	ReasonReliefRaised    = "Raised"         // more gives way than before, and is needed as it is
	ReasonReliefLowered   = "Lowered"        // less gives way than before, and is needed as it is
	ReasonReliefEnded     = "Ended"          // relief ended, and none is needed since
	ReasonReliefActive    = "Active"         // it is needed as it is, again: it was not for a while, or that was not known
	ReasonReliefMinimum   = "MinimumTime"    // it is not needed any more, and minOn is not over
	ReasonReliefStaysOn   = "StaysOn"        // it is not needed any more, and came and went twice in a day
	ReasonReliefExhausted = "Exhausted"      // all that may give way does, and it is not enough
	ReasonReliefNotFresh  = "InputsNotFresh" // what the plan is made of is missing or old: nothing changes
)

// Reasons of Active.
const (
	ReasonInForce     = "InForce"     // between from and until
	ReasonNotYet      = "NotYet"      // before from
	ReasonExpired     = "Expired"     // after until
	ReasonPoolMissing = "PoolMissing" // the pool does not exist
	ReasonNoSuchWork  = "NoSuchWork"  // no queue named, or no stream with such items, exists
	ReasonDone        = "Done"        // all items have been looked at
)
