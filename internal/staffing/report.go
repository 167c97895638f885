package staffing

import (
	"slices"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing/queueing"
)

// report puts together what the planner found.
func (p *planner) report() Result {
	r := Result{Now: p.now, Grid: p.grid, Teams: p.present, Quality: sample.Fresh}
	for k, c := range p.classes { // by importance: of several first breaches the most important stands
		cp := p.reportClass(c, p.needs[k])
		cp.ByTeam = p.byTeam(k, p.grid.N)
		if p.grid.N > 1 {
			cp.ByTeamNext = p.byTeam(k, 1)
		}
		r.Classes = append(r.Classes, cp)
		if !cp.Known() {
			r.Unknown++
		}
		r.Quality = min(r.Quality, cp.Quality)
		if cp.FirstGap != 0 && (r.FirstBreach == 0 || cp.FirstGap < r.FirstBreach) {
			r.FirstBreach, r.FirstBreachClass = cp.FirstGap, cp.Key
		}
	}
	r.Queues = p.reportQueues(r.Classes)
	r.Languages = p.reportLanguages()
	slices.SortFunc(r.Classes, func(a, b ClassPlan) int { return a.Key.Compare(b.Key) })
	p.addUp(&r)
	return r
}

func (p *planner) reportClass(c *class, needs []Need) ClassPlan {
	n := p.grid.N
	cp := ClassPlan{
		Key: c.in.Key, Derived: c.in.Derived, Quality: c.quality, Cause: c.cause, Findings: c.findings, AgesAssumed: c.agesAssumed,
		Now: needs[n], Intervals: needs[:n:n], Model: c.model(p.grid.Width), Reachable: sample.AllPPM,
	}
	for _, t := range c.teams {
		cp.Teams = append(cp.Teams, p.teams[t].Name)
	}
	if len(p.allot.limits) > 0 {
		cp.Domains = append([]string{c.in.Key.HarmDomain}, c.in.Requires.HarmDomains...)
	}
	cp.Relaxed = p.relaxedTeams(c)
	if bound := c.promises[c.binding]; !c.rooms() && !bound.assumed {
		cp.Promise = bound.Promise
	}
	p.findShortPromise(c, &cp)
	p.findGaps(&cp)
	p.findUncovered(&cp)
	return cp
}

func (c *class) model(width sample.Span) Model {
	switch {
	case !c.known:
		return ModelNone
	case c.rooms():
		return ModelRooms
	}
	return regime(c.promises[c.binding].Promise, width)
}

// findShortPromise looks for a promise that the work itself is too long for; such a promise is the
// one to be shown.
func (p *planner) findShortPromise(c *class, cp *ClassPlan) {
	if !c.known || c.rooms() || c.promises[c.binding].assumed {
		return
	}
	cp.Reachable = reachable(c.target(cp.Promise))
	for _, promise := range c.promisedNow() {
		if most := reachable(c.target(promise)); most < promise.Percent && promise.Percent <= highestPercent ||
			most < highestPercent && promise.Percent > highestPercent {
			cp.Promise, cp.Reachable = promise, most
			cp.Findings = append(cp.Findings, FindingPromiseShorterThanWork)
			return
		}
	}
}

// reachable is the percent of a target that any headcount can keep, rounded down.
func reachable(t queueing.Target) sample.PPM {
	return sample.PPM(t.Reachable() * float64(sample.AllPPM))
}

// findGaps notes the first, the last and the worst interval with a gap; the present one begins now.
func (p *planner) findGaps(cp *ClassPlan) {
	if cp.Now.Gap > 0 {
		cp.FirstGap, cp.LastGap = p.now, p.grid.At(1)
		cp.WorstGap = Moment{p.now, cp.Now.Gap}
	}
	for i, need := range cp.Intervals {
		if need.Gap <= 0 {
			continue
		}
		start := max(p.grid.At(i), p.now)
		if cp.FirstGap == 0 {
			cp.FirstGap = start
		}
		cp.LastGap = p.grid.At(i + 1)
		if need.Gap > cp.WorstGap.Heads {
			cp.WorstGap = Moment{start, need.Gap}
		}
	}
}

// findUncovered notes the times at which people are needed and nobody who holds the skills is on
// shift, or fewer than two.
func (p *planner) findUncovered(cp *ClassPlan) {
	eligible := func(i int, from, to sample.Milli) bool {
		need := &cp.Intervals[i]
		return need.Required > 0 && need.Eligible >= from && need.Eligible < to
	}
	cp.Uncovered = p.ranges(func(i int) bool { return eligible(i, 0, 1) })
	cp.Alone = p.ranges(func(i int) bool { return eligible(i, 1, 2*sample.One) })
	if len(cp.Uncovered) > 0 && len(cp.Teams) > 0 {
		cp.Findings = append(cp.Findings, FindingNobodyOnShift)
	}
}

// byTeam is who works for class k in a slot.
func (p *planner) byTeam(k, slot int) []TeamShare {
	var out []TeamShare
	for e, t := range p.classes[k].workers {
		if heads := p.by(k, slot, e); heads > 0 {
			out = append(out, TeamShare{p.teams[t].Name, heads})
		}
	}
	return out
}

// reportQueues adds up the classes of each queue.
func (p *planner) reportQueues(classes []ClassPlan) []QueuePlan {
	sums := map[string]*queueSum{}
	var order []string
	for k, cp := range classes {
		name := cp.Key.Queue
		if sums[name] == nil {
			sums[name] = &queueSum{plan: QueuePlan{Queue: name, Quality: sample.Fresh}}
			order = append(order, name)
		}
		sums[name].add(p.classes[k], cp)
	}
	slices.Sort(order)
	out := make([]QueuePlan, 0, len(order))
	for _, name := range order {
		out = append(out, sums[name].done(p.have[name]))
	}
	return out
}

// queueSum is a queue in the making.
type queueSum struct {
	plan                QueuePlan
	required, scheduled sample.Milli
	backlog             int64 // person-milliseconds
	load                int64 // millionths of heads
}

func (s *queueSum) add(c *class, cp ClassPlan) {
	q := &s.plan
	if cp.Quality < q.Quality {
		q.Quality, q.Cause = cp.Quality, cp.Cause
	}
	q.HumanShort = q.HumanShort || cp.Known() && cp.Now.Gap > 0
	q.Gap += cp.Now.Gap
	if cp.FirstGap != 0 && (q.FirstGap == 0 || cp.FirstGap < q.FirstGap) {
		q.FirstGap = cp.FirstGap
	}
	for _, f := range cp.Findings {
		if at, found := slices.BinarySearch(q.Findings, f); !found {
			q.Findings = slices.Insert(q.Findings, at, f)
		}
	}
	s.required += cp.Now.Required
	s.scheduled += cp.Now.RequiredScheduled
	if !c.rooms() {
		s.backlog += c.backlogWork()
		s.load += c.microLoad(0)
	}
}

// done rounds the sums to whole heads, have being the productive heads that the queue has.
func (s *queueSum) done(have sample.Milli) QueuePlan {
	q := s.plan
	q.Need, q.NeedScheduled = s.required.Ceil(), s.scheduled.Ceil()
	q.Have = int64(have / sample.One)
	if q.Gap > 0 {
		q.Have = min(q.Have, q.Need-1)
	} else {
		q.Have = max(q.Have, q.Need)
	}
	if s.backlog > 0 {
		q.Drain = Never
		if free := int64(have)*1000 - s.load; free > 0 {
			q.Drain = sample.Span(min(sample.MulDivUp(s.backlog, 1_000_000, free), int64(maxTime)))
		}
	}
	return q
}

// addUp fills in what is over all classes and teams.
func (p *planner) addUp(r *Result) {
	n := p.grid.N
	r.Totals = make([]Total, n)
	classes, teams := upTo(len(p.classes)), upTo(len(p.teams))
	var required, covered int64
	for i := range r.Totals {
		t := p.total(i, classes, teams)
		r.Totals[i] = t
		required += int64(t.Required)
		covered += int64(t.Covered)
		if t.Required > r.Peak.Heads {
			r.Peak = Moment{max(p.grid.At(i), p.now), t.Required}
		}
		if t.Gap > r.WorstGap.Heads {
			r.WorstGap = Moment{max(p.grid.At(i), p.now), t.Gap}
		}
	}
	r.NowTotal = p.total(n, classes, teams)
	r.Coverage = sample.AllPPM
	if required > 0 {
		r.Coverage = sample.PPM(sample.MulDiv(covered, int64(sample.AllPPM), required))
	}
}

// upTo is 0 to n−1.
func upTo(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}
