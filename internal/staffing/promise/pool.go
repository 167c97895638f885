package promise

import "math"

// pool is class k among the people that more urgent work leaves it.
type pool struct {
	m      *model
	k      int
	views  []view
	flows  []flow
	done   []float64 // items that its people could begin up to the beginning of each interval
	chance []float64 // variance of that
	c      *chain
	waits  [parts]float64
	part   float64
}

func (m *model) newPool(k int, s *seer) *pool {
	c := &m.classes[k]
	q := &pool{
		m: m, k: k, views: make([]view, m.n), flows: make([]flow, m.n),
		done: make([]float64, m.n+1), chance: make([]float64, m.n+1),
	}
	q.waits, q.part = c.rest()
	most, far, queue := 0.0, c.backlog, c.backlog
	for i := range q.flows {
		v := s.view(k, i)
		own := c.rate[i] * c.h
		load, work := own+v.above, own*c.h
		q.views[i] = v
		q.flows[i] = flow{in: load / c.h, full: (own + v.full) / c.h, n: v.heads, rate: 1 / c.h, dispersion: 1, spread: c.spread}
		if load > 0 {
			q.flows[i].dispersion = (work*c.dispersion + v.noise) / (load * c.h)
			q.flows[i].spread = (work*c.spread + v.width) / (load * c.h)
		}
		free := v.heads - v.full
		q.done[i+1] = q.done[i] + free/c.h*m.width
		q.chance[i+1] = q.chance[i] + (free*c.spread*c.h+v.noise+v.width)/(c.h*c.h)*m.width
		queue = max(queue+(q.flows[i].full-v.heads/c.h)*m.width, 0)
		most, far = max(most, v.heads), max(far, queue)
	}
	begin := 0.0
	if c.backlog > 0 {
		begin = c.backlog + q.views[0].heads
	}
	q.c = newChain(most, 1.3*far+most+12*math.Sqrt(most)+60, begin)
	return q
}

// onTime is the share on time of what comes in the middle of interval i.
func (q *pool) onTime(i int) float64 {
	c, v := &q.m.classes[q.k], &q.views[i]
	// Of arrivals that come in bursts, some of the burst are already there.
	burst := max(c.dispersion-1, 0) / 2
	first := 0
	below, above := 0.0, 0.0
	for x, p := range q.c.p[:q.c.top+1] {
		if v.heads > 0 && q.c.at[x]+burst-v.heads < -0.5 {
			first, below = x+1, below+p
		} else {
			above += p
		}
	}
	// While not all are at work that is as urgent, who comes may still find nobody free:
	// others are at work that is not interrupted. Who finishes next takes it.
	blocked := 0.0
	if below > 0 {
		blocked = min(max(v.none-above, 0), below)
	}
	share := 0.0
	from := (float64(i) + 0.5) * q.m.width
	for _, wait := range q.waits {
		mean, variance := q.m.between(q.done, from, wait), q.m.between(q.chance, from, wait)
		share += q.part * (below - blocked*math.Exp(-v.taken/(1+burst)*wait) + q.begun(first, v.heads-1-burst, mean, variance))
	}
	return min(share, 1)
}

// begun is the probability that somebody waits, at a cell from first on, and is begun: the
// people finish as many items as are ahead.
func (q *pool) begun(first int, ahead, mean, variance float64) float64 {
	if mean < 1e-6 {
		return 0
	}
	variance = max(variance, nothing)
	share := 0.0
	for x := first; x <= q.c.top; x++ {
		if p := q.c.p[x]; p > 1e-9 {
			on := counted(max(q.c.at[x]-ahead, 0.5), mean, variance)
			if on < 1e-9 {
				break // with more ahead it is less likely still
			}
			share += p * on
		}
	}
	return share
}
