package routing

import (
	"cmp"
	"fmt"
	"slices"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
)

// compiledPolicy is what the documents take from a policy.
type compiledPolicy struct {
	name     string
	revision string
	labels   []v1.Label // by name, overrides for every market
	canary   *InForce   // what is rolled out, nil for nothing
	valid    bool
	// unseen says that changes are rolled out, and that it is not known yet what decides: where a document decides
	// otherwise than the spec, that stays.
	unseen bool
}

// CheckPolicy reports what is wrong with a policy by itself, errors first. A policy
// with an error does not get into any document.
func CheckPolicy(p *v1alpha1.ModerationPolicy) []Finding {
	c := &compilation{}
	c.compilePolicy(p)
	return arrange(c.out.Findings)
}

// policyOf finds and compiles the queue's policy; reason says why it cannot be used.
// A queue without policyRef has no labels.
func (c *compilation) policyOf(q *v1alpha1.ModerationQueue) (p compiledPolicy, reason string) {
	if q.Spec.PolicyRef == nil {
		return compiledPolicy{revision: "none", valid: true}, ""
	}
	name := q.Spec.PolicyRef.Name
	p, done := c.policies[name]
	if !done {
		obj := c.in.Policies[name]
		if obj == nil {
			c.find(queueObject(q.Name), Finding{
				Code: CodePolicyNotFound, Severity: Error, Field: "spec.policyRef",
				Message: fmt.Sprintf("ModerationPolicy %s does not exist.", name),
				Fix:     "Create the policy, or name one that exists.",
			})
			return p, v1alpha1.ReasonPolicyNotFound
		}
		p = c.compilePolicy(obj)
		if f := c.in.InForce[name]; f != nil {
			p = c.decidesBy(p, f)
		} else {
			p.unseen = obj.Spec.Rollout != nil && obj.Status.Rollout == nil
		}
		c.policies[name] = p
	}
	if !p.valid {
		return p, v1alpha1.ReasonPolicyInvalid
	}
	return p, ""
}

func (c *compilation) compilePolicy(p *v1alpha1.ModerationPolicy) compiledPolicy {
	out := compiledPolicy{name: p.Name, valid: true}
	for i := range p.Spec.Labels {
		l := &labelCompiler{c: c, policy: p.Name, in: &p.Spec.Labels[i], moveUp: p.Spec.MoveUp, ok: true}
		if l.in.ActAt == nil && l.in.ReviewAt == nil {
			l.find(Warning, CodeLabelWithoutBands, "", "The label has neither actAt nor reviewAt, so its scores mean nothing; it is left out.",
				"Set actAt, reviewAt, or both.")
			continue
		}
		out.labels = append(out.labels, l.compile())
		out.valid = out.valid && l.ok
	}
	slices.SortFunc(out.labels, func(a, b v1.Label) int { return cmp.Compare(a.Name, b.Name) })
	if out.valid {
		out.revision = encodeRevision(out.labels).Name
	}
	return out
}

// labelCompiler turns one label of a policy into what documents hold.
type labelCompiler struct {
	c      *compilation
	policy string
	in     *v1alpha1.PolicyLabel
	moveUp []v1alpha1.MoveUp
	ok     bool
}

func (l *labelCompiler) find(severity, code, field, message, fix string) {
	l.ok = l.ok && severity != Error
	path := fmt.Sprintf("spec.labels[%s]", l.in.Name)
	if field != "" {
		path += "." + field
	}
	l.c.find(policyObject(l.policy), Finding{Code: code, Severity: severity, Field: path, Message: message, Fix: fix})
}

func (l *labelCompiler) compile() v1.Label {
	out := v1.Label{
		Name: string(l.in.Name), HarmDomain: string(l.in.HarmDomain),
		Severity:  v1.Severity(cmp.Or(l.in.Severity, v1alpha1.SeverityMedium)),
		Protected: l.in.Protected, Model: l.in.Score.Model, Version: l.in.Score.Version,
		ActAt: l.threshold("actAt", l.in.ActAt), ReviewAt: l.threshold("reviewAt", l.in.ReviewAt),
	}
	l.crossed("", "", out.ActAt, out.ReviewAt)
	out.Overrides = l.overrides(out.ActAt, out.ReviewAt)
	if r := l.in.Requires; r != nil {
		out.Clearances = sorted(r.Clearances)
	}
	if s := l.in.QASample; s != nil {
		out.QASample = v1.QASample{
			Allowed:  l.rate("qaSample.allowed", s.Allowed),
			Actioned: l.rate("qaSample.actioned", s.Actioned),
			Reviewed: l.rate("qaSample.reviewed", s.Reviewed),
		}
	}
	out.Escalation = l.escalation(out.Severity)
	return out
}

func (l *labelCompiler) unreadable(field string, err error) {
	l.find(Error, CodeValueUnreadable, field, sentence(err), "Write the value in the form that the field's description gives.")
}

// threshold of a label in parts per million, nil if unset.
func (l *labelCompiler) threshold(field string, s *v1alpha1.Score) *v1.PPM {
	if s == nil {
		return nil
	}
	p, err := s.PPM()
	if err != nil {
		l.unreadable(field, err)
		return nil
	}
	v := v1.PPM(p)
	return &v
}

// rate is a threshold whose unset value is 0.
func (l *labelCompiler) rate(field string, s v1alpha1.Score) v1.PPM {
	if s == "" {
		return 0
	}
	if v := l.threshold(field, &s); v != nil {
		return *v
	}
	return 0
}

func (l *labelCompiler) crossed(field, where string, act, review *v1.PPM) {
	if act == nil || review == nil || *review <= *act {
		return
	}
	l.find(Error, CodeBandsCrossed, field,
		fmt.Sprintf("reviewAt %s is above actAt %s%s, so that scores between them would be actioned and no longer looked at.",
			decimal(*review), decimal(*act), where),
		"Lower reviewAt, or raise actAt; an override must set both if one of them crosses the label's other.")
}

// overrides resolves what an override leaves unset, and drops those that change
// nothing.
func (l *labelCompiler) overrides(act, review *v1.PPM) []v1.Override {
	var out []v1.Override
	taken := map[v1alpha1.Market]v1alpha1.Word{}
	for i := range l.in.Overrides {
		o := &l.in.Overrides[i]
		field := fmt.Sprintf("overrides[%s]", o.Name)
		for _, m := range o.Markets {
			if other, twice := taken[m]; twice {
				l.find(Error, CodeMarketOverriddenTwice, field+".markets",
					fmt.Sprintf("Market %s is in the overrides %s and %s.", m, other, o.Name), "Leave the market in one of them.")
				continue
			}
			taken[m] = o.Name
		}
		r := v1.Override{Markets: sorted(o.Markets), ActAt: act, ReviewAt: review}
		if o.ActAt != nil {
			r.ActAt = l.threshold(field+".actAt", o.ActAt)
		}
		if o.ReviewAt != nil {
			r.ReviewAt = l.threshold(field+".reviewAt", o.ReviewAt)
		}
		l.crossed(field, " in the markets of the override", r.ActAt, r.ReviewAt)
		if len(r.Markets) > 0 && !(same(r.ActAt, act) && same(r.ReviewAt, review)) {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b v1.Override) int { return cmp.Compare(a.Markets[0], b.Markets[0]) })
	return out
}

func same(a, b *v1.PPM) bool {
	return (a == nil) == (b == nil) && (a == nil || *a == *b)
}
