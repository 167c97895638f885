package lint

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/modcap/modcap/api/v1alpha1"
)

// rolling is the base with a rollout of the policy of comments and live.
func rolling(t testing.TB) (Input, *v1alpha1.ModerationPolicy) {
	t.Helper()
	in := base(t)
	i := slices.IndexFunc(in.Policies, func(p *v1alpha1.ModerationPolicy) bool { return p.Name == "community" })
	p := in.Policies[i].DeepCopy()
	in.Policies[i] = p
	for i := range p.Spec.Labels {
		p.Spec.Labels[i].QASample = &v1alpha1.QASample{Allowed: "0.01", Actioned: "0.01"}
	}
	p.Spec.Rollout = &v1alpha1.PolicyRollout{
		Shadow: &v1alpha1.RolloutShadow{MaxHold: "72h", Count: 300, Sample: "1"},
		Steps: []v1alpha1.RolloutStep{
			{Name: "brazil", Percent: "5", Markets: []v1alpha1.Market{"BR"}, MaxHold: "96h"},
			{Name: "half", Percent: "50", MaxHold: "240h"},
			{Name: "whole", Percent: "100", MaxHold: "240h"},
		},
		Margins: v1alpha1.RolloutMargins{Leakage: "25", Overkill: "50"},
		Metrics: &v1alpha1.RolloutMetrics{Cohort: "1h", LabelDelay: "36h"},
	}
	in.Volumes = []Volume{{"comments", "BR", 4000}, {"comments", "DE", 4000}, {"live", "", 2000}}
	return in, p
}

func gathering(in Input) (out []Finding) {
	for _, f := range Rules(in) {
		if slices.Contains([]string{CodeSampleTooSmall, CodeSampleOutOfReach, CodeRiseOutOfSight}, f.Code) {
			out = append(out, f)
		}
	}
	return out
}

func TestWhatCanBeGatheredIsNoFinding(t *testing.T) {
	in, _ := rolling(t)
	for _, f := range gathering(in) {
		t.Errorf("%+v", f)
	}
}

func TestGathering(t *testing.T) {
	steps := func(p *v1alpha1.ModerationPolicy) []v1alpha1.RolloutStep { return p.Spec.Rollout.Steps }
	for _, c := range []struct {
		name   string
		change func(*Input, *v1alpha1.ModerationPolicy)
		want   string // the code, the field and words of the message; empty for nothing
	}{
		{"too few items for the shadow", func(in *Input, _ *v1alpha1.ModerationPolicy) {
			in.Volumes = []Volume{{"comments", "", 300}, {"live", "", 100}}
		}, "SampleOutOfReach spec.rollout.shadow.maxHold: needs 300 items of each move looked at. If 1% of at most 400 items an hour move, " +
			"and 100% of these are sampled, that takes 120h, labels included; its longest hold is 72h."},
		{"a small share of what moves is sampled", func(_ *Input, p *v1alpha1.ModerationPolicy) {
			p.Spec.Rollout.Shadow.Sample = "0.02"
		}, "SampleOutOfReach spec.rollout.shadow.maxHold: 190h, labels included"},
		{"a shadow that lasts as long as it takes", func(in *Input, p *v1alpha1.ModerationPolicy) {
			p.Spec.Rollout.Shadow.Sample, p.Spec.Rollout.Shadow.MaxHold = "0.02", ""
		}, ""},
		{"volumes of one queue are not known", func(in *Input, p *v1alpha1.ModerationPolicy) {
			p.Spec.Rollout.Shadow.Sample = "0.02"
			in.Volumes = in.Volumes[:2]
		}, ""},
		{"nothing is known", func(in *Input, p *v1alpha1.ModerationPolicy) {
			p.Spec.Rollout.Shadow.Sample, steps(p)[0].Percent = "0.02", "0.001"
			in.Volumes = nil
		}, ""},
		{"volumes that are of no queue", func(in *Input, p *v1alpha1.ModerationPolicy) {
			in.Volumes = []Volume{{"", "BR", 200}, {"", "DE", 200}}
		}, "SampleOutOfReach spec.rollout.shadow.maxHold: at most 400 items"},
		{"a step of next to nobody", func(in *Input, p *v1alpha1.ModerationPolicy) {
			steps(p)[0].Percent = "0.01"
			in.Volumes[2].PerHour = 10
			in.Volumes[1].PerHour = 10_000
		}, "SampleOutOfReach spec.rollout.steps[brazil].maxHold: Of at most 4000 items an hour in BR, 0.01% decided by the change and 1% of those " +
			"looked at, one takes up to 790h"},
		{"a market without items", func(in *Input, p *v1alpha1.ModerationPolicy) {
			in.Volumes[0].PerHour, in.Volumes[1].PerHour, in.Volumes[2] = 0, 10_000, Volume{"live", "US", 1000}
		}, "SampleOutOfReach spec.rollout.steps[brazil]: no items come in BR"},
		{"next to no random samples", func(_ *Input, p *v1alpha1.ModerationPolicy) {
			for i := range p.Spec.Labels {
				p.Spec.Labels[i].QASample.Allowed = "0.0001"
			}
		}, "RiseOutOfSight spec.rollout.steps: If 25 more of 10000 items that do not move were let through, random checks of the change would find " +
			"about 0.31 of them in the 576h that its steps last at most, and the guard needs 5 or more."},
		{"a sample that shows nothing", func(_ *Input, p *v1alpha1.ModerationPolicy) {
			p.Spec.Rollout.Shadow.Count, p.Spec.Rollout.Margins.Leakage = 10, "1"
		}, "SampleTooSmall spec.rollout.shadow.count: 80 would be looked at"},
		{"values that cannot be read", func(_ *Input, p *v1alpha1.ModerationPolicy) {
			p.Spec.Rollout.Margins.Overkill, p.Spec.Rollout.Metrics.Cohort = "many", "soon"
		}, ""},
		{"a sample of nothing", func(_ *Input, p *v1alpha1.ModerationPolicy) {
			p.Spec.Rollout.Shadow.Sample = "0"
		}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			in, p := rolling(t)
			c.change(&in, p)
			got := gathering(in)
			if c.want == "" && len(got) == 0 {
				return
			}
			head, words, _ := strings.Cut(c.want, ": ")
			found := slices.ContainsFunc(got, func(f Finding) bool { return f.Code+" "+f.Field == head && strings.Contains(f.Message, words) })
			if !found {
				t.Fatalf("want %q, got %+v", c.want, got)
			}
			if len(got) > 1 {
				t.Errorf("besides: %+v", got)
			}
		})
	}
}

// What a fix says does it, each by itself.
func TestFixesOfGathering(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Input, *v1alpha1.ModerationPolicy)
	}{
		{"few items", func(in *Input, _ *v1alpha1.ModerationPolicy) { in.Volumes = []Volume{{"", "", 500}} }},
		{"a small sample", func(_ *Input, p *v1alpha1.ModerationPolicy) { p.Spec.Rollout.Shadow.Sample = "0.03" }},
		{"a large count", func(_ *Input, p *v1alpha1.ModerationPolicy) { p.Spec.Rollout.Shadow.Count = 20_000 }},
		{"a small step", func(in *Input, p *v1alpha1.ModerationPolicy) { p.Spec.Rollout.Steps[0].Percent = "0.02" }},
		{"few random samples", func(_ *Input, p *v1alpha1.ModerationPolicy) {
			for i := range p.Spec.Labels {
				p.Spec.Labels[i].QASample.Allowed = "0.0007"
			}
		}},
		{"a narrow margin", func(_ *Input, p *v1alpha1.ModerationPolicy) {
			p.Spec.Rollout.Shadow.Count, p.Spec.Rollout.Margins.Leakage = 20, "2"
			p.Spec.Rollout.Steps = p.Spec.Rollout.Steps[2:]
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			in, p := rolling(t)
			c.change(&in, p)
			found := gathering(in)
			if len(found) == 0 {
				t.Fatal("nothing is found")
			}
			tried := 0
			for _, f := range found {
				for _, m := range regexp.MustCompile(`(maxHold|sample|count|percent|qaSample\.allowed)( of the step)? to ([0-9.]+h?)`).FindAllStringSubmatch(f.Fix, -1) {
					tried++
					again, q := rolling(t)
					c.change(&again, q)
					follow(q, f.Field, m[1], strings.TrimSuffix(m[3], "."))
					for _, left := range gathering(again) {
						if left.Field == f.Field && wordsOf(left) == wordsOf(f) {
							t.Errorf("after %q: %+v", m[0], left)
						}
					}
				}
			}
			if tried == 0 {
				t.Errorf("no fix names a number: %+v", found)
			}
		})
	}
}

// wordsOf is what a finding says, whatever its numbers.
func wordsOf(f Finding) string {
	return regexp.MustCompile(`[0-9.]+[hm]?`).ReplaceAllString(f.Message, "#")
}

// follow does what a fix says.
func follow(p *v1alpha1.ModerationPolicy, field, what, to string) {
	r := p.Spec.Rollout
	switch {
	case what == "maxHold" && strings.Contains(field, "shadow"):
		r.Shadow.MaxHold = v1alpha1.Duration(to)
	case what == "maxHold":
		r.Steps[0].MaxHold = v1alpha1.Duration(to)
	case what == "percent":
		r.Steps[0].Percent = v1alpha1.Percent(to)
	case what == "sample":
		r.Shadow.Sample = v1alpha1.Score(to)
	case what == "count":
		r.Shadow.Count = 0
		for _, c := range to {
			r.Shadow.Count = r.Shadow.Count*10 + (c - '0')
		}
	default:
		for i := range p.Spec.Labels {
			p.Spec.Labels[i].QASample.Allowed = v1alpha1.Score(to)
		}
	}
}
