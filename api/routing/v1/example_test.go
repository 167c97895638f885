package v1_test

import (
	"fmt"
	"log"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

// A router asks where an item is classified, and then what its scores mean.
func Example() {
	actAt, reviewAt := v1.PPM(970_000), v1.PPM(600_000)
	header := v1.Header{Namespace: "trust", Surface: "live"}
	doc := &v1.PolicyDocument{
		Header: header, Queue: "live-br", Pool: "gpu", Salt: "0123456789abcdef", Unit: v1.UnitItem,
		Match: v1.Match{Markets: []string{"BR"}, Languages: []string{"pt"}},
		Revisions: []v1.Revision{{Name: "r1", Share: v1.AllPPM, Labels: []v1.Label{{
			Name: "hate-speech", HarmDomain: "hate", Severity: v1.SeverityHigh, ActAt: &actAt, ReviewAt: &reviewAt,
		}}}},
		Streams: []v1.Stream{{Name: "people", HarmDomains: []string{v1.Any}, Tier: 1}},
	}
	if _, err := v1.SealDocument(doc); err != nil {
		log.Fatal(err)
	}
	index := &v1.Index{Header: header, Entries: []v1.Entry{
		{Queue: doc.Queue, Document: v1.DocumentName(doc.Queue, doc.Hash), Hash: doc.Hash},
	}}
	if _, err := v1.SealIndex(index); err != nil {
		log.Fatal(err)
	}
	table, err := v1.NewTable(v1.Set{Index: index, Documents: map[string]*v1.PolicyDocument{doc.Hash: doc}})
	if err != nil {
		log.Fatal(err)
	}

	item := v1.Item{ID: "7401893311998840320", Surface: "live", Market: "BR", Language: "pt-BR"}
	routed, ok := table.Route(item)
	fmt.Println(routed.Queue, routed.Pool, ok)
	for _, scores := range [][]v1.Score{
		{{Label: "hate-speech", PPM: 990_000}},
		{{Label: "hate-speech", PPM: 700_000}},
		{{Label: "hate-speech", PPM: 0}},
		nil, // the classifier did not answer: that is not a score of 0
	} {
		v := table.Decide(routed.Queue, item, scores)
		fmt.Printf("%v %v %q\n", v.Action, v.Reason, v.Stream)
	}
	// Output:
	// live-br gpu true
	// Act AboveActAt ""
	// Review InBand "people"
	// Allow Below ""
	// Unscored NoScore "people"
}

// What nobody takes in time goes to a higher tier, and keeps its clock.
func ExampleTable_Escalate() {
	reviewAt := v1.PPM(300_000)
	header := v1.Header{Namespace: "trust", Surface: "live"}
	doc := &v1.PolicyDocument{
		Header: header, Queue: "live-de", Pool: "gpu", Salt: "0123456789abcdef", Unit: v1.UnitItem,
		Revisions: []v1.Revision{{Name: "r1", Share: v1.AllPPM, Labels: []v1.Label{{
			Name: "minors", HarmDomain: "child-safety", Severity: v1.SeverityCritical, ReviewAt: &reviewAt,
			Escalation: &v1.Escalation{
				Tier: 2, Flags: []string{"csam-hash"}, AfterMillis: 300_000, WithinMillis: 1_800_000,
				Then: []v1.EscalationTier{{Tier: 3, AfterMillis: 1_200_000, WithinMillis: 3_600_000}},
			},
		}}}},
		Streams: []v1.Stream{{Name: "people", HarmDomains: []string{v1.Any}, Tier: 1}},
	}
	doc.Features = []string{v1.FeatureFlags}
	if _, err := v1.SealDocument(doc); err != nil {
		log.Fatal(err)
	}
	index := &v1.Index{Header: header, Entries: []v1.Entry{
		{Queue: doc.Queue, Document: v1.DocumentName(doc.Queue, doc.Hash), Hash: doc.Hash},
	}}
	if _, err := v1.SealIndex(index); err != nil {
		log.Fatal(err)
	}
	table, err := v1.NewTable(v1.Set{Index: index, Documents: map[string]*v1.PolicyDocument{doc.Hash: doc}})
	if err != nil {
		log.Fatal(err)
	}

	item := v1.Item{ID: "7401893311998840320", Surface: "live", Market: "DE", Language: "de"}
	v := table.Decide("live-de", item, []v1.Score{{Label: "minors", PPM: 500_000}})
	fmt.Printf("tier %d, tier %d after %d min\n", v.Class.Tier, v.NextTier, v.NextAfterMillis/60_000)
	for _, minutes := range []int64{4, 5, 20} {
		var moved bool
		v, moved = table.Escalate(v, item.ID, minutes*60_000)
		fmt.Printf("at %d min: tier %d, moved %t, due at %d min\n", minutes, v.Class.Tier, moved, v.EscalationWithinMillis/60_000)
	}
	item.Flags = []string{"csam-hash"}
	v = table.Decide("live-de", item, []v1.Score{{Label: "minors", PPM: 0}})
	fmt.Println(v.Action, v.Reason, v.Escalated, v.Class.Tier)
	// Output:
	// tier 1, tier 2 after 5 min
	// at 4 min: tier 1, moved false, due at 30 min
	// at 5 min: tier 2, moved true, due at 30 min
	// at 20 min: tier 3, moved true, due at 60 min
	// Review Flagged true 2
}
