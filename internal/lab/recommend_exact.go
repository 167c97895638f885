package lab

import (
	"container/heap"
	"math"
	"slices"

	"github.com/modcap/modcap/internal/staffing/linear"
)

// branch is a part of the solutions: those within limits.
type branch struct {
	bound  float64
	limits []side
}

type side struct {
	k    int
	most bool
	much float64
}

func (s side) limit(p *linear.Program) {
	if s.most {
		p.AtMost(s.k, s.much)
	} else {
		p.AtLeast(s.k, s.much)
	}
}

// branches are a heap, the least bound first.
type branches []*branch

func (b branches) Len() int           { return len(b) }
func (b branches) Less(i, j int) bool { return b[i].bound < b[j].bound }
func (b branches) Swap(i, j int)      { b[i], b[j] = b[j], b[i] }
func (b *branches) Push(x any)        { *b = append(*b, x.(*branch)) }
func (b *branches) Pop() any {
	last := len(*b) - 1
	x := (*b)[last]
	*b = (*b)[:last]
	return x
}

// Optimum is what is known of the least cost.
type Optimum struct {
	LP    float64 // without whole numbers
	Least float64 // proven: no choice costs less
	Best  float64 // the cheapest that was found, or given
	Nodes int
}

// closeEnough is the gap at which an optimum counts as found.
const closeEnough = 0.005

// optimum looks for the least cost of whole heads, knowing a choice of cost known; all costs are
// multiples of unit.
func optimum(cost []float64, rows []linear.Row, known, unit float64, nodes int) Optimum {
	out := Optimum{Best: known}
	root := linear.New(cost, rows)
	if !root.Solve(mostSteps) {
		return out
	}
	out.LP = root.Cost()
	var whole []linear.Row
	for i := range rows {
		whole = append(whole, rounded(&rows[i])...)
	}
	whole = needful(whole)
	root = linear.New(cost, append(slices.Clone(rows), whole...))
	if !root.Solve(mostSteps) {
		return out
	}
	size := (len(rows) + len(whole)) * len(cost)
	open := branches{{bound: root.Cost()}}
	for len(open) > 0 {
		out.Least = min(out.Best, roundUp(open[0].bound, unit))
		if out.Nodes == nodes || out.Nodes*size > mostLooked || out.Best-out.Least < closeEnough*out.Best {
			return out
		}
		out.Nodes++
		expand(&open, root, &out, unit)
	}
	out.Least = out.Best
	return out
}

// mostSteps bounds one linear program.
const mostSteps = 100_000

// mostLooked bounds the nodes of large plants.
const mostLooked = 12_000_000

func roundUp(bound, unit float64) float64 { return math.Ceil(bound/unit-1e-6) * unit }

// expand splits the branch with the least bound.
func expand(open *branches, root *linear.Program, out *Optimum, unit float64) {
	b := heap.Pop(open).(*branch)
	d := root.Clone()
	for _, s := range b.limits {
		s.limit(d)
	}
	if !d.Solve(mostSteps) || roundUp(d.Cost(), unit) >= out.Best {
		return
	}
	x := d.Values()
	most, far := -1, 1e-5
	for k, v := range x {
		if f := math.Abs(v - math.Round(v)); f > far {
			most, far = k, f
		}
	}
	if most < 0 {
		out.Best = roundUp(d.Cost(), unit)
		return
	}
	for _, s := range []side{{most, false, math.Ceil(x[most])}, {most, true, math.Floor(x[most])}} {
		part := d.Clone()
		s.limit(part)
		if part.Solve(mostSteps) && roundUp(part.Cost(), unit) < out.Best {
			heap.Push(open, &branch{bound: part.Cost(), limits: append(slices.Clone(b.limits), s)})
		}
	}
}
