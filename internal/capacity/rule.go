package capacity

// Rule names a rule of Plan. The order of the constants is the order in which
// they are applied.
type Rule string

// Rules, in order.
const (
	// RuleInvalid: the input contradicts itself; hold.
	RuleInvalid Rule = "Invalid"
	// RuleFleetUnknown: the scale target cannot be read; hold.
	RuleFleetUnknown Rule = "FleetUnknown"
	// RuleNoQueues: no queue names the pool; hold, within bounds.
	RuleNoQueues Rule = "NoQueues"
	// RuleWorkDue: the least replicas that finish every item by its deadline,
	// starting replicas and the lead of new ones counted.
	RuleWorkDue Rule = "WorkDue"
	// RuleHeadroom: replicas that must stand ready for items due before a new
	// replica could be.
	RuleHeadroom Rule = "Headroom"
	// RuleSteady: replicas for the mean arrival rate, so that no queue grows.
	RuleSteady Rule = "Steady"
	// RuleNotFresh: a number is not Fresh; no scale-down.
	RuleNotFresh Rule = "NotFresh"
	// RuleRollout: the target replaces its pods; no scale-down.
	RuleRollout Rule = "Rollout"
	// RuleStabilization: the highest need of the window.
	RuleStabilization Rule = "Stabilization"
	// RuleFlapBudget: the scale-downs of the hour are used up.
	RuleFlapBudget Rule = "FlapBudget"
	// RuleMinimum: the least replicas declared.
	RuleMinimum Rule = "Minimum"
	// RuleSchedule: the minimum of the next schedule edge, a lead ahead.
	RuleSchedule Rule = "Schedule"
	// RuleFloor: an override.
	RuleFloor Rule = "Floor"
	// RuleMaximum: the most replicas declared.
	RuleMaximum Rule = "Maximum"
	// RuleCeiling: an override.
	RuleCeiling Rule = "Ceiling"
	// RuleNotArriving: replicas asked for do not come; no scale-up.
	RuleNotArriving Rule = "NotArriving"
	// RulePause: an override; nothing changes.
	RulePause Rule = "Pause"
)
