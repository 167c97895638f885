package staffing

import (
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// Dropped is what a relaxation no longer asks of a team.
type Dropped string

// What may be dropped by a relaxation. Languages, harm domains and clearances are never, role and tier
// only where a class may borrow.
const (
	DropMarket  Dropped = "market"
	DropSurface Dropped = "surface"
)

// DropTier is what is dropped where a class may borrow (see Class.Borrow): its tier for a higher one, and
// its role for any other. No relaxation names it.
const DropTier Dropped = "tier"

// Relaxation lets work that is older than After go to teams that lack what is dropped, besides what
// the relaxations before it dropped. It is a last resort: only for work that would be late otherwise.
type Relaxation struct {
	After sample.Span `json:"after"`
	Drop  Dropped     `json:"drop"`
}

// RelaxedTeams are those that may do work of a class that is older than After, besides its teams.
type RelaxedTeams struct {
	After sample.Span `json:"after"`
	Drop  Dropped     `json:"drop"`
	Teams []string    `json:"teams"`
}

// step is a relaxation that comes in time for the class.
type step struct {
	after   sample.Span
	dropped []Dropped // all that is dropped by now; the last one by this step
	teams   []int     // whom it adds
}

// findRelaxed notes who may do older work of c. Where nobody else may do any, what their shrinkage and
// occupancy mean counts.
func (c *class) findRelaxed(teams []Team, width sample.Span) {
	if c.in.Protected || c.in.Derived || c.rooms() || !c.known {
		return
	}
	c.relax = c.steps(width)
	alone := len(c.teams) == 0
	var left sample.PPM
	n := 0
	for i, t := range teams {
		if c.addRelaxed(i, t) && alone {
			c.meet(t)
			left += t.Shrinkage.Productive()
			n++
		}
	}
	c.relax = slices.DeleteFunc(c.relax, func(s step) bool { return len(s.teams) == 0 })
	if n > 0 {
		c.left = left / sample.PPM(n)
		c.findings = slices.DeleteFunc(c.findings, func(f Finding) bool { return f == FindingNoTeam })
	}
}

// steps are the relaxations of c. One whose time is not over before the work has to be under way is
// none; one is taken no earlier than those before it.
func (c *class) steps(width sample.Span) []step {
	latest := c.lead(c.promises[0].Promise)
	if c.waits(width) {
		for _, p := range c.promises[1:] {
			latest = max(latest, c.lead(p.Promise))
		}
	}
	var out []step
	var s step
	if c.in.Borrow {
		s.dropped = []Dropped{DropTier}
		out = append(out, s)
	}
	for _, r := range c.in.Relax {
		s.after = max(s.after, r.After)
		if s.after < latest && (r.Drop == DropMarket || r.Drop == DropSurface) && !slices.Contains(s.dropped, r.Drop) {
			s.dropped = append(slices.Clone(s.dropped), r.Drop)
			out = append(out, s)
		}
	}
	return out
}

// addRelaxed adds a team to the first step that lets it do the work, if it may not do it anyway.
func (c *class) addRelaxed(i int, t Team) bool {
	if Qualified(c.in, t) {
		return false
	}
	k := slices.IndexFunc(c.relax, func(s step) bool { return qualified(c.in, t, s.dropped) })
	if k < 0 {
		return false
	}
	c.relax[k].teams = append(slices.Clip(c.relax[k].teams), i)
	return true
}

// upToStep are the teams, and those of the first steps.
func (c *class) upToStep(steps int) []int {
	n := len(c.teams)
	for _, s := range c.relax[:steps] {
		n += len(s.teams)
	}
	return c.workers[:n]
}

// open is how many steps there may be work for in interval i: some that has come is old enough at
// its end.
func (p *planner) open(c *class, i int) int {
	age := p.end(i)
	if c.backlog > 0 {
		age += c.oldest
	}
	k := 0
	for k < len(c.relax) && c.relax[k].after < age {
		k++
	}
	return k
}

// end is the time from now to the end of interval i.
func (p *planner) end(i int) sample.Span { return p.grid.At(i + 1).Since(p.now) }

// relaxedHeads is what of class k others than its teams do in a slot.
func (p *planner) relaxedHeads(k, slot int) (sum sample.Milli) {
	c := p.classes[k]
	for e := len(c.teams); e < len(c.workers); e++ {
		sum += p.by(k, slot, e)
	}
	return sum
}

// relaxedTeams names who may do older work of c.
func (p *planner) relaxedTeams(c *class) []RelaxedTeams {
	var out []RelaxedTeams
	for _, s := range c.relax {
		r := RelaxedTeams{After: s.after, Drop: s.dropped[len(s.dropped)-1]}
		for _, t := range s.teams {
			r.Teams = append(r.Teams, p.teams[t].Name)
		}
		out = append(out, r)
	}
	return out
}

// relaxedNow is what others than its teams do of a class now.
func (c ClassPlan) relaxedNow() []TeamShare {
	if len(c.Relaxed) == 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(c.ByTeam), func(s TeamShare) bool { return slices.Contains(c.Teams, s.Team) })
}

// overdue is the work of c as which what is late is done: that of all steps, if all that is late is old
// enough for them.
func (c *class) overdue() int {
	works := c.placed.works
	if n := len(c.relax); n > 0 && c.relax[n-1].after < c.lead(c.promises[0].Promise) {
		return works[len(works)-1]
	}
	return works[0]
}

// StandIns are the teams that may do older work of c besides its own, by the age from which they may;
// indices of teams.
func StandIns(c Class, teams []Team) []StandIn {
	if c.Protected || c.Derived || c.Work == Rooms {
		return nil
	}
	var out []StandIn
	var after sample.Span
	var dropped []Dropped
	seen := make([]bool, len(teams))
	for t := range teams {
		seen[t] = Qualified(c, teams[t])
	}
	relax := c.Relax
	if c.Borrow {
		relax = append([]Relaxation{{Drop: DropTier}}, relax...)
	}
	for _, r := range relax {
		after, dropped = max(after, r.After), append(dropped, r.Drop)
		for t := range teams {
			if !seen[t] && qualified(c, teams[t], dropped) {
				seen[t], out = true, append(out, StandIn{after, t})
			}
		}
	}
	return out
}

// StandIn is a team that may do work from an age on.
type StandIn struct {
	After sample.Span
	Team  int
}
