package capacity

import (
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// share works out what each queue needs by itself (its rate, and its backlog
// over its deadline) and what it gets of the replicas decided.
func (p *plan) share() {
	p.dec.Shares = zeros(p.dec.Shares, len(p.ds))
	left := int64(p.value) * 1000
	for _, i := range p.order {
		d := &p.ds[i]
		within := max(int64(d.q.Deadline), int64(p.in.Pool.Interval))
		rate := add(d.mean+d.above, part(d.backlog, 1000, within))
		needed := min(sample.MulDivUp(rate, 1000, p.sup.throughput), int64(sample.MaxMilli))
		granted := min(needed, left)
		left -= granted
		p.dec.Shares[i] = Share{
			Queue: d.q.Key, Priority: d.q.Priority, Protected: d.q.Protected,
			Needed: sample.Milli(needed), Granted: sample.Milli(granted),
		}
	}
}

// riskHorizon is how far ahead a breach by slow growth is reported.
const riskHorizon = OutlookHorizon

// risk forecasts, for the replicas decided, who will be late. If all deadlines
// can be met, nobody is. If not, the queues are admitted in order of priority:
// the lateness of the first k together is the largest excess of their work due
// over the work done, and what the k-th adds to it is its own.
func (p *plan) risk() {
	s := expected(p.in, p.coming, p.value)
	p.done = slices.Grow(p.done[:0], len(p.grid.at))
	short := p.total(func(d *demand) int64 { return d.mean }) > s.rate()
	for i, t := range p.grid.at {
		p.done = append(p.done, s.work(t))
		short = short || p.due.due[i] > p.done[i]
	}
	o := outlook{s: &s, done: p.done}
	if short {
		o.c, p.other = newCurve(p.grid, p.other)
	}
	p.dec.Risk = zeros(p.dec.Risk, len(p.ds))
	p.behind = append(p.behind[:0], 0)
	drain := drainage{s: &s}
	for rank, i := range p.order {
		d := &p.ds[i]
		r, behind := Risk{Queue: d.q.Key, Feasible: true, Reason: OnTime, DrainBy: drain.by(d, p.in.Now)}, p.behind[rank]
		if short {
			if late, at := o.admit(d); at >= 0 && !p.avoidable(at) {
				p.late(&r, d, late, at)
				r.Reason = p.blame(rank, at)
				behind = add(behind, late)
			}
		}
		p.behind = append(p.behind, behind)
		p.quality(&r, d)
		p.dec.Risk[i] = r
	}
	p.figures(&s)
}

// avoidable is true for lateness so far off that replicas asked for in time prevent it,
// if they may be asked for: patience lets a backlog grow on purpose.
func (p *plan) avoidable(at int64) bool {
	most := p.in.Pool.Max
	if o := strictest(p.in.Pool.Overrides, Ceiling); o != nil {
		most = min(most, o.Replicas)
	}
	paused := strictest(p.in.Pool.Overrides, Pause) != nil
	return at >= p.horizon.settle && p.value < most && p.value >= p.dec.Needed && !paused && !notArriving(p.in)
}

// outlook admits queues, first served first, and says what each is late by.
type outlook struct {
	s          *supply
	c          curve
	done       []int64 // work done at each checkpoint
	late, rate int64   // lateness and mean rate of those admitted
}

// admit is the work by which d will be late, and from when on (-1: it is not).
// Lateness beyond the last checkpoint has a time only.
func (o *outlook) admit(d *demand) (late, at int64) {
	o.c.add(d)
	o.c.sum()
	o.rate += d.mean
	worst, first := o.late, -1
	for i, due := range o.c.due {
		if e := due - o.done[i]; e > worst {
			if worst = e; first < 0 {
				first = i
			}
		}
	}
	last := len(o.done) - 1
	excess := o.rate - o.s.rate() // by which the backlog grows per second, in the end
	switch {
	case first >= 0:
		late, at = worst-o.late, o.c.g.at[first]
		o.late = worst
		return late, at
	case excess > 0 && d.mean > 0:
		slack := o.done[last] + o.late - o.c.due[last]
		if at = add(o.c.g.at[last], sample.MulDivUp(slack, 1000, excess)); at <= int64(riskHorizon) {
			return 0, at
		}
	}
	return 0, -1
}

// late fills in a risk for work that will be late from at on; late is 0 when
// that is too far off to say how much.
func (p *plan) late(r *Risk, d *demand, late, at int64) {
	r.Late = sample.Milli(min(part(late, 1000, int64(d.q.WorkPerItem)), int64(sample.MaxMilli)))
	r.FirstBreach = p.in.Now.Add(sample.Span(at))
	total := d.dueBy(int64(d.q.Deadline)+p.sup.lead, p.sup.lead)
	allowed := part(total, int64(sample.AllPPM-d.q.Percent), int64(sample.AllPPM))
	r.Feasible = late > 0 && late <= allowed
}

// blame says why the queue at a rank (0 is served first) will be late from at on.
func (p *plan) blame(rank int, at int64) RiskReason {
	switch {
	case notArriving(p.in):
		return NotArriving
	case p.value >= p.dec.Needed && at < p.horizon.settle:
		return TooLate
	case rank > 0:
		return Outranked
	default:
		return Short
	}
}

// quality marks a risk that rests on too little.
func (p *plan) quality(r *Risk, d *demand) {
	switch {
	case !d.known:
		*r = Risk{Queue: r.Queue, Reason: NoData}
	case !d.fresh && r.Reason == OnTime:
		r.Reason = LowerBound
	}
}

// drainage finds when backlogs are gone, queue by queue in order of priority.
type drainage struct {
	s             *supply
	backlog, rate int64 // of those ranked before
}

// by is when the present backlog of d, and everything ranked before it, is done:
// the least t with work(t) ≥ backlog + rate·t. It is 0 when that never comes.
func (g *drainage) by(d *demand, now sample.Instant) sample.Instant {
	g.backlog = add(g.backlog, d.backlog)
	at := int64(0)
	if d.backlog > 0 {
		at = g.s.crossing(g.backlog, g.rate)
	}
	g.rate = add(g.rate, d.mean)
	if at < 0 || at > int64(MaxSpan) {
		return 0
	}
	return now.Add(sample.Span(at))
}

// crossing is the first time at which the work done has caught up with backlog
// and rate, -1 for never. Work done is linear between the times at which
// replicas come.
func (s *supply) crossing(backlog, rate int64) int64 {
	from, replicas, behind := int64(0), s.ready, backlog
	for i := 0; ; i++ {
		until := int64(-1)
		switch {
		case i < len(s.starting):
			until = s.starting[i]
		case i == len(s.starting) && s.asked > 0:
			until = max(s.lead, from)
		}
		gain := part(s.throughput, replicas, 1) - rate // work per second
		if gain > 0 {
			if at := add(from, sample.MulDivUp(behind, 1000, gain)); until < 0 || at <= until {
				return at
			}
		}
		if until < 0 {
			return -1
		}
		behind = clampBehind(behind, gain, until-from)
		from = until
		replicas++
		if i == len(s.starting) {
			replicas += s.asked - 1
		}
	}
}

// clampBehind is what is left, or has piled up, after gain for ms.
func clampBehind(behind, gain, ms int64) int64 {
	if gain >= 0 {
		return max(behind-over(gain, ms), 0)
	}
	return add(behind, over(-gain, ms))
}
