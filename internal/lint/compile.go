package lint

import (
	"cmp"
	"slices"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/routing"
	"github.com/modcap/modcap/internal/sample"
)

// compile compiles the documents of each surface, as they will be published first. What is wrong with one
// object keeps a queue from being compiled, and would let others look as if it were not there: then they are
// looked at once more without the fault.
func (c *checker) compile() {
	for _, surface := range c.surfaces() {
		out := routing.Compile(c.surface(surface, false))
		faulty := refused(&out)
		for _, f := range out.Findings {
			if cause(f.Code) || !faulty {
				c.routed(f)
			}
		}
		if !faulty {
			continue
		}
		out = routing.Compile(c.surface(surface, true))
		for _, f := range out.Findings {
			if !cause(f.Code) && (f.Object.Kind != routing.KindSurface || !refused(&out)) {
				c.routed(f)
			}
		}
	}
}

// refused reports whether some queue of a surface has no document.
func refused(out *routing.Output) bool {
	for _, q := range out.Queues {
		if q.Cause != "" {
			return true
		}
	}
	return false
}

// cause reports whether a finding says why a queue has no document.
func cause(code string) bool {
	switch code {
	case routing.CodePolicyNotFound, routing.CodePoolNotFound, routing.CodeRegimeNotFound, routing.CodeStreamsShareDomain,
		routing.CodeValueUnreadable,
		routing.CodeDocumentRefused:
		return true
	}
	return false
}

// routed adds a finding of package routing, if it can be known to be so.
func (c *checker) routed(f routing.Finding) {
	switch f.Code {
	case routing.CodeLanguageWithoutTeam, routing.CodeClearanceWithoutTeam, routing.CodeClassWithoutTeam, routing.CodeEscalationWithoutTeam:
		if !c.knows(KindTeam) {
			return
		}
	case routing.CodeNoDefaultQueue:
		if c.in.Partial {
			return // it may be elsewhere
		}
	}
	if f.Object.Kind != routing.KindPolicy { // they are checked by themselves
		c.take(f)
	}
}

// surface is what the documents of a surface are compiled from. What is not known to be missing is taken to be
// there; mended, so is what is known to be wrong.
func (c *checker) surface(name string, mended bool) routing.Input {
	in := routing.Input{
		Namespace: cmp.Or(c.in.Namespace, "default"), Surface: name, Policies: c.policies, Pools: map[string]bool{}, Teams: c.people.routed,
	}
	for pool := range c.pools {
		in.Pools[pool] = true
	}
	for _, q := range c.in.Queues {
		if string(q.Spec.Surface) != name {
			continue
		}
		if m := q.Spec.Classification; m != nil && (mended || !c.knows(KindPool)) {
			in.Pools[m.PoolRef.Name] = true
		}
		in.Queues = append(in.Queues, c.queue(q, mended))
	}
	return in
}

func (c *checker) queue(q *v1alpha1.ModerationQueue, mended bool) *v1alpha1.ModerationQueue {
	out := *resolve.InForce(q, c.in.Regimes, sample.At(c.in.Now))
	c.dropRegimes(&out, mended)
	if ref := q.Spec.PolicyRef; ref != nil {
		p := c.policies[ref.Name]
		if p == nil && (mended || !c.knows(KindPolicy)) || p != nil && (mended && c.broken[p.Name] || c.refused[p.Name]) {
			out.Spec.PolicyRef = nil
		}
	}
	// Nobody speaks a language that there is not: that is said already.
	unknown := func(t v1alpha1.LanguageTag) bool { return !resolve.KnownLanguage(t) }
	out.Spec.Languages = slices.DeleteFunc(slices.Clone(q.Spec.Languages), unknown)
	return &out
}

// dropRegimes takes out of a queue the regimes that no catalogue here has.
func (c *checker) dropRegimes(q *v1alpha1.ModerationQueue, mended bool) {
	if !resolve.NamesRegime(q) {
		return
	}
	q.Spec.Reviews = slices.Clone(q.Spec.Reviews)
	for i := range q.Spec.Reviews {
		r := &q.Spec.Reviews[i]
		r.ServiceLevels = slices.DeleteFunc(slices.Clone(r.ServiceLevels), func(l v1alpha1.ReviewServiceLevel) bool {
			return l.Regime != "" && (mended || c.elsewhere(l.Regime))
		})
	}
}

// elsewhere reports whether a regime that no catalogue here has may be declared where nobody looked: unless its
// name is nearly one of those here.
func (c *checker) elsewhere(regime string) bool {
	return !c.knows(KindRegimes) && len(c.in.Regimes.Nearest(regime, 1)) == 0
}
