package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/simulate"
)

// tool runs the plugin with arguments.
func tool(stdin string, args ...string) (out, stderr string, err error) {
	var o, e bytes.Buffer
	root := newRoot(streams{In: strings.NewReader(stdin), Out: &o, Err: &e})
	root.SetArgs(args)
	err = root.Execute()
	return o.String(), e.String(), err
}

// traceFile is generated traffic of a few hours in a file.
func traceFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "traffic.csv")
	if _, _, err := tool("", "trace", "generate", "--mean", "8", "--days", "0.15", "--surge", "1h:3:5m:5m:5m", "--peak-at", "1h", "--out", path); err != nil {
		t.Fatal(err)
	}
	return path
}

func inFile(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const queueYAML = `apiVersion: modcap.dev/v1alpha1
kind: ModerationQueue
metadata: {name: live-br, namespace: trust}
spec:
  surface: live
  classification:
    poolRef: {name: text}
    serviceLevel: {percent: "99", within: 30s}
    workPerItem: "2"
    metrics:
      sourceRef: {name: prometheus}
      matchLabels: {queue: live-br}
      backlog: {series: backlog}
      arrivals: {series: arrivals}
`

const poolYAML = `apiVersion: modcap.dev/v1alpha1
kind: ClassifierPool
metadata: {name: text, namespace: trust}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: text}
  throughput: {itemsPerSecond: "5"}
  startup: {time: 45s}
  replicas: {min: 2, max: 50}
  schedules:
  - {name: evening, timeZone: Europe/Berlin, start: "02:00", end: "03:00", min: 12, max: 60}
`

func simulated(t *testing.T, args ...string) report {
	t.Helper()
	out, _, err := tool("", append([]string{"simulate", "-o", "json"}, args...)...)
	if err != nil {
		t.Fatal(err)
	}
	var r report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	return r
}

func TestSimulateScenario(t *testing.T) {
	dir := t.TempDir()
	timeline, plot := filepath.Join(dir, "t.csv"), filepath.Join(dir, "p.svg")
	r := simulated(t, "--scenario", "fast", "--day", "peak", "--seed", "3", "--compare", "--timeline", timeline, "--plot", plot, traceFile(t))
	if r.Subject != "scenario fast" || r.Day != "peak" || r.Seed != 3 || r.Seconds != 12960 || r.Promise != (promised{0.99, 60}) {
		t.Errorf("%+v", r)
	}
	checkScores(t, &r)
	rows, err := os.ReadFile(timeline)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(rows, []byte("\n")); n != r.Seconds+1 || !bytes.HasPrefix(rows, []byte("t_seconds,arrivals,desired\n0,")) {
		t.Errorf("a timeline of %d rows begins %.60s", n, rows)
	}
	svg, err := os.ReadFile(plot)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(svg, []byte("scenario fast, traffic.csv, day peak, seed 3")) {
		t.Errorf("the plot begins %.300s", svg)
	}
}

// checkScores checks what holds whatever the engine does.
func checkScores(t *testing.T, r *report) {
	t.Helper()
	scores := map[string]score{"modcap": r.Modcap}
	for _, p := range r.Peers {
		scores[p.Rule] = p.score
		if p.Tried < 10 || p.Setting == "" {
			t.Errorf("%+v", p)
		}
	}
	if len(scores) != 5 {
		t.Errorf("%d scores", len(scores))
	}
	for name, s := range scores {
		if s.Attained <= 0 || s.Attained > 1 || s.CostOfWork < 1 || s.CostOfBound > s.CostOfWork+1e-9 || s.WorkerHours <= 0 || s.MostReplicas < 1 {
			t.Errorf("%s: %+v", name, s)
		}
	}
	if r.Clairvoyant.CostOfBound != 1 || r.Clairvoyant.CostOfWork < 1 {
		t.Errorf("the clairvoyant: %+v", r.Clairvoyant)
	}
}

func TestSimulateManifests(t *testing.T) {
	path, q, p := traceFile(t), inFile(t, "queue.yaml", queueYAML), inFile(t, "pool.yaml", poolYAML)
	plain := simulated(t, "-f", q, "-f", p, path)
	if plain.Subject != "queue live-br on pool text" || plain.Promise != (promised{0.99, 30}) || plain.Modcap.MostReplicas < 12 {
		t.Errorf("%+v", plain)
	}
	for name, c := range map[string]struct {
		args []string
		rate float64
	}{
		"mean rate": {[]string{"--mean-rate", "50"}, 50},
		"factor":    {[]string{"--scale", "0.5"}, plain.MeanRate / 2},
	} {
		got := simulated(t, append([]string{"-f", p, "-f", q}, append(c.args, path)...)...)
		if got.MeanRate < 0.75*c.rate || got.MeanRate > 1.25*c.rate {
			t.Errorf("%s: %g items a second, want about %g", name, got.MeanRate, c.rate)
		}
	}
	// Sixty workers at most, who do 2.5 of these items a second each.
	timeline := filepath.Join(t.TempDir(), "t.csv")
	simulated(t, "-f", p, "-f", q, "--scale", "auto", "--timeline", timeline, path)
	if got, want := simulate.Busiest(arrivalsOf(t, timeline), 300), 0.7*60*2.5; got < 0.95*want || got > 1.05*want {
		t.Errorf("auto: %g items a second in the busiest five minutes, want about %g", got, want)
	}
	both := inFile(t, "both.yaml", "---\n"+poolYAML+"---\napiVersion: v1\nkind: Namespace\nmetadata: {name: trust}\n---\n"+queueYAML)
	if diff := cmp.Diff(plain, simulated(t, "-f", both, path), cmp.AllowUnexported(report{}, arrived{}, peer{})); diff != "" {
		t.Errorf("in one file: %s", diff)
	}
}

// A surge of the manifests is announced to modcap, and nobody makes the trace have it.
func TestSimulateASurge(t *testing.T) {
	var rows strings.Builder
	rows.WriteString("# bin_seconds: 60\n# start: 2026-09-21T00:00:00Z\nt_seconds,count\n")
	for minute := range 180 {
		rate := 10
		if minute/30 == 2 {
			rate = 60
		}
		fmt.Fprintf(&rows, "%d,%d\n", minute*60, rate*60)
	}
	path, q, p := inFile(t, "jump.csv", rows.String()), inFile(t, "queue.yaml", queueYAML), inFile(t, "pool.yaml", poolYAML)
	surge := func(arrivals string) string {
		return inFile(t, "surge.yaml", `apiVersion: modcap.dev/v1alpha1
kind: CapacityOverride
metadata: {name: campaign}
spec:
  type: Surge
  queueRefs: [{name: live-br}]
  surge: {arrivals: "`+arrivals+`"}
  from: "2026-09-21T01:00:00Z"
  until: "2026-09-21T01:30:00Z"
  reason: a campaign
  by: marketing
`)
	}
	without, with := simulated(t, "-f", q, "-f", p, path), simulated(t, "-f", q, "-f", p, "-f", surge("600"), path)
	if late := 1 - with.Modcap.Attained; late > (1-without.Modcap.Attained)/5 || without.Modcap.Attained > 0.995 || with.Items != without.Items {
		t.Errorf("%g in time with the surge announced, %g without", with.Modcap.Attained, without.Modcap.Attained)
	}
	_, _, err := tool("", "simulate", "-f", q, "-f", p, "-f", surge("1"), path)
	if err == nil || !strings.Contains(err.Error(), "CapacityOverride campaign: spec.surge.arrivals: 1 is below 10") {
		t.Errorf("a surge too small gives %v", err)
	}
}

func arrivalsOf(t *testing.T, timeline string) []float64 {
	t.Helper()
	rows, err := os.ReadFile(timeline)
	if err != nil {
		t.Fatal(err)
	}
	var out []float64
	for _, row := range strings.Split(strings.TrimSpace(string(rows)), "\n")[1:] {
		n, err := strconv.ParseFloat(strings.Split(row, ",")[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, n)
	}
	return out
}

func TestSimulateFromStandardInput(t *testing.T) {
	content, err := os.ReadFile(traceFile(t))
	if err != nil {
		t.Fatal(err)
	}
	out, _, err := tool(string(content), "simulate", "--scenario", "batch", "--seed", "0", "-")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"scenario batch: 99 % within 10m\n", "standard input: day last, seed 0, 129600 items in 3h36m (10 a second)\n",
		"note: the trace is shorter than a day", "note: nothing is known of the time before", "\nmodcap  ", "\nclairvoyant  ", "The promise is ",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
}

func TestSimulateSaysGaps(t *testing.T) {
	var b strings.Builder
	for at := range 100 {
		if at < 40 || at > 49 {
			fmt.Fprintf(&b, "%d,60\n", 60*at)
		}
	}
	out, _, err := tool("", "simulate", "--scenario", "video", "--compare", inFile(t, "gaps.csv", b.String()))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"note: the trace lacks 10 bins; in gaps nothing arrives (10m of the scored day)\n", "HPA/KEDA on both", "Knative KPA", "chosen in hindsight"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
}

func TestSimulateRefuses(t *testing.T) {
	path, q, p := traceFile(t), inFile(t, "queue.yaml", queueYAML), inFile(t, "pool.yaml", poolYAML)
	changed := func(content, old, replacement string) string {
		if !strings.Contains(content, old) {
			t.Fatalf("%q is not there", old)
		}
		return inFile(t, "changed.yaml", strings.Replace(content, old, replacement, 1))
	}
	second := inFile(t, "second.yaml", strings.Replace(queueYAML, "live-br,", "live-mx,", 1))
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"nothing said":  {[]string{path}, "nothing says what to simulate: give your manifests (-f queue.yaml -f pool.yaml) or a --scenario: live,"},
		"no trace":      {[]string{"--scenario", "live"}, "simulate takes one trace file, 0 are given"},
		"no such trace": {[]string{"--scenario", "live", "absent.csv"}, "open trace: open absent.csv: no such file or directory"},
		"bad trace":     {[]string{"--scenario", "live", inFile(t, "bad.csv", "0,1\n60,-2\n")}, "bad.csv: line 2: -2 items: want 0 to 1e+12"},
		"no such day":   {[]string{"--scenario", "live", "--day", "first", path}, `--day: the day is "first": want last, peak, or the number of a day`},
		"no day 0":      {[]string{"--scenario", "live", "--day", "0", path}, `--day: the day is "0": want last, peak, or the number of a day`},
		"beyond it":     {[]string{"--scenario", "live", "--day", "99", path}, "traffic.csv: there is no day 99: all of it is shorter than a day"},
		"no such scenario": {[]string{"--scenario", "life", path},
			`there is no scenario "life": want one of live, fast, large, video, batch, small`},
		"no such output":   {[]string{"--scenario", "live", "-o", "yaml", path}, `--output is "yaml": want table or json`},
		"both":             {[]string{"--scenario", "live", "-f", q, path}, "were all set"},
		"negative rate":    {[]string{"-f", q, "-f", p, "--mean-rate", "-1", path}, "--mean-rate is -1: want more than 0"},
		"scale of nothing": {[]string{"-f", q, "-f", p, "--scale", "0", path}, `--scale is "0": want a factor above 0, or auto`},
		"no such folder":   {[]string{"--scenario", "live", "--plot", "absent/x.svg", path}, "create output: open absent/x.svg"},
		"no such manifest": {[]string{"-f", "absent.yaml", path}, "read manifest: open absent.yaml"},
		"no queue":         {[]string{"-f", p, path}, "the manifests hold no ModerationQueue: add the file of one with -f"},
		"no pool":          {[]string{"-f", q, path}, `ModerationQueue live-br names the pool "text", which the manifests do not hold: add its file with -f`},
		"two queues": {[]string{"-f", q, "-f", second, "-f", p, path}, "the manifests hold 2 queues (live-br, live-mx), and a trace is the traffic of one: " +
			"say which is whose, --trace live-br=FILE --trace live-mx=FILE"},
		"no machine stage":  {[]string{"-f", inFile(t, "q.yaml", queueYAML[:strings.Index(queueYAML, "  classification")]), "-f", p, path}, "ModerationQueue live-br has no machine stage: set spec.classification"},
		"no deadline":       {[]string{"-f", changed(queueYAML, ", within: 30s", ""), "-f", p, path}, "the queue live-br promises no time: set spec.classification.serviceLevel.within, such as 30s"},
		"no percent":        {[]string{"-f", changed(queueYAML, `percent: "99", `, ""), "-f", p, path}, "the queue live-br promises no percent: set spec.classification.serviceLevel.percent"},
		"too soon":          {[]string{"-f", changed(queueYAML, "30s", "300ms"), "-f", p, path}, "the queue live-br promises 300ms: a simulation has steps of 1s"},
		"no throughput":     {[]string{"-f", q, "-f", changed(poolYAML, `itemsPerSecond: "5"`, ""), path}, "the pool text declares no throughput: set spec.throughput.itemsPerSecond to what one ready worker does"},
		"throughput of 0":   {[]string{"-f", q, "-f", changed(poolYAML, `"5"`, `"0"`), path}, `ClassifierPool text: spec.throughput.itemsPerSecond: "0" is not a number above 0`},
		"no startup":        {[]string{"-f", q, "-f", changed(poolYAML, "time: 45s", ""), path}, "the pool text declares no startup: set spec.startup.time"},
		"bad startup":       {[]string{"-f", q, "-f", changed(poolYAML, "45s", "soon"), path}, `the pool text: spec.startup.time: "soon" is not a duration`},
		"no workers":        {[]string{"-f", q, "-f", changed(poolYAML, ", max: 50", ""), path}, "the pool text allows no workers: set spec.replicas.max"},
		"min above max":     {[]string{"-f", q, "-f", changed(poolYAML, "min: 2,", "min: 70,"), path}, "the pool text has spec.replicas.min outside 0 to spec.replicas.max: lower it"},
		"bad zone":          {[]string{"-f", q, "-f", changed(poolYAML, "Europe/Berlin", "Berlin"), path}, "ClassifierPool text: spec.schedules[evening]: "},
		"misspelt":          {[]string{"-f", changed(queueYAML, "workPerItem", "workperitems"), "-f", p, path}, `document 1: ModerationQueue: it has a field workperitems, which there is not: see whether it is misspelt, or stands too far left or right`},
		"not YAML":          {[]string{"-f", inFile(t, "x.yaml", "a: [b"), path}, "x.yaml: document 1: "},
		"promise in jumble": {[]string{"-f", changed(queueYAML, "30s", "soon"), "-f", p, path}, `ModerationQueue live-br: spec.classification.serviceLevel: "soon" is not a duration`},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := tool("", append([]string{"simulate"}, c.args...)...)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

// Who waits is told after two seconds, and then now and again.
func TestProgress(t *testing.T) {
	var out bytes.Buffer
	at := time.Unix(1_790_000_000, 0)
	p := &progress{out: &out, all: 100 * stepsPerLook, now: func() time.Time { return at }, begun: at, next: at.Add(quietFor)}
	policy := p.watch(simulate.Replay{})
	for i := range 100 {
		for range stepsPerLook {
			policy.Step(&simulate.View{})
		}
		policy.Step(&simulate.View{Ended: true}) // does not count
		at = at.Add(150 * time.Millisecond)
		if i == 10 && out.Len() > 0 {
			t.Errorf("after %s: %q", at.Sub(p.begun), out.String())
		}
	}
	p.done()
	want := "simulating: 15 %, 2s so far\nsimulating: 82 %, 12s so far\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
	out.Reset()
	p.terminal, p.next = true, at
	p.look()
	p.done()
	if got := out.String(); !strings.HasPrefix(got, "\rsimulating: 100 %") || !strings.HasSuffix(got, "\r\033[K") {
		t.Errorf("on a terminal: %q", got)
	}
}

func TestPercentNeverFlatters(t *testing.T) {
	for share, want := range map[float64]string{0.98999: "98.99 %", 0.99: "99 %", 0.999999: "99.99 %", 1: "100 %", 0.5725: "57.25 %"} {
		if got := percent(share); got != want {
			t.Errorf("%v is %s, want %s", share, got, want)
		}
	}
}
