package lab

import (
	"fmt"
	"math"
	"math/bits"
	"slices"

	"github.com/modcap/modcap/internal/staffing"
	"github.com/modcap/modcap/internal/staffing/linear"
)

// requirements are the rows of a plant, worked out the long way: for each interval and each set of
// teams, what only they may do, less what they have, and less what no option reaches (Hall's
// condition, with what stays missing). Where options give the same in several intervals, the
// greatest need stands for all.
func requirements(p *ShortPlant) []linear.Row {
	plan := staffing.Plan(p.Input)
	position := map[string]int{}
	for i, t := range p.Input.Teams {
		position[t.Name] = i
	}
	var out []linear.Row
	known := map[string]int{}
	for i := range plan.Grid.N {
		for _, row := range hallRows(p, &plan, i, position) {
			key := fmt.Sprint(row.Gives)
			at, ok := known[key]
			if !ok {
				known[key] = len(out)
				out = append(out, row)
				continue
			}
			out[at].Need = max(out[at].Need, row.Need)
		}
	}
	return out
}

// demandOf is what classes need in interval i that only teams of a set may do, for each set.
func demandOf(plan *staffing.Result, i int, position map[string]int) []int64 {
	demand := make([]int64, 1<<len(position))
	for _, c := range plan.Classes {
		mask := 0
		for _, name := range c.Teams {
			mask |= 1 << position[name]
		}
		demand[mask] += int64(c.Intervals[i].Required)
	}
	for t := range position {
		for set := range demand {
			if bit := 1 << position[t]; set&bit != 0 {
				demand[set] += demand[set&^bit]
			}
		}
	}
	return demand
}

// shortOf is what each set of teams lacks in interval i: below 0, it has more than it needs.
func shortOf(p *ShortPlant, plan *staffing.Result, i int, position map[string]int) []int64 {
	short := demandOf(plan, i, position)
	for set := range short {
		for rest := set; rest != 0; rest &= rest - 1 {
			short[set] -= int64(p.Input.Teams[bits.TrailingZeros(uint(rest))].Supply.Intervals[i].Productive)
		}
	}
	return short
}

// hallRows are the rows of an interval.
func hallRows(p *ShortPlant, plan *staffing.Result, i int, position map[string]int) []linear.Row {
	short := shortOf(p, plan, i, position)
	reached := 0
	for _, o := range p.Options {
		if o.Productive[i] > 0 {
			reached |= 1 << position[o.Team]
		}
	}
	least := int64(0)
	for set := range short {
		if set&reached == 0 {
			least = max(least, short[set])
		}
	}
	var out []linear.Row
	for set := range short {
		if set&reached == 0 || short[set] <= least {
			continue
		}
		row := linear.Row{Gives: make([]float64, len(p.Options)), Need: float64(short[set] - least)}
		for k, o := range p.Options {
			if set>>position[o.Team]&1 == 1 {
				row.Gives[k] = float64(o.Productive[i])
			}
		}
		out = append(out, row)
	}
	return out
}

// needful are rows without those that another implies: it needs as much of fewer options.
func needful(rows []linear.Row) []linear.Row {
	slices.SortStableFunc(rows, func(a, b linear.Row) int { return int(b.Need - a.Need) })
	var out []linear.Row
	for _, row := range rows {
		if !slices.ContainsFunc(out, func(o linear.Row) bool { return implies(&o, &row) }) {
			out = append(out, row)
		}
	}
	return out
}

func implies(c, o *linear.Row) bool {
	for k, gives := range c.Gives {
		if gives > o.Gives[k] {
			return false
		}
	}
	return c.Need >= o.Need
}

// rounded are rows that hold for whole heads besides the row itself (Chvátal and Gomory): divided by
// what somebody gives, and rounded up.
func rounded(c *linear.Row) []linear.Row {
	var sizes []float64
	for _, gives := range c.Gives {
		if gives > 0 && !slices.Contains(sizes, gives) {
			sizes = append(sizes, gives)
		}
	}
	var out []linear.Row
	for _, size := range sizes {
		row := linear.Row{Gives: make([]float64, len(c.Gives)), Need: math.Ceil(c.Need/size - 1e-9)}
		for k, gives := range c.Gives {
			row.Gives[k] = math.Ceil(gives/size - 1e-9)
		}
		out = append(out, row)
	}
	return out
}
