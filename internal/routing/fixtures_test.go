package routing

import (
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
)

func ptr[T any](v T) *T { return &v }

func words[T, S ~string](in []S) (out []T) {
	for _, s := range in {
		out = append(out, T(s))
	}
	return out
}

type queueOption func(q *v1alpha1.ModerationQueue)

// queue is a valid queue on surface live, made in its turn of the clock.
func queue(name string, opts ...queueOption) *v1alpha1.ModerationQueue {
	q := &v1alpha1.ModerationQueue{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "trust", CreationTimestamp: metav1.NewTime(time.Unix(1_790_000_000, 0))},
		Spec: v1alpha1.ModerationQueueSpec{
			Surface:        "live",
			PolicyRef:      &v1alpha1.ObjectReference{Name: "community"},
			Classification: &v1alpha1.Classification{PoolRef: v1alpha1.ObjectReference{Name: "gpu"}},
			Reviews: []v1alpha1.ReviewStream{
				{
					Name: "hate", HarmDomains: []v1alpha1.HarmDomainName{"hate", "harassment"},
					ServiceLevels: []v1alpha1.ReviewServiceLevel{{Percent: "90", Within: "15m"}},
				},
				{Name: "rest", HarmDomains: []v1alpha1.HarmDomainName{"*"}},
			},
		},
	}
	for _, o := range opts {
		o(q)
	}
	return q
}

func markets(ms ...string) queueOption {
	return func(q *v1alpha1.ModerationQueue) { q.Spec.Markets = words[v1alpha1.Market](ms) }
}

func languages(ls ...string) queueOption {
	return func(q *v1alpha1.ModerationQueue) { q.Spec.Languages = words[v1alpha1.LanguageTag](ls) }
}

func classes(cs ...string) queueOption {
	return func(q *v1alpha1.ModerationQueue) {
		q.Spec.Match = &v1alpha1.QueueMatch{ContentClasses: words[v1alpha1.Word](cs)}
	}
}

func byDefault(q *v1alpha1.ModerationQueue) { q.Spec.Match = &v1alpha1.QueueMatch{Default: true} }

func born(after time.Duration) queueOption {
	return func(q *v1alpha1.ModerationQueue) {
		q.CreationTimestamp = metav1.NewTime(q.CreationTimestamp.Add(after))
	}
}

func streams(rs ...v1alpha1.ReviewStream) queueOption {
	return func(q *v1alpha1.ModerationQueue) { q.Spec.Reviews = rs }
}

func review(name string, domains ...string) v1alpha1.ReviewStream {
	return v1alpha1.ReviewStream{Name: v1alpha1.Word(name), HarmDomains: words[v1alpha1.HarmDomainName](domains)}
}

func policy(edits ...func(p *v1alpha1.ModerationPolicy)) *v1alpha1.ModerationPolicy {
	score := func(s string) *v1alpha1.Score { return ptr(v1alpha1.Score(s)) }
	model := v1alpha1.ScoreReference{Model: "m", Version: "2026-11"}
	p := &v1alpha1.ModerationPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: "community", Namespace: "trust"},
		Spec: v1alpha1.ModerationPolicySpec{Labels: []v1alpha1.PolicyLabel{
			{Name: "spam", HarmDomain: "spam", Severity: v1alpha1.SeverityLow, Score: model, ActAt: score("0.9"), ReviewAt: score("0.8")},
			{
				Name: "hate-speech", HarmDomain: "hate", Severity: v1alpha1.SeverityHigh, Score: model, ActAt: score("0.97"), ReviewAt: score("0.60"),
				Overrides:  []v1alpha1.BandOverride{{Name: "dach", Markets: []v1alpha1.Market{"DE", "AT"}, ReviewAt: score("0.5")}},
				QASample:   &v1alpha1.QASample{Allowed: "0.005", Actioned: "0.01", Reviewed: "0.02"},
				Escalation: &v1alpha1.Escalation{Tier: 2, Within: "1h"},
			},
			{Name: "bullying", HarmDomain: "harassment", Score: model, ReviewAt: score("0.7")},
		}},
	}
	for _, e := range edits {
		e(p)
	}
	return p
}

// staff covers everything that the fixtures ask for.
func staff() []Team {
	all := []string{"*"}
	return []Team{
		{Name: "dublin", Tier: 1, Languages: []string{"en", "de"}, HarmDomains: all, Scheduled: true, Productive: 12_000},
		{Name: "sao-paulo", Tier: 1, Languages: []string{"pt", "es"}, HarmDomains: all, Scheduled: true, Productive: 6_500},
		{Name: "senior", Tier: 2, Languages: []string{"de", "en", "es", "pt"}, HarmDomains: all, Scheduled: true, Productive: 2_000},
	}
}

func input(queues ...*v1alpha1.ModerationQueue) Input {
	return Input{
		Namespace: "trust", Surface: "live", Queues: queues,
		Policies: map[string]*v1alpha1.ModerationPolicy{"community": policy()},
		Pools:    map[string]bool{"gpu": true},
		Teams:    staff(),
	}
}

// published is an output as the next compilation finds it.
func published(out Output) Published {
	p := Published{Index: out.Index, Weights: out.Weights, Documents: map[string][]byte{}}
	for _, d := range out.Documents {
		p.Documents[d.Name] = d.Bytes
	}
	return p
}

// load reads an output as a router does.
func load(t testing.TB, out Output) (*v1.Table, *v1.Index, *v1.Weights) {
	t.Helper()
	x, err := v1.DecodeIndex(out.Index, "")
	if err != nil {
		t.Fatal(err)
	}
	w, err := v1.DecodeWeights(out.Weights, "")
	if err != nil {
		t.Fatal(err)
	}
	s := v1.Set{Index: x, Weights: w, Documents: map[string]*v1.PolicyDocument{}}
	for _, d := range out.Documents {
		doc, err := v1.DecodeDocument(d.Bytes, "")
		if err != nil {
			t.Fatal(err)
		}
		if got := v1.DocumentName(doc.Queue, doc.Hash); got != d.Name {
			t.Fatalf("document %s is named %s", got, d.Name)
		}
		s.Documents[doc.Hash] = doc
	}
	tab, err := v1.NewTable(s)
	if err != nil {
		t.Fatal(err)
	}
	return tab, x, w
}

func codes(fs []Finding) (out []string) {
	for _, f := range fs {
		out = append(out, fmt.Sprintf("%s %s %s/%s", f.Severity, f.Code, f.Object.Kind, f.Object.Name))
	}
	return out
}
