package lab

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/modcap/modcap/internal/staffing/linear"
)

// The search finds the least cost of whole numbers: as trying all does.
func TestOptimum(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for range 200 {
		cost, rows := make([]float64, 3), make([]linear.Row, 4)
		for k := range cost {
			cost[k] = float64(1 + r.IntN(20))
		}
		for i := range rows {
			rows[i] = linear.Row{Gives: make([]float64, 3), Need: float64(r.IntN(3000))}
			for k := range rows[i].Gives {
				rows[i].Gives[k] = []float64{0, 700, 800}[r.IntN(3)]
			}
		}
		best := tryAll(cost, rows)
		got := optimum(cost, rows, math.Min(best, 1e6)+50, 1, 10_000)
		switch {
		case math.IsInf(best, 1) && got.LP != 0:
			t.Fatalf("%+v where nothing does: %v", got, rows)
		case !math.IsInf(best, 1) && (got.Least > best || got.Best < best || got.LP > best+1e-6 || got.Best-got.Least > closeEnough*got.Best):
			t.Fatalf("%+v, all tried %v: %v %v", got, best, cost, rows)
		}
	}
}

func tryAll(cost []float64, rows []linear.Row) float64 {
	best := math.Inf(1)
	for x := range 6 * 6 * 6 {
		heads := []float64{float64(x % 6), float64(x / 6 % 6), float64(x / 36)}
		sum, ok := 0.0, true
		for k, h := range heads {
			sum += h * cost[k]
		}
		for _, row := range rows {
			given := 0.0
			for k, h := range heads {
				given += h * row.Gives[k]
			}
			ok = ok && given >= row.Need
		}
		if ok {
			best = min(best, sum)
		}
	}
	return best
}

// On a few plants (of eight people and more at the peak) the bar is met, and the page says so; a dearer choice misses it.
func TestRecommendSection(t *testing.T) {
	done := RecommendPlants(ShortPlants(6, 2)[1:])
	if len(done) < 4 {
		t.Fatalf("%d plants lack people", len(done))
	}
	for i := range done {
		if r := &done[i]; r.Optimum.LP > r.Optimum.Least+1e-6 || r.Optimum.Least > r.Hours+1e-6 || r.Optimum.LP <= 0 {
			t.Errorf("%+v", r)
		}
	}
	page := RecommendSection(done)
	if strings.Contains(page, "**missed**") || strings.Count(page, "| met") != 3 {
		t.Error(page)
	}
	done[0].Hours *= 2
	done[1].Left = 1
	if page := RecommendSection(done); strings.Count(page, "**missed**") != 2 {
		t.Error(page)
	}
}
