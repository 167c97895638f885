package linear

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestSolve(t *testing.T) {
	for name, c := range map[string]struct {
		cost  []float64
		rows  []Row
		x     []float64
		least float64
		none  bool
	}{
		"nothing is needed":         {[]float64{1, 2}, nil, []float64{0, 0}, 0, false},
		"the cheaper":               {[]float64{3, 2}, []Row{{[]float64{1, 1}, 5}}, []float64{0, 5}, 10, false},
		"what gives more":           {[]float64{3, 2}, []Row{{[]float64{2, 1}, 5}}, []float64{2.5, 0}, 7.5, false},
		"one who does two":          {[]float64{2, 2, 3}, []Row{{[]float64{1, 0, 1}, 4}, {[]float64{0, 1, 1}, 3}}, []float64{1, 0, 3}, 11, false},
		"a triangle, in halves":     {[]float64{1, 1, 1}, []Row{{[]float64{1, 1, 0}, 1}, {[]float64{0, 1, 1}, 1}, {[]float64{1, 0, 1}, 1}}, []float64{.5, .5, .5}, 1.5, false},
		"nobody gives to it":        {[]float64{1}, []Row{{[]float64{0}, 1}}, nil, 0, true},
		"what is not needed is not": {[]float64{1}, []Row{{[]float64{1}, -3}}, []float64{0}, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			p := New(c.cost, c.rows)
			if p.Solve(100) == c.none {
				t.Fatal("solved:", !c.none)
			}
			if c.none {
				return
			}
			if diff := cmp.Diff(c.x, p.Values(), cmpopts.EquateApprox(0, 1e-9)); diff != "" || math.Abs(p.Cost()-c.least) > 1e-9 {
				t.Errorf("cost %v: %s", p.Cost(), diff)
			}
		})
	}
	if New([]float64{1}, []Row{{[]float64{1}, 1}}).Solve(0) {
		t.Error("solved without a step")
	}
}

// Limits cost what they cost a program that has them as rows from the start; a copy is its own.
func TestLimits(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for range 200 {
		cost, rows := make([]float64, 4), make([]Row, 5)
		for k := range cost {
			cost[k] = 1 + r.Float64()
		}
		for i := range rows {
			rows[i] = Row{make([]float64, 4), 5 * r.Float64()}
			for k := range rows[i].Gives {
				rows[i].Gives[k] = r.Float64()
			}
		}
		p := New(cost, rows)
		p.Solve(100)
		free := p.Cost()
		held := p.Clone()
		held.AtLeast(0, 2)
		held.AtMost(1, 1)
		ok := held.Solve(100)
		whole := New(cost, append(slices.Clone(rows), Row{[]float64{1, 0, 0, 0}, 2}, Row{[]float64{0, -1, 0, 0}, -1}))
		if whole.Solve(100) != ok || ok && math.Abs(whole.Cost()-held.Cost()) > 1e-6 {
			t.Fatalf("%v, from the start %v", held.Cost(), whole.Cost())
		}
		if p.Cost() != free || held.Cost() < free-1e-9 {
			t.Fatalf("without limits %v, then %v, with them %v", free, p.Cost(), held.Cost())
		}
	}
}

// At the least cost, the dual's prices of rows pay for it: no row can be met for less.
func TestWeakDuality(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for range 100 {
		cost, row := make([]float64, 6), Row{make([]float64, 6), 10}
		best := math.Inf(1)
		for k := range cost {
			cost[k], row.Gives[k] = 1+r.Float64(), 0.1+r.Float64()
			best = min(best, cost[k]/row.Gives[k])
		}
		if p := New(cost, []Row{row}); !p.Solve(10) || math.Abs(p.Cost()-10*best) > 1e-9 {
			t.Fatalf("%v, the best gives it for %v", p.Cost(), 10*best)
		}
	}
}
