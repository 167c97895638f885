package preview

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// planned is a plan of two hours, with 60 items in the first and 20 in the second in German, half as many in English, and
// a sample of what people and machines decided.
func planned() *staffing.Input {
	in := &staffing.Input{Interval: sample.Hour, Horizon: 2 * sample.Hour}
	class := func(language string, rates ...int64) staffing.Class {
		c := staffing.Class{
			Key:        staffing.ClassKey{Queue: "comments", Review: "all", Language: language, HarmDomain: "spam", Tier: 1},
			HandleTime: sample.FreshAt(sample.Whole(60), 0), ArrivalsPerHour: sample.FreshAt(sample.Whole(rates[0]), 0),
		}
		for _, r := range rates {
			c.Rates = append(c.Rates, sample.Whole(r))
		}
		return c
	}
	de := class("de", 60, 20)
	qa := class("de", 8)
	qa.Key.Role, qa.Requires.Role, qa.Derived, qa.Rates = staffing.RoleQA, staffing.RoleQA, true, nil
	qa.Parts = []staffing.Part{{Of: de.Key, PerItem: 100_000}, {Of: de.Key, Stream: true, PerItem: 600_000}}
	appeals := class("de", 4)
	appeals.Key.Queue, appeals.Key.Review, appeals.Key.Role, appeals.Requires.Role = "appeals", "appeals", roleAppeals, roleAppeals
	in.Classes = []staffing.Class{de, class("en", 30, 10), qa, appeals}
	return in
}

func work(language, domain string, n float64) WorkChange {
	return WorkChange{Work{v1.Class{Queue: "comments", Language: language, HarmDomain: domain, Tier: 1}, "all"}, exactly(n)}
}

func rates(in *staffing.Input, i int) (out []float64) {
	for _, r := range in.Classes[i].Rates {
		out = append(out, r.Float())
	}
	return out
}

func TestDemand(t *testing.T) {
	for name, c := range map[string]struct {
		work   []WorkChange
		de, en []float64
		left   int
	}{
		"more, as the day goes":           {[]WorkChange{work("de", "spam", 20)}, []float64{90, 30}, []float64{30, 10}, 0},
		"fewer":                           {[]WorkChange{work("de", "spam", -20)}, []float64{30, 10}, []float64{30, 10}, 0},
		"fewer than there are":            {[]WorkChange{work("de", "spam", -100)}, []float64{0, 0}, []float64{30, 10}, 0},
		"of a domain that is not told":    {[]WorkChange{work("de", "hate", 20)}, []float64{90, 30}, []float64{30, 10}, 0},
		"of a language that is not told":  {[]WorkChange{work("fr", "spam", 30)}, []float64{90, 30}, []float64{45, 15}, 0},
		"of another queue":                {[]WorkChange{{Work{v1.Class{Queue: AnyQueue}, "all"}, exactly(5)}}, []float64{60, 20}, []float64{30, 10}, 1},
		"rough, at the end with the most": {[]WorkChange{{work("de", "spam", 0).Work, Estimate{0, 5, 20, true}}}, []float64{90, 30}, []float64{30, 10}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			before := planned()
			p := &Preview{PerHour: true, Work: c.work}
			d := p.Demand(before, 0)
			after := d.After
			if diff := cmp.Diff([][]float64{c.de, c.en}, [][]float64{rates(&after, 0), rates(&after, 1)}); diff != "" || len(d.Left) != c.left {
				t.Errorf("%d left, %s", len(d.Left), diff)
			}
			if (len(d.Emptied) > 0) != (name == "fewer than there are") {
				t.Errorf("emptied: %v", d.Emptied)
			}
			if diff := cmp.Diff(planned(), before); diff != "" {
				t.Error("the plan's input was changed:", diff)
			}
		})
	}
	// What machines decide alone is not sampled more because people have more to do: 36 of 60 before, of 80 after.
	after := (&Preview{Work: []WorkChange{work("de", "spam", 20)}}).Demand(planned(), 0).After
	if got := after.Classes[2].Parts; got[0].PerItem != 100_000 || got[1].PerItem != 450_000 {
		t.Errorf("%+v", got)
	}
	// Of 100 items an hour that are acted on more, 3 are appealed.
	m := Move{Where: Where{Language: "de", From: v1.Allow, To: v1.Act}, rate: rate{counted: exactly(100)}}
	after = (&Preview{Moves: []Move{m}}).Demand(planned(), 0.03).After
	if diff := cmp.Diff([]float64{7}, rates(&after, 3)); diff != "" {
		t.Error(diff)
	}
}

func TestPlan(t *testing.T) {
	before := planned()
	after := (&Preview{Work: []WorkChange{work("de", "spam", 20)}}).Demand(before, 0).After
	p := Plan(before, &after)
	worse := p.Worse()
	if len(worse) == 0 || worse[0].Key.Language != "de" || worse[0].After.Short <= worse[0].Before.Short {
		t.Fatalf("%+v", worse)
	}
	for _, c := range p.Classes {
		if c.Key.Language == "en" {
			t.Error("English has as much to do as before", c)
		}
		if len(c.After.Required) != 2 {
			t.Errorf("%d intervals", len(c.After.Required))
		}
	}
	if again := Plan(before, before); len(again.Classes) != 0 {
		t.Errorf("nothing changes: %+v", again.Classes)
	}
}

// A declared change of the handle time is foreseen: the promise is kept until it begins, and not then.
func TestPlanForeseesChangesOfHandleTimes(t *testing.T) {
	before := &staffing.Input{Interval: sample.Hour, Horizon: 12 * sample.Hour}
	heads := staffing.Heads{Scheduled: sample.Whole(4), Productive: sample.Whole(4)}
	team := staffing.Team{Name: "berlin", Tier: 1, Roles: []string{staffing.RoleReview}, Supply: staffing.TeamSupply{Now: heads}}
	team.Skills.Languages, team.Skills.HarmDomains = []string{"de"}, []string{"spam"}
	for range 12 {
		team.Supply.Intervals = append(team.Supply.Intervals, heads)
	}
	c := planned().Classes[0]
	c.Rates = nil
	c.Promises = []staffing.Promise{{Percent: 900_000, Within: 30 * sample.Minute}}
	before.Teams, before.Classes = []staffing.Team{team}, []staffing.Class{c}
	after := *before
	c.HandleChanges = []staffing.HandleChange{{From: sample.Instant(6 * sample.Hour), Factor: sample.Whole(8)}}
	after.Classes = []staffing.Class{c}
	worse := Plan(before, &after).Worse()
	if len(worse) != 1 || !worse[0].Breach() || worse[0].Before.OnTime < 990_000 || worse[0].After.OnTime >= worse[0].Before.OnTime {
		t.Fatalf("%+v", worse)
	}
	if below := worse[0].After.Below; below < sample.Instant(6*sample.Hour) || below > sample.Instant(7*sample.Hour) {
		t.Errorf("fewer than promised from %s on", below.Time())
	}
}
