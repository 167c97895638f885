package preview

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

// Change is a policy before and after.
type Change struct {
	Before, After *Rules
	// Labels are those that decide otherwise, by name.
	Labels []string
}

// NewChange compares two policies. It refuses labels whose model version differs: scores of another version are other
// scores, and what the old ones say of a threshold says nothing of it with the new.
func NewChange(before, after *Rules) (*Change, error) {
	c := &Change{Before: before, After: after}
	var errs []error
	for _, name := range c.names() {
		was, had := before.label(name)
		is, has := after.label(name)
		if had && has && (was.Model != is.Model || was.Version != is.Version) {
			errs = append(errs, fmt.Errorf("label %s: its scores are of %s version %s before and of %s version %s after: "+
				"scores of two versions cannot be compared. Change the version alone first, shadow it, and preview bands on scores of the new one",
				name, was.Model, was.Version, is.Model, is.Version))
		}
		if had != has || !same(&was, &is) {
			c.Labels = append(c.Labels, name)
		}
	}
	return c, errors.Join(errs...)
}

// Name of the policy.
func (c *Change) Name() string { return c.After.policy.Name }

// names are the labels of either policy, in order.
func (c *Change) names() []string {
	var out []string
	for _, l := range slices.Concat(c.Before.Labels, c.After.Labels) {
		out = append(out, l.Name)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// same reports whether two labels decide the same.
func same(a, b *v1.Label) bool {
	return a.HarmDomain == b.HarmDomain && a.Severity == b.Severity && sameBand(a.ActAt, b.ActAt) && sameBand(a.ReviewAt, b.ReviewAt) &&
		slices.EqualFunc(a.Overrides, b.Overrides, func(x, y v1.Override) bool {
			return slices.Equal(x.Markets, y.Markets) && sameBand(x.ActAt, y.ActAt) && sameBand(x.ReviewAt, y.ReviewAt)
		})
}

func sameBand(a, b *v1.PPM) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }

// Words says what changes, a line for each label.
func (c *Change) Words() []string {
	var out []string
	for _, name := range c.Labels {
		was, had := c.Before.label(name)
		is, has := c.After.label(name)
		switch {
		case !had:
			out = append(out, fmt.Sprintf("%s is new: %s", name, bandsOf(is.ActAt, is.ReviewAt)))
		case !has:
			out = append(out, fmt.Sprintf("%s is gone: it had %s", name, bandsOf(was.ActAt, was.ReviewAt)))
		default:
			out = append(out, name+": "+strings.Join(turns(&was, &is), ", "))
		}
	}
	return out
}

func bandsOf(act, review *v1.PPM) string {
	return "reviewAt " + bandText(review) + ", actAt " + bandText(act)
}

// turns are the fields of a label that change, with what becomes of them.
func turns(was, is *v1.Label) []string {
	out := bandTurns("", was.ActAt, is.ActAt, was.ReviewAt, is.ReviewAt)
	if was.HarmDomain != is.HarmDomain {
		out = append(out, fmt.Sprintf("harmDomain %s → %s", was.HarmDomain, is.HarmDomain))
	}
	if was.Severity != is.Severity {
		out = append(out, fmt.Sprintf("severity %s → %s", was.Severity, is.Severity))
	}
	var markets []string
	for _, o := range slices.Concat(was.Overrides, is.Overrides) {
		markets = append(markets, o.Markets...)
	}
	slices.Sort(markets)
	for _, m := range slices.Compact(markets) {
		a, r := inMarket(was, m)
		b, s := inMarket(is, m)
		out = append(out, bandTurns(" in "+m, a, b, r, s)...)
	}
	return out
}

func bandTurns(where string, act, actNow, review, reviewNow *v1.PPM) (out []string) {
	if !sameBand(review, reviewNow) {
		out = append(out, fmt.Sprintf("reviewAt%s %s → %s", where, bandText(review), bandText(reviewNow)))
	}
	if !sameBand(act, actNow) {
		out = append(out, fmt.Sprintf("actAt%s %s → %s", where, bandText(act), bandText(actNow)))
	}
	return out
}

// inMarket are the bands that a document names for a market; for words only.
func inMarket(l *v1.Label, market string) (act, review *v1.PPM) {
	for _, o := range l.Overrides {
		if slices.Contains(o.Markets, market) {
			return o.ActAt, o.ReviewAt
		}
	}
	return l.ActAt, l.ReviewAt
}

func bandText(p *v1.PPM) string {
	if p == nil {
		return "never"
	}
	return decimal(*p)
}

// decimal prints parts per million as a score: 970000 is 0.97.
func decimal(p v1.PPM) string {
	s := strings.TrimRight(fmt.Sprintf("%d.%06d", p/v1.AllPPM, p%v1.AllPPM), "0")
	return strings.TrimSuffix(s, ".")
}

// Narrows reports whether some band of review begins later or ends earlier than before: fewer new items come to people,
// and those that wait stay.
func (c *Change) Narrows() bool {
	for _, name := range c.Labels {
		was, _ := c.Before.label(name)
		is, _ := c.After.label(name)
		for _, m := range marketsOf(&was, &is) {
			a, r := inMarket(&was, m)
			b, s := inMarket(&is, m)
			if bandOr(s) > bandOr(r) || bandOr(b) < bandOr(a) {
				return true
			}
		}
	}
	return false
}

// marketsOf are the markets that either label names, and one that none does.
func marketsOf(labels ...*v1.Label) []string {
	out := []string{""}
	for _, l := range labels {
		for _, o := range l.Overrides {
			out = append(out, o.Markets...)
		}
	}
	return out
}

func bandOr(p *v1.PPM) v1.PPM {
	if p == nil {
		return v1.AllPPM + 1
	}
	return *p
}
