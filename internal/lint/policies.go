package lint

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/routing"
)

func (c *checker) checkPolicies() {
	for _, p := range c.in.Policies {
		o := Object{KindPolicy, p.Name}
		c.invalid(o, resolve.CheckPolicy(p))
		for _, f := range routing.CheckPolicy(p) {
			c.broken[p.Name] = c.broken[p.Name] || f.Severity == routing.Error
			c.take(f)
		}
		used := c.usedBy[o]
		if len(used) == 0 && c.knows(KindQueue) {
			c.add(&Finding{
				Code: CodePolicyUnused, Object: o, Message: "No queue uses the policy, so none of its labels decides anything.",
				Fix: "Name the policy in the policyRef of a queue, or delete it.",
			})
		}
		for i := range p.Spec.Labels {
			c.checkLabel(p, &p.Spec.Labels[i], used)
		}
		c.checkVersions(p)
		c.checkMoveUp(o, p)
		c.checkPassedOn(p, used)
		c.checkRollout(p, used)
		c.checkGathering(p, used)
		c.checkRelief(p, used)
		c.checkQuality(p, used)
	}
	c.checkVersionsOfPools()
}

// take adds a finding of package routing.
func (c *checker) take(f routing.Finding) {
	c.add(&Finding{
		Code: f.Code, Severity: f.Severity, Object: Object(f.Object), Field: f.Field, Message: f.Message, Fix: f.Fix,
	})
}

func (c *checker) checkLabel(p *v1alpha1.ModerationPolicy, l *v1alpha1.PolicyLabel, used []*v1alpha1.ModerationQueue) {
	at := label{c, Object{KindPolicy, p.Name}, l, fmt.Sprintf("spec.labels[%s]", l.Name)}
	at.checkActs()
	at.checkReviews()
	at.checkSamples()
	for i := range l.Overrides {
		o := &l.Overrides[i]
		field := fmt.Sprintf("%s.overrides[%s]", at.field, o.Name)
		c.markets(at.object, field+".markets", o.Markets)
		if same(o.ActAt, l.ActAt) && same(o.ReviewAt, l.ReviewAt) {
			at.find(CodeOverrideChangesNothing, field, "The override sets what holds without it, so it changes nothing in its markets.",
				"Set the scores that the markets should have, or remove the override.")
		}
		at.checkTaken(field, o, used)
	}
	at.checkEscalation(used)
	if qa := l.QASample; qa != nil {
		c.checkZero(at.object, at.field+".qaSample", qa.Allowed, qa.Actioned, qa.Reviewed)
	}
}

// label is a label of a policy that is looked at.
type label struct {
	c      *checker
	object Object
	spec   *v1alpha1.PolicyLabel
	field  string
}

func (l *label) find(code, field, message, fix string, with ...Object) {
	l.c.add(&Finding{Code: code, Object: l.object, Field: field, Message: message, Fix: fix, With: with})
}

// same reports whether an override's score is the label's, or is left to it.
func same(o, l *v1alpha1.Score) bool {
	if o == nil {
		return true
	}
	a, ok := ppm(o)
	b, ok2 := ppm(l)
	return ok && ok2 && a == b
}

func ppm(s *v1alpha1.Score) (int64, bool) {
	if s == nil || *s == "" {
		return 0, false
	}
	v, err := s.PPM()
	return v, err == nil
}

// checkActs looks for a score of 0, which every item has.
func (l *label) checkActs() {
	check := func(field string, s *v1alpha1.Score) {
		if v, ok := ppm(s); ok && v == 0 {
			l.find(CodeActsOnEverything, field, "Every score is at least 0, so the machine acts on every item that comes.",
				"Write the score from which the machine is to act alone, or remove actAt if it never is.")
		}
	}
	check(l.field+".actAt", l.spec.ActAt)
	for i := range l.spec.Overrides {
		check(fmt.Sprintf("%s.overrides[%s].actAt", l.field, l.spec.Overrides[i].Name), l.spec.Overrides[i].ActAt)
	}
}

// checkSamples looks for quality samples that are needed and not there, or of items that there are none of.
func (l *label) checkSamples() {
	var qa v1alpha1.QASample
	if l.spec.QASample != nil {
		qa = *l.spec.QASample
	}
	if l.spec.Severity == v1alpha1.SeverityCritical && l.allows() && !some(qa.Allowed) {
		l.find(CodeCriticalWithoutSample, l.field+".qaSample.allowed",
			"The label is Critical, and nobody looks again at any item that it allows: what leaks is not seen.",
			"Set qaSample.allowed to a small share, such as 0.01.")
	}
	acts := l.sets(l.spec.ActAt, func(o *v1alpha1.BandOverride) *v1alpha1.Score { return o.ActAt })
	if some(qa.Actioned) && !acts {
		l.find(CodeSampleOfNothing, l.field+".qaSample.actioned", "The label has no actAt, so it has no actioned items to be looked at again.",
			"Remove qaSample.actioned, or set actAt.")
	}
	if some(qa.Reviewed) && !l.reviews() {
		l.find(CodeSampleOfNothing, l.field+".qaSample.reviewed", "No score of the label goes to people, so it has no reviewed items.",
			"Remove qaSample.reviewed, or set reviewAt below actAt.")
	}
}

// reviews reports whether some score of the label goes to people in some market.
func (l *label) reviews() bool {
	open := func(act, review *v1alpha1.Score) bool {
		r, ok := ppm(review)
		a, acts := ppm(act)
		return ok && (!acts || r < a)
	}
	return open(l.spec.ActAt, l.spec.ReviewAt) || slices.ContainsFunc(l.spec.Overrides, func(o v1alpha1.BandOverride) bool {
		return open(cmp.Or(o.ActAt, l.spec.ActAt), cmp.Or(o.ReviewAt, l.spec.ReviewAt))
	})
}

// some reports whether a share is known to be more than none.
func some(share v1alpha1.Score) bool {
	v, ok := ppm(&share)
	return ok && v > 0
}

// sets reports whether a score is set, for all markets or for some.
func (l *label) sets(score *v1alpha1.Score, of func(*v1alpha1.BandOverride) *v1alpha1.Score) bool {
	return score != nil || slices.ContainsFunc(l.spec.Overrides, func(o v1alpha1.BandOverride) bool { return of(&o) != nil })
}

// allows reports whether some score of the label lets an item through.
func (l *label) allows() bool {
	open := func(act, review *v1alpha1.Score) bool {
		lowest, ok := ppm(cmp.Or(review, act))
		return ok && lowest > 0
	}
	return open(l.spec.ActAt, l.spec.ReviewAt) || slices.ContainsFunc(l.spec.Overrides, func(o v1alpha1.BandOverride) bool {
		return open(cmp.Or(o.ActAt, l.spec.ActAt), cmp.Or(o.ReviewAt, l.spec.ReviewAt))
	})
}

// checkTaken looks for markets of an override whose items no queue of the policy takes.
func (l *label) checkTaken(field string, o *v1alpha1.BandOverride, used []*v1alpha1.ModerationQueue) {
	if len(used) == 0 {
		return
	}
	var none []string
	for _, m := range o.Markets {
		if resolve.KnownMarket(m) && !slices.ContainsFunc(used, func(q *v1alpha1.ModerationQueue) bool { return takes(q, m) }) {
			none = append(none, string(m))
		}
	}
	if len(none) > 0 {
		slices.Sort(none)
		l.find(CodeOverrideWithoutQueue, field+".markets",
			fmt.Sprintf("No queue that uses the policy takes items of %s, so the override decides nothing there.", listed(none)),
			"Correct the markets of the override, or of the queue that is to take their items.")
	}
}

// takes reports whether items of a market come to a queue.
func takes(q *v1alpha1.ModerationQueue, m v1alpha1.Market) bool {
	return len(q.Spec.Markets) == 0 || slices.Contains(q.Spec.Markets, m) || q.Spec.Match != nil && q.Spec.Match.Default
}

// checkEscalation looks for a tier to which nothing can be passed up.
func (l *label) checkEscalation(used []*v1alpha1.ModerationQueue) {
	if l.spec.Escalation == nil {
		return
	}
	var names []string
	tier := int32(0)
	for _, q := range used {
		s := routing.StreamOf(q, string(l.spec.HarmDomain))
		if s != nil && max(s.Requires.Tier, 1) >= l.spec.Escalation.Tier {
			names, tier = append(names, q.Name), max(tier, s.Requires.Tier)
		}
	}
	if len(names) > 0 {
		l.find(CodeEscalationNotHigher, l.field+".escalation.tier",
			fmt.Sprintf("Items are passed on to tier %d, and tier %d decides them to begin with in queue %s.",
				l.spec.Escalation.Tier, tier, listed(names)),
			"Escalate to a tier above that of the review stream.", objects(KindQueue, names...)...)
	}
}

// scored is the labels that name one version of a model.
type scored struct {
	version string
	names   []string
}

// versions are those that some labels name of each model, the one of the most labels first.
func versions(labels []v1alpha1.PolicyLabel) (models []string, of map[string][]scored) {
	of = map[string][]scored{}
	for i := range labels {
		s := labels[i].Score
		if of[s.Model] == nil {
			models = append(models, s.Model)
		}
		k := slices.IndexFunc(of[s.Model], func(x scored) bool { return x.version == s.Version })
		if k < 0 {
			k = len(of[s.Model])
			of[s.Model] = append(of[s.Model], scored{version: s.Version})
		}
		of[s.Model][k].names = append(of[s.Model][k].names, string(labels[i].Name))
	}
	for _, all := range of {
		slices.SortFunc(all, func(a, b scored) int {
			return cmp.Or(cmp.Compare(len(b.names), len(a.names)), cmp.Compare(a.version, b.version))
		})
	}
	slices.Sort(models)
	return models, of
}

// checkVersions looks for labels of one model that name different versions: of those that do not run every
// item goes to people.
func (c *checker) checkVersions(p *v1alpha1.ModerationPolicy) {
	models, of := versions(p.Spec.Labels)
	for _, m := range models {
		for _, odd := range of[m][1:] {
			slices.Sort(odd.names)
			c.add(&Finding{
				Code: CodeModelVersionsDiffer, Object: Object{KindPolicy, p.Name},
				Field: fmt.Sprintf("spec.labels[%s].score.version", odd.names[0]),
				Message: fmt.Sprintf("Label %s names version %s of model %s, and %s version %s: scores of a version that does not run "+
					"go to people.", listed(odd.names), odd.version, m, listed(of[m][0].names), of[m][0].version),
				Fix: "Name the version that runs in all labels of the model.",
			})
		}
	}
}

// checkVersionsOfPools looks for policies whose items one pool scores, and that name different versions of a
// model.
func (c *checker) checkVersionsOfPools() {
	for _, pool := range c.in.Pools {
		type named struct{ policy, version string }
		first := map[string]named{} // by model
		for _, p := range c.policiesOf(pool.Name) {
			models, of := versions(p.Spec.Labels)
			for _, m := range models {
				is := named{p.Name, of[m][0].version}
				was, ok := first[m]
				if !ok {
					first[m] = is
					continue
				}
				if was.version == is.version {
					continue
				}
				c.add(&Finding{
					Code: CodeModelVersionsDiffer, Object: Object{KindPolicy, p.Name}, Field: "spec.labels",
					With: append(objects(KindPolicy, was.policy), Object{KindPool, pool.Name}),
					Message: fmt.Sprintf("Pool %s scores items of this policy and of policy %s, which name versions %s and %s of model %s: "+
						"scores of a version that does not run go to people.", pool.Name, was.policy, is.version, was.version, m),
					Fix: "Name the version that runs in both policies.",
				})
			}
		}
	}
}

// policiesOf are those of the queues of a pool, by name.
func (c *checker) policiesOf(pool string) []*v1alpha1.ModerationPolicy {
	var out []*v1alpha1.ModerationPolicy
	for _, q := range c.usedBy[Object{KindPool, pool}] {
		if q.Spec.PolicyRef == nil {
			continue
		}
		if p := c.policies[q.Spec.PolicyRef.Name]; p != nil && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b *v1alpha1.ModerationPolicy) int { return cmp.Compare(a.Name, b.Name) })
	return out
}
