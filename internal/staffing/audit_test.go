package staffing

import (
	"slices"
	"testing"

	"github.com/modcap/modcap/internal/sample"
)

// Each rule sees what breaks it: a plan is made, and then changed.
func TestAuditSees(t *testing.T) {
	limit := ExposureLimit{Name: "hate", HarmDomains: []string{"hate"}, Share: 750_000, Days: []ExposureDay{{0, 48, 48 * sample.Hour}}}
	for name, c := range map[string]struct {
		spoil func(*audit)
		want  []string
	}{
		"nothing": {func(*audit) {}, nil},
		"a skill is taken away": {func(a *audit) {
			for t := range a.in.Teams { // which the planner's are the same as
				a.in.Teams[t].Skills.HarmDomains, a.teams[t].Skills.HarmDomains = []string{"spam"}, []string{"spam"}
			}
		}, []string{"skills and clearances are held", "no set of classes gets more than those who may"}},
		"people stay at home": {func(a *audit) { a.slots[3][0] = 0 }, []string{
			"no team gives more than its people", "limits of exposure hold, in each interval and day", "the ledger closes in whole seconds"}},
		"a shorter day": {func(a *audit) { a.teams[0].Exposure[0].Days[0].Budget /= 2 }, []string{
			"limits of exposure hold, in each interval and day"}},
		"it is protected": {func(a *audit) { a.teams[0].Exposure = nil; a.allot.limits = nil; a.classes[1].in.Protected = true }, []string{
			"protected work goes first"}},
		"a second is lost":  {func(a *audit) { a.r.Ledger.Spare-- }, []string{"the ledger closes in whole seconds"}},
		"a gap is not told": {func(a *audit) { a.r.Classes[0].Intervals[0].Gap++ }, []string{"required, covered and gap agree"}},
		"late work is not late": {func(a *audit) { a.classes[1].placed.late[4] = 0 }, []string{
			"no work before it comes, and what is not done in time is late", "the ledger closes in whole seconds"}},
	} {
		t.Run(name, func(t *testing.T) {
			hate, other := erlangs("q", 4, 3*sample.Minute, decided(90, 20*sample.Minute)), erlangs("z", 4, 3*sample.Minute, decided(90, 20*sample.Minute))
			hate.Priority = 1
			a := team("a", 7)
			a.Exposure = []ExposureLimit{limit}
			a.Exposure[0].Days = slices.Clone(limit.Days)
			in := Input{Now: noon, Interval: 30 * sample.Minute, Horizon: day, Classes: []Class{hate, other}, Teams: []Team{a}}
			p, r := planned(in)
			x := audit{planner: p, in: in, r: r, byKey: map[ClassKey]Class{hate.Key: hate, other.Key: other}}
			c.spoil(&x)
			var got []string
			for _, rule := range auditRules() {
				if rule.check(x) != nil {
					got = append(got, rule.name)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%q are seen, want %q", got, c.want)
			}
		})
	}
}
