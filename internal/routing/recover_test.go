package routing

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
)

// A revision is made anew of documents of which each leaves something out; and not where something is left out of all.
func TestRecover(t *testing.T) {
	p := policy(func(p *v1alpha1.ModerationPolicy) {
		for i := range p.Spec.Labels {
			p.Spec.Labels[i].Overrides = nil
		}
		p.Spec.Labels[0].Overrides = []v1alpha1.BandOverride{
			{Name: "a", Markets: []v1alpha1.Market{"DE", "FR"}, ReviewAt: ptr(v1alpha1.Score("0.41"))},
			{Name: "b", Markets: []v1alpha1.Market{"BR", "MX"}, ReviewAt: ptr(v1alpha1.Score("0.42"))},
		}
	})
	want, _ := RevisionOf(p)
	doc := func(ms ...string) *v1.PolicyDocument {
		in := input(queue("q", markets(ms...)))
		in.Policies = map[string]*v1alpha1.ModerationPolicy{p.Name: p}
		d, err := v1.DecodeDocument(Compile(in).Documents[0].Bytes, "")
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for name, c := range map[string]struct {
		docs []*v1.PolicyDocument
		ok   bool
	}{
		"of all markets":              {[]*v1.PolicyDocument{doc()}, true},
		"of some, and the rest":       {[]*v1.PolicyDocument{doc("DE", "BR"), doc("FR", "MX")}, true},
		"of three that overlap":       {[]*v1.PolicyDocument{doc("MX", "BR"), doc("FR", "BR"), doc("DE")}, true},
		"of some":                     {[]*v1.PolicyDocument{doc("DE", "BR")}, false},
		"of some, and others of them": {[]*v1.PolicyDocument{doc("DE", "BR"), doc("BR", "FR")}, false},
		"of none":                     {nil, false},
	} {
		got, ok := Recover(p.Name, want.Name, c.docs)
		if ok != c.ok {
			t.Errorf("%s: %t", name, ok)
		}
		if d := cmp.Diff(want, got); c.ok && d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
	if _, ok := Recover("other", want.Name, []*v1.PolicyDocument{doc()}); ok {
		t.Error("a revision is made of the documents of another policy")
	}
	if got := StableIn(p.Name, []*v1.PolicyDocument{doc(), doc("DE")}); got != want.Name {
		t.Errorf("they decide by %q", got)
	}
	if got := StableIn("other", []*v1.PolicyDocument{doc()}); got != "" {
		t.Errorf("another policy decides by %q", got)
	}
}
