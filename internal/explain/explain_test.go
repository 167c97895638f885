package explain

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/control"
	"github.com/modcap/modcap/internal/sample"
	modtest "github.com/modcap/modcap/internal/testing"
)

var update = flag.Bool("update", false, "write testdata anew")

const (
	decided = sample.Instant(1_793_541_725_250) // 2026-11-01T14:02:05.250Z
	asked   = decided + 12_000
)

// evening is a pool of comments and search, a minute into a surge of comments: 18
// workers are ready and the most are 42.
func evening() capacity.Input {
	q := func(name string, priority int32, promise capacity.Queue, backlog, rate, upper int64) capacity.Queue {
		at := decided.Add(-2 * sample.Second)
		promise.Key, promise.Priority, promise.WorkPerItem = "demo/"+name, priority, sample.One
		promise.Backlog, promise.Arrivals = sample.FreshAt(sample.Whole(backlog), at), sample.FreshAt(sample.Whole(rate), at)
		promise.OldestAge = sample.FreshAt(sample.Whole(4), at)
		promise.Forecast = capacity.Forecast{Known: true, Mean: sample.Whole(rate), Upper: sample.Whole(upper)}
		return promise
	}
	return capacity.Input{
		Rules: capacity.Rules, Now: decided,
		Pool: capacity.Pool{
			Min: 2, Max: 42, Throughput: 12_500, Startup: 30 * sample.Second, MetricDelay: 5 * sample.Second,
			Interval: 5 * sample.Second, Stabilization: 5 * sample.Minute, ScaleDownsPerHour: 12,
		},
		Fleet: capacity.Fleet{Known: true, Wanted: 24, Ready: 18, Starting: []sample.Instant{
			decided.Add(-20 * sample.Second), decided.Add(-20 * sample.Second), decided.Add(-20 * sample.Second),
			decided.Add(-10 * sample.Second), decided.Add(-10 * sample.Second), decided.Add(-10 * sample.Second),
		}},
		Queues: []capacity.Queue{
			q("comments", 100, capacity.Queue{Deadline: 20 * sample.Second, Percent: 990_000}, 1480, 520, 580),
			q("search", 500, capacity.Queue{Deadline: 40 * sample.Second, Percent: 950_000}, 210, 60, 72),
		},
		State: capacity.State{At: decided.Add(-5 * sample.Second), Wanted: 24},
	}
}

// subject is the question of a world whose status agrees with the record.
func subject(in capacity.Input, queue string) Subject {
	d := capacity.Plan(in)
	pool := modtest.MakePool("text", "demo").Target("apps/v1", "Deployment", "text-classifier").Obj()
	pool.Status.Decisions = "text-decisions"
	pool.Status.Replicas = &v1alpha1.PoolReplicas{Ready: in.Fleet.Ready + 1, Current: d.Replicas, Wanted: d.Replicas}
	pool.Status.Decision = &v1alpha1.PoolDecision{
		At: metav1.NewTime(in.Now.Time().Truncate(time.Second)), Verdict: string(d.Verdict), Binding: string(d.Binding),
		Explanation: capacity.Explain(capacity.Decision{Replicas: d.Replicas, Verdict: d.Verdict, Binding: d.Binding, Needed: d.Needed, Steps: d.Steps}),
	}
	s := Subject{Pool: pool, Record: &Record{Input: in, Decision: d}, Now: asked}
	if queue != "" {
		s.Queue = modtest.MakeQueue(queue, "demo").Pool("text").Obj()
		s.Queue.Status.Classification = &v1alpha1.ClassificationStatus{Backlog: ptr.To[int64](3700)}
		s.Queue.Status.Summary = &v1alpha1.QueueSummary{
			Promise: "99% in 20s", Attained: "98.2", BreachIn: "now", Bottleneck: "Machines",
			Oldest: ptr.To(metav1.NewTime(decided.Add(-9 * sample.Second).Time())),
		}
	}
	return s
}

func condition(kind string, status metav1.ConditionStatus, reason, message string) metav1.Condition {
	return metav1.Condition{Type: kind, Status: status, Reason: reason, Message: message}
}

// worlds are the questions with golden answers.
func worlds() map[string]Subject {
	late := subject(evening(), "comments")
	late.Pool.Status.Conditions = []metav1.Condition{
		condition(v1alpha1.ConditionReady, metav1.ConditionTrue, "Succeeded", "modcap decides the replicas of the target"),
		condition(v1alpha1.ConditionCapacitySufficient, metav1.ConditionFalse, v1alpha1.ReasonAtMaximum,
			"The most workers allowed are too few, and promises will be missed: comments"),
	}

	held := evening()
	held.Fleet = capacity.Fleet{Known: true, Wanted: 36, Ready: 36}
	held.State = capacity.State{
		At: decided.Add(-5 * sample.Second), Wanted: 36,
		Recommendations: []capacity.Recommendation{{At: decided.Add(-4 * sample.Minute), Replicas: 33}},
		Law:             control.Memory{Waste: control.MaxBacklog, Of: 36},
	}
	held.Queues[0].Backlog, held.Queues[0].Arrivals = sample.FreshAt(0, decided), sample.FreshAt(sample.Whole(150), decided)
	held.Queues[0].Forecast = capacity.Forecast{}
	held.Queues[1].Backlog = sample.Sample{Value: sample.Whole(210), At: decided.Add(-2 * sample.Minute), Quality: sample.Stale, Cause: sample.CauseTooOld}
	held.Queues[1].OldestAge = sample.Missing(sample.CauseNotDeclared)
	held.Pool.Overrides = []capacity.Override{
		{Name: "launch", Kind: capacity.Floor, Replicas: 20, Until: decided.Add(sample.Hour)},
		{Name: "tonight", Kind: capacity.Floor, Replicas: 30, Until: decided.Add(2 * sample.Hour)},
	}
	held.Pool.Next = &capacity.Bounds{At: decided.Add(3 * sample.Hour), Min: 10, Max: 60}
	stale := subject(held, "")
	stale.Now = decided.Add(75 * sample.Minute)
	stale.Pool.Status.Bounds = &v1alpha1.BoundsStatus{Min: 2, Max: 42, Next: &v1alpha1.NextBounds{
		At: metav1.NewTime(decided.Add(3 * sample.Hour).Time()), Min: 10, Max: 60,
	}}

	refused := evening()
	refused.Pool.Throughput = 0

	bare := subject(evening(), "search")
	bare.Record = nil
	bare.Trouble = "You may not read ConfigMap text-decisions, in which the decisions are recorded: have the ClusterRole view bound to you in namespace demo"
	return map[string]Subject{"queue": late, "pool": stale, "refused": subject(refused, "comments"), "status": bare}
}

// TestText compares what people read with the golden files.
func TestText(t *testing.T) {
	for name, s := range worlds() {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			if err := Explain(s).Text(&b); err != nil {
				t.Fatal(err)
			}
			compare(t, name+".txt", b.String())
		})
	}
}

// TestJSON does the same for what programs read.
func TestJSON(t *testing.T) {
	data, err := json.MarshalIndent(Explain(worlds()["pool"]), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "pool.json", string(data)+"\n")
}

func compare(t *testing.T, file, got string) {
	t.Helper()
	path := filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// TestPageShowsRealOutput holds the documentation to what is printed.
func TestPageShowsRealOutput(t *testing.T) {
	root, err := modtest.ModuleRoot()
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(root, "docs", "explain.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"queue.txt", "status.txt"} {
		want, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(page), string(want)) {
			t.Errorf("docs/explain.md does not show what testdata/%s has", file)
		}
	}
}

// TestNotes has each thing that may be wrong, and looks for the sentence.
func TestNotes(t *testing.T) {
	for name, c := range map[string]struct {
		change func(s *Subject)
		want   []string
	}{
		"nothing": {func(*Subject) {}, nil},
		"the decision is old": {func(s *Subject) { s.Now = decided.Add(26 * sample.Hour) }, []string{
			"The numbers are those of the decision, 26h ago: as long as the operator is up, nothing since has changed the replicas or the rule that settles them"}},
		"the status is newer": {func(s *Subject) {
			s.Pool.Status.Decision.At = metav1.NewTime(decided.Add(5 * sample.Second).Time())
		}, []string{"The status shows a newer decision, of 2026-11-01T14:02:10Z (ScaleUp, settled by Maximum), than the latest on record, which is " +
			"12s old and explained here; only decisions that change the replicas or the rule that settles them are recorded"}},
		"the record is newer": {func(s *Subject) {
			s.Pool.Status.Decision.At = metav1.NewTime(decided.Add(-5 * sample.Second).Time())
		}, []string{"The status still shows the decision of 2026-11-01T14:02:00Z; a newer one, 12s old, is on record and explained here"}},
		"the status says something else": {func(s *Subject) { s.Pool.Status.Decision.Binding = "Pause" }, []string{
			"The status says that Pause settled the replicas, the record Maximum; the record is explained here"}},
		"no status": {func(s *Subject) { s.Pool.Status.Decision = nil }, []string{"The status shows no decision yet; this one is on record"}},
		"an earlier one": {func(s *Subject) { s.Newer = 3 }, []string{
			"This explains an earlier decision, of 12s ago; 3 are newer on record"}},
		"a tampered one": {func(s *Subject) { s.Record.Decision.Replicas = 7 }, []string{
			"Made again, the decision is 42 (Maximum) and not 7 (Maximum) as recorded, so what it would be without a bound cannot be trusted: " +
				"run kubectl modcap replay"}},
		"conditions": {func(s *Subject) {
			s.Pool.Status.Conditions = []metav1.Condition{
				condition(v1alpha1.ConditionReady, metav1.ConditionFalse, "TargetNotFound", "no target"),
				condition(v1alpha1.ConditionStalled, metav1.ConditionTrue, "InvalidSpec", "no zone"),
				condition(v1alpha1.ConditionMetricsFresh, metav1.ConditionUnknown, "NotMeasured", "not yet"),
			}
			s.Queue.Status.Conditions = []metav1.Condition{condition(v1alpha1.ConditionServiceLevelMet, metav1.ConditionFalse, "Missed", "98.2%")}
		}, []string{
			"Stalled of pool text is True (InvalidSpec): no zone", "Ready of pool text is False (TargetNotFound): no target",
			"ServiceLevelMet of queue comments is False (Missed): 98.2%",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s := subject(evening(), "comments")
			c.change(&s)
			if diff := cmp.Diff(c.want, Explain(s).Notes); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestDrain says that a scale-down waits.
func TestDrain(t *testing.T) {
	s := subject(evening(), "comments")
	s.Pool.Status.Drain = &v1alpha1.DrainStatus{Replicas: 17, Pods: 3, Until: metav1.NewTime(asked.Time())}
	want := "Now: the scale-down to 17 replicas waits until 3 workers are idle, at the latest until 2026-11-01T14:02:17Z"
	if got := Explain(s).Summary; !slices.Contains(got, want) {
		t.Errorf("no %q in\n%s", want, strings.Join(got, "\n"))
	}
}

// TestQueueOfAnotherTime asks about a queue that the decision does not know.
func TestQueueOfAnotherTime(t *testing.T) {
	s := subject(evening(), "account-review")
	got := strings.Join(Explain(s).Summary, "\n")
	if want := "The recorded decision was made without account-review"; !strings.Contains(got, want) {
		t.Errorf("no %q in\n%s", want, got)
	}
}

// TestWithout lifts each bound where it binds.
func TestWithout(t *testing.T) {
	down := func(in *capacity.Input) {
		in.Fleet = capacity.Fleet{Known: true, Wanted: 70, Ready: 70}
		in.Pool.Max, in.State.Wanted = 80, 70
		in.State.Law = control.Memory{Waste: control.MaxBacklog, Of: 70}
	}
	for name, c := range map[string]struct {
		change func(in *capacity.Input)
		bound  string
		more   bool // replicas without the bound, compared with those decided
	}{
		"maximum": {func(*capacity.Input) {}, "the maximum of 42", true},
		"minimum": {func(in *capacity.Input) { in.Pool.Min, in.Pool.Max = 90, 99 }, "the minimum of 90", false},
		"stabilization": {func(in *capacity.Input) {
			down(in)
			in.State.Recommendations = []capacity.Recommendation{{At: decided - 1000, Replicas: 70}}
		}, "the stabilization of 5m", false},
		"patience": {func(in *capacity.Input) { down(in); in.State.Law = control.Memory{} }, "the wait for a change to pay", false},
		"the next hours": {func(in *capacity.Input) {
			in.Pool.Max = 99
			in.Pool.Next = &capacity.Bounds{At: decided + 1, Min: 95, Max: 99}
		}, "the next bounds (95 to 99 from 2026-11-01T14:02:05Z)", false},
		"flap budget": {func(in *capacity.Input) {
			down(in)
			in.Pool.ScaleDownsPerHour, in.State.ScaleDowns = 1, []sample.Instant{decided - 1000}
		}, "the flap budget of 1 scale-down an hour", false},
		"a ceiling": {func(in *capacity.Input) {
			in.Pool.Overrides = []capacity.Override{{Name: "quota", Kind: capacity.Ceiling, Replicas: 20, Until: decided + 1000}}
		}, "the override quota (Ceiling of 20, until 2026-11-01T14:02:06Z)", true},
		"a pause": {func(in *capacity.Input) {
			in.Pool.Overrides = []capacity.Override{{Name: "freeze", Kind: capacity.Pause, Until: decided + 1000}}
		}, "the override freeze (Pause, until 2026-11-01T14:02:06Z)", true},
		"two floors": {func(in *capacity.Input) {
			down(in)
			in.Pool.Overrides = []capacity.Override{
				{Name: "a", Kind: capacity.Floor, Replicas: 75, Until: decided + 1}, {Name: "b", Kind: capacity.Floor, Replicas: 75, Until: decided + 1},
			}
		}, "any override", false},
		"a rollout": {func(in *capacity.Input) { down(in); in.Fleet.Rollout = true }, "the hold for the rollout", false},
		"stale numbers": {func(in *capacity.Input) {
			down(in)
			in.Queues[0].Backlog.Quality = sample.Stale
		}, "the hold for numbers that are not fresh (last values taken for true)", false},
		"pods that do not come": {func(in *capacity.Input) {
			in.Fleet.Unschedulable, in.Fleet.TroubleSince = 6, decided.Add(-sample.Hour)
		}, "the hold for replicas that do not come", true},
	} {
		t.Run(name, func(t *testing.T) {
			in := evening()
			c.change(&in)
			before, _ := json.Marshal(in)
			d := capacity.Plan(in)
			all := without(&in, &d)
			if after, _ := json.Marshal(in); string(before) != string(after) {
				t.Error("the recorded input was changed")
			}
			i := slices.IndexFunc(all, func(w Without) bool { return w.Bound == c.bound })
			if i < 0 {
				t.Fatalf("no %q in %+v", c.bound, all)
			}
			if got := all[i].Replicas; c.more != (got > d.Replicas) || c.more == (got < d.Replicas) {
				t.Errorf("%d without, %d with it", got, d.Replicas)
			}
			// Overrides may go below the minimum, so that without all it may be more or less; it is what is needed.
			if last := all[len(all)-1]; last.Bound != "all of these" || last.Replicas != d.Needed {
				t.Errorf("without all of them %+v, want the %d needed", last, d.Needed)
			}
		})
	}
}

// TestRankIsThatOfTheEngine compares the order of queues with whom replicas are
// granted: nobody gets any before those ahead have all they need.
func TestRankIsThatOfTheEngine(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	short := 0
	for range 500 {
		in := evening()
		in.Pool.Max = 1 + r.Int32N(40)
		in.Queues = nil
		for i := range 2 + r.IntN(6) {
			q := evening().Queues[i%2]
			q.Key, q.Priority, q.Protected = fmt.Sprintf("demo/q%d", i), r.Int32N(3), r.IntN(3) == 0
			q.Deadline = sample.Span(1+r.IntN(3)) * 10 * sample.Second
			in.Queues = append(in.Queues, q)
		}
		d := capacity.Plan(in)
		full := true
		for _, q := range queues(&in, &d) {
			if q.Granted != "0" && !full {
				t.Fatalf("%s gets %s after one that did not get all", q.Name, q.Granted)
			}
			full = full && q.Granted == q.Needed
		}
		if !full {
			short++
		}
	}
	if short < 100 {
		t.Errorf("replicas were short in %d worlds only", short)
	}
}

// TestManyQueues shows those that matter, and says that there are more.
func TestManyQueues(t *testing.T) {
	in := evening()
	for i := range 60 {
		q := in.Queues[1]
		q.Key = fmt.Sprintf("demo/q%02d", i)
		in.Queues = append(in.Queues, q)
	}
	in.Queues[30].Backlog, in.Queues[30].Arrivals, in.Queues[30].Forecast = sample.Missing(sample.CauseNoRow), sample.Missing(sample.CauseNoRow), capacity.Forecast{}
	s := subject(in, "comments") // of the lowest priority
	r := Explain(s)
	var b strings.Builder
	if err := r.Text(&b); err != nil {
		t.Fatal(err)
	}
	if len(r.shown()) != rows || len(r.Queues) != 62 {
		t.Errorf("%d of %d queues are shown", len(r.shown()), len(r.Queues))
	}
	for _, want := range []string{"comments *", "Absent (NoRow)", "and 42 more queues (-o json has all)", "q28  ", "and 56 more"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

// TestShort rounds a length of time to what matters.
func TestShort(t *testing.T) {
	for in, want := range map[sample.Span]string{
		0: "0s", 250: "250ms", 12_345: "12s", 75 * sample.Second: "1m15s", 26*sample.Hour + 61_000: "26h1m", -1500: "-1s",
	} {
		if got := short(in); got != want {
			t.Errorf("short(%d) = %q, want %q", in, got, want)
		}
	}
}
