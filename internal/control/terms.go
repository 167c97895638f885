package control

// Terms are a patience in the measure of one load and of a pool's times: all of the law
// that turns on neither the replicas nor what arrives. Who applies the law to many pools
// makes them once, and asks Wanted of them.
type Terms struct {
	patience      Patience
	lead, startup int64
	// high, low and middle are the backlog for each replica that the shares of the wait
	// come to; drain is how long bringing it back takes, in seconds.
	high, low, middle, drain int64
	// near and far are what one that is ready does within the lead, and within a startup
	// more, with what it may leave.
	near, far      int64
	urgency, grace int64
}

// Terms are those of a load that may wait so long.
func (pa *Patience) Terms(t Times, wait int64) Terms {
	out := Terms{
		patience: *pa, lead: t.Lead, startup: t.Startup, urgency: t.urgency(wait), grace: t.Startup / 2,
		high: pa.High * wait / 1000, low: pa.Low * wait / 1000, middle: pa.Middle * wait / 1000,
		drain: max(pa.Drain, wait, 1000) / 1000, // nothing need be worked off faster than it may wait
	}
	out.near, out.far = perReady(t.Lead, out.high), perReady(t.Lead+t.Startup, out.middle)
	return out
}

// perReady is the work of a ready replica within a span, and what it may leave; 1 for a
// pool without a lead, and no slack.
func perReady(span, slack int64) int64 { return max(span+slack, 1) }

// Inflow is what arrives of a load: at a rate, and so within a lead, and a startup more.
type Inflow struct{ rate, near, far int64 }

// Inflow of a load.
func (t Times) Inflow(rate int64) Inflow {
	return Inflow{rate, rate * t.Lead / 1000, rate * (t.Lead + t.Startup) / 1000}
}

// raise is the rate that a projected backlog asks for, in thousandths of a replica.
func (k *Terms) raise(projected, rate int64) int64 {
	return rate + (projected-k.low*rate/1000)/k.drain
}

// Wanted is Decide for a pool whose work is one load, of which so much waits; it brings
// the memory up to date.
func (k *Terms) Wanted(p *Plant, backlog int64, in *Inflow, m *Memory, elapsed int64) int64 {
	if len(p.Starting) == 0 {
		return k.Settled(Settled{p.Ready, roundUp(p.Standing), backlog}, in, m, elapsed)
	}
	n := p.Replicas()
	if m.Of != n {
		*m = Memory{Of: n}
	}
	standing := roundUp(p.Standing)
	up := standing
	if projected := backlog + in.near - p.done(n, k.lead); projected > k.high*n {
		up = max(up, roundUp(min(k.raise(projected, in.rate), MaxRate)))
	}
	if up > n {
		*m = Memory{}
		return k.patience.above(n, up, k.urgency)
	}
	needed := standing
	// Only work that those needed so far do not do is worth a division.
	if work := backlog + in.far; needed < n && work > min(needed, p.Ready)*k.far {
		needed = max(needed, min(p.least(work, k.lead+k.startup, k.middle), n))
	}
	if work := backlog + in.near; needed < n && work > min(needed, p.Ready)*k.near {
		needed = max(needed, min(p.least(work, k.lead, k.high), n))
	}
	return m.settle(n, needed, elapsed, k.patience.Waste, k.grace)
}

// Settled is a plant of which no replica is on its way: those there are, those that must
// stand ready, and what waits.
type Settled struct{ Ready, Standing, Backlog int64 }

// Settled is Wanted for such a plant, as most are: each replica does as much as any other.
func (k *Terms) Settled(p Settled, in *Inflow, m *Memory, elapsed int64) int64 {
	n, near, far := p.Ready, p.Backlog+in.near, p.Backlog+in.far
	if m.Of != n {
		*m = Memory{Of: n}
	}
	up := p.Standing
	if near > n*(k.lead+k.high) {
		up = max(up, roundUp(min(k.raise(near-n*k.lead, in.rate), MaxRate)))
	}
	if up > n {
		*m = Memory{}
		return k.patience.above(n, up, k.urgency)
	}
	needed := p.Standing
	if far > needed*k.far {
		needed = min((far+k.far-1)/k.far, n)
	}
	if near > needed*k.near {
		needed = min((near+k.near-1)/k.near, n)
	}
	return m.settle(n, needed, elapsed, k.patience.Waste, k.grace)
}
