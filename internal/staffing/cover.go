package staffing

import (
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// cover serves the classes in order of importance, in each interval and then now, and notes what
// each gets. What a class needs now is what it needs in the present interval.
func (p *planner) cover() {
	p.needs = make([][]Need, len(p.classes))
	for k := range p.classes {
		p.needs[k] = make([]Need, p.grid.N+1)
	}
	net := newNetwork(p.teamsOf, p.slots[0])
	for slot, heads := range p.slots {
		interval := slot
		if slot == p.grid.N {
			interval = 0
		}
		copy(net.spare, heads)
		clear(net.given)
		for k, c := range p.classes {
			need := c.need(interval, heads, p.roster[slot])
			need.Covered = net.give(c.group, need.Required)
			need.Gap = need.Required - need.Covered
			p.needs[k][slot] = need
		}
		extra := make([]sample.Milli, len(p.teamsOf))
		for g := range extra {
			extra[g] = net.more(unlimited, g)
		}
		for k, c := range p.classes {
			p.needs[k][slot].Have = p.needs[k][slot].Covered + extra[c.group]
		}
		if slot == p.grid.N {
			p.coverNow(net)
		}
	}
}

// need is what c needs in interval i, and who could do it.
func (c *class) need(i int, heads, roster []sample.Milli) Need {
	n := Need{Required: c.required[i], Standalone: c.standalone[i], RequiredScheduled: c.scheduled(c.required[i])}
	for _, t := range c.teams {
		n.Eligible += heads[t]
		n.Scheduled += roster[t]
	}
	return n
}

// scheduled is the people to put on the roster so that productive heads are left after the mean
// shrinkage of the eligible teams; the same number where that leaves nobody.
func (c *class) scheduled(productive sample.Milli) sample.Milli {
	if c.left <= 0 {
		return productive
	}
	return sample.Milli(sample.MulDivUp(int64(productive), int64(sample.AllPPM), int64(c.left)))
}

// coverNow notes what the teams are busy with, and what each queue has.
func (p *planner) coverNow(net *network) {
	for t := range p.present {
		p.present[t].AssignedNow = p.slots[p.grid.N][t] - net.spare[t]
	}
	groups := map[string][]int{}
	for k, c := range p.classes {
		queue := c.in.Key.Queue
		p.have[queue] += p.needs[k][p.grid.N].Covered
		if !slices.Contains(groups[queue], c.group) {
			groups[queue] = append(groups[queue], c.group)
		}
	}
	for queue, g := range groups {
		p.have[queue] += net.more(unlimited, g...)
	}
}
