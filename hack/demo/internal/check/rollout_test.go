package check

import (
	"strings"
	"testing"
	"time"

	"github.com/modcap/modcap/hack/dataplane/summary"
)

// phase is a snapshot of a policy.
func phase(second int, p Policy, index string) Snapshot {
	return Snapshot{At: time.Duration(second) * time.Second, Policies: map[string]Policy{"rules": p}, Index: index}
}

var (
	shadow  = Policy{"Shadow", "shadow", "AwaitingEvidence"}
	blind   = Policy{"Shadow", "shadow", "MetricsNotFresh"}
	brazil  = Policy{"Step", "brazil", "Holding"}
	aborted = Policy{Phase: "Aborted", Reason: "Aborted"}
)

func TestRolloutChecks(t *testing.T) {
	run := Timeline{
		phase(5, Policy{Phase: "Done"}, "old"), phase(10, shadow, "both"), phase(20, blind, "both"), phase(25, blind, "both"),
		phase(30, brazil, "step"), phase(50, aborted, "step"), phase(51, aborted, "old"),
	}
	still := func(from, to int) Result {
		return StoodStill("q", run, "rules", time.Duration(from)*time.Second, time.Duration(to)*time.Second)
	}
	back := func(t Timeline, index string, broken int) Result {
		return TakenBack("q", t, Before{"rules", index}, time.Duration(broken)*time.Second, 3*time.Second)
	}
	began := func(step string, from int) Result {
		return Stepped("q", run, "rules", step, time.Duration(from)*time.Second)
	}
	cases := map[string]struct {
		got    Result
		ok     bool
		detail string
	}{
		"stood still":           {still(21, 26), true, "stayed in shadow and said MetricsNotFresh"},
		"said something else":   {still(10, 15), false, "it said AwaitingEvidence"},
		"went on":               {still(21, 31), false, "from shadow (Shadow) it went to brazil (Step) at 30s; it said Holding"},
		"nothing rolled out":    {still(5, 6), false, "nothing was rolled out"},
		"nothing seen":          {StoodStill("q", nil, "rules", 0, time.Second), false, "nothing was seen"},
		"stepped":               {began("brazil", 27), true, "brazil after 3s"},
		"other step":            {began("half", 27), false, `it is in "" (Aborted)`},
		"stepped long before":   {began("brazil", 45), false, "did not begin"},
		"stepped of nothing":    {Stepped("q", nil, "rules", "x", 0), false, "did not begin"},
		"taken back":            {back(run, "old", 49), true, "2s after the first"},
		"taken back late":       {back(run, "old", 40), false, "11s after the first"},
		"documents not back":    {back(run[:6], "old", 49), false, "not taken back"},
		"other bytes":           {back(run, "older", 49), false, "not taken back"},
		"taken back for others": {back(run, "old", 58), false, "before the guard was broken"},
	}
	for name, c := range cases {
		if c.got.OK != c.ok || !strings.Contains(c.got.Detail, c.detail) {
			t.Errorf("%s: got %+v, want %v with %q", name, c.got, c.ok, c.detail)
		}
	}
}

func TestSameBytes(t *testing.T) {
	before := map[string]string{"index": "{1}", "document": "{2}"}
	cases := map[string]struct {
		before, after map[string]string
		want          string // problem; none if empty
	}{
		"the same":      {before, map[string]string{"document": "{2}", "index": "{1}"}, ""},
		"other bytes":   {before, map[string]string{"document": "{2} ", "index": "{1}"}, "document has other bytes"},
		"gone":          {before, map[string]string{"index": "{1}"}, "document is gone"},
		"one more":      {before, map[string]string{"document": "{2}", "index": "{1}", "x": ""}, "x is new"},
		"never had any": {nil, nil, "nothing before"},
	}
	for name, c := range cases {
		got := SameBytes("q", c.before, c.after)
		if got.OK != (c.want == "") || !strings.Contains(got.Detail, c.want) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if Hash(before) == Hash(map[string]string{"index": "{1}", "document": "{3}"}) || Hash(before) == Hash(map[string]string{"index": "{1}", "other": "{2}"}) {
		t.Error("the hash is not one of names and bytes")
	}
}

func TestCountedByThePlatform(t *testing.T) {
	cohort := func(matured float64, entered, candidate, moved int64, leakage float64) summary.Cohort {
		return summary.Cohort{MaturedSeconds: matured, Entered: entered, Candidate: candidate, Moved: moved, Leakage: leakage}
	}
	r := summary.Rollout{
		DecidedSeconds: map[string]float64{"BR": 65},
		Cohorts:        []summary.Cohort{cohort(62, 10_000, 0, 40, 10), cohort(122, 10_000, 90, 60, 12), cohort(182, 10_000, 200, 200, 90)},
	}
	for margin, want := range map[float64]time.Duration{9: 62 * time.Second, 10.5: 122 * time.Second, 20: 182 * time.Second} {
		if at, ok := Broken(r, margin); !ok || at != want {
			t.Errorf("margin %g: broken at %s (%v), want %s", margin, at, ok, want)
		}
	}
	if _, ok := Broken(r, 40); ok {
		t.Error("a margin of 40 is not broken by 37.3")
	}
	r.Cohorts[2].MaturedSeconds = -1
	if _, ok := Broken(r, 20); ok {
		t.Error("broken by what has not matured")
	}
	if got := OnlyIn("q", r, "BR"); !got.OK || !strings.Contains(got.Detail, "290 of 30000 items") {
		t.Errorf("%+v", got)
	}
	if OnlyIn("q", r, "MX").OK {
		t.Error("it decided in another market")
	}
	if OnlyIn("q", summary.Rollout{DecidedSeconds: map[string]float64{"BR": 1}}, "BR").OK {
		t.Error("it decided nothing")
	}
	r.DecidedSeconds["MX"] = 70
	if OnlyIn("q", r, "BR").OK {
		t.Error("it decided in two markets")
	}
	r.Moved = map[string]int64{"BR": 300, "MX": 7}
	for items, ok := range map[int64]bool{300: true, 245: true, 301: false, 199: false, 0: false} {
		if got := Selected("q", map[string]int64{"BR": items, "MX": 300}, r, "BR"); got.OK != ok {
			t.Errorf("%d items selected: %+v", items, got)
		}
	}
}
