package staffing

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/routing"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// rung is where items of a class go that nobody has taken at an age.
type rung struct {
	tier  int32
	after sample.Span
}

// movesUp says of which classes with a gap what is late goes to a higher tier: the plan has it missing where
// it is late, and does not add it to what that tier does. No number of it is said, since it moves with each look.
func (g *gathered) movesUp(plan staffing.Result) []v1alpha1.Finding {
	var first, where string
	more := 0
	classes := slices.Clone(plan.Classes)
	slices.SortFunc(classes, func(a, b staffing.ClassPlan) int { return a.Key.Compare(b.Key) })
	for _, c := range classes {
		if c.FirstGap == 0 || c.Derived {
			continue
		}
		rungs := g.rungsOf(&c.Key)
		switch {
		case len(rungs) == 0:
		case first == "":
			first = strings.Join(nonEmpty(c.Key.Queue, c.Key.Review, c.Key.Language, c.Key.HarmDomain), "/")
			where = said(rungs)
		default:
			more++
		}
	}
	if first == "" {
		return nil
	}
	rest := ""
	if more > 0 {
		rest = fmt.Sprintf("; so does that of %d more classes", more)
	}
	return []v1alpha1.Finding{{
		Code: "LateMovesUp", Severity: "Warning",
		Message: short(fmt.Sprintf(
			"What is late of %s goes to %s%s. The plan has it missing where it is late, and not in that tier", first, where, rest)),
		Fix: "Close the gap where it is, or see that people of that tier have time left over",
	}}
}

// said is the rungs in words.
func said(rungs []rung) string {
	var out []string
	for _, r := range rungs {
		out = append(out, fmt.Sprintf("tier %d at the age of %s", r.tier, base.Length(r.after)))
	}
	return strings.Join(out, ", then to ")
}

// rungsOf are the tiers to which items of a class go that nobody takes, of the label that sends them up first; none where a
// label does not say so, or the class is of such a tier already.
func (g *gathered) rungsOf(k *staffing.ClassKey) (out []rung) {
	q, p := g.policyOf(k.Queue)
	if p == nil {
		return nil
	}
	for n := range p.Spec.Labels {
		l := &p.Spec.Labels[n]
		if !comesTo(q, k, string(l.HarmDomain)) {
			continue
		}
		if rungs := rungsOf(p, l, k.Tier); len(rungs) > 0 && (len(out) == 0 || rungs[0].after < out[0].after) {
			out = rungs
		}
	}
	return out
}

// policyOf is a queue of the target, and its policy; nil where there is none.
func (g *gathered) policyOf(queue string) (*v1alpha1.ModerationQueue, *v1alpha1.ModerationPolicy) {
	i := slices.IndexFunc(g.queues, func(q v1alpha1.ModerationQueue) bool { return q.Name == queue })
	if i < 0 || g.queues[i].Spec.PolicyRef == nil {
		return nil, nil
	}
	q := &g.queues[i]
	p := slices.IndexFunc(g.policies, func(p v1alpha1.ModerationPolicy) bool { return p.Name == q.Spec.PolicyRef.Name })
	if p < 0 {
		return nil, nil
	}
	return q, &g.policies[p]
}

// comesTo reports whether items of a harm domain may be in a class.
func comesTo(q *v1alpha1.ModerationQueue, k *staffing.ClassKey, domain string) bool {
	stream := routing.StreamOf(q, domain)
	return stream != nil && string(stream.Name) == k.Review && (k.HarmDomain == domain || k.HarmDomain == "*" || k.HarmDomain == "")
}

// rungsOf are those of a label for items that wait in a tier.
func rungsOf(p *v1alpha1.ModerationPolicy, l *v1alpha1.PolicyLabel, tier int) (out []rung) {
	m := slices.IndexFunc(p.Spec.MoveUp, func(m v1alpha1.MoveUp) bool { return m.Severity == l.Severity })
	if m < 0 || l.Escalation == nil {
		return nil
	}
	add := func(tierOf int32, after v1alpha1.ShortDuration) {
		if d, err := v1alpha1.Duration(after).Parse(); err == nil && int(tierOf) > tier {
			out = append(out, rung{tierOf, sample.SpanOf(d)})
		}
	}
	add(l.Escalation.Tier, p.Spec.MoveUp[m].After)
	for _, t := range p.Spec.MoveUp[m].Then {
		add(t.Tier, t.After)
	}
	return out
}
