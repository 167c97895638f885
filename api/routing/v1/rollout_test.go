package v1

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const rolloutSalt = "fedcba9876543210"

// The bar: over a million ids of each unit no one changes its revision as the percent
// rises, other than to the canary, and a share of 5 % is one to a tenth of a point.
func TestNestedStepsOverAMillion(t *testing.T) {
	ids := 1_000_000
	if testing.Short() {
		ids = 100_000
	}
	steps := []PPM{0, 10_000, 50_000, 250_000, 500_000, AllPPM}
	for _, u := range []Unit{UnitItem, UnitAuthor, UnitRoom, UnitAccount} {
		divisions := make([]*queue, 0, len(steps))
		for _, share := range steps {
			tab := table(t, nil, during("q", share, Rollout{Salt: rolloutSalt, Unit: u}))
			divisions = append(divisions, tab.queues["q"])
		}
		back, taken := 0, make([]int, len(steps))
		for i := range ids {
			id := "unit-" + strconv.Itoa(i)
			item := Item{ID: id, Author: id, Room: id, Account: id}
			before := false
			for k, q := range divisions {
				now := q.revision(&item).name == "r2"
				taken[k] += bit(now)
				back += bit(before && !now)
				before = now
			}
		}
		if back != 0 {
			t.Errorf("%s: %d units went back to stable as the percent rose", u, back)
		}
		five := 100 * float64(taken[2]) / float64(ids)
		t.Logf("%s: %d ids, %d back to stable, 5 %% takes %.3f %%", u, ids, back, five)
		if math.Abs(five-5) > 0.1*math.Sqrt(1e6/float64(ids)) || taken[0] != 0 || taken[len(steps)-1] != ids {
			t.Errorf("%s: shares took %v of %d", u, taken, ids)
		}
	}
}

// What shares a unit shares its revision, and an item without one stays with stable.
func TestUnitsStayTogether(t *testing.T) {
	for unit, of := range map[Unit]func(*Item, string){
		UnitItem: func(i *Item, id string) { i.ID = id }, UnitAuthor: func(i *Item, id string) { i.Author = id },
		UnitRoom: func(i *Item, id string) { i.Room = id }, UnitAccount: func(i *Item, id string) { i.Account = id },
	} {
		tab := table(t, nil, during("q", 500_000, Rollout{Salt: rolloutSalt, Unit: unit}))
		seen := map[string]int{}
		for i := range 200 {
			a := Item{ID: "a" + id(i), Author: "b" + id(i), Room: "c" + id(i), Account: "d" + id(i), Surface: "live"}
			b := Item{ID: "w" + id(i), Author: "x" + id(i), Room: "y" + id(i), Account: "z" + id(i), Surface: "live"}
			of(&a, id(i))
			of(&b, id(i))
			first, second := tab.Decide("q", a, nil).Revision, tab.Decide("q", b, nil).Revision
			if first != second {
				t.Fatalf("%s %s has both revisions", unit, id(i))
			}
			seen[first]++
			of(&a, "")
			if got := tab.Decide("q", a, nil).Revision; got != "r1" {
				t.Fatalf("an item without %s has revision %s", unit, got)
			}
		}
		if seen["r1"] < 60 || seen["r2"] < 60 {
			t.Errorf("%s: %v", unit, seen)
		}
	}
	all := table(t, nil, during("q", AllPPM, Rollout{Salt: rolloutSalt, Unit: UnitAuthor}))
	if got := all.Decide("q", Item{ID: "1"}, nil).Revision; got != "r2" {
		t.Errorf("with the whole share an item without author has revision %s", got)
	}
}

// A market has its own share, nested as well.
func TestSharesByMarket(t *testing.T) {
	tab := table(t, nil, during("q", 50_000, Rollout{Salt: rolloutSalt, Unit: UnitItem, Markets: []MarketShare{
		{Markets: []string{"BR"}, Share: 0}, {Markets: []string{"DE", "FR"}, Share: 400_000},
	}}))
	count := map[string]int{}
	for i := range many {
		in := map[string]bool{}
		for _, m := range []string{"BR", "de", "FR", "JP", ""} {
			in[m] = tab.Decide("q", Item{ID: id(i), Market: m}, nil).Revision == "r2"
			count[m] += bit(in[m])
		}
		if in["JP"] && !in["de"] || in["de"] != in["FR"] || in["JP"] != in[""] {
			t.Fatalf("item %d: %v", i, in)
		}
	}
	for m, share := range map[string]float64{"BR": 0, "de": 0.4, "FR": 0.4, "JP": 0.05, "": 0.05} {
		if off := math.Abs(float64(count[m]) - share*many); off > 5*math.Sqrt(share*(1-share)*many) {
			t.Errorf("market %q has %d of %d", m, count[m], many)
		}
	}
}

func TestMoves(t *testing.T) {
	tab := table(t, nil, during("q", 500_000, Rollout{Salt: rolloutSalt, Unit: UnitItem, Discordant: AllPPM}))
	shadow := table(t, nil, during("q", 0, Rollout{Salt: rolloutSalt, Unit: UnitItem}))
	for name, c := range map[string]struct {
		scores []Score
		want   Move
	}{
		"none":               {scored(0, 0, 0), Move{}},
		"to people":          {scored(570_000, 0, 0), Move{From: Allow, To: Review, Label: "hate-speech"}},
		"to the machine":     {scored(0, 0, 870_000), Move{From: Review, To: Act, Label: "spam"}},
		"another label":      {scored(0, 150_000, 870_000), Move{From: Review, To: Act, Label: "spam"}},
		"decided by another": {scored(980_000, 0, 870_000), Move{}},
		"no score":           {nil, Move{}},
	} {
		seen := map[string]bool{}
		for i := range 40 {
			v := tab.Decide("q", Item{ID: id(i)}, c.scores)
			seen[v.Revision] = true
			want := c.want
			want.Rate, want.Sample = v.Moved.Rate, v.Moved.Sample
			if d := cmp.Diff(want, v.Moved); d != "" {
				t.Fatalf("%s, decided by %s: move (-want +got):\n%s", name, v.Revision, d)
			}
			if moved := want.To != 0; v.Moved.Sample != moved {
				t.Fatalf("%s: sampled %v", name, v.Moved.Sample)
			}
			if s := shadow.Decide("q", Item{ID: id(i)}, c.scores); s.Revision != "r1" || s.Moved.To != c.want.To || s.Moved.Sample {
				t.Fatalf("%s in the shadow: %+v", name, s)
			}
		}
		if len(seen) != 2 {
			t.Errorf("%s: only %v decided", name, seen)
		}
	}
}

func TestValidateRollout(t *testing.T) {
	good := Rollout{Salt: rolloutSalt, Unit: UnitItem}
	for name, c := range map[string]struct {
		edit func(*PolicyDocument)
		err  string
	}{
		"nothing wrong":      {func(*PolicyDocument) {}, ""},
		"salt":               {func(d *PolicyDocument) { d.Rollout.Salt = "short" }, "rollout.salt"},
		"unit":               {func(d *PolicyDocument) { d.Rollout.Unit = "Device" }, `rollout.unit: "Device" is not known`},
		"share":              {func(d *PolicyDocument) { d.Rollout.Discordant = -1 }, "rollout.discordant"},
		"market twice":       {func(d *PolicyDocument) { d.Rollout.Markets = []MarketShare{{[]string{"BR"}, 1}, {[]string{"BR"}, 2}} }, "stands in another entry"},
		"market order":       {func(d *PolicyDocument) { d.Rollout.Markets = []MarketShare{{[]string{"DE"}, 1}, {[]string{"BR"}, 2}} }, "must ascend"},
		"no feature":         {func(d *PolicyDocument) { d.Features = nil }, `features: "rollout" goes with`},
		"feature alone":      {func(d *PolicyDocument) { d.Rollout = nil }, `features: "rollout" goes with`},
		"one revision":       {func(d *PolicyDocument) { d.Revisions = d.Revisions[:1]; d.Revisions[0].Share = AllPPM }, "needs two revisions"},
		"an unknown feature": {func(d *PolicyDocument) { d.Features = []string{"rollout", "x"} }, "does not know it"},
	} {
		d := during("q", 50_000, good)
		r := good
		d.Rollout = &r
		c.edit(d)
		_, err := SealDocument(d)
		if (c.err == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.err)
		}
	}
}

func TestNoAllocationDuringRollout(t *testing.T) {
	tab := table(t, nil, during("q", 300_000, Rollout{Salt: rolloutSalt, Unit: UnitAuthor, Discordant: 500_000,
		Markets: []MarketShare{{[]string{"DE"}, 500_000}}}))
	item := Item{ID: "7401893311998840320", Author: "author-1", Market: "de", Language: "en"}
	moved := scored(570_000, 0, 870_000)
	if n := testing.AllocsPerRun(200, func() { tab.Decide("q", item, moved) }); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}
