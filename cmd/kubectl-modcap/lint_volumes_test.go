package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/lint"
)

// rollingOut is a policy whose samples have two days, and a queue that uses it.
const rollingOut = `apiVersion: modcap.dev/v1alpha1
kind: ModerationPolicy
metadata: {name: guidelines}
spec:
  labels:
  - name: hate
    harmDomain: hate
    score: {model: text-risk, version: "2026-11"}
    actAt: "0.97"
    qaSample: {allowed: "0.05", actioned: "0.05"}
  rollout:
    shadow: {maxHold: 48h}
    steps:
    - {name: brazil, percent: "5", markets: [BR]}
    margins: {leakage: "5", overkill: "10"}
    metrics:
      sourceRef: {name: rollouts}
      cohort: 1h
      labelDelay: 24h
      entered: {series: entered}
      moved: {series: moved}
      movedSampled: {series: moved-sampled}
      movedLabelled: {series: moved-labelled}
      movedViolating: {series: moved-violating}
      sampled: {series: sampled}
      labelled: {series: labelled}
      errors: {series: errors}
`

func TestLintOfVolumes(t *testing.T) {
	policy := inFile(t, "policy.yaml", rollingOut)
	asked := ""
	scores := func(n string) string {
		return prometheusOf(t, func(query string, _ time.Time) string {
			if strings.HasPrefix(query, "count(") {
				return map[bool]string{true: `{"metric":{},"value":[0,"1"]}`}[n != ""]
			}
			asked = query
			return `{"metric":{"queue":"comments","market":"BR"},"value":[0,"` + n + `"]},{"metric":{"queue":"elsewhere","market":"BR"},"value":[0,"24"]}`
		})
	}
	volumes := func(text string) string { return inFile(t, "volumes.csv", text) }
	tooFew := []string{lint.CodeSampleOutOfReach}
	for name, c := range map[string]struct {
		args []string
		want []string
		err  string
	}{
		"nobody says how many":      {[]string{policy}, nil, ""},
		"enough":                    {[]string{policy, "--volumes", volumes("market,itemsPerHour\nBR,1000\nDE,1000\n")}, nil, ""},
		"too few":                   {[]string{policy, "--volumes", volumes("market,itemsPerHour\nBR,100\nDE,100\n")}, tooFew, ""},
		"enough, by Prometheus":     {[]string{policy, "--prometheus", scores("48000")}, nil, ""},
		"too few, by Prometheus":    {[]string{policy, "--prometheus", scores("2400")}, tooFew, ""},
		"less than a day of it":     {[]string{policy, "--prometheus", scores("")}, nil, "or say with --volumes how many items come"},
		"no file":                   {[]string{policy, "--volumes", "missing.csv"}, nil, "read volumes"},
		"a file with errors":        {[]string{policy, "--volumes", volumes("market,itemsPerHour\nUK,1\n")}, nil, `line 2: column market: "UK"`},
		"both":                      {[]string{policy, "--volumes", "x", "--prometheus", "y"}, nil, "name one"},
		"a queue that is not there": {[]string{samplesDir, "--volumes", volumes("queue,itemsPerHour\ncoments,1\n")}, nil, `queue "coments" is not among the objects`},
		"no address":                {[]string{policy, "--prometheus", "localhost"}, nil, "want an address such as http://localhost:9090"},
	} {
		codes, a, err := linted(t, append([]string{"-f"}, c.args...)...)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: got %v", name, err)
			}
			continue
		}
		if !slices.Equal(codes, c.want) {
			t.Errorf("%s: got %+v, %v", name, a.Findings, err)
		}
	}
	if want := `max by (queue, market) (sum by (queue, market, label) (increase(modcap_label_score_bucket{le="+Inf"}[24h])))`; asked != want {
		t.Errorf("asked for %s", asked)
	}
}

// Where volumes are said of some queues, it is said which were left out.
func TestLintNamesWhatIsNotCounted(t *testing.T) {
	out, _, err := tool("", "lint", "-f", samplesDir, "--volumes", inFile(t, "volumes.csv", "queue,itemsPerHour\nsearch,5000\ncomments,1\n"))
	if want := "Not known is what comes to account-review, live-chat:"; err != nil || !strings.Contains(out, want) {
		t.Errorf("got %s, %v", out, err)
	}
}

// What queues of a cluster measure counts only while it is Fresh.
func TestMeasuredVolumes(t *testing.T) {
	queue := func(name, metrics, rate string) *v1alpha1.ModerationQueue {
		q := &v1alpha1.ModerationQueue{}
		q.Name = name
		q.Status.Summary = &v1alpha1.QueueSummary{Metrics: metrics}
		q.Status.Classification = &v1alpha1.ClassificationStatus{ArrivalsPerSecond: rate}
		return q
	}
	got := measured([]*v1alpha1.ModerationQueue{queue("a", "Fresh", "2.5"), queue("b", "Stale", "3"), queue("c", "Fresh", ""), {}})
	if want := []lint.Volume{{Queue: "a", PerHour: 9000}}; !slices.Equal(got, want) {
		t.Errorf("got %+v; want %+v", got, want)
	}
}
