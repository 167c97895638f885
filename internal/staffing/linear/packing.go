package linear

import "math"

// Packing is a linear program: the most gain of options, each from none to the most there may be of
// it, of which no row takes more than it has. No row has less than nothing.
type Packing struct {
	gain, most []float64
	from       []int // where an option's takes begin, and where those of the last end
	rows       []int
	much       []float64
	has        []float64
}

// Row adds a row, and returns its number.
func (p *Packing) Row(has float64) int {
	p.has = append(p.has, has)
	return len(p.has) - 1
}

// Option adds an option, and returns its number; what it takes of rows follows.
func (p *Packing) Option(gain, most float64) int {
	if len(p.from) == 0 {
		p.from = append(p.from, 0)
	}
	p.gain, p.most, p.from = append(p.gain, gain), append(p.most, most), append(p.from, len(p.rows))
	return len(p.gain) - 1
}

// Take has the last option take so much of a row, or give it if that is negative; of each row once.
func (p *Packing) Take(row int, much float64) {
	p.rows, p.much = append(p.rows, row), append(p.much, much)
	p.from[len(p.gain)] = len(p.rows)
}

// Size is how many options and rows there are.
func (p *Packing) Size() (options, rows int) { return len(p.gain), len(p.has) }

// Packed is what came of a packing.
type Packed struct {
	Options []float64 // how much of each
	Prices  []float64 // of each row
	// Best says that no more can be gained: steps were enough.
	Best bool
	// Work is how many numbers were looked at.
	Work int
}

// Solve looks for the most gain until it has looked at so many numbers. What it has found until then
// is within all rows.
func (p *Packing) Solve(work int) Packed {
	s := newSimplex(p)
	best := false
	for s.work < work && !best {
		if len(s.changes) >= s.next {
			s.invert()
			s.next = len(s.changes) + often
		}
		s.price()
		in := s.enters()
		if best = in < 0; best || !s.step(in) {
			break
		}
	}
	s.fill(false)
	out := Packed{Options: make([]float64, len(p.gain)), Best: best, Work: s.work}
	for k := range out.Options {
		switch {
		case s.place[k] >= 0:
			out.Options[k] = max(s.value[s.place[k]], 0)
		case s.full[k]:
			out.Options[k] = p.most[k]
		}
	}
	s.price()
	out.Prices = s.prices
	return out
}

// simplex is the revised simplex method with options that may be full. The basis is kept as the
// product of its changes, from that of all rows' rests on. Products are rounded before they are added
// to anything, so that the answer is the same on processors that could do both at once.
type simplex struct {
	*Packing
	basis   []int // by place: an option, or after these the rest of a row
	place   []int // by option and rest: where it is in the basis; −1 where it is not
	full    []bool
	value   []float64 // by place
	changes []change
	prices  []float64
	column  []float64
	stalled int // steps without gain
	work    int
	next    int // when the basis is made anew
}

// change of the basis: the column that came in, of which the place's own number is apart.
type change struct {
	place int
	pivot float64
	at    []int
	much  []float64
}

func newSimplex(p *Packing) *simplex {
	n, m := len(p.gain), len(p.has)
	s := &simplex{Packing: p, basis: make([]int, m), place: make([]int, n+m), full: make([]bool, n+m), value: make([]float64, m),
		prices: make([]float64, m), column: make([]float64, m), next: often}
	for k := range n {
		s.place[k] = -1
	}
	for r, has := range p.has {
		s.basis[r], s.place[n+r], s.value[r] = n+r, r, has+slack(r)
	}
	return s
}

// slack is a little that a row is given beyond what it has, each another: else many are used up at
// once, and steps lead nowhere.
func slack(row int) float64 {
	const golden = 0.6180339887498949
	_, part := math.Modf(float64(row) * golden)
	return 1e-6 * (1 + part)
}

// price works out what a row's last unit is worth.
func (s *simplex) price() {
	for r, k := range s.basis {
		s.prices[r] = 0
		if k < len(s.gain) {
			s.prices[r] = s.gain[k]
		}
	}
	for c := len(s.changes) - 1; c >= 0; c-- {
		e := &s.changes[c]
		y := s.prices[e.place]
		for x, r := range e.at {
			y -= float64(s.prices[r] * e.much[x])
		}
		s.prices[e.place] = y / e.pivot
		s.work += len(e.at)
	}
}

// slope is what one more of an option gains beyond what it takes.
func (s *simplex) slope(k int) float64 {
	n := len(s.gain)
	if k >= n {
		return -s.prices[k-n]
	}
	d := s.gain[k]
	for x := s.from[k]; x < s.from[k+1]; x++ {
		d -= float64(s.prices[s.rows[x]] * s.much[x])
	}
	return d
}

const (
	tiniest = 1e-7 // slopes and pivots that count
	patient = 200  // steps without gain until the first that gains is taken, which goes in no circle
)

// enters is the option or rest of which more, or if it is full less, gains the most; −1 for none.
func (s *simplex) enters() int {
	in, best := -1, tiniest
	s.work += len(s.rows) + len(s.place)
	for k, at := range s.place {
		if at >= 0 {
			continue
		}
		d := s.slope(k)
		if s.full[k] {
			d = -d
		}
		if d > best {
			if in, best = k, d; s.stalled > patient {
				break
			}
		}
	}
	return in
}

// load writes the column of an option in terms of the basis.
func (s *simplex) load(k int) {
	s.raw(k)
	s.inBasis()
}

// raw writes the column of an option as it is.
func (s *simplex) raw(k int) {
	clear(s.column)
	if n := len(s.gain); k >= n {
		s.column[k-n] = 1
		return
	}
	for x := s.from[k]; x < s.from[k+1]; x++ {
		s.column[s.rows[x]] = s.much[x]
	}
}

// inBasis puts a column in terms of the basis.
func (s *simplex) inBasis() {
	for c := range s.changes {
		e := &s.changes[c]
		v := s.column[e.place]
		if v == 0 {
			continue
		}
		v /= e.pivot
		s.column[e.place] = v
		for x, r := range e.at {
			s.column[r] -= float64(e.much[x] * v)
		}
		s.work += len(e.at)
	}
	s.work += len(s.column) + len(s.changes)
}

// fill works out the values of the basis, of what rows have, and with the little that they are given.
func (s *simplex) fill(more bool) {
	copy(s.column, s.has)
	for r := range s.column {
		if more {
			s.column[r] += slack(r)
		}
	}
	for k, most := range s.most {
		if s.full[k] {
			for x := s.from[k]; x < s.from[k+1]; x++ {
				s.column[s.rows[x]] -= float64(s.much[x] * most)
			}
		}
	}
	s.inBasis()
	copy(s.value, s.column)
}

// step has an option enter, or leave if it is full, as far as it can. It reports whether there is an
// end to that.
func (s *simplex) step(in int) bool {
	s.load(in)
	if s.full[in] {
		for r := range s.column {
			s.column[r] = -s.column[r]
		}
	}
	out, far := s.leaves(s.limit(in))
	if math.IsInf(far, 1) {
		return false
	}
	if s.stalled++; far > tiniest {
		s.stalled = 0
	}
	for r, v := range s.column {
		if v != 0 {
			s.value[r] -= float64(far * v)
		}
	}
	if out < 0 {
		s.full[in] = !s.full[in]
		return true
	}
	s.exchange(in, out, far)
	return true
}

// limit is the most of an option or rest.
func (s *simplex) limit(k int) float64 {
	if k < len(s.most) {
		return s.most[k]
	}
	return math.Inf(1)
}

// leaves is the place that is first used up or full, and how far that is; −1 if most is nearer.
func (s *simplex) leaves(most float64) (out int, far float64) {
	out, far = -1, most
	for r, v := range s.column {
		if v <= tiniest && v >= -tiniest {
			continue
		}
		step := s.reach(r, v)
		if step < far-tiniest || step < far+tiniest && (out < 0 || s.rather(r, out)) {
			out, far = r, min(far, step)
		}
	}
	return out, far
}

// rather says which of two places that are used up at once leaves: the one with the larger number to
// divide by, or once there may be a circle the first.
func (s *simplex) rather(r, out int) bool {
	if s.stalled > patient {
		return s.basis[r] < s.basis[out]
	}
	return math.Abs(s.column[r]) > math.Abs(s.column[out])
}

// reach is how far a place lets the step go.
func (s *simplex) reach(r int, v float64) float64 {
	if v > 0 {
		return max(s.value[r], 0) / v
	}
	return max(s.limit(s.basis[r])-s.value[r], 0) / -v
}

// exchange puts an option in the place of another.
func (s *simplex) exchange(in, out int, far float64) {
	left := s.basis[out]
	s.place[left], s.full[left] = -1, s.column[out] < 0
	value := far
	sign := 1.0
	if s.full[in] {
		value, sign = s.most[in]-far, -1
	}
	s.full[in] = false
	s.basis[out], s.place[in], s.value[out] = in, out, value
	s.keep(out, sign)
}

// keep notes the column as a change of the basis at a place.
func (s *simplex) keep(out int, sign float64) {
	c := change{place: out, pivot: sign * s.column[out]}
	for r, v := range s.column {
		if r != out && (v > tiniest || v < -tiniest) {
			c.at, c.much = append(c.at, r), append(c.much, sign*v)
		}
	}
	s.changes = append(s.changes, c)
}
