package routing

import (
	"cmp"
	"slices"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/internal/sample"
)

// exposure is the limits of the teams of the surface, and of those that may stand in, for the review tool.
func (c *compilation) exposure() []v1.ExposureLimit {
	var out []v1.ExposureLimit
	for i := range c.in.Teams {
		t := &c.in.Teams[i]
		if !t.onSurface(c.in.Surface) && !c.standsIn(t) {
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

// exposed is what limits of exposure leave the team of its weight, in parts per million, and of its spare
// heads, for work on a domain.
func (t *Team) exposed(domain string) (part int64, spare sample.Milli) {
	part, spare = int64(sample.AllPPM), t.Spare
	for _, l := range t.Limits {
		if slices.Contains(l.HarmDomains, v1.Any) || slices.Contains(l.HarmDomains, domain) {
			part, spare = sample.MulDiv(part, int64(l.Part), int64(sample.AllPPM)), min(spare, l.Spare)
		}
	}
	return part, spare
}

func sameExposure(a, b []v1.ExposureLimit) bool {
	return slices.EqualFunc(a, b, func(x, y v1.ExposureLimit) bool {
		return slices.Equal(x.HarmDomains, y.HarmDomains) && x.Team == y.Team && x.Name == y.Name && x.TimeZone == y.TimeZone &&
			x.DayMillis == y.DayMillis && x.ContinuousMillis == y.ContinuousMillis && x.BreakMillis == y.BreakMillis
	})
}
