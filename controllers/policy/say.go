package policy

import (
	"fmt"
	"strings"
	"time"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/conditions"
	"github.com/modcap/modcap/internal/guard"
	"github.com/modcap/modcap/internal/rollout"
)

// say puts how the rollout stands into its condition, in a sentence without numbers that
// move.
func (g *rolling) say(set conditions.Setter) {
	d := &g.decision
	const kind = v1alpha1.ConditionRolloutProgressing
	switch {
	case d.State.Phase == rollout.Aborted:
		set.False(kind, v1alpha1.ReasonAborted, fmt.Sprintf(
			"Revision %s was taken back, and decides nothing; another change is tried, or this one with another unit, "+
				"margins or steps; status.rollout.aborted says why", g.canary.Name))
	case d.State.Canary == "":
		set.False(kind, v1alpha1.ReasonComplete, fmt.Sprintf("Revision %s decides everything", d.State.Stable))
	case d.Code == rollout.CodePaused || d.State.Phase == rollout.Inconclusive:
		set.False(kind, d.Code, g.stands())
	default:
		set.True(kind, d.Code, g.stands())
	}
}

// reportLost says that what routers decide by is not to be had. The status goes on to say that nothing else does.
func (g *rolling) reportLost(set conditions.Setter, before string) {
	if g.p.Status.Rollout == nil {
		g.p.Status.Revision = before
	}
	set.False(v1alpha1.ConditionRolloutProgressing, v1alpha1.ReasonRevisionLost, g.lost.Error()+"; the last good documents stay in force. "+
		"Put it back, or take rollout out of the spec, which decides at once then")
}

// stands says which step is under way, and what keeps it from ending.
func (g *rolling) stands() string {
	d := &g.decision
	what := fmt.Sprintf("Revision %s is in step %s", d.State.Canary, d.State.Step)
	if len(d.Waits) == 0 {
		return what
	}
	var all []string
	for _, w := range d.Waits {
		all = append(all, sentence(w))
	}
	return what + ": " + strings.Join(all, "; ")
}

// waiting says, by the code of a wait, what a step waits for and what can be done: {on} is its
// subject, {why} its detail, {until} when it ends.
func waiting() map[string]string {
	return map[string]string{
		rollout.CodeHeld:            "the spec is not sound, so that no step ends; a broken guard still takes the change back",
		rollout.CodePaused:          "spec.rollout.pause is set",
		rollout.CodeFrozen:          "{on} keeps it{until}",
		rollout.CodeHolding:         "it holds{until}",
		rollout.CodeNotFresh:        "what spec.rollout.metrics counts is not fresh ({why})",
		rollout.CodeInconclusive:    "its maxHold is over and the evidence does not decide: approve or abort it",
		rollout.CodeEvidence:        "evidence{on} is awaited ({why})",
		rollout.CodeCapacity:        "people of queue {on} are late, or would be at the next step",
		rollout.CodeCapacityUnknown: "it is not known whether the people of queue {on} keep up",
		rollout.CodeTraining:        "people are not trained for it as training.minTrained asks: {why}",
		rollout.CodeCondition:       "condition {on} is not met ({why})",
		rollout.CodeStepGone:        "step {on} was changed in the spec, or taken out, while it is in force: put it back, promote or abort",
	}
}

// lacking says, by the guard's reason, what to do where waiting does not help.
func lacking() map[guard.Reason]string {
	return map[guard.Reason]string{
		guard.ReasonNoData:         "nothing of this step is counted yet; if it stays so, see whether the platform counts it, zeros included",
		guard.ReasonSampling:       "too few moved items are sampled yet",
		guard.ReasonImplausible:    "the counters contradict one another, such as more labelled than sampled; correct what counts them",
		guard.ReasonCountersFell:   "less is counted than before, and evidence with it; decide by hand",
		guard.ReasonTerms:          "there is nothing to judge by; complete spec.rollout",
		guard.ReasonRiseInMargin:   "the change makes more errors, within its margin; approve or abort it",
		guard.ReasonMarketWorse:    "it is worse in one market; look there, and approve or abort it",
		guard.ReasonSecondaryWorse: "it is worse; look at what it decides, and approve or abort it",
	}
}

func sentence(w rollout.Wait) string {
	subject, until := w.Subject, ""
	if w.Code == rollout.CodeEvidence && subject != "" {
		subject = " on " + subject
	}
	if w.Until != 0 {
		until = " until " + w.Until.Time().UTC().Format(time.RFC3339)
	}
	why := w.Detail
	if w.Code == rollout.CodeEvidence && lacking()[guard.Reason(why)] != "" {
		why += ": " + lacking()[guard.Reason(why)]
	}
	return strings.NewReplacer("{on}", subject, "{why}", why, "{until}", until).Replace(waiting()[w.Code])
}
