package routing

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/api/v1alpha1"
)

func TestPolicyFindings(t *testing.T) {
	score := func(s string) *v1alpha1.Score { return ptr(v1alpha1.Score(s)) }
	for name, c := range map[string]struct {
		edit  func(p *v1alpha1.ModerationPolicy)
		code  string
		field string
		text  string
	}{
		"crossed":             {func(p *v1alpha1.ModerationPolicy) { p.Spec.Labels[0].ReviewAt = score("0.95") }, CodeBandsCrossed, "spec.labels[spam]", "reviewAt 0.95 is above actAt 0.9"},
		"crossed by override": {func(p *v1alpha1.ModerationPolicy) { p.Spec.Labels[1].Overrides[0].ReviewAt = score("0.98") }, CodeBandsCrossed, "spec.labels[hate-speech].overrides[dach]", "reviewAt 0.98 is above actAt 0.97 in the markets"},
		"market twice": {func(p *v1alpha1.ModerationPolicy) {
			l := &p.Spec.Labels[1]
			l.Overrides = append(l.Overrides, v1alpha1.BandOverride{Name: "de", Markets: []v1alpha1.Market{"DE"}, ActAt: score("0.99")})
		}, CodeMarketOverriddenTwice, "spec.labels[hate-speech].overrides[de].markets", "Market DE is in the overrides dach and de."},
		"no bands":        {func(p *v1alpha1.ModerationPolicy) { p.Spec.Labels[2].ReviewAt = nil }, CodeLabelWithoutBands, "spec.labels[bullying]", "neither actAt nor reviewAt"},
		"not a score":     {func(p *v1alpha1.ModerationPolicy) { p.Spec.Labels[0].ActAt = score("97%") }, CodeValueUnreadable, "spec.labels[spam].actAt", `"97%" is not`},
		"not a duration":  {func(p *v1alpha1.ModerationPolicy) { p.Spec.Labels[1].Escalation.Within = "14d" }, CodeValueUnreadable, "spec.labels[hate-speech].escalation.within", `"14d" is not a duration`},
		"not a rate":      {func(p *v1alpha1.ModerationPolicy) { p.Spec.Labels[1].QASample.Allowed = "1.5" }, CodeValueUnreadable, "spec.labels[hate-speech].qaSample.allowed", "1.5"},
		"override unread": {func(p *v1alpha1.ModerationPolicy) { p.Spec.Labels[1].Overrides[0].ActAt = score("x") }, CodeValueUnreadable, "spec.labels[hate-speech].overrides[dach].actAt", `"x"`},
	} {
		t.Run(name, func(t *testing.T) {
			if fs := CheckPolicy(policy()); len(fs) != 0 {
				t.Fatalf("findings on a sound policy: %v", fs)
			}
			p := policy(c.edit)
			fs := CheckPolicy(p)
			if len(fs) != 1 {
				t.Fatalf("findings %v, want one", fs)
			}
			f := fs[0]
			if f.Code != c.code || f.Field != c.field || !strings.Contains(f.Message, c.text) || f.Fix == "" || f.Object != policyObject("community") {
				t.Errorf("finding %+v", f)
			}
			if _, usable := RevisionOf(p); usable != (f.Severity == Warning) {
				t.Errorf("severity %s, and the policy is usable: %v", f.Severity, usable)
			}
		})
	}
}

func TestRevisionChangesWithTheMeaningOnly(t *testing.T) {
	base := revisionName(t, policy())
	for name, c := range map[string]struct {
		edit func(p *v1alpha1.ModerationPolicy)
		same bool
	}{
		"order of labels":     {func(p *v1alpha1.ModerationPolicy) { l := p.Spec.Labels; l[0], l[1] = l[1], l[0] }, true},
		"spelling of a score": {func(p *v1alpha1.ModerationPolicy) { p.Spec.Labels[0].ActAt = ptr(v1alpha1.Score("0.900")) }, true},
		"order of markets": {func(p *v1alpha1.ModerationPolicy) {
			m := p.Spec.Labels[1].Overrides[0].Markets
			m[0], m[1] = m[1], m[0]
		}, true},
		"name of an override": {func(p *v1alpha1.ModerationPolicy) { p.Spec.Labels[1].Overrides[0].Name = "german" }, true},
		"annotations":         {func(p *v1alpha1.ModerationPolicy) { p.Annotations = map[string]string{"a": "b"} }, true},
		"default severity":    {func(p *v1alpha1.ModerationPolicy) { p.Spec.Labels[2].Severity = v1alpha1.SeverityMedium }, true},
		"threshold":           {func(p *v1alpha1.ModerationPolicy) { p.Spec.Labels[0].ActAt = ptr(v1alpha1.Score("0.91")) }, false},
		"market added": {func(p *v1alpha1.ModerationPolicy) {
			o := &p.Spec.Labels[1].Overrides[0]
			o.Markets = append(o.Markets, "CH")
		}, false},
		"severity":      {func(p *v1alpha1.ModerationPolicy) { p.Spec.Labels[2].Severity = v1alpha1.SeverityHigh }, false},
		"model version": {func(p *v1alpha1.ModerationPolicy) { p.Spec.Labels[2].Score.Version = "2026-12" }, false},
		"sampling":      {func(p *v1alpha1.ModerationPolicy) { p.Spec.Labels[1].QASample.Allowed = "0.006" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := revisionName(t, policy(c.edit)); (got == base) != c.same {
				t.Errorf("revision %s, was %s", got, base)
			}
		})
	}
}

func TestCoverageFindings(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(in *Input)
		want []string
		text string
	}{
		"all is covered": {func(*Input) {}, nil, ""},
		"harm domain without label": {func(in *Input) { in.Queues[0].Spec.Reviews[0].HarmDomains[1] = "terror" },
			[]string{"Warning HarmDomainNotCovered ModerationQueue/a"}, "No label of policy community has harm domain terror"},
		"domain without review": {func(in *Input) { in.Queues[0].Spec.Reviews = in.Queues[0].Spec.Reviews[:1] },
			[]string{"Error DomainWithoutReview ModerationQueue/a"}, "Label spam of policy community"},
		"no review at all": {func(in *Input) { in.Queues[0].Spec.Reviews = nil },
			[]string{"Error DomainWithoutReview ModerationQueue/a", "Error DomainWithoutReview ModerationQueue/a", "Error DomainWithoutReview ModerationQueue/a"}, "bullying"},
		"no band, no review": {func(in *Input) {
			in.Policies["community"].Spec.Labels[0].ReviewAt = nil
			in.Queues[0].Spec.Reviews = in.Queues[0].Spec.Reviews[:1]
		}, nil, ""},
		"language": {func(in *Input) { languages("de", "ja", "ko")(in.Queues[0]) },
			[]string{"Error LanguageWithoutTeam ModerationQueue/a"}, "holds ja, ko."},
		"wider than held": {func(in *Input) { in.Teams[0].Languages = []string{"de-AT", "en"} },
			[]string{"Error ClassWithoutTeam ModerationQueue/a"}, "de hate tier 1"},
		"not scheduled": {func(in *Input) { in.Teams[0].Scheduled = false },
			[]string{"Error ClassWithoutTeam ModerationQueue/a"}, "de harassment tier 1"},
		"off shift now": {func(in *Input) { in.Teams[0].Productive = 0 }, nil, ""},
		"clearance": {func(in *Input) { in.Queues[0].Spec.Reviews[0].Requires.Clearances = []v1alpha1.Word{"eu-data"} },
			[]string{"Error ClearanceWithoutTeam ModerationQueue/a"}, "holds the clearance eu-data."},
		"clearance of a label": {func(in *Input) {
			in.Policies["community"].Spec.Labels[1].Requires = &v1alpha1.LabelRequirements{Clearances: []v1alpha1.Word{"eu-data"}}
		}, []string{"Error ClearanceWithoutTeam ModerationQueue/a"}, "eu-data"},
		"not together": {func(in *Input) {
			in.Queues[0].Spec.Reviews[0].Requires.Clearances = []v1alpha1.Word{"eu-data"}
			in.Teams[1].Clearances = []string{"eu-data"}
			in.Teams[2].Clearances = []string{"eu-data"}
		}, []string{"Error ClassWithoutTeam ModerationQueue/a"}, "de harassment tier 1 with eu-data"},
		"tier": {func(in *Input) { in.Queues[0].Spec.Reviews[1].Requires.Tier = 3 },
			[]string{"Error ClassWithoutTeam ModerationQueue/a"}, "tier 3"},
		"escalation": {func(in *Input) { in.Teams = in.Teams[:2] },
			[]string{"Warning EscalationWithoutTeam ModerationQueue/a"}, "hate-speech to tier 2"},
		"other surface": {func(in *Input) { in.Teams[0].Surfaces = []string{"video"} },
			[]string{"Error ClassWithoutTeam ModerationQueue/a"}, "de"},
		"nobody": {func(in *Input) { in.Teams = nil },
			[]string{"Error LanguageWithoutTeam ModerationQueue/a"}, "holds de."},
		"any language": {func(in *Input) { in.Queues[0].Spec.Languages = nil }, nil, ""},
		"no people":    {func(in *Input) { in.Queues[0].Spec.Reviews, in.Queues[0].Spec.PolicyRef, in.Teams = nil, nil, nil }, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			in := input(queue("a", languages("de"), byDefault))
			c.edit(&in)
			out := Compile(in)
			if d := cmp.Diff(append([]string{}, c.want...), append([]string{}, codes(out.Findings)...)); d != "" {
				t.Fatalf("findings (-want +got):\n%s\n%v", d, out.Findings)
			}
			if len(c.want) > 0 && (!strings.Contains(out.Findings[0].Message, c.text) || out.Findings[0].Fix == "") {
				t.Errorf("message %q, want one with %q; fix %q", out.Findings[0].Message, c.text, out.Findings[0].Fix)
			}
			if out.Queues["a"].Reason != v1alpha1.ReasonPublished {
				t.Errorf("people changed the document: %+v", out.Queues["a"])
			}
		})
	}
}

func TestLongMessagesAreCut(t *testing.T) {
	in := input(queue("a", markets(strings.Split(strings.Repeat("é,", 200), ",")...)))
	for _, f := range Compile(in).Findings {
		if len(f.Message) > 512 || len(f.Fix) > 512 || !strings.HasSuffix(f.Message, ".") {
			t.Errorf("%s has a message of %d bytes: %q", f.Code, len(f.Message), f.Message)
		}
	}
}
