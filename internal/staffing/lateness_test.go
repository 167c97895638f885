package staffing_test

import (
	"math/rand/v2"
	"testing"

	"github.com/modcap/modcap/internal/staffing"
	"github.com/modcap/modcap/internal/staffing/plants"
)

// What is late is what the plan says of it.
func TestLateOfAgreesWithPlan(t *testing.T) {
	r := rand.New(rand.NewPCG(41, 42))
	late := 0
	for n := range 300 {
		in := plants.Relaxing(r, n)
		for i := range in.Classes {
			in.Classes[i].Borrow = r.IntN(2) == 0
		}
		plan, got := staffing.Plan(in), staffing.LateOf(in)
		if len(got) != len(plan.Classes) {
			t.Fatalf("%d classes of %d", len(got), len(plan.Classes))
		}
		for k, c := range plan.Classes {
			if got[k].Key != c.Key || got[k].Quality != c.Quality || len(got[k].Late) != len(c.Intervals) {
				t.Fatalf("plant %d: %+v of class %+v", n, got[k], c.Key)
			}
			for i, need := range c.Intervals {
				if got[k].Late[i] != need.Late {
					t.Errorf("plant %d, class %+v, interval %d: %s, and %s in the plan", n, c.Key, i, got[k].Late[i], need.Late)
				}
				if need.Late > 0 {
					late++
				}
			}
		}
	}
	if late == 0 {
		t.Error("nothing is late in any plant")
	}
}

func BenchmarkLateOf(b *testing.B) {
	for name, in := range map[string]staffing.Input{"day": plants.Large(48), "limited day": plants.Limited(48), "two hours": plants.Large(4)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				staffing.LateOf(in)
			}
		})
	}
}
