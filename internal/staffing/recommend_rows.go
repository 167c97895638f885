package staffing

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"github.com/modcap/modcap/internal/sample"
)

// recommender is a choice in the making.
type recommender struct {
	p       *planner
	options []Option
	team    []int // of an option; −1 for one that the plan does not have, or that brings nothing
	heads   []int // of an option
	rows    []*row
}

// row is an interval of the plan: what is missing, and whose people could do it.
type row struct {
	net   *network
	lacks []sample.Milli // by class
	unmet []sample.Milli // by group
	total sample.Milli
	least sample.Milli // of total, whatever is added
	reach []bool       // teams of whom more heads would lessen what is missing
}

func newRecommender(p *planner, options []Option) *recommender {
	r := &recommender{p: p, options: options, heads: make([]int, len(options)), rows: make([]*row, p.grid.N)}
	for _, o := range options {
		t := slices.IndexFunc(p.teams, func(t Team) bool { return t.Name == o.Team })
		if o.Cost <= 0 || o.Kind == KindTraining {
			t = -1
		}
		r.team = append(r.team, t)
	}
	if p.grid.N == 0 {
		return r
	}
	like := newNetwork(p.teamsOf, p.slots[0])
	for i := range r.rows {
		r.rows[i] = &row{
			net: like.like(p.slots[i]), lacks: make([]sample.Milli, len(p.classes)), unmet: make([]sample.Milli, len(p.teamsOf)),
			reach: make([]bool, len(p.teams)),
		}
		r.fill(i)
	}
	return r
}

// productive is what one more of an option adds to interval i.
func (r *recommender) productive(k, i int) sample.Milli {
	if r.team[k] < 0 || i >= len(r.options[k].Productive) {
		return 0
	}
	return min(max(r.options[k].Productive[i], 0), sample.One)
}

// fill covers interval i anew with the people there are and those that were chosen.
func (r *recommender) fill(i int) {
	w := r.rows[i]
	copy(w.net.spare, r.p.slots[i])
	for k, n := range r.heads {
		if n > 0 {
			if heads := r.productive(k, i); heads > 0 {
				w.net.spare[r.team[k]] += sample.Milli(n) * heads
			}
		}
	}
	clear(w.net.given)
	clear(w.unmet)
	for k, c := range r.p.classes {
		w.lacks[k] = c.required[i] - w.net.give(c.group, c.required[i])
		w.unmet[c.group] += w.lacks[k]
	}
	w.look()
}

// look notes what is missing, and finds the teams whose heads would come to it: those of a group
// that lacks some, and of groups to which such teams give heads, and so on.
func (w *row) look() {
	w.total = 0
	clear(w.reach)
	for g, missing := range w.unmet {
		if w.total += missing; missing > 0 {
			w.net.mark(g, w.reach)
		}
	}
}

// mark marks the teams from which heads could get to a group.
func (n *network) mark(group int, teams []bool) {
	w := &n.way
	clear(w.seen)
	w.seen[group] = true
	w.queue = append(w.queue[:0], group)
	for k := 0; k < len(w.queue); k++ {
		for _, t := range n.teamsOf[w.queue[k]] {
			if !teams[t] {
				teams[t] = true
				n.reach(t)
			}
		}
	}
}

func (r *recommender) fillAll() {
	for i := range r.rows {
		r.fill(i)
	}
}

// missing is the heads that are missing, added up over the intervals.
func (r *recommender) missing() (sum int64) {
	for _, w := range r.rows {
		sum += int64(w.total)
	}
	return sum
}

// refill covers the intervals of an option anew.
func (r *recommender) refill(k int) {
	for i := range r.rows {
		if r.productive(k, i) > 0 {
			r.fill(i)
		}
	}
}

// time is heads, added up over intervals, as person-time.
func (r *recommender) time(heads int64) sample.Span {
	return sample.Span(sample.MulDiv(heads, int64(r.p.grid.Width), int64(sample.One)))
}

// manyHeads stands for as many as are wanted.
const manyHeads = 10_000

func (o *Option) limit() int {
	if o.Limit > 0 {
		return min(o.Limit, manyHeads)
	}
	return manyHeads
}

// maxRounds bounds how often the choice is held against the flows and searched anew. Each round
// adds sets of teams, of which few matter.
const maxRounds = 24

// mostWork bounds the search, in entries looked at: some tenths of a second.
const mostWork = 100_000_000

// choose sets the heads.
func (r *recommender) choose() {
	for k := range r.options {
		if r.team[k] >= 0 {
			r.heads[k] = r.options[k].limit()
		}
	}
	r.fillAll()
	for _, w := range r.rows {
		w.least = w.total
	}
	clear(r.heads)
	r.fillAll()
	c := r.cover()
	for r.cut(c) {
		c.grow(unlimitedCost)
		r.try(c)
	}
	c.relax()
	c.improve(mostWork / 2)
	r.try(c)
	for round := 0; r.cut(c); round++ {
		c.grow(unlimitedCost)
		if round < maxRounds {
			c.improve(mostWork / 2 / maxRounds)
		}
		r.try(c)
	}
}

// try sets the flows to a choice.
func (r *recommender) try(c *cover) {
	copy(r.heads, c.heads)
	r.fillAll()
}

// cover is the choice as a problem in whole numbers, without rows yet.
func (r *recommender) cover() *cover {
	c := &cover{
		known: map[string]int{}, gives: make([][]coverEntry, len(r.options)),
		heads: make([]int, len(r.options)), worth: make([]int64, len(r.options)),
		noise: make([]int64, len(r.options)),
	}
	c.quiet()
	for k := range r.options {
		c.cost, c.limit = append(c.cost, int64(r.options[k].Cost)), append(c.limit, r.options[k].limit())
	}
	return c
}

// cut adds rows for what is missing although options reach it: for the set of teams of each minimum
// cut, in all intervals in which together they have too few. It reports whether there was any.
func (r *recommender) cut(c *cover) bool {
	sets := map[string][]bool{}
	for _, w := range r.rows {
		if w.total > w.least {
			sets[keyOf(w.reach)] = w.reach
		}
	}
	keys := make([]string, 0, len(sets))
	for key := range sets {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, cmp.Compare)
	more := false
	for _, key := range keys {
		set := slices.Clone(sets[key])
		groups := r.groupsWithin(set)
		for i := range r.rows {
			if need := r.need(i, set, groups); need > 0 {
				more = c.require(r.entries(i, set), int64(need)) || more
			}
		}
	}
	return more
}

func keyOf(set []bool) string {
	var b strings.Builder
	for _, in := range set {
		b.WriteByte(map[bool]byte{true: '1', false: '0'}[in])
	}
	return b.String()
}

// groupsWithin are the groups that only teams of the set serve.
func (r *recommender) groupsWithin(set []bool) []bool {
	out := make([]bool, len(r.p.teamsOf))
	for g, teams := range r.p.teamsOf {
		out[g] = !slices.ContainsFunc(teams, func(t int) bool { return !set[t] })
	}
	return out
}

// need is the heads that a set of teams needs more in interval i, beyond what stays missing anyway.
func (r *recommender) need(i int, set, groups []bool) sample.Milli {
	need := -r.rows[i].least
	for _, c := range r.p.classes {
		if groups[c.group] {
			need += c.required[i]
		}
	}
	for t, in := range set {
		if in {
			need -= r.p.slots[i][t]
		}
	}
	return need
}

// entries are the options that give heads to teams of a set in interval i.
func (r *recommender) entries(i int, set []bool) []coverEntry {
	var out []coverEntry
	for k := range r.options {
		if heads := r.productive(k, i); heads > 0 && set[r.team[k]] {
			out = append(out, coverEntry{k, int64(heads)})
		}
	}
	return out
}

// ratio compares a/b with c/d; none is below 0, b and d are above.
func ratio(a, b, c, d int64) int {
	h1, l1 := bits.Mul64(uint64(max(a, 0)), uint64(d))
	h2, l2 := bits.Mul64(uint64(max(c, 0)), uint64(b))
	return cmp.Or(cmp.Compare(h1, h2), cmp.Compare(l1, l2))
}

// byTime sorts by time closed, the most first, then by name.
func byTime(a, b *Closed) int {
	return cmp.Or(cmp.Compare(b.Time, a.Time), cmp.Compare(a.Language, b.Language), cmp.Compare(a.Tier, b.Tier))
}
