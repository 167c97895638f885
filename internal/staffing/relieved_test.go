package staffing_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
	"github.com/modcap/modcap/internal/staffing/plants"
)

// What is late of protected work does not move when others who share its people may wait longer, or become fewer: told
// what they were, the plan has for it what it had.
func TestProtectedWorkIsNoLater(t *testing.T) {
	r := rand.New(rand.NewPCG(51, 52))
	moved := 0
	for n := range 400 {
		in := plants.Relaxing(r, n)
		eased := in
		eased.Classes = slices.Clone(in.Classes)
		for i := range eased.Classes {
			c := &eased.Classes[i]
			if c.Protected || r.IntN(2) == 0 {
				continue
			}
			eased.Unrelieved = append(eased.Unrelieved, *c)
			c.ArrivalsPerHour.Value, c.Rates = c.ArrivalsPerHour.Value/2, nil
			c.Promises = []staffing.Promise{{Percent: 900_000, Within: 8 * sample.Hour}}
		}
		without := eased
		without.Unrelieved = nil
		was, is, blind := staffing.Plan(in), staffing.Plan(eased), staffing.Plan(without)
		for k, c := range was.Classes {
			i := slices.IndexFunc(in.Classes, func(x staffing.Class) bool { return x.Key == c.Key })
			if !in.Classes[i].Protected {
				continue
			}
			if a, b := lateOf(&c), lateOf(&is.Classes[k]); a != b {
				t.Errorf("plant %d, class %+v: late %s, and %s without relief", n, c.Key, b, a)
			}
			if lateOf(&blind.Classes[k]) > lateOf(&c) {
				moved++
			}
		}
	}
	if moved == 0 {
		t.Error("nothing would have been later")
	}
}

func lateOf(c *staffing.ClassPlan) (sum sample.Span) {
	for _, n := range c.Intervals {
		sum += n.Late
	}
	return sum
}
