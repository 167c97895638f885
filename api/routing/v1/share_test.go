package v1

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"strconv"
	"strings"
	"testing"
)

const many = 100_000

func id(i int) string { return "item-" + strconv.Itoa(i) }

// canaries is the set of items that the canary decides at a share.
func canaries(t *testing.T, share PPM) map[int]bool {
	d := document("q", Match{})
	ls := d.Revisions[0].Labels
	d.Revisions = []Revision{{Name: "stable", Share: AllPPM - share, Labels: ls}, {Name: "canary", Share: share, Labels: ls}}
	tab := table(t, nil, d)
	out := map[int]bool{}
	for i := range many {
		it := Item{ID: id(i), Surface: "live"}
		r, _ := tab.Route(it)
		if v := tab.Decide("q", it, nil); v.Revision != r.Revision {
			t.Fatalf("item %d is routed by %s and decided by %s", i, r.Revision, v.Revision)
		}
		if r.Revision == "canary" {
			out[i] = true
		}
	}
	return out
}

// A rising share moves items from stable to canary and never back, and takes as
// many as it says.
func TestRisingShareOnlyAddsToCanary(t *testing.T) {
	before := canaries(t, 0)
	if len(before) != 0 {
		t.Fatalf("%d items in the canary at 0", len(before))
	}
	for _, share := range []PPM{1_000, 50_000, 50_001, 250_000, 500_000, 999_999, AllPPM} {
		now := canaries(t, share)
		for i := range before {
			if !now[i] {
				t.Fatalf("item %d left the canary at %d", i, share)
			}
		}
		p := float64(share) / float64(AllPPM)
		if off := math.Abs(float64(len(now)) - p*many); off > 5*math.Sqrt(p*(1-p)*many)+1 {
			t.Errorf("share %d takes %d of %d items", share, len(now), many)
		}
		before = now
	}
}

// What the hash is of, for routers in other languages.
func TestUnitHashIsAsDocumented(t *testing.T) {
	sum := sha256.Sum256([]byte("qa" + "0123456789abcdef" + "item-7"))
	if got, want := UnitHash(PurposeQA, "0123456789abcdef", "item-7"), binary.BigEndian.Uint64(sum[:8]); got != want {
		t.Errorf("hash %x, want %x", got, want)
	}
	for _, id := range []string{"", "item-7", strings.Repeat("x", 240), strings.Repeat("x", 241), strings.Repeat("x", 5000)} {
		u := unit{salt: strings.Repeat("s", 64), id: id}
		for _, purpose := range []string{PurposeTeam, PurposeRevision, PurposeQA, PurposeTeam} {
			if got, want := u.hash(purpose), UnitHash(purpose, u.salt, id); got != want {
				t.Errorf("hash for %s of an id of %d bytes is %x, want %x", purpose, len(id), got, want)
			}
		}
	}
	for h, want := range map[uint64]uint64{0: 0, math.MaxUint64: 999_999, 1 << 63: 500_000} {
		if got := scale(h, 1_000_000); got != want {
			t.Errorf("scale(%x) = %d, want %d", h, got, want)
		}
	}
}

func TestPurposesAreIndependent(t *testing.T) {
	var both, revision, qa int
	for i := range many {
		r := Position(PurposeRevision, "saltsalt", id(i)) < 100_000
		q := Position(PurposeQA, "saltsalt", id(i)) < 100_000
		revision, qa, both = revision+bit(r), qa+bit(q), both+bit(r && q)
	}
	want := float64(revision) * float64(qa) / many
	if math.Abs(float64(both)-want) > 5*math.Sqrt(want) {
		t.Errorf("%d items have both, independence gives %.0f", both, want)
	}
}

func TestQASamples(t *testing.T) {
	tab := table(t, nil, document("q", Match{}))
	for name, c := range map[string]struct {
		scores []Score
		rate   PPM
	}{
		"allowed takes the highest rate": {scored(0, 0, 0), 5_000},
		"actioned":                       {scored(980_000, 0, 0), 10_000},
		"reviewed":                       {scored(700_000, 0, 0), 20_000},
		"no rate":                        {scored(0, 200_000, 0), 0},
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			for i := range many {
				v := tab.Decide("q", Item{ID: id(i)}, c.scores)
				if v.QARate != c.rate {
					t.Fatalf("rate %d, want %d", v.QARate, c.rate)
				}
				n += bit(v.QASample)
			}
			p := float64(c.rate) / float64(AllPPM)
			if math.Abs(float64(n)-p*many) > 5*math.Sqrt(p*many) {
				t.Errorf("%d of %d sampled at %d per million", n, many, c.rate)
			}
		})
	}
}

func TestTeams(t *testing.T) {
	d := document("q", Match{Languages: []string{"en", "pt"}})
	tab := table(t, weights(
		TeamWeights{
			Queues: []string{"gone", "q"}, Languages: []string{"en", "pt"}, HarmDomains: []string{"hate"}, Tier: 1,
			Teams: []Weight{{"a", 1000}, {"b", 3000}}, Overflow: []string{"c"},
			Relaxed: []Relaxed{{600_000, []string{"d"}}},
		},
		TeamWeights{Queues: []string{"q"}, Languages: []string{"pt-BR"}, HarmDomains: []string{"hate"}, Tier: 1, Teams: []Weight{{"br", 1}}},
		TeamWeights{Queues: []string{"q"}, Languages: []string{"en"}, HarmDomains: []string{"hate"}, Tier: 2, Teams: []Weight{{"senior", 1}}},
		TeamWeights{Queues: []string{"q"}, Languages: []string{"en"}, HarmDomains: []string{"spam"}, Tier: 1, Overflow: []string{"c"}},
	), d)
	count := map[string]int{}
	for i := range many {
		v := tab.Decide("q", Item{ID: id(i), Language: "en-GB"}, scored(700_000, 0, 0))
		count[v.Team]++
		if len(v.Overflow) != 1 || v.Overflow[0] != "c" {
			t.Fatalf("overflow %v", v.Overflow)
		}
		if len(v.Relaxed) != 1 || v.Relaxed[0].AfterMillis != 600_000 || v.Relaxed[0].Teams[0] != "d" || len(tab.Relaxed(v.Class)) != 1 {
			t.Fatalf("relaxed %v", v.Relaxed)
		}
	}
	if got := count["a"]; len(count) != 2 || math.Abs(float64(got)-many/4) > 5*math.Sqrt(many*3/16) {
		t.Errorf("teams got %v, want a quarter for a", count)
	}
	for name, c := range map[string]struct {
		language string
		scores   []Score
		class    Class
		team     string
	}{
		"longest range":   {"pt-BR", scored(700_000, 0, 0), Class{"q", "pt", "hate", 1}, "br"},
		"escalated":       {"en", scored(999_999, 0, 0), Class{"q", "en", "hate", 2}, "senior"},
		"nobody on shift": {"en", scored(0, 0, 850_000), Class{"q", "en", "spam", 1}, ""},
		"nobody holds it": {"th", scored(700_000, 0, 0), Class{"q", "th", "hate", 1}, ""},
		"no such domain":  {"en", scored(0, 150_000, 0), Class{"q", "en", "child-safety", 1}, ""},
		"not for people":  {"en", scored(0, 0, 0), Class{"q", "en", "child-safety", 0}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			v := tab.Decide("q", Item{ID: "1", Language: c.language}, c.scores)
			if v.Class != c.class || v.Team != c.team {
				t.Errorf("class %+v, team %q; want %+v, %q", v.Class, v.Team, c.class, c.team)
			}
		})
	}
	if teams, over := tab.Teams(Class{"q", "en", "hate", 1}); len(teams) != 2 || len(over) != 1 {
		t.Errorf("the class has teams %v, overflow %v", teams, over)
	}
}
