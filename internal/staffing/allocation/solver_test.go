package allocation

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// plant is batches of works, the most important first, the people for them, and their limits.
type plant struct {
	heads   [][]int64
	limits  []Limit
	batches [][]Work
}

// hour is the unit of time in plants.
const hour = 3_600_000

// randomPlant draws too few people for too much work: at some hours nobody, at some enough.
func randomPlant(r *rand.Rand, limited bool) plant {
	n, teams, works := 6+r.IntN(19), 1+r.IntN(6), 1+r.IntN(12)
	p := plant{batches: make([][]Work, 1+r.IntN(3))}
	short := 1 + r.Int64N(3)
	for t := range teams {
		heads := make([]int64, n)
		first, length := r.IntN(n), n/3+r.IntN(n)
		for i := range heads {
			if (i-first+n)%n < length {
				heads[i] = r.Int64N(6*hour) + 2*hour
			}
		}
		p.heads = append(p.heads, heads)
		for range r.IntN(3) {
			if limited {
				p.limits = append(p.limits, randomLimit(r, t, heads))
			}
		}
	}
	for range works {
		b := r.IntN(len(p.batches))
		p.batches[b] = append(p.batches[b], randomWork(r, p, n, short*hour*int64(teams)*2/int64(works)))
	}
	return p
}

func randomLimit(r *rand.Rand, team int, heads []int64) Limit {
	l := Limit{Team: team}
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
		l.Days = append(l.Days, Day{day[0], day[1], all * r.Int64N(100) / 100})
	}
	return l
}

func randomWork(r *rand.Rand, p plant, n int, most int64) Work {
	var w Work
	for t := range p.heads {
		if r.IntN(2) == 0 {
			continue
		}
		e := Edge{Team: t}
		for l, limit := range p.limits {
			if limit.Team == t && r.IntN(2) == 0 {
				e.Limits = append(e.Limits, l)
			}
		}
		w.Edges = append(w.Edges, e)
	}
	come := make([]int64, n)
	for i := range come {
		if r.IntN(4) > 0 {
			come[i] = r.Int64N(most*2) + 1
		}
	}
	w.Wanted = come
	if wait := r.IntN(n); r.IntN(3) > 0 && wait > 0 {
		w.Waiting, w.MayWait = make([]int64, n), make([]int64, n)
		for i := range n - 1 { // wanted at once, and may wait some intervals
			for k := max(i-wait+1, 0); k <= i; k++ {
				w.MayWait[i] += come[k]
			}
		}
		w.delay(r)
	}
	return w
}

// delay moves what is wanted to later, as far as it may wait.
func (w *Work) delay(r *rand.Rand) {
	w.Wanted = slices.Clone(w.Wanted)
	for i := range len(w.Wanted) - 1 {
		later := min(r.Int64N(w.Wanted[i]+1), w.MayWait[i])
		w.Wanted[i] -= later
		w.Wanted[i+1] += later
		w.Waiting[i] = later
	}
}

func (p plant) solve() *Solver {
	return Solve(len(p.heads[0]), p.heads, p.limits, p.batches)
}

// program is the plant as a linear program in hours. What is done of a more important batch is
// worth so much more that no other counts beside it.
func (p plant) program() (*linear, [][]int) {
	l := &linear{}
	hours := func(t int64) float64 { return float64(t) / hour }
	n := len(p.heads[0])
	row := func(most []int64) []map[int]float64 {
		out := make([]map[int]float64, n)
		for i := range out {
			out[i] = l.row(hours(most[i]))
		}
		return out
	}
	var teams, limits [][]map[int]float64
	for _, h := range p.heads {
		teams = append(teams, row(h))
	}
	for _, lim := range p.limits {
		rows := row(lim.Most)
		limits = append(limits, rows)
	}
	days := make([][]map[int]float64, len(p.limits))
	for k, lim := range p.limits {
		days[k] = make([]map[int]float64, n)
		for _, d := range lim.Days {
			r := l.row(hours(d.Budget))
			for i := d.From; i < d.To; i++ {
				days[k][i] = r
			}
		}
	}
	done := make([][]int, len(p.batches))
	gain := 1.0
	for b := len(p.batches) - 1; b >= 0; b-- {
		for _, w := range p.batches[b] {
			come := row(w.come())
			for i := range n {
				for _, e := range w.Edges {
					x := l.variable(gain)
					done[b] = append(done[b], x)
					come[i][x], teams[e.Team][i][x] = 1, 1
					for _, k := range e.Limits {
						limits[k][i][x], days[k][i][x] = 1, 1
					}
				}
				if i+1 < n && len(w.MayWait) > 0 {
					y := l.variable(0)
					come[i][y], come[i+1][y] = 1, -1
					l.row(hours(w.MayWait[i]))[y] = 1
				}
			}
		}
		gain *= 100
	}
	return l, done
}

// come is the work that comes in each interval.
func (w Work) come() []int64 {
	out := slices.Clone(w.Wanted)
	for i := range w.Waiting {
		out[i] += w.Waiting[i]
		if i > 0 {
			out[i] -= w.Waiting[i-1]
		}
	}
	return out
}

// short is how much more than at best is late, in percent of what the plant requires, by batch.
func (p plant) short(t *testing.T) (off []float64, late float64) {
	t.Helper()
	s := p.solve()
	l, done := p.program()
	x, prices, err := l.solve()
	if err == nil {
		err = l.proven(x, prices)
	}
	if err != nil {
		t.Fatal(err)
	}
	var required, did float64
	w := 0
	for b, batch := range p.batches {
		best, got := 0.0, int64(0)
		for _, k := range done[b] {
			best += x[k] * hour
		}
		for _, work := range batch {
			for i, wanted := range work.Wanted {
				required += float64(wanted)
				got += s.Done(w, i)
			}
			w++
		}
		did += best
		off = append(off, best-float64(got))
	}
	for b := range off {
		off[b] *= 100 / max(required, 1)
	}
	return off, 1 - did/max(required, 1)
}

// The bar: late minutes of each batch within 0.5 % of required minutes of the optimum of the linear
// program. Without limits they are the optimum.
func TestLateMinutesAgainstLP(t *testing.T) {
	r := rand.New(rand.NewPCG(41, 42))
	for _, limited := range []bool{false, true} {
		t.Run(fmt.Sprintf("limited %t", limited), func(t *testing.T) {
			var worst, sum, late float64
			count := 0
			for range 100 {
				off, l := randomPlant(r, limited).short(t)
				for _, o := range off {
					worst, sum = max(worst, o), sum+o
					count++
				}
				late += l
			}
			t.Logf("%d levels of 100 plants, %.1f %% of what they require is late: worst %.4f %% more than at best, mean %.4f %%",
				count, late, worst, sum/float64(count))
			if worst > 0.5 || !limited && worst > 1e-6 {
				t.Errorf("%.4f %% more is late than has to be", worst)
			}
		})
	}
}

// More people never leave more of the most important works undone.
func TestMorePeopleNeverHurtTheMostImportant(t *testing.T) {
	r := rand.New(rand.NewPCG(43, 44))
	for n := range 300 {
		p := randomPlant(r, false)
		before := p.solve().missing[0]
		heads := p.heads[r.IntN(len(p.heads))]
		heads[r.IntN(len(heads))] += r.Int64N(4 * hour)
		if after := p.solve().missing[0]; after > before {
			t.Fatalf("plant %d: %d undone, %d with more people", n, before, after)
		}
	}
}

// A budget for a part of the day's work goes to all hours alike, in proportion to the work.
func TestBudgetIsSharedOverTheDay(t *testing.T) {
	const n = 24
	wanted, heads := make([]int64, n), make([]int64, n)
	var all int64
	for i := range wanted {
		heads[i], wanted[i] = 8*hour, int64(1+i%5)*hour
		all += wanted[i]
	}
	limit := Limit{Team: 0, Most: heads, Days: []Day{{0, n, all / 4}}}
	s := Solve(n, [][]int64{heads}, []Limit{limit}, [][]Work{{{Edges: []Edge{{0, []int{0}}}, Wanted: wanted}}})
	for i, w := range wanted {
		if got := s.Done(0, i); got < w/4-n || got > w/4+n {
			t.Errorf("interval %d of %d is given %d, want a quarter", i, w, got)
		}
	}
	if left, _ := s.LeftOfDay(0, 0); left != 0 {
		t.Errorf("%d of the budget is left", left)
	}
}

// A budget that one work uses up where people are busy with another: both have to make room.
func TestRoomIsMadeForPeopleAndBudgetTogether(t *testing.T) {
	heads := [][]int64{{10, 10}, {10, 10}}
	limit := Limit{Team: 0, Most: []int64{10, 10}, Days: []Day{{0, 2, 10}}}
	exposed := Edge{0, []int{0}}
	s := Solve(2, heads, []Limit{limit}, [][]Work{
		{{Edges: []Edge{exposed, {Team: 1}}, Wanted: []int64{0, 10}}, {Edges: []Edge{{Team: 0}, {Team: 1}}, Wanted: []int64{10, 0}}},
		{{Edges: []Edge{exposed}, Wanted: []int64{10, 0}}},
	})
	if s.Undone(0)+s.Undone(1)+s.Undone(2) != 0 {
		t.Errorf("%d, %d and %d are undone, and all can be done", s.Undone(0), s.Undone(1), s.Undone(2))
	}
}

// The cut names the works that are short, those who have the same people, directly or through others,
// and nobody else.
func TestRegions(t *testing.T) {
	heads := [][]int64{{10, 10, 10}, {10, 10, 10}, {0, 5, 5}}
	work := func(at int, time int64, teams ...int) Work {
		w := Work{Wanted: make([]int64, 3)}
		w.Wanted[at] = time
		for _, t := range teams {
			w.Edges = append(w.Edges, Edge{Team: t})
		}
		return w
	}
	s := Solve(3, heads, nil, [][]Work{{work(1, 10, 0, 1), work(1, 12, 1)}, {work(1, 7, 0)}, {work(1, 5, 2), work(0, 3, 2)}})
	got := s.Regions()
	want := []Region{
		{Works: []int{0, 1, 2}, Teams: []int{0, 1}, At: []bool{false, true, false}, Missing: 9},
		{Works: []int{4}, Teams: []int{2}, At: []bool{true, false, false}, Missing: 3},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// What is given to whom does not hang on chance.
func TestSameAnswer(t *testing.T) {
	r := rand.New(rand.NewPCG(45, 46))
	for range 50 {
		p := randomPlant(r, true)
		a, b := p.solve(), p.solve()
		for w := range a.works {
			if !slices.Equal(a.works[w].done, b.works[w].done) {
				t.Fatal("two answers")
			}
		}
	}
}
