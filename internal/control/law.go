package control

// Amounts are bounded so that no product of two of them exceeds 63 bits: a caller
// clamps to these.
const (
	MaxRate    int64 = 1 << 31          // milli-replicas: two million replicas
	MaxBacklog int64 = 1 << 52          // replica-milliseconds
	MaxSpan    int64 = 24 * 3600 * 1000 // milliseconds
)

// Plant is what the law sees of a pool. Work is measured in replica-milliseconds
// (what one ready replica does in a millisecond), rates in thousandths of a replica.
type Plant struct {
	// Now is the time that Batch.At refers to, in milliseconds.
	Now int64
	// Loads are the work, cumulatively by deadline: the first is the most urgent, each
	// holds those before it, the last is all. Who serves the earliest deadline first
	// gives each of them all replicas.
	Loads []Load
	// Standing is the replicas that must stand ready for what nobody can see coming,
	// in thousandths.
	Standing int64
	// Ready replicas, and those on their way, the soonest first.
	Ready    int64
	Starting []Batch
}

// Load is work with a deadline, and with it all that is more urgent.
type Load struct {
	// Backlog is what waits, Rate what arrives.
	Backlog, Rate int64
	// Wait is how long the latest of it may wait, in milliseconds.
	Wait int64
	// Fresh is what came so lately that it is not due within a lead; 0 where that is not known, or
	// nothing is to be put off.
	Fresh int64
	// Later is what may be left for others.
	Later Later
}

// Looks is how often Later looks ahead.
const Looks = 4

// Later is how much of the work that came, done or not, is due later than others could do it. The
// rest, as far as it was not done, is for the replicas there are.
type Later struct {
	// Known is false where it is not known when work falls due.
	Known bool `json:"known"`
	// Than is what is due later than Look, for each of the looks, in replica-milliseconds.
	Than [Looks]int64 `json:"than"`
}

// Look is how far ahead the i-th look is, in milliseconds: the last is a lead and a startup, by when
// others could have come and have done their part.
func (t Times) Look(i int) int64 { return (t.Lead + t.Startup) * int64(i+1) / Looks }

// Batch is replicas that become ready together.
type Batch struct {
	At    int64 // milliseconds
	Count int64
}

// Tuning is how the law is to be applied to a pool now: what the tuner found, as
// recorded with a decision.
type Tuning struct {
	// Known is false until something was learned.
	Known bool `json:"known"`
	// Rate is the work that arrives, Standing the replicas that must stand ready for
	// what nobody can see coming; both in thousandths of a replica.
	Rate     int64 `json:"rate"`
	Standing int64 `json:"standing"`
	// Fresh is the work, in replica-milliseconds, that came so lately that it is not due within
	// a lead: that which is due sooner has to be done by the replicas there are. It is 0 where
	// several queues bring work: they are not served oldest first.
	Fresh int64 `json:"fresh,omitempty"`
	// Later is what of the work is due later than others could do it; not known of several queues.
	Later    Later    `json:"later,omitzero"`
	Patience Patience `json:"patience"`
}

// Times are the spans of a pool, in milliseconds.
type Times struct {
	// Startup is from asking for a replica to its first work, Lead the same from what
	// was seen: metric delay and the interval between decisions included.
	Startup, Lead int64
}

// Patience is how the law trades waiting, workers and changes. Shares are in
// thousandths.
type Patience struct {
	// High is the share of Wait that the backlog may take up before replicas are added (of
	// what came within Wait, where that is more and one replica more will do it), Low the
	// share to which they bring it back, and Middle the share that it may take up after some
	// are gone.
	High   int64 `json:"high"`
	Low    int64 `json:"low"`
	Middle int64 `json:"middle"`
	// Last is the share of what came within Wait that the backlog may take up where more than
	// one replica more is needed to do it: they are added at the last moment, all at once, when it
	// is known how many. 0 is for work that had better not wait so long, for it comes in bursts;
	// with deadlines of more than three leads it is taken for 0.
	Last int64 `json:"last,omitempty"`
	// Drain is how long bringing it back may take, in milliseconds; of work that cannot wait for a lead,
	// no longer than one where more will wait than comes within Wait.
	Drain int64 `json:"drain"`
	// Waste is the replica-time that may be wasted before replicas go: per replica
	// wanted, in milliseconds.
	Waste int64 `json:"waste"`
	// Noise is by how many replicas the need is taken to swing, in thousandths of the root of
	// the replicas: fewer than those must have wasted as many times more before they go.
	Noise int64 `json:"noise,omitempty"`
	// Over is the share by which replicas are raised beyond what is needed.
	Over int64 `json:"over"`
	// Exact is true where a raise is of what is needed and no more. Where it is not, and
	// replicas are still on their way, a raise is of as many as those at least: what was asked
	// for was too few, and will be again. That is right of a rise, and of a rate that is known;
	// of a pool that has been seen for minutes only, both may be noise.
	Exact bool `json:"exact,omitempty"`
	// Bet is the share of a raise by which it is made larger: what rises goes on rising,
	// and work that cannot wait for new replicas is late until they are enough. With
	// deadlines of two leads and more there is no bet.
	Bet int64 `json:"bet"`
}

// Memory is what the law carries from one decision to the next.
type Memory struct {
	// Waste is the replica-milliseconds wasted since the need was last as high as the
	// replicas, Most the highest need since most of what may be was wasted.
	Waste int64 `json:"waste,omitempty"`
	Most  int64 `json:"most,omitempty"`
	// Of is the replicas that it is about: with others it begins anew.
	Of int64 `json:"of,omitempty"`
}

// Answer is what the law wants, and how it came to it.
type Answer struct {
	// Wanted replicas.
	Wanted int64
	// Needed is the least that would do now, before patience with waste.
	Needed int64
	// Projected is the backlog at the lead, with the replicas there are and coming.
	Projected int64
	// Occupied is true where fewer would do, and none is wasted: all have work until others
	// could come instead.
	Occupied bool
	// Due is the least replicas that do in time what is due before others could.
	Due int64
	// MayWaste is what may be wasted before replicas go, in replica-milliseconds; 0 where none
	// are too many.
	MayWaste int64
	Memory   Memory
}

// Careful is the patience of a pool nothing was learned of: a replica is kept for as
// long as another takes to start, within 10 s and a minute, and what is not sure to be more
// than noise asks for no more than is needed.
func Careful(t Times) Patience {
	return Patience{
		High: 500, Low: 300, Middle: 350, Drain: 60_000, Waste: min(max(t.Startup, 10_000), 60_000), Exact: true,
	}
}

// Law is a patience in the measure of a pool's times and of what its loads may wait. Who
// decides time and again makes it once.
type Law struct {
	times    Times
	patience Patience
	terms    []Terms // of each load
}

// Law of loads that may wait so long, in milliseconds.
func (pa *Patience) Law(t Times, waits ...int64) Law {
	w := Law{t, *pa, make([]Terms, len(waits))}
	for i, wait := range waits {
		w.terms[i] = pa.Terms(t, wait)
	}
	return w
}

// Decide applies the law after elapsed milliseconds since the decision before.
//
// Replicas are added when the backlog, as it will be when new ones could first
// work, is more than High allows, and at once when fewer stand than Standing. If there
// are still some on their way, as many as those at least, unless the patience is Exact:
// what was asked for was too few, and will be again. Replicas go when fewer would have
// done for so long that what was wasted is worth a change: then to the most that was
// needed of late, and to no fewer than the rate keeps busy, or than it takes to do in time what
// is due before others could come. Who has work to do until others could have come instead wastes
// nothing.
func Decide(p *Plant, t Times, pa *Patience, m Memory, elapsed int64) Answer {
	var room [2]Terms // most pools have no more
	w := Law{t, *pa, room[:0]}
	for i := range p.Loads {
		w.terms = append(w.terms, pa.Terms(t, p.Loads[i].Wait))
	}
	return w.Decide(p, m, elapsed)
}

// Decide is Decide for loads that may wait as long as those that the law was made of.
func (w *Law) Decide(p *Plant, m Memory, elapsed int64) Answer {
	n, t, pa := p.Replicas(), &w.times, &w.patience
	if m.Of != n { // they went or came, whoever had a hand in it
		m = Memory{Of: n}
	}
	a := Answer{}
	up := roundUp(min(p.Standing, MaxRate))
	stand := up
	bet := betOn(up-n, pa.Bet, t.urgency(p.wait()))
	done := p.done(n, t.Lead)
	for i := range p.Loads {
		l, k := &p.Loads[i], &w.terms[i]
		projected := max(l.Backlog+l.Rate*t.Lead/1000-done, 0)
		a.Projected = max(a.Projected, projected)
		if k.tooFew(n, stand, projected+p.ahead(i, k.high), l.Rate, l.Fresh) {
			raised := roundUp(min(k.raise(projected+p.ahead(i, k.low), l.Rate), MaxRate))
			up, bet = max(up, raised), max(bet, betOn(raised-n, pa.Bet, int64(k.urgency)))
		}
	}
	if up > n {
		a.Wanted, a.Needed = max(up+up*pa.Over/1000+bet, p.again(n, pa.Exact)), up
		return a
	}
	a.Needed = min(roundUp(p.Standing), n)
	for i := 0; i < len(p.Loads) && a.Needed < n; i++ {
		l, k, in := &p.Loads[i], &w.terms[i], t.Inflow(p.Loads[i].Rate)
		// Only work that those needed so far do not do is worth a division.
		if work := l.Backlog + in.far + p.ahead(i, k.middle); work > min(a.Needed, p.Ready)*k.far {
			a.Needed = max(a.Needed, min(p.least(work, t.Lead+t.Startup, k.middle), n))
		}
		if work := l.Backlog + in.near + p.ahead(i, k.high); work > min(a.Needed, p.Ready)*k.near {
			a.Needed = max(a.Needed, min(p.least(work, t.Lead, k.high), n))
		}
	}
	s := w.spell(p, a.Needed, elapsed)
	a.Occupied = s.needed > a.Needed
	a.Due = s.due()
	if a.Wanted = m.settle(n, &s); s.needed < n {
		a.MayWaste = s.mayWaste(n, n-max(s.needed, s.left(&m, n)))
	}
	a.Memory = m
	return a
}

// again is what n replicas are raised to at least: by as many as are on their way, where a
// raise is not exact.
func (p *Plant) again(n int64, exact bool) int64 {
	if exact {
		return n
	}
	return 2*n - p.Ready
}

// ahead is the work that will come, and be due, before what comes of a load now is to be
// done, if that is to be done within a span: who takes what is due first does it first.
func (p *Plant) ahead(load int, within int64) int64 {
	sum, before, wait := int64(0), int64(0), p.Loads[load].Wait
	for i := range p.Loads[:load] {
		l := &p.Loads[i]
		sum += max(l.Rate-before, 0) * min(max(wait-l.Wait, 0), within) / 1000
		before = l.Rate
	}
	return sum
}

// wait is that of the most urgent work.
func (p *Plant) wait() int64 {
	if len(p.Loads) == 0 {
		return MaxSpan
	}
	return p.Loads[0].Wait
}

// urgency is how little work can wait for new replicas, in thousandths: all of them when
// not at all, none when for two leads.
func (t Times) urgency(wait int64) int64 {
	if t.Lead <= 0 {
		return 0
	}
	return max(1000-wait*500/t.Lead, 0)
}

// above is the replicas wanted where n are too few, and up needed, by the shares of a
// patience.
func above(n, up, over, bet, urgency int64) int64 {
	return up + up*over/1000 + betOn(up-n, bet, urgency)
}

// betOn is by how much a raise by some replicas is made larger.
func betOn(more, bet, urgency int64) int64 { return more * bet / 1000 * urgency / 1000 }

// Replicas is those ready and those on their way.
func (p *Plant) Replicas() int64 {
	n := p.Ready
	for i := range p.Starting {
		n += p.Starting[i].Count
	}
	return n
}

// done is the most that n replicas can have done within span: those ready count
// first, then the others in the order in which they come.
func (p *Plant) done(n, span int64) int64 {
	now := min(p.Ready, n)
	sum := now * span
	n -= now
	for i := range p.Starting {
		b := &p.Starting[i]
		left := span - (b.At - p.Now)
		if left <= 0 || n <= 0 {
			break
		}
		some := min(b.Count, n)
		sum += some * min(left, span)
		n -= some
	}
	return sum
}

// least is the fewest replicas, of those ready and coming, that leave of so much work at
// most slack for each of them after span; one more than there are where none do. (The
// backlog is never below zero on the way unless it is at the end: replicas only become
// more.)
func (p *Plant) least(work, span, slack int64) int64 {
	per := perReady(span, slack)
	if work <= p.Ready*per {
		return (work + per - 1) / per
	}
	work -= p.Ready * per
	n := p.Ready
	for i := range p.Starting {
		b := &p.Starting[i]
		per := max(min(span-(b.At-p.Now), span), 0) + slack
		if per <= 0 {
			break
		}
		if work <= b.Count*per {
			return n + (work+per-1)/per
		}
		work -= b.Count * per
		n += b.Count
	}
	return n + 1
}

func roundUp(milli int64) int64 { return (milli + 999) / 1000 }
