package lab

import (
	"fmt"
	"slices"
	"strings"
)

// Choice names the variant that was taken for a trace.
type Choice struct {
	Trace   string `json:"trace"`
	Variant string `json:"variant"`
}

// LeaveOneOut scores each trace under the variant that choose takes by the cells of all
// other traces, one slice a variant: what a constant chosen without the trace that is
// scored is worth. Choose returns the variant's place.
func (r *Result) LeaveOneOut(choose func(others [][]Cell) int) ([]Cell, []Choice) {
	if len(r.Cells) == 0 {
		return nil, nil
	}
	out := slices.Clone(r.Cells[0])
	taken := map[string]int{}
	var choices []Choice
	for i := range out {
		name := out[i].Trace
		v, ok := taken[name]
		if !ok {
			others := make([][]Cell, len(r.Cells))
			for k, cells := range r.Cells {
				others[k] = slices.DeleteFunc(slices.Clone(cells), func(c Cell) bool { return c.Trace == name })
			}
			v = choose(others)
			taken[name] = v
			choices = append(choices, Choice{name, r.Variants[v]})
		}
		out[i] = r.Cells[v][i]
	}
	return out, choices
}

// MostMet is the choice by the bar: the variant that meets most of its figures, then
// the one that keeps most cells, then the cheapest in the median; the first of equals.
func MostMet(bars map[string]Bar) func(others [][]Cell) int {
	return func(others [][]Cell) int {
		best, top := 0, [3]float64{}
		for v, cells := range others {
			worth := worth(Summarize(cells, bars))
			if v == 0 || slices.Compare(worth[:], top[:]) > 0 {
				best, top = v, worth
			}
		}
		return best
	}
}

// worth of a table: more is better, the first figure first.
func worth(rows []Row) [3]float64 {
	var out [3]float64
	for i := range rows {
		out[0] += float64(rows[i].met())
		out[1] += float64(rows[i].Kept)
		out[2] -= rows[i].Work.Median
	}
	return out
}

// LeaveOneOutTable is the table of the check with the choice MostMet, and says what was
// chosen; empty where there is one engine.
func (r *Result) LeaveOneOutTable(bars map[string]Bar) string {
	if len(r.Variants) < 2 {
		return ""
	}
	cells, choices := r.LeaveOneOut(MostMet(bars))
	taken := map[string]int{}
	for _, c := range choices {
		taken[c.Variant]++
	}
	var words []string
	for _, v := range r.Variants {
		words = append(words, fmt.Sprintf("%s for %d", v, taken[v]))
	}
	return fmt.Sprintf("Each trace under the variant of the engine that does best on all *other* traces: of %d traces, %s.\n\n%s",
		len(choices), strings.Join(words, ", "), BarTable(Summarize(cells, bars)))
}
