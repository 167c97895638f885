package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
)

// checkRelief looks at what a policy declares to give way.
func (c *checker) checkRelief(p *v1alpha1.ModerationPolicy, used []*v1alpha1.ModerationQueue) {
	r := p.Spec.Relief
	if r == nil {
		return
	}
	o := Object{KindPolicy, p.Name}
	if _, _, err := resolve.ReliefSteps(p); !c.refused[p.Name] {
		c.invalid(o, err)
	}
	for i := range r.Steps {
		s := &r.Steps[i]
		field := fmt.Sprintf("spec.relief.steps[%s]", s.Name)
		for _, q := range s.Queues {
			c.checkDeferred(o, field, string(q), s)
		}
		if len(s.Labels) > 0 {
			c.checkRaised(p, field, s)
		}
		if s.Type == v1alpha1.ReliefQAFloor {
			c.checkFloor(p, field, used)
		}
	}
	c.checkReliefMetrics(o, r)
}

// checkDeferred looks at a queue that a step gives more time.
func (c *checker) checkDeferred(o Object, field, name string, s *v1alpha1.ReliefStep) {
	find := func(code, at, message, fix string) {
		c.add(&Finding{Code: code, Object: o, Field: field + at, With: objects(KindQueue, name), Message: message, Fix: fix})
	}
	q := c.queues[name]
	switch {
	case q == nil && !c.knows(KindQueue):
	case q == nil:
		find(CodeReliefQueueNotFound, ".queues", fmt.Sprintf("There is no queue %s, so the step gives nobody more time.", name),
			"Correct the name, or take it out of the step.")
	case q.Spec.PolicyRef == nil || q.Spec.PolicyRef.Name != o.Name:
		find(CodeReliefQueueOfOther, ".queues", fmt.Sprintf("Queue %s is not decided by this policy, so the step gives it nothing.", name),
			"Name the queue in the relief of its own policy, or name this policy in its policyRef.")
	case q.Spec.Protected:
		find(CodeReliefQueueProtected, ".queues", fmt.Sprintf("Queue %s is protected, and protected work is never deferred.", name),
			"Take the queue out of the step.")
	default:
		c.checkDeferral(q, s, find)
	}
}

// checkDeferral compares the time of a step with what the queue promises without it.
func (c *checker) checkDeferral(q *v1alpha1.ModerationQueue, s *v1alpha1.ReliefStep, find func(code, at, message, fix string)) {
	length, err := s.Within.Parse()
	if err != nil {
		return
	}
	within, gives := sample.SpanOf(length), false
	for i := range q.Spec.Reviews {
		for _, p := range resolve.Promises(&q.Spec.Reviews[i], c.in.Regimes) {
			gives = gives || p.Regime == "" && p.Within < within
			if p.Regime != "" && p.Within < within {
				find(CodeDeferBeyondRegime, ".within", fmt.Sprintf("Regime %s of queue %s asks for %s, and the step says %s: the regime holds.",
					p.Regime, q.Name, p.Within, s.Within), "Give the step no more time than the regime does, or leave the queue out.")
			}
		}
	}
	switch {
	case gives:
	case len(q.Spec.Reviews) == 0:
		find(CodeDeferTooShort, ".queues", fmt.Sprintf("Queue %s has no reviews, so there is nothing that people could do later.", q.Name),
			"Leave the queue out.")
	default:
		find(CodeDeferTooShort, ".within", fmt.Sprintf("Queue %s has %s or more anyway, so the step gives it nothing.", q.Name, s.Within),
			"Give the step more time than the promises of the queue, or leave the queue out.")
	}
}

// checkRaised looks at labels whose reviewAt a step raises.
func (c *checker) checkRaised(p *v1alpha1.ModerationPolicy, field string, s *v1alpha1.ReliefStep) {
	o := Object{KindPolicy, p.Name}
	if p.Spec.Relief.Metrics == nil {
		c.add(&Finding{
			Code: CodeReliefNotCounted, Object: o, Field: field,
			Message: "Nothing counts what the step would let through, since spec.relief.metrics is not set, so no reviewAt is ever raised.",
			Fix:     "Set spec.relief.metrics.band to the series that docs/metrics-contract.md describes, or leave the step out.",
		})
	}
	rollout := p.Status.Rollout
	if rollout == nil || rollout.Canary == "" {
		return
	}
	for _, label := range s.Labels {
		named := func(e v1alpha1.RolloutEvidence) bool { return e.Label == label }
		if len(rollout.Evidence) == 0 || slices.ContainsFunc(rollout.Evidence, named) {
			c.add(&Finding{
				Code: CodeReliefOfRollout, Object: o, Field: field + ".labels",
				Message: fmt.Sprintf("A change of label %s is being rolled out: relief would keep the rollout where it is, and what people decide "+
					"meanwhile counts for nothing in it.", label),
				Fix: "Wait for the rollout to end before you count on the step, or take the label out of it.",
			})
		}
	}
}

// checkReliefMetrics follows the series that count what relief would let through.
func (c *checker) checkReliefMetrics(o Object, r *v1alpha1.PolicyRelief) {
	m := r.Metrics
	if m == nil {
		return
	}
	const field = "spec.relief.metrics"
	source := sourceOf(&m.SourceRef)
	spec, ok := c.source(o, field+".sourceRef", source)
	if !ok {
		return
	}
	for _, x := range []struct {
		metric
		labels []string
	}{
		{metric{"band", &m.Band}, []string{"policy", "queue", "label", "above"}},
		{metric{"violating", m.Violating}, []string{"policy", "queue", "label"}},
	} {
		if x.ref == nil {
			continue
		}
		s, at := seriesOf(spec, x.ref.Series), field+"."+x.field
		find := func(code, message, fix string) {
			c.add(&Finding{Code: code, Object: o, Field: at, With: []Object{source}, Message: message, Fix: fix})
		}
		lacks := func(l string) bool { return s != nil && !slices.Contains(s.RowLabels, l) }
		switch {
		case s == nil:
			find(CodeSeriesNotFound, fmt.Sprintf("%s %s declares no series %s, so no reviewAt is ever raised.",
				source.Kind, source.Name, x.ref.Series), "Declare the series in the source, or name one of its own: "+seriesNames(spec)+".")
		case s.Type != v1alpha1.GaugeSeries:
			find(CodeSeriesOfOtherType, fmt.Sprintf("Series %s is a %s, and a Gauge is read.", s.Name, s.Type),
				"Name a Gauge: of items an hour that the query works out, or of a share.")
		case slices.ContainsFunc(x.labels, lacks):
			find(CodeRowLabelsDiffer, fmt.Sprintf("Rows of series %s are told apart by %s, and here they are by %s.",
				s.Name, listed(s.RowLabels), strings.Join(x.labels, ", ")), "Set rowLabels of the series to "+strings.Join(x.labels, ", ")+".")
		}
	}
}
