package staffing

import (
	"cmp"
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// Kind is a kind of change that brings people.
type Kind string

// Kinds of change.
const (
	KindHeadcount Kind = "Headcount" // one more on a shift there is
	KindOvertime  Kind = "Overtime"  // somebody of a shift begins earlier or stays longer on a day
	KindOnCall    Kind = "OnCall"    // somebody who is on call is called
	KindHire      Kind = "Hire"      // one more on a shift, who must be found first and learns by and by
	KindTraining  Kind = "Training"  // somebody of a shift learns a language or a harm domain
)

// Option is a way to have one more.
type Option struct {
	Kind  Kind   `json:"kind,omitempty"` // KindHeadcount when empty
	Team  string `json:"team"`
	Shift string `json:"shift"`
	// Early says of overtime that it comes before the shift.
	Early bool `json:"early,omitempty"`
	// Language or HarmDomain is what people learn; of training only.
	Language   string `json:"language,omitempty"`
	HarmDomain string `json:"harmDomain,omitempty"`
	// From is the earliest moment at which it can help, Until the end of it.
	From  sample.Instant `json:"from"`
	Until sample.Instant `json:"until"`
	// Productive is what one more adds to each interval, in productive heads.
	Productive []sample.Milli `json:"productive"`
	// Budgets is what one more adds to the limits of exposure of the team: by limit and day, as they
	// stand in the team. Who works longer, or is called, brings none: nobody may look at more for it.
	Budgets [][]sample.Span `json:"budgets,omitempty"`
	// Cost is the paid time of one more, over the horizon.
	Cost sample.Span `json:"cost"`
	// Limit is how many there can be; as many as are wanted when not positive.
	Limit int `json:"limit,omitempty"`
}

// Remedy is people to add by one option, or by several that differ in their time only.
type Remedy struct {
	Kind  Kind   `json:"kind"`
	Team  string `json:"team"`
	Shift string `json:"shift"`
	Early bool   `json:"early,omitempty"`
	// Language or HarmDomain is what people learn; of training only.
	Language   string `json:"language,omitempty"`
	HarmDomain string `json:"harmDomain,omitempty"`
	// Heads is how many, each time.
	Heads int `json:"heads"`
	// Times are from when on, or when, in order.
	Times []Range `json:"times"`
	// Cost is the paid time of these people.
	Cost sample.Span `json:"cost"`
	// Before and After are the person-time that is missing without and with them, those above
	// being there.
	Before sample.Span `json:"before"`
	After  sample.Span `json:"after"`
	// PerHour is the missing person-time that an hour on shift of the first who has learnt closes; of
	// training only.
	PerHour sample.Span `json:"perHour,omitempty"`
	// Closes says whose missing person-time gets less, the most first.
	Closes []Closed `json:"closes,omitempty"`
	// Options are those it is made of.
	Options []int `json:"-"`
}

// Closed is missing person-time of a language and tier that is there with a remedy. Where one
// language gains what another loses, the other is not named.
type Closed struct {
	Language string      `json:"language,omitempty"`
	Tier     int         `json:"tier"`
	Time     sample.Span `json:"time"`
	// First is the start of the first interval that was short of them, and Worst the most heads.
	First sample.Instant `json:"first"`
	Worst sample.Milli   `json:"worst"`
}

// Recommend chooses people to add so that what the plan of in lacks is there as far as the options
// reach, at little cost.
//
// What must be added is told by the allocation of the plan itself: where work is late although an
// option reaches it, a minimum cut says which people, limits of exposure and budgets of days together
// lack how much. So people who free others for work that only those can do count, work that may wait
// is done whenever somebody has time, and whoever may look at no more brings nothing. Of the whole
// heads that give each cut what it lacks, a search finds cheap ones. It ends after a certain amount of
// work, whatever the clock says. Where needs depend on who is there, a plan with these people has the
// last word, and who is missing in it is added.
func Recommend(in Input, options []Option) []Remedy {
	order := inOrder(options)
	sorted := make([]Option, len(options))
	for i, k := range order {
		sorted[i] = options[k]
	}
	r := newRecommender(required(in), sorted)
	c := r.choose()
	last := r.check(in, c)
	out := r.remedies(last)
	for i := range out {
		for j, k := range out[i].Options {
			out[i].Options[j] = order[k]
		}
	}
	return out
}

// inOrder are the positions of options in an order of their own, whatever order they come in.
func inOrder(options []Option) []int {
	order := make([]int, len(options))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(x, y int) int {
		a, b := &options[x], &options[y]
		early := map[bool]int{true: 1}
		return cmp.Or(cmp.Compare(a.kind(), b.kind()), cmp.Compare(a.Team, b.Team), cmp.Compare(a.Shift, b.Shift),
			cmp.Compare(early[a.Early], early[b.Early]), cmp.Compare(a.From, b.From), cmp.Compare(a.Until, b.Until),
			cmp.Compare(a.Cost, b.Cost), cmp.Compare(a.Limit, b.Limit), slices.Compare(a.Productive, b.Productive),
			slices.CompareFunc(a.Budgets, b.Budgets, slices.Compare))
	})
	return order
}

// With is the input of a plan in which remedies of options are taken; those of training are not.
func With(in Input, options []Option, remedies []Remedy) Input {
	in.Teams = slices.Clone(in.Teams)
	for _, m := range remedies {
		i := slices.IndexFunc(in.Teams, func(t Team) bool { return t.Name == m.Team })
		if i < 0 {
			continue
		}
		supply := &in.Teams[i].Supply
		supply.Intervals = slices.Clone(supply.Intervals)
		in.Teams[i].Exposure = slices.Clone(in.Teams[i].Exposure)
		for _, k := range m.Options {
			in.Teams[i].allow(&options[k], m.Heads)
			for j, heads := range options[k].Productive[:min(len(options[k].Productive), len(supply.Intervals))] {
				if heads > 0 {
					supply.Intervals[j].Productive += sample.Milli(m.Heads) * heads
					supply.Intervals[j].Scheduled += sample.Whole(int64(m.Heads))
				}
			}
		}
		supply.ScheduledTime += m.Cost
	}
	return in
}

// allow adds the budgets of so many more of an option.
func (t *Team) allow(o *Option, heads int) {
	for e := range t.Exposure {
		x := &t.Exposure[e]
		x.Days = slices.Clone(x.Days)
		for d := range x.Days {
			x.Days[d].Budget += sample.Span(heads) * o.budget(e, d)
		}
	}
}

// Shortage is, by team, the heads that are missing in each interval and that more people of the
// team would lessen, directly or by taking work from others; at least one head of them would.
func Shortage(in Input) map[string][]sample.Milli {
	p := required(in)
	all := make([]sample.Milli, p.grid.N)
	for _, c := range p.classes {
		for i, gap := range c.placed.gap {
			all[i] += gap
		}
	}
	out := map[string][]sample.Milli{}
	for _, t := range p.teams {
		out[t.Name] = make([]sample.Milli, p.grid.N)
	}
	for _, cut := range p.allot.solver.Cuts() {
		for _, row := range cut.Teams {
			out[p.teams[row.Of].Name][row.At] = all[row.At]
		}
		for _, row := range cut.Limits {
			out[p.teams[p.allot.limits[row.Of].team].Name][row.At] = all[row.At]
		}
	}
	return out
}

// remedies are those chosen, each with what it brings after those before it: what closes most for
// its cost first. With all of them, so much is missing as a plan with them says.
func (r *recommender) remedies(last sample.Span) []Remedy {
	heads := slices.Clone(r.heads)
	clear(r.heads)
	r.fill()
	first := r.missing()
	var out []Remedy
	for _, m := range r.merged(heads) {
		r.take(m, +1)
		m.Before, m.After = first, r.missing()
		r.take(m, -1)
		out = append(out, m)
	}
	slices.SortStableFunc(out, func(a, b Remedy) int {
		return -ratio(int64(a.Before-a.After), int64(a.Cost), int64(b.Before-b.After), int64(b.Cost))
	})
	r.fill()
	lacked := r.lacks()
	for i := range out {
		m := &out[i]
		m.Before = first
		r.take(*m, +1)
		first = r.missing()
		if i == len(out)-1 {
			first = last
		}
		m.After = first
		now := r.lacks()
		m.Closes = r.closes(lacked, now)
		lacked = now
	}
	return out
}

// merged puts options that differ in nothing but their time, and are taken by as many, together.
func (r *recommender) merged(heads []int) []Remedy {
	var out []Remedy
	for k, n := range heads {
		if n == 0 {
			continue
		}
		o := &r.options[k]
		m := Remedy{
			Kind: o.kind(), Team: o.Team, Shift: o.Shift, Early: o.Early, Heads: n, Times: []Range{{o.From, o.Until}},
			Cost: sample.Span(n) * o.Cost, Options: []int{k},
		}
		i := slices.IndexFunc(out, m.alike)
		if i < 0 {
			out = append(out, m)
			continue
		}
		out[i].Options, out[i].Times = append(out[i].Options, k), append(out[i].Times, m.Times...)
		out[i].Cost += m.Cost
	}
	for i := range out {
		slices.SortFunc(out[i].Times, func(a, b Range) int { return cmp.Compare(a.From, b.From) })
	}
	return out
}

// alike reports whether another remedy differs in its day only.
func (m *Remedy) alike(o Remedy) bool {
	return (m.Kind == KindOvertime || m.Kind == KindOnCall) &&
		m.Kind == o.Kind && m.Team == o.Team && m.Shift == o.Shift && m.Early == o.Early && m.Heads == o.Heads &&
		m.Times[0].To.Since(m.Times[0].From) == o.Times[0].To.Since(o.Times[0].From)
}

func (o *Option) kind() Kind {
	if o.Kind == "" {
		return KindHeadcount
	}
	return o.Kind
}

// take adds the people of a remedy, or takes them away.
func (r *recommender) take(m Remedy, sign int) {
	for _, k := range m.Options {
		r.heads[k] += sign * m.Heads
	}
	if sign > 0 {
		r.fill()
	}
}

// closes compares what classes lacked with what they lack, by language and tier.
func (r *recommender) closes(before, after [][]sample.Milli) []Closed {
	type line struct {
		language string
		tier     int
	}
	members := map[line][]int{}
	var lines []line
	for k, c := range r.p.classes {
		key := line{c.in.Key.Language, c.in.Key.Tier}
		if members[key] == nil {
			lines = append(lines, key)
		}
		members[key] = append(members[key], k)
	}
	var out []Closed
	for _, l := range lines {
		c := Closed{Language: l.language, Tier: l.tier}
		r.compare(&c, members[l], before, after)
		if c.Time > 0 {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b Closed) int { return byTime(&a, &b) })
	return out
}

// compare adds up what some classes lack less, and finds when they were first missing people whom
// they have now, and how many at most.
func (r *recommender) compare(c *Closed, classes []int, before, after [][]sample.Milli) {
	var closed int64
	for i := range r.p.grid.N {
		var was, now sample.Milli
		for _, k := range classes {
			was, now = was+before[k][i], now+after[k][i]
		}
		closed += r.p.time(was, i) - r.p.time(now, i)
		if was <= now {
			continue
		}
		if c.First == 0 {
			c.First = r.p.grid.At(i)
		}
		c.Worst = max(c.Worst, was)
	}
	c.Time = sample.Span(closed / r.p.allot.scale)
}
