package control

import "math"

// Terms are a patience in the measure of one load and of a pool's times: all of the law
// that turns on neither the replicas nor what arrives. Who applies the law to many pools
// makes them once, and asks Wanted of them.
type Terms struct {
	waste, lead, startup int64
	// share is High, last the patience's, and soon how much of what comes within the lead is not
	// due within it.
	share, last, soon int64
	// high, low and middle are the backlog for each replica that the shares of the wait
	// come to; drain is how long bringing it back takes, in seconds.
	high, low, middle, drain int64
	// wait is how long it may, in milliseconds. Soonest is the drain where all that comes is late: of work
	// that cannot wait for a lead it is no longer than one. That takes no more replica-time, for more
	// replicas do the same work sooner.
	wait, soonest int64
	// near and far are what one that is ready does within the lead, and within a startup
	// more, with what it may leave.
	near, far int64
	// over, bet, noise and exact are the patience's, urgency is that of the load: shares are
	// small.
	over, bet, noise, urgency int32
	exact                     bool
}

// Terms are those of a load that may wait so long.
func (pa *Patience) Terms(t Times, wait int64) Terms {
	out := Terms{
		share: pa.High, last: pa.lastFor(t, wait), soon: soon(t.Lead, wait), waste: pa.Waste, lead: t.Lead, startup: t.Startup,
		over: int32(pa.Over), bet: int32(pa.Bet), noise: int32(pa.Noise), urgency: int32(t.urgency(wait)), exact: pa.Exact,
		high: pa.High * wait / 1000, low: pa.Low * wait / 1000, middle: pa.Middle * wait / 1000,
		drain: max(pa.Drain, wait, 1000) / 1000, // nothing need be worked off faster than it may wait
		wait:  wait,
	}
	out.soonest = out.drain
	if wait <= t.Lead {
		out.soonest = min(out.drain, max(t.Lead, 1000)/1000)
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

// above is the replicas wanted where n are too few, and up needed.
func (k *Terms) above(n, up int64) int64 {
	return above(n, up, int64(k.over), int64(k.bet), int64(k.urgency))
}

// soon is the part of a lead whose work may wait until the lead is over, where any may wait
// that long.
func soon(lead, wait int64) int64 {
	if wait < lead {
		return 0
	}
	return lead
}

// CanWait is true for work that can wait for new replicas, and for them to catch up: for a lead and
// a half.
func CanWait(wait, lead int64) bool { return 2*wait >= 3*lead }

// lastLeads is the longest wait in leads in which anything is put off to the last moment. Who can
// wait for longer knows long before that what is needed; and is late for long if it is more.
const lastLeads = 3

// lastFor is Last for a load that may wait so long.
func (pa *Patience) lastFor(t Times, wait int64) int64 {
	if wait > lastLeads*t.Lead {
		return 0
	}
	return pa.Last
}

// tooFew is true where n are too few for a backlog, as it will be when new replicas could first
// work, or where as many as stand have to be had anyway: then the last moment has come, of work
// that waits for it.
func (k *Terms) tooFew(n, stand, backlog, rate, fresh int64) bool {
	return backlog > k.limit(n, rate, fresh) || stand > n && k.last > 0 && fresh > 0
}

// limit is the backlog, as it will be when new replicas could first work, from which on n are
// too few: a share of what they do within the wait. Who serves the oldest first is late only
// when more waits than came within the wait, and that is more than they do in it when they fall
// behind: as long as one replica more will be enough to catch up, it may come as late as that.
// More than one may where the patience has a share for it.
func (k *Terms) limit(n, rate, fresh int64) int64 {
	least := k.high * n
	if fresh == 0 {
		return least
	}
	came := (rate*k.soon/1000 + fresh) / 10
	return max(least, min(came*k.share/100, least+k.high), came*k.last/100)
}

// within is the span in which n replicas must be without work to be too many.
func (k *Terms) within() int64 { return perReady(k.lead+k.startup, 0) }

// spell of n replicas of whom so many would have done, where so much waits and arrives.
func (k *Terms) spell(n, needed, elapsed, rate int64, w *Waiting) spell {
	return spell{
		needed: needed, elapsed: elapsed, may: k.waste*n + k.startup/2, noise: int64(k.noise),
		rate: rate, backlog: w.Backlog, high: k.high, later: w.Later, times: Times{Startup: k.startup, Lead: k.lead},
	}
}

// raise is the rate that a projected backlog asks for, in thousandths of a replica. Where more will wait
// than comes within the wait, all that comes is late until that is worked off.
func (k *Terms) raise(projected, rate int64) int64 {
	drain := k.drain
	if projected > k.wait*rate/1000 {
		drain = k.soonest
	}
	return rate + (projected-k.low*rate/1000)/drain
}

// Wanted is Decide for a pool whose work is one load, with what is to stand ready and what
// waits in place of the plant's; it brings the memory up to date.
func (k *Terms) Wanted(p *Plant, w Waiting, in *Inflow, m *Memory, elapsed int64) int64 {
	n, done := k.present(p)
	if len(p.Starting) == 0 {
		post := Post{Memory: *m}
		wanted := post.Wanted(k, n, w, in, elapsed)
		*m = post.Memory
		return wanted
	}
	if m.Of != n {
		*m = Memory{Of: n}
	}
	near, far, up := w.Backlog+in.near, w.Backlog+in.far, w.Standing
	if k.tooFew(n, up, near-done, in.rate, w.Fresh) {
		up = max(up, roundUp(min(k.raise(max(near-done, 0), in.rate), MaxRate)))
	}
	if up > n {
		*m = Memory{}
		return max(k.above(n, up), p.again(n, k.exact))
	}
	needed := w.Standing
	// Only work that those needed so far do not do is worth a division.
	if needed < n && far > min(needed, p.Ready)*k.far {
		needed = max(needed, min(p.least(far, k.lead+k.startup, k.middle), n))
	}
	if needed < n && near > min(needed, p.Ready)*k.near {
		needed = max(needed, min(p.least(near, k.lead, k.high), n))
	}
	if p.occupied(n, far, k.within()) {
		needed = n
	}
	s := k.spell(n, needed, elapsed, in.rate, &w)
	return m.settle(n, &s)
}

// present is Plant.Replicas, and what they can have done within the lead, as Plant.done has it.
func (k *Terms) present(p *Plant) (n, done int64) {
	n, done = p.Ready, p.Ready*k.lead
	helps := true
	for i := range p.Starting {
		b := &p.Starting[i]
		n += b.Count
		left := k.lead - (b.At - p.Now)
		if helps = helps && left > 0; helps {
			done += b.Count * min(left, k.lead)
		}
	}
	return n, done
}

// Post is a number of replicas, none of them on its way, in the measure of terms: between
// which amounts of work they stay, and waste as before. Those are worked out once, for
// rates and backlogs move little from one decision to the next. The zero Post is ready for
// use.
type Post struct {
	Memory Memory
	// needed are the replicas that would do: as long as the work near is above lowNear and below
	// endNear, or the same of far.
	needed                           int64
	lowNear, endNear, lowFar, endFar int64
	// by is what the waste grows by from a decision to the next, most what it may come to.
	by, most int64
}

// Waiting is what there is to do: the replicas that must stand ready, and of the load what waits,
// what is fresh, and what is due later.
type Waiting struct {
	Standing, Backlog, Fresh int64
	Later                    Later
}

// Forget is for terms, bounds or replicas that are others than before.
func (p *Post) Forget() { p.endNear = 0 }

// Stays is true where as many are needed as at the decision before, and Calm where besides
// what is wasted may be, if the decision before was as long ago as that was from its own:
// then the replicas stay what they are. Where one of them is false Wanted has to be asked.
// (They are two, and short, since who has many posts asks each of them at every decision.)
func (p *Post) Stays(standing, backlog int64, in *Inflow) bool {
	near, far := backlog+in.near, backlog+in.far
	return near < p.endNear && far < p.endFar && standing <= p.needed &&
		(far > p.lowFar || near > p.lowNear || standing == p.needed)
}

// Calm counts what is wasted until a decision at which the replicas stay.
func (p *Post) Calm() bool {
	waste := max(p.Memory.Waste+p.by, 0)
	if waste > p.most {
		return false
	}
	p.Memory.Waste = waste
	return true
}

// Wanted is that of the terms for n replicas, all ready: each does as much as any other.
func (p *Post) Wanted(k *Terms, n int64, w Waiting, in *Inflow, elapsed int64) int64 {
	if p.Memory.Of != n {
		p.Memory = Memory{Of: n}
	}
	near, far, up := w.Backlog+in.near, w.Backlog+in.far, w.Standing
	if k.tooFew(n, up, near-n*k.lead, in.rate, w.Fresh) {
		up = max(up, roundUp(min(k.raise(max(near-n*k.lead, 0), in.rate), MaxRate)))
	}
	if up > n {
		*p = Post{}
		return k.above(n, up)
	}
	needed := w.Standing
	if far > needed*k.far {
		needed = min((far+k.far-1)/k.far, n)
	}
	if near > needed*k.near {
		needed = min((near+k.near-1)/k.near, n)
	}
	if far >= n*k.within() {
		needed = n
	}
	s := k.spell(n, needed, elapsed, in.rate, &w)
	wanted := p.Memory.settle(n, &s)
	p.take(k, n, &s)
	return wanted
}

// take works out how long as many of n will be needed.
func (p *Post) take(k *Terms, n int64, s *spell) {
	needed := s.needed
	p.needed, p.lowNear, p.lowFar = needed, (needed-1)*k.near, (needed-1)*k.far
	if needed == n {
		p.lowFar = min(p.lowFar, n*k.within()-1)
		p.endNear, p.endFar = n*(k.lead+k.high)+1, math.MaxInt64
		p.by, p.most = -s.elapsed, MaxBacklog
		return
	}
	p.endNear, p.endFar = min(needed*k.near, n*(k.lead+k.high))+1, min(needed*k.far+1, n*k.within())
	// No fewer than those needed are kept, so that no less may be wasted.
	p.by, p.most = (n-needed)*s.elapsed, s.mayWaste(n, n-max(needed, p.Memory.Most))
	if early := heed(s.may); p.Memory.Waste <= early {
		p.most = min(early, p.most)
	}
}
