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
	// RulePatience: the control law. The backlog may take up a share of the deadline
	// before replicas are added, and replicas go when what they waste is worth a change.
	RulePatience Rule = "Patience"
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

// Alike is true for rules between which nobody who reads a history cares to tell: the
// same one, or two that work out what is needed, of which now this, now that one asks
// for the most.
func (r Rule) Alike(other Rule) bool { return r == other || r.need() && other.need() }

func (r Rule) need() bool { return r == RuleWorkDue || r == RuleHeadroom || r == RulePatience }
