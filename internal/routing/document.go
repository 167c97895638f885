package routing

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
)

// document is what a queue and its policy say. The caller has checked both.
func document(namespace string, q *v1alpha1.ModerationQueue, p compiledPolicy) *v1.PolicyDocument {
	s := &q.Spec
	d := &v1.PolicyDocument{
		Header:    v1.Header{Namespace: namespace, Surface: string(s.Surface)},
		Queue:     q.Name,
		Match:     v1.Match{Markets: sorted(s.Markets), Languages: sorted(s.Languages)},
		Protected: s.Protected,
		Policy:    p.name,
		Salt:      salt(namespace, cmp.Or(p.name, q.Name)),
		Unit:      v1.UnitItem,
		Streams:   []v1.Stream{},
	}
	if m := s.Match; m != nil {
		d.Match.Classes, d.Match.Default = sorted(m.ContentClasses), m.Default
	}
	if s.Classification != nil {
		d.Pool = s.Classification.PoolRef.Name
	}
	for i := range s.Reviews {
		d.Streams = append(d.Streams, stream(&s.Reviews[i]))
	}
	d.Revisions = []v1.Revision{{Name: p.revision, Share: v1.AllPPM, Labels: labelsFor(d.Match, p.labels)}}
	if p.canary != nil {
		p.canary.roll(d)
	}
	d.Features = featuresOf(d)
	return d
}

// salt of a policy's hashes. It depends on names only, so that an item stays where
// it is however often the policy is edited or made anew.
func salt(namespace, name string) string {
	sum := sha256.Sum256([]byte("modcap routing\x00" + namespace + "\x00" + name))
	return hex.EncodeToString(sum[:8])
}

// labelsFor leaves out the overrides of markets whose items never come to the queue.
func labelsFor(m v1.Match, labels []v1.Label) []v1.Label {
	out := slices.Clone(labels)
	if out == nil {
		out = []v1.Label{}
	}
	if len(m.Markets) == 0 || m.Default {
		return out
	}
	for i := range out {
		var kept []v1.Override
		for _, o := range out[i].Overrides {
			o.Markets = slices.DeleteFunc(slices.Clone(o.Markets), func(x string) bool { return !slices.Contains(m.Markets, x) })
			if len(o.Markets) > 0 {
				kept = append(kept, o)
			}
		}
		slices.SortFunc(kept, func(a, b v1.Override) int { return cmp.Compare(a.Markets[0], b.Markets[0]) })
		out[i].Overrides = kept
	}
	return out
}

func stream(r *v1alpha1.ReviewStream) v1.Stream {
	s := v1.Stream{
		Name: string(r.Name), HarmDomains: sorted(r.HarmDomains),
		Tier: int(cmp.Or(r.Requires.Tier, 1)), Clearances: sorted(r.Requires.Clearances),
	}
	for _, l := range r.ServiceLevels {
		percent, _ := l.Percent.PPM() // checkQueue has read both
		within, _ := l.Within.Parse()
		s.ServiceLevels = append(s.ServiceLevels, v1.ServiceLevel{Percent: v1.PPM(percent), WithinMillis: within.Milliseconds()})
	}
	return s
}

// checkQueue reports what stands in the way of a document; reason is empty if
// nothing does.
func (c *compilation) checkQueue(q *v1alpha1.ModerationQueue) (reason string) {
	if cl := q.Spec.Classification; cl != nil && !c.in.Pools[cl.PoolRef.Name] {
		c.find(queueObject(q.Name), Finding{
			Code: CodePoolNotFound, Severity: Error, Field: "spec.classification.poolRef",
			Message: fmt.Sprintf("ClassifierPool %s does not exist.", cl.PoolRef.Name),
			Fix:     "Create the pool, or name one that exists.",
		})
		reason = v1alpha1.ReasonPoolNotFound
	}
	taken := map[v1alpha1.HarmDomainName]v1alpha1.Word{}
	for i := range q.Spec.Reviews {
		r := &q.Spec.Reviews[i]
		field := fmt.Sprintf("spec.reviews[%s]", r.Name)
		for _, d := range r.HarmDomains {
			if other, twice := taken[d]; twice && other != r.Name {
				c.find(queueObject(q.Name), Finding{
					Code: CodeStreamsShareDomain, Severity: Error, Field: field + ".harmDomains",
					Message: fmt.Sprintf("Harm domain %s is in the reviews %s and %s; an item can go to one only.", d, other, r.Name),
					Fix:     "Leave the harm domain in one of them.",
				})
				reason = v1alpha1.ReasonInvalidSpec
			}
			taken[d] = r.Name
		}
		if k := slices.IndexFunc(r.ServiceLevels, func(l v1alpha1.ReviewServiceLevel) bool { return l.Regime != "" }); k >= 0 {
			c.find(queueObject(q.Name), Finding{
				Code: CodeRegimeNotFound, Severity: Error, Field: field + ".serviceLevels",
				Message: fmt.Sprintf("There is no regime %s.", r.ServiceLevels[k].Regime),
				Fix:     "Name one that kubectl modcap regimes lists, or declare it in a ConfigMap.",
			})
			return v1alpha1.ReasonRegimeNotFound
		}
		if err := readable(r.ServiceLevels); err != nil {
			c.find(queueObject(q.Name), Finding{
				Code: CodeValueUnreadable, Severity: Error, Field: field + ".serviceLevels", Message: sentence(err),
				Fix: "Write the value in the form that the field's description gives.",
			})
			reason = v1alpha1.ReasonInvalidSpec
		}
	}
	return reason
}

func readable(ls []v1alpha1.ReviewServiceLevel) error {
	for _, l := range ls {
		if _, err := l.Percent.PPM(); err != nil {
			return err
		}
		if _, err := l.Within.Parse(); err != nil {
			return err
		}
	}
	return nil
}

func (c *compilation) refuseDocument(q *v1alpha1.ModerationQueue, err error, size int) {
	message := fmt.Sprintf("The queue's document would have %d bytes, more than a ConfigMap holds.", size)
	if err != nil {
		message = sentence(err)
	}
	c.find(queueObject(q.Name), Finding{
		Code: CodeDocumentRefused, Severity: Error, Message: message, Fix: "Correct the field named, in the queue or in its policy.",
	})
}
