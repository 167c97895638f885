package routing

import (
	"cmp"
	"slices"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
)

// reliefInForce is the relief for the queues of the surface that have a document. Of
// queues whose plan says nothing yet, as after a restart, it is what is published.
func (c *compilation) reliefInForce() []v1.Relief {
	all := slices.Concat(c.in.Relief, c.awaitedRelief())
	documents := map[string]*v1.PolicyDocument{}
	for _, e := range c.entries {
		documents[e.doc.Queue] = e.doc
	}
	var out []v1.Relief
	for i := range all {
		if r, ok := reliefFor(&all[i], documents); ok {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b v1.Relief) int {
		return cmp.Or(cmp.Compare(a.Policy, b.Policy), cmp.Compare(a.Step, b.Step), cmp.Compare(a.Queues[0], b.Queues[0]))
	})
	return slices.CompactFunc(out, func(a, b v1.Relief) bool {
		return a.Policy == b.Policy && a.Step == b.Step && a.Queues[0] == b.Queues[0]
	})
}

// awaitedRelief is what is published of the relief of queues of which nothing is known yet.
func (c *compilation) awaitedRelief() (out []v1.Relief) {
	if len(c.in.ReliefAwaited) == 0 || len(c.in.Previous.Weights) == 0 {
		return nil
	}
	last, err := v1.DecodeWeights(c.in.Previous.Weights, "")
	if err != nil {
		return nil // what somebody made of it is not carried on
	}
	for _, r := range last.Relief {
		r.Queues = slices.DeleteFunc(r.Queues, func(q string) bool { return !c.in.ReliefAwaited[q] })
		if len(r.Queues) > 0 {
			out = append(out, r)
		}
	}
	return out
}

// reliefFor leaves a step what it may touch: queues that the policy decides and that are
// not protected, and labels of severity Low that are not protected in any revision.
// False if nothing is left.
func reliefFor(r *v1.Relief, documents map[string]*v1.PolicyDocument) (v1.Relief, bool) {
	out := *r
	out.Queues, out.Labels = nil, nil
	for _, name := range sorted(r.Queues) {
		if d := documents[name]; d != nil && !d.Protected && d.Policy == r.Policy {
			out.Queues = append(out.Queues, name)
		}
	}
	if len(out.Queues) == 0 || r.Kind != v1.ReliefRaiseReviewAt {
		return out, len(out.Queues) > 0
	}
	for _, name := range sorted(r.Labels) {
		if lowEverywhere(documents[out.Queues[0]], name) {
			out.Labels = append(out.Labels, name)
		}
	}
	return out, len(out.Labels) > 0
}

// lowEverywhere reports whether relief may raise reviewAt of a label in every revision that
// has it. Documents of one policy have the same revisions.
func lowEverywhere(d *v1.PolicyDocument, label string) bool {
	found := false
	for _, r := range d.Revisions {
		for i := range r.Labels {
			if l := &r.Labels[i]; l.Name == label {
				found = true
				if l.Protected || l.Severity != v1.SeverityLow {
					return false
				}
			}
		}
	}
	return found
}

// giving is what relief gives a queue by the rows of its teams.
type giving struct {
	widen bool
	relax []relaxation // by age, each by itself
}

// givingTo is what relief gives each queue by the rows of its teams.
func givingTo(all []v1.Relief) map[string]giving {
	out := map[string]giving{}
	for i := range all {
		r := &all[i]
		for _, q := range r.Queues {
			g := out[q]
			switch r.Kind {
			case v1.ReliefWiden:
				g.widen = true
			case v1.ReliefRelax:
				g.relax = append(g.relax, relaxation{
					afterMillis: r.AfterMillis, market: r.Drop == string(v1alpha1.RelaxMarket), surface: r.Drop == string(v1alpha1.RelaxSurface),
				})
			}
			out[q] = g
		}
	}
	return out
}

// asked is what the streams of a queue ask for, with what relief gives it.
func (c *compilation) asked(q *v1alpha1.ModerationQueue) map[string]asked {
	ask := askedOf(q)
	for name, a := range ask {
		a.given = c.given[q.Name]
		ask[name] = a
	}
	return ask
}

// guardedDomains are the harm domains of protected labels: relief leaves their work alone.
func guardedDomains(d *v1.PolicyDocument) map[string]bool {
	out := map[string]bool{}
	for _, r := range d.Revisions {
		for i := range r.Labels {
			if r.Labels[i].Protected {
				out[r.Labels[i].HarmDomain] = true
			}
		}
	}
	return out
}

// together are relaxations of a stream, each with those before it, and those that relief
// adds: market and surface each from the earliest age on.
func together(own, more []relaxation) []relaxation {
	if len(more) == 0 {
		return own
	}
	all := append(slices.Clone(own), more...)
	slices.SortStableFunc(all, func(a, b relaxation) int { return cmp.Compare(a.afterMillis, b.afterMillis) })
	var out []relaxation
	var step relaxation
	for _, r := range all {
		next := relaxation{max(step.afterMillis, r.afterMillis), step.market || r.market, step.surface || r.surface}
		if next.market != step.market || next.surface != step.surface {
			out = append(out, next)
		}
		step = next
	}
	return out
}

// wider reports whether a team may take a class while relief widens who may: of the same
// tier or a higher one, in whatever role, with everything else that it takes.
func (t *Team) wider(surface string, n *need) bool {
	if !n.widen || t.Tier < n.tier {
		return false
	}
	as := *n
	as.tier = t.Tier
	return t.onSurface(surface) && t.knows(n.markets) && t.trained(n.domain) && t.cleared(n.clearances) && t.speaks(n.language)
}

func sameRelief(a, b v1.Relief) bool {
	return slices.Equal(a.Queues, b.Queues) && slices.Equal(a.Labels, b.Labels) && a.Policy == b.Policy && a.Step == b.Step &&
		a.Kind == b.Kind && a.Drop == b.Drop && a.AfterMillis == b.AfterMillis && a.WithinMillis == b.WithinMillis &&
		a.Keep == b.Keep && a.Raise == b.Raise
}
