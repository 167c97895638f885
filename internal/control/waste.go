package control

import "math"

// spell is the time since the decision before, at whose end replicas may be too many:
// needed would have done, may is what may be wasted, and noise the patience's. Of all work,
// rate is what arrives, backlog what waits, and high the backlog for each replica at which
// they are too few; later is what is due later than others could do it, by the pool's times.
type spell struct {
	needed, elapsed, may, noise, rate, backlog, high int64
	later                                            Later
	times                                            Times
}

// due is the least replicas that do in time what is due before others could. After a surge most of
// a backlog is old, and due sooner than its size tells. What is looked at was seen some time ago, and
// decided about some time later: that much of each look is over.
func (s *spell) due() int64 {
	if !s.later.Known {
		return 0
	}
	least, over := int64(0), max(s.times.Lead-s.times.Startup, 0)
	for i, later := range s.later.Than {
		if work := s.backlog - later; work > 0 {
			span := max(s.times.Look(i)-over, 1)
			least = max(least, (work+span-1)/span)
		}
	}
	return least
}

// heed is what must have been wasted of what may be for a need to count: what was needed
// before that is past.
func heed(may int64) int64 { return may / 10 * 7 }

// settle is the replicas wanted where of n some may be too many: what these waste counts,
// until it is more than may be wasted.
func (m *Memory) settle(n int64, s *spell) int64 {
	if s.needed >= n {
		m.Waste, m.Most = min(max(m.Waste-s.elapsed, 0), s.may), 0
		return n
	}
	m.Waste = min(m.Waste+(n-s.needed)*s.elapsed, MaxBacklog)
	if m.Waste > heed(s.may) {
		m.Most = max(m.Most, s.needed)
	}
	if m.Waste <= s.may {
		return n
	}
	to := s.left(m, n)
	if m.Waste <= s.mayWaste(n, n-to) {
		return n
	}
	return to
}

// left is how many of n replicas are kept when some go: the most that were needed of late, as
// many as the rate keeps busy, and as many as do in time what is due before others could.
func (s *spell) left(m *Memory, n int64) int64 {
	return s.lasting(n, max(m.Most, min(max(s.rate/1000, s.due()), n)))
}

// mayWaste is what n replicas may waste before so many of them go.
func (s *spell) mayWaste(n, less int64) int64 {
	swing := int64(math.Sqrt(float64(s.noise * s.noise * n))) // thousandths
	if less <= 0 || swing <= 1000*less {
		return s.may
	}
	return min(s.may/(1000*less)*swing, MaxBacklog-1)
}

// savings are how many times what may be wasted replicas that go have to save before as many
// are needed again: to go and to come is two changes and a startup, and what comes is seldom
// what was to come.
const savings = 4

// lasting is to how many n replicas go where to would do: to one more, if these do less than
// what arrives, and would be too few before enough was saved.
func (s *spell) lasting(n, to int64) int64 {
	short := s.rate - 1000*to
	if short <= 0 || to >= n {
		return to
	}
	if until := min(max(s.high*to-s.backlog, 0)*1000/short, MaxSpan); (n-to)*until >= savings*s.may {
		return to
	}
	return to + 1
}

// spell of replicas of whom so many would have done.
func (w *Law) spell(p *Plant, needed, elapsed int64) spell {
	n, t := p.Replicas(), &w.times
	s := spell{
		needed: needed, elapsed: elapsed, may: w.patience.Waste*n + t.Startup/2, noise: w.patience.Noise,
		times: *t,
	}
	if i := len(p.Loads) - 1; i >= 0 {
		l := &p.Loads[i]
		s.rate, s.backlog, s.high, s.later = l.Rate, l.Backlog, w.terms[i].high, l.Later
		if p.occupied(n, l.Backlog+t.Inflow(l.Rate).far, t.Lead+t.Startup) {
			s.needed = n
		}
	}
	return s
}

// occupied is true where n replicas have work to do all through a span, of so much that
// there is and comes in it.
func (p *Plant) occupied(n, work, span int64) bool { return work >= p.done(n, max(span, 1)) }
