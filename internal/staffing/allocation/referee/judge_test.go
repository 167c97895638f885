package referee

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/modcap/modcap/internal/staffing/allocation"
)

// The bar: late minutes of each batch within 0.5 % of required minutes of the optimum of the linear
// program. They are the optimum, but for rounding.
func TestLateMinutesAgainstLP(t *testing.T) {
	for _, limited := range []bool{false, true} {
		t.Run(fmt.Sprintf("limited %t", limited), func(t *testing.T) {
			r := rand.New(rand.NewPCG(41, 42))
			var worst, late float64
			const plants = 200
			for n := range plants {
				p := Draw(r, limited)
				v, err := p.Judge(p.Solve())
				if err != nil {
					t.Fatalf("plant %d: %v", n, err)
				}
				worst, late = max(worst, v.Worst()), late+v.Late
			}
			t.Logf("of %d plants, %.1f %% of what they require is late at best: worst %.6f %% more", plants, 100*late/plants, 100*worst)
			if worst > 1e-6 {
				t.Errorf("%.6f %% more is late than has to be", 100*worst)
			}
		})
	}
}

// A worse answer is told from the best: that of a plant in which nobody may do the work.
func TestJudgeSeesWhatIsLate(t *testing.T) {
	w := allocation.Work{Edges: []allocation.Edge{{Team: 0}}, Wanted: []int64{2 * hour, 2 * hour}}
	p := Plant{Heads: [][]int64{{hour, 3 * hour}}, Batches: [][]allocation.Work{{w}}}
	v, err := p.Judge(p.Solve())
	if err != nil || v.Late < 0.2499 || v.Late > 0.2501 || v.Worst() > 1e-9 {
		t.Errorf("%+v, %v: a quarter is late at best, and is", v, err)
	}
	idle := Plant{Heads: [][]int64{{0, 0}}, Batches: p.Batches}
	if v, err = p.Judge(idle.Solve()); err != nil || v.Worst() < 0.7499 || v.Worst() > 0.7501 {
		t.Errorf("%+v, %v: three quarters more are late", v, err)
	}
}
