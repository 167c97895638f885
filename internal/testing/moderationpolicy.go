package testing

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	modcapv1alpha1 "github.com/modcap/modcap/api/v1alpha1"
)

// PolicyWrapper builds a ModerationPolicy.
type PolicyWrapper struct {
	meta[*PolicyWrapper]
	policy modcapv1alpha1.ModerationPolicy
}

// MakePolicy starts a policy with the labels given, or with MakeLabel("hate").
func MakePolicy(name, namespace string, labels ...*LabelWrapper) *PolicyWrapper {
	if len(labels) == 0 {
		labels = []*LabelWrapper{MakeLabel("hate")}
	}
	w := &PolicyWrapper{policy: modcapv1alpha1.ModerationPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace},
	}}
	w.meta = meta[*PolicyWrapper]{&w.policy.ObjectMeta, w}
	for _, label := range labels {
		w.PolicyLabel(label)
	}
	return w
}

// PolicyLabel adds a label.
func (w *PolicyWrapper) PolicyLabel(label *LabelWrapper) *PolicyWrapper {
	w.policy.Spec.Labels = append(w.policy.Spec.Labels, label.Obj())
	return w
}

// MoveUp says when items of a severity go up that nobody has taken.
func (w *PolicyWrapper) MoveUp(
	severity modcapv1alpha1.SeverityType, after modcapv1alpha1.ShortDuration, then ...modcapv1alpha1.EscalationTier,
) *PolicyWrapper {
	w.policy.Spec.MoveUp = append(w.policy.Spec.MoveUp, modcapv1alpha1.MoveUp{Severity: severity, After: after, Then: then})
	return w
}

// Rollout sets how changes are rolled out.
func (w *PolicyWrapper) Rollout(r modcapv1alpha1.PolicyRollout) *PolicyWrapper {
	w.policy.Spec.Rollout = &r
	return w
}

// MakeRollout rolls out to 5 and to 50 percent, counted by the series of a source of the
// names of the fields, in cohorts of ten minutes.
func MakeRollout(source string) modcapv1alpha1.PolicyRollout {
	return modcapv1alpha1.PolicyRollout{
		Unit:    modcapv1alpha1.RolloutItem,
		Shadow:  &modcapv1alpha1.RolloutShadow{Count: 100, Sample: "1"},
		Steps:   []modcapv1alpha1.RolloutStep{{Name: "five", Percent: "5"}, {Name: "half", Percent: "50"}},
		Margins: modcapv1alpha1.RolloutMargins{Leakage: "5", Overkill: "10"},
		Metrics: &modcapv1alpha1.RolloutMetrics{
			SourceRef: modcapv1alpha1.SourceReference{Kind: "MetricSource", Name: source}, Cohort: "10m", LabelDelay: "1h",
			Entered: *SeriesRef("entered"), Moved: *SeriesRef("moved"), MovedSampled: *SeriesRef("moved-sampled"),
			MovedLabelled: *SeriesRef("moved-labelled"), MovedViolating: *SeriesRef("moved-violating"),
			Sampled: *SeriesRef("sampled"), Labelled: *SeriesRef("labelled"), Errors: *SeriesRef("errors"),
		},
	}
}

// Quality sets where it is counted what quality checks found.
func (w *PolicyWrapper) Quality(q modcapv1alpha1.PolicyQuality) *PolicyWrapper {
	w.policy.Spec.Quality = &q
	return w
}

// MakeQuality looks at a week of days, counted by the series "qa-sampled", "qa-labelled" and
// "qa-wrong" of a source, 95 % of which are labelled within 36 hours.
func MakeQuality(source string) modcapv1alpha1.PolicyQuality {
	return modcapv1alpha1.PolicyQuality{
		Window: "168h",
		Metrics: modcapv1alpha1.QualityMetrics{
			SourceRef: modcapv1alpha1.SourceReference{Kind: "MetricSource", Name: source}, Cohort: "24h", LabelDelay: "36h",
			Sampled: *SeriesRef("qa-sampled"), Labelled: *SeriesRef("qa-labelled"), Wrong: *SeriesRef("qa-wrong"),
		},
	}
}

// Relief declares what gives way.
func (w *PolicyWrapper) Relief(r modcapv1alpha1.PolicyRelief) *PolicyWrapper {
	w.policy.Spec.Relief = &r
	return w
}

// Obj returns a copy of the policy.
func (w *PolicyWrapper) Obj() *modcapv1alpha1.ModerationPolicy { return w.policy.DeepCopy() }

// LabelWrapper builds a label of a policy.
type LabelWrapper struct {
	label modcapv1alpha1.PolicyLabel
}

// MakeLabel starts a label of the harm domain of the same name: severity Medium,
// scores of version 1 of a model named after it, action from 0.97, review from 0.60.
func MakeLabel(name string) *LabelWrapper {
	w := &LabelWrapper{label: modcapv1alpha1.PolicyLabel{
		Name:       modcapv1alpha1.Word(name),
		HarmDomain: modcapv1alpha1.Word(name),
		Severity:   modcapv1alpha1.SeverityMedium,
		Score:      modcapv1alpha1.ScoreReference{Model: name, Version: "1"},
	}}
	return w.ActAt("0.97").ReviewAt("0.60")
}

// HarmDomain sets the harm domain.
func (w *LabelWrapper) HarmDomain(domain modcapv1alpha1.Word) *LabelWrapper {
	w.label.HarmDomain = domain
	return w
}

// Severity sets the severity.
func (w *LabelWrapper) Severity(severity modcapv1alpha1.SeverityType) *LabelWrapper {
	w.label.Severity = severity
	return w
}

// Protected makes the label protected.
func (w *LabelWrapper) Protected() *LabelWrapper {
	w.label.Protected = true
	return w
}

// Score sets the model and its version.
func (w *LabelWrapper) Score(model, version string) *LabelWrapper {
	w.label.Score = modcapv1alpha1.ScoreReference{Model: model, Version: version}
	return w
}

// ActAt sets actAt; "" unsets it.
func (w *LabelWrapper) ActAt(score modcapv1alpha1.Score) *LabelWrapper {
	w.label.ActAt = scoreOrNil(score)
	return w
}

// ReviewAt sets reviewAt; "" unsets it.
func (w *LabelWrapper) ReviewAt(score modcapv1alpha1.Score) *LabelWrapper {
	w.label.ReviewAt = scoreOrNil(score)
	return w
}

// Override adds an override of the bands for markets; "" leaves a band unset.
func (w *LabelWrapper) Override(
	name string, actAt, reviewAt modcapv1alpha1.Score, markets ...modcapv1alpha1.Market,
) *LabelWrapper {
	w.label.Overrides = append(w.label.Overrides, modcapv1alpha1.BandOverride{
		Name: modcapv1alpha1.Word(name), Markets: markets, ActAt: scoreOrNil(actAt), ReviewAt: scoreOrNil(reviewAt),
	})
	return w
}

// Clearances sets what reviewers of the label must hold.
func (w *LabelWrapper) Clearances(clearances ...modcapv1alpha1.Word) *LabelWrapper {
	w.label.Requires = &modcapv1alpha1.LabelRequirements{Clearances: clearances}
	return w
}

// QASample sets the shares that are looked at again; "" leaves one unset.
func (w *LabelWrapper) QASample(allowed, actioned, reviewed modcapv1alpha1.Score) *LabelWrapper {
	w.label.QASample = &modcapv1alpha1.QASample{Allowed: allowed, Actioned: actioned, Reviewed: reviewed}
	return w
}

// Escalation sends items to a tier.
func (w *LabelWrapper) Escalation(tier int32, within modcapv1alpha1.Duration) *LabelWrapper {
	w.label.Escalation = &modcapv1alpha1.Escalation{Tier: tier, Within: within}
	return w
}

// EscalatesAt sends items of the label's escalation to its tier at once: from a score,
// unless it is "", and with flags.
func (w *LabelWrapper) EscalatesAt(score modcapv1alpha1.Score, flags ...modcapv1alpha1.Flag) *LabelWrapper {
	w.label.Escalation.ScoreAt, w.label.Escalation.Flags = score, flags
	return w
}

// Obj returns a copy of the label.
func (w *LabelWrapper) Obj() modcapv1alpha1.PolicyLabel { return *w.label.DeepCopy() }

func scoreOrNil(score modcapv1alpha1.Score) *modcapv1alpha1.Score {
	if score == "" {
		return nil
	}
	return &score
}

// MakeRelief returns relief of each type, in its usual order: queues may wait for 4 h, and
// reviewAt of labels may rise by 0.05. A source counts what that lets through.
func MakeRelief(source string, queues []modcapv1alpha1.QueueName, labels ...modcapv1alpha1.Word) modcapv1alpha1.PolicyRelief {
	return modcapv1alpha1.PolicyRelief{
		MinOn: "1h",
		Steps: []modcapv1alpha1.ReliefStep{
			{Name: "other-teams", Type: modcapv1alpha1.ReliefWiden},
			{Name: "other-markets", Type: modcapv1alpha1.ReliefRelax, Drop: modcapv1alpha1.RelaxMarket},
			{Name: "later", Type: modcapv1alpha1.ReliefDefer, Queues: queues, Within: "4h"},
			{Name: "fewer-samples", Type: modcapv1alpha1.ReliefQAFloor, Keep: "0.25"},
			{Name: "narrower", Type: modcapv1alpha1.ReliefRaiseReviewAt, Labels: labels, Raise: "0.05", LeaksPerDay: "20"},
		},
		Metrics: &modcapv1alpha1.ReliefMetrics{
			SourceRef: modcapv1alpha1.SourceReference{Name: source},
			Band:      modcapv1alpha1.SeriesReference{Series: "band"}, Violating: SeriesRef("violating"),
		},
	}
}
