package staffing_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
	"github.com/modcap/modcap/internal/staffing/plants"
)

// TestDatedPlantsKeepTheRules gives the promises of drawn plants a beginning and an end; their order does
// not matter.
func TestDatedPlantsKeepTheRules(t *testing.T) {
	n := 300
	if testing.Short() {
		n = 50
	}
	for number := range n {
		r := rand.New(rand.NewPCG(uint64(number), 7))
		in := plants.Small(r, number)
		length := int64(in.Horizon)
		for i := range in.Classes {
			for k := range in.Classes[i].Promises {
				p := &in.Classes[i].Promises[k]
				if r.IntN(2) == 0 {
					p.From = in.Now.Add(sample.Span(r.Int64N(2*length) - length))
				}
				if r.IntN(2) == 0 {
					p.Until = in.Now.Add(sample.Span(r.Int64N(2*length) - length/2))
				}
			}
		}
		want, broken := staffing.Audit(in)
		if len(broken) > 0 {
			t.Errorf("plant %d: %+v", number, broken)
		}
		for i := range in.Classes {
			slices.Reverse(in.Classes[i].Promises)
		}
		if d := cmp.Diff(want, staffing.Plan(in)); d != "" {
			t.Errorf("plant %d, promises in another order: %s", number, d)
		}
	}
}
