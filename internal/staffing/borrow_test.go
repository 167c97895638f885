package staffing

import (
	"slices"
	"testing"

	"github.com/modcap/modcap/internal/sample"
)

// Others are borrowed for what would be late, and for nothing else; who is not of a lower tier and holds all that is asked.
func TestBorrow(t *testing.T) {
	short, enough := 4.0, 1.0
	for name, x := range map[string]struct {
		load  float64
		class func(*Class)
		other func(*Team)
		helps bool
	}{
		"a higher tier":           {short, nil, func(o *Team) { o.Tier = 2 }, true},
		"another role":            {short, nil, func(o *Team) { o.Roles = []string{RoleQA} }, true},
		"one of several roles":    {short, nil, func(o *Team) { o.Tier, o.Roles = 2, []string{RoleOnCall, RoleQA} }, true},
		"within an interval":      {short, func(c *Class) { c.Promises = []Promise{started(80, 20*sample.Minute)} }, func(o *Team) { o.Tier = 2 }, true},
		"nothing is short":        {enough, nil, func(o *Team) { o.Tier = 2 }, false},
		"not declared":            {short, func(c *Class) { c.Borrow = false }, func(o *Team) { o.Tier = 2 }, false},
		"a lower tier":            {short, func(c *Class) { c.Key.Tier = 2 }, func(o *Team) {}, false},
		"on-call duty":            {short, nil, func(o *Team) { o.Roles = []string{RoleOnCall} }, false},
		"no role":                 {short, nil, func(o *Team) { o.Roles = nil }, false},
		"another market":          {short, nil, func(o *Team) { o.Tier, o.Skills.Markets = 2, []string{"PT"} }, false},
		"another surface":         {short, nil, func(o *Team) { o.Tier, o.Skills.Surfaces = 2, []string{"video"} }, false},
		"without the language":    {short, func(c *Class) { c.Key.Language = "fr" }, func(o *Team) { o.Tier, o.Skills.Languages = 2, []string{"en"} }, false},
		"without the harm domain": {short, nil, func(o *Team) { o.Tier, o.Skills.HarmDomains = 2, []string{"spam"} }, false},
		"without the clearance":   {short, func(c *Class) { c.Requires.Clearances = []string{"eu"} }, func(o *Team) { o.Tier = 2 }, false},
		"protected":               {short, func(c *Class) { c.Protected = true }, func(o *Team) { o.Tier = 2 }, false},
		"what other classes make": {short, func(c *Class) { c.Derived = true }, func(o *Team) { o.Tier = 2 }, false},
		"market dropped besides":  {short, func(c *Class) { c.Relax = []Relaxation{{After: sample.Minute, Drop: DropMarket}} }, func(o *Team) { o.Tier, o.Skills.Markets = 2, []string{"PT"} }, true},
		"market dropped, no tier": {short, func(c *Class) { c.Borrow, c.Relax = false, []Relaxation{{After: sample.Minute, Drop: DropMarket}} },
			func(o *Team) { o.Tier, o.Skills.Markets = 2, []string{"PT"} }, false},
	} {
		t.Run(name, func(t *testing.T) {
			c := relaxed(erlangs("q", x.load, 3*sample.Minute, started(50, 2*sample.Hour)))
			c.Key.HarmDomain, c.Borrow = "hate", true
			home, other := team("home", 2), team("other", 9)
			home.Skills.Clearances = []string{"eu"}
			if x.class != nil {
				x.class(&c)
			}
			home.Tier = c.Key.Tier
			x.other(&other)
			in := Input{Now: noon, Horizon: day, Classes: []Class{c}, Teams: []Team{home, other}}
			p, r := planned(in)
			var helped sample.Milli
			for i := range p.grid.N {
				helped += p.relaxedHeads(0, i)
			}
			if helped > 0 != x.helps {
				t.Errorf("%s borrowed", helped)
			}
			if x.helps && r.Ledger.Late > 0 {
				t.Errorf("late %d s", r.Ledger.Late)
			}
			if err := closes(p, r); err != nil {
				t.Error(err)
			}
			stands := slices.ContainsFunc(StandIns(c, in.Teams), func(s StandIn) bool { return in.Teams[s.Team].Name == "other" })
			if works := len(p.classes[0].workers) > 1; works != stands {
				t.Errorf("stands in %t, works %t", stands, works)
			}
		})
	}
}

// Those at home do what they can first.
func TestBorrowedComeLast(t *testing.T) {
	c := relaxed(erlangs("q", 4, 3*sample.Minute, started(50, 2*sample.Hour)))
	c.Borrow = true
	other := team("other", 9)
	other.Tier = 2
	if !Lends(c, other) || Lends(c, team("home", 1)) {
		t.Error("those at home lend, or the others do not")
	}
	p, _ := planned(Input{Now: noon, Horizon: day, Classes: []Class{c}, Teams: []Team{team("home", 2), other}})
	for i := range p.grid.N {
		if own := p.by(0, i, 0); p.relaxedHeads(0, i) > 0 && own < sample.Whole(2)*9/10 {
			t.Errorf("interval %d: %s at home, and %s borrowed", i, own, p.relaxedHeads(0, i))
		}
	}
}
