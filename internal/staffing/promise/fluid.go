package promise

import "math"

// fluid is what becomes of the plant if nothing is left to chance: by class and interval.
type fluid struct {
	busy  [][][]float64 // heads at work, by place among the class's teams
	over  [][]float64   // share of the interval in which work is left waiting
	lead  [][]float64   // hours that the first in line has left, in the middle
	begun [][]float64   // items begun up to the beginning of each interval; the backlog counts below 0
	idle  [][]float64   // by team and interval: heads with nothing to do
	free  [][]float64   // likewise, the probability that there is anybody with nothing to do
	ends  [][]float64   // likewise, items finished an hour
}

// tide is the fluid at a moment.
type tide struct {
	m      *model
	busy   [][]float64
	leave  []float64 // share of a class's heads at work that finish within a step
	sum    []float64 // by team: at work
	heads  []float64 // its people
	free   []float64 // the same of a team in which somebody had nothing to do when the step began
	idle   []float64 // heads with nothing to do, over some steps
	room   []float64 // may begin something in the step
	queue  []float64
	begun  []float64
	due    []float64 // when the first in line is
	over   []bool
	spill  []float64 // share of arrivals that find nobody free where somebody is now and then
	urgent []int
}

func (m *model) fluid() *fluid {
	f, now := m.newFluid(), m.newTide()
	step := m.width / float64(m.steps)
	for i := range m.n {
		for k := range now.busy {
			f.busy[k][i] = make([]float64, len(now.busy[k]))
			f.begun[k][i] = now.begun[k]
		}
		for s := range m.steps {
			at := float64(i)*m.width + float64(s)*step
			now.begin(i)
			now.lineUp(at)
			if s%spillSteps == 0 {
				now.spills()
			}
			for _, k := range now.urgent {
				now.serve(k, m.classes[k].rate[i]*step, step)
			}
			now.help(at, step)
			now.record(f, i)
			if s == m.steps/2 {
				for k := range now.due {
					f.lead[k][i] = now.due[k] - at
				}
			}
		}
		m.settle(f, i)
	}
	for k := range now.begun {
		f.begun[k][m.n] = now.begun[k]
	}
	return f
}

func (m *model) newFluid() *fluid {
	table := func(rows, columns int) [][]float64 {
		out := make([][]float64, rows)
		for r := range out {
			out[r] = make([]float64, columns)
		}
		return out
	}
	k, t := len(m.classes), len(m.heads)
	f := &fluid{
		busy: make([][][]float64, k), over: table(k, m.n), lead: table(k, m.n), begun: table(k, m.n+1),
		idle: table(t, m.n), free: table(t, m.n), ends: table(t, m.n),
	}
	for k := range f.busy {
		f.busy[k] = make([][]float64, m.n)
	}
	return f
}

func (m *model) newTide() *tide {
	k, t := len(m.classes), len(m.heads)
	now := &tide{
		m: m, busy: make([][]float64, k), leave: make([]float64, k), queue: make([]float64, k), begun: make([]float64, k),
		due: make([]float64, k), over: make([]bool, k), spill: make([]float64, k), urgent: append([]int(nil), m.order...),
		sum: make([]float64, t), heads: make([]float64, t), free: make([]float64, t), idle: make([]float64, t), room: make([]float64, t),
	}
	for k := range m.classes {
		c := &m.classes[k]
		now.busy[k] = make([]float64, len(c.teams)+len(c.others))
		now.leave[k] = -math.Expm1(-m.width / float64(m.steps) / c.h)
		now.queue[k], now.begun[k] = c.backlog, -c.backlog
	}
	return now
}

// begin lets people finish what is finished in a step.
func (now *tide) begin(i int) {
	m := now.m
	for t := range now.free {
		now.heads[t], now.free[t] = m.heads[t][i], 0
		idle := max(now.heads[t]-now.sum[t], 0)
		if idle > nothing {
			now.free[t] = now.heads[t]
		}
		now.idle[t] += (idle - now.idle[t]) / spillSteps
	}
	clear(now.sum)
	for k, b := range now.busy {
		m.classes[k].each(func(x, t int) {
			b[x] -= b[x] * now.leave[k]
			now.sum[t] += b[x]
		})
	}
	for t := range now.room {
		now.room[t] = max(now.heads[t]-now.sum[t], 0)
	}
}

// lineUp puts classes in order: what is due first goes first.
func (now *tide) lineUp(at float64) {
	m := now.m
	for k := range now.due {
		now.due[k] = at + m.classes[k].within
		if now.queue[k] > nothing {
			now.due[k] = min(m.classes[k].when(now.begun[k], m.width), at) + m.classes[k].within
		}
	}
	for a := 1; a < len(now.urgent); a++ { // nearly in order since the last step
		for b := a; b > 0 && now.before(now.urgent[b], now.urgent[b-1]); b-- {
			now.urgent[b], now.urgent[b-1] = now.urgent[b-1], now.urgent[b]
		}
	}
}

// nothing is fewer items, or heads, than count.
const nothing = 1e-9

func (now *tide) before(a, b int) bool {
	x, y := &now.m.classes[a], &now.m.classes[b]
	if x.rank != y.rank {
		return x.rank < y.rank
	}
	return now.due[a] < now.due[b]
}

// serve gives class k people for a step: those who have had nothing to do first, then who
// has just finished something, wherever that is. What spills finds nobody with nothing to do.
func (now *tide) serve(k int, come, step float64) {
	perItem := now.m.classes[k].h * now.leave[k] / step // heads still at work at the end, of one begun in the step
	want := (now.queue[k] + come) * perItem
	got := 0.0
	if now.queue[k] <= nothing {
		if now.spill[k] > 0 {
			got = now.share(k, want*now.spill[k], now.heads)
		}
		got += now.share(k, want-got, now.free)
	}
	if want-got > nothing {
		got += now.share(k, want-got, now.room)
	}
	items := got / perItem
	now.begun[k] += items
	now.queue[k] = max(now.queue[k]+come-items, 0)
	now.over[k] = now.queue[k] > nothing && now.queue[k] > lasting*come
}

// lasting is how many steps of arrivals must wait for there to be a queue: less is due to
// the steps.
const lasting = 2.5

// share gives class k heads of its teams by weight, of none more than there is room.
func (now *tide) share(k int, heads float64, weight []float64) float64 {
	rest := heads
	for i := 0; i < 4 && rest > nothing; i++ {
		sum := 0.0
		for _, t := range now.m.classes[k].teams {
			if now.room[t] > nothing {
				sum += weight[t]
			}
		}
		if sum <= 0 {
			break
		}
		each := rest / sum
		for x, t := range now.m.classes[k].teams {
			if now.room[t] > nothing {
				h := min(each*weight[t], now.room[t])
				now.busy[k][x] += h
				now.room[t] -= h
				rest -= h
			}
		}
	}
	return heads - rest
}

// help has people who have nothing else to do take what waits and is old enough for them.
func (now *tide) help(at, step float64) {
	for _, k := range now.urgent {
		c := &now.m.classes[k]
		perItem := c.h * now.leave[k] / step
		for x, o := range c.others {
			old := min(c.by(at-o.after, now.m.width)-now.begun[k], now.queue[k])
			if old <= nothing {
				break
			}
			h := min(old*perItem, now.room[o.team])
			now.busy[k][len(c.teams)+x] += h
			now.room[o.team] -= h
			now.begun[k] += h / perItem
			now.queue[k] -= h / perItem
		}
	}
}

// record adds the step to the means of its interval.
func (now *tide) record(f *fluid, i int) {
	w := 1 / float64(now.m.steps)
	clear(now.sum)
	for k, b := range now.busy {
		now.m.classes[k].each(func(x, t int) {
			now.sum[t] += b[x]
			f.busy[k][i][x] += b[x] * w
		})
		if now.over[k] {
			f.over[k][i] += w
		}
	}
	for t := range now.sum {
		f.idle[t][i] += max(now.m.heads[t][i]-now.sum[t], 0) * w
	}
}
