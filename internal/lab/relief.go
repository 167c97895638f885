package lab

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

	"github.com/modcap/modcap/internal/preview/trial"
	"github.com/modcap/modcap/internal/simulate/relief"
)

// ReliefRow is worlds of one kind, under some rules, and without any relief.
type ReliefRow struct {
	Variant  relief.Variant   `json:"variant,omitempty"`
	Steady   bool             `json:"steady,omitempty"`
	Blind    bool             `json:"blind,omitempty"`
	Figures  []relief.Figures `json:"figures"`
	Without  []relief.Figures `json:"without"`
	ofTheBar bool
}

// Relief is what relief is worth.
type Relief struct {
	Rows []ReliefRow `json:"rows"`
	// Held are plants whose protected work was held against what relief may never do.
	Held relief.Held `json:"held"`
}

// besideWorlds is how many times fewer worlds there are of a kind that is not the bar's.
const besideWorlds = 10

// RunRelief follows so many worlds under all rules, and a tenth of them without a forecast, without that under each set of rules
// that lacks one, and without waves; and holds ten plants for each of these worlds.
func RunRelief(worlds, workers int, progress func(done, all float64)) Relief {
	out := Relief{Rows: []ReliefRow{
		{Variant: relief.Whole, ofTheBar: true},
		{Blind: true}, {Variant: relief.Endless, Blind: true}, {Variant: relief.Hasty, Blind: true}, {Variant: relief.Censored, Blind: true},
		{Steady: true}, {Steady: true, Blind: true},
		{Variant: relief.Endless, Steady: true, Blind: true}, {Variant: relief.Censored, Steady: true, Blind: true},
	}}
	type task struct{ row, seed int }
	var tasks []task
	for i := range out.Rows {
		r, n := &out.Rows[i], worlds
		if !r.ofTheBar {
			n = max(worlds/besideWorlds, 1)
		}
		r.Figures, r.Without = make([]relief.Figures, n), make([]relief.Figures, n)
		for seed := range n {
			tasks = append(tasks, task{i, seed})
		}
	}
	// A world takes about as long as plantsOfWorld plants.
	const plantsOfWorld, plantsEach = 50, 10
	plants := worlds * plantsEach
	all := len(tasks) + (plants+plantsOfWorld-1)/plantsOfWorld
	run := &runner{options: &Options{Workers: workers}}
	var mu sync.Mutex
	done := 0
	run.each(all, func(i int) {
		var held relief.Held
		if i < len(tasks) {
			row, t := &out.Rows[tasks[i].row], tasks[i]
			terms := relief.Terms{Seed: uint64(t.seed), Variant: row.Variant, Steady: row.Steady, Blind: row.Blind}
			row.Figures[t.seed] = relief.Run(terms)
			terms.Variant = relief.Off
			row.Without[t.seed] = relief.Run(terms)
		} else {
			from := (i - len(tasks)) * plantsOfWorld
			for n := from; n < min(from+plantsOfWorld, plants); n++ {
				held.Add(relief.Hold(n))
			}
		}
		mu.Lock()
		defer mu.Unlock()
		out.Held.Add(held)
		if done++; progress != nil {
			progress(float64(done), float64(all))
		}
	})
	return out
}

// RunPreviews holds previews against counts, so many of each kind of histograms.
func RunPreviews(trials, items, workers int, progress func(done, all float64)) ([]trial.Row, error) {
	kinds := trial.Kinds()
	rows, errs := make([]trial.Row, len(kinds)), make([]error, len(kinds))
	run := &runner{options: &Options{Workers: workers}}
	var mu sync.Mutex
	done := 0
	run.each(len(kinds), func(i int) {
		rows[i], errs[i] = trial.Try(kinds[i], trials, items)
		mu.Lock()
		defer mu.Unlock()
		if done++; progress != nil {
			progress(float64(done), float64(len(kinds)))
		}
	})
	for _, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("preview: %w", err)
		}
	}
	return rows, nil
}

// at is the value of the worlds at a quantile, 1 being the largest.
func at[T cmp.Ordered](all []relief.Figures, quantile float64, value func(f *relief.Figures) T) T {
	values := make([]T, 0, len(all))
	for i := range all {
		values = append(values, value(&all[i]))
	}
	slices.Sort(values)
	return values[min(int(quantile*float64(len(values))), len(values)-1)]
}

// mean is the mean of the worlds.
func mean(all []relief.Figures, value func(f *relief.Figures) float64) (sum float64) {
	for i := range all {
		sum += value(&all[i]) / float64(len(all))
	}
	return sum
}
