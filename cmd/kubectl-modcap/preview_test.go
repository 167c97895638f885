package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	modtest "github.com/modcap/modcap/internal/testing"
)

// guidelines are the policy of the plan's queue, with reviewAt of hate.
func guidelines(review string) string {
	return `apiVersion: modcap.dev/v1alpha1
kind: ModerationPolicy
metadata: {name: guidelines}
spec:
  labels:
  - name: hate
    harmDomain: hate
    severity: High
    score: {model: text, version: "7"}
    actAt: "0.95"
    reviewAt: "` + review + `"
`
}

// governed is the plan's cluster with the policy and the queue that uses it.
func governed(t *testing.T) *cluster {
	t.Helper()
	q := modtest.MakeQueue("comments", "moderation").Policy("guidelines").Languages("en").
		Review(modtest.MakeReview("hate").HarmDomains("hate")).Obj()
	m := &manifests{}
	if err := m.read("policy.yaml", strings.NewReader(guidelines("0.6"))); err != nil {
		t.Fatal(err)
	}
	m.policies[0].Namespace = "moderation"
	return desk(t, "", withInput(t, q, client.Object(&m.policies[0]))...)
}

// scoreFile has so many items in each minute of a day, of evenly spread scores, of which one in ten was looked at.
func scoreFile(t *testing.T, days ...int) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("time,market,language,hate,hate.version,violating\n")
	for _, d := range days {
		for i := range 1440 {
			at := time.Date(2026, 11, 1+d, 0, i, 0, 0, time.UTC)
			look := ""
			if i%7 == 0 {
				look = strconv.Itoa(i % 2)
			}
			fmt.Fprintf(&b, "%s,GB,en-GB,%.2f,7,%s\n", at.Format(time.RFC3339), float64(i%100)/100, look)
		}
	}
	path := filepath.Join(t.TempDir(), "scores.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// previewOf runs the command on a policy against a cluster.
func previewOf(t *testing.T, c *cluster, file, target string, args ...string) (string, error) {
	t.Helper()
	f := whatIf{}
	if err := f.command(streams{}).ParseFlags(append(args, "--time-zone", "UTC")); err != nil {
		t.Fatal(err)
	}
	m := &manifests{}
	if err := m.read("policy.yaml", strings.NewReader(file)); err != nil {
		return "", err
	}
	if err := f.checkPreview(m); err != nil {
		return "", err
	}
	x, err := f.tryPolicy(t.Context(), strings.NewReader(""), c, m)
	if err == nil && target != "" {
		err = f.people(t.Context(), c, x, m, target)
	}
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	err = f.printPreview(&out, x, time.UTC)
	return out.String(), err
}

func TestPreview(t *testing.T) {
	c := governed(t)
	scores := scoreFile(t, 0, 7)
	out, err := previewOf(t, c, guidelines("0.1"), "emea", "--scores", scores, "--appeal-rate", "0.03")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"guidelines: what would change, by the scores of 24h (" + scores + "). Nothing was written.\n\n  hate: reviewAt 0.6 → 0.1\n",
		"30.4 (28.2 to 32.6) items an hour would go to people instead of being allowed: 50.7% of all.\n",
		"The same hours of last week say the same.\n",
		"Overkill, benign items acted on an hour: no more. Leakage, violating items allowed an hour: ",
		"Appeals: no more an hour, 3% of what machines act on.\n",
		"No change of the handle time is declared for the streams concerned",
		"emea: from Mon 02 Nov 00:00 to Wed 04 Nov 00:00 it takes 66.5 person-hours in place of 38.7.\n", "No queue would break a promise or lack people that does not now.\n",
		"hate   -      GB      en-GB     Allow  Review  30.4           28.2–32.6\n", "comments/hate en hate  ",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	// Without the name of a target, nothing is said of people; and nothing moves of what stays.
	if out, err = previewOf(t, c, guidelines("0.6"), "", "--scores", scores); err != nil || out != "guidelines: nothing that decides an item changes. Nothing was written.\n" {
		t.Errorf("%v: %s", err, out)
	}
	if out, err = previewOf(t, c, guidelines("0.9"), "", "--scores", scores); err != nil || strings.Contains(out, "person-hours") ||
		!strings.Contains(out, "would be allowed without being reviewed") || !strings.Contains(out, "New items only: what waits for people now stays until they have decided it.\n") {
		t.Errorf("%v: %s", err, out)
	}
	// With a decision that takes far longer, people are late, and it says where and when.
	queue := `---
apiVersion: modcap.dev/v1alpha1
kind: ModerationQueue
metadata: {name: comments}
spec:
  surface: comments
  languages: [en]
  priority: 500
  policyRef: {name: guidelines}
  reviews:
  - name: hate
    harmDomains: [hate]
    serviceLevels: [{percent: "90", within: 1h}]
    handleTime: 60s
    handleTimeChanges: [{name: rules, from: "2026-11-02T07:00:00Z", percent: "900", decay: 336h, reason: new rules}]
    metrics: {sourceRef: {name: prometheus}, matchLabels: {queue: comments}, arrivals: {series: arrivals}}
`
	out, err = previewOf(t, c, guidelines("0.1")+queue, "emea", "--scores", scores)
	if !errors.Is(err, errWorse) || !regexp.MustCompile(`Short of people: comments/hate en hate lacks [0-9.]+ person-hours \(none before\) to be sure of its promise, from Mon 02 Nov 08:\d0 on\.`).MatchString(out) ||
		!strings.Contains(out, "Breach: of comments/hate en hate 90% are promised on time, and 0% are expected at worst, from Mon 02 Nov 08:30 on.\n") ||
		!strings.Contains(out, "A decision of comments/hate takes 900% of its time from Mon 02 Nov 07:00 on, as declared, and fades within 14d.\n") {
		t.Errorf("%v: %s", err, out)
	}
}

func TestPreviewJSON(t *testing.T) {
	out, err := previewOf(t, governed(t), guidelines("0.1"), "emea", "--scores", scoreFile(t, 0), "-o", "json")
	var got previewData
	if jerr := json.Unmarshal([]byte(out), &got); err != nil || jerr != nil {
		t.Fatal(err, jerr)
	}
	if len(got.Moves) != 1 || got.Moves[0].To != "review" || math.Abs(got.Moves[0].Items.Mid-30.4) > 0.1 || got.Compared || !got.PerHour {
		t.Errorf("%+v", got)
	}
	if p := got.People; p == nil || len(p.Classes) != 1 || len(p.Classes[0].After.Required) != 96 || p.Interval != "30m" ||
		p.Classes[0].After.PersonHours <= p.Classes[0].Before.PersonHours {
		t.Errorf("%+v", got.People)
	}
}

// prometheusOf answers with the histograms of a policy's label.
func prometheusOf(t *testing.T, answer func(query string, at time.Time) string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at, _ := strconv.ParseInt(r.FormValue("time"), 10, 64)
		rows := answer(r.FormValue("query"), time.Unix(at, 0).UTC())
		fmt.Fprintf(w, `{"status":"success","data":{"resultType":"vector","result":[%s]}}`, rows)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// buckets are cumulative counts of evenly spread scores, n in all, in buckets of a width.
func buckets(labels string, n, width float64) string {
	var rows []string
	for le := width; le < 1+width/2; le += width {
		rows = append(rows, fmt.Sprintf(`{"metric":{%s,"le":"%.3g"},"value":[0,"%g"]}`, labels, le, n*min(le, 1)))
	}
	return strings.Join(append(rows, fmt.Sprintf(`{"metric":{%s,"le":"+Inf"},"value":[0,"%g"]}`, labels, n)), ",")
}

func TestPreviewOfHistograms(t *testing.T) {
	const of = `"label":"hate","market":"GB","language":"en"`
	now := time.Date(2026, 11, 10, 12, 0, 0, 0, time.UTC)
	week := 1.0
	histograms := func(rest string, width float64) func(string, time.Time) string {
		return func(query string, at time.Time) string {
			n := 24000.0
			if at.Before(now) {
				n *= week
			}
			switch {
			case strings.HasPrefix(query, "count("):
				return `{"metric":{},"value":[0,"11"]}`
			case strings.Contains(query, "_looked_bucket"):
				return buckets(of+rest+`,"violating":"true"`, 100, width) + "," + buckets(of+rest+`,"violating":"false"`, 300, width)
			}
			return buckets(of+rest, n, width)
		}
	}
	for name, c := range map[string]struct {
		rest  string
		width float64
		week  float64
		want  []string
	}{
		"edges at the bands": {`,"rest":"allow"`, 0.02, 1, []string{
			"100 (96 to 104) items an hour would go to people instead of being allowed.\n", "The same hours of last week say the same.\n",
			"hate   -      GB      en        Allow  Review  100            96–104\n", "Leakage, violating items allowed an hour: 25 ",
		}},
		"a bucket cut": {`,"rest":"allow"`, 0.04, 1, []string{
			"100 (", "hate: 0.5 lies within the bucket from 0.48 to 0.52; an edge there would make it exact.\n",
		}},
		"buckets too wide": {`,"rest":"allow"`, 0.25, 1, []string{
			"items an hour would go to people instead of being allowed", "hate: 0.6 lies within the bucket from 0.5 to 0.75",
		}},
		"another week": {`,"rest":"allow"`, 0.02, 1.5, []string{
			"100 (95.1 to 155) items an hour", "Score distribution moved: the last 24 h and the same hours of last week differ",
		}},
		"other labels unknown": {"", 0.02, 1, []string{
			"The histograms do not tell what an item's other labels decide (rest), so that there are bounds only: show rest, or use --scores.\n", "Allow  Review  -  ",
		}},
		"people look anyway": {`,"rest":"review"`, 0.02, 1, []string{
			"No item would be decided otherwise.\n", "Up to 100 items an hour that people review before and after may go to those of another harm domain.\n",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			week = c.week
			url := prometheusOf(t, histograms(c.rest, c.width))
			out, err := previewOf(t, governed(t), guidelines("0.5"), "", "--prometheus", url, "--at", now.Format(time.RFC3339))
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range c.want {
				if !strings.Contains(out, want) {
					t.Errorf("no %q in\n%s", want, out)
				}
			}
		})
	}
}

func TestPreviewRefuses(t *testing.T) {
	none := prometheusOf(t, func(string, time.Time) string { return "" })
	odd := prometheusOf(t, func(query string, _ time.Time) string {
		return `{"metric":{"label":"hate","rest":"maybe","le":"1"},"value":[0,"11"]}`
	})
	newer := strings.Replace(guidelines("0.5"), `version: "7"`, `version: "8"`, 1)
	scores := scoreFile(t, 0)
	file := func(text string) string {
		path := filepath.Join(t.TempDir(), "x.csv")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	other := file("market,language,hate,hate.version\nGB,en,0.5,6\n")
	for name, c := range map[string]struct {
		file, target string
		args         []string
		want         string
	}{
		"no scores":             {guidelines("0.5"), "", nil, "say which scores to try the policy on: --scores FILE, or --prometheus URL"},
		"two sources":           {guidelines("0.5"), "", []string{"--scores", "x", "--prometheus", "y"}, "name --scores or --prometheus, and not both"},
		"two policies":          {guidelines("0.5") + "---\n" + guidelines("0.6"), "", []string{"--scores", "x"}, "the files hold the policies guidelines and guidelines: try one at a time"},
		"no file":               {guidelines("0.5"), "", []string{"--scores", "none.csv"}, "read scores: open none.csv: "},
		"another model version": {newer, "", []string{"--scores", scores}, "label hate: its scores are of text version 7 before and of text version 8 after"},
		"scores of another":     {guidelines("0.5"), "", []string{"--scores", other}, other + ": line 2: column hate.version: the score is of model version \"6\", and the policy means \"7\""},
		"no policy before":      {strings.Replace(guidelines("0.5"), "guidelines", "rules", 1), "", []string{"--scores", scores}, "ModerationPolicy rules does not exist in namespace moderation; there are guidelines"},
		"not in the file":       {guidelines("0.5"), "", []string{"--scores", scores, "--before", file("")}, "--before: "},
		"bands crossed":         {guidelines("0.96"), "", []string{"--scores", scores}, "ModerationPolicy guidelines: spec.labels[hate]: reviewAt 0.96 is above actAt 0.95"},
		"hours of items timed":  {guidelines("0.5"), "", []string{"--scores", scores, "--hours", "24"}, "--hours is for items without a time, and these have one: leave it out"},
		"people without hours":  {guidelines("0.5"), "emea", []string{"--scores", file("market,language,hate\nGB,en,0.5\n")}, "how many people it takes needs items an hour: say with --hours how long the items took to come"},
		"appeals in percent":    {guidelines("0.5"), "", []string{"--scores", scores, "--appeal-rate", "3%"}, `--appeal-rate: "3%" is not a number from 0 to 1`},
		"no histograms":         {guidelines("0.5"), "", []string{"--prometheus", none, "--at", "2026-11-10T12:00:00Z"}, "there is no modcap_label_score_bucket in Prometheus that is 24 hours old at 2026-11-10T12:00:00Z: correct --score-metric"},
		"an odd rest":           {guidelines("0.5"), "", []string{"--prometheus", odd}, `modcap_label_score: rest="maybe" is none of allow, review and act`},
		"no address":            {guidelines("0.5"), "", []string{"--prometheus", "prometheus:9090"}, `--prometheus is "prometheus:9090": want an address such as http://localhost:9090`},
		"no metric":             {guidelines("0.5"), "", []string{"--prometheus", none, "--score-metric", "a{}"}, `--score-metric: "a{}" is not the name of a metric`},
		"no instant":            {guidelines("0.5"), "", []string{"--prometheus", none, "--at", "noon"}, `--at is "noon": want an instant`},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := previewOf(t, governed(t), c.file, c.target, c.args...)
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("%v, want %s\n%s", err, c.want, out)
			}
		})
	}
}

// A policy is tried without a cluster where the one before is in a file.
func TestPreviewWithoutCluster(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	before, after := write("before.yaml", guidelines("0.6")), write("after.yaml", guidelines("0.5"))
	out, err := runPlugin(t, nil, "plan", "-f", after, "--before", before, "--scores", write("s.csv", "market,language,hate\nGB,en,0.5\nGB,en,0.2\n"))
	want := "1 (0 to 5.57) items would go to people instead of being allowed: 50% of all.\n"
	if err != nil || !strings.Contains(out, want) || !strings.Contains(out, "note: The items have no time, so that these are numbers of the file") {
		t.Errorf("%v, no %q in\n%s", err, want, out)
	}
	if few := "note: Little follows from so few rows (2): a move of less than 100% of all items may not show in them."; !strings.Contains(out, few) {
		t.Errorf("no %q in\n%s", few, out)
	}
	for file, want := range map[string]string{
		write("twice.yaml", guidelines("0.6")+"---\n"+guidelines("0.5")): "holds more than one ModerationPolicy guidelines: leave one",
		write("none.yaml", "---\n"):                                      "holds no ModerationPolicy guidelines",
	} {
		if _, err := runPlugin(t, nil, "plan", "-f", after, "--before", file, "--scores", filepath.Join(dir, "s.csv")); err == nil ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	for _, hours := range []string{"NaN", "inf", "-1"} {
		if _, err := runPlugin(t, nil, "plan", "-f", after, "--before", before, "--scores", filepath.Join(dir, "s.csv"), "--hours", hours); err == nil ||
			!strings.Contains(err.Error(), "want more than 0") {
			t.Errorf("--hours %s: %v", hours, err)
		}
	}
}
