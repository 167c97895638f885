package routing

import (
	"cmp"
	"slices"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

// exposure is the limits of the teams of the surface, for the review tool.
func (c *compilation) exposure() []v1.ExposureLimit {
	var out []v1.ExposureLimit
	for i := range c.in.Teams {
		t := &c.in.Teams[i]
		if !t.onSurface(c.in.Surface) {
			continue
		}
		for _, l := range t.Exposure {
			l.Team, l.HarmDomains = t.Name, sorted(l.HarmDomains)
			out = append(out, l)
		}
	}
	slices.SortFunc(out, func(a, b v1.ExposureLimit) int {
		return cmp.Or(cmp.Compare(a.Team, b.Team), cmp.Compare(a.Name, b.Name))
	})
	return out
}

func sameExposure(a, b []v1.ExposureLimit) bool {
	return slices.EqualFunc(a, b, func(x, y v1.ExposureLimit) bool {
		return slices.Equal(x.HarmDomains, y.HarmDomains) && x.Team == y.Team && x.Name == y.Name && x.TimeZone == y.TimeZone &&
			x.DayMillis == y.DayMillis && x.ContinuousMillis == y.ContinuousMillis && x.BreakMillis == y.BreakMillis
	})
}
