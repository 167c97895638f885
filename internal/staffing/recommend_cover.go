package staffing

import (
	"cmp"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/modcap/modcap/internal/staffing/linear"
)

// cover asks for the cheapest whole heads of options that give each row what it needs.
type cover struct {
	cost  []int64 // of one of an option
	limit []int   // heads of an option
	gives [][]coverEntry
	rows  []coverRow
	known map[string]int // row by its options

	heads   []int   // of an option: the choice
	lack    []int64 // of a row; below 0 it has more than it needs
	worth   []int64 // of an option: what one more adds to rows that lack
	lacking int     // rows that do
	noise   []int64 // of an option: a factor of what it is worth, in sixteenths
	total   int64   // cost of the choice
	spent   int64   // work done, in entries looked at
}

// coverRow is what options must give together.
type coverRow struct {
	by   []coverEntry
	need int64
}

// coverEntry is the heads that one of an option gives to a row, or the other way round.
type coverEntry struct {
	at    int
	heads int64
}

const unlimitedCost = math.MaxInt64

// require adds a row, or raises the one of the same options; it reports whether anything changed.
// Where each head gives the same, needs are in whole heads.
func (c *cover) require(by []coverEntry, heads int64) bool {
	if len(by) == 0 {
		return false
	}
	if one := by[0].heads; !slices.ContainsFunc(by, func(e coverEntry) bool { return e.heads != one }) {
		heads = (heads + one - 1) / one * one
	}
	var key []byte
	for _, e := range by {
		key = binary.AppendVarint(binary.AppendVarint(key, int64(e.at)), e.heads)
	}
	i, ok := c.known[string(key)]
	if !ok {
		i = len(c.rows)
		c.known[string(key)] = i
		c.rows, c.lack = append(c.rows, coverRow{by: by}), append(c.lack, 0)
		for _, e := range by {
			c.gives[e.at] = append(c.gives[e.at], coverEntry{i, e.heads})
			c.lack[i] -= int64(c.heads[e.at]) * e.heads
		}
	}
	more := heads - c.rows[i].need
	if more <= 0 {
		return false
	}
	c.rows[i].need = heads
	c.shift(i, more)
	return true
}

// shift makes row i lack more.
func (c *cover) shift(i int, more int64) {
	was, now := max(c.lack[i], 0), max(c.lack[i]+more, 0)
	c.lack[i] += more
	c.spent++
	if was == now {
		return
	}
	if was == 0 {
		c.lacking++
	} else if now == 0 {
		c.lacking--
	}
	c.spent += int64(len(c.rows[i].by))
	for _, e := range c.rows[i].by {
		c.worth[e.at] += min(e.heads, now) - min(e.heads, was)
	}
}

// add takes one more of an option, or with −1 one less.
func (c *cover) add(k, n int) {
	c.heads[k] += n
	c.total += int64(n) * c.cost[k]
	for _, e := range c.gives[k] {
		c.shift(e.at, -int64(n)*e.heads)
	}
}

// best is the option of which one more gives most for its cost; −1 when none gives anything.
func (c *cover) best() int {
	best := -1
	for k, v := range c.worth {
		if v > 0 && c.heads[k] < c.limit[k] && (best < 0 || ratio(v*c.noise[k], c.cost[k], c.worth[best]*c.noise[best], c.cost[best]) > 0) {
			best = k
		}
	}
	c.spent += int64(len(c.worth))
	return best
}

// grow takes the best again and again until no row lacks anything, and then nobody needless. It
// gives up at a cost, or where nothing helps, and returns whom it took.
func (c *cover) grow(most int64) (taken []int, done bool) {
	end := c.total + min(most, unlimitedCost-c.total)
	for c.lacking > 0 {
		k := c.best()
		if k < 0 || c.cost[k] >= end-c.total {
			return taken, false
		}
		n := 1
		if most == unlimitedCost {
			n = c.several(k)
		}
		c.add(k, n)
		taken = append(taken, k)
	}
	return taken, true
}

// several is how many of an option may be taken in one step: a few of hundreds, one of less than
// eight.
func (c *cover) several(k int) int {
	most := int64(0)
	for _, e := range c.gives[k] {
		if lack := c.lack[e.at]; lack > 0 && (most == 0 || lack/e.heads < most) {
			most = max(lack/e.heads, 1)
		}
	}
	return min(max(int(most/4), 1), c.limit[k]-c.heads[k])
}

// needless reports whether one less of an option leaves no row lacking.
func (c *cover) needless(k int) bool {
	for _, e := range c.gives[k] {
		c.spent++
		if c.lack[e.at]+e.heads > 0 {
			return false
		}
	}
	return true
}

// prune takes away whom the others make needless, the dearest first.
func (c *cover) prune() {
	order := c.taken()
	slices.SortStableFunc(order, func(a, b int) int { return int(min(max(c.cost[b]-c.cost[a], -1), 1)) })
	for _, k := range order {
		for c.heads[k] > 0 && c.needless(k) {
			c.add(k, -1)
		}
	}
}

// taken are the options of which there is one at least.
func (c *cover) taken() (out []int) {
	for k, n := range c.heads {
		if n > 0 {
			out = append(out, k)
		}
	}
	return out
}

// largestProgram and mostSteps bound the linear program that a search begins with.
const largestProgram, mostSteps = 1_000_000, 5_000

// relax begins anew from the best choice in parts of heads, rounded down or up in several ways, and
// keeps what is cheapest.
func (c *cover) relax() {
	if c.lacking > 0 || len(c.rows) == 0 || len(c.rows)*len(c.cost) > largestProgram {
		return
	}
	p := c.program()
	if !p.Solve(mostSteps) {
		return
	}
	c.prune()
	best, least := slices.Clone(c.heads), c.total
	for _, up := range []float64{0.001, 0.2, 0.4, 0.6, 0.8} {
		for k, x := range p.Values() {
			c.add(k, min(int(x+up), c.limit[k])-c.heads[k])
		}
		if _, done := c.grow(unlimitedCost); !done {
			continue
		}
		c.prune()
		if c.exchange(c.spent + mostWork/40); c.total < least {
			least = c.total
			copy(best, c.heads)
		}
	}
	c.set(best)
}

// program is the problem in parts of heads, without limits. What rows are counted in is so large, and
// so unlike, that each is put in thousandths of what one option gives most.
func (c *cover) program() *linear.Program {
	cost, rows := make([]float64, len(c.cost)), make([]linear.Row, len(c.rows))
	for k := range cost {
		cost[k] = float64(c.cost[k])
	}
	for i, row := range c.rows {
		most := slices.MaxFunc(row.by, func(a, b coverEntry) int { return cmp.Compare(a.heads, b.heads) }).heads
		unit := float64(most) / 1000
		rows[i] = linear.Row{Gives: make([]float64, len(cost)), Need: float64(row.need) / unit}
		for _, e := range row.by {
			rows[i].Gives[e.at] = float64(e.heads) / unit
		}
	}
	return linear.New(cost, rows)
}

// set sets the heads.
func (c *cover) set(heads []int) {
	for k, n := range heads {
		c.add(k, n-c.heads[k])
	}
}

// improve looks for a cheaper choice near the one there is: without one person, or without two, and
// with others in their place, until no such exchange helps; then with exchanges of several at random,
// always the same, until many in a row did not help, or the work is done that may be.
func (c *cover) improve(work int64) {
	if c.lacking > 0 {
		return // something is out of reach of all options
	}
	c.prune()
	end := c.spent + work
	for c.exchange(end) && c.spent < end {
	}
	best, least := slices.Clone(c.heads), c.total
	random := rand.New(rand.NewPCG(uint64(len(c.rows)), 4))
	for idle := 0; idle < maxIdle && c.spent < end; idle++ {
		c.shake(random, least+least/worse)
		if c.total < least {
			idle, least = 0, c.total
			copy(best, c.heads)
		}
	}
	c.set(best)
}

// maxIdle is how many exchanges in a row may not help; a choice may be dearer than the best by one
// part in so many on the way.
const maxIdle, worse = 10_000, 25

// exchange tries all ones and pairs of those taken once.
func (c *cover) exchange(end int64) (better bool) {
	for _, k := range c.taken() {
		better = c.heads[k] > 0 && c.without(c.cost[k], k) || better
		for _, l := range c.taken() {
			if c.spent < end && c.pair(k, l) {
				better = c.without(c.cost[k]+c.cost[l], k, l) || better
			}
		}
	}
	return better
}

// pair reports whether there are two people of options k and l, each pair once.
func (c *cover) pair(k, l int) bool {
	return l > k && c.heads[k] > 0 && c.heads[l] > 0 || l == k && c.heads[k] > 1
}

// shake takes some people away at random who work together, and puts others in their place by a
// valuation that is off at random. It keeps what costs most at most.
func (c *cover) shake(random *rand.Rand, most int64) {
	for k := range c.noise {
		c.noise[k] = 16 + random.Int64N(12)
	}
	defer c.quiet()
	taken := c.taken()
	if len(taken) == 0 {
		return
	}
	first := taken[random.IntN(len(taken))]
	out, cost := []int{first}, c.cost[first]
	c.heads[first]--
	for range 1 + random.IntN(7) {
		row := c.rows[c.gives[first][random.IntN(len(c.gives[first]))].at]
		k := row.by[random.IntN(len(row.by))].at
		if c.heads[k] > 0 {
			c.heads[k]--
			out, cost = append(out, k), cost+c.cost[k]
		}
	}
	for _, k := range out {
		c.heads[k]++
	}
	c.without(most-c.total+cost+1, out...)
}

// quiet makes valuations exact again.
func (c *cover) quiet() {
	for k := range c.noise {
		c.noise[k] = 16
	}
}

// without replaces people by others who cost less than most, if there are any.
func (c *cover) without(most int64, people ...int) bool {
	for _, k := range people {
		c.add(k, -1)
	}
	taken, done := c.grow(most)
	if done {
		c.prune()
		return true
	}
	for _, k := range taken {
		c.add(k, -1)
	}
	for _, k := range people {
		c.add(k, 1)
	}
	return false
}
