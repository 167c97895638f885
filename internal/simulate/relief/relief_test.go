package relief

import (
	"testing"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// A seed gives the same figures, and another gives others.
func TestSeeds(t *testing.T) {
	a := Run(Terms{Seed: 4})
	if b := Run(Terms{Seed: 4}); a != b {
		t.Errorf("%+v, and %+v", a, b)
	}
	if b := Run(Terms{Seed: 5}); a == b {
		t.Error("two seeds have the same figures")
	}
}

// Relief comes twice a day at most, is worth it, and touches nothing that is protected; without any of its rules it comes and goes
// with the load. The laboratory runs a thousand.
func TestReliefDoesNotOscillate(t *testing.T) {
	cycles := map[Variant]int{}
	late := map[Variant]float64{}
	for _, v := range []Variant{Whole, Off, Censored, Hasty, Endless} {
		for seed := range uint64(12) {
			f := Run(Terms{Seed: seed, Variant: v, Steady: seed%3 == 2, Blind: v != Whole})
			cycles[v] = max(cycles[v], f.Cycles)
			late[v] += f.Late
			if f.Touched > 0 || f.LateProtected > Run(Terms{Seed: seed, Variant: Off, Steady: seed%3 == 2}).LateProtected {
				t.Errorf("%q, seed %d: %+v", v, seed, f)
			}
			if f.MostLeaks > mayLeak {
				t.Errorf("%q, seed %d: %g may leak a day", v, seed, f.MostLeaks)
			}
		}
	}
	if cycles[Whole] > 2 || cycles[Whole] == 0 {
		t.Errorf("%d cycles a day", cycles[Whole])
	}
	for _, v := range []Variant{Censored, Hasty, Endless} {
		if cycles[v] <= 2 {
			t.Errorf("%q does not oscillate: %d cycles a day", v, cycles[v])
		}
	}
	if late[Off] == 0 || late[Whole] > late[Off]/10 {
		t.Errorf("%.0f h late with relief, %.0f h without", late[Whole], late[Off])
	}
}

// Who knows what usually comes does not take the top of a wave for a load that stays: relief begins where people are too few for
// what comes on average, is on for less, and lets no more be late.
func TestForecastSparesRelief(t *testing.T) {
	var needless, late [2]int
	var on [2]float64
	for seed := range uint64(40) {
		without := Run(Terms{Seed: seed, Variant: Off})
		for i, blind := range []bool{false, true} {
			f := Run(Terms{Seed: seed, Blind: blind})
			on[i] += f.On
			if f.Begins > 0 && without.Late+without.LateSamples == 0 {
				needless[i]++
			}
			if f.Late > without.Late/10 {
				late[i]++
			}
		}
	}
	if needless[1] < 4 || needless[0] > needless[1]/3 || on[0] > on[1]*3/4 || late[0] > late[1] {
		t.Errorf("with a forecast and without: needless %v, on %v, late %v", needless, on, late)
	}
}

// What is forecast is made of what came before: of nothing else, and without the times in which a threshold was raised.
func TestPast(t *testing.T) {
	w := newWorld(7, true)
	grid := staffing.Input{Now: start, Interval: interval, Horizon: 24 * sample.Hour}.Grid()
	flat, _ := sample.FromFloat(w.hourly)
	rates := w.past.expected(grid, 1)
	if len(rates) != grid.N || rates[0] != 1 {
		t.Fatalf("%d rates, the first %v", len(rates), rates[0])
	}
	for i, r := range rates[1:] {
		if r < flat*9/10 || r > flat*11/10 {
			t.Errorf("interval %d: %v, of %v that come", i, r, flat)
		}
	}
	for range 24 * 12 { // a day of which nobody saw anything
		w.past.came(w.now, 0, true)
		w.now += tick
	}
	grid = staffing.Input{Now: start.Add(w.now), Interval: interval, Horizon: 24 * sample.Hour}.Grid()
	for i, r := range w.past.expected(grid, flat) {
		if r < flat*9/10 || r > flat*11/10 {
			t.Errorf("after a day raised, interval %d: %v, of %v that come", i, r, flat)
		}
	}
}

// Who judges by what comes while a raise is on undoes it for what the raise does: under a load that never changes, more
// often than who counts what is spared.
func TestCensoredArrivalsOscillate(t *testing.T) {
	begins := map[Variant]int{}
	for _, v := range []Variant{Censored, Endless} {
		for seed := range uint64(8) {
			begins[v] += Run(Terms{Seed: seed, Variant: v, Steady: true, Blind: true}).Begins
		}
	}
	if begins[Censored] < begins[Endless]*3/2 {
		t.Errorf("begins: %v", begins)
	}
}

// What comes is done, waits, or is spared; what is late is told once.
func TestItemsAreNotLost(t *testing.T) {
	w := newWorld(1, true)
	w.force.raise = 100_000
	var all, spared float64
	for range 200 {
		before := w.figures.Spared
		w.step()
		all += w.arrived[seen-1].all
		spared += w.figures.Spared - before
	}
	if want := all * w.shareBelow(100_000); spared != w.figures.Spared || spared < want-1e-6 || spared > want+1e-6 {
		t.Errorf("%g spared of %g, want %g", spared, all, want)
	}
	l := line{{came: 0, due: 10, items: 4}, {came: 5, due: 15, items: 4}, {came: 12, due: 22, items: 4}}
	if left := l.serve(10, 2, 12); left != 0 || len(l) != 2 || l[0].items != 3 {
		t.Errorf("%g hours left, %+v", left, l)
	}
	if left := l.serve(10, 2, 12); left != 4 || len(l) != 1 || l[0].items != 4 {
		t.Errorf("%g hours left, %+v", left, l)
	}
	if items, oldest := l.waiting(20); items != 4 || oldest != 8 {
		t.Errorf("%g wait, the oldest for %s", items, oldest)
	}
	if first, again := l.lateAt(22, 2), l.lateAt(23, 2); first != 8 || again != 0 {
		t.Errorf("%g and %g h late", first, again)
	}
}

func TestWorst(t *testing.T) {
	const h = sample.Instant(sample.Hour)
	for want, at := range map[int][]sample.Instant{0: nil, 1: {1, 1 + 24*h}, 2: {1, 24 * h, 48 * h}, 3: {1, 30 * h, 31 * h, 53 * h}} {
		if got := worst(at); got != want {
			t.Errorf("%v: %d", at, got)
		}
	}
}
