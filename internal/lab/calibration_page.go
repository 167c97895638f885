package lab

import (
	"fmt"

	"github.com/modcap/modcap/internal/outlook"
)

// calibrationSection is that of the page; empty when nothing was calibrated.
func calibrationSection(cells []Calibrated) string {
	if len(cells) == 0 {
		return ""
	}
	out := fmt.Sprintf(calibrationWords, CalibrationDays, 100*Crowded) + CalibrationTable(cells)
	return out + "\nBy trace, in the scenario " + cells[0].Scenario + ":\n\n" + CalibrationCells(cells, cells[0].Scenario)
}

const calibrationWords = `
## Do the figures hold?

For each queue modcap says when there will be a breach, and by when the backlog is done, both at 50 %% and at 90 %%
([status](kinds/moderationqueue.md#time-to-breach-and-drain-time)). Here it says so every minute on the last %d days of
each trace (all of a shorter one), and is held to it: a figure of 90 %% ought to hold nine times of ten, one of 50 %%
as often as not. So that there are breaches to foresee and backlogs to drain, pools may have no more workers than do
for %g %% of the minutes (and 1.1 times those busy on average, so that all is done in the end). While items are late
there is no breach to foresee. "Beyond 24 h, and right" are claims of no breach within a day that held; they would make
any forecaster look good and are not counted among the others. The first day is that of a queue which is new: nothing
is known yet of what its figures are worth. First seed.

`

// CalibrationTable is a line for each scenario.
func CalibrationTable(cells []Calibrated) string {
	g := columns("scenario|traces|time late|no breach before, 90 %|50 %|drained by, 90 %|50 %|beyond 24 h, and right|" +
		"first day: breach 90 %|drain 90 %")
	for from := 0; from < len(cells); {
		until := from
		var all, first outlook.Tally
		late := 0.0
		for ; until < len(cells) && cells[until].Scenario == cells[from].Scenario; until++ {
			all.Add(cells[until].Tally)
			first.Add(cells[until].First)
			late += cells[until].Late
		}
		n := until - from
		g.row(cells[from].Scenario, fmt.Sprint(n), percent(late/float64(n)),
			heldText(all[outlook.BreachSure]), heldText(all[outlook.BreachLikely]),
			heldText(all[outlook.DrainSure]), heldText(all[outlook.DrainLikely]),
			fmt.Sprint(all[outlook.BreachSure].Beyond), heldText(first[outlook.BreachSure]), heldText(first[outlook.DrainSure]))
		from = until
	}
	return g.String()
}

// CalibrationCells is a line for each trace of a scenario.
func CalibrationCells(cells []Calibrated, scenario string) string {
	g := columns("trace|max|time late|no breach before, 90 %|50 %|drained by, 90 %|50 %")
	for i := range cells {
		c := &cells[i]
		if c.Scenario == scenario {
			t := &c.Tally
			g.row(c.Trace, fmt.Sprint(c.Max), percent(c.Late), heldText(t[outlook.BreachSure]), heldText(t[outlook.BreachLikely]),
				heldText(t[outlook.DrainSure]), heldText(t[outlook.DrainLikely]))
		}
	}
	return g.String()
}

// heldText says how often claims held, and of how many.
func heldText(c outlook.Counts) string {
	n := c.Held + c.Missed
	if n == 0 {
		return "none"
	}
	return fmt.Sprintf("%.1f %% of %d", 100*float64(c.Held)/float64(n), n)
}
