package trial

import (
	"testing"
)

func TestLook(t *testing.T) {
	for seed := range uint64(20) {
		terms := Terms{Seed: seed, Items: 40000, Correlation: float64(seed%10) / 10, Width: 20000}
		r, err := Run(terms)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%+v", r)
	}
}
