package staffing

import (
	"slices"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing/allocation"
)

// Ledger is a plan in whole person-seconds. It closes exactly: Required is OnTime and Late, Supply is
// OnTime, DoneLate, Blocked and Spare.
type Ledger struct {
	Required int64 `json:"required"`
	OnTime   int64 `json:"onTime"`
	Late     int64 `json:"late"`
	Supply   int64 `json:"supply"` // of all productive people
	// DoneLate is what of Late people do after it was due, with time that nothing else takes.
	DoneLate int64 `json:"doneLate"`
	// Blocked is time of people who are free while work waits that they may do, but for a limit of
	// exposure.
	Blocked int64 `json:"blocked"`
	Spare   int64 `json:"spare"`
}

// ExposureUse is a limit of exposure of a team on a day.
type ExposureUse struct {
	Team string         `json:"team"`
	Name string         `json:"name"`
	From sample.Instant `json:"from"`
	To   sample.Instant `json:"to"`
	// Budget is what the day allows, Used what the plan has people do.
	Budget sample.Span `json:"budget"`
	Used   sample.Span `json:"used"`
	// Binds says that work is late which more of the limit would help.
	Binds bool `json:"binds,omitempty"`
}

// account fills in what needs the whole plan: what is done late, the ledger, limits and bottlenecks.
// After it, the solver holds what is done late too.
func (p *planner) account(r *Result) {
	regions := p.allot.solver.Regions()
	r.Binding = p.bottlenecks(regions)
	r.Exposure = p.exposure(regions)
	l := ledger{parts: p.allot.scale * int64(sample.Second)}
	var supply tally
	for i := range p.grid.N {
		for t := range p.teams {
			supply.add(p.time(p.slots[i][t], i), l.parts)
		}
		for _, c := range p.classes {
			l.onTime.add(c.placed.given[i], l.parts)
			l.late.add(c.placed.late[i], l.parts)
		}
	}
	blocked := p.catchUpLate(&l)
	for i := range p.grid.N {
		for t := range p.teams {
			l.blocked.add(blocked[t][i], l.parts)
		}
	}
	r.Ledger = l.close(supply)
}

// tally is a sum in seconds, and the parts of a second beyond.
type tally struct{ seconds, rest int64 }

func (t *tally) add(time, parts int64) {
	t.seconds += time / parts
	t.rest += time % parts
	t.seconds += t.rest / parts
	t.rest %= parts
}

func (t *tally) plus(o tally, parts int64) {
	t.seconds += o.seconds
	t.add(o.rest, parts)
}

// ledger is a Ledger in the making.
type ledger struct {
	parts                           int64 // of a person-second
	onTime, late, doneLate, blocked tally
}

// close rounds sums, so that the parts of a whole add up to it.
func (l ledger) close(supply tally) Ledger {
	out := Ledger{OnTime: l.onTime.seconds, Supply: supply.seconds}
	sum := l.onTime
	sum.plus(l.late, l.parts)
	out.Required = sum.seconds
	out.Late = out.Required - out.OnTime

	sum = l.onTime
	sum.plus(l.doneLate, l.parts)
	out.DoneLate = sum.seconds - out.OnTime
	before := sum.seconds
	sum.plus(l.blocked, l.parts)
	out.Blocked = sum.seconds - before
	out.Spare = supply.seconds - sum.seconds
	return out
}

// catchUpLate has people do what is late with the time that is left of theirs, earliest first; rooms
// that nobody watched are gone. It returns the time, by team and interval, of people who are free
// while work waits that only a limit keeps from them.
func (p *planner) catchUpLate(l *ledger) [][]int64 {
	blocked := make([][]int64, len(p.teams))
	for t := range blocked {
		blocked[t] = make([]int64, p.grid.N)
	}
	for _, c := range p.classes {
		if last := len(c.placed.owed) - 1; last < 0 || c.placed.owed[last] == 0 {
			continue
		}
		var done int64
		for i := range p.grid.N {
			if i > 0 && !c.rooms() {
				got := p.allot.solver.Fill(c.overdue(), i, c.placed.owed[i-1]-done)
				done += got
				l.doneLate.add(got, l.parts)
			}
			p.block(c, i, c.placed.waits(i)-done, blocked)
		}
	}
	for t := range blocked {
		for i := range blocked[t] {
			blocked[t][i] = min(blocked[t][i], p.allot.solver.Spare(t, i))
		}
	}
	return blocked
}

// waits is what is late, or will be, and waits in interval i, were it never done.
func (x placed) waits(i int) int64 { return max(x.comeLate[i], x.owed[i]) }

func (p *planner) block(c *class, i int, waiting int64, blocked [][]int64) {
	if waiting <= 0 {
		return
	}
	for e, t := range c.teams {
		kept := min(p.allot.solver.Limited(c.overdue(), e, i), waiting)
		blocked[t][i] = max(blocked[t][i], kept)
	}
}

// exposure is what the plan has of each limit's days.
func (p *planner) exposure(regions []allocation.Region) []ExposureUse {
	var out []ExposureUse
	for l, of := range p.allot.limits {
		x := p.teams[of.team].Exposure[of.exposure]
		for _, d := range x.days(p.grid.N) {
			use := ExposureUse{Team: p.teams[of.team].Name, Name: x.Name, Budget: d.Budget, From: p.grid.At(d.From), To: p.grid.At(d.To)}
			for i := d.From; i < d.To; i++ {
				use.Used += sample.Span(p.allot.solver.Drawn(l, i) / p.allot.scale)
			}
			use.Binds = slices.ContainsFunc(regions, func(r allocation.Region) bool {
				return slices.Contains(r.Limits, l) && slices.Contains(r.At[d.From:d.To], true)
			})
			out = append(out, use)
		}
	}
	return out
}
