package demand_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/modcap/modcap/internal/demand"
)

func TestFromBins(t *testing.T) {
	un := demand.Unknown()
	for name, c := range map[string]struct {
		at    []int
		count []float64
		bin   int
		want  []float64
	}{
		"as they are":        {[]int{0, 1800}, []float64{1, 2}, 1800, []float64{1, 2}},
		"added up":           {[]int{0, 900, 1800, 2700}, []float64{1, 2, 3, 4}, 900, []float64{3, 7}},
		"a gap":              {[]int{0, 5400}, []float64{1, 2}, 1800, []float64{1, un, un, 2}},
		"it begins with one": {[]int{1800}, []float64{1}, 1800, []float64{un, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := demand.FromBins(c.at, c.count, c.bin, 1800)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got.Counts, cmpopts.EquateNaNs()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A desk that opens at a quarter past has a short first interval every week; a collector that
// failed for a quarter of an hour leaves one that is not known.
func TestFromBinsInPart(t *testing.T) {
	const week, quarter = 604_800, 900
	var at []int
	for w := range 4 {
		for i := 1; i < 8; i++ { // 0:15 to 2:00
			if w != 2 || i != 5 {
				at = append(at, w*week+i*quarter)
			}
		}
	}
	count := make([]float64, len(at))
	for i := range count {
		count[i] = 10
	}
	got, err := demand.FromBins(at, count, quarter, 1800)
	if err != nil {
		t.Fatal(err)
	}
	un := demand.Unknown()
	for w, want := range [][]float64{{10, 20, 20, 20}, {10, 20, 20, 20}, {10, 20, un, 20}, {10, 20, 20, 20}} {
		if diff := cmp.Diff(want, got.Counts[w*336:w*336+4], cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("week %d: %s", w, diff)
		}
	}
}

func TestFromBinsRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		at   []int
		bin  int
		want string
	}{
		"none":       {nil, 900, "there are 0 bins and 1 counts"},
		"too coarse": {[]int{0}, 3600, "cannot be made of bins of 3600 s"},
		"uneven":     {[]int{0}, 700, "cannot be made of bins of 700 s"},
		"shifted":    {[]int{1000}, 900, "the bin at second 1000 does not lie in one interval"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := demand.FromBins(c.at, []float64{1}, c.bin, 1800); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
