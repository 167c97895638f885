package v1

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// raising is a document whose label minors goes up to tier 2 by a flag, by score, after
// ten minutes, and to tier 3 after 40. spam has a flag too, and is less severe.
func raising(queue string) *PolicyDocument {
	d := document(queue, Match{Languages: []string{"de", "en"}})
	d.Features = []string{FeatureFlags}
	l := d.Revisions[0].Labels
	l[1].Escalation = &Escalation{
		Tier: 2, ScoreAt: ppm(900_000), Flags: []string{"csam-hash", "police"}, AfterMillis: 600_000, WithinMillis: 3_600_000,
		Then: []EscalationTier{{Tier: 3, AfterMillis: 2_400_000, WithinMillis: 7_200_000}},
	}
	l[2].Escalation = &Escalation{Tier: 2, Flags: []string{"botnet"}, WithinMillis: 3_600_000}
	return d
}

func raisingWeights() *Weights {
	row := func(tier int, team string) TeamWeights {
		return TeamWeights{
			Queues: []string{"q"}, Languages: []string{"de", "en"}, HarmDomains: []string{"child-safety", "spam"}, Tier: tier,
			Teams: []Weight{{team, 1000}}, Overflow: []string{team + "-night"},
		}
	}
	return weights(row(1, "one"), row(2, "two"), row(3, "three"))
}

func TestFlags(t *testing.T) {
	tab := table(t, raisingWeights(), raising("q"))
	type want struct {
		Action    Action
		Reason    Reason
		Label     string
		Tier      int
		Escalated bool
		Team      string
	}
	flags := func(f ...string) []string { return f }
	for name, c := range map[string]struct {
		flags  []string
		scores []Score
		want   want
	}{
		"none":                        {nil, scored(0, 500_000, 0), want{Review, ReasonInBand, "minors", 1, false, "one"}},
		"a strange one":               {flags("strange"), scored(0, 0, 0), want{Allow, ReasonBelow, "minors", 0, false, ""}},
		"whatever the scores":         {flags("x", "csam-hash"), scored(0, 0, 0), want{Review, ReasonFlagged, "minors", 2, true, "two"}},
		"without scores":              {flags("csam-hash"), nil, want{Review, ReasonFlagged, "minors", 2, true, "two"}},
		"actioned for something else": {flags("csam-hash"), scored(0, 0, 950_000), want{Act, ReasonFlagged, "minors", 2, true, "two"}},
		"of a less severe label":      {flags("botnet"), scored(0, 500_000, 0), want{Review, ReasonInBand, "minors", 2, true, "two"}},
		"that alone":                  {flags("botnet"), scored(0, 0, 0), want{Review, ReasonFlagged, "spam", 2, true, "two"}},
		"of two labels":               {flags("botnet", "police"), scored(0, 0, 0), want{Review, ReasonFlagged, "minors", 2, true, "two"}},
		"by score":                    {nil, scored(0, 900_000, 0), want{Review, ReasonInBand, "minors", 2, true, "two"}},
		"below that":                  {nil, scored(0, 899_999, 0), want{Review, ReasonInBand, "minors", 1, false, "one"}},
	} {
		t.Run(name, func(t *testing.T) {
			v := tab.Decide("q", Item{ID: "1", Language: "de", Flags: c.flags}, c.scores)
			got := want{v.Action, v.Reason, v.Label, v.Class.Tier, v.Escalated, v.Team}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
	// Where the more severe label has no escalation the item is looked at where its people are.
	d := raising("q")
	d.Revisions[0].Labels[1].Escalation = nil
	v := table(t, raisingWeights(), d).Decide("q", Item{ID: "1", Language: "de", Flags: flags("botnet")}, nil)
	if v.Action != Review || v.Label != "minors" || v.Escalated || v.Team != "one" {
		t.Errorf("without an escalation of the more severe label: %+v", v)
	}
}

func TestEscalate(t *testing.T) {
	tab := table(t, raisingWeights(), raising("q"))
	waiting := tab.Decide("q", Item{ID: "1", Language: "de"}, scored(0, 500_000, 0))
	flagged := tab.Decide("q", Item{ID: "1", Language: "de", Flags: []string{"police"}}, nil)
	allowed := tab.Decide("q", Item{ID: "1", Language: "de"}, scored(0, 0, 0))
	other := tab.Decide("q", Item{ID: "1", Language: "de"}, scored(700_000, 0, 0)) // of a label without a time-out
	type want struct {
		Moved, Escalated bool
		Tier             int
		Team, Overflow   string
		Within           int64
		NextTier         int
		NextAfter        int64
	}
	for name, c := range map[string]struct {
		v    Verdict
		age  int64
		want want
	}{
		"young":                 {waiting, 599_999, want{false, false, 1, "one", "one-night", 3_600_000, 2, 600_000}},
		"negative":              {waiting, -5, want{false, false, 1, "one", "one-night", 3_600_000, 2, 600_000}},
		"at the time-out":       {waiting, 600_000, want{true, true, 2, "two", "two-night", 3_600_000, 3, 2_400_000}},
		"late, both steps":      {waiting, 9_000_000, want{true, true, 3, "three", "three-night", 7_200_000, 0, 0}},
		"at once, then younger": {flagged, 0, want{false, true, 2, "two", "two-night", 3_600_000, 3, 2_400_000}},
		"at once, then further": {flagged, 2_400_000, want{true, true, 3, "three", "three-night", 7_200_000, 0, 0}},
		"allowed":               {allowed, 9_000_000, want{false, false, 0, "", "", 3_600_000, 0, 0}},
		"never by age":          {other, 9_000_000, want{false, false, 1, "", "", 3_600_000, 0, 0}},
		"another queue":         {Verdict{Class: Class{Queue: "gone", Tier: 1}, Label: "minors"}, 9_000_000, want{Tier: 1}},
		"a label that is gone":  {Verdict{Class: Class{Queue: "q", Tier: 1}, Label: "gone"}, 9_000_000, want{Tier: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			v, moved := tab.Escalate(c.v, "1", c.age)
			got := want{moved, v.Escalated, v.Class.Tier, v.Team, strings.Join(v.Overflow, " "), v.EscalationWithinMillis, v.NextTier, v.NextAfterMillis}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			if v.Label != c.v.Label || v.Revision != c.v.Revision || v.Class.Language != c.v.Class.Language {
				t.Errorf("what was decided changed: %+v", v)
			}
		})
	}
}

// Asked often or once, in the order of time, an item ends at the same tier, which never falls.
func TestEscalateHasNoMemory(t *testing.T) {
	tab := table(t, raisingWeights(), raising("q"))
	rng := rand.New(rand.NewPCG(7, 8))
	for range 2000 {
		flags := []string{"csam-hash"}[rng.IntN(2):]
		first := tab.Decide("q", Item{ID: fmt.Sprint(rng.Int()), Language: "en", Flags: flags}, scored(0, 500_000, 0))
		var ages []int64
		for range 1 + rng.IntN(6) {
			ages = append(ages, rng.Int64N(3_000_000))
		}
		slices.Sort(ages)
		v := first
		for _, age := range ages {
			next, moved := tab.Escalate(v, "1", age)
			if next.Class.Tier < v.Class.Tier || moved != (next.Class.Tier > v.Class.Tier) {
				t.Fatalf("at an age of %d from tier %d to %d, moved %t", age, v.Class.Tier, next.Class.Tier, moved)
			}
			v = next
		}
		once, _ := tab.Escalate(first, "1", ages[len(ages)-1])
		if once.Class != v.Class || once.NextTier != v.NextTier || once.EscalationWithinMillis != v.EscalationWithinMillis {
			t.Fatalf("ages %v: asked once %+v, each time %+v", ages, once, v)
		}
	}
}

func TestEscalateDoesNotAllocate(t *testing.T) {
	tab := table(t, raisingWeights(), raising("q"))
	item := Item{ID: "7401893311998840320", Language: "de", Flags: []string{"strange", "police"}}
	scores := scored(0, 500_000, 0)
	waiting := tab.Decide("q", Item{ID: item.ID, Language: "de"}, scores)
	for name, f := range map[string]func(){
		"decide":   func() { tab.Decide("q", item, scores) },
		"escalate": func() { tab.Escalate(waiting, item.ID, 9_000_000) },
	} {
		if n := testing.AllocsPerRun(200, f); n != 0 {
			t.Errorf("%s: %v allocations, want none", name, n)
		}
	}
}

func TestValidateEscalation(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(d *PolicyDocument, e *Escalation)
		want string
	}{
		"flags unordered":        {func(_ *PolicyDocument, e *Escalation) { slices.Reverse(e.Flags) }, `"csam-hash" must come after "police"`},
		"five flags":             {func(_ *PolicyDocument, e *Escalation) { e.Flags = strings.Split("abcde", "") }, "has 5 entries, at most 4"},
		"a flag of many":         {func(_ *PolicyDocument, e *Escalation) { e.Flags = []string{"A B"} }, `"A B" is not lower-case`},
		"flags unannounced":      {func(d *PolicyDocument, _ *Escalation) { d.Features = nil }, `features: "flags" goes with flags`},
		"nothing to announce":    {func(d *PolicyDocument, e *Escalation) { e.Flags, d.Revisions[0].Labels[2].Escalation = nil, nil }, `"flags" goes with flags`},
		"after negative":         {func(_ *PolicyDocument, e *Escalation) { e.AfterMillis = -1 }, "afterMillis: is -1"},
		"after the deadline":     {func(_ *PolicyDocument, e *Escalation) { e.AfterMillis = 3_600_000 }, "afterMillis: is 3600000"},
		"further, and never":     {func(_ *PolicyDocument, e *Escalation) { e.AfterMillis = 0 }, "goes further only where afterMillis is set"},
		"tiers do not rise":      {func(_ *PolicyDocument, e *Escalation) { e.Then[0].Tier = 2 }, "then[0].tier: is 2, tiers must rise from 2"},
		"a tier of ten":          {func(_ *PolicyDocument, e *Escalation) { e.Then[0].Tier = 10 }, "then[0].tier: is 10"},
		"ages do not rise":       {func(_ *PolicyDocument, e *Escalation) { e.Then[0].AfterMillis = 600_000 }, "more than the 600000 before"},
		"further too late":       {func(_ *PolicyDocument, e *Escalation) { e.Then[0].AfterMillis = 7_200_000 }, "less than withinMillis"},
		"three steps":            {func(_ *PolicyDocument, e *Escalation) { e.Then = append(e.Then, e.Then[0], e.Then[0]) }, "has 3 entries, at most 2"},
		"a deadline of no time ": {func(_ *PolicyDocument, e *Escalation) { e.Then[0].WithinMillis = 0 }, "then[0].withinMillis: is 0"},
	} {
		t.Run(name, func(t *testing.T) {
			d := raising("q")
			if _, err := SealDocument(d); err != nil {
				t.Fatalf("the fixture is not valid: %v", err)
			}
			c.edit(d, d.Revisions[0].Labels[1].Escalation)
			if err := d.Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}
