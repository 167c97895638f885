package lab

import (
	"fmt"
	"slices"
	"strings"
)

// mixSection is that of the page; empty when nothing was mixed.
func mixSection(cells []Mixed) string {
	if len(cells) == 0 {
		return ""
	}
	return fmt.Sprintf(mixWords, MixStartup, MixBusy, 100*MixShare) + MixTable(cells) + "\nBy traces:\n\n" + MixCells(cells)
}

const mixWords = `
## Several queues on one pool

Queues with different deadlines, on workers that start in %d s and of whom %d are busy on average; %.0f %% of the items
of each queue must be in time. Each trace of a day or more is mixed with those after it, their last days laid over one
another, each scaled to its queue's share of the work. **Kept** are the days on which every queue's promise was.
**Apart** is the same engine on the same arrivals with a pool for each queue; the **clairvoyant** has one pool, and knows
every arrival. First seed.

`

// MixTable is a line for each mix.
func MixTable(cells []Mixed) string {
	g := columns("share of the work and promise|days kept|kept apart|cost ÷ clairvoyant: median|most|" +
		"cost ÷ apart: median|most|changes a day, median|apart")
	for from := 0; from < len(cells); {
		until := from
		var bound, apart, changes, apartChanges []float64
		kept, keptApart := 0, 0
		for ; until < len(cells) && cells[until].promises() == cells[from].promises(); until++ {
			c := &cells[until]
			bound, apart = append(bound, c.Cost/c.Clairvoyant), append(apart, c.Cost/c.Apart)
			changes, apartChanges = append(changes, c.Changes), append(apartChanges, c.ApartChanges)
			if c.Kept() {
				kept++
			}
			if c.KeptApart() {
				keptApart++
			}
		}
		g.row(cells[from].promises(), fmt.Sprintf("%d of %d", kept, until-from), fmt.Sprint(keptApart),
			fmt.Sprintf("%.3f", median(bound)), fmt.Sprintf("%.3f", slices.Max(bound)),
			fmt.Sprintf("%.3f", median(apart)), fmt.Sprintf("%.3f", slices.Max(apart)),
			fmt.Sprintf("%.0f", median(changes)), fmt.Sprintf("%.0f", median(apartChanges)))
		from = until
	}
	return g.String()
}

// MixCells is a line for each mix of traces.
func MixCells(cells []Mixed) string {
	g := columns("share of the work and promise|traces|attained|apart|cost ÷ clairvoyant|÷ apart|changes a day|apart")
	for i := range cells {
		c := &cells[i]
		g.row(c.promises(), strings.Join(c.Traces, ", "), percents(c.Attained), percents(c.Alone),
			fmt.Sprintf("%.3f", c.Cost/c.Clairvoyant), fmt.Sprintf("%.3f", c.Cost/c.Apart),
			fmt.Sprintf("%.0f", c.Changes), fmt.Sprintf("%.0f", c.ApartChanges))
	}
	return g.String()
}

func percents(shares []float64) string {
	var text []string
	for _, s := range shares {
		text = append(text, percent(s))
	}
	return strings.Join(text, ", ")
}

func median(values []float64) float64 { return middle(slices.Sorted(slices.Values(values))) }
