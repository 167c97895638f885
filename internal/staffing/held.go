package staffing

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing/allocation"
)

// Held is work that is late only because limits of exposure keep it from people who are there: more
// of their hours do not help.
type Held struct {
	Key ClassKey `json:"key"`
	// Time is the person-time, From the start of the first interval in which people are missing for it.
	Time sample.Span    `json:"time"`
	From sample.Instant `json:"from"`
	// Limits are those that bind of the teams that may do it; none where limits on other work keep
	// these teams busy elsewhere.
	Limits []HeldBy `json:"limits,omitempty"`
}

// HeldBy is a limit of exposure that keeps people from work.
type HeldBy struct {
	Team string `json:"team"`
	Name string `json:"name"`
	// PerDay, Continuous and Break are what it says of one person, as far as known.
	PerDay     sample.Span `json:"perDay,omitempty"`
	Continuous sample.Span `json:"continuous,omitempty"`
	Break      sample.Span `json:"break,omitempty"`
	// ByDay says that the budget of some day is used up, not only the share of some interval.
	ByDay bool `json:"byDay,omitempty"`
}

// String names the limit with its team and what it says of one person.
func (h HeldBy) String() string {
	var says []string
	if h.PerDay > 0 {
		says = append(says, fmt.Sprintf("%s a person and day", h.PerDay))
	}
	if h.Continuous > 0 {
		says = append(says, fmt.Sprintf("%s at a stretch, then %s of something else", h.Continuous, h.Break))
	}
	text := fmt.Sprintf("limit %s of team %s", h.Name, h.Team)
	if len(says) > 0 {
		text += " (" + strings.Join(says, ", ") + ")"
	}
	return text
}

// Advice says what helps where limits hold work back.
func (h *Held) Advice() string {
	if len(h.Limits) == 0 {
		return "limits on other work keep its teams busy; more people help, or others who learn " + h.skill()
	}
	var limits []string
	for _, l := range h.Limits[:min(len(h.Limits), mostReasons)] {
		limits = append(limits, l.String())
	}
	text := strings.Join(limits, ", ")
	if more := len(h.Limits) - mostReasons; more > 0 {
		text = fmt.Sprintf("%s and %d more", text, more)
	}
	verb := "binds"
	if len(h.Limits) > 1 {
		verb = "bind"
	}
	return fmt.Sprintf("longer hours do not help, since %s %s; more people do, or others who learn %s", text, verb, h.skill())
}

func (h *Held) skill() string {
	switch {
	case h.Key.HarmDomain != "" && h.Key.HarmDomain != "*":
		return h.Key.HarmDomain
	case h.Key.Language != "":
		return h.Key.Language
	}
	return "this work"
}

// HeldBack finds what of each class Plan has late for limits of exposure alone, the most first, at most
// 32. It takes about as long as Plan, where a limit binds.
func HeldBack(in Input) []Held {
	p := required(in)
	return p.hold(p.allot.solver.Regions())
}

// hold goes on from the allocation there is as if nothing were limited.
func (p *planner) hold(regions []allocation.Region) []Held {
	binds := func(r allocation.Region) bool { return len(r.Limits) > 0 }
	if !slices.ContainsFunc(regions, binds) {
		return nil
	}
	free := p.allot.solver.Unlimited()
	free.Again()
	lacks := p.lacks(free)
	var out []Held
	for k, c := range p.classes {
		h := Held{Key: c.in.Key}
		for _, w := range c.placed.works {
			h.Time += sample.Span((p.allot.solver.Undone(w) - free.Undone(w)) / p.allot.scale)
		}
		if h.Time <= 0 {
			continue
		}
		first := slices.IndexFunc(upTo(p.grid.N), func(i int) bool { return c.placed.gap[i] > lacks[k][i] })
		h.From = max(p.grid.At(max(first, 0)), p.now)
		h.Limits = p.heldBy(c, regions)
		out = append(out, h)
	}
	slices.SortStableFunc(out, func(a, b Held) int { return int(min(max(b.Time-a.Time, -1), 1)) })
	return out[:min(len(out), maxBottlenecks)]
}

// heldBy are the limits that bind and that the work of c counts for.
func (p *planner) heldBy(c *class, regions []allocation.Region) []HeldBy {
	var out []HeldBy
	for l, of := range p.allot.limits {
		x := &p.teams[of.team].Exposure[of.exposure]
		binds := func(r allocation.Region) bool { return slices.Contains(r.Limits, l) }
		if !x.Draws(c.in) || !slices.Contains(c.workers, of.team) || !slices.ContainsFunc(regions, binds) {
			continue
		}
		h := HeldBy{Team: p.teams[of.team].Name, Name: x.Name, PerDay: x.PerDay, Continuous: x.Continuous, Break: x.Break}
		for _, d := range x.days(p.grid.N) {
			if d.From < d.To {
				left, limited := p.allot.solver.LeftOfDay(l, d.From)
				h.ByDay = h.ByDay || limited && left == 0
			}
		}
		out = append(out, h)
	}
	return out
}
