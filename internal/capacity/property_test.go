package capacity

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/modcap/modcap/internal/sample"
)

const rounds = 3000

func eachRandom(t *testing.T, seed uint64, check func(t *testing.T, r *rand.Rand, in Input)) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	for i := range rounds {
		in := randomInput(r)
		check(t, r, in)
		if t.Failed() {
			b, _ := json.Marshal(in)
			t.Fatalf("round %d, input %s", i, b)
		}
	}
}

func TestMoreBacklogNeverFewerReplicas(t *testing.T) {
	eachRandom(t, 1, func(t *testing.T, r *rand.Rand, in Input) {
		if len(in.Queues) == 0 {
			return
		}
		more := in
		more.Queues = append([]Queue(nil), in.Queues...)
		q := &more.Queues[r.IntN(len(more.Queues))]
		q.Backlog.Value += sample.Milli(r.Int64N(3_000_000))
		a, b := Plan(in), Plan(more)
		if b.Replicas < a.Replicas || b.Needed < a.Needed {
			t.Errorf("more backlog at %s: %d (needed %d) → %d (needed %d)", q.Key, a.Replicas, a.Needed, b.Replicas, b.Needed)
		}
	})
}

// Of several queues each has a share of the rate that was learned, so that more of one may
// be less of another; and more of what was foreseen having come is less still to come.
func TestMoreArrivalsNeverFewerReplicas(t *testing.T) {
	eachRandom(t, 2, func(t *testing.T, r *rand.Rand, in Input) {
		if len(in.Queues) == 0 {
			return
		}
		in.Queues = in.Queues[:1]
		in.Queues[0].Forecast.Foreseen = 0
		more := in
		more.Queues = append([]Queue(nil), in.Queues...)
		q := &more.Queues[0]
		plus := sample.Milli(r.Int64N(300_000))
		q.Arrivals.Value += plus
		q.Forecast.Mean += plus
		q.Forecast.Upper += plus
		more.Tuning.Rate += r.Int64N(50_000)
		a, b := Plan(in), Plan(more)
		if b.Replicas < a.Replicas || b.Needed < a.Needed {
			t.Errorf("more arrivals at %s: %d (needed %d) → %d (needed %d)", q.Key, a.Replicas, a.Needed, b.Replicas, b.Needed)
		}
	})
}

func TestBounded(t *testing.T) {
	eachRandom(t, 3, func(t *testing.T, r *rand.Rand, in Input) {
		if d := Plan(in); d.Replicas < in.Pool.Min || d.Replicas > in.Pool.Max {
			t.Errorf("%d replicas outside [%d, %d]", d.Replicas, in.Pool.Min, in.Pool.Max)
		}
	})
}

func TestAppliedDecisionIsAFixpoint(t *testing.T) {
	eachRandom(t, 4, func(t *testing.T, r *rand.Rand, in Input) {
		first := Plan(in)
		next := applied(in, first)
		second := Plan(next)
		if second.Replicas != first.Replicas || second.Verdict != Hold {
			t.Errorf("%d replicas, then %s to %d", first.Replicas, second.Verdict, second.Replicas)
		}
		third := Plan(applied(next, second))
		if diff := cmp.Diff(second.Steps, third.Steps); diff != "" {
			t.Errorf("the explanation changed under constant input:\n%s", diff)
		}
	})
}

func TestOrderOfQueuesDoesNotMatter(t *testing.T) {
	eachRandom(t, 5, func(t *testing.T, r *rand.Rand, in Input) {
		shuffled := in
		shuffled.Queues = append([]Queue(nil), in.Queues...)
		r.Shuffle(len(shuffled.Queues), func(i, j int) {
			shuffled.Queues[i], shuffled.Queues[j] = shuffled.Queues[j], shuffled.Queues[i]
		})
		if diff := cmp.Diff(Plan(in), Plan(shuffled)); diff != "" {
			t.Errorf("another order, another decision:\n%s", diff)
		}
	})
}

func TestNothingScalesDownOnNumbersThatAreNotFresh(t *testing.T) {
	eachRandom(t, 6, func(t *testing.T, r *rand.Rand, in Input) {
		if len(in.Queues) == 0 {
			return
		}
		q := &in.Queues[r.IntN(len(in.Queues))]
		s := []*sample.Sample{&q.Backlog, &q.Arrivals, &q.OldestAge}[r.IntN(3)]
		s.Quality, s.Cause = sample.Quality(r.IntN(3)), sample.CauseTimeout
		if s.Quality == sample.Absent {
			s.Value = 0
		}
		in.Pool.Max = max(in.Pool.Max, in.Fleet.Wanted) // bounds are declared, not observed
		if d := Plan(in); d.Replicas < in.Fleet.Wanted || d.Fresh {
			t.Errorf("%s from %d to %d with %s %s", d.Verdict, in.Fleet.Wanted, d.Replicas, q.Key, s.Quality)
		}
	})
}

func TestPlanKeepsItsHandsOffTheInput(t *testing.T) {
	eachRandom(t, 7, func(t *testing.T, r *rand.Rand, in Input) {
		before, _ := json.Marshal(in)
		first, _ := json.Marshal(Plan(in))
		after, _ := json.Marshal(in)
		second, _ := json.Marshal(Plan(in))
		if string(before) != string(after) || string(first) != string(second) {
			t.Error("Plan changed its input, or answered differently")
		}
	})
}

func TestReplayFromJSONGivesTheSameBytes(t *testing.T) {
	eachRandom(t, 8, func(t *testing.T, r *rand.Rand, in Input) {
		recorded, _ := json.Marshal(in)
		want, _ := json.Marshal(Plan(in))
		var back Input
		if err := json.Unmarshal(recorded, &back); err != nil {
			t.Fatal(err)
		}
		if got, _ := json.Marshal(Plan(back)); string(got) != string(want) {
			t.Errorf("replayed %s\nrecorded %s", got, want)
		}
		var d Decision
		if err := json.Unmarshal(want, &d); err != nil {
			t.Fatal(err)
		}
		if got, _ := json.Marshal(d); string(got) != string(want) {
			t.Errorf("decision round trip %s\nfrom %s", got, want)
		}
	})
}

// FuzzPlan feeds any JSON that decodes: Plan must answer, within its bounds or
// holding, and the same each time.
func FuzzPlan(f *testing.F) {
	r := rand.New(rand.NewPCG(9, 1))
	for i := range 8 {
		in := randomInput(r)
		if i%2 == 0 {
			foreseen(r, &in)
		}
		b, _ := json.Marshal(in)
		f.Add(b)
	}
	huge := steadyInput()
	huge.Queues[0].Backlog.Value = sample.MaxMilli
	huge.Queues[0].WorkPerItem = sample.MaxMilli
	huge.Queues[0].Forecast = Forecast{Known: true, Mean: sample.MaxMilli, Upper: sample.MaxMilli}
	huge.Queues[0].Deadline = MaxSpan
	huge.Pool.Startup, huge.Pool.Throughput = MaxSpan, sample.MaxMilli
	huge.Fleet.Wanted, huge.Fleet.Ready = MaxReplicas, MaxReplicas
	for _, in := range []Input{{}, huge, {Now: math.MaxInt64, Fleet: Fleet{Wanted: math.MinInt32}}} {
		b, _ := json.Marshal(in)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var in Input
		if json.Unmarshal(b, &in) != nil {
			return
		}
		d := Plan(in)
		checkSane(t, d)
		if diff := cmp.Diff(d, Plan(in)); diff != "" {
			t.Errorf("not deterministic:\n%s", diff)
		}
	})
}

// checkSane is what holds for every decision, on whatever input.
func checkSane(t *testing.T, d Decision) {
	t.Helper()
	if d.Replicas < 0 || d.Replicas > MaxReplicas {
		t.Errorf("%d replicas", d.Replicas)
	}
	if d.Message != "" && d.Verdict != Hold {
		t.Errorf("refused with %q, and %s", d.Message, d.Verdict)
	}
	if len(d.Steps) == 0 || len(Explain(d)) == 0 {
		t.Error("a decision without explanation")
	}
	for _, r := range d.Risk {
		if min(int64(r.Late), int64(r.DrainBy), int64(r.FirstBreach)) < 0 {
			t.Errorf("risk out of range: %+v", r)
		}
	}
}

// Whatever a planner planned before, its decision is Plan's; and what a decision carries on
// is not touched by the next.
func TestPlannerPlansAsPlan(t *testing.T) {
	var w Planner
	var state, kept State
	eachRandom(t, 15, func(t *testing.T, r *rand.Rand, in Input) {
		switch r.IntN(8) {
		case 0:
			in.Pool.Throughput = 0 // refused
		case 1:
			for i := range in.Queues {
				in.Queues[i].Outlook = ahead(in.Queues[i].Forecast.Mean.Float(), float64(r.IntN(300)))
			}
		}
		before, _ := json.Marshal(in)
		want, got := Plan(in), w.Plan(&in)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("another decision:\n%s", diff)
		}
		if after, _ := json.Marshal(in); string(after) != string(before) {
			t.Errorf("the input became %s", after)
		}
		if diff := cmp.Diff(kept, state); diff != "" {
			t.Errorf("the state of the decision before changed:\n%s", diff)
		}
		state = got.State
		kept = state
		kept.Recommendations = append([]Recommendation(nil), state.Recommendations...)
		kept.ScaleDowns = append([]sample.Instant(nil), state.ScaleDowns...)
	})
}

// A terse planner leaves out what follows from the replicas, and nothing that leads to them.
func TestTersePlannerDecidesTheSame(t *testing.T) {
	w := Planner{Terse: true}
	eachRandom(t, 16, func(t *testing.T, r *rand.Rand, in Input) {
		if r.IntN(8) == 0 {
			in.Pool.Throughput = 0 // refused
		}
		want, got := Plan(in), w.Plan(&in)
		if want.Message == "" {
			want.Shares, want.Risk, want.Next = nil, nil, 0
		}
		for _, d := range []*Decision{&want, &got} {
			for i := range d.Steps {
				if s := &d.Steps[i]; s.Rule.need() {
					s.Queue, s.Terms = "", nil
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("another decision:\n%s", diff)
		}
	})
}

// Two decisions on the same state do not write into it, nor into each other's.
func TestDecisionsOnOneStateAreApart(t *testing.T) {
	times := make([]sample.Instant, 2, 8)
	times[0], times[1] = 1_790_000_000_000, 1_790_000_060_000
	in := steadyInput()
	in.Now = 1_790_000_120_000
	in.State = State{At: in.Now.Add(-in.Pool.Interval), Wanted: in.Fleet.Wanted + 5, ScaleDowns: times}
	first := Plan(in)
	in.Now++
	second := Plan(in)
	for i, d := range []Decision{first, second} {
		want := []sample.Instant{times[0], times[1], 1_790_000_120_000 + sample.Instant(i)}
		if diff := cmp.Diff(want, d.State.ScaleDowns); diff != "" {
			t.Errorf("decision %d: %s", i, diff)
		}
	}
}
