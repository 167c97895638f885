package routing

import (
	"slices"
	"strconv"
	"strings"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
)

// relaxation is what a team need not have for items from an age on, all steps up to
// this one together.
type relaxation struct {
	afterMillis     int64
	market, surface bool
}

// relaxationsOf are the steps of a stream, in the order of their time. One whose time
// is no less than the longest promise is none, and so are those of protected work.
func relaxationsOf(q *v1alpha1.ModerationQueue, r *v1alpha1.ReviewStream) []relaxation {
	var longest int64
	for _, l := range r.ServiceLevels {
		if d, err := l.Within.Parse(); err == nil {
			longest = max(longest, d.Milliseconds())
		}
	}
	var out []relaxation
	var step relaxation
	for _, x := range r.Relax {
		after, err := x.After.Parse()
		if err != nil || q.Spec.Protected {
			return out // nothing is relaxed earlier than was declared
		}
		step.afterMillis = max(step.afterMillis, after.Milliseconds())
		step.market = step.market || x.Drop == v1alpha1.RelaxMarket
		step.surface = step.surface || x.Drop == v1alpha1.RelaxSurface
		if step.afterMillis > 0 && step.afterMillis < longest {
			out = append(out, step)
		}
	}
	return out
}

// mayFrom is the first step at which a team may take items of a class that it may not
// take anyway, -1 if there is none.
func (t *Team) mayFrom(surface string, n *need) int {
	if len(n.relax) == 0 || t.may(surface, n) || !t.holds(n) {
		return -1
	}
	return slices.IndexFunc(n.relax, func(r relaxation) bool {
		return (r.surface || t.onSurface(surface)) && (r.market || t.knows(n.markets))
	})
}

// relaxed are those on shift who may take a class once it is old.
func (c *compilation) relaxed(n *need) []v1.Relaxed {
	steps := make([]v1.Relaxed, len(n.relax))
	for i := range c.in.Teams {
		t := &c.in.Teams[i]
		if k := t.mayFrom(c.in.Surface, n); k >= 0 && t.Productive > 0 {
			steps[k].Teams = append(steps[k].Teams, t.Name)
		}
	}
	var out []v1.Relaxed
	for k, s := range steps {
		if len(s.Teams) > 0 {
			slices.Sort(s.Teams)
			out = append(out, v1.Relaxed{AfterMillis: n.relax[k].afterMillis, Teams: s.Teams})
		}
	}
	return out
}

// standsIn reports whether some class of the surface may go to a team that is not on it.
func (c *compilation) standsIn(t *Team) bool {
	return !t.onSurface(c.in.Surface) && slices.ContainsFunc(c.entries, func(e *candidate) bool {
		for _, a := range c.asked(e.queue) {
			if slices.ContainsFunc(together(a.relax, a.given.relax), func(r relaxation) bool { return r.surface }) {
				return true
			}
		}
		return false
	})
}

// text names relaxations and those who take by them.
func text(relaxed []v1.Relaxed) string {
	var b strings.Builder
	for _, r := range relaxed {
		b.WriteString("~" + strconv.FormatInt(r.AfterMillis, 10) + "/" + strings.Join(r.Teams, "/"))
	}
	return b.String()
}

func sameRelaxed(a, b []v1.Relaxed) bool {
	return slices.EqualFunc(a, b, func(x, y v1.Relaxed) bool {
		return x.AfterMillis == y.AfterMillis && slices.Equal(x.Teams, y.Teams)
	})
}
