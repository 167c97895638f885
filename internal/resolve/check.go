package resolve

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
)

// CheckQueue says what is wrong in a queue's spec that the API server cannot
// tell; nil when nothing is.
func CheckQueue(q *v1alpha1.ModerationQueue) error {
	if err := checkMarkets("spec.markets", q.Spec.Markets); err != nil {
		return err
	}
	if err := checkLanguages("spec.languages", q.Spec.Languages); err != nil {
		return err
	}
	if c := q.Spec.Classification; c != nil {
		if err := checkWork(c); err != nil {
			return err
		}
	}
	if err := checkCalendar(q.Spec.Calendar); err != nil {
		return err
	}
	owner := map[v1alpha1.HarmDomainName]v1alpha1.Word{}
	for i := range q.Spec.Reviews {
		r := &q.Spec.Reviews[i]
		for _, d := range r.HarmDomains {
			if other, taken := owner[d]; taken {
				return fmt.Errorf("spec.reviews[%s].harmDomains: %s is listed by %s too; a harm domain belongs to one stream", r.Name, d, other)
			}
			owner[d] = r.Name
		}
		if err := checkReview(q, r); err != nil {
			return err
		}
	}
	return nil
}

func checkWork(c *v1alpha1.Classification) error {
	if _, err := decimalOr(c.WorkPerItem, sample.One); err != nil {
		return fmt.Errorf("spec.classification.workPerItem: %w", err)
	}
	if _, err := promise(c.ServiceLevel, ""); err != nil {
		return fmt.Errorf("spec.classification.serviceLevel: %w", err)
	}
	return nil
}

func checkReview(q *v1alpha1.ModerationQueue, r *v1alpha1.ReviewStream) error {
	field := fmt.Sprintf("spec.reviews[%s]", r.Name)
	if err := checkLevels(r); err != nil {
		return fmt.Errorf("%s.serviceLevels: %w", field, err)
	}
	if err := checkDemand(r, field); err != nil {
		return err
	}
	if err := checkRelax(q, r, field); err != nil {
		return err
	}
	if len(r.Mix) == 0 {
		return nil
	}
	return checkMix(q, r, field)
}

func checkLevels(r *v1alpha1.ReviewStream) error {
	for _, l := range r.ServiceLevels {
		if l.Regime != "" {
			if l.Percent != "" || l.Within != "" {
				return fmt.Errorf("a service level is either a promise, with percent and within, or the name of a regime (%s)", l.Regime)
			}
			continue
		}
		if _, err := promise(v1alpha1.ServiceLevel{Percent: l.Percent, Within: l.Within}, l.Measure); err != nil {
			return err
		}
	}
	return nil
}

func checkMix(q *v1alpha1.ModerationQueue, r *v1alpha1.ReviewStream, field string) error {
	var sum int64
	seen := map[Class]bool{}
	for _, m := range r.Mix {
		share, err := m.Share.PPM()
		if err != nil {
			return fmt.Errorf("%s.mix: %w", field, err)
		}
		sum += share
		if m.Language != "" && !listsLanguage(q, m.Language) {
			return fmt.Errorf("%s.mix: %s is not one of spec.languages", field, m.Language)
		}
		if m.HarmDomain != "" && !listsDomain(r, m.HarmDomain) {
			return fmt.Errorf("%s.mix: %s is not one of the stream's harmDomains", field, m.HarmDomain)
		}
		c := Class{Language: string(m.Language), HarmDomain: string(m.HarmDomain)}
		if seen[c] {
			return fmt.Errorf("%s.mix: language %q with harm domain %q stands twice; add up its shares", field, c.Language, c.HarmDomain)
		}
		seen[c] = true
	}
	if sum != int64(sample.AllPPM) {
		return fmt.Errorf("%s.mix: the shares add up to %s %%; they must add up to 1", field, sample.PPM(sum).Percent())
	}
	return nil
}

// CheckPolicy says what is wrong in a policy's spec that the API server cannot
// tell; nil when nothing is.
func CheckPolicy(p *v1alpha1.ModerationPolicy) error {
	for i := range p.Spec.Labels {
		if err := checkLabel(&p.Spec.Labels[i]); err != nil {
			return err
		}
	}
	return nil
}

func checkLabel(l *v1alpha1.PolicyLabel) error {
	owner := map[v1alpha1.Market]v1alpha1.Word{}
	for _, o := range l.Overrides {
		field := fmt.Sprintf("spec.labels[%s].overrides[%s]", l.Name, o.Name)
		if err := checkMarkets(field+".markets", o.Markets); err != nil {
			return err
		}
		for _, m := range o.Markets {
			if other, taken := owner[m]; taken {
				return fmt.Errorf("%s: market %s stands in override %s too; a market may stand in one override of a label", field, m, other)
			}
			owner[m] = o.Name
		}
		act, review := firstOf(o.ActAt, l.ActAt), firstOf(o.ReviewAt, l.ReviewAt)
		if err := checkBands(act, review); err != nil {
			return fmt.Errorf("%s: %w", field, err)
		}
	}
	return nil
}

func firstOf(a, b *v1alpha1.Score) *v1alpha1.Score {
	if a != nil {
		return a
	}
	return b
}

func checkBands(act, review *v1alpha1.Score) error {
	if act == nil || review == nil {
		return nil
	}
	a, err := act.PPM()
	if err != nil {
		return err
	}
	r, err := review.PPM()
	if err != nil {
		return err
	}
	if r > a {
		return fmt.Errorf("with the label's own bands reviewAt %s is above actAt %s; set both in the override", *review, *act)
	}
	return nil
}

// CheckPool says what is wrong in a pool's spec that the API server cannot tell;
// nil when nothing is.
func CheckPool(p *v1alpha1.ClassifierPool) error {
	if _, err := p.Spec.Throughput.ItemsPerSecond.Milli(); err != nil {
		return fmt.Errorf("spec.throughput.itemsPerSecond: %w", err)
	}
	if c := p.Spec.Cost; c != nil {
		if _, err := c.PerReplicaHour.Micro(); err != nil {
			return fmt.Errorf("spec.cost.perReplicaHour: %w", err)
		}
	}
	for _, s := range p.Spec.Schedules {
		if _, err := newSchedule(s); err != nil {
			return fmt.Errorf("spec.schedules[%s]: %w", s.Name, err)
		}
	}
	return nil
}

func checkMarkets(field string, markets []v1alpha1.Market) error {
	for _, m := range markets {
		if !KnownMarket(m) {
			return fmt.Errorf("%s: %s is not a country code of ISO 3166-1", field, m)
		}
	}
	return nil
}

func checkLanguages(field string, tags []v1alpha1.LanguageTag) error {
	for _, t := range tags {
		if !KnownLanguage(t) {
			return fmt.Errorf("%s: %s is not a known language tag of BCP 47", field, t)
		}
	}
	return nil
}

// listsLanguage reports whether an item in tag may belong to the queue.
func listsLanguage(q *v1alpha1.ModerationQueue, tag v1alpha1.LanguageTag) bool {
	if len(q.Spec.Languages) == 0 {
		return true
	}
	return slices.ContainsFunc(q.Spec.Languages, func(held v1alpha1.LanguageTag) bool { return Covers(string(held), string(tag)) })
}

// listsDomain reports whether the stream takes items of the domain by name or by "*".
func listsDomain(r *v1alpha1.ReviewStream, domain v1alpha1.Word) bool {
	return slices.ContainsFunc(r.HarmDomains, func(d v1alpha1.HarmDomainName) bool { return d == "*" || string(d) == string(domain) })
}

// Covers reports whether somebody who holds one language tag may take an item in
// another: RFC 4647 basic filtering.
func Covers(held, wanted string) bool {
	if len(held) > len(wanted) || !strings.EqualFold(held, wanted[:len(held)]) {
		return false
	}
	return len(held) == len(wanted) || wanted[len(held)] == '-'
}
