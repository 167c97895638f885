package staffing

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
)

func TestChangeOnAverage(t *testing.T) {
	h := func(n int64) sample.Instant { return noon.Add(sample.Span(n) * sample.Hour) }
	policy := HandleChange{From: noon, Factor: 1500, Decay: 10 * sample.Hour}
	for name, c := range map[string]struct {
		change   HandleChange
		from, to sample.Instant
		want     sample.PPM
	}{
		"before":                    {policy, h(-2), h(-1), 1_000_000},
		"up to its begin":           {policy, h(-1), noon, 1_000_000},
		"the first moment":          {policy, noon, noon, 1_499_999},
		"the first hour":            {policy, noon, h(1), 1_475_000},
		"half an hour of the first": {policy, h(-1), h(1), 1_237_500},
		"the middle":                {policy, h(4), h(6), 1_250_000},
		"all of it":                 {policy, h(-5), h(15), 1_125_000},
		"the last hour":             {policy, h(9), h(10), 1_025_000},
		"its end":                   {policy, h(10), h(11), 1_000_000},
		"it stays":                  {HandleChange{From: noon, Factor: 1300}, h(10_000), h(10_001), 1_300_000},
		"shorter":                   {HandleChange{From: noon, Factor: 800, Decay: 10 * sample.Hour}, h(4), h(6), 900_000},
		"the wrong way round":       {policy, h(2), h(1), 1_399_999},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.change.mean(c.from, c.to); got != c.want {
				t.Errorf("%d, want %d", got, c.want)
			}
		})
	}
	if policy.Active(noon-1) || !policy.Active(noon) || policy.Active(h(10)) || !policy.Active(h(10)-1) {
		t.Error("Active is not from the begin to the end")
	}
	both := []HandleChange{policy, {From: noon, Factor: 2000}}
	if got := handleFactor(both, h(4), h(6)); got != 2_500_000 {
		t.Errorf("two at once are %d", got)
	}
}

// The mean over a time is that of its parts, wherever it is cut, and between nothing and the
// whole change.
func TestMeansAddUp(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	hours := func(n int) sample.Span { return sample.Span(r.IntN(n)+1) * sample.Hour / 7 }
	for range 5000 {
		h := HandleChange{From: noon.Add(hours(200) - 14*sample.Hour), Factor: sample.Milli(100 + r.IntN(9901)), Decay: hours(200)}
		if r.IntN(5) == 0 {
			h.Decay = 0
		}
		from := noon.Add(hours(200) - 14*sample.Hour)
		cut := from.Add(hours(50))
		to := cut.Add(hours(50))
		whole, first, rest := h.mean(from, to), h.mean(from, cut), h.mean(cut, to)
		parts := (int64(first)*int64(cut.Since(from)) + int64(rest)*int64(to.Since(cut))) / int64(to.Since(from))
		if d := int64(whole) - parts; d < -4 || d > 4 { // millionths
			t.Fatalf("%+v: %d over %v to %v, and %d of its parts", h, whole, from, to, parts)
		}
		full := sample.PPM(h.Factor) * 1000
		if whole < min(full, sample.AllPPM) || whole > max(full, sample.AllPPM) {
			t.Fatalf("%+v: %d is beyond the change", h, whole)
		}
	}
}

// What was measured while a change was in force has it in it: planned is what it will be
// compared with that, and not the change once more.
func TestMeasuredAndChanged(t *testing.T) {
	hours := func(n sample.Span) sample.Instant { return noon.Add(n * sample.Hour) }
	class := func(from sample.Instant, over sample.Span, decay sample.Span) Class {
		return Class{
			ArrivalsPerHour: sample.FreshAt(sample.Whole(60), noon), HandleTime: sample.FreshAt(sample.Whole(60), noon), HandleOver: over,
			HandleChanges: []HandleChange{{From: from, Factor: 2000, Decay: decay}},
		}
	}
	declared := class(hours(-5), sample.Hour, 10*sample.Hour)
	declared.HandleTime, declared.DeclaredHandleTime = sample.Missing(sample.CauseNotDeclared), sample.Minute
	times := func(s ...int64) []sample.Span {
		out := make([]sample.Span, len(s))
		for i, v := range s {
			out[i] = sample.Span(v) * sample.Second
		}
		return out
	}
	for name, c := range map[string]struct {
		class Class
		want  []sample.Span // by two hours
	}{
		"to come":                         {class(hours(2), sample.Hour, 0), times(60, 120, 120, 120)},
		"to come, and over":               {class(hours(2), sample.Hour, 4*sample.Hour), times(60, 105, 75, 60)},
		"stays, and is measured":          {class(hours(-9), sample.Hour, 0), times(60, 60, 60, 60)},
		"half of the hour is measured":    {class(hours(0).Add(-30*sample.Minute), sample.Hour, 0), times(80, 80, 80, 80)},
		"of the moment":                   {class(noon, 0, 0), times(60, 60, 60, 60)},
		"declared, and so not in it":      {declared, times(84, 72, 62, 60)},
		"begins in the middle of the two": {class(hours(1), sample.Hour, 0), times(90, 120, 120, 120)},
	} {
		t.Run(name, func(t *testing.T) {
			grid := GridOf(noon, 2*sample.Hour, 8*sample.Hour)
			got := newClass(c.class, nil, noon, grid)
			rounded := make([]sample.Span, 4)
			for i := range rounded {
				rounded[i] = sample.Span(math.Round(seconds(got.handleAt(i)))) * sample.Second
			}
			if d := cmp.Diff(c.want, rounded); d != "" {
				t.Errorf("handle times (-want +got):\n%s", d)
			}
			if got.handle != got.handleAt(0) {
				t.Errorf("now %v, in the present interval %v", got.handle, got.handleAt(0))
			}
		})
	}
}

// A change asks for more people in the intervals in which it holds and in no other, in real
// time and for work that may wait.
func TestChangeIsPlanned(t *testing.T) {
	for _, within := range []sample.Span{15 * sample.Minute, 40 * sample.Minute} {
		plain := Class{
			Key: partKey("en", "", 1), ArrivalsPerHour: sample.FreshAt(sample.Whole(600), noon), HandleTime: sample.FreshAt(sample.Whole(60), noon),
			Backlog: sample.FreshAt(0, noon), OldestAge: sample.FreshAt(0, noon), Promises: []Promise{{Percent: 900_000, Within: within}},
		}
		changed := plain
		changed.HandleChanges = []HandleChange{{From: noon.Add(6 * sample.Hour), Factor: 1500}}
		plan := func(c Class) []Need {
			return Plan(Input{Now: noon, Horizon: 12 * sample.Hour, Classes: []Class{c}}).Classes[0].Intervals
		}
		before, after := plan(plain), plan(changed)
		for i := range before {
			// What comes just before the change may wait until after it, and what comes at the end until
			// after the horizon, which is planned as if it began anew.
			switch at := i - 12; {
			case at < -2 && after[i].Required != before[i].Required:
				t.Errorf("within %v: interval %d takes %v, without the change %v", within, i, after[i].Required, before[i].Required)
			case at > 2 && (after[i].Required < before[i].Required*13/10 || after[i].Required > before[i].Required*16/10):
				t.Errorf("within %v: interval %d takes %v, without the change %v", within, i, after[i].Required, before[i].Required)
			}
		}
	}
}
