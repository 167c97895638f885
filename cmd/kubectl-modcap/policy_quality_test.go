package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/conditions"
	"github.com/modcap/modcap/internal/quality"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/sheet"
	modtest "github.com/modcap/modcap/internal/testing"
)

// checkedReport is what is published of a week: 0.5 % of what machines allow in Brazil violates, 0.2 % in
// Mexico, where more is sampled; people let one violating item in ten through.
func checkedReport(t *testing.T) quality.Report {
	t.Helper()
	var c quality.Counts
	c.Quality = sample.Fresh
	row := func(cell quality.Cell, sampled, wrong int64) {
		c.Sampled, c.Labelled = append(c.Sampled, quality.Row{Cell: cell, N: sampled}), append(c.Labelled, quality.Row{Cell: cell, N: sampled})
		if cell.Label == quality.NoLabel {
			cell.Label = "hate"
		}
		c.Wrong = append(c.Wrong, quality.Row{Cell: cell, N: wrong})
	}
	for d := 1; d <= 7; d++ {
		cell := quality.Cell{
			Label: quality.NoLabel, Verdict: quality.Allow, By: quality.Machine, Market: "BR", Language: "pt-BR", Revision: "40ab51c2d3e4",
			Rate: 5000, Cohort: sample.At(rolledAt.Truncate(24*time.Hour).AddDate(0, 0, -d)),
		}
		row(cell, 400, 2)
		cell.Market, cell.Language, cell.Rate = "MX", "es-419", 20_000
		row(cell, 500, 1)
		cell.Label, cell.By, cell.Rate = "hate", quality.People, 50_000
		row(cell, 60, 6)
		cell.Verdict = quality.Act
		row(cell, 50, 2)
	}
	r := quality.Measure(quality.Input{Now: sample.At(rolledAt), Counts: c, Terms: quality.Terms{
		Window: 7 * 24 * sample.Hour, Cohort: 24 * sample.Hour, Delay: 36 * sample.Hour, Labels: []string{"hate"}, Wanted: quality.Wanted{Allowed: 1000},
	}})
	return quality.ReportOf("guidelines", "spec", sample.At(rolledAt), r)
}

// checkedPolicy is the policy with its report, readable or packed.
func checkedPolicy(t *testing.T, packed bool) []client.Object {
	t.Helper()
	p := modtest.MakePolicy("guidelines", "moderation").Quality(modtest.MakeQuality("quality")).Obj()
	conditions.For(&p.Status.CommonStatus, 1, rolledAt).False(v1alpha1.ConditionQualityMeasured, v1alpha1.ReasonTooFewChecks,
		"The interval of leakage of what machines allow, label hate, is wider than wanted: the findings say how many checks it takes")
	r := checkedReport(t)
	data, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	m := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "moderation", Name: "guidelines-quality"}, Data: map[string]string{quality.Key: string(data)}}
	if packed {
		zipped, err := sheet.Pack(data)
		if err != nil {
			t.Fatal(err)
		}
		m.Data, m.BinaryData = nil, map[string][]byte{quality.Key + sheet.Gzip: zipped}
	}
	return []client.Object{p, m}
}

func qualityOf(t *testing.T, f policyQuality, forbidden string, objects ...client.Object) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := f.print(t.Context(), &out, desk(t, forbidden, objects...), "guidelines")
	return out.String(), err
}

func TestPolicyQuality(t *testing.T) {
	page, err := os.ReadFile("../../docs/quality.md")
	if err != nil {
		t.Fatal(err)
	}
	_, want, _ := strings.Cut(string(page), "$ kubectl modcap policy quality guidelines\n")
	want, _, _ = strings.Cut(want, "```")
	for _, packed := range []bool{false, true} {
		got, err := qualityOf(t, policyQuality{}, "", checkedPolicy(t, packed)...)
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Errorf("packed %v: %v, quality (-docs/quality.md +got):\n%s", packed, err, d)
		}
	}
	for _, label := range []string{"hate", ""} {
		got, err := qualityOf(t, policyQuality{policyView: policyView{output: "json"}, label: label}, "", checkedPolicy(t, false)...)
		var r struct {
			quality.Report
			At    time.Time `json:"at"`
			Until time.Time `json:"until"`
		}
		if err != nil || json.Unmarshal([]byte(got), &r) != nil || len(r.Lines) != 4 || len(r.Reviewers) != 1 || len(r.Needs) != 1 || r.Seen != nil ||
			!r.At.Equal(rolledAt) || r.Until.IsZero() {
			t.Errorf("label %q: %v, JSON\n%s", label, err, got)
		}
	}
}

// What cannot be shown is said in a sentence, with what to do.
func TestPolicyQualityThatIsNotThere(t *testing.T) {
	objects := checkedPolicy(t, false)
	edited := func(data string) client.Object {
		m := objects[1].DeepCopyObject().(*corev1.ConfigMap)
		m.Data[quality.Key] = data
		return m
	}
	for want, c := range map[string]struct {
		f         policyQuality
		forbidden string
		objects   []client.Object
	}{
		"does not say where quality checks are counted": {objects: []client.Object{modtest.MakePolicy("guidelines", "moderation").Obj()}},
		"nothing was published":                         {objects: objects[:1]},
		"you may not read ConfigMap":                    {objects: objects, forbidden: "ConfigMap"},
		"read the report of quality":                    {objects: []client.Object{objects[0], edited("{")}},
		"of another policy":                             {objects: []client.Object{objects[0], edited(`{"policy":"x"}`)}},
		"nothing is counted of label spam":              {f: policyQuality{label: "spam"}, objects: objects},
		"guidelines":                                    {},
	} {
		got, err := qualityOf(t, c.f, c.forbidden, c.objects...)
		if err == nil || !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("%v, want %q\n%s", err, want, got)
		}
	}
}
