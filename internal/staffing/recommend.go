package staffing

import (
	"cmp"
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// Option is a way to have more people: one more on a shift of a team.
type Option struct {
	Team  string `json:"team"`
	Shift string `json:"shift"`
	// Productive is what a person more adds to each interval, in productive heads.
	Productive []sample.Milli `json:"productive"`
	// Cost is the time of a person more on the roster, over the horizon.
	Cost sample.Span `json:"cost"`
}

// Remedy is people to add to a shift.
type Remedy struct {
	Team  string `json:"team"`
	Shift string `json:"shift"`
	Heads int    `json:"heads"`
	// Cost is the time of these people on the roster.
	Cost sample.Span `json:"cost"`
	// Before and After are the person-time that is missing without and with them, those above
	// being there.
	Before sample.Span `json:"before"`
	After  sample.Span `json:"after"`
}

// maxHeads bounds the people that Recommend adds.
const maxHeads = 10_000

// Recommend chooses people to add to shifts so that what the plan of in lacks is there, at little
// cost: by and by the person who closes most per hour on the roster, and then nobody whom the others
// make needless. What no option reaches stays missing. Needs are taken as the plan has them; those
// of work that may wait are spread otherwise once there are other people.
//
// The value of a person is exact: of an interval it is what the heads add to a maximum flow from
// teams to classes, so that people who free others for work that only those can do count.
func Recommend(in Input, options []Option) []Remedy {
	r := newRecommender(required(in), options)
	r.grow()
	r.prune()
	return r.remedies()
}

// recommender is a choice in the making.
type recommender struct {
	p       *planner
	options []Option
	team    []int // of an option; −1 for one that the plan does not have
	heads   []int // of an option
	order   []int // options in the order in which they were first chosen
	rows    []*row
}

// row is an interval of the plan: what is missing, and whose people could do it.
type row struct {
	net   *network
	unmet []sample.Milli // by group
	total sample.Milli
	reach []bool // teams of whom more heads would lessen what is missing
}

func newRecommender(p *planner, options []Option) *recommender {
	r := &recommender{p: p, options: options, heads: make([]int, len(options)), rows: make([]*row, p.grid.N)}
	for _, o := range options {
		r.team = append(r.team, slices.IndexFunc(p.teams, func(t Team) bool { return t.Name == o.Team }))
	}
	if p.grid.N == 0 {
		return r
	}
	like := newNetwork(p.teamsOf, p.slots[0])
	for i := range r.rows {
		r.rows[i] = &row{net: like.like(p.slots[i]), unmet: make([]sample.Milli, len(p.teamsOf)), reach: make([]bool, len(p.teams))}
		r.fill(i)
	}
	return r
}

// fill covers interval i anew with the people there are and those that were chosen.
func (r *recommender) fill(i int) {
	w := r.rows[i]
	copy(w.net.spare, r.p.slots[i])
	for k, n := range r.heads {
		if n > 0 && i < len(r.options[k].Productive) {
			w.net.spare[r.team[k]] += sample.Milli(n) * r.options[k].Productive[i]
		}
	}
	clear(w.net.given)
	clear(w.unmet)
	for _, c := range r.p.classes {
		w.unmet[c.group] += c.required[i] - w.net.give(c.group, c.required[i])
	}
	w.look()
}

// add puts heads more of a team into a row.
func (w *row) add(team int, heads sample.Milli) {
	w.net.spare[team] += heads
	for g, missing := range w.unmet {
		if missing > 0 {
			w.unmet[g] -= w.net.give(g, missing)
		}
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

// missing is the heads that are missing, added up over the intervals.
func (r *recommender) missing() (sum int64) {
	for _, w := range r.rows {
		sum += int64(w.total)
	}
	return sum
}

// value is what one more of an option adds to what is covered, as far as single intervals tell.
func (r *recommender) value(k int) (sum int64) {
	t := r.team[k]
	for i, heads := range r.options[k].Productive[:min(len(r.options[k].Productive), len(r.rows))] {
		if w := r.rows[i]; heads > 0 && w.reach[t] {
			sum += int64(min(heads, w.total))
		}
	}
	return sum
}

// grow adds people until nobody more would help.
func (r *recommender) grow() {
	for range maxHeads {
		best, most := -1, int64(0)
		for k := range r.options {
			if r.team[k] < 0 || r.options[k].Cost <= 0 {
				continue
			}
			// In thousandths per hour: more for less.
			if v := sample.MulDiv(r.value(k), int64(day), int64(r.options[k].Cost)); v > most {
				best, most = k, v
			}
		}
		if best < 0 {
			return
		}
		r.choose(best)
	}
}

// choose adds a person.
func (r *recommender) choose(k int) {
	if r.heads[k]++; r.heads[k] == 1 {
		r.order = append(r.order, k)
	}
	for i, heads := range r.options[k].Productive[:min(len(r.options[k].Productive), len(r.rows))] {
		if heads > 0 && r.rows[i].reach[r.team[k]] {
			r.rows[i].add(r.team[k], heads)
		} else if heads > 0 {
			r.rows[i].net.spare[r.team[k]] += heads
		}
	}
}

// prune takes away whom the others make needless, the dearest first.
func (r *recommender) prune() {
	order := slices.Clone(r.order)
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(r.options[b].Cost, r.options[a].Cost) })
	least := r.missing()
	for _, k := range order {
		for r.heads[k] > 0 {
			r.heads[k]--
			r.refill(k)
			if r.missing() > least {
				r.heads[k]++
				r.refill(k)
				break
			}
		}
	}
}

// refill covers the intervals of an option anew.
func (r *recommender) refill(k int) {
	for i, heads := range r.options[k].Productive[:min(len(r.options[k].Productive), len(r.rows))] {
		if heads > 0 {
			r.fill(i)
		}
	}
}

// remedies are those chosen, in order, each with what it brings after those before it.
func (r *recommender) remedies() []Remedy {
	heads := slices.Clone(r.heads)
	clear(r.heads)
	for i := range r.rows {
		r.fill(i)
	}
	var out []Remedy
	for _, k := range r.order {
		if heads[k] == 0 {
			continue
		}
		before := r.missing()
		r.heads[k] = heads[k]
		r.refill(k)
		out = append(out, Remedy{
			Team: r.options[k].Team, Shift: r.options[k].Shift, Heads: heads[k], Cost: sample.Span(heads[k]) * r.options[k].Cost,
			Before: r.time(before), After: r.time(r.missing()),
		})
	}
	return out
}

// time is heads, added up over intervals, as person-time.
func (r *recommender) time(heads int64) sample.Span {
	return sample.Span(sample.MulDiv(heads, int64(r.p.grid.Width), int64(sample.One)))
}
