package capacity

import (
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// future is one way that arrivals may go on, for all queues of a plan: the work due by
// each point from each earlier one on, against what can be done between them. What the
// earliest deadline first cannot do between two points, nobody can.
type future struct {
	p *plan
	// at are 0 and the points; can is the work that can be done until each, at most.
	at  [OutlookPoints + 1]int64
	can [OutlookPoints + 1]int64
	// due[s][t] is the work that comes after s and is due by t, of the queues admitted;
	// of s = 0, what waits now too.
	due [OutlookPoints + 1][OutlookPoints + 1]int64
	// late is the most by which they are late.
	late int64
}

// points of a queue's arrivals that a future takes.
type points func(*Outlook) []sample.Milli

func middle(o *Outlook) []sample.Milli { return o.Middle }
func upper(o *Outlook) []sample.Milli  { return o.Upper }

func (p *plan) newFuture(s *supply) future {
	f := future{p: p}
	for i, span := range OutlookSpans() {
		f.at[i+1] = int64(span)
	}
	most := p.allowed()
	lead := max(p.sup.lead, int64(p.in.Pool.Interval))
	for i := 1; i < len(f.at); i++ {
		f.can[i] = most.work(s, lead, f.at[i])
	}
	return f
}

// arrivals are the work of a queue that comes until each time of at, which are ascending,
// by its points.
func (f *future) arrivals(d *demand, points []sample.Milli, at *[OutlookPoints + 1]int64) (out [OutlookPoints + 1]int64) {
	if len(points) == 0 {
		return out
	}
	next := 1
	for i, t := range at {
		if t <= 0 {
			continue
		}
		for next < len(f.at)-1 && t > f.at[next] {
			next++
		}
		before := int64(0)
		if next > 1 {
			before = int64(points[next-2])
		}
		items := before + part(int64(points[next-1])-before, t-f.at[next-1], f.at[next]-f.at[next-1])
		out[i] = min(times(sample.Milli(items), d.q.WorkPerItem), mostWork)
	}
	return out
}

// delayed are the times a deadline before those of the points.
func (f *future) delayed(d *demand) (out [OutlookPoints + 1]int64) {
	for i, t := range f.at {
		out[i] = t - int64(d.q.Deadline)
	}
	return out
}

// admit adds a queue, and returns from when on it will be late, never for not within
// the horizon.
func (f *future) admit(d *demand, of points) int64 {
	f.add(d, of(&d.q.Outlook))
	// The excess of each t is the largest since any s before it.
	var excess, since [OutlookPoints + 1]int64
	for t := range excess {
		excess[t] = -2 * infinite
	}
	for s := range f.at {
		for t := s; t < len(f.at); t++ {
			if e := f.excess(s, t); e > excess[t] {
				excess[t], since[t] = e, int64(s)
			}
		}
	}
	first, worst := never, f.late
	for t, e := range excess {
		if e > worst {
			worst = e
			if first == never {
				first = f.cross(int(since[t]), t)
			}
		}
	}
	f.late = worst
	return first
}

// add adds the work of a queue that comes after each point and is due by each later one.
func (f *future) add(d *demand, path []sample.Milli) {
	until := f.delayed(d)
	come, due := f.arrivals(d, path, &f.at), f.arrivals(d, path, &until)
	for t, at := range f.at {
		f.due[0][t] += due[t] + min(d.waitingDue(at), mostWork)
	}
	for s := 1; s < len(f.at); s++ {
		row := &f.due[s]
		row[s] += due[s] - come[s] // what need not be done yet, below 0
		for t := s + 1; t < len(f.at); t++ {
			row[t] += max(due[t]-come[s], 0)
		}
	}
}

// excess is the work due between two points beyond what can be done.
func (f *future) excess(s, t int) int64 { return f.due[s][t] - (f.can[t] - f.can[s]) }

// cross is when the excess since s that there is at t came to be more than the lateness
// of those admitted.
func (f *future) cross(s, t int) int64 {
	if t == 0 {
		return 0
	}
	before := f.excess(s, t-1)
	if before >= f.late {
		return f.at[t-1]
	}
	return f.at[t-1] + part(f.at[t]-f.at[t-1], f.late-before, f.excess(s, t)-before)
}

// allowance is how many replicas there may be: from each time on, until the next.
type allowance struct {
	from       []int64
	replicas   []int64
	throughput int64
	// still is true when no replica will come that is not there or coming.
	still bool
}

// allowed are the replicas that may be asked for: the maxima in force and to come, under
// ceilings, and as many as there are during a pause, or when those asked for do not come.
func (p *plan) allowed() allowance {
	a := allowance{from: []int64{0}, throughput: p.sup.throughput, still: notArriving(p.in)}
	edge := func(at sample.Instant) {
		if t := int64(at.Since(p.in.Now)); at > p.in.Now && t < int64(OutlookHorizon) {
			a.from = append(a.from, t, min(t+p.sup.lead, int64(OutlookHorizon)))
		}
	}
	if b := p.in.Pool.Next; b != nil {
		edge(b.At)
	}
	for i := range p.in.Pool.Overrides {
		edge(p.in.Pool.Overrides[i].Until)
	}
	slices.Sort(a.from)
	a.from = slices.Compact(a.from)
	for _, t := range a.from {
		// A replica is there if it may be, and might be asked for a lead ago.
		a.replicas = append(a.replicas, min(p.mayAsk(t), p.mayAsk(max(t-p.sup.lead, 0))))
	}
	return a
}

// mayAsk is the most replicas that modcap may ask for at t.
func (p *plan) mayAsk(t int64) int64 {
	at, pool := p.in.Now.Add(sample.Span(t)), &p.in.Pool
	most := int64(pool.Max)
	if b := pool.Next; b != nil && at >= b.At {
		most = int64(b.Max)
	}
	for i := range pool.Overrides {
		o := &pool.Overrides[i]
		switch {
		case at >= o.Until && o.Until > p.in.Now:
		case o.Kind == Ceiling:
			most = min(most, int64(o.Replicas))
		case o.Kind == Pause:
			return int64(p.value)
		}
	}
	return most
}

// work is the most that can be done until t: by the replicas that are there or coming up
// to the lead, and by those allowed from then on.
func (a *allowance) work(s *supply, lead, t int64) int64 {
	if t <= lead || a.still {
		return s.work(t)
	}
	sum := s.work(lead)
	for i, from := range a.from {
		until := t
		if i+1 < len(a.from) {
			until = min(a.from[i+1], t)
		}
		if from = max(from, lead); from < until {
			sum = add(sum, over(part(a.throughput, a.replicas[i], 1), until-from))
		}
	}
	return sum
}

// calm is true when what comes at most stays below what can be done, from every point
// on, so that nothing can go wrong.
func (f *future) calm() bool {
	if f.p.total(func(d *demand) int64 { return d.waitingDue(0) }) > 0 {
		return false
	}
	var come, due [OutlookPoints + 1]int64
	for k := range f.p.ds {
		d := &f.p.ds[k]
		path, until := d.q.Outlook.Upper, f.delayed(d)
		c, w := f.arrivals(d, path, &f.at), f.arrivals(d, path, &until)
		for i := range come {
			come[i], due[i] = add(come[i], c[i]), add(due[i], add(w[i], d.backlog))
		}
	}
	for i := 1; i < len(f.at); i++ {
		if come[i]-come[i-1] > f.can[i]-f.can[i-1] || due[i] > f.can[i] {
			return false
		}
	}
	return true
}
