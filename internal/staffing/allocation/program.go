package allocation

import (
	"math"

	"github.com/modcap/modcap/internal/staffing/linear"
)

// program is a linear program of all changes there are in a vicinity: work that is done of a level
// gains, and of a more important one no less may be done in all.
type program struct {
	linear.Packing
	level   int
	unit    float64 // of time
	places  map[place]int
	rows    map[*row]int
	changes []change // what the options are, and the most of each
}

// atNoGain is what a change costs, in work done: of those that gain as much, the smaller is made.
const atNoGain = 1.0 / 1024

func (s *Solver) program(v *vicinity, level int) *program {
	p := &program{level: level, places: map[place]int{}, rows: map[*row]int{}}
	var most int64
	for _, q := range v.places {
		most = max(most, s.works[q.work].undone[q.at])
	}
	p.unit = float64(max(most, 1)) / 8
	for range level {
		p.Row(0)
	}
	for _, q := range v.places {
		p.places[q] = p.Row(float64(s.works[q.work].undone[q.at]) / p.unit)
	}
	for _, q := range v.places {
		s.offer(p, q)
		s.offerWaits(p, q)
	}
	return p
}

// offer makes options of more and of less over each edge of a place.
func (s *Solver) offer(p *program, q place) {
	w := &s.works[q.work]
	gain := 0.0
	if w.level == p.level {
		gain = 1
	}
	for k, e := range w.Edges {
		rows := s.rows(e, q.at)
		for _, r := range rows {
			p.row(r)
		}
		p.option(change{push{q, k}, math.MaxInt64, add}, gain, math.Inf(1))
		p.takeAll(rows, q, w.level, 1)
		if by := s.By(q.work, q.at, k); by > 0 {
			p.option(change{push{q, k}, by, remove}, -gain-atNoGain, float64(by)/p.unit)
			p.takeAll(rows, q, w.level, -1)
		}
	}
}

func (p *program) option(c change, gain, most float64) {
	p.Option(gain, most)
	p.changes = append(p.changes, c)
}

func (p *program) takeAll(rows []*row, q place, level int, much float64) {
	for _, r := range rows {
		p.Take(p.row(r), much)
	}
	p.Take(p.places[q], much)
	if level < p.level {
		p.Take(level, -much)
	}
}

// row is the number of a row in the program.
func (p *program) row(r *row) int {
	k, known := p.rows[r]
	if !known {
		k = p.Row(float64(r.left) / p.unit)
		p.rows[r] = k
	}
	return k
}

// offerWaits makes options of more and of less work that waits after a place.
func (s *Solver) offerWaits(p *program, q place) {
	w := &s.works[q.work]
	next, known := p.places[place{q.work, q.at + 1}]
	if !known || q.at >= len(w.MayWait) {
		return
	}
	offer := func(what changeKind, most int64, much float64) {
		if most > 0 {
			p.option(change{push{place: q}, most, what}, -atNoGain, float64(most)/p.unit)
			p.Take(p.places[q], much)
			p.Take(next, -much)
		}
	}
	offer(waitMore, w.MayWait[q.at]-w.Waiting[q.at], 1)
	offer(waitLess, w.Waiting[q.at], -1)
}

// solved are the changes that gain the most, in whole numbers near it, and how many numbers it took to
// find them.
func (p *program) solved(work int) (out []change, took int) {
	a := p.Solve(work)
	for k, c := range p.changes {
		if time := math.Round(a.Options[k] * p.unit); time >= 1 {
			c.time = int64(min(time, float64(c.time)))
			out = append(out, c)
		}
	}
	return out, a.Work
}
