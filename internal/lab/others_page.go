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

Up to %d other days of each trace, evenly spread, none of which shares an hour with the last day or the busiest; traces of a day
or less have none. Neither the ways that the tuner tries nor the charge for a change were chosen by them. They did show that after
a surge too many replicas went, that the dearest way stayed in charge for days, and that a crowd was followed too late: each was
mended, and these days looked at again. The engine is the one above, under the same bar; peers are again those of 51 settings
that turn out best on each of these days. First seed.

`
