package staffing

import (
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// Spend takes what an earlier plan had people do of the present local day off the budgets of its limits of
// exposure: what is left of a day is its budget less that, and not the part of it that the day has left
// to go. Plans share a budget over the day in proportion to the work; were only the hours counted, a
// busy morning would be forgotten at noon. What people really did is not measured by harm domain.
//
// The earlier input is one that has itself been through Spend, or the first there is. One that has
// nothing to say of the present interval changes nothing.
func Spend(in Input, earlier *Input) Input {
	limited := func(t Team) bool { return len(t.Exposure) > 0 }
	if earlier == nil || !slices.ContainsFunc(in.Teams, limited) || !slices.ContainsFunc(earlier.Teams, limited) {
		return in
	}
	start, grid := in.Grid().Start, earlier.Grid()
	if start < grid.Start || start >= grid.At(grid.N) || start.Since(grid.Start)%grid.Width != 0 {
		return in
	}
	now := int(start.Since(grid.Start) / grid.Width)
	in.Teams = slices.Clone(in.Teams)
	if now == 0 { // nothing is over of what that plan had people do
		in.spentAs(earlier)
		return in
	}
	p := required(*earlier)
	for l, of := range p.allot.limits {
		team := &p.teams[of.team]
		if x := in.limit(team.Name, team.Exposure[of.exposure].Name); x != nil {
			x.spend(p.spent(l, now))
		}
	}
	return in
}

// spentAs makes what is used up of the limits of all teams what it is in another input.
func (in *Input) spentAs(other *Input) {
	for i := range in.Teams {
		if k := slices.IndexFunc(other.Teams, func(t Team) bool { return t.Name == in.Teams[i].Name }); k >= 0 {
			in.Teams[i].SpentAs(&other.Teams[k])
		}
	}
}

// limit is one of a team, of an input of its own; nil where there is none with a budget.
func (in Input) limit(team, name string) *ExposureLimit {
	t := slices.IndexFunc(in.Teams, func(t Team) bool { return t.Name == team })
	if t < 0 {
		return nil
	}
	e := slices.IndexFunc(in.Teams[t].Exposure, func(x ExposureLimit) bool { return x.Name == name })
	if e < 0 || in.Teams[t].Exposure[e].Today <= 0 {
		return nil
	}
	in.Teams[t].Exposure = slices.Clone(in.Teams[t].Exposure)
	return &in.Teams[t].Exposure[e]
}

// spent is what of the budget of a limit is used up by interval now, of the day that this belongs to; below
// 0 where there is no telling.
func (p *planner) spent(l, now int) sample.Span {
	of := p.allot.limits[l]
	x := &p.teams[of.team].Exposure[of.exposure]
	for _, d := range x.days(p.grid.N) {
		if now < d.From || now >= d.To {
			continue
		}
		var used int64
		for i := d.From; i < now; i++ {
			used += p.allot.solver.Drawn(l, i)
		}
		before := sample.Span(0)
		if d.From == 0 {
			before = max(x.Today-d.Budget, 0)
		}
		return before + sample.Span(used/p.allot.scale)
	}
	return -1
}

// spend makes the budget of the present day what is left of all of it.
func (x *ExposureLimit) spend(used sample.Span) {
	if used < 0 || len(x.Days) == 0 {
		return
	}
	x.Days = slices.Clone(x.Days)
	x.Days[0].Budget = max(x.Today-used, 0)
}

// SpentAs makes what is used up today of the limits of a team what it is of those that the team had
// before a change.
func (t *Team) SpentAs(before *Team) {
	t.Exposure = slices.Clone(t.Exposure)
	for e := range t.Exposure {
		x := &t.Exposure[e]
		for _, old := range before.Exposure {
			if old.Name == x.Name && x.Today > 0 && old.Today > 0 && len(old.Days) > 0 {
				x.spend(max(old.Today-old.Days[0].Budget, 0))
			}
		}
	}
}

// Spent is what was used up today of a limit of exposure, of the local day that ends at Until, or with
// the plan.
type Spent struct {
	Team  string         `json:"team"`
	Limit string         `json:"limit"`
	Until sample.Instant `json:"until"`
	Used  sample.Span    `json:"used"` // person-time
}

// SpentToday is what was used up of all limits of teams that have FewPeople at some time of the plan:
// of fewer nothing is told.
func (in *Input) SpentToday() []Spent {
	var out []Spent
	for _, t := range in.Teams {
		if !slices.ContainsFunc(t.Supply.Intervals, func(h Heads) bool { return h.Scheduled >= FewPeople }) {
			continue
		}
		for _, x := range t.Exposure {
			if until, used := x.usedToday(in.Grid()); used > 0 {
				out = append(out, Spent{t.Name, x.Name, until, used})
			}
		}
	}
	return out
}

// Resume takes what was stored of the same local day off the budgets.
func (in Input) Resume(spent []Spent) Input {
	in.Teams = slices.Clone(in.Teams)
	for _, s := range spent {
		x := in.limit(s.Team, s.Limit)
		if x == nil {
			continue
		}
		if until, _ := x.usedToday(in.Grid()); until == s.Until {
			x.spend(s.Used)
		}
	}
	return in
}

// usedToday is what was used up of the day that the grid begins in, and when that ends; zeros where there
// is no telling.
func (x *ExposureLimit) usedToday(grid Grid) (until sample.Instant, used sample.Span) {
	if x.Today <= 0 || len(x.Days) == 0 || x.Days[0].From != 0 {
		return 0, 0
	}
	return grid.At(x.Days[0].To), max(x.Today-x.Days[0].Budget, 0)
}
