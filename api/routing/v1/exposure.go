package v1

import (
	"fmt"
	"regexp"
)

// ExposureLimit is how long one person of a team may look at some harm domains. It is
// for the review tool, which alone knows who looks at what: plans and routing keep the
// limits of a team together, and not those of each person.
type ExposureLimit struct {
	Team string `json:"team"`
	Name string `json:"name"`
	// HarmDomains that it is about; "*" is all.
	HarmDomains []string `json:"harmDomains"`
	// TimeZone whose days are meant, by its name in the IANA database.
	TimeZone string `json:"timeZone"`
	// DayMillis is the most in one local day; 0 for no limit.
	DayMillis int64 `json:"dayMillis,omitempty"`
	// ContinuousMillis is the most at a stretch, and BreakMillis the time of other work
	// after it; 0 for no limit.
	ContinuousMillis int64 `json:"continuousMillis,omitempty"`
	BreakMillis      int64 `json:"breakMillis,omitempty"`
}

const dayMillis = 24 * 60 * 60 * 1000

var zoneName = regexp.MustCompile(`^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$`)

func (w *Weights) validateExposure(p *problems) {
	for i, l := range w.Exposure {
		path := fmt.Sprintf("exposure[%d] (%s %s)", i, l.Team, l.Name)
		p.check(isName(l.Team), "%s.team: %q is not the name of a team", path, l.Team)
		p.check(isName(l.Name), "%s.name: %q is not the name of a limit", path, l.Name)
		p.check(len(l.HarmDomains) > 0, "%s: needs at least one harm domain", path)
		p.list(path+".harmDomains", l.HarmDomains, MaxClasses, isDomain, "a harm domain or \"*\"")
		p.check(zoneName.MatchString(l.TimeZone), "%s.timeZone: %q is not the name of a time zone", path, l.TimeZone)
		for _, d := range []int64{l.DayMillis, l.ContinuousMillis, l.BreakMillis} {
			p.check(d >= 0 && d <= dayMillis, "%s: a time of %d ms is not within a day", path, d)
		}
		p.check((l.ContinuousMillis == 0) == (l.BreakMillis == 0), "%s: continuousMillis and breakMillis belong together", path)
		p.check(l.DayMillis > 0 || l.ContinuousMillis > 0, "%s: it limits nothing", path)
		if i > 0 {
			last := w.Exposure[i-1]
			p.check(last.Team < l.Team || last.Team == l.Team && last.Name < l.Name,
				"%s: limits must ascend by team and name, without repeats", path)
		}
	}
}
