package routing

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
)

// rolling is a policy of which "new" is rolled out, with what is stored of it.
func rolling(shares ...v1alpha1.RolloutShare) (*v1alpha1.ModerationPolicy, map[string][]byte) {
	was, _ := RevisionOf(policy())
	p := policy(func(p *v1alpha1.ModerationPolicy) {
		p.Spec.Labels[0].ActAt = ptr(v1alpha1.Score("0.91"))
		p.Spec.Rollout = &v1alpha1.PolicyRollout{Steps: []v1alpha1.RolloutStep{
			{Name: "de", Percent: "40", Markets: []v1alpha1.Market{"DE", "AT"}}, {Name: "live", Percent: "20", Surfaces: []v1alpha1.Word{"live"}},
			{Name: "search", Percent: "90", Surfaces: []v1alpha1.Word{"search"}}, {Name: "all", Percent: "50"},
		}}
	})
	is, _ := RevisionOf(p)
	p.Status.Revision = is.Name
	for i := range shares {
		for j := range p.Spec.Rollout.Steps {
			if s := &p.Spec.Rollout.Steps[j]; s.Name == shares[i].Step {
				shares[i].Scope = ScopeOf(s)
			}
		}
	}
	p.Status.Rollout = &v1alpha1.PolicyRolloutStatus{Stable: was.Name, Canary: is.Name, Unit: v1alpha1.RolloutAuthor, Sample: 250_000, Shares: shares}
	return p, map[string][]byte{was.Name: was.Data, is.Name: is.Data}
}

func share(step v1alpha1.Word, ppm int32) v1alpha1.RolloutShare {
	return v1alpha1.RolloutShare{Step: step, Share: ppm}
}

// documentOf compiles a queue whose policy decides by what is in force.
func documentOf(t *testing.T, p *v1alpha1.ModerationPolicy, stored map[string][]byte, opts ...queueOption) (*v1.PolicyDocument, Output) {
	t.Helper()
	in := input(queue("q", opts...))
	in.Policies = map[string]*v1alpha1.ModerationPolicy{p.Name: p}
	if f := InForceOf(p, stored); f != nil {
		in.InForce = map[string]*InForce{p.Name: f}
	}
	out := Compile(in)
	if len(out.Documents) == 0 {
		return nil, out
	}
	d, err := v1.DecodeDocument(out.Documents[0].Bytes, "")
	if err != nil {
		t.Fatal(err)
	}
	return d, out
}

func found(out Output, code string) bool {
	return slices.ContainsFunc(out.Findings, func(f Finding) bool { return f.Code == code })
}

func TestSharesOfADocument(t *testing.T) {
	type want struct {
		Base    v1.PPM
		Markets []v1.MarketShare
	}
	de := func(share v1.PPM, ms ...string) []v1.MarketShare {
		return []v1.MarketShare{{Markets: ms, Share: share}}
	}
	for name, c := range map[string]struct {
		shares []v1alpha1.RolloutShare
		opts   []queueOption
		want   want
	}{
		"in the shadow":              {nil, nil, want{0, nil}},
		"two markets":                {[]v1alpha1.RolloutShare{share("de", 400_000)}, nil, want{0, de(400_000, "AT", "DE")}},
		"of which the queue has one": {[]v1alpha1.RolloutShare{share("de", 400_000)}, []queueOption{markets("DE", "FR")}, want{0, de(400_000, "DE")}},
		"a surface besides":          {[]v1alpha1.RolloutShare{share("de", 400_000), share("live", 200_000)}, nil, want{200_000, de(400_000, "AT", "DE")}},
		"another surface":            {[]v1alpha1.RolloutShare{share("de", 400_000), share("search", 900_000)}, nil, want{0, de(400_000, "AT", "DE")}},
		"all, more than the markets": {[]v1alpha1.RolloutShare{share("de", 400_000), share("all", 500_000)}, nil, want{500_000, nil}},
	} {
		p, stored := rolling(c.shares...)
		d, _ := documentOf(t, p, stored, c.opts...)
		got := want{d.Revisions[1].Share, d.Rollout.Markets}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: shares (-want +got):\n%s", name, diff)
		}
		if d.Revisions[0].Name != p.Status.Rollout.Stable || d.Revisions[0].Share != v1.AllPPM-got.Base || d.Rollout.Unit != v1.UnitAuthor ||
			d.Rollout.Discordant != 250_000 || d.Rollout.Salt == d.Salt {
			t.Errorf("%s: %+v", name, d.Rollout)
		}
	}
}

// Once nothing is rolled out, documents are those of a policy that never had a rollout.
func TestAfterARolloutBytesAreThoseOfBefore(t *testing.T) {
	_, before := documentOf(t, policy(), nil)
	p, stored := rolling(share("de", 400_000))
	p.Status.Rollout.Canary, p.Status.Rollout.Shares = "", nil
	_, after := documentOf(t, p, stored)
	if d := cmp.Diff(before.Documents, after.Documents); d != "" {
		t.Errorf("documents (-before +after):\n%s", d)
	}
	other, _ := rolling()
	a, _ := documentOf(t, other, stored)
	b, _ := documentOf(t, func() *v1alpha1.ModerationPolicy {
		p, _ := rolling()
		p.Status.Rollout.Stable, p.Status.Rollout.Canary = p.Status.Rollout.Canary, p.Status.Rollout.Stable
		return p
	}(), stored)
	if a.Rollout.Salt == b.Rollout.Salt {
		t.Error("two rollouts divide the same units alike")
	}
}

// A policy whose spec cannot be compiled goes on by what is in force; one whose revisions
// are lost keeps its last documents.
func TestWhatDecidesIsNotTheSpec(t *testing.T) {
	p, stored := rolling(share("all", 500_000))
	want, _ := documentOf(t, p, stored)
	p.Spec.Labels[0].ReviewAt = ptr(v1alpha1.Score("0.99"))
	got, out := documentOf(t, p, stored)
	if d := cmp.Diff(want, got); d != "" || !found(out, CodeBandsCrossed) {
		t.Errorf("findings %v, document (-want +got):\n%s", codes(out.Findings), d)
	}
	p, stored = rolling()
	delete(stored, p.Status.Rollout.Canary)
	got, out = documentOf(t, p, stored)
	if got != nil || !found(out, CodeRevisionLost) || out.Queues["q"].Reason != v1alpha1.ReasonPolicyInvalid {
		t.Errorf("a lost revision gives %v, %+v", codes(out.Findings), out.Queues["q"])
	}
	p, stored = rolling(share("de", 400_000))
	for name, edit := range map[string]func(*v1alpha1.RolloutStep){
		"elsewhere": func(s *v1alpha1.RolloutStep) { s.Markets = nil }, "gone": func(s *v1alpha1.RolloutStep) { s.Name = "other" },
	} {
		q := p.DeepCopy()
		edit(&q.Spec.Rollout.Steps[0])
		if got, out := documentOf(t, q, stored); got != nil || !found(out, CodeRevisionLost) || StepChanged(q) != "de" {
			t.Errorf("a step under way that is %s: %+v", name, got)
		}
	}
	stored[p.Status.Rollout.Canary] = []byte(strings.Replace(string(stored[p.Status.Rollout.Stable]), "0", "1", 1))
	if got, _ := documentOf(t, p, stored); got != nil {
		t.Error("a damaged revision decides")
	}
}

// Rollouts that are new to a policy do not let a change through that came with them.
func TestRolloutsThatAreNew(t *testing.T) {
	p, stored := rolling()
	before := p.Status.Rollout.Stable
	p.Status.Rollout, p.Status.Revision = nil, before
	if d, _ := documentOf(t, p, stored); d.Revisions[0].Name != before || len(d.Revisions) != 1 {
		t.Errorf("decides by %v", d.Revisions)
	}
	now, _ := RevisionOf(p)
	if d, _ := documentOf(t, p, nil); d.Revisions[0].Name != now.Name {
		t.Error("a policy without stored revisions does not decide by its spec")
	}
	p.Spec.Rollout = nil
	if d, _ := documentOf(t, p, stored); d.Revisions[0].Name != now.Name {
		t.Error("a policy without rollouts does not decide by its spec")
	}
}
