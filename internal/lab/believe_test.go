package lab_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/lab"
)

// Plants are played alike with any number of workers, and what comes of it is shares.
func TestBelieve(t *testing.T) {
	told := 0
	one := lab.Believe(2, 1, func(done, all float64) {
		if told++; done != float64(told) || all != 2 {
			t.Errorf("told %g of %g", done, all)
		}
	})
	if diff := cmp.Diff(one, lab.Believe(2, 2, nil)); diff != "" {
		t.Fatal(diff)
	}
	if len(one) == 0 || told != 2 {
		t.Fatalf("%d points, told %d times", len(one), told)
	}
	for _, p := range one {
		for _, x := range append([]float64{p.Simulated, p.Predicted, p.Alone, p.Pooled, p.Preferred}, p.Days...) {
			if !(x >= 0 && x <= 1) {
				t.Fatalf("a share of %g in %+v", x, p)
			}
		}
		if p.Simulated > p.Alone+5*p.Error+0.01 {
			t.Errorf("%.4f are decided in time, and %.4f fit", p.Simulated, p.Alone)
		}
		if len(p.Days) < 50 {
			t.Errorf("%d days were played", len(p.Days))
		}
	}
}

// A predictor that knows everything meets the bar, and one that is off misses it, in the
// line that says so.
func TestCheckBelieve(t *testing.T) {
	made := func(off func(i int) float64) []lab.BelievePoint {
		var out []lab.BelievePoint
		for i := range 400 {
			level := float64(i) / 400
			out = append(out, lab.BelievePoint{
				Short: i%2 == 0, Percent: 0.9, Simulated: level, Error: 0.003, Alone: 1, Predicted: level + off(i), Days: []float64{level},
			})
		}
		return out
	}
	none := func(int) float64 { return 0 }
	misses := func(points []lab.BelievePoint) (out []string) {
		for _, c := range lab.CheckBelieve(points) {
			if !c.Met {
				out = append(out, c.What)
			}
		}
		return out
	}
	if got := misses(made(none)); len(got) > 0 {
		t.Errorf("an oracle misses %q", got)
	}
	for want, off := range map[string]func(i int) float64{
		"bias there":                   func(i int) float64 { return 0.02 },
		"error there, 95th percentile": func(i int) float64 { return []float64{0.2, -0.2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}[i%16] },
		"error there, mean":            func(i int) float64 { return []float64{0.04, -0.04}[i%2] },
		"error elsewhere, mean": func(i int) float64 {
			return 0.02 * math.Copysign(1, float64(i%2)-0.5)
		},
	} {
		if got := misses(made(off)); !strings.Contains(strings.Join(got, "\n"), want) {
			t.Errorf("%q is not missed, but %q", want, got)
		}
	}
	page := lab.BelieveSection(400, made(none))
	for _, want := range []string{"| modcap ", "| pooled Erlang C ", "the noise of a day", "| within 30 min "} {
		if !strings.Contains(page, want) {
			t.Errorf("the section lacks %q:\n%s", want, page)
		}
	}
	if page := lab.BelieveSection(0, nil); !strings.Contains(page, "No plant was played.") {
		t.Error(page)
	}
}
