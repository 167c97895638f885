package resolve

import (
	"cmp"
	"slices"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/guard"
	"github.com/modcap/modcap/internal/sample"
)

// TargetRelief is what a target remembers of the relief of a policy.
type TargetRelief struct {
	Target string
	Status *v1alpha1.ReliefStatus
}

// ReliefOf is what targets remember of the relief of a policy, by the name of the target.
func ReliefOf(targets []v1alpha1.StaffingTarget, policy string) (out []TargetRelief) {
	for i := range targets {
		for k := range targets[i].Status.Relief {
			if s := &targets[i].Status.Relief[k]; s.Policy == policy {
				out = append(out, TargetRelief{targets[i].Name, s})
			}
		}
	}
	slices.SortFunc(out, func(a, b TargetRelief) int { return cmp.Compare(a.Target, b.Target) })
	return out
}

// ReliefInForce reports whether something of a policy gives way in any target.
func ReliefInForce(targets []v1alpha1.StaffingTarget, policy string) bool {
	return slices.ContainsFunc(ReliefOf(targets, policy), func(t TargetRelief) bool { return t.Status.Step != "" })
}

// ReliefPeriods are the times since an instant in which something of a policy gave way in some
// target, one that lasts until now: what people decided then is no evidence about a change. They
// are in order and do not overlap.
func ReliefPeriods(targets []v1alpha1.StaffingTarget, policy string, since, now sample.Instant) (out []guard.Period) {
	for _, t := range ReliefOf(targets, policy) {
		for _, p := range t.Status.Periods {
			one := guard.Period{From: sample.At(p.From.Time), Until: now}
			if p.Until != nil {
				one.Until = sample.At(p.Until.Time)
			}
			if one.Until > since {
				out = append(out, one)
			}
		}
	}
	slices.SortFunc(out, func(a, b guard.Period) int { return cmp.Compare(a.From, b.From) })
	joined := out[:0]
	for _, p := range out {
		if last := len(joined) - 1; last >= 0 && joined[last].Until >= p.From {
			joined[last].Until = max(joined[last].Until, p.Until)
		} else {
			joined = append(joined, p)
		}
	}
	return joined
}
