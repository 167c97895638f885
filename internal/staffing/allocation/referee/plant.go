package referee

import (
	"math/rand/v2"

	"github.com/modcap/modcap/internal/staffing/allocation"
)

// Plant is batches of works, the most important first, the people for them, and their limits.
type Plant struct {
	Heads   [][]int64
	Limits  []allocation.Limit
	Batches [][]allocation.Work
}

// hour is the unit of time in plants.
const hour = 3_600_000

// Draw draws too few people for too much work: at some hours nobody, at some enough.
func Draw(r *rand.Rand, limited bool) Plant {
	n, teams, works := 6+r.IntN(19), 1+r.IntN(6), 1+r.IntN(12)
	p := Plant{Batches: make([][]allocation.Work, 1+r.IntN(3))}
	short := 1 + r.Int64N(3)
	for t := range teams {
		heads := make([]int64, n)
		first, length := r.IntN(n), n/3+r.IntN(n)
		for i := range heads {
			if (i-first+n)%n < length {
				heads[i] = r.Int64N(6*hour) + 2*hour
			}
		}
		p.Heads = append(p.Heads, heads)
		for range r.IntN(3) {
			if limited {
				p.Limits = append(p.Limits, drawLimit(r, t, heads))
			}
		}
	}
	for range works {
		b := r.IntN(len(p.Batches))
		p.Batches[b] = append(p.Batches[b], p.drawWork(r, short*hour*int64(teams)*2/int64(works)))
	}
	return p
}

func drawLimit(r *rand.Rand, team int, heads []int64) allocation.Limit {
	l := allocation.Limit{Team: team}
	share := 30 + r.Int64N(71)
	for _, h := range heads {
		l.Most = append(l.Most, h*share/100)
	}
	cut := r.IntN(len(heads))
	for _, day := range [][2]int{{0, cut}, {cut, len(heads)}} {
		var all int64
		for _, h := range heads[day[0]:day[1]] {
			all += h
		}
		l.Days = append(l.Days, allocation.Day{From: day[0], To: day[1], Budget: all * r.Int64N(100) / 100})
	}
	return l
}

// drawEdges lets about half of the teams do a work, which draws on about half of their limits.
func (p Plant) drawEdges(r *rand.Rand) (out []allocation.Edge) {
	for t := range p.Heads {
		if r.IntN(2) == 0 {
			continue
		}
		e := allocation.Edge{Team: t}
		for l, limit := range p.Limits {
			if limit.Team == t && r.IntN(2) == 0 {
				e.Limits = append(e.Limits, l)
			}
		}
		out = append(out, e)
	}
	return out
}

func (p Plant) drawWork(r *rand.Rand, most int64) allocation.Work {
	n := len(p.Heads[0])
	w := allocation.Work{Edges: p.drawEdges(r), Wanted: make([]int64, n)}
	for i := range w.Wanted {
		if r.IntN(4) > 0 {
			w.Wanted[i] = r.Int64N(most*2) + 1
		}
	}
	wait := r.IntN(n)
	if r.IntN(3) == 0 || wait == 0 {
		return w
	}
	w.Waiting, w.MayWait = make([]int64, n), make([]int64, n)
	for i := range n - 1 { // wanted at once, and may wait some intervals
		for k := max(i-wait+1, 0); k <= i; k++ {
			w.MayWait[i] += w.Wanted[k]
		}
	}
	delay(r, &w)
	return w
}

// delay moves what is wanted to later, as far as it may wait.
func delay(r *rand.Rand, w *allocation.Work) {
	for i := range len(w.Wanted) - 1 {
		later := min(r.Int64N(w.Wanted[i]+1), w.MayWait[i])
		w.Wanted[i] -= later
		w.Wanted[i+1] += later
		w.Waiting[i] = later
	}
}

// Solve gives the plant's people to its works.
func (p Plant) Solve() *allocation.Solver {
	return allocation.Solve(len(p.Heads[0]), p.Heads, p.Limits, p.Batches)
}
