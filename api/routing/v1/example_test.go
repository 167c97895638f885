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
