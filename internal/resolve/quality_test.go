package resolve

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/guard"
	"github.com/modcap/modcap/internal/quality"
	"github.com/modcap/modcap/internal/regimes"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

// checkedPolicy has its checks counted.
func checkedPolicy(edit ...func(*v1alpha1.PolicyQuality)) *v1alpha1.ModerationPolicy {
	q := modtest.MakeQuality("quality")
	for _, f := range edit {
		f(&q)
	}
	return modtest.MakePolicy("p", "ns").PolicyLabel(modtest.MakeLabel("fraud").HarmDomain("scams")).Quality(q).Obj()
}

func TestQualityTerms(t *testing.T) {
	got, err := QualityTerms(checkedPolicy(func(q *v1alpha1.PolicyQuality) {
		q.Window = ""
		q.Checks = &v1alpha1.QualityChecks{Missed: "0.05", Mistaken: "0.001"}
		q.Wanted = &v1alpha1.QualityWanted{
			Allowed: "0.002", Actioned: "0.01", Reviewed: "0.02", Labels: []v1alpha1.Word{"hate"}, PerMarket: true,
		}
	}))
	want := quality.Terms{
		Window: 7 * 24 * sample.Hour, Cohort: 24 * sample.Hour, Delay: 36 * sample.Hour, Missed: 50_000, Mistaken: 1000,
		Labels: []string{"hate", "fraud"},
		Wanted: quality.Wanted{Allowed: 2000, Actioned: 10_000, Reviewed: 20_000, Labels: []string{"hate"}, PerMarket: true},
	}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%v, terms (-want +got):\n%s", err, d)
	}
	for want, edit := range map[string]func(*v1alpha1.PolicyQuality){
		"spec.quality.metrics.cohort":  func(q *v1alpha1.PolicyQuality) { q.Metrics.Cohort = "a day" },
		"spec.quality.wanted.reviewed": func(q *v1alpha1.PolicyQuality) { q.Wanted = &v1alpha1.QualityWanted{Reviewed: "2"} },
	} {
		if _, err := QualityTerms(checkedPolicy(edit)); !strings.Contains(message(err), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// checksRow is a row of checks, with labels changed in pairs.
func checksRow(n int, change ...string) TableRow {
	labels := map[string]string{
		"policy": "p", "label": "hate", "verdict": "Act", "by": "Machine", "market": "BR", "language": "pt-BR", "revision": "40ab51c2d3e4",
		"rate": "0.005", "cohort": "2026-11-02T00:00:00Z",
	}
	for i := 0; i < len(change); i += 2 {
		labels[change[i]] = change[i+1]
	}
	return TableRow{Labels: labels, Value: sample.Whole(int64(n))}
}

// checkTables answers each series with the same row, with another number.
func checkTables(change ...string) Tables {
	return func(r Row) ([]TableRow, sample.Sample) {
		n, ok := map[string]int{"qa-sampled": 9, "qa-labelled": 8, "qa-wrong": 2}[r.Series]
		if !ok || r.Source != "quality" || r.Labels["policy"] != "p" {
			return nil, sample.Missing(sample.CauseUnknownSeries)
		}
		return []TableRow{checksRow(n, change...)}, sample.FreshAt(0, sample.At(now))
	}
}

func TestQualityCounts(t *testing.T) {
	cell := quality.Cell{
		Label: "hate", Verdict: quality.Act, By: quality.Machine, Market: "BR", Language: "pt-BR", Revision: "40ab51c2d3e4", Rate: 5000,
		Cohort: sample.At(at(t, "2026-11-02T00:00:00Z")),
	}
	want := quality.Counts{
		Quality: sample.Fresh, Sampled: []quality.Row{{Cell: cell, N: 9}}, Labelled: []quality.Row{{Cell: cell, N: 8}},
		Wrong: []quality.Row{{Cell: cell, N: 2}},
	}
	if d := cmp.Diff(want, QualityCounts(checkedPolicy(), checkTables())); d != "" {
		t.Errorf("counts (-want +got):\n%s", d)
	}
	for name, c := range map[string]struct {
		change []string
		ok     bool
	}{
		"less is told apart":     {[]string{"market", "", "language", "", "revision", ""}, true},
		"no market":              {[]string{"market", "none", "label", "none", "language", "unknown"}, true},
		"no label":               {[]string{"label", ""}, false},
		"a market in words":      {[]string{"market", "Brazil"}, false},
		"a language that is not": {[]string{"language", "somebody's name"}, false},
		"a language too long":    {[]string{"language", strings.Repeat("aa-", 20)}, false},
		"a person decided":       {[]string{"by", "Ana"}, false},
		"another verdict":        {[]string{"verdict", "Remove"}, false},
		"a revision of words":    {[]string{"revision", "the first one"}, false},
		"a rate of nothing":      {[]string{"rate", "0"}, false},
		"no rate":                {[]string{"rate", ""}, false},
		"a cohort that is none":  {[]string{"cohort", "yesterday"}, false},
	} {
		got := QualityCounts(checkedPolicy(), checkTables(c.change...))
		if fresh := got.Quality == sample.Fresh; fresh != c.ok || (!fresh && got.Cause != sample.CauseUnknownClass) {
			t.Errorf("%s: %v, %s", name, got.Quality, got.Cause)
		}
	}
	other := checkedPolicy(func(q *v1alpha1.PolicyQuality) { q.Metrics.Wrong.Series = "elsewhere" })
	if got := QualityCounts(other, checkTables()); got.Quality != sample.Absent || got.Cause != sample.CauseUnknownSeries {
		t.Errorf("a series that is not there: %v, %s", got.Quality, got.Cause)
	}
}

func TestGuardPeople(t *testing.T) {
	got := GuardPeople([]quality.Reviewer{{Label: "hate", Leakage: 140_000, Overkill: 70_000}})
	if d := cmp.Diff([]guard.People{{Label: "hate", Leakage: 140_000, Overkill: 70_000}}, got); d != "" {
		t.Errorf("people (-want +got):\n%s", d)
	}
}

// need is what an interval takes of a label's items in a market.
func needOf(label, market string, v quality.Verdict, by quality.Decider, wanted, decided int64) quality.Need {
	return quality.Need{Label: label, Market: market, Verdict: v, By: by, Wanted: sample.Whole(wanted), Decided: sample.Whole(decided)}
}

func TestQualityRates(t *testing.T) {
	p := checkedPolicy()
	needs := []quality.Need{
		needOf("hate", "BR", quality.Allow, quality.Machine, 100, 1000),
		needOf("hate", "MX", quality.Allow, quality.Machine, 100, 4000),
		needOf("fraud", "BR", quality.Allow, quality.Machine, 50, 1000),
		needOf("fraud", "BR", quality.Act, quality.Machine, 500, 100),
		needOf("hate", "BR", quality.Allow, quality.People, 10, 100),
		needOf("hate", "BR", quality.Act, quality.People, 30, 100),
		needOf("gone", "BR", quality.Act, quality.Machine, 30, 100),
		needOf("hate", "BR", quality.Act, quality.Machine, 30, 0),
	}
	for name, c := range map[string]struct {
		queue *v1alpha1.ModerationQueue
		want  QualityRates
	}{
		"one market": {modtest.MakeQueue("q", "ns").Markets("BR").Obj(), QualityRates{
			Allowed: 100_000, Actioned: map[string]sample.PPM{"scams": 1_000_000}, Reviewed: map[string]sample.PPM{"hate": 300_000},
		}},
		"every market": {modtest.MakeQueue("q", "ns").Markets().Obj(), QualityRates{
			Allowed: 50_000, Actioned: map[string]sample.PPM{"scams": 1_000_000}, Reviewed: map[string]sample.PPM{"hate": 300_000},
		}},
		"another market": {modtest.MakeQueue("q", "ns").Markets("DE").Obj(), QualityRates{Actioned: map[string]sample.PPM{}, Reviewed: map[string]sample.PPM{}}},
	} {
		if d := cmp.Diff(c.want, QualityRatesOf(c.queue, p, needs)); d != "" {
			t.Errorf("%s: rates (-want +got):\n%s", name, d)
		}
	}
}

// The plan reserves the greater of what is declared and what the wanted interval takes, of what a stream has checked at
// all; other domains' needs are not its own.
func TestChecksAreReserved(t *testing.T) {
	arrive := book{values: map[string]sample.Sample{
		"arrivals": fresh(2000), "backlog": fresh(0), "oldest": fresh(0), "allowed": fresh(100_000), "actioned": fresh(10_000),
	}}
	for name, c := range map[string]struct {
		rates QualityRates
		want  sample.Milli // 7200 × 0.02 + 360000 × 0.005 + 36000 × 0.01 declared
	}{
		"nothing wanted":     {QualityRates{}, 2_304_000},
		"more allowed":       {QualityRates{Allowed: 10_000}, 4_104_000},
		"less allowed":       {QualityRates{Allowed: 1000}, 2_304_000},
		"more reviewed":      {QualityRates{Reviewed: map[string]sample.PPM{"hate": 40_000}}, 2_448_000},
		"another's actioned": {QualityRates{Actioned: map[string]sample.PPM{"scams": 900_000}}, 2_304_000},
		"one of its own":     {QualityRates{Actioned: map[string]sample.PPM{"scams": 900_000, "hate": 20_000}}, 2_664_000},
	} {
		q := modtest.MakeQueue("live", "ns").
			Review(modtest.MakeReview("hate").HarmDomains("hate").QASample(sampleOfAll).Metrics(counts("allowed", "actioned"))).
			Review(modtest.MakeReview("rest").HarmDomains("*")).Obj()
		classes, _ := ClassesWith(q, arrive, regimes.Catalogue{}, c.rates)
		if got := one(t, classes, staffing.RoleQA, 1).ArrivalsPerHour; got.Value != c.want || !got.Fresh() {
			t.Errorf("%s: %v an hour, want %v", name, got.Value, c.want)
		}
	}
	q := modtest.MakeQueue("live", "ns").
		Review(modtest.MakeReview("hate").HarmDomains("hate").QASample(v1alpha1.ReviewSample{Reviewed: "0.02"})).
		Review(modtest.MakeReview("rest").HarmDomains("*").QASample(v1alpha1.ReviewSample{Reviewed: "0.02"})).Obj()
	classes, _ := ClassesWith(q, arrive, regimes.Catalogue{}, QualityRates{Allowed: 500_000, Reviewed: map[string]sample.PPM{"hate": 30_000, "scams": 50_000}})
	for _, want := range []struct {
		review string
		hourly sample.Milli
	}{{"hate", 216_000}, {"rest", 360_000}} {
		for _, got := range classes {
			if got.Key.Role == staffing.RoleQA && got.Key.Review == want.review && got.ArrivalsPerHour.Value != want.hourly {
				t.Errorf("%s has %v an hour, want %v: what it does not plan is not added", want.review, got.ArrivalsPerHour.Value, want.hourly)
			}
		}
	}
}

func TestSampleTime(t *testing.T) {
	look := v1alpha1.Duration("45s")
	queues := []v1alpha1.ModerationQueue{
		*modtest.MakeQueue("reports", "ns").Review(modtest.MakeReview("hate").HarmDomains("hate")).Obj(),
		*modtest.MakeQueue("live", "ns").
			Review(modtest.MakeReview("hate").HarmDomains("hate").QASample(v1alpha1.ReviewSample{Allowed: "0.01", HandleTime: &look})).
			Review(modtest.MakeReview("rest").HarmDomains("*").HandleTime("90s").QASample(v1alpha1.ReviewSample{Reviewed: "0.01", Allowed: "0"})).Obj(),
	}
	machine, people := needOf("l", "", quality.Allow, quality.Machine, 1, 1), needOf("l", "", quality.Act, quality.People, 1, 1)
	act := needOf("l", "", quality.Act, quality.Machine, 1, 1)
	for name, c := range map[string]struct {
		domain  v1alpha1.Word
		need    quality.Need
		took    sample.Span
		planned bool
	}{
		"its own time":           {"hate", machine, 45 * sample.Second, true},
		"the stream's time":      {"scams", people, 90 * sample.Second, true},
		"planned of none":        {"scams", machine, 0, false},
		"of people there":        {"hate", people, 0, false},
		"of what machines did":   {"hate", act, 0, false},
		"the rest is not listed": {"hate", people, 0, false},
	} {
		if took, planned := SampleTime(queues, c.domain, &c.need); took != c.took || planned != c.planned {
			t.Errorf("%s: %v, %v", name, took, planned)
		}
	}
}
