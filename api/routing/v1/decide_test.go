package v1

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// scored is a full set of scores for the fixture's labels.
func scored(hate, minors, spam PPM) []Score {
	return []Score{{"hate-speech", hate, "2026-11"}, {"minors", minors, ""}, {"spam", spam, ""}}
}

func TestDecide(t *testing.T) {
	tab := table(t, nil, document("q", Match{Languages: []string{"en", "pt-BR"}}))
	type want struct {
		Action Action
		Reason Reason
		Label  string
		Stream string
		Tier   int
	}
	for name, c := range map[string]struct {
		market string
		scores []Score
		want   want
	}{
		"all below":               {"", scored(599_999, 99_999, 799_999), want{Allow, ReasonBelow, "minors", "", 0}},
		"zero is a score":         {"", scored(0, 0, 0), want{Allow, ReasonBelow, "minors", "", 0}},
		"reviewAt is inclusive":   {"", scored(600_000, 0, 0), want{Review, ReasonInBand, "hate-speech", "hate", 1}},
		"below actAt":             {"", scored(969_999, 0, 0), want{Review, ReasonInBand, "hate-speech", "hate", 1}},
		"actAt is inclusive":      {"", scored(970_000, 0, 0), want{Act, ReasonAboveActAt, "hate-speech", "", 0}},
		"act beats severity":      {"", scored(0, 999_999, 900_000), want{Act, ReasonAboveActAt, "spam", "", 0}},
		"severity among reviews":  {"", scored(900_000, 100_000, 899_999), want{Review, ReasonInBand, "minors", "rest", 1}},
		"severity among actions":  {"", scored(970_000, 0, 999_999), want{Act, ReasonAboveActAt, "hate-speech", "", 0}},
		"never acted by machines": {"", scored(0, 1_000_000, 0), want{Review, ReasonInBand, "minors", "rest", 1}},
		"override":                {"DE", scored(500_000, 0, 0), want{Review, ReasonInBand, "hate-speech", "hate", 1}},
		"override, other case":    {"de", scored(500_000, 0, 0), want{Review, ReasonInBand, "hate-speech", "hate", 1}},
		"override elsewhere":      {"FR", scored(500_000, 0, 0), want{Allow, ReasonBelow, "minors", "", 0}},
		"escalated review":        {"DE", scored(989_999, 0, 0), want{Act, ReasonAboveActAt, "hate-speech", "", 0}},
		"escalated action":        {"", scored(990_000, 0, 0), want{Act, ReasonAboveActAt, "hate-speech", "hate", 2}},
		"one missing":             {"", scored(0, 0, 0)[:2], want{Review, ReasonNoScore, "spam", "rest", 1}},
		"one missing, one acts":   {"", scored(970_000, 0, 0)[:1], want{Act, ReasonAboveActAt, "hate-speech", "", 0}},
		"missing is severe":       {"", []Score{{"hate-speech", 700_000, ""}, {"spam", 0, ""}}, want{Review, ReasonNoScore, "minors", "rest", 1}},
		"all missing":             {"", nil, want{Unscored, ReasonNoScore, "minors", "rest", 1}},
		"only strangers":          {"", []Score{{"nudity", 1_000_000, ""}}, want{Unscored, ReasonNoScore, "minors", "rest", 1}},
		"other version":           {"", []Score{{"hate-speech", 0, "2026-10"}, {"minors", 0, "9"}, {"spam", 0, "9"}}, want{Review, ReasonOtherVersion, "hate-speech", "hate", 1}},
		"no version stated":       {"", []Score{{"hate-speech", 970_000, ""}}, want{Act, ReasonAboveActAt, "hate-speech", "", 0}},
		"too high":                {"", scored(1_000_001, 0, 0), want{Review, ReasonBadScore, "hate-speech", "hate", 1}},
		"negative":                {"", scored(-1, 0, 0), want{Review, ReasonBadScore, "hate-speech", "hate", 1}},
		"twice, different":        {"", append(scored(0, 0, 0), Score{"hate-speech", 990_000, ""}), want{Review, ReasonBadScore, "hate-speech", "hate", 1}},
		"twice, the same":         {"", append(scored(0, 0, 0), Score{"hate-speech", 0, ""}), want{Allow, ReasonBelow, "minors", "", 0}},
	} {
		t.Run(name, func(t *testing.T) {
			v := tab.Decide("q", Item{ID: "1", Market: c.market, Language: "en-GB"}, c.scores)
			got := want{v.Action, v.Reason, v.Label, v.Stream, v.Class.Tier}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("verdict (-want +got):\n%s", d)
			}
			if v.Class.Language != "en" || v.Class.Queue != "q" || v.Revision != "r1" {
				t.Errorf("class %+v, revision %q", v.Class, v.Revision)
			}
			if v.Protected != (v.Label == "minors") {
				t.Errorf("label %s: protected is %v", v.Label, v.Protected)
			}
		})
	}
}

func TestDecideWithoutPolicy(t *testing.T) {
	bare := func(streams ...Stream) *Table {
		d := document("q", Match{})
		d.Revisions[0].Labels, d.Streams, d.Protected = nil, streams, true
		return table(t, weights(TeamWeights{
			Queues: []string{"q"}, Languages: []string{"en"}, HarmDomains: []string{"*", "fraud"}, Tier: 1, Teams: []Weight{{"dublin", 1}},
		}), d)
	}
	fraud := Stream{Name: "fraud", HarmDomains: []string{"fraud"}, Tier: 1}
	rest := Stream{Name: "rest", HarmDomains: []string{Any}, Tier: 1}
	for name, c := range map[string]struct {
		tab    *Table
		domain string
		want   Verdict
	}{
		"the only domain":  {bare(fraud), "", Verdict{Action: Review, Class: Class{"q", "en-IE", "fraud", 1}, Stream: "fraud", Team: "dublin"}},
		"a domain given":   {bare(fraud, rest), "fraud", Verdict{Action: Review, Class: Class{"q", "en-IE", "fraud", 1}, Stream: "fraud", Team: "dublin"}},
		"the rest":         {bare(fraud, rest), "", Verdict{Action: Review, Class: Class{"q", "en-IE", Any, 1}, Stream: "rest", Team: "dublin"}},
		"another, by rest": {bare(fraud, rest), "spam", Verdict{Action: Review, Class: Class{"q", "en-IE", "spam", 1}, Stream: "rest", Team: "dublin"}},
		"in no stream":     {bare(fraud), "spam", Verdict{Action: Review, Class: Class{"q", "en-IE", "spam", 0}}},
		"nobody at all":    {bare(), "", Verdict{Action: Unmatched, Class: Class{"q", "en-IE", Any, 0}}},
	} {
		t.Run(name, func(t *testing.T) {
			c.want.Reason, c.want.Revision, c.want.Protected, c.want.Unrelieved = ReasonNoLabels, "r1", true, c.want.Action
			got := c.tab.Decide("q", Item{ID: "1", Language: "en-IE", HarmDomain: c.domain}, nil)
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("verdict (-want +got):\n%s", d)
			}
		})
	}
	got := bare().Decide("other", Item{}, nil)
	if got.Action != Unmatched || got.Reason != ReasonNoQueue {
		t.Errorf("an unknown queue gives %v, %v", got.Action, got.Reason)
	}
}

// The definition of the deciding label, written the long way.
func TestDecideAgreesWithItsDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	severities := []Severity{SeverityLow, SeverityMedium, SeverityHigh, SeverityCritical}
	for range 300 {
		d := document("q", Match{})
		var ls []Label
		for i := range 1 + rng.IntN(8) {
			a := PPM(rng.IntN(20) * 50_000)
			r := PPM(rng.IntN(int(a)/50_000+1) * 50_000)
			ls = append(ls, Label{
				Name: fmt.Sprintf("l%d", i), HarmDomain: "spam", Severity: severities[rng.IntN(4)], ActAt: &a, ReviewAt: &r,
			})
		}
		d.Revisions[0].Labels = ls
		tab := table(t, nil, d)
		for range 50 {
			var scores []Score
			for _, l := range ls {
				if rng.IntN(8) > 0 {
					scores = append(scores, Score{l.Name, PPM(rng.IntN(21) * 50_000), ""})
				}
			}
			rng.Shuffle(len(scores), func(i, j int) { scores[i], scores[j] = scores[j], scores[i] })
			v := tab.Decide("q", Item{ID: "1"}, scores)
			action, label := defined(ls, scores)
			if v.Action != action || v.Label != label {
				t.Fatalf("labels %v, scores %v: got %v by %s, want %v by %s", ls, scores, v.Action, v.Label, action, label)
			}
		}
	}
}

func defined(ls []Label, scores []Score) (Action, string) {
	type opinion struct {
		action       Action
		rank, margin int
		name         string
	}
	var all []opinion
	for _, l := range ls {
		o := opinion{Review, int(l.Severity.rank()), math.MinInt, l.Name}
		if i := slices.IndexFunc(scores, func(s Score) bool { return s.Label == l.Name }); i >= 0 {
			switch s := scores[i].PPM; {
			case s >= *l.ActAt:
				o.action, o.margin = Act, int(s-*l.ActAt)
			case s >= *l.ReviewAt:
				o.margin = int(s - *l.ReviewAt)
			default:
				o.action, o.margin = Allow, int(s-*l.ReviewAt)
			}
		}
		all = append(all, o)
	}
	slices.SortStableFunc(all, func(a, b opinion) int {
		switch {
		case a.action != b.action:
			return int(b.action) - int(a.action)
		case a.rank != b.rank:
			return b.rank - a.rank
		case a.margin != b.margin && a.margin > b.margin:
			return -1
		case a.margin != b.margin:
			return 1
		}
		return 0 // names ascend already
	})
	if len(scores) == 0 {
		return Unscored, all[0].name
	}
	return all[0].action, all[0].name
}

// Raising a score never makes the action milder.
func TestActionIsMonotoneInScores(t *testing.T) {
	tab := table(t, nil, document("q", Match{}))
	rng := rand.New(rand.NewPCG(5, 6))
	for range 5000 {
		s := scored(PPM(rng.IntN(1_000_001)), PPM(rng.IntN(1_000_001)), PPM(rng.IntN(1_000_001)))
		before := tab.Decide("q", Item{ID: "1"}, s).Action
		i := rng.IntN(3)
		s[i].PPM += PPM(rng.IntN(int(AllPPM-s[i].PPM) + 1))
		if after := tab.Decide("q", Item{ID: "1"}, s).Action; after < before {
			t.Fatalf("scores %v: the action fell from %v to %v", s, before, after)
		}
	}
}
