package v1alpha1

// RolloutTraining is what people have to learn before they review by a change.
// +kubebuilder:validation:XValidation:rule="has(self.minutesPerPerson) || has(self.minTrained)",message="training needs minutesPerPerson, or minTrained, or both"
type RolloutTraining struct {
	// minutesPerPerson is how long each person is away from reviewing for it: 1 to
	// 1440. It is planned for the teams that review what the change alters, from
	// the beginning of the rollout on. Unset means that no time is.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1440
	// +optional
	MinutesPerPerson int32 `json:"minutesPerPerson,omitempty"`
	// days over which these minutes are spread, from the day on which the rollout
	// began: 1 to 28, 5 by default.
	// +kubebuilder:default=5
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=28
	// +optional
	Days int32 `json:"days,omitempty"`
	// minTrained is the percent of people, of the teams that review what the
	// change alters in a step's markets, who must be trained before the step
	// begins. Unset means that no step waits.
	// +optional
	MinTrained *Percent `json:"minTrained,omitempty"`
}

// TrainedRevision is how many people of a team were trained for a revision of a policy.
type TrainedRevision struct {
	// policy that they were trained for.
	// +required
	Policy Word `json:"policy"`
	// revision of the policy, as its status names it.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +required
	Revision string `json:"revision"`
	// percent of the team's people who were trained.
	// +required
	Percent Percent `json:"percent"`
}
