package lab

import "fmt"

// OtherDays is how many other days of each trace are run with the whole grid.
const OtherDays = 4

// othersSection is that of the page; empty when no other days were run.
func (r *Result) othersSection(bars map[string]Bar) string {
	if len(r.Others) == 0 {
		return ""
	}
	rows := Summarize(r.Others, bars)
	out := fmt.Sprintf(othersWords, OtherDays) + BarTable(rows)
	if missed := MissedTable(rows); missed != "" {
		out += "\nMissed there:\n\n" + missed
	}
	return out
}

const othersWords = `
## Other days

Nothing in the engine was chosen by these: up to %d other days of each trace, evenly spread, none of which shares an hour with the
last day or the busiest. Traces of a day or less have none. The engine is the one above, under the same bar; the peers are
again those of 51 settings that turn out best on each of these days. First seed.

`
