package lint

import (
	"cmp"
	"slices"
	"strings"

	"github.com/modcap/modcap/api/v1alpha1"
)

// Band is what the scores of a label mean in some markets.
type Band struct {
	Policy string `json:"policy"`
	Label  string `json:"label"`
	// Override is the name of the one that sets it; empty for what holds in all other markets.
	Override string   `json:"override,omitempty"`
	Markets  []string `json:"markets,omitempty"`
	// ActAt and ReviewAt are empty where the machine never acts, or nobody reviews.
	ActAt    string `json:"actAt,omitempty"`
	ReviewAt string `json:"reviewAt,omitempty"`
	// Acts and Reviews say that the one or the other differs from the label's own.
	Acts    bool `json:"actAtDiffers,omitempty"`
	Reviews bool `json:"reviewAtDiffers,omitempty"`
}

// Differences are the labels whose scores mean something else in some markets: first what holds in all other
// markets, then each override that changes it, by policy and label.
func Differences(policies []*v1alpha1.ModerationPolicy) []Band {
	var out []Band
	sorted := slices.SortedFunc(slices.Values(policies), func(a, b *v1alpha1.ModerationPolicy) int { return cmp.Compare(a.Name, b.Name) })
	for _, p := range sorted {
		for i := range p.Spec.Labels {
			out = append(out, differences(p.Name, &p.Spec.Labels[i])...)
		}
	}
	return out
}

func differences(policy string, l *v1alpha1.PolicyLabel) []Band {
	base := Band{Policy: policy, Label: string(l.Name), ActAt: score(l.ActAt), ReviewAt: score(l.ReviewAt)}
	var out []Band
	for i := range l.Overrides {
		o := &l.Overrides[i]
		b := base
		b.Override, b.Markets = string(o.Name), text(o.Markets)
		b.ActAt, b.ReviewAt = score(cmp.Or(o.ActAt, l.ActAt)), score(cmp.Or(o.ReviewAt, l.ReviewAt))
		b.Acts, b.Reviews = !same(o.ActAt, l.ActAt), !same(o.ReviewAt, l.ReviewAt)
		slices.Sort(b.Markets)
		if b.Acts || b.Reviews {
			out = append(out, b)
		}
	}
	if len(out) == 0 {
		return nil
	}
	slices.SortFunc(out, func(a, b Band) int { return slices.Compare(a.Markets, b.Markets) })
	return append([]Band{base}, out...)
}

func score(s *v1alpha1.Score) string {
	if s == nil {
		return ""
	}
	return strings.TrimSpace(string(*s))
}
