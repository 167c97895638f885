package trial

import (
	"flag"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	trials = flag.Int("trials", 20, "changes that are tried of each kind of histograms; the bar is of 200")
	items  = flag.Int("items", 20_000, "items that each is tried on")
)

// The previews of histograms, held against counts of the same items.
func TestBar(t *testing.T) {
	t.Log("\n" + Head)
	for _, k := range Kinds() {
		r, err := Try(k, *trials, *items)
		if err != nil {
			t.Fatal(err)
		}
		t.Log(r.String())
		if !r.Met() {
			t.Errorf("%s: %.0f%% within %.0f%%, %.1f%% of the intervals hold", k.Name, 100*r.Good, 100*MostError, 100*r.Held)
		}
	}
}

// The same seed gives the same, and another does not.
func TestSeed(t *testing.T) {
	terms := Terms{Seed: 3, Items: 4000, Correlation: 0.5, Width: 20_000}
	a, err := Run(terms)
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := Run(terms); a != b {
		t.Errorf("the same seed differs: %s", cmp.Diff(a, b))
	}
	terms.Seed++
	if b, _ := Run(terms); a.Moved == b.Moved {
		t.Error("another seed gives the same")
	}
}
