package lint

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
)

// checkRows are the labels without which a row of quality checks says nothing.
func checkRows() []string { return []string{"policy", "by", "verdict", "label", "rate", "cohort"} }

// checkQuality looks at where quality checks are counted, and whether what is wanted can come of them.
func (c *checker) checkQuality(p *v1alpha1.ModerationPolicy, used []*v1alpha1.ModerationQueue) {
	q := p.Spec.Quality
	if q == nil {
		return
	}
	o := Object{KindPolicy, p.Name}
	_, err := resolve.QualityTerms(p)
	c.invalid(o, err)
	m := &q.Metrics
	source := sourceOf(&m.SourceRef)
	if spec, ok := c.source(o, "spec.quality.metrics.sourceRef", source); ok {
		for _, x := range []metric{{"sampled", &m.Sampled}, {"labelled", &m.Labelled}, {"wrong", &m.Wrong}} {
			c.checkCounted(o, "spec.quality.metrics."+x.field, source, spec, x.ref.Series)
		}
	}
	counted := stage{field: "spec.quality.metrics", metrics: []metric{
		{"sampled", &m.Sampled}, {"labelled", &m.Labelled}, {"wrong", &m.Wrong},
	}}
	c.checkNamedTwice(o, &counted)
	c.checkSwapped(o, &counted)
	if q.Wanted == nil {
		return
	}
	for _, name := range q.Wanted.Labels {
		if !slices.ContainsFunc(p.Spec.Labels, func(l v1alpha1.PolicyLabel) bool { return l.Name == name }) {
			c.add(&Finding{
				Code: CodeWantedUnknown, Object: o, Field: "spec.quality.wanted.labels",
				Message: fmt.Sprintf("The policy has no label %s, so that nothing is ever known of it.", name),
				Fix:     "Name labels of the policy, or leave out labels to want it of all.",
			})
		}
	}
	for i := range p.Spec.Labels {
		l := &p.Spec.Labels[i]
		if len(q.Wanted.Labels) == 0 || slices.Contains(q.Wanted.Labels, l.Name) {
			c.checkWanted(label{c, o, l, fmt.Sprintf("spec.labels[%s]", l.Name)}, p, used)
		}
	}
}

// checkCounted looks at a series of quality checks: it is there, and its rows have what they must.
func (c *checker) checkCounted(o Object, field string, source Object, spec *v1alpha1.MetricSourceSpec, name v1alpha1.Word) {
	s := seriesOf(spec, name)
	if s == nil {
		c.add(&Finding{
			Code: CodeSeriesNotFound, Object: o, Field: field, With: []Object{source},
			Message: fmt.Sprintf("%s %s declares no series %s, so it is not known how often decisions are wrong.",
				source.Kind, source.Name, name),
			Fix: "Declare the series in the source, or name one of its own: " + seriesNames(spec) + ".",
		})
		return
	}
	c.checkTable(o, field, source, s, checkRows())
}

// checkWanted looks for intervals that are wanted of a label's decisions of which none is looked at
// again, or for which nobody is planned.
func (c *checker) checkWanted(l label, p *v1alpha1.ModerationPolicy, used []*v1alpha1.ModerationQueue) {
	w := p.Spec.Quality.Wanted
	var qa v1alpha1.QASample
	if l.spec.QASample != nil {
		qa = *l.spec.QASample
	}
	acts := l.sets(l.spec.ActAt, func(o *v1alpha1.BandOverride) *v1alpha1.Score { return o.ActAt })
	reviews := l.sets(l.spec.ReviewAt, func(o *v1alpha1.BandOverride) *v1alpha1.Score { return o.ReviewAt })
	for _, one := range []struct {
		field    string
		wanted   v1alpha1.Share
		there    bool
		sampled  bool
		streamed func(*v1alpha1.ReviewSample) v1alpha1.Score
	}{
		{"allowed", w.Allowed, l.allows(), anyAllowed(p), func(s *v1alpha1.ReviewSample) v1alpha1.Score { return s.Allowed }},
		{"actioned", w.Actioned, acts, some(qa.Actioned), func(s *v1alpha1.ReviewSample) v1alpha1.Score { return s.Actioned }},
		{"reviewed", w.Reviewed, reviews, some(qa.Reviewed), func(s *v1alpha1.ReviewSample) v1alpha1.Score { return s.Reviewed }},
	} {
		field := l.field + ".qaSample." + one.field
		switch {
		case one.wanted == "" || !one.there:
		case !one.sampled:
			l.find(CodeWantedUnsampled, field, fmt.Sprintf(
				"spec.quality.wanted.%s asks how often such decisions are wrong, and none of them is looked at again.", one.field),
				fmt.Sprintf("Set qaSample.%s of the label to a small share, such as 0.005, or leave the label out of wanted.labels.", one.field))
		case len(used) > 0 && !planned(used, l.spec.HarmDomain, one.streamed):
			l.find(CodeWantedUnplanned, field, fmt.Sprintf(
				"No review stream of harm domain %s declares qaSample.%s, so that nobody is planned for the checks.", l.spec.HarmDomain, one.field),
				"Declare it in the streams whose teams do the checks; how many more are needed is then reserved by itself.")
		}
	}
}

// anyAllowed is whether allowed items are sampled: the highest rate of all labels holds for each.
func anyAllowed(p *v1alpha1.ModerationPolicy) bool {
	return slices.ContainsFunc(p.Spec.Labels, func(l v1alpha1.PolicyLabel) bool { return l.QASample != nil && some(l.QASample.Allowed) })
}

// planned is whether some stream of a harm domain, or one whose requires.role is QA, has such checks.
func planned(used []*v1alpha1.ModerationQueue, domain v1alpha1.Word, of func(*v1alpha1.ReviewSample) v1alpha1.Score) bool {
	for _, q := range used {
		for i := range q.Spec.Reviews {
			r := &q.Spec.Reviews[i]
			if !resolve.StreamTakes(q, r, domain) {
				continue
			}
			if cmp.Or(r.Requires.Role, v1alpha1.RoleReview) == v1alpha1.RoleQA || r.QASample != nil && some(of(r.QASample)) {
				return true
			}
		}
	}
	return false
}
