package staffing

import (
	"cmp"
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// LanguagePlan is all work in one language at one tier.
type LanguagePlan struct {
	// Language is a BCP 47 tag; empty is work that needs no language.
	Language string `json:"language,omitempty"`
	Tier     int    `json:"tier"`
	// Intervals are sums over the classes; Scheduled and Productive count each person who may do
	// any of that work once, whatever else the same people do.
	Intervals []Total `json:"intervals"`
	// OnTime is that of the classes together, each counted by the decisions that come.
	OnTime []sample.PPM `json:"onTime,omitempty"`
}

// reportLanguages adds up the classes by language and tier, sorted by these.
func (p *planner) reportLanguages() []LanguagePlan {
	type key struct {
		language string
		tier     int
	}
	members := map[key][]int{}
	var keys []key
	for k, c := range p.classes {
		of := key{c.in.Key.Language, c.in.Key.Tier}
		if members[of] == nil {
			keys = append(keys, of)
		}
		members[of] = append(members[of], k)
	}
	slices.SortFunc(keys, func(a, b key) int {
		return cmp.Or(cmp.Compare(a.language, b.language), cmp.Compare(a.tier, b.tier))
	})
	out := make([]LanguagePlan, 0, len(keys))
	for _, of := range keys {
		l := LanguagePlan{Language: of.language, Tier: of.tier, Intervals: make([]Total, p.grid.N)}
		teams := p.teamsOfAll(members[of])
		for i := range l.Intervals {
			l.Intervals[i] = p.total(i, members[of], teams)
		}
		out = append(out, l)
	}
	return out
}

// teamsOfAll are the teams that may do the work of any of some classes.
func (p *planner) teamsOfAll(classes []int) []int {
	var out []int
	for _, k := range classes {
		out = append(out, p.classes[k].workers...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// total adds up some classes and teams in interval i, or now where i is the number of intervals.
func (p *planner) total(i int, classes, teams []int) Total {
	var t Total
	for _, k := range classes {
		need := &p.needs[k][i]
		t.Required += need.Required
		t.RequiredScheduled += need.RequiredScheduled
		t.Covered += need.Covered
		t.Gap += need.Gap
	}
	for _, k := range teams {
		t.Productive += p.slots[i][k]
		t.Scheduled += p.roster[i][k]
	}
	return t
}
