package staffing

import (
	"slices"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing/allocation"
)

// cover notes what each class gets in each interval, and now. What a class needs now is what it
// needs in the present interval.
func (p *planner) cover() {
	p.needs = make([][]Need, len(p.classes))
	for k := range p.classes {
		p.needs[k] = make([]Need, p.grid.N+1)
	}
	p.allot.now = p.allocateNow()
	net := newNetwork(p.teamsOf, p.slots[0])
	for slot, heads := range p.slots {
		net.reset(heads)
		for k, c := range p.classes {
			need := &p.needs[k][slot]
			if slot < p.grid.N {
				*need = p.needAt(c, slot, slot)
				need.Covered, need.Late = need.Required-c.placed.gap[slot], sample.Span(c.placed.late[slot]/p.allot.scale)
			} else {
				*need = p.needAt(c, 0, slot)
				for _, w := range c.placed.now {
					need.Covered += sample.Milli(p.allot.now.Done(w, 0))
				}
			}
			need.Gap = need.Required - need.Covered
			for e, t := range c.workers {
				heads := p.by(k, slot, e)
				if e < len(c.teams) {
					net.move(c.group, t, heads)
				} else {
					net.spare[t] -= heads // who stands in does not move to make room
				}
			}
		}
		p.coverMore(net, slot)
		if slot == p.grid.N {
			p.coverNow(net)
		}
	}
}

// by is the heads of the e-th team of class k in a slot.
func (p *planner) by(k, slot, e int) sample.Milli {
	if slot == p.grid.N {
		var heads sample.Milli
		for _, w := range p.classes[k].placed.now {
			heads += sample.Milli(p.allot.now.By(w, 0, e))
		}
		return heads
	}
	var time int64
	for _, w := range p.classes[k].placed.works {
		time += p.allot.solver.By(w, slot, e)
	}
	return p.heads(time, slot)
}

// allocateNow gives the people who are there at this moment to what is required in the present
// interval; time is thousandths of heads. Where a day's budget of exposure is used up by the plan,
// only as many draw on it as the plan has do so now, and as much is relaxed as the plan has now.
func (p *planner) allocateNow() *allocation.Solver {
	n := p.grid.N
	heads := make([][]int64, len(p.teams))
	for t := range heads {
		heads[t] = []int64{int64(p.slots[n][t])}
	}
	var limits []allocation.Limit
	for l, of := range p.allot.limits {
		most := p.teams[of.team].Exposure[of.exposure].of(heads[of.team][0])
		if left, limited := p.allot.solver.LeftOfDay(l, 0); limited && left == 0 {
			most = min(most, int64(p.heads(p.allot.solver.Drawn(l, 0), 0)))
		}
		limits = append(limits, allocation.Limit{Team: of.team, Most: []int64{most}})
		p.allot.most = append(p.allot.most, sample.Milli(most))
	}
	var batches [][]allocation.Work
	works := 0
	p.byLevel(func(from, to int) {
		var batch, relaxed []allocation.Work
		for k, c := range p.classes[from:to] {
			others := min(p.relaxedHeads(from+k, 0), c.required[0])
			batch = append(batch, allocation.Work{Edges: c.edgesTo(c.teams), Wanted: []int64{int64(c.required[0] - others)}})
			c.placed.now = []int{works + k}
			if others > 0 {
				c.placed.now = append(c.placed.now, works+to-from+len(relaxed))
				relaxed = append(relaxed, allocation.Work{Edges: c.edgesTo(c.workers), Wanted: []int64{int64(others)}})
			}
		}
		works += len(batch) + len(relaxed)
		batches = append(batches, batch, relaxed)
	})
	return allocation.Solve(1, heads, limits, batches)
}

// coverMore notes what each class could have besides, of people whom nothing that is required takes.
func (p *planner) coverMore(net *network, slot int) {
	extra := make([]sample.Milli, len(p.teamsOf))
	for g := range extra {
		extra[g] = net.more(unlimited, g)
	}
	for k, c := range p.classes {
		need := &p.needs[k][slot]
		if need.Have = min(need.Covered+extra[c.group], need.Eligible); need.Have > need.Covered {
			need.Have = min(need.Have, max(p.allowed([]int{k}, slot), need.Covered))
		}
	}
}

// needAt is what c needs in interval i, and who could do it of those in a slot.
func (p *planner) needAt(c *class, i, slot int) Need {
	n := Need{Required: c.required[i], Standalone: c.standalone[i], RequiredScheduled: p.scheduled(c, c.required[i], i, slot)}
	for _, t := range c.upToStep(p.open(c, i)) {
		n.Eligible += p.slots[slot][t]
		n.Scheduled += p.roster[slot][t]
	}
	return n
}

// coverNow notes what the teams are busy with, and what each queue has.
func (p *planner) coverNow(net *network) {
	for t := range p.present {
		p.present[t].AssignedNow = p.slots[p.grid.N][t] - net.spare[t]
	}
	for l, of := range p.allot.limits {
		x := &p.teams[of.team].Exposure[of.exposure]
		p.present[of.team].Limits = append(p.present[of.team].Limits, LimitNow{
			Name: x.Name, HarmDomains: x.HarmDomains, Most: p.allot.most[l], Used: sample.Milli(p.allot.now.Drawn(l, 0)),
		})
	}
	groups, members := map[string][]int{}, map[string][]int{}
	for k, c := range p.classes {
		queue := c.in.Key.Queue
		p.have[queue] += p.needs[k][p.grid.N].Covered
		members[queue] = append(members[queue], k)
		if !slices.Contains(groups[queue], c.group) {
			groups[queue] = append(groups[queue], c.group)
		}
	}
	for queue, g := range groups {
		most := max(p.allowed(members[queue], p.grid.N), p.have[queue])
		p.have[queue] = min(p.have[queue]+net.more(unlimited, g...), most)
	}
}
