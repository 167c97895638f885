package capacity

import (
	"cmp"
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// demand is a queue in the terms of the rules: work units (thousandths) and
// milliseconds from now.
type demand struct {
	q *Queue
	// backlog is work waiting; older of it is the work that its age distribution
	// does not cover, taken to be spread evenly over ages from 0 to span.
	backlog, older int64
	span           int64
	place          place // on the plan's grid
	// plain is the work per second to come within a lead, as forecast, mean that from then
	// on: more where season or events foresee it. What falls due is counted at upper within
	// the lead, and at due from then on.
	plain, mean, upper, due int64
	// above is the work per second beyond the mean that has to stand ready.
	above int64
	// standing is true when items are due before a new replica can do them, urgent when they
	// cannot wait for it, and for it to catch up: for a lead and a half.
	standing, urgent bool
	// assumed is true when ages are unknown; known when any number is; fresh when
	// the numbers allow a scale-down.
	assumed, known, fresh bool
}

// newDemand reads a queue: numbers that are not Fresh count with their last
// known value, which is a lower bound.
func newDemand(q *Queue) demand {
	backlog, knowBacklog := lowerBound(q.Backlog)
	arrivals, knowArrivals := lowerBound(q.Arrivals)
	d := demand{
		q:       q,
		backlog: times(backlog, q.WorkPerItem),
		known:   knowBacklog || knowArrivals || q.Forecast.Known,
		fresh:   q.Backlog.Fresh() && knowBacklog && q.Arrivals.Fresh() && knowArrivals && ageUsable(q.OldestAge),
	}
	mean, upper := toCome(q, arrivals)
	d.mean, d.upper = min(times(mean, q.WorkPerItem), maxRate), min(times(upper, q.WorkPerItem), maxRate)
	d.plain = d.mean
	d.mean = max(d.mean, min(times(q.Forecast.Foreseen, q.WorkPerItem), maxRate))
	d.due = d.mean
	d.older = d.backlog
	if q.AgesKnown {
		for _, b := range q.Ages {
			d.older -= times(b.Items, q.WorkPerItem)
		}
		d.older = max(d.older, 0)
	}
	d.span, d.assumed = ageSpan(q, backlog, arrivals)
	return d
}

// toCome is the rate to come, and the highest of a window, where so much arrives now.
func toCome(q *Queue, arrivals sample.Milli) (mean, upper sample.Milli) {
	f := &q.Forecast
	if f.Known {
		return f.Mean, max(f.Upper, f.Mean)
	}
	// A young forecast does not know how high peaks are, but its mean is of all that was
	// seen: the rate now is of one look, and mostly noise.
	mean = arrivals
	if f.Mean > 0 && q.Arrivals.Fresh() {
		mean = f.Mean
	}
	return mean, poissonUpper(mean, q.Deadline)
}

// lowerBound is the value to count with, and whether there is one.
func lowerBound(s sample.Sample) (sample.Milli, bool) {
	ok := s.Quality >= sample.Stale && s.Quality <= sample.Fresh && s.Value >= 0 && s.Value <= sample.MaxMilli
	if !ok {
		return 0, false
	}
	return s.Value, true
}

// ageUsable is false for an age that was declared and is not Fresh.
func ageUsable(s sample.Sample) bool {
	if s.Quality == sample.Absent {
		return s.Cause == sample.CauseNone || s.Cause == sample.CauseNotDeclared
	}
	_, ok := lowerBound(s)
	return ok && s.Fresh()
}

// ageSpan is the age of the oldest item in milliseconds. Unknown, it is assumed
// from the rate now, first in first out; and from the deadline when not even
// that is known.
func ageSpan(q *Queue, backlog, arrivals sample.Milli) (span int64, assumed bool) {
	switch age, ok := lowerBound(q.OldestAge); {
	case ok: // seconds in thousandths are milliseconds
		return min(int64(age), int64(MaxSpan)), q.OldestAge.Quality != sample.Fresh
	case arrivals > 0:
		return min(sample.MulDivUp(int64(backlog), 1000, int64(arrivals)), int64(MaxSpan)), true
	default:
		return int64(q.Deadline), true
	}
}

// peak is the work per second beyond the mean to stand ready for: what the upper
// rate brings in a lead, spread over the lead and the deadline, because its last
// item may wait for that.
func (d *demand) peak(lead int64) int64 {
	if !d.standing {
		return 0
	}
	return sample.MulDivUp(d.upper-d.plain, lead, lead+int64(d.q.Deadline))
}

// modest is what of above a pool nothing was learned of lets stand: as much as half of
// the rate, or as chance alone brings. Its forecast saw little more than how traffic
// began, and takes that for its nature.
func (d *demand) modest() int64 {
	f := &d.q.Forecast
	if !f.Known {
		return d.above
	}
	chance := times(poissonUpper(f.Mean, d.q.Deadline)-f.Mean, d.q.WorkPerItem)
	return min(d.above, max(d.plain/2, chance))
}

// waitingDue is the work of d that waits now and is due within t.
func (d *demand) waitingDue(t int64) int64 {
	deadline := int64(d.q.Deadline)
	var due int64
	if d.q.AgesKnown {
		for _, b := range d.q.Ages {
			if deadline-int64(b.UpTo) <= t {
				due = add(due, times(b.Items, d.q.WorkPerItem))
			}
		}
	}
	switch from := deadline - d.span; {
	case t >= deadline:
		due = add(due, d.older)
	case t > from:
		due = add(due, sample.MulDiv(d.older, t-from, d.span))
	}
	return due
}

// dueBy is the work of d due within t, for the words of an explanation.
func (d *demand) dueBy(t, lead int64) int64 {
	deadline := int64(d.q.Deadline)
	due := d.waitingDue(t)
	if t > deadline {
		due = add(due, over(d.upper, min(t-deadline, lead)))
		due = add(due, over(d.due, max(t-deadline-lead, 0)))
	}
	return due
}

// rank is what the order of the queues turns on.
type rank struct {
	class, deadline int64
	i               int32
}

// rank puts the demands (which are sorted by key) into the order in which they are served
// when somebody must be late: protected, then priority, then the shorter deadline, then
// the key.
func (p *plan) rank() {
	p.ranks, p.order = slices.Grow(p.ranks[:0], len(p.ds)), slices.Grow(p.order[:0], len(p.ds))
	for i := range p.ds {
		q := p.ds[i].q
		r := rank{class: -int64(q.Priority), deadline: int64(q.Deadline), i: int32(i)}
		if q.Protected {
			r.class -= 1 << 40
		}
		p.ranks = append(p.ranks, r)
	}
	slices.SortFunc(p.ranks, func(a, b rank) int {
		return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(a.deadline, b.deadline), cmp.Compare(a.i, b.i))
	})
	for _, r := range p.ranks {
		p.order = append(p.order, r.i)
	}
}

// demands are those of all queues, by ascending key, whatever the order given; in the
// memory of ds.
func demands(ds []demand, queues []Queue) []demand {
	ds = slices.Grow(ds[:0], len(queues))
	for i := range queues {
		ds = append(ds, newDemand(&queues[i]))
	}
	byKey := func(a, b demand) int { return cmp.Compare(a.q.Key, b.q.Key) }
	if !slices.IsSortedFunc(ds, byKey) {
		slices.SortFunc(ds, byKey)
	}
	return ds
}
