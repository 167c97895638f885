package staffing

import (
	"fmt"
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// withinExposure knows the rule of what draws on a limit a second time.
func (a audit) withinExposure() error {
	for t, team := range a.teams {
		for _, x := range team.Exposure {
			if err := a.within(t, x); err != nil {
				return fmt.Errorf("%s/%s: %w", team.Name, x.Name, err)
			}
		}
	}
	for _, x := range a.r.Exposure {
		if x.Used > x.Budget {
			return fmt.Errorf("%+v is overdrawn", x)
		}
	}
	return nil
}

// drawn is what team t does by interval that counts for a limit.
func (a audit) drawn(t int, x ExposureLimit) []int64 {
	out := make([]int64, a.grid.N)
	for k, c := range a.classes {
		e := slices.Index(c.workers, t)
		domains := append([]string{c.in.Key.HarmDomain, "*"}, c.in.Requires.HarmDomains...)
		if e < 0 || !slices.ContainsFunc(x.HarmDomains, func(d string) bool { return slices.Contains(domains, d) }) {
			continue
		}
		for i := range out {
			out[i] += a.gives(k, e, i)
		}
	}
	return out
}

func (a audit) within(t int, x ExposureLimit) error {
	drawn := a.drawn(t, x)
	for i, time := range drawn {
		if most := a.time(a.slots[i][t], i); x.Share > 0 && time*int64(sample.AllPPM) > most*int64(x.Share) {
			return fmt.Errorf("%d of %d in interval %d", time, most, i)
		}
	}
	for _, d := range x.Days {
		var sum int64
		for _, time := range drawn[d.From:d.To] {
			sum += time
		}
		if sum > int64(d.Budget)*a.allot.scale {
			return fmt.Errorf("%d of %d on the day from %d", sum, d.Budget, d.From)
		}
	}
	return nil
}

// protectedFirst finds protected work that is undone while people who could do it do something less
// important.
func (a audit) protectedFirst() error {
	for _, c := range a.classes {
		if !c.in.Protected {
			continue
		}
		for _, w := range c.placed.works {
			for i := range a.grid.N {
				if a.allot.solver.UndoneAt(w, i) == 0 {
					continue
				}
				if team, other, found := a.prefers(c, i); found {
					return fmt.Errorf("%s does %+v while %+v is undone in %d", team, other, c.in.Key, i)
				}
			}
		}
	}
	return nil
}

// prefers finds a team that in interval i does what is not protected, and could do work of c.
func (a audit) prefers(c *class, i int) (team string, other ClassKey, found bool) {
	for k, o := range a.classes {
		if o.in.Protected {
			continue
		}
		for e, t := range o.workers {
			if slices.Contains(c.teams, t) && a.gives(k, e, i) > 0 && !a.atLimit(c, t, i) {
				return a.teams[t].Name, o.in.Key, true
			}
		}
	}
	return "", ClassKey{}, false
}

// atLimit reports whether a limit of team t keeps work of c from it.
func (a audit) atLimit(c *class, t, i int) bool {
	for l, of := range a.allot.limits {
		if x := a.teams[t].Exposure; of.team == t && x[of.exposure].Draws(c.in) {
			left, limited := a.allot.solver.LeftOfDay(l, i)
			if limited && left == 0 || a.allot.solver.Drawn(l, i) == x[of.exposure].of(a.time(a.slots[i][t], i)) {
				return true
			}
		}
	}
	return false
}
