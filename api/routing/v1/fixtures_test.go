package v1

import (
	"fmt"
	"slices"
	"testing"
)

func ppm(n PPM) *PPM { return &n }

// document is a valid, unsealed document of queue on surface live.
func document(queue string, m Match) *PolicyDocument {
	return &PolicyDocument{
		Header: Header{Namespace: "trust", Surface: "live"},
		Queue:  queue,
		Match:  m,
		Pool:   "gpu",
		Policy: "community",
		Salt:   "0123456789abcdef",
		Unit:   UnitItem,
		Revisions: []Revision{{Name: "r1", Share: AllPPM, Labels: []Label{
			{
				Name: "hate-speech", HarmDomain: "hate", Severity: SeverityHigh, Model: "hate-v4", Version: "2026-11",
				ActAt: ppm(970_000), ReviewAt: ppm(600_000),
				Overrides:  []Override{{Markets: []string{"AT", "DE"}, ActAt: ppm(970_000), ReviewAt: ppm(500_000)}},
				Clearances: []string{"eu-data"},
				QASample:   QASample{Allowed: 5_000, Actioned: 10_000, Reviewed: 20_000},
				Escalation: &Escalation{Tier: 2, ScoreAt: ppm(990_000), WithinMillis: 3_600_000},
			},
			{Name: "minors", HarmDomain: "child-safety", Severity: SeverityCritical, Protected: true, ReviewAt: ppm(100_000)},
			{Name: "spam", HarmDomain: "spam", Severity: SeverityLow, ActAt: ppm(900_000), ReviewAt: ppm(800_000)},
		}}},
		Streams: []Stream{
			{
				Name: "hate", HarmDomains: []string{"harassment", "hate"}, Tier: 1,
				ServiceLevels: []ServiceLevel{{Percent: 900_000, WithinMillis: 900_000}},
			},
			{Name: "rest", HarmDomains: []string{Any}, Tier: 1, Clearances: []string{"minors"}},
		},
	}
}

func weights(rows ...TeamWeights) *Weights {
	return &Weights{Header: Header{Namespace: "trust", Surface: "live"}, Teams: rows}
}

// during is a document in a rollout: the canary acts on spam from 0.85 and lets people
// look at hate from 0.55.
func during(queue string, share PPM, r Rollout) *PolicyDocument {
	d := document(queue, Match{})
	labels := slices.Clone(d.Revisions[0].Labels)
	labels[0].ReviewAt, labels[2].ActAt = ppm(550_000), ppm(850_000)
	d.Revisions[0].Share = AllPPM - share
	d.Revisions = append(d.Revisions, Revision{Name: "r2", Share: share, Labels: labels})
	d.Features, d.Rollout = []string{FeatureRollout}, &r
	return d
}

// set seals everything into what NewTable takes, in the order given.
func set(t testing.TB, w *Weights, docs ...*PolicyDocument) Set {
	t.Helper()
	x := &Index{Header: Header{Namespace: "trust", Surface: "live"}}
	s := Set{Index: x, Documents: map[string]*PolicyDocument{}, Weights: w}
	for _, d := range docs {
		if _, err := SealDocument(d); err != nil {
			t.Fatalf("seal %s: %v", d.Queue, err)
		}
		s.Documents[d.Hash] = d
		x.Entries = append(x.Entries, Entry{Queue: d.Queue, Document: DocumentName(d.Queue, d.Hash), Hash: d.Hash})
		if d.Match.Default && x.Default == "" {
			x.Default = d.Queue
		}
	}
	if _, err := SealIndex(x); err != nil {
		t.Fatalf("seal index: %v", err)
	}
	if w != nil {
		if _, err := SealWeights(w); err != nil {
			t.Fatalf("seal weights: %v", err)
		}
	}
	return s
}

func table(t testing.TB, w *Weights, docs ...*PolicyDocument) *Table {
	t.Helper()
	tab, err := NewTable(set(t, w, docs...))
	if err != nil {
		t.Fatalf("build table: %v", err)
	}
	return tab
}

// big is a table of n queues over many markets and languages, with teams, and with
// a canary of a tenth if asked.
func big(t testing.TB, n int, canary bool) *Table {
	t.Helper()
	langs := []string{"de", "en", "es-419", "fr", "ja", "ko", "ms", "pt-BR", "th", "vi", "zh-Hant"}
	var docs []*PolicyDocument
	w := weights()
	var names []string
	for i := range n {
		m := Match{
			Markets:   []string{string([]byte{'A' + byte(i/26%26), 'A' + byte(i%26)})},
			Languages: []string{langs[i%len(langs)]},
		}
		d := document(fmt.Sprintf("queue-%04d", i), m)
		if i == n-1 {
			d.Match = Match{Default: true}
		}
		if labels := d.Revisions[0].Labels; canary {
			d.Revisions = []Revision{{Name: "r1", Share: 900_000, Labels: labels}, {Name: "r2", Share: 100_000, Labels: labels}}
		}
		docs, names = append(docs, d), append(names, d.Queue)
	}
	w.Teams = []TeamWeights{{
		Queues: names, Languages: langs, HarmDomains: []string{"hate", "spam"}, Tier: 1,
		Teams:    []Weight{{"berlin", 3000}, {"kuala-lumpur", 9000}, {"sao-paulo", 5000}},
		Overflow: []string{"dublin"},
	}}
	return table(t, w, docs...)
}
