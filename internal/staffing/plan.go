package staffing

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing/queueing"
)

// Plan works out what each class needs now and in each interval, and what of it the teams cover. It
// is total: values without a meaning are bounded or lower the quality of their class.
func Plan(in Input) Result {
	_, r := planned(in)
	return r
}

// planned is a plan with its planner, which knows more of it than is told.
func planned(in Input) (*planner, Result) {
	p := required(in)
	p.cover()
	r := p.report()
	p.account(&r)
	return p, r
}

// required works out what each class needs, and gives people to it.
func required(in Input) *planner {
	p := newPlanner(in)
	p.need()
	p.keepOthers(in)
	p.allocate()
	return p
}

// need works out what each class needs.
func (p *planner) need() {
	p.planRealTime()
	p.planFlows()
	for _, c := range p.classes {
		c.protect(p.grid.Width)
	}
}

// planner is the work in progress of one Plan.
type planner struct {
	now     sample.Instant
	grid    Grid
	first   sample.Span // what is left of the present interval
	teams   []Team      // by name
	classes []*class    // by importance
	teamsOf [][]int     // by group of classes with the same teams

	needs   [][]Need         // by class, of each interval and, last, of now
	slots   [][]sample.Milli // productive heads by interval and, last, now; by team
	roster  [][]sample.Milli // people scheduled, likewise
	allot   allotment
	have    map[string]sample.Milli // productive heads that each queue has now
	pooled  map[int][]float64       // by group, see pooledHeadroom
	present []TeamPlan
}

func newPlanner(in Input) *planner {
	p := &planner{now: in.Now, grid: in.Grid(), teams: slices.Clone(in.Teams)}
	p.have, p.pooled = map[string]sample.Milli{}, map[int][]float64{}
	p.first = p.grid.At(1).Since(p.now)
	slices.SortFunc(p.teams, func(a, b Team) int { return strings.Compare(a.Name, b.Name) })
	for _, c := range WithDerived(in.Classes) {
		p.classes = append(p.classes, newClass(c, p.teams, p.now, p.grid))
	}
	slices.SortFunc(p.classes, byImportance)
	p.group()
	p.findPeople()
	p.findLeft()
	return p
}

// group numbers the sets of teams that occur; classes that no team serves share one.
func (p *planner) group() {
	known := map[string]int{}
	for _, c := range p.classes {
		c.workers = slices.Clone(c.teams)
		for _, s := range c.relax {
			c.workers = append(c.workers, s.teams...)
		}
		key := fmt.Sprint(c.teams)
		g, ok := known[key]
		if !ok {
			g = len(p.teamsOf)
			known[key] = g
			p.teamsOf = append(p.teamsOf, c.teams)
		}
		c.group = g
	}
}

// findPeople sets the heads of each team in each interval and now.
func (p *planner) findPeople() {
	n := p.grid.N
	p.slots, p.roster = make([][]sample.Milli, n+1), make([][]sample.Milli, n+1)
	for i := range p.slots {
		p.slots[i], p.roster[i] = make([]sample.Milli, len(p.teams)), make([]sample.Milli, len(p.teams))
	}
	for t, team := range p.teams {
		for i, h := range team.Supply.Intervals[:min(n, len(team.Supply.Intervals))] {
			p.slots[i][t], p.roster[i][t] = bounded(h.Productive), bounded(h.Scheduled)
		}
		tp := teamNow(team)
		p.slots[n][t], p.roster[n][t] = tp.ProductiveNow, tp.ScheduledNow
		p.present = append(p.present, tp)
	}
}

// maxTeam bounds the heads of a team, as the API bounds its shifts.
const maxTeam sample.Milli = 32 * maxHeadcount * 1000

func bounded(h sample.Milli) sample.Milli { return min(max(h, 0), maxTeam) }

// teamNow is the team at this moment. People really there have not called in sick: of the shrinkage
// only the planned part is taken off them, and they are on their ramp like those on the roster.
func teamNow(t Team) TeamPlan {
	out := TeamPlan{
		Name:         t.Name,
		ScheduledNow: bounded(t.Supply.Now.Scheduled), ProductiveNow: bounded(t.Supply.Now.Productive),
		NextChange: t.Supply.NextChange, NextScheduled: t.Supply.Next.Scheduled,
	}
	if !t.Present.Fresh() || t.Present.Value < 0 {
		return out
	}
	out.Present = true
	there := int64(bounded(t.Present.Value))
	planned := Shrinkage{Planned: t.Shrinkage.Planned}.Productive()
	worth := sample.MulDiv(there, int64(planned), int64(sample.AllPPM))
	full := sample.MulDiv(int64(out.ScheduledNow), int64(t.Shrinkage.Productive()), int64(sample.AllPPM))
	if rampless := int64(out.ProductiveNow); full > rampless && full > 0 {
		worth = sample.MulDiv(worth, rampless, full)
	}
	out.ProductiveNow = sample.Milli(worth)
	return out
}

// planRealTime sets the needs of promises within one interval and of rooms, pooled by group.
func (p *planner) planRealTime() {
	pools := map[[2]int]*pool{}
	var order []*pool
	for _, c := range p.classes {
		kind := 0
		if c.rooms() {
			kind = 1
		} else if !c.realTime(p.grid.Width) {
			continue
		}
		key := [2]int{c.group, kind}
		if len(c.teams) == 0 {
			key[0] = -1 - len(order) // nobody serves them: there is nothing to share
		}
		if pools[key] == nil {
			pools[key] = &pool{width: p.grid.Width}
			order = append(order, pools[key])
		}
		pools[key].members = append(pools[key].members, c)
	}
	for _, q := range order {
		q.plan()
	}
	for _, c := range p.classes {
		c.catchUp(p.grid.Width, p.first)
	}
}

// realTime reports whether some of c may not wait longer than an interval, at some time of the plan.
func (c *class) realTime(width sample.Span) bool {
	return !c.rooms() && regime(c.promises[0].Promise, width) == ModelRealTime
}

// planFlows sets the needs of promises beyond one interval. Work that can wait is planned, in order
// of importance, into the time that real-time work and more important work leave to its people.
func (p *planner) planFlows() {
	nets := make([]*network, p.grid.N)
	for i := range nets {
		nets[i] = newNetwork(p.teamsOf, p.slots[i])
		for _, c := range p.classes {
			nets[i].give(c.group, c.required[i])
		}
	}
	for _, c := range p.classes {
		if !c.known || c.rooms() || regime(c.promises[len(c.promises)-1].Promise, p.grid.Width) == ModelRealTime {
			c.bind(p.grid.Width, nil)
			continue
		}
		people := make([]sample.Milli, len(nets))
		for i, n := range nets {
			people[i] = min(n.more(unlimited, c.group)+c.required[i], maxLoad*sample.One)
		}
		before := slices.Clone(c.required)
		c.planFlow(p, people)
		for i, n := range nets {
			n.give(c.group, c.required[i]-before[i])
		}
	}
}

// waits reports whether all of c that comes now may wait longer than an interval. Where a part may
// not, every interval has to have what it needs.
func (c *class) waits(width sample.Span) bool {
	return c.known && !c.rooms() && !c.hurried(0, width) && width <= maxWidth
}

// planFlow raises the needs of c to those of its promises beyond one interval.
func (c *class) planFlow(p *planner, people []sample.Milli) {
	c.people = people
	pooled := p.pooledHeadroom(c)
	shared := slices.ContainsFunc(pooled, func(x float64) bool { return x < 1 })
	first := make([]sample.Milli, len(c.promises))
	for k := range c.promises {
		promise := &c.promises[k]
		if regime(promise.Promise, p.grid.Width) == ModelRealTime {
			continue
		}
		f := c.flowOf(p, []era{{within: c.lead(promise.Promise)}})
		if !promise.now {
			f.backlog = 0
		}
		need := func(pooled []float64) ([]sample.Milli, schedule) {
			f.loads = make([]sample.Milli, len(f.spans))
			for i := range f.loads {
				f.loads[i] = c.inflated(promise.Promise, i, pooled[i])
			}
			return f.plan()
		}
		together, work := need(pooled)
		first[k] = together[0]
		alone := together
		if shared {
			alone, _ = need(ones(len(pooled)))
		}
		if c.waits(p.grid.Width) && !promise.dated(p.grid.N) {
			c.work.join(work)
		}
		for i := promise.from; i < promise.to; i++ {
			c.required[i] = max(c.required[i], together[i])
			c.standalone[i] = max(c.standalone[i], alone[i], c.required[i])
		}
	}
	c.planChange(p, pooled)
	c.bind(p.grid.Width, first)
}

// flowOf is the work of c with the times that it has, and no loads yet.
func (c *class) flowOf(p *planner, eras []era) flow {
	return flow{spans: p.spans(), people: c.people, backlog: c.backlogWork(), oldest: c.oldest, eras: eras, overdue: p.grid.Width}
}

func ones(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = 1
	}
	return out
}

// spans are what is left of the present interval, and the rest of the grid.
func (p *planner) spans() []sample.Span {
	out := make([]sample.Span, p.grid.N)
	for i := range out {
		out[i] = p.grid.Width
	}
	out[0] = p.first
	return out
}

// pooledHeadroom is the share of its own headroom that c needs in each interval because it shares
// its teams with others.
func (p *planner) pooledHeadroom(c *class) []float64 {
	if len(c.teams) == 0 {
		return ones(p.grid.N)
	}
	if p.pooled[c.group] == nil {
		p.pooled[c.group] = p.poolHeadroom(c.group)
	}
	return p.pooled[c.group]
}

func (p *planner) poolHeadroom(group int) []float64 {
	out := ones(p.grid.N)
	for i := range out {
		var windows []queueing.Window
		for _, c := range p.classes {
			if c.group != group || !c.known || c.rooms() {
				continue
			}
			if strictest, ok := c.strictestFlow(i, p.grid.Width); ok {
				w, _ := c.window(strictest, i)
				windows = append(windows, w)
			}
		}
		out[i] = queueing.Pooled(windows)
	}
	return out
}

// bind chooses the promise that needs most now, of those that hold now; first is what those beyond one interval need.
func (c *class) bind(width sample.Span, first []sample.Milli) {
	most := sample.Milli(-1)
	for k, promise := range c.promises {
		var need sample.Milli
		switch {
		case !promise.now:
			continue
		case !c.known || c.rooms():
		case regime(promise.Promise, width) == ModelRealTime:
			need = c.aloneNow(promise.Promise, width)
		case first != nil:
			need = first[k]
		}
		if need > most {
			c.binding, most = k, need
		}
	}
}

// aloneNow is what c needs now for one promise within an interval.
func (c *class) aloneNow(p Promise, width sample.Span) sample.Milli {
	n := max(queueing.Heads(c.load(0), c.handleSeconds(), c.target(p)),
		queueing.AtOccupancy(c.load(0), share(c.occupancy)))
	need := sample.Whole(int64(n))
	if c.backlog > 0 {
		catchUp, _ := c.catchUpHeads(p.Within, width)
		need = max(need, catchUp)
	}
	return need
}

// protect raises a protected class to the least number on shift: always where its promise is 4 h or
// less, or it is rooms; where it is longer, whenever it is worked on.
func (c *class) protect(width sample.Span) {
	if !c.in.Protected || c.rooms() {
		return // the pool has seen to it
	}
	if !c.realTime(width) || c.waits(width) {
		c.flow = slices.Clone(c.required)
	}
	floor := sample.Whole(protectedHeads)
	for i := range c.required {
		if c.hurried(i, width) {
			continue // likewise
		}
		strictest, _ := c.strictestFlow(i, width)
		if regime(strictest, width) == ModelNearRealTime || !c.known || c.required[i] > 0 {
			c.required[i] = max(c.required[i], floor)
			c.standalone[i] = max(c.standalone[i], floor)
		}
	}
}
