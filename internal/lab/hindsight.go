package lab

import (
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/tune"
)

// charges for a change that are tried, in workers for a startup, up to where hardly
// anything is changed.
var charges = [...]float64{0.25, 0.5, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128}

// Hindsight is what the engine came to in a scenario, and what one of the ways that were
// explored would have, kept all day.
type Hindsight struct {
	Engine Row `json:"engine"`
	// Best is of the way that turns out to be the cheapest on each cell, of those that keep
	// the promise there.
	Best Row `json:"best"`
	// Few is the same with the least charge for a change that brings the changes, in the
	// median, down to the bar; nil where none does.
	Few *Row `json:"few,omitempty"`
}

// InHindsight looks back on the cells of each scenario that was explored.
func InHindsight(cells []Cell, explored []Explored, bars map[string]Bar) []Hindsight {
	var out []Hindsight
	for _, row := range Summarize(cells, bars) {
		of := together(cells, explored, row.Scenario)
		if len(of) == 0 {
			continue
		}
		best := func(charge float64, name string) Row {
			r := summarize(cheapest(of, charge))
			r.Scenario, r.Bar = row.Scenario+name, row.Bar
			return r
		}
		h := Hindsight{Engine: row, Best: best(0, ", best way")}
		for _, charge := range charges {
			few := best(charge, ", few changes")
			if _, _, _, met := few.Met(); met {
				h.Few = &few
				break
			}
		}
		out = append(out, h)
	}
	return out
}

// rows are the ways', the best first.
func (h *Hindsight) rows() []*Row {
	if h.Few == nil {
		return []*Row{&h.Best}
	}
	return []*Row{&h.Best, h.Few}
}

// tried is a cell with what was explored of it.
type tried struct {
	cell     *Cell
	explored *Explored
}

// together are the cells of a scenario that were explored, with the first seed.
func together(cells []Cell, explored []Explored, scenario string) (out []tried) {
	for i := range cells {
		c := &cells[i]
		for k := range explored {
			x := &explored[k]
			same := x.Scenario == c.Scenario && x.Trace == c.Trace && x.Day == c.Day
			if same && c.Scenario == scenario && x.Seed == explored[0].Seed && len(x.Accounts) > 0 {
				out = append(out, tried{c, x})
			}
		}
	}
	return out
}

// cheapest are the cells with the cheapest way in the engine's place.
func cheapest(of []tried, charge float64) []Cell {
	var out []Cell
	for _, k := range of {
		c := *k.cell
		c.Engine, c.Standing = k.explored.cheapest(charge), nil
		out = append(out, c)
	}
	return out
}

// cheapest is what the candidate comes to that keeps the promise at the least cost,
// changes charged; the one with the least late work where none does.
func (x *Explored) cheapest(charge float64) Score {
	allowed := 1 - x.Share + hair
	cost := func(a *tune.Account) float64 { return a.Cost + charge*a.Changes*float64(x.Startup) }
	best := &x.Accounts[0]
	for i := range x.Accounts {
		a := &x.Accounts[i]
		late := max(a.Late, allowed)
		if most := max(best.Late, allowed); late < most || late == most && cost(a) < cost(best) {
			best = a
		}
	}
	day := x.Busy * float64(24*sample.Hour/sample.Second)
	return Score{Attained: 1 - best.Late, Cost: best.Cost, Changes: best.Changes * day}
}

// hindsightSection is that of the page; empty where nothing was explored.
func hindsightSection(all []Hindsight) string {
	if len(all) == 0 {
		return ""
	}
	return hindsightWords + HindsightTable(all)
}

// HindsightTable has the rows, and then what the engine misses.
func HindsightTable(all []Hindsight) string {
	var rows []Row
	for i := range all {
		rows = append(rows, all[i].Engine)
		for _, r := range all[i].rows() {
			rows = append(rows, *r)
		}
	}
	out := BarTable(rows)
	if reach := ReachTable(all); reach != "" {
		out += "\nSo of what the engine misses:\n\n" + reach
	}
	return out
}

const hindsightWords = `
## What any way could have had

The engine applies one law, in one of many ways: how much stands ready, how the rate is followed, how patient it is.
This table says what could be had with that law by somebody who knows the day beforehand: on each cell the one of all
ways tried for the check above that turned out cheapest and kept the promise, the whole day long. **Few changes** is the same with
a charge for changes, the least that brings them down to the bar. Ways are compared by the tuner's own reckoning, on the
first seed. A bar that is missed there is out of reach of any setting of this law on these days; the distance from the
engine's own row is what it costs not to know the day. (Work that can wait is tried here as by ways that do not wait for
the last moment. The engine's own do as well, and may do better.)

`
