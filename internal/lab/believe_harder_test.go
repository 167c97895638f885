package lab

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
)

// The harder families are harder, and what is drawn stays between their limits; each has its
// own plants.
func TestFamilies(t *testing.T) {
	for _, f := range believeFamilies() {
		longest, most := 0.0, sample.Milli(0)
		for seed := range uint64(20) {
			p := drawPlant(f, seed)
			if diff := cmp.Diff(p.Plant, drawPlant(f, seed).Plant); diff != "" {
				t.Fatalf("%s: a seed gives two plants:\n%s", f.name, diff)
			}
			for _, c := range p.Classes {
				if c.Within < sample.Hour {
					longest = max(longest, float64(c.Within)/float64(c.Handle))
				}
				most = max(most, c.Dispersion, c.Variation)
			}
		}
		if longest > f.short[1] || longest < f.short[1]*0.8 {
			t.Errorf("%s: the longest of the short promises is %.1f handle times, of up to %g", f.name, longest, f.short[1])
		}
		if want := sample.Whole(f.dispersions[len(f.dispersions)-1]); most != want {
			t.Errorf("%s: the largest dispersion or variation is %d, want %d", f.name, most, want)
		}
	}
}

// Predictions of any family are scored alike, and the range of one that is right holds it.
func TestHarderTable(t *testing.T) {
	var points []BelievePoint
	for i := range 100 {
		level := float64(i) / 100
		points = append(points, BelievePoint{Percent: 0.9, Simulated: level, Predicted: level, Alone: 1})
	}
	off := append([]BelievePoint(nil), points...)
	for i := range off {
		off[i].Predicted = 1 - off[i].Simulated
	}
	page := HarderSection(7, points, []Harder{{"tight", "little time", 5, off}})
	for _, want := range []string{
		"- tight: little time", "| plain  | 7     | 49.0 %     | 0.00        | 0.00            | +0.00  | 0.00 ", "| tight  | 5     |", "| 100.0 %      |",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the section lacks %q:\n%s", want, page)
		}
	}
	if strings.Count(page, "| 100.0 %      |\n") != 1 {
		t.Errorf("what is off is in its range as well:\n%s", page)
	}
}
