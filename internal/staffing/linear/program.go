package linear

import (
	"math"
	"slices"
)

// Row asks that options, each times what it gives, add up to a need.
type Row struct {
	Gives []float64 // by option
	Need  float64
}

// Program is a linear program in the form that the dual simplex works on: each basic variable, and
// the cost last, is a constant and multiples of the free ones.
type Program struct {
	options int
	rows    [][]float64 // constant, multiples
	basic   []int       // variable of a row: an option, or what a row has beyond its need
	free    []int       // variable of a multiple
}

// New makes a program of costs, none below 0.
func New(cost []float64, rows []Row) *Program {
	p := &Program{options: len(cost)}
	for k := range cost {
		p.free = append(p.free, k)
	}
	for i, row := range rows {
		p.basic = append(p.basic, len(cost)+i)
		p.rows = append(p.rows, append([]float64{-row.Need}, row.Gives...))
	}
	p.rows = append(p.rows, append([]float64{0}, cost...))
	return p
}

// Clone is a copy that may be changed alone.
func (p *Program) Clone() *Program {
	out := &Program{options: p.options, basic: slices.Clone(p.basic), free: slices.Clone(p.free), rows: make([][]float64, len(p.rows))}
	for i := range p.rows {
		out.rows[i] = slices.Clone(p.rows[i])
	}
	return out
}

const tiny = 1e-7

// Solve reports whether it found the least cost in so many steps: there may be no solution.
func (p *Program) Solve(steps int) bool {
	for range steps {
		out, least := -1, -tiny
		for i := range p.basic {
			if p.rows[i][0] < least {
				out, least = i, p.rows[i][0]
			}
		}
		if out < 0 {
			return true
		}
		in := p.enters(out)
		if in < 0 {
			return false
		}
		p.pivot(out, in)
	}
	return false
}

// enters is the free variable that raises a row at the least cost; −1 when none does.
func (p *Program) enters(row int) int {
	in, step := -1, math.Inf(1)
	costs := p.rows[len(p.basic)]
	for j, a := range p.rows[row][1:] {
		if c := max(costs[j+1], 0); a > tiny && c/a < step {
			in, step = j, c/a
		}
	}
	return in
}

// pivot exchanges a basic variable with a free one.
func (p *Program) pivot(out, in int) {
	row, j := p.rows[out], in+1
	a := row[j]
	for x := range row {
		row[x] /= -a
	}
	row[j] = 1 / a
	for i, other := range p.rows {
		m := other[j]
		if i == out || m == 0 {
			continue
		}
		other[j] = 0
		for x, v := range row {
			other[x] += m * v
		}
	}
	p.basic[out], p.free[in] = p.free[in], p.basic[out]
}

// Cost is that of the solution.
func (p *Program) Cost() float64 { return p.rows[len(p.basic)][0] }

// Values are the solution, by option.
func (p *Program) Values() []float64 {
	out := make([]float64, p.options)
	for i, k := range p.basic {
		if k < p.options {
			out[k] = p.rows[i][0]
		}
	}
	return out
}

// AtLeast asks of an option that there be so much of it; Solve follows.
func (p *Program) AtLeast(option int, much float64) { p.limit(option, 1, much) }

// AtMost asks of an option that there be no more of it; Solve follows.
func (p *Program) AtMost(option int, much float64) { p.limit(option, -1, much) }

func (p *Program) limit(option int, sign, much float64) {
	row := make([]float64, len(p.free)+1)
	if i := slices.Index(p.basic, option); i >= 0 {
		for x, v := range p.rows[i] {
			row[x] = sign * v
		}
	} else {
		row[slices.Index(p.free, option)+1] = sign
	}
	row[0] -= sign * much
	last := len(p.basic)
	p.rows = append(p.rows, p.rows[last])
	p.rows[last] = row
	p.basic = append(p.basic, math.MaxInt)
}
