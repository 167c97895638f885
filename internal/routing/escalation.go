package routing

import (
	"slices"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
)

// escalation of a label of some severity, with when its items go up that nobody takes;
// nil if it has none.
func (l *labelCompiler) escalation(severity v1.Severity) *v1.Escalation {
	e := l.in.Escalation
	if e == nil {
		return nil
	}
	out := &v1.Escalation{Tier: int(e.Tier), WithinMillis: l.millis("escalation.within", e.Within), Flags: sorted(e.Flags)}
	if e.ScoreAt != "" {
		out.ScoreAt = l.threshold("escalation.scoreAt", &e.ScoreAt)
	}
	i := slices.IndexFunc(l.moveUp, func(m v1alpha1.MoveUp) bool { return string(m.Severity) == string(severity) })
	if i < 0 {
		return out
	}
	m := &l.moveUp[i]
	out.AfterMillis = l.millis("escalation", v1alpha1.Duration(m.After))
	for _, t := range m.Then {
		out.Then = append(out.Then, v1.EscalationTier{
			Tier: int(t.Tier), AfterMillis: l.millis("escalation", v1alpha1.Duration(t.After)),
			WithinMillis: l.millis("escalation", v1alpha1.Duration(t.Within)),
		})
	}
	return out
}

func (l *labelCompiler) millis(field string, in v1alpha1.Duration) int64 {
	d, err := in.Parse()
	if err != nil {
		l.unreadable(field, err)
	}
	return d.Milliseconds()
}

// flagsIn reports whether some label has flags.
func flagsIn(labels []v1.Label) bool {
	return slices.ContainsFunc(labels, func(l v1.Label) bool { return l.Escalation != nil && len(l.Escalation.Flags) > 0 })
}

// featuresOf are what a reader of a document must know.
func featuresOf(d *v1.PolicyDocument) (out []string) {
	if slices.ContainsFunc(d.Revisions, func(r v1.Revision) bool { return flagsIn(r.Labels) }) {
		out = append(out, v1.FeatureFlags)
	}
	if d.Rollout != nil {
		out = append(out, v1.FeatureRollout)
	}
	return out
}

// tiersOf are the tiers that an escalation sends items to, with their deadlines.
func tiersOf(e *v1.Escalation) []v1.EscalationTier {
	if e == nil {
		return nil
	}
	return append([]v1.EscalationTier{{Tier: e.Tier, AfterMillis: e.AfterMillis, WithinMillis: e.WithinMillis}}, e.Then...)
}
