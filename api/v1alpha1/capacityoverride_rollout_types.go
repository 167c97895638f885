package v1alpha1

// OverrideRolloutDecision is what somebody decides about the rollout of a policy's
// change. It is about what is done with content: it takes the verb operate.
const OverrideRolloutDecision OverrideType = "RolloutDecision"

// OverrideFreeze keeps steps of rollouts from ending. It holds back changes of what is
// done with content, also ones that somebody waits for: it takes the verb operate.
const OverrideFreeze OverrideType = "Freeze"

// Freezes reports whether an override is a freeze of a policy, whatever the time.
func (s *CapacityOverrideSpec) Freezes(policy string) bool {
	if s.Type != OverrideFreeze {
		return false
	}
	for _, r := range s.PolicyRefs {
		if r.Name == policy {
			return true
		}
	}
	return len(s.PolicyRefs) == 0
}

// RolloutAction is what is decided about a rollout.
// +kubebuilder:validation:Enum=Approve;Abort;Promote;Dismiss
type RolloutAction string

// Decisions about a rollout.
const (
	RolloutApprove  RolloutAction = "Approve" // end this step, whatever the evidence
	RolloutTakeBack RolloutAction = "Abort"   // take the change back
	RolloutPromote  RolloutAction = "Promote" // let the change decide everything, at once
	RolloutDismiss  RolloutAction = "Dismiss" // look at nothing again of what a change decided that was taken back
)

// RolloutDecision is what somebody decides about the rollout of one revision.
// +kubebuilder:validation:XValidation:rule="(self.action == 'Approve') == has(self.step)",message="step is needed with action: Approve, and not allowed with others"
type RolloutDecision struct {
	// policyRef names the ModerationPolicy.
	// +required
	PolicyRef ObjectReference `json:"policyRef"`
	// revision that is meant: of any other the decision says nothing.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +required
	Revision string `json:"revision"`
	// action is Approve (end the step named, whatever the evidence says of it),
	// Abort (take the change back), Promote (let it decide everything, at once) or
	// Dismiss (look at nothing again of what it decided before it was taken back).
	// Abort goes before the others.
	// +required
	Action RolloutAction `json:"action"`
	// step that is approved, "shadow" for the first. Needed with Approve, and for
	// it only.
	// +optional
	Step Word `json:"step,omitempty"`
}
