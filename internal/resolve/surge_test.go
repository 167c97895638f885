package resolve

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

var saturday = time.Date(2026, 11, 28, 18, 0, 0, 0, time.UTC)

func hour(n float64) time.Time { return saturday.Add(time.Duration(n * float64(time.Hour))) }

func surge(name string, arrivals v1alpha1.Proportion, from, until float64) *modtest.OverrideWrapper {
	return modtest.MakeOverride(name, "ns").Surge(arrivals, "live").From(hour(from)).Until(hour(until))
}

func point(at float64, arrivals v1alpha1.Proportion) v1alpha1.SurgePoint {
	return v1alpha1.SurgePoint{From: metav1.NewTime(hour(at).In(time.FixedZone("", 3600))), Arrivals: arrivals}
}

func held(from, to float64, factor sample.Milli) forecast.Event {
	return forecast.Event{From: sample.At(hour(from)), To: sample.At(hour(to)), Factor: factor}
}

func all(os ...*modtest.OverrideWrapper) (out []v1alpha1.CapacityOverride) {
	for _, o := range os {
		out = append(out, *o.Obj())
	}
	return out
}

// Of several surges at a time the largest holds; they never multiply.
func TestSurges(t *testing.T) {
	curve := modtest.MakeOverride("curve", "ns").From(hour(0)).Until(hour(9))
	late := modtest.MakeOverride("late", "ns").Surge("300", "live").Until(hour(4)).Obj()
	late.CreationTimestamp = metav1.NewTime(hour(3))
	gone := surge("gone", "300", 0, 4).Obj()
	gone.DeletionTimestamp = &metav1.Time{Time: hour(1)}
	for name, c := range map[string]struct {
		all  []v1alpha1.CapacityOverride
		want []forecast.Event
	}{
		"none":                  {},
		"one":                   {all(surge("a", "300", 0, 4)), []forecast.Event{held(0, 4, 3000)}},
		"another queue's":       {all(surge("a", "300", 0, 4).Surge("300", "search")), nil},
		"from its writing on":   {[]v1alpha1.CapacityOverride{*late}, []forecast.Event{held(3, 4, 3000)}},
		"one that goes":         {[]v1alpha1.CapacityOverride{*gone}, nil},
		"not a surge":           {all(modtest.MakeOverride("a", "ns").Priority(9, "live")), nil},
		"the larger of two":     {all(surge("a", "300", 0, 4), surge("b", "200", 2, 6)), []forecast.Event{held(0, 4, 3000), held(4, 6, 2000)}},
		"the same twice":        {all(surge("a", "300", 0, 4), surge("b", "300", 2, 6)), []forecast.Event{held(0, 6, 3000)}},
		"more against less":     {all(surge("a", "50", 0, 4), surge("b", "300", 1, 2)), []forecast.Event{held(0, 1, 500), held(1, 2, 3000), held(2, 4, 500)}},
		"a gap":                 {all(surge("b", "300", 3, 4), surge("a", "300", 0, 1)), []forecast.Event{held(0, 1, 3000), held(3, 4, 3000)}},
		"a curve":               {all(curve.Curve([]v1alpha1.SurgePoint{point(1, "150"), point(2, "400"), point(5, "99.5")}, "live")), []forecast.Event{held(1, 2, 1500), held(2, 5, 4000), held(5, 9, 995)}},
		"a curve that falls":    {all(curve.Curve([]v1alpha1.SurgePoint{point(2, "150"), point(1, "400")}, "live")), nil},
		"a curve after its end": {all(curve.Curve([]v1alpha1.SurgePoint{point(8, "150"), point(10, "400")}, "live")), []forecast.Event{held(8, 9, 1500)}},
		"a curve before it":     {all(curve.Curve([]v1alpha1.SurgePoint{point(-3, "150"), point(-2, "400"), point(1, "200")}, "live")), []forecast.Event{held(0, 1, 4000), held(1, 9, 2000)}},
		"not a number":          {all(surge("a", "much", 0, 4)), nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, Surges("live", c.all)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Surges do not depend on the order of a list, never overlap, and hold the most of any at each instant.
func TestSurgesHoldTheMost(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 9))
	levels := []v1alpha1.Proportion{"10", "50", "100", "250", "250", "10000"}
	for range 300 {
		var os []v1alpha1.CapacityOverride
		for i := range 1 + r.IntN(6) {
			from := float64(r.IntN(40))
			o := surge(string(rune('a'+i)), levels[r.IntN(len(levels))], from, from+1+float64(r.IntN(20)))
			if r.IntN(3) == 0 {
				o = o.Curve([]v1alpha1.SurgePoint{point(from, levels[r.IntN(6)]), point(from+0.5, levels[r.IntN(6)])}, "live")
			}
			os = append(os, *o.Obj())
		}
		got := Surges("live", os)
		r.Shuffle(len(os), func(i, j int) { os[i], os[j] = os[j], os[i] })
		if diff := cmp.Diff(got, Surges("live", os)); diff != "" {
			t.Fatalf("in another order: %s", diff)
		}
		for i := 1; i < len(got); i++ {
			if got[i].From < got[i-1].To || got[i].From == got[i-1].To && got[i].Factor == got[i-1].Factor {
				t.Fatalf("%v and %v", got[i-1], got[i])
			}
		}
		for half := range 130 {
			at := sample.At(hour(float64(half) / 2))
			var steps []forecast.Event
			for i := range os {
				steps = append(steps, SurgeSteps(&os[i])...)
			}
			want, some := factorAt(steps, at)
			is, now := factorAt(got, at)
			if is != want || some != now {
				t.Fatalf("%d at %s, want %d", is, at.Time(), want)
			}
		}
	}
}

func TestExpected(t *testing.T) {
	q := modtest.MakeQueue("live", "ns").Obj()
	if got := Expected(q, all(modtest.MakeOverride("a", "ns"))); got != nil {
		t.Errorf("of nothing %v", got)
	}
	q.Spec.Calendar = []v1alpha1.QueueEvent{{Name: "final", From: metav1.NewTime(hour(0)), To: metav1.NewTime(hour(2)), Arrivals: "200"}}
	got := Expected(q, all(surge("a", "300", 1, 3), surge("b", "250", 1, 3)))
	for at, want := range map[float64]sample.Milli{-1: 1000, 0: 2000, 1.5: 6000, 2.5: 3000, 3: 1000} {
		if f := forecast.Factor(got, sample.At(hour(at)), sample.At(hour(at))+1); f != want {
			t.Errorf("%d at hour %v, want %d", f, at, want)
		}
	}
}

func TestCheckSurge(t *testing.T) {
	bare := modtest.MakeOverride("a", "ns").Surge("300", "live").Until(hour(4))
	none := bare.Obj()
	none.Spec.Surge = nil
	both := surge("a", "300", 0, 4).Obj()
	both.Spec.Surge.Curve = []v1alpha1.SurgePoint{point(1, "200")}
	for name, c := range map[string]struct {
		o    *v1alpha1.CapacityOverride
		want string
	}{
		"good":       {bare.Obj(), ""},
		"no surge":   {none, "spec.surge: it is needed with type: Surge"},
		"no queue":   {modtest.MakeOverride("a", "ns").Surge("300").Obj(), "spec.queueRefs: it is needed with type: Surge; name at least one queue"},
		"both":       {both, "spec.surge: it needs arrivals or a curve, and not both"},
		"neither":    {surge("a", "", 0, 4).Obj(), "spec.surge: it needs arrivals or a curve, and not both"},
		"backwards":  {surge("a", "300", 4, 4).Obj(), "spec.from: it must be before until"},
		"too little": {surge("a", "9.9", 0, 4).Obj(), "spec.surge.arrivals: 9.9 is below 10, the least percent that a surge may expect"},
		"too much": {surge("a", "10001", 0, 4).Obj(),
			`spec.surge.arrivals: "10001" is not a percent from 1 to 10000 with at most one decimal, such as 250`},
		"a curve that does not rise": {surge("a", "", 0, 4).Curve([]v1alpha1.SurgePoint{point(1, "200"), point(1, "300")}, "live").Obj(),
			"spec.surge.curve[1].from: the points of a curve must rise in time"},
		"a point too low": {surge("a", "", 0, 4).Curve([]v1alpha1.SurgePoint{point(1, "5")}, "live").Obj(),
			"spec.surge.curve[0].arrivals: 5 is below 10, the least percent that a surge may expect"},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			if err := CheckSurge(c.o); err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// Of several priorities the highest holds, above or below the queue's own, in any order, and while it is in force.
func TestPriorityAt(t *testing.T) {
	q := modtest.MakeQueue("live", "ns").Priority(500).Obj()
	priority := func(name string, p int32, from, until float64) *modtest.OverrideWrapper {
		return modtest.MakeOverride(name, "ns").Priority(p, "live").From(hour(from)).Until(hour(until))
	}
	for name, c := range map[string]struct {
		all  []v1alpha1.CapacityOverride
		want int32
		by   string
	}{
		"none":            {nil, 500, ""},
		"not a priority":  {all(surge("a", "300", 0, 4)), 500, ""},
		"higher":          {all(priority("a", 900, 0, 4)), 900, "a"},
		"lower":           {all(priority("a", 0, 0, 4)), 0, "a"},
		"several":         {all(priority("c", 100, 0, 4), priority("b", 900, 0, 4), priority("a", 900, 0, 4)), 900, "a"},
		"not yet":         {all(priority("a", 900, 2, 4)), 500, ""},
		"no more":         {all(priority("a", 900, 0, 1)), 500, ""},
		"another queue's": {all(priority("a", 900, 0, 4).Priority(900, "search")), 500, ""},
	} {
		t.Run(name, func(t *testing.T) {
			now := sample.At(hour(1))
			got, by := PriorityAt(q, c.all, now)
			name := ""
			if by != nil {
				name = by.Name
			}
			if got != c.want || name != c.by {
				t.Errorf("%d by %q, want %d by %q", got, name, c.want, c.by)
			}
			queues := []v1alpha1.ModerationQueue{*q.DeepCopy()}
			Prioritize(queues, c.all, now)
			if Priority(&queues[0]) != c.want || Priority(q) != 500 {
				t.Errorf("the queue has %d, and the one it is a copy of %d", Priority(&queues[0]), Priority(q))
			}
		})
	}
	overrides := all(priority("a", 900, 2, 4), priority("b", 900, 3, 9), surge("c", "300", 1, 2))
	for now, want := range map[float64]sample.Instant{0: sample.At(hour(2)), 2: sample.At(hour(3)), 3: sample.At(hour(4)), 4: sample.At(hour(9)), 9: 0} {
		if got := Prioritize(nil, overrides, sample.At(hour(now))); got != want {
			t.Errorf("at hour %v the next change is at %s", now, got.Time())
		}
	}
}

// What had a part in a decision is told with it: a surge from a lead before it begins.
func TestOverride(t *testing.T) {
	q := modtest.MakeQueue("live", "ns").Priority(500).Obj()
	overrides := all(surge("b", "", 1, 4).Curve([]v1alpha1.SurgePoint{point(1, "200"), point(2, "400")}, "live").Reason("campaign").By("marketing"),
		modtest.MakeOverride("a", "ns").Priority(900, "live").From(hour(0)).Until(hour(2)))
	told := func(at float64) capacity.Queue {
		c := capacity.Queue{Priority: 500}
		Override(&c, q, overrides, sample.At(hour(at)), 30*sample.Minute)
		return c
	}
	drill := capacity.QueueOverride{Name: "a", Kind: capacity.Priority, Declared: 500, From: sample.At(hour(0)), Until: sample.At(hour(2)), Reason: "testing", By: "on-call"}
	campaign := func(most sample.Milli) capacity.QueueOverride {
		return capacity.QueueOverride{
			Name: "b", Kind: capacity.Surge, Arrivals: most, From: sample.At(hour(1)), Until: sample.At(hour(4)), Reason: "campaign", By: "marketing",
		}
	}
	for at, want := range map[float64]capacity.Queue{
		-1:  {Priority: 500},
		0:   {Priority: 900, Overrides: []capacity.QueueOverride{drill}},
		0.5: {Priority: 900, Overrides: []capacity.QueueOverride{drill, campaign(2000)}},
		1.5: {Priority: 900, Overrides: []capacity.QueueOverride{drill, campaign(4000)}},
		3:   {Priority: 500, Overrides: []capacity.QueueOverride{campaign(4000)}},
		4:   {Priority: 500},
	} {
		if diff := cmp.Diff(want, told(at)); diff != "" {
			t.Errorf("at hour %v: %s", at, diff)
		}
	}
}

// A trial rescales what a plan expects of what arrives at the queue, and nothing else.
func TestTrySurges(t *testing.T) {
	monday := sample.At(now)
	class := func(edit func(c *staffing.Class)) staffing.Class {
		c := streamOf("de", "hate")
		c.Rates = []sample.Milli{1000, 2000, 3000, 4000}
		if edit != nil {
			edit(&c)
		}
		return c
	}
	input := func() *staffing.Input {
		in := reworkInput(
			class(nil), class(func(c *staffing.Class) { c.Key.Queue = "search" }), class(func(c *staffing.Class) { c.Derived = true }),
			class(func(c *staffing.Class) { c.Work = staffing.Rooms }), class(func(c *staffing.Class) { c.Key.Review = ReworkName("mistake") }),
			class(func(c *staffing.Class) { c.Rates = nil }),
		)
		in.Horizon = 4 * sample.Hour
		return in
	}
	triple := modtest.MakeOverride("a", "ns").Surge("300", "live").From(now.Add(2 * time.Hour)).Until(now.Add(9 * time.Hour))
	for name, x := range map[string]struct {
		there, trial []v1alpha1.CapacityOverride
		known, flat  []sample.Milli
	}{
		"nothing":        {known: []sample.Milli{1000, 2000, 3000, 4000}},
		"a new one":      {trial: all(triple), known: []sample.Milli{5000, 2000, 9000, 12_000}, flat: []sample.Milli{5000, 5000, 15_000, 15_000}},
		"the same again": {there: all(triple), trial: all(triple), known: []sample.Milli{1000, 2000, 3000, 4000}},
		"one less":       {there: all(triple), trial: all(triple.Surge("100", "live")), known: []sample.Milli{5000, 2000, 1000, 1333}, flat: []sample.Milli{5000, 5000, 1666, 1666}},
	} {
		in := input()
		if got := in.Grid().Start; got != monday-monday%sample.Instant(sample.Hour) {
			t.Fatalf("the plan begins at %s", got.Time())
		}
		if err := TrySurges(in, x.there, x.trial); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for i, want := range [][]sample.Milli{x.known, {1000, 2000, 3000, 4000}, {1000, 2000, 3000, 4000}, {1000, 2000, 3000, 4000}, {1000, 2000, 3000, 4000}, x.flat} {
			if diff := cmp.Diff(want, in.Classes[i].Rates); diff != "" {
				t.Errorf("%s, class %d: %s", name, i, diff)
			}
		}
	}
}
