package people

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/modcap/modcap/internal/draw"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing/promise"
)

// burst is the time within which arrivals are counted together: what comes at once where
// arrivals are overdispersed comes within it.
const burst = sample.Minute

// Count is items that fell due, and how many of them were on time.
type Count struct{ Due, OnTime int64 }

// Run plays a plant once and counts by class and interval. Teams have whole people.
func Run(p *promise.Plant, seed, stream uint64) [][]Count {
	r := newRun(p, rand.New(rand.NewPCG(seed, stream)))
	for i := range r.out[0] {
		r.interval(i)
	}
	return r.out
}

// run is one play.
type run struct {
	p     *promise.Plant
	rng   *rand.Rand
	out   [][]Count
	teams []team
	lines []line
	busy  busy
	next  []arrival // of the present burst
}

type team struct {
	heads, busy int
	classes     []int // whose rows name it
	helps       []relaxed
}

// relaxed is a class whose items a team takes from an age on.
type relaxed struct {
	class int
	after int64
}

// line is the items of a class that wait, by the time they came.
type line struct {
	rank          int // of Before: equals have the same
	came          []int64
	head          int
	mean, deviate float64 // of the logarithm of the handle time in ms
}

type arrival struct {
	at    int64
	class int
}

func newRun(p *promise.Plant, rng *rand.Rand) *run {
	r := &run{p: p, rng: rng, teams: make([]team, len(p.Teams)), lines: make([]line, len(p.Classes))}
	n := p.Intervals()
	for i := range p.Classes {
		c := &p.Classes[i]
		for j := range p.Classes {
			if p.Classes[j].Before(c) < 0 {
				r.lines[i].rank++
			}
		}
		cv := float64(c.Variation) / 1000
		variance := math.Log(1 + cv*cv)
		r.lines[i].mean, r.lines[i].deviate = math.Log(float64(c.Handle))-variance/2, math.Sqrt(variance)
		for _, t := range c.Teams {
			r.teams[t].classes = append(r.teams[t].classes, i)
		}
		for _, x := range c.Relaxed {
			for _, t := range x.Teams {
				r.teams[t].helps = append(r.teams[t].helps, relaxed{i, int64(x.After)})
			}
		}
		r.out = append(r.out, make([]Count, n))
	}
	return r
}

// interval plays one interval: people come and go at its beginning.
func (r *run) interval(i int) {
	from := int64(i) * int64(r.p.Width)
	for t := range r.teams {
		r.teams[t].heads = 0
		if h := r.p.Teams[t].Heads; i < len(h) {
			r.teams[t].heads = int(h[i] / sample.One)
		}
		for r.take(t, from) {
		}
	}
	to := from + int64(r.p.Width)
	for at := from; at < to; at += int64(burst) {
		for t := range r.teams { // what has become old meanwhile
			for len(r.teams[t].helps) > 0 && r.take(t, at) {
			}
		}
		r.arrivals(i, at, min(int64(burst), to-at))
		for _, a := range r.next {
			r.finish(a.at)
			r.arrive(a)
		}
	}
	r.finish(to)
}

// arrivals draws what comes within a burst, in order.
func (r *run) arrivals(i int, from, width int64) {
	r.next = r.next[:0]
	for k := range r.p.Classes {
		c := &r.p.Classes[k]
		if i >= len(c.Rates) || c.Rates[i] <= 0 {
			continue
		}
		mean := float64(c.Rates[i]) / 1000 * float64(width) / float64(sample.Hour)
		for range draw.Overdispersed(r.rng, mean, float64(c.Dispersion)/1000) {
			r.next = append(r.next, arrival{from + r.rng.Int64N(width), k})
		}
	}
	slices.SortFunc(r.next, func(a, b arrival) int {
		if a.at != b.at {
			return int(a.at - b.at)
		}
		return a.class - b.class
	})
}

// arrive hands an item to somebody free, or lets it wait.
func (r *run) arrive(a arrival) {
	c := &r.p.Classes[a.class]
	due := a.at + int64(c.Within)
	if i := due / int64(r.p.Width); i < int64(len(r.out[a.class])) {
		r.out[a.class][i].Due++
	}
	weights := 0
	for _, t := range c.Teams {
		if s := &r.teams[t]; s.busy < s.heads {
			weights += s.heads
		}
	}
	if weights == 0 {
		r.lines[a.class].came = append(r.lines[a.class].came, a.at)
		return
	}
	at := r.rng.IntN(weights)
	for _, t := range c.Teams {
		if s := &r.teams[t]; s.busy < s.heads {
			if at -= s.heads; at < 0 {
				r.start(t, a, a.at)
				return
			}
		}
	}
}

// take lets somebody free of a team take the most urgent item, and says whether there
// was one.
func (r *run) take(t int, now int64) bool {
	s := &r.teams[t]
	if s.busy >= s.heads {
		return false
	}
	best := r.mostUrgent(s)
	if best < 0 {
		best = r.oldEnough(s, now)
	}
	if best < 0 {
		return false
	}
	l := &r.lines[best]
	came := l.came[l.head]
	if l.head++; l.head == len(l.came) {
		l.came, l.head = l.came[:0], 0
	}
	r.start(t, arrival{came, best}, now)
	return true
}

// mostUrgent is the class of a team whose item goes first; −1 for none.
func (r *run) mostUrgent(s *team) int {
	best, due := -1, int64(0)
	for _, k := range s.classes {
		l := &r.lines[k]
		if l.head == len(l.came) {
			continue
		}
		d := l.came[l.head] + int64(r.p.Classes[k].Within)
		if best < 0 || l.rank < r.lines[best].rank || l.rank == r.lines[best].rank && d < due {
			best, due = k, d
		}
	}
	return best
}

// oldEnough is the most urgent class that a team may help by now; −1 for none.
func (r *run) oldEnough(s *team, now int64) int {
	best, due := -1, int64(0)
	for _, x := range s.helps {
		l := &r.lines[x.class]
		if l.head == len(l.came) || now-l.came[l.head] < x.after {
			continue
		}
		d := l.came[l.head] + int64(r.p.Classes[x.class].Within)
		if best < 0 || l.rank < r.lines[best].rank || l.rank == r.lines[best].rank && d < due {
			best, due = x.class, d
		}
	}
	return best
}

// start gives an item to somebody of a team, and counts it.
func (r *run) start(t int, a arrival, now int64) {
	c, l := &r.p.Classes[a.class], &r.lines[a.class]
	end := now + max(int64(math.Exp(l.mean+l.deviate*r.rng.NormFloat64())), 1)
	r.teams[t].busy++
	r.busy.push(work{end, t})
	due := a.at + int64(c.Within)
	if i := due / int64(r.p.Width); i < int64(len(r.out[a.class])) && (end <= due || c.Started && now <= due) {
		r.out[a.class][i].OnTime++
	}
}

// finish ends what is finished before a time; who has finished takes the next.
func (r *run) finish(until int64) {
	for len(r.busy) > 0 && r.busy[0].end < until {
		w := r.busy.pop()
		r.teams[w.team].busy--
		r.take(w.team, w.end)
	}
}
