package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// commentsYAML is a second queue of the pool.
var commentsYAML = strings.NewReplacer("live-br", "comments", "within: 30s", "within: 10m", `workPerItem: "2"`, `workPerItem: "0.5"`,
	"surface: live", "surface: comments\n  priority: 300").Replace(queueYAML)

// twoQueues are arguments for two queues on a pool, but for their traces.
func twoQueues(t *testing.T) []string {
	return []string{"-f", inFile(t, "queues.yaml", queueYAML+"---\n"+commentsYAML), "-f", inFile(t, "pool.yaml", poolYAML)}
}

func TestSimulateQueues(t *testing.T) {
	dir, path, args := t.TempDir(), traceFile(t), twoQueues(t)
	timeline, plot := filepath.Join(dir, "t.csv"), filepath.Join(dir, "p.svg")
	args = append(args, "--trace", "live-br="+path, "--trace", "comments="+path)
	r := simulated(t, append(args, "--compare", "--timeline", timeline, "--plot", plot)...)
	if r.Subject != "pool text, shared by 2 queues" || len(r.Queues) != 2 || r.Trace != "" {
		t.Fatalf("%+v", r)
	}
	live, comments := r.Queues[0], r.Queues[1] // the one with the higher priority first
	if live.Queue != "live-br" || live.Promise != (promised{0.99, 30}) || comments.Queue != "comments" || comments.Promise != (promised{0.99, 600}) {
		t.Errorf("%+v", r.Queues)
	}
	checkScores(t, &r)
	for _, s := range append([]score{r.Modcap}, r.Peers[0].score) {
		late, kept := 0.0, 0
		for i, q := range s.Queues {
			if late += q.LateItems; q.Kept {
				kept++
			}
			if q.Queue != r.Queues[i].Queue || q.Kept != (q.Attained >= r.Queues[i].Promise.Share) {
				t.Errorf("%+v", q)
			}
		}
		if math.Abs(late-s.LateItems) > 1e-6 || kept != s.PromisesKept || len(s.Queues) != 2 {
			t.Errorf("%+v", s)
		}
	}
	rows, err := os.ReadFile(timeline)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(rows, []byte("\n")); n != r.Seconds+1 || !bytes.HasPrefix(rows, []byte("t_seconds,arrivals_live-br,arrivals_comments,desired\n0,")) {
		t.Errorf("a timeline of %d rows begins %.80s", n, rows)
	}
	if svg, err := os.ReadFile(plot); err != nil || !bytes.Contains(svg, []byte("pool text, shared by 2 queues, day last, seed 1")) ||
		!bytes.Contains(svg, []byte(">comments<")) {
		t.Errorf("the plot begins %.300s (%v)", svg, err)
	}
	reordered := []string{"-f", inFile(t, "q.yaml", commentsYAML+"---\n"+queueYAML), args[2], args[3], "--trace", "comments=" + path, "--trace", "live-br=" + path}
	r.Peers = nil
	if diff := cmp.Diff(r, simulated(t, reordered...), cmp.AllowUnexported(report{}, arrived{}, peer{})); diff != "" {
		t.Errorf("in another order: %s", diff)
	}
}

// What people read has a row for each queue, and one for each rule.
func TestSimulateQueuesPrints(t *testing.T) {
	path := traceFile(t)
	out, _, err := tool("", append(append([]string{"simulate"}, twoQueues(t)...), "--trace", "live-br="+path, "--trace", "comments="+path,
		"--scale", "auto", "--price", "2.40 EUR")...)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"pool text, shared by 2 queues: day last, seed 1, 3h36m\n", "  live-br    99 % within 30s   " + path,
		"note: the traces have less than a day in common", "note: nothing is known of comments before", "QUEUE      PROMISE           RULE     ATTAINED",
		"\nlive-br    99 % within 30s   modcap ", "\ncomments   99 % within 10m   modcap ", "PROMISES KEPT", "of 2 ", "COST EUR\n",
		"COST EUR is for the scored time, at 2.40 for a worker and hour.\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
}

// One queue may be named, and its neighbours on other pools are passed over.
func TestSimulateNamesAQueue(t *testing.T) {
	path, p := traceFile(t), inFile(t, "pool.yaml", poolYAML)
	plain := simulated(t, "-f", inFile(t, "q.yaml", queueYAML), "-f", p, path)
	other := strings.Replace(commentsYAML, "poolRef: {name: text}", "poolRef: {name: other}", 1)
	named := simulated(t, "-f", inFile(t, "both.yaml", queueYAML+"---\n"+other), "-f", p, "--trace", "live-br="+path)
	if diff := cmp.Diff(plain, named, cmp.AllowUnexported(report{}, arrived{}, peer{})); diff != "" {
		t.Error(diff)
	}
}

func TestSimulateRefusesTraces(t *testing.T) {
	path, both := traceFile(t), twoQueues(t)
	other := inFile(t, "other.yaml", strings.NewReplacer("poolRef: {name: text}", "poolRef: {name: other}", "live-br", "search").Replace(queueYAML))
	bad := inFile(t, "bad.csv", "0,1\n60,2\n60,2\n")
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"one for two": {[]string{path}, "the manifests hold 2 queues (live-br, comments), and a trace is the traffic of one: " +
			"say which is whose, --trace live-br=FILE --trace comments=FILE"},
		"none": {nil, "simulate takes one trace file, 0 are given; for several queues say which is whose: --trace QUEUE=FILE for each"},
		"one missing": {[]string{"--trace", "live-br=" + path},
			"the queue comments shares the pool text and has no trace: add --trace comments=FILE, or leave its manifest out"},
		"no such queue": {[]string{"--trace", "live=" + path},
			`--trace names the queue "live", and the manifests hold live-br, comments: correct the name, or add its file with -f`},
		"both ways":    {[]string{"--trace", "live-br=" + path, path}, path + " is given beside --trace, and nothing says whose it is: write --trace QUEUE=" + path},
		"no queue":     {[]string{"--trace", path}, fmt.Sprintf("--trace is %q: want QUEUE=FILE, such as live-br=traffic.csv", path)},
		"no file":      {[]string{"--trace", "live-br="}, `--trace is "live-br=": want QUEUE=FILE`},
		"twice":        {[]string{"--trace", "live-br=" + path, "--trace", "live-br=" + path}, "--trace names the queue live-br twice: a queue has one trace"},
		"queue twice":  {[]string{"-f", inFile(t, "q.yaml", queueYAML), "--trace", "live-br=" + path}, "the manifests hold the ModerationQueue live-br twice: leave one of them out"},
		"other pools":  {[]string{"-f", other, "--trace", "live-br=" + path, "--trace", "comments=" + path, "--trace", "search=" + path}, "the queues live-br and search are on different pools (text, other): simulate one pool at a time"},
		"stdin twice":  {[]string{"--trace", "live-br=-", "--trace", "comments=-"}, "the traces of live-br and comments are both to come from standard input: give one of them as a file"},
		"bad trace":    {[]string{"--trace", "live-br=" + path, "--trace", "comments=" + bad}, "bad.csv: line 3: second 60 is there twice: add the counts up"},
		"a single row": {[]string{"--trace", "live-br=" + path, "--trace", "comments=" + inFile(t, "one.csv", "0,1\n")}, "one.csv: it has 1 rows of t_seconds,count: want at least 2"},
		"apart": {[]string{"--trace", "live-br=" + path, "--trace", "comments=" + inFile(t, "late.csv", "# start: 2031-01-05T00:00:00Z\n0,1\n60,1\n")},
			"the traces have no second in common: "},
		"no price":   {[]string{"--price", "free", "--trace", "live-br=" + path}, `--price is "free": want an amount above 0, such as 2.40, or with a currency, "2.40 EUR"`},
		"price of 0": {[]string{"--price", "0", path}, `--price is "0": want an amount above 0`},
		"currency":   {[]string{"--price", "2 euros", path}, `--price is "2 euros": want an amount above 0`},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := tool("", append(append([]string{"simulate"}, both...), c.args...)...)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
	_, _, err := tool("", "simulate", "--scenario", "live", "--trace", "a="+path)
	if err == nil || !strings.Contains(err.Error(), "[scenario trace] were all set") {
		t.Errorf("a scenario with a named trace: %v", err)
	}
}

// Money is worker-hours at the pool's price, for every row, or at the one given.
func TestSimulatePrice(t *testing.T) {
	path, q := traceFile(t), inFile(t, "queue.yaml", queueYAML)
	priced := inFile(t, "pool.yaml", poolYAML+`  cost: {perReplicaHour: "2.40", currency: EUR}`+"\n")
	for name, c := range map[string]struct {
		args     []string
		price    *price
		per      float64
		headline string
	}{
		"the pool's":  {[]string{"-f", q, "-f", priced}, &price{"2.40", "EUR"}, 2.40, "COST EUR\n"},
		"given":       {[]string{"-f", q, "-f", priced, "--price", "0.5"}, &price{"0.5", ""}, 0.5, "COST\n"},
		"a scenario":  {[]string{"--scenario", "live", "--price", "3 USD"}, &price{"3", "USD"}, 3, "COST USD\n"},
		"no price":    {[]string{"--scenario", "live"}, nil, 0, "MOST WORKERS\n"},
		"pool of old": {[]string{"-f", q, "-f", inFile(t, "p.yaml", poolYAML)}, nil, 0, "MOST WORKERS\n"},
	} {
		t.Run(name, func(t *testing.T) {
			args := append(append([]string{}, c.args...), path)
			r := simulated(t, append([]string{"--compare"}, args...)...)
			if diff := cmp.Diff(c.price, r.Price); diff != "" {
				t.Error(diff)
			}
			rows := append([]peer{{Rule: "modcap", score: r.Modcap}, {Rule: "clairvoyant", score: r.Clairvoyant}}, r.Peers...)
			for _, p := range rows {
				if want := p.WorkerHours * c.per; math.Abs(p.Money-want) > 1e-9 || len(rows) != 6 {
					t.Errorf("%s: %v, want %v", p.Rule, p.Money, want)
				}
			}
			out, _, err := tool("", append([]string{"simulate"}, args...)...)
			if err != nil || !strings.Contains(out, c.headline) {
				t.Errorf("%v, and %q is missing in\n%s", err, c.headline, out)
			}
		})
	}
	bad := inFile(t, "pool.yaml", poolYAML+"  cost: {perReplicaHour: cheap}\n")
	if _, _, err := tool("", "simulate", "-f", q, "-f", bad, path); err == nil || !strings.Contains(err.Error(), `ClassifierPool text: spec.cost.perReplicaHour: "cheap" is not an amount above 0`) {
		t.Errorf("a price in words: %v", err)
	}
}

// A script sees what a person sees.
func TestSimulateQueuesAsJSON(t *testing.T) {
	path := traceFile(t)
	out, _, err := tool("", append(append([]string{"simulate", "-o", "json"}, twoQueues(t)...), "--trace", "live-br="+path, "--trace", "comments="+path)...)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Queues []map[string]any `json:"queues"`
		Modcap struct {
			Queues []map[string]any `json:"queues"`
		} `json:"modcap"`
		Promise *promised `json:"promise"`
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Queues) != 2 || got.Queues[1]["trace"] != path || got.Modcap.Queues[1]["queue"] != "comments" || got.Promise != nil {
		t.Errorf("%+v", got)
	}
}
