package referee

import (
	"math/rand/v2"
	"testing"

	"github.com/modcap/modcap/internal/staffing"
	"github.com/modcap/modcap/internal/staffing/allocation"
	"github.com/modcap/modcap/internal/staffing/plants"
)

// Plans in which others stand in, held against the linear program of the whole plan. None is better
// than it: then somebody would do work before it is old enough, or too much of it. Of classes that may
// all be helped it can depend on which of them is, what is late of them together; nearly all plans are
// within the bar of 0.5 %.
func TestRelaxedWorkAgainstLP(t *testing.T) {
	const number, bar, rounding = 200, 0.005, 1e-6
	r := rand.New(rand.NewPCG(45, 46))
	var worst, mean, late float64
	judged, beyond := 0, 0
	for n := 0; judged < number; n++ {
		w := staffing.WholeOf(plants.Relaxing(r, n))
		if w.Relaxed == 0 {
			continue
		}
		judged++
		v, err := JudgeWhole(&w)
		if err != nil {
			t.Fatalf("plant %d: %v", n, err)
		}
		all := 0.0
		for _, b := range v.Beyond {
			if all += b; all < -rounding {
				t.Errorf("plant %d: %v of what is required is less late than can be", n, v.Beyond)
			}
		}
		if v.Worst() > bar {
			beyond++
		}
		worst, mean, late = max(worst, v.Worst()), mean+max(v.Worst(), 0)/number, late+v.Late/number
	}
	t.Logf("of %d plants, %.1f %% of what they require is late at best: %.4f %% more in the mean, worst %.4f %%, %d beyond 0.5 %%",
		number, 100*late, 100*mean, 100*worst, beyond)
	if mean > bar/10 || worst > 6*bar || beyond > number/20 {
		t.Error("too much is late beyond the best")
	}
}

// Of four hours that are due at the end of the second interval, two are old enough then for who stands
// in, and its own people do one: one is late.
func TestJudgeKnowsWhoStandsIn(t *testing.T) {
	w := staffing.Whole{Hour: hour, Heads: [][]int64{{0, hour, 0}, {3 * hour, 3 * hour, 3 * hour}}}
	work := staffing.WholeWork{
		Edges: [][]allocation.Edge{{{Team: 0}}, {{Team: 1}}}, Now: make([]int64, 3), Open: []int{1, 1, 1},
		Come: []int64{4 * hour, 4 * hour, 4 * hour}, Due: []int64{0, 4 * hour, 4 * hour}, Old: [][]int64{{0, 2 * hour, 4 * hour}},
	}
	w.Batches, w.Late, w.Required = [][]staffing.WholeWork{{work}}, []int64{2 * hour}, 4*hour
	v, err := JudgeWhole(&w)
	if err != nil || v.Late < 0.2499 || v.Late > 0.2501 || v.Worst() < 0.2499 || v.Worst() > 0.2501 {
		t.Errorf("%+v, %v: a quarter is late at best, and another quarter is", v, err)
	}
}
