package linear

import (
	"cmp"
	"math"
	"slices"
)

// often is after how many steps the basis is made anew: what steps add to it fills up.
const often = 64

// inversion is a basis being made anew from that of all rests.
type inversion struct {
	*simplex
	basis []int
	taken []bool // places that are settled
	open  []int  // options of the basis without a place
}

// invert makes the basis anew, of as few changes as there are options in it. It keeps those there are
// where that would divide by nothing.
func (s *simplex) invert() {
	n, before := len(s.gain), s.changes
	v := &inversion{simplex: s, basis: make([]int, len(s.basis)), taken: make([]bool, len(s.basis))}
	for r, k := range s.basis {
		v.basis[r] = n + r
		if k < n {
			v.open = append(v.open, k)
		} else {
			v.taken[k-n] = true
		}
	}
	slices.Sort(v.open)
	s.changes = make([]change, 0, len(v.open)+often)
	v.alone()
	if !v.rest() {
		s.changes = before
		return
	}
	s.basis = v.basis
	for r, k := range s.basis {
		s.place[k] = r
	}
	s.fill(true)
}

// settle puts an option, whose column is loaded, in a place.
func (v *inversion) settle(k, r int) {
	v.taken[r], v.basis[r] = true, k
	v.keep(r, 1)
}

// alone begins with options that alone take of a row, of those that are left: nothing that follows
// changes their columns, nor they what follows.
func (v *inversion) alone() {
	users := make([][]int, len(v.has)) // options by row
	for _, k := range v.open {
		for _, r := range v.rows[v.from[k]:v.from[k+1]] {
			users[r] = append(users[r], k)
		}
	}
	var rows []int
	left := make([]int, len(users))
	for r := range users {
		if left[r] = len(users[r]); left[r] == 1 {
			rows = append(rows, r)
		}
	}
	done := make([]bool, len(v.gain))
	for x := 0; x < len(rows); x++ {
		r := rows[x]
		at := slices.IndexFunc(users[r], func(k int) bool { return !done[k] })
		if at < 0 || v.taken[r] {
			continue
		}
		k := users[r][at]
		done[k] = true
		v.raw(k)
		v.settle(k, r)
		for _, q := range v.rows[v.from[k]:v.from[k+1]] {
			if left[q]--; left[q] == 1 {
				rows = append(rows, q)
			}
		}
	}
	v.open = slices.DeleteFunc(v.open, func(k int) bool { return done[k] })
}

// rest settles what is left, the shortest columns first, each where its number is the largest. It
// reports whether each has a place.
func (v *inversion) rest() bool {
	slices.SortStableFunc(v.open, func(a, b int) int { return cmp.Compare(v.from[a+1]-v.from[a], v.from[b+1]-v.from[b]) })
	for _, k := range v.open {
		v.load(k)
		out := -1
		for r, much := range v.column {
			if !v.taken[r] && math.Abs(much) > tiniest && (out < 0 || math.Abs(much) > math.Abs(v.column[out])) {
				out = r
			}
		}
		if out < 0 {
			return false
		}
		v.settle(k, out)
	}
	return true
}
