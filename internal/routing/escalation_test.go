package routing

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
)

// raising lets items of the label hate-speech go up: by flag, by score, and by age to tiers 2 and 3.
func raising(p *v1alpha1.ModerationPolicy) {
	e := p.Spec.Labels[1].Escalation
	e.ScoreAt, e.Flags = "0.95", []v1alpha1.Flag{"police", "hash"}
	p.Spec.MoveUp = []v1alpha1.MoveUp{
		{Severity: v1alpha1.SeverityHigh, After: "20m", Then: []v1alpha1.EscalationTier{{Tier: 3, After: "45m", Within: "2h"}}},
		{Severity: v1alpha1.SeverityMedium, After: "5m"}, // bullying has no escalation
	}
}

func TestEscalationCompiled(t *testing.T) {
	in := input(queue("a", languages("de")))
	in.Policies["community"] = policy(raising)
	in.Teams = append(in.Teams, Team{
		Name: "legal", Tier: 3, Languages: []string{"de"}, HarmDomains: []string{"hate"}, Scheduled: true, Productive: 1_000,
	})
	out := Compile(in)
	tab, _, _ := load(t, out)
	doc, _ := tab.Document("a")
	want := &v1.Escalation{
		Tier: 2, ScoreAt: ptr(v1.PPM(950_000)), Flags: []string{"hash", "police"}, AfterMillis: 1_200_000, WithinMillis: 3_600_000,
		Then: []v1.EscalationTier{{Tier: 3, AfterMillis: 2_700_000, WithinMillis: 7_200_000}},
	}
	for _, l := range doc.Revisions[0].Labels {
		if l.Name != "hate-speech" {
			if l.Escalation != nil {
				t.Errorf("label %s escalates: %+v", l.Name, l.Escalation)
			}
			continue
		}
		if d := cmp.Diff(want, l.Escalation); d != "" {
			t.Errorf("escalation (-want +got):\n%s", d)
		}
	}
	if d := cmp.Diff([]string{v1.FeatureFlags}, doc.Features); d != "" {
		t.Errorf("features (-want +got):\n%s", d)
	}
	// The teams of each tier are in the weights, so that an item finds them as it goes up.
	v := tab.Decide("a", v1.Item{ID: "1", Language: "de"}, []v1.Score{
		{Label: "hate-speech", PPM: 700_000}, {Label: "spam"}, {Label: "bullying"},
	})
	var teams []string
	for _, age := range []int64{0, v.NextAfterMillis, 2_700_000} {
		v, _ = tab.Escalate(v, "1", age)
		teams = append(teams, v.Team)
	}
	if d := cmp.Diff([]string{"dublin", "senior", "legal"}, teams); d != "" {
		t.Errorf("teams by age (-want +got):\n%s", d)
	}
	for _, f := range out.Findings {
		if f.Code == CodeEscalationWithoutTeam {
			t.Errorf("there is a team of each tier: %+v", f)
		}
	}
	in.Teams = in.Teams[:3]
	if got := codes(Compile(in).Findings); len(got) == 0 || got[0] != "Warning EscalationWithoutTeam ModerationQueue/a" {
		t.Errorf("nobody is of tier 3: %v", got)
	}
}

// A policy that says nothing of it keeps its revision, and its documents their features.
func TestEscalationUnset(t *testing.T) {
	plain, _ := RevisionOf(policy())
	edits := map[string]func(p *v1alpha1.ModerationPolicy){
		"moveUp of another severity": func(p *v1alpha1.ModerationPolicy) {
			p.Spec.MoveUp = []v1alpha1.MoveUp{{Severity: v1alpha1.SeverityCritical, After: "5m"}}
		},
	}
	for name, edit := range edits {
		if r, _ := RevisionOf(policy(edit)); r.Name != plain.Name {
			t.Errorf("%s: revision %s, want %s", name, r.Name, plain.Name)
		}
	}
	if r, ok := RevisionOf(policy(raising)); !ok || r.Name == plain.Name {
		t.Errorf("with flags and tiers: revision %s, valid %t", r.Name, ok)
	}
	if _, ok := RevisionOf(policy(func(p *v1alpha1.ModerationPolicy) {
		p.Spec.MoveUp = []v1alpha1.MoveUp{{Severity: v1alpha1.SeverityHigh, After: "soon"}}
	})); ok {
		t.Error("a policy whose time-out cannot be read gets into documents")
	}
}

// During a rollout a reader must know both features.
func TestEscalationDuringRollout(t *testing.T) {
	stable, _ := RevisionOf(policy())
	canary, _ := RevisionOf(policy(raising))
	in := input(queue("a", languages("de")))
	in.InForce = map[string]*InForce{"community": {Stable: stable, Canary: canary, Unit: v1.UnitItem, Sample: 1000}}
	tab, _, _ := load(t, Compile(in))
	doc, _ := tab.Document("a")
	if d := cmp.Diff([]string{v1.FeatureFlags, v1.FeatureRollout}, doc.Features); d != "" {
		t.Errorf("features (-want +got):\n%s", d)
	}
}
