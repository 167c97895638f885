package main

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/sheet"
	"github.com/modcap/modcap/internal/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

// pagePolicy is the policy of docs/policy-preview.md, with the bands of spam.
func pagePolicy(review string) string {
	return `apiVersion: modcap.dev/v1alpha1
kind: ModerationPolicy
metadata: {name: community-guidelines}
spec:
  labels:
  - {name: spam, harmDomain: spam, severity: Low, score: {model: text-risk, version: "2026-11"}, actAt: "0.90", reviewAt: "` + review + `"}
  - {name: hate-speech, harmDomain: hate, severity: High, score: {model: text-risk, version: "2026-11"}, actAt: "0.95", reviewAt: "0.60"}
`
}

// pageCluster has a plan of two days for the comments in English and German, of which spam is most, and twelve people
// from 08:00 to 20:00.
func pageCluster(t *testing.T) *cluster {
	t.Helper()
	in := &staffing.Input{Now: planStart, Interval: 30 * sample.Minute, Horizon: 48 * sample.Hour}
	for _, x := range []struct {
		language, domain string
		perHour          int64
	}{{"en", "spam", 120}, {"de", "spam", 80}, {"en", "hate", 30}, {"de", "hate", 20}} {
		c := staffing.Class{
			Key:     staffing.ClassKey{Queue: "comments", Review: "general", Language: x.language, HarmDomain: x.domain, Tier: 1},
			Surface: "comments", Promises: []staffing.Promise{{Percent: 900_000, Within: 4 * sample.Hour, Measure: staffing.Decided}},
			HandleTime: sample.FreshAt(sample.Whole(90), planStart), ArrivalsPerHour: sample.FreshAt(0, planStart),
			Backlog: sample.Missing(sample.CauseNotDeclared), OldestAge: sample.Missing(sample.CauseNotDeclared),
		}
		for i := range 96 {
			rate := int64(0)
			if hour := i % 48 / 2; hour >= 8 && hour < 18 {
				rate = x.perHour
			}
			c.Rates = append(c.Rates, sample.Whole(rate))
		}
		in.Classes = append(in.Classes, c)
	}
	m := &manifests{}
	team := strings.Replace(teamYAML("dublin", "plan: emea", `{name: day, start: "08:00", end: "20:00", headcount: 12}`),
		"languages: [en], harmDomains: [hate]", "languages: [en, de], harmDomains: [hate, spam]", 1)
	if err := m.read("x", strings.NewReader(team+"---\n"+pagePolicy("0.60"))); err != nil {
		t.Fatal(err)
	}
	resolved, err := resolve.Team(&m.teams[0], planStart.Time(), in.Grid())
	if err != nil {
		t.Fatal(err)
	}
	in.Teams = []staffing.Team{resolved}
	data, err := sheet.PackInput(in)
	if err != nil {
		t.Fatal(err)
	}
	m.teams[0].Namespace, m.policies[0].Namespace = "moderation", "moderation"
	q := modtest.MakeQueue("comments", "moderation").Surface("comments").Policy("community-guidelines").Languages("en", "de").
		Review(modtest.MakeReview("general")).Obj()
	return desk(t, "", append(planned(nil, nil), client.Object(q), &m.teams[0], &m.policies[0], &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: "moderation", Name: "emea-plan-input"}, BinaryData: map[string][]byte{sheet.InputKey: data},
	})...)
}

// pageScores are a tenth of the items of two days a week apart; few are looked at.
func pageScores() []byte {
	r := rand.New(rand.NewPCG(11, 5))
	var b bytes.Buffer
	b.WriteString("time,market,language,weight,spam,hate-speech,violating\n")
	for _, d := range []int{25, 32} {
		for i := range 14_400 {
			at := time.Date(2026, 10, d, 0, 0, i*6, 0, time.UTC)
			common, where := r.NormFloat64(), "GB,en"
			if r.IntN(5) < 2 {
				where = "DE,de"
			}
			score := func(rare float64) float64 {
				return 1 / (1 + math.Exp(rare-1.7*(0.6*common+0.8*r.NormFloat64())))
			}
			spam, hate, look := score(3.3), score(4.4), ""
			if r.IntN(10) == 0 {
				look = fmt.Sprint(map[bool]int{true: 1}[r.Float64() < max(spam, hate)])
			}
			fmt.Fprintf(&b, "%s,%s,10,%.4f,%.4f,%s\n", at.Format(time.RFC3339), where, spam, hate, look)
		}
	}
	return b.Bytes()
}

func TestPagesShowPolicyPreviews(t *testing.T) {
	p := openPages(t)
	c := pageCluster(t)
	t.Chdir(t.TempDir())
	if err := os.WriteFile("scores.csv", pageScores(), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("bad.csv", []byte("market,language,spam,hate-speech\nGB,en,0.41,0.02\nUK,en,0.22,0.01\nDE,de,97,0.1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ line, review, target string }{
		{"$ kubectl modcap plan emea -f policy.yaml --scores scores.csv --appeal-rate 0.03", "0.45", "emea"},
		{"$ kubectl modcap plan emea -f narrower.yaml --scores scores.csv", "0.75", "emea"},
		{"$ kubectl modcap plan -f policy.yaml --scores bad.csv", "0.45", ""},
	} {
		_, args, _ := strings.Cut(x.line, ".yaml ")
		out, err := previewOf(t, c, pagePolicy(x.review), x.target, strings.Fields(args)...)
		if err != nil {
			out += fmt.Sprintf("kubectl-modcap: %v\n", err)
		}
		p.shows("policy-preview.md", x.line, x.line+"\n"+out)
	}
	p.close()
}
