package allocation

import (
	"errors"
	"fmt"
	"math"
)

// linear is: maximise gain·x with rows·x ≤ most (never negative) and x ≥ 0.
type linear struct {
	gain []float64
	rows []map[int]float64
	most []float64
}

func (l *linear) variable(gain float64) int {
	l.gain = append(l.gain, gain)
	return len(l.gain) - 1
}

func (l *linear) row(most float64) map[int]float64 {
	r := map[int]float64{}
	l.rows, l.most = append(l.rows, r), append(l.most, most)
	return r
}

const tiny = 1e-9

// solve is the simplex method on a dense tableau, from the origin. Its answer need not be
// trusted: proven checks it.
func (l *linear) solve() (x, prices []float64, err error) {
	n, m := len(l.gain), len(l.rows)
	t := make([][]float64, m+1)
	basis := make([]int, m)
	for r := range t {
		t[r] = make([]float64, n+m+1)
		if r == m {
			for k, g := range l.gain {
				t[m][k] = -g
			}
			continue
		}
		for k, v := range l.rows[r] {
			t[r][k] = v
		}
		t[r][n+r], t[r][n+m], basis[r] = 1, l.most[r], n+r
	}
	for step := 0; ; step++ {
		enter := entering(t[m][:n+m], step > 20*(n+m))
		if enter < 0 {
			break
		}
		leave := leaving(t, basis, enter, n+m)
		if leave < 0 || step > 100*(n+m) {
			return nil, nil, errors.New("no end")
		}
		pivot(t, leave, enter)
		basis[leave] = enter
	}
	x = make([]float64, n+m)
	for r, k := range basis {
		x[k] = t[r][n+m]
	}
	return x[:n], t[m][n : n+m], nil
}

// entering is the steepest variable, or the first of any slope once there may be a circle.
func entering(slopes []float64, careful bool) int {
	best := -1
	for k, v := range slopes {
		if v < -tiny && (best < 0 || v < slopes[best]) {
			if best = k; careful {
				return best
			}
		}
	}
	return best
}

func leaving(t [][]float64, basis []int, enter, last int) int {
	leave, least := -1, math.Inf(1)
	for r := range basis {
		if t[r][enter] <= tiny {
			continue
		}
		ratio := t[r][last] / t[r][enter]
		if ratio < least-tiny || ratio < least+tiny && basis[r] < basis[leave] {
			leave, least = r, min(ratio, least)
		}
	}
	return leave
}

func pivot(t [][]float64, leave, enter int) {
	row := t[leave]
	scale := 1 / row[enter]
	var filled []int
	for k := range row {
		if row[k] != 0 {
			row[k] *= scale
			filled = append(filled, k)
		}
	}
	for r := range t {
		if factor := t[r][enter]; r != leave && factor != 0 {
			for _, k := range filled {
				t[r][k] -= factor * row[k]
			}
			t[r][enter] = 0
		}
	}
}

// proven checks that x and prices are feasible and worth the same: then both are optimal.
func (l *linear) proven(x, prices []float64) error {
	worth, price, paid := 0.0, 0.0, make([]float64, len(l.gain))
	for k, v := range x {
		worth += l.gain[k] * v
		if v < -1e-6 {
			return fmt.Errorf("x%d is %g", k, v)
		}
	}
	for r, row := range l.rows {
		used := 0.0
		for k, v := range row {
			used += v * x[k]
			paid[k] += v * prices[r]
		}
		if used > l.most[r]+1e-6*max(1, l.most[r]) || prices[r] < -1e-6 {
			return fmt.Errorf("row %d takes %g of %g, at %g", r, used, l.most[r], prices[r])
		}
		price += prices[r] * l.most[r]
	}
	for k, g := range l.gain {
		if paid[k] < g-1e-6*max(1, g) {
			return fmt.Errorf("x%d gains %g and costs %g", k, g, paid[k])
		}
	}
	if math.Abs(worth-price) > 1e-6*max(1, worth) {
		return fmt.Errorf("worth %g, priced %g", worth, price)
	}
	return nil
}
