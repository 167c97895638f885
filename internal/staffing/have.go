package staffing

import (
	"slices"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing/allocation"
)

// allowed is the productive heads that may work for some classes in a slot, limits of exposure being
// kept: all of a team that any of them has without a limit; of the others who does, and as many more as
// the limits leave. There is no telling who else could keep to them in their place.
func (p *planner) allowed(classes []int, slot int) (sum sample.Milli) {
	if len(p.allot.limits) == 0 {
		return unlimited
	}
	var seen []int
	for _, k := range classes {
		for _, t := range p.classes[k].teams {
			if !slices.Contains(seen, t) {
				seen = append(seen, t)
				sum += p.allowedOf(t, classes, slot)
			}
		}
	}
	return sum
}

func (p *planner) allowedOf(t int, classes []int, slot int) sample.Milli {
	var works, most sample.Milli
	for _, k := range classes {
		e := slices.Index(p.classes[k].workers, t)
		if e < 0 {
			continue
		}
		left, limited := p.leftNow(p.classes[k].placed.edges[e], slot)
		if !limited {
			return p.slots[slot][t]
		}
		works, most = works+p.by(k, slot, e), max(most, left)
	}
	return min(works+most, p.slots[slot][t])
}

// leftNow is the heads of a team that limits leave for more work of a class over an edge in a slot.
func (p *planner) leftNow(e allocation.Edge, slot int) (left sample.Milli, limited bool) {
	left = p.slots[slot][e.Team]
	for _, l := range e.Limits {
		if slot == p.grid.N {
			left = min(left, p.allot.most[l]-sample.Milli(p.allot.now.Drawn(l, 0)))
		} else {
			left = min(left, p.heads(p.allot.solver.LimitLeft(l, slot), slot))
		}
	}
	return left, len(e.Limits) > 0
}
