package routing

import (
	"bytes"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
)

func protected(q *v1alpha1.ModerationQueue) { q.Spec.Protected = true }

// everything is relief of each kind for some queues, in no order.
func everything(queues ...string) []v1.Relief {
	return []v1.Relief{
		{Policy: "community", Step: "raise", Kind: v1.ReliefRaiseReviewAt, Queues: queues, Labels: []string{"spam", "hate-speech"}, Raise: 50_000},
		{Policy: "community", Step: "relax", Kind: v1.ReliefRelax, Queues: queues, Drop: "market", AfterMillis: 60_000},
		{Policy: "community", Step: "defer", Kind: v1.ReliefDefer, Queues: queues, WithinMillis: 7_200_000},
		{Policy: "community", Step: "qa", Kind: v1.ReliefQAFloor, Queues: queues, Keep: 500_000},
		{Policy: "community", Step: "widen", Kind: v1.ReliefWiden, Queues: queues},
	}
}

// Relief goes into the weights and never into a document, and leaves alone what is
// protected, what is not Low, and what another policy decides.
func TestReliefIsInTheWeightsAlone(t *testing.T) {
	in := input(queue("a", markets("DE")), queue("b", markets("FR")), queue("p", markets("US"), protected))
	in.Teams = append(in.Teams, Team{Name: "abroad", Tier: 1, Languages: []string{"en", "de"}, HarmDomains: []string{"*"}, Markets: []string{"JP"},
		Scheduled: true, Productive: 1000}, Team{Name: "quality", Tier: 1, Roles: []string{"QA"}, Languages: []string{"en", "de"},
		HarmDomains: []string{"*"}, Scheduled: true, Productive: 1000})
	before := Compile(in)
	in.Relief = everything("p", "b", "a", "gone")
	in.Relief = append(in.Relief, v1.Relief{Policy: "ads", Step: "qa", Kind: v1.ReliefQAFloor, Queues: []string{"a"}, Keep: 1})
	after := Compile(in)
	if d := cmp.Diff(before.Documents, after.Documents); d != "" || !bytes.Equal(before.Index, after.Index) {
		t.Errorf("documents changed:\n%s", d)
	}
	_, _, w := load(t, after)
	var steps []string
	for _, r := range w.Relief {
		steps = append(steps, r.Step)
		if !slices.Equal(r.Queues, []string{"a", "b"}) {
			t.Errorf("step %s is for %v", r.Step, r.Queues)
		}
		if r.Kind == v1.ReliefRaiseReviewAt && !slices.Equal(r.Labels, []string{"spam"}) {
			t.Errorf("reviewAt is raised of %v", r.Labels)
		}
	}
	if d := cmp.Diff([]string{"defer", "qa", "raise", "relax", "widen"}, steps); d != "" {
		t.Errorf("steps (-want +got):\n%s", d)
	}
	tab, _, _ := load(t, after)
	_, overflow := tab.Teams(v1.Class{Queue: "a", Language: "de", HarmDomain: "hate", Tier: 1})
	if !slices.Equal(overflow, []string{"quality", "senior"}) {
		t.Errorf("asked besides: %v", overflow)
	}
	if got := tab.Relaxed(v1.Class{Queue: "a", Language: "de", HarmDomain: "hate", Tier: 1}); len(got) != 1 || got[0].AfterMillis != 60_000 ||
		!slices.Equal(got[0].Teams, []string{"abroad"}) {
		t.Errorf("relaxed: %v", got)
	}
	alone := v1.Class{Queue: "p", Language: "de", HarmDomain: "hate", Tier: 1}
	if _, overflow = tab.Teams(alone); !slices.Equal(overflow, []string{"senior"}) || len(tab.Relaxed(alone)) > 0 {
		t.Errorf("the protected queue: %v, relaxed %v", overflow, tab.Relaxed(alone))
	}
}

// The work of a protected label's harm domain is neither widened nor relaxed.
func TestReliefLeavesDomainsOfProtectedLabels(t *testing.T) {
	in := input(queue("a", markets("DE")))
	in.Policies["community"].Spec.Labels[2].Protected = true // harassment
	in.Teams = append(in.Teams, Team{Name: "quality", Tier: 1, Roles: []string{"QA"}, Languages: []string{"de"}, HarmDomains: []string{"*"},
		Scheduled: true, Productive: 1000})
	in.Relief = everything("a")
	tab, _, _ := load(t, Compile(in))
	for domain, want := range map[string][]string{"harassment": {"senior"}, "hate": {"quality", "senior"}} {
		if _, got := tab.Teams(v1.Class{Queue: "a", Language: "de", HarmDomain: domain, Tier: 1}); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", domain, got, want)
		}
	}
}

// After a restart relief that the plan has not spoken of yet stays as it is published,
// and goes when it has.
func TestReliefAwaitedStays(t *testing.T) {
	in := input(queue("a", markets("DE")), queue("b", markets("FR")))
	in.Relief = everything("a")
	first := Compile(in)
	in.Previous = published(first)
	in.Relief, in.ReliefAwaited = nil, map[string]bool{"a": true}
	if got := Compile(in); !bytes.Equal(got.Weights, first.Weights) {
		t.Errorf("weights changed:\n%s\n%s", first.Weights, got.Weights)
	}
	in.Relief = everything("b")[:1]
	if _, _, w := load(t, Compile(in)); len(w.Relief) != 6 {
		t.Errorf("what is known of one is not told beside what is awaited of another: %v", w.Relief)
	}
	in.Relief, in.ReliefAwaited = nil, nil
	if _, _, w := load(t, Compile(in)); len(w.Relief) != 0 {
		t.Errorf("relief stays: %v", w.Relief)
	}
}

// What relief changes is published at once.
func TestReliefIsNotSettled(t *testing.T) {
	in := input(queue("a", markets("DE")))
	in.Relief = everything("a")
	in.Previous = published(Compile(in))
	in.Relief[0].Raise++
	if got := Compile(in); bytes.Equal(got.Weights, in.Previous.Weights) {
		t.Error("weights stay")
	}
}

func TestTogether(t *testing.T) {
	m, s := relaxation{afterMillis: 600, market: true}, relaxation{afterMillis: 900, market: true, surface: true}
	for name, c := range map[string]struct{ own, more, want []relaxation }{
		"nothing":         {nil, nil, nil},
		"declared":        {[]relaxation{m, s}, nil, []relaxation{m, s}},
		"only relief":     {nil, []relaxation{{60, false, true}}, []relaxation{{60, false, true}}},
		"market earlier":  {[]relaxation{m, s}, []relaxation{{60, true, false}}, []relaxation{{60, true, false}, s}},
		"surface earlier": {[]relaxation{m, s}, []relaxation{{60, false, true}}, []relaxation{{60, false, true}, {600, true, true}}},
		"both":            {[]relaxation{m, s}, []relaxation{{60, false, true}, {30, true, false}}, []relaxation{{30, true, false}, {60, true, true}}},
		"later":           {[]relaxation{m}, []relaxation{{700, true, false}}, []relaxation{m}},
	} {
		if got := together(c.own, c.more); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
