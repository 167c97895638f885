package simulate_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/simulate"
	"github.com/modcap/modcap/internal/tune"
)

// What the tuner reckons of a member is what comes of an engine that has no other.
func TestAccountsAgreeWithRuns(t *testing.T) {
	family := tune.Family()
	for _, scenario := range []string{"live", "batch"} {
		c := grid(t, scenario, "days", simulate.LastDay)
		accounts := c.Accounts(family)
		for _, i := range []int{0, len(family) / 2, len(family) - 1} {
			got := simulate.Run(c.Arrivals, c.Pool, c.EngineOf(family[i:i+1]))
			cost, late := got.WorkerSeconds/c.Work(), 1-got.Attained
			if a := accounts[i]; math.Abs(a.Cost-cost) > 0.1*cost || math.Abs(a.Late-late) > 0.02 {
				t.Errorf("%s, member %d: reckoned %+v, run %.3f with %.4f late", scenario, i, a, cost, late)
			}
		}
	}
}

// The engine is the one with the tuner's own family.
func TestEngineOfTheFamily(t *testing.T) {
	c := grid(t, "live", "hours", simulate.LastDay)
	want := simulate.Run(c.Arrivals, c.Pool, c.Engine())
	if diff := cmp.Diff(want, simulate.Run(c.Arrivals, c.Pool, c.EngineOf(tune.Family()))); diff != "" {
		t.Error(diff)
	}
	other := simulate.Run(c.Arrivals, c.Pool, c.EngineOf(tune.Family()[:1]))
	if cmp.Equal(want, other) {
		t.Error("another family changes nothing")
	}
}
