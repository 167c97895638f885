package policy

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/quality"
	"github.com/modcap/modcap/internal/sample"
	modtest "github.com/modcap/modcap/internal/testing"
)

func needed(v quality.Verdict, by quality.Decider) quality.Need {
	return quality.Need{
		Label: "hate", Verdict: v, By: by, HalfWidth: 2400, WantedWidth: 1000, Decided: sample.Whole(110_000), Sampled: sample.Whole(900),
		Wanted: sample.Whole(3500), Rate: 34_000,
	}
}

// The page for leads of quality shows what a finding says.
func TestFindingsOfThePage(t *testing.T) {
	look := v1alpha1.Duration("45s")
	p := modtest.MakePolicy("guidelines", "ns").Obj()
	queue := *modtest.MakeQueue("live", "ns").Review(modtest.MakeReview("hate").HarmDomains("hate").
		QASample(v1alpha1.ReviewSample{Allowed: "0.005", HandleTime: &look})).Obj()
	got := checkFindings(p, []v1alpha1.ModerationQueue{queue}, []quality.Need{needed(quality.Allow, quality.Machine)})
	page, err := os.ReadFile("../../docs/quality.md")
	if err != nil || len(got) != 1 {
		t.Fatalf("%v, %d findings", err, len(got))
	}
	if told := got[0].Message + "\n" + got[0].Fix + "\n"; !strings.Contains(string(page), told) {
		t.Errorf("docs/quality.md does not show\n%s", told)
	}
}

// Of many needs the greatest are told; what is sampled enough is none, nor is a label that is gone.
func TestWhichFindings(t *testing.T) {
	p := modtest.MakePolicy("guidelines", "ns").Obj()
	var needs []quality.Need
	for i := range 20 {
		n := needed(quality.Act, quality.People)
		n.Wanted += sample.Whole(int64(i))
		needs = append(needs, n)
	}
	enough, gone := needed(quality.Act, quality.Machine), needed(quality.Act, quality.Machine)
	enough.Sampled, gone.Label = enough.Wanted, "gone"
	got := checkFindings(p, nil, append(needs, enough, gone))
	if len(got) != maxCheckFindings || got[0].Code != codeChecksUnplanned || got[0].Field != "spec.labels[hate].qaSample.reviewed" {
		t.Errorf("%d findings, the first %+v", len(got), got[0])
	}
	for _, f := range got {
		if len(f.Message) > 512 || len(f.Fix) > 512 {
			t.Errorf("too long: %+v", f)
		}
	}
}

func TestShortTags(t *testing.T) {
	got := map[string]string{}
	for _, tag := range []string{"pt-BR", "zh-Hant-HK", "de-aaaaaaaa-bbbbbbbb-cccc", "", "unknownwords-"} {
		got[tag] = shortTag(tag)
	}
	want := map[string]string{"pt-BR": "pt-BR", "zh-Hant-HK": "zh-Hant-HK", "de-aaaaaaaa-bbbbbbbb-cccc": "de-aaaaaaaa", "": "", "unknownwords-": "unknownwords"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("tags (-want +got):\n%s", d)
	}
}
