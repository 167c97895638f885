package relief_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/relief"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

const (
	h = sample.Hour
	m = sample.Minute
)

// queue is a class of 100 items an hour, with its sample of a tenth.
func queue(name string, promises ...staffing.Promise) []staffing.Class {
	c := staffing.Class{
		Key:             staffing.ClassKey{Queue: name, Review: "all", HarmDomain: "spam", Tier: 1},
		ArrivalsPerHour: sample.FreshAt(100_000, noon), Rates: []sample.Milli{100_000, 200_000, 0},
		HandleTime: sample.FreshAt(60_000, noon), Promises: promises,
	}
	qa := c
	qa.Derived, qa.Key.Role, qa.ArrivalsPerHour.Value, qa.Rates = true, staffing.RoleQA, 10_000, nil
	qa.Parts = []staffing.Part{{Of: c.Key, PerItem: 100_000}}
	return []staffing.Class{c, qa}
}

func within(s sample.Span) staffing.Promise { return staffing.Promise{Percent: 900_000, Within: s} }

func input(steps ...relief.Step) relief.Input {
	in := relief.Input{Queues: []string{"a", "b", "child"}, Steps: steps}
	in.Unrelieved = staffing.Input{Now: noon, Horizon: 12 * h}
	in.Unrelieved.Classes = append(queue("a", within(h)), queue("b", within(4*h))...)
	in.Unrelieved.Classes = append(in.Unrelieved.Classes, queue("child", within(h))...)
	in.Unrelieved.Classes[4].Protected = true
	in.Unrelieved.Classes = append(in.Unrelieved.Classes, queue("other", within(h))...)
	for _, q := range []string{"a", "b", "child"} {
		in.Bands = append(in.Bands, relief.Band{Queue: q, Review: "all", Label: "annoying", HarmDomain: "spam", Violating: 20_000,
			Quality: sample.Fresh, Above: []relief.Edge{{Above: 50_000, PerHour: 10_000}, {Above: 100_000, PerHour: 40_000}}})
	}
	return in
}

// What each kind of step does to the classes of two queues, by its part; what is protected, of no policy, or checks
// protected work is what it was.
func TestApply(t *testing.T) {
	at := func(parts int) relief.Level {
		return relief.Level{Whole: parts / relief.Parts, Part: parts % relief.Parts}
	}
	market := relief.Step{Name: "s", Kind: relief.Relax, Drop: staffing.DropMarket}
	later := relief.Step{Name: "s", Kind: relief.Defer, Queues: []string{"a", "b", "child", "nowhere"}, Within: 5 * h}
	floor := relief.Step{Name: "s", Kind: relief.QAFloor, Keep: 200_000}
	raise := relief.Step{Name: "s", Kind: relief.RaiseReviewAt, Labels: []string{"annoying"}, Raise: 100_000, LeaksPerDay: sample.Whole(1000)}
	for name, x := range map[string]struct {
		step    relief.Step
		parts   int
		edit    func(*relief.Input)
		want    func(a, aqa, b, bqa *staffing.Class)
		measure relief.Measure
		cost    relief.Cost
	}{
		"widen is whole": {step: relief.Step{Name: "s", Kind: relief.Widen}, parts: 1,
			want:    func(a, _, b, _ *staffing.Class) { a.Borrow, b.Borrow = true, true },
			measure: relief.Measure{Queues: []string{"a", "b"}}},
		"relax from late on": {step: market, parts: 2, // 4 h by the cube of 14/16: for the longer promise alone
			want: func(_, _, b, _ *staffing.Class) {
				b.Relax = []staffing.Relaxation{{After: 160 * m, Drop: staffing.DropMarket}}
			},
			measure: relief.Measure{Queues: []string{"b"}, Drop: staffing.DropMarket, After: 160 * m}},
		"relax at any age, as declared besides": {step: market, parts: 16,
			edit: func(in *relief.Input) {
				in.Unrelieved.Classes[0].Relax = []staffing.Relaxation{{After: 10 * m, Drop: staffing.DropSurface}}
			},
			want: func(a, _, b, _ *staffing.Class) {
				a.Relax = []staffing.Relaxation{{Drop: staffing.DropMarket}, {After: 10 * m, Drop: staffing.DropSurface}}
				b.Relax = []staffing.Relaxation{{Drop: staffing.DropMarket}}
			},
			measure: relief.Measure{Queues: []string{"a", "b"}, Drop: staffing.DropMarket}},
		"defer by half": {step: later, parts: 8, want: func(a, _, _, _ *staffing.Class) { a.Promises = []staffing.Promise{within(3 * h)} },
			measure: relief.Measure{Queues: []string{"a"}, Within: 3 * h}, cost: relief.Cost{Deferred: 100_000, Delay: 2 * h}},
		"defer whole": {step: later, parts: 16, want: func(a, _, b, _ *staffing.Class) {
			a.Promises, b.Promises = []staffing.Promise{within(5 * h)}, []staffing.Promise{within(5 * h)}
		}, measure: relief.Measure{Queues: []string{"a", "b"}, Within: 5 * h}, cost: relief.Cost{Deferred: 200_000, Delay: 4 * h}},
		"defer up to a regime, and no rework": {step: later, parts: 16,
			edit: func(in *relief.Input) {
				a, b := &in.Unrelieved.Classes[0], &in.Unrelieved.Classes[2]
				a.Promises, b.Due = append(a.Promises, staffing.Promise{Percent: 900_000, Within: 2 * h, Regime: "law"}), noon.Add(h)
			},
			want:    func(a, _, _, _ *staffing.Class) { a.Promises[0] = within(2 * h) },
			measure: relief.Measure{Queues: []string{"a"}, Within: 5 * h}, cost: relief.Cost{Deferred: 100_000, Delay: h}},
		"a regime that is over": {step: later, parts: 16,
			edit: func(in *relief.Input) {
				a := &in.Unrelieved.Classes[0]
				a.Promises = append(a.Promises, staffing.Promise{Percent: 900_000, Within: 2 * h, Regime: "law", Until: noon})
			},
			want: func(a, _, b, _ *staffing.Class) {
				a.Promises[0], b.Promises = within(5*h), []staffing.Promise{within(5 * h)}
			},
			measure: relief.Measure{Queues: []string{"a", "b"}, Within: 5 * h}, cost: relief.Cost{Deferred: 200_000, Delay: 4 * h}},
		"never shorter than it was": {step: relief.Step{Name: "s", Kind: relief.Defer, Queues: []string{"a", "b"}, Within: 30 * m}, parts: 16,
			want: func(_, _, _, _ *staffing.Class) {}},
		"fewer samples": {step: floor, parts: 4, want: func(_, aqa, _, bqa *staffing.Class) {
			for _, c := range []*staffing.Class{aqa, bqa} {
				c.ArrivalsPerHour.Value, c.Parts[0].PerItem = 8_000, 80_000
			}
		}, measure: relief.Measure{Queues: []string{"a", "b"}, Keep: 800_000}, cost: relief.Cost{Samples: 4_000}},
		"no fewer while a rollout needs them": {step: floor, parts: 16, edit: func(in *relief.Input) { in.Rollout = true },
			want: func(_, _, _, _ *staffing.Class) {}},
		"the threshold by half": {step: raise, parts: 8, want: func(a, _, b, _ *staffing.Class) {
			for _, c := range []*staffing.Class{a, b} {
				c.ArrivalsPerHour.Value, c.Rates = 90_000, []sample.Milli{90_000, 180_000, 0}
			}
		}, measure: relief.Measure{Queues: []string{"a", "b"}, Labels: []string{"annoying"}, Raise: 50_000},
			cost: relief.Cost{Spared: 20_000, Leaks: 9_600}},
		"the threshold as far as may leak": {step: relief.Step{Name: "s", Kind: relief.RaiseReviewAt, Labels: []string{"annoying"}, Raise: 100_000,
			LeaksPerDay: 25_000}, parts: 16, want: func(a, _, b, _ *staffing.Class) {
			for _, c := range []*staffing.Class{a, b} {
				c.ArrivalsPerHour.Value, c.Rates = 75_000, []sample.Milli{75_000, 150_000, 0}
			}
		}, measure: relief.Measure{Queues: []string{"a", "b"}, Labels: []string{"annoying"}, Raise: 75_000},
			cost: relief.Cost{Spared: 50_000, Leaks: 24_000}},
		"what violates was not measured": {step: relief.Step{Name: "s", Kind: relief.RaiseReviewAt, Labels: []string{"annoying"}, Raise: 100_000,
			LeaksPerDay: 120_000}, parts: 16, edit: func(in *relief.Input) { in.Bands[0].Violating, in.Bands[1].Violating = 0, 0 },
			want: func(a, _, b, _ *staffing.Class) {
				for _, c := range []*staffing.Class{a, b} {
					c.ArrivalsPerHour.Value, c.Rates = 97_500, []sample.Milli{97_500, 195_000, 0}
				}
			}, measure: relief.Measure{Queues: []string{"a", "b"}, Labels: []string{"annoying"}, Raise: 12_500},
			cost: relief.Cost{Spared: 5_000, Leaks: 120_000}},
		"even a part leaks too much": {step: relief.Step{Name: "s", Kind: relief.RaiseReviewAt, Labels: []string{"annoying"}, Raise: 100_000,
			LeaksPerDay: 1_000}, parts: 16, want: func(_, _, _, _ *staffing.Class) {}},
		"a row that is old": {step: raise, parts: 16, edit: func(in *relief.Input) { in.Bands[1].Quality = sample.Stale },
			want: func(_, _, _, _ *staffing.Class) {}},
		"a queue in which a label is not counted": {step: relief.Step{Name: "s", Kind: relief.RaiseReviewAt, Labels: []string{"annoying", "dull"},
			Raise: 100_000, LeaksPerDay: sample.Whole(1000)}, parts: 16, edit: func(in *relief.Input) {
			dull := in.Bands[0]
			dull.Label = "dull"
			in.Bands = append(in.Bands, dull)
		}, want: func(a, _, _, _ *staffing.Class) {
			a.ArrivalsPerHour.Value, a.Rates = 20_000, []sample.Milli{20_000, 40_000, 0}
		}, measure: relief.Measure{Queues: []string{"a"}, Labels: []string{"annoying", "dull"}, Raise: 100_000},
			cost: relief.Cost{Spared: 80_000, Leaks: 38_400}},
		"a protected label in a queue": {step: relief.Step{Name: "s", Kind: relief.Widen}, parts: 16, edit: func(in *relief.Input) {
			in.Protected = []relief.Domain{{Queue: "a", Review: "all", HarmDomain: "spam"}, {Queue: "b", Review: "all", HarmDomain: "hate"}}
		}, want: func(_, _, b, _ *staffing.Class) { b.Borrow = true }, measure: relief.Measure{Queues: []string{"b"}}},
	} {
		t.Run(name, func(t *testing.T) {
			in := input(x.step)
			if x.edit != nil {
				x.edit(&in)
			}
			before, _ := json.Marshal(in)
			a := relief.Apply(in, at(x.parts))
			if after, _ := json.Marshal(in); string(after) != string(before) {
				t.Error("it changes its input")
			}
			want := input(x.step)
			if x.edit != nil {
				x.edit(&want)
			}
			c := want.Unrelieved.Classes
			x.want(&c[0], &c[1], &c[2], &c[3])
			if diff := cmp.Diff(c, a.Input.Classes); diff != "" {
				t.Errorf("classes (-want +got):\n%s", diff)
			}
			var measures []relief.Measure
			if x.measure.Queues != nil {
				x.measure.Step, x.measure.Kind = x.step.Name, x.step.Kind
				measures = append(measures, x.measure)
			}
			if diff := cmp.Diff(measures, a.Measures); diff != "" {
				t.Errorf("measures (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(x.cost, a.Cost); diff != "" {
				t.Errorf("cost (-want +got):\n%s", diff)
			}
		})
	}
}

// What a raise lets through lies between the edges; rows that make no sense are as if they were not there.
func TestSpared(t *testing.T) {
	b := relief.Band{Above: []relief.Edge{{50_000, 10_000}, {40_000, 99_000}, {100_000, 5_000}, {200_000, 30_000}}}
	for raise, want := range map[sample.PPM]sample.Milli{
		-1: 0, 0: 0, 25_000: 5_000, 50_000: 10_000, 75_000: 10_000, 150_000: 20_000, 200_000: 30_000, 900_000: 30_000,
	} {
		if got := b.Spared(raise); got != want {
			t.Errorf("%d: %d, want %d", raise, got, want)
		}
	}
}

func TestCheck(t *testing.T) {
	for name, x := range map[string]struct {
		step relief.Step
		ok   bool
	}{
		"widen":            {relief.Step{Kind: relief.Widen}, true},
		"no kind":          {relief.Step{}, false},
		"lower actAt":      {relief.Step{Kind: "LowerActAt"}, false},
		"relax":            {relief.Step{Kind: relief.Relax, Drop: staffing.DropSurface}, true},
		"relax a tier":     {relief.Step{Kind: relief.Relax, Drop: staffing.DropTier}, false},
		"defer":            {relief.Step{Kind: relief.Defer, Queues: []string{"q"}, Within: 1}, true},
		"defer nothing":    {relief.Step{Kind: relief.Defer, Within: 1}, false},
		"defer by no time": {relief.Step{Kind: relief.Defer, Queues: []string{"q"}}, false},
		"no samples":       {relief.Step{Kind: relief.QAFloor}, true},
		"all samples":      {relief.Step{Kind: relief.QAFloor, Keep: sample.AllPPM}, false},
		"fewer than none":  {relief.Step{Kind: relief.QAFloor, Keep: -1}, false},
		"raise":            {relief.Step{Kind: relief.RaiseReviewAt, Labels: []string{"l"}, Raise: 1, LeaksPerDay: 1}, true},
		"raise nothing":    {relief.Step{Kind: relief.RaiseReviewAt, Raise: 1, LeaksPerDay: 1}, false},
		"raise by nothing": {relief.Step{Kind: relief.RaiseReviewAt, Labels: []string{"l"}, LeaksPerDay: 1}, false},
		"raise too far":    {relief.Step{Kind: relief.RaiseReviewAt, Labels: []string{"l"}, Raise: 1_000_001, LeaksPerDay: 1}, false},
		"raise, no leaks":  {relief.Step{Kind: relief.RaiseReviewAt, Labels: []string{"l"}, Raise: 1}, false},
	} {
		if err := x.step.Check(); (err == nil) != x.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// No input makes it fail, and no number grows beyond what can be computed with.
func FuzzPlan(f *testing.F) {
	f.Add(int64(0), int64(0), int64(0), int64(0), int64(0), int64(0))
	f.Add(int64(math.MaxInt64), int64(math.MaxInt64), int64(math.MaxInt64), int64(math.MaxInt64), int64(math.MaxInt64), int64(math.MaxInt64))
	f.Add(int64(math.MinInt64), int64(math.MinInt64), int64(math.MinInt64), int64(math.MinInt64), int64(math.MinInt64), int64(math.MinInt64))
	f.Add(int64(1), int64(-1), int64(1)<<40, int64(-1)<<40, int64(1_000_001), int64(3))
	f.Fuzz(func(t *testing.T, a, b, c, d, e, g int64) {
		in := input(
			relief.Step{Kind: relief.Relax, Drop: staffing.DropMarket},
			relief.Step{Kind: relief.Defer, Queues: []string{"a", "child"}, Within: sample.Span(a)},
			relief.Step{Kind: relief.QAFloor, Keep: sample.PPM(b)},
			relief.Step{Kind: relief.RaiseReviewAt, Labels: []string{"annoying"}, Raise: sample.PPM(c), LeaksPerDay: sample.Milli(d)},
			relief.Step{Kind: relief.Kind("nonsense")},
		)
		in.MinOn = sample.Span(e)
		in.State = relief.State{Level: relief.Level{Whole: int(g), Part: int(a)}, On: sample.Instant(b), Changed: sample.Instant(c),
			Begins: []sample.Instant{sample.Instant(d), sample.Instant(e), sample.Instant(g)}}
		in.Bands[0].Above = []relief.Edge{{sample.PPM(a), sample.Milli(b)}, {sample.PPM(c), sample.Milli(d)}}
		in.Bands[1].Violating = sample.PPM(g)
		k := &in.Unrelieved.Classes[0]
		k.ArrivalsPerHour.Value, k.Promises[0].Within, k.Rates[0] = sample.Milli(e), sample.Span(g), sample.Milli(a)
		in.Unrelieved.Classes[1].Parts[0].PerItem = sample.PPM(d)
		in.Unrelieved.Now = sample.Instant(a % (1 << 44))
		for _, l := range []relief.Level{{}, {Whole: 5}, {Whole: int(a), Part: int(b)}} {
			x := relief.Apply(in, l)
			for _, n := range []sample.Milli{x.Cost.Spared, x.Cost.Leaks, x.Cost.Deferred, x.Cost.Samples} {
				if n < 0 || n > sample.MaxMilli {
					t.Fatalf("cost %+v", x.Cost)
				}
			}
		}
		s := relief.Plan(in).State
		if s.Level.Compare(relief.Level{}) < 0 || s.Level.Compare(relief.Level{Whole: len(in.Steps)}) > 0 || len(s.Begins) > 4 {
			t.Fatalf("state %+v", s)
		}
	})
}
