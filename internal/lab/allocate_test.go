package lab_test

import (
	"strings"
	"testing"

	"github.com/modcap/modcap/internal/lab"
	"github.com/modcap/modcap/internal/staffing"
)

func missedIn(checks []lab.PeopleCheck) (out []string) {
	for _, c := range checks {
		if !c.Met {
			out = append(out, c.What)
		}
	}
	return out
}

// On a few plants the bar is met, and each line of it is missed by what misses it.
func TestAllocatedIsJudged(t *testing.T) {
	cost := lab.PlanCost{Seconds: 1.64, Allocated: 261.2, Left: 12.3}
	prove := func() lab.Allocated {
		a := lab.Allocate(2, 5, nil)
		a.Costs = lab.LargePlants(2, func(plan func() any) lab.PlanCost {
			if r, ok := plan().(staffing.Result); !ok || r.Grid.N != 2 || len(r.Classes) != 300 {
				t.Errorf("what is timed is not a plan: %+v", r.Grid)
			}
			return cost
		})
		return a
	}
	a := prove()
	if missed := missedIn(lab.CheckAllocated(&a)); missed != nil {
		t.Errorf("missed: %q", missed)
	}
	page := lab.AllocatedSection(&a, "a machine")
	for _, want := range []string{"| 90 of 90 ", "| 1 plants without limits | 1 ", "| 6 plants with limits ", "| 2 plans with stand-ins ", "| 100 of 100 ", "| 1.6 s ", "| 261 MB ", "on a machine:",
		"| limits of exposure | 2 "} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	if again := prove(); lab.AllocatedSection(&again, "a machine") != page {
		t.Error("a second run says something else")
	}
	for want, spoil := range map[string]func(*lab.Allocated){
		"test vectors of the formulas equal to the digits given":                              func(a *lab.Allocated) { a.Vectors[3].Got += 1e-6 },
		"late minutes beyond the optimum ÷ required minutes, worst of 1 plants with limits":   func(a *lab.Allocated) { a.Limited.Beyond[0] = 0.0051 },
		"late minutes beyond the optimum ÷ required minutes, worst of 6 plants with limits":   func(a *lab.Allocated) { a.Fresh.Unproven = 1 },
		"violations of exposure, skills, clearances, protected work or capacity in 100 plans": func(a *lab.Allocated) { a.Audited.Broken["protected work goes first"]++ },
		"ledgers that close in whole seconds":                                                 func(a *lab.Allocated) { a.Audited.Broken["the ledger closes in whole seconds"]++ },
		"100 queues × 30 teams × 2 intervals, no limits: time on one processor":               func(a *lab.Allocated) { a.Costs[0].Seconds = 2 },
		"100 queues × 30 teams × 2 intervals, limits of exposure: memory":                     func(a *lab.Allocated) { a.Costs[1].Allocated = 300 },
	} {
		a := prove()
		spoil(&a)
		if missed := missedIn(lab.CheckAllocated(&a)); len(missed) != 1 || missed[0] != want {
			t.Errorf("missed %q, want %q", missed, want)
		}
	}
	a.Audited.First = "plant 3: it does not close"
	if page := lab.AllocatedSection(&a, ""); !strings.Contains(page, "The first: plant 3") {
		t.Error("the page does not say what is broken")
	}
}
