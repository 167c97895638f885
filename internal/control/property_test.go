package control

import (
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const rounds = 20_000

// problem is all that a decision is made of.
type problem struct {
	Plant    Plant
	Times    Times
	Patience Patience
	Memory   Memory
	Elapsed  int64
}

func (q *problem) decide() Answer {
	return Decide(&q.Plant, q.Times, &q.Patience, q.Memory, q.Elapsed)
}

// more is the problem with another plant.
func (q *problem) more(change func(*Plant)) *problem {
	other := *q
	other.Plant.Loads = slices.Clone(q.Plant.Loads)
	change(&other.Plant)
	return &other
}

// rise adds to the work of the i-th load, and so to those that hold it.
func rise(p *Plant, i int, backlog, rate int64) {
	for ; i < len(p.Loads); i++ {
		p.Loads[i].Backlog += backlog
		p.Loads[i].Rate += rate
	}
}

// upTo is often small, and sometimes all of it.
func upTo(r *rand.Rand, most int64) int64 {
	if r.IntN(4) == 0 {
		most = max(most/100, 1)
	}
	return r.Int64N(most + 1)
}

func randomProblem(r *rand.Rand) *problem {
	q := &problem{Times: Times{Startup: upTo(r, 300_000)}, Elapsed: upTo(r, 60_000)}
	q.Times.Lead = q.Times.Startup + 1 + upTo(r, 60_000)
	high := 1 + upTo(r, 1000)
	q.Patience = Patience{
		High: high, Low: upTo(r, high), Middle: upTo(r, high), Drain: minDrain + upTo(r, 600_000),
		Waste: upTo(r, 120_000), Over: upTo(r, 300), Bet: upTo(r, 3000), Exact: r.IntN(4) == 0,
		Noise: upTo(r, 6000), Last: upTo(r, high),
	}
	p := &q.Plant
	p.Now, p.Ready, p.Standing = r.Int64N(1<<40), upTo(r, 50), upTo(r, 60_000)
	for at := p.Now - 10_000; len(p.Starting) < r.IntN(5); {
		at += upTo(r, q.Times.Lead/2)
		p.Starting = append(p.Starting, Batch{At: at, Count: 1 + upTo(r, 9)})
	}
	for wait := int64(0); len(p.Loads) == 0 || len(p.Loads) < r.IntN(4); {
		wait += 1 + upTo(r, 300_000)
		l := Load{Wait: wait}
		if n := len(p.Loads); n > 0 {
			l.Backlog, l.Rate = p.Loads[n-1].Backlog, p.Loads[n-1].Rate
		}
		l.Backlog += upTo(r, 4_000_000)
		l.Rate += upTo(r, 60_000)
		l.Fresh = upTo(r, l.Backlog)
		l.Later.Known = r.IntN(2) == 0
		for i, most := 0, l.Backlog; i < Looks; i++ {
			most = upTo(r, most)
			l.Later.Than[i] = most
		}
		p.Loads = append(p.Loads, l)
	}
	if n := p.Replicas(); r.IntN(2) == 0 && n > 0 {
		q.Memory = Memory{Waste: upTo(r, 120_000*n), Most: r.Int64N(n), Of: n}
	}
	return q
}

func eachRandom(t *testing.T, seed uint64, check func(t *testing.T, r *rand.Rand, q *problem)) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	for i := range rounds {
		q := randomProblem(r)
		check(t, r, q)
		if t.Failed() {
			t.Fatalf("round %d: %+v", i, q)
		}
	}
}

func TestMoreWorkNeverFewerReplicas(t *testing.T) {
	eachRandom(t, 1, func(t *testing.T, r *rand.Rand, q *problem) {
		i := r.IntN(len(q.Plant.Loads))
		for name, change := range map[string]func(*Plant){
			"backlog":  func(p *Plant) { rise(p, i, upTo(r, 1_000_000), 0) },
			"rate":     func(p *Plant) { rise(p, i, 0, upTo(r, 20_000)) },
			"standing": func(p *Plant) { p.Standing += upTo(r, 20_000) },
		} {
			other := q.more(change)
			a, b := q.decide(), other.decide()
			if b.Wanted < a.Wanted || b.Needed < a.Needed || b.Projected < a.Projected {
				t.Errorf("more %s: %+v, then %+v for %+v", name, a, b, other.Plant)
			}
		}
	})
}

func TestAnswerIsSound(t *testing.T) {
	eachRandom(t, 2, func(t *testing.T, _ *rand.Rand, q *problem) {
		a, n := q.decide(), q.Plant.Replicas()
		switch {
		case a.Wanted < 0 || a.Needed < 0 || a.Projected < 0 || !a.Memory.Sound():
			t.Errorf("out of range: %+v", a)
		case a.Wanted < a.Needed:
			t.Errorf("wants fewer than it needs: %+v", a)
		case a.Wanted < n && a.Memory.Waste <= max(q.Patience.Waste*n, a.MayWaste):
			t.Errorf("less was wasted than may be: %+v", a)
		case a.Wanted*1000 < q.Plant.Standing:
			t.Errorf("wants fewer than must stand: %+v", a)
		}
	})
}

// apply is the problem as it is when the replicas are as wanted, and no time has passed.
func (q *problem) apply(a *Answer) *problem {
	next := *q
	next.Memory, next.Elapsed = a.Memory, 0
	p := &next.Plant
	p.Starting = slices.Clone(q.Plant.Starting)
	more := a.Wanted - p.Replicas()
	if more > 0 {
		p.Starting = append(p.Starting, Batch{At: p.Now + q.Times.Lead, Count: more})
		return &next
	}
	for n := len(p.Starting) - 1; more < 0 && n >= 0; n-- {
		some := min(p.Starting[n].Count, -more)
		p.Starting[n].Count -= some
		more += some
	}
	p.Ready += more
	return &next
}

func TestAppliedAnswerIsAFixpoint(t *testing.T) {
	eachRandom(t, 3, func(t *testing.T, _ *rand.Rand, q *problem) {
		first := q.decide()
		next := q.apply(&first)
		second := next.decide()
		if second.Wanted != first.Wanted {
			t.Errorf("%d replicas, then %d: %+v, then %+v", first.Wanted, second.Wanted, first, second)
		}
		third := next.apply(&second).decide()
		if diff := cmp.Diff(second, third); diff != "" {
			t.Errorf("another answer without another question:\n%s", diff)
		}
	})
}

// working is how many of n replicas are ready at a time from now.
func (p *Plant) working(n, at int64) int64 {
	working := p.Ready
	for _, b := range p.Starting {
		if b.At <= p.Now+at {
			working += b.Count
		}
	}
	return min(working, n)
}

// left is the backlog that n replicas leave after span, millisecond by millisecond,
// in millionths of a replica-second.
func (p *Plant) left(l *Load, n, span int64) int64 {
	backlog := l.Backlog * 1000
	for at := range span {
		backlog = max(backlog+l.Rate-1000*p.working(n, at), 0)
	}
	return backlog
}

// smallProblem has spans of some milliseconds, so that each can be walked.
func smallProblem(r *rand.Rand) (p *Plant, span int64) {
	p = &Plant{Now: r.Int64N(1000), Ready: r.Int64N(6)}
	for at := p.Now - 10; len(p.Starting) < r.IntN(5); {
		at += r.Int64N(40)
		p.Starting = append(p.Starting, Batch{At: at, Count: r.Int64N(4)})
	}
	p.Loads = []Load{{Backlog: upTo(r, 900), Rate: upTo(r, 12_000)}}
	return p, 1 + r.Int64N(90)
}

func TestDoneAgreesWithEachMillisecond(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 1))
	for range rounds / 10 {
		p, span := smallProblem(r)
		n, want := r.Int64N(p.Replicas()+3), int64(0)
		for at := range span {
			want += p.working(n, at)
		}
		if got := p.done(n, span); got != want {
			t.Fatalf("%d of %+v do %d in %d ms, want %d", n, p, got, span, want)
		}
	}
}

func TestLeastAgreesWithEachMillisecond(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 1))
	for range rounds / 10 {
		p, span := smallProblem(r)
		l, slack := &p.Loads[0], r.Int64N(30)
		// What is left is taken in whole replica-milliseconds. Where all are too few, it
		// is one more than can help.
		want, help := int64(0), p.Replicas()
		if slack == 0 {
			help = p.working(help, span-1)
		}
		for want <= help && p.left(l, want, span)/1000 > slack*want {
			want++
		}
		if got := p.least(l.Backlog+l.Rate*span/1000, span, slack); got != want {
			t.Fatalf("%d of %+v leave %d ms each after %d, want %d", got, p, slack, span, want)
		}
	}
}

// atTheBounds is a problem whose every number may be the most allowed.
func atTheBounds(r *rand.Rand) *problem {
	edge := func(least, most int64) int64 {
		return []int64{least, most, least + r.Int64N(most-least+1)}[r.IntN(3)]
	}
	q := &problem{Times: Times{Startup: edge(0, MaxSpan), Lead: edge(1, MaxSpan)}, Elapsed: edge(0, MaxSpan)}
	q.Patience = Patience{
		High: edge(1, maxShare), Middle: edge(0, maxShare), Drain: edge(minDrain, MaxSpan), Waste: edge(0, MaxSpan),
		Over: edge(0, maxShare), Bet: edge(0, maxShare), Exact: r.IntN(2) == 0,
		Noise: edge(0, maxShare), Last: edge(0, maxShare),
	}
	q.Patience.Low = edge(0, q.Patience.High)
	p := &q.Plant
	p.Ready, p.Standing = edge(0, 1<<20), edge(0, MaxRate)
	if r.IntN(2) == 0 {
		p.Starting = []Batch{{At: edge(-MaxSpan, MaxSpan), Count: edge(1, 1<<20-p.Ready+1)}}
	}
	for range 1 + r.IntN(3) {
		p.Loads = append(p.Loads, Load{
			Backlog: edge(0, MaxBacklog), Rate: edge(0, MaxRate), Wait: edge(0, MaxSpan), Fresh: edge(0, MaxBacklog),
			Later: Later{r.IntN(2) == 0, [Looks]int64{edge(0, MaxBacklog), edge(0, MaxBacklog), edge(0, MaxBacklog), edge(0, MaxBacklog)}},
		})
	}
	q.Memory = Memory{Waste: edge(0, MaxBacklog), Most: edge(0, p.Replicas()), Of: p.Replicas()}
	return q
}

// limit is the backlog of a load from which on n are too few, in integers without bounds.
func (q *problem) limit(l *Load, n int64) *big.Int {
	num := big.NewInt
	times := func(a, b int64) *big.Int { return new(big.Int).Mul(num(a), num(b)) }
	high := q.Patience.High * l.Wait / 1000
	limit, most := times(high, n), times(high, n+1)
	if l.Fresh == 0 {
		return limit
	}
	came := num(l.Fresh)
	if l.Wait >= q.Times.Lead {
		came.Add(came, times(l.Rate, q.Times.Lead).Quo(times(l.Rate, q.Times.Lead), num(1000)))
	}
	came.Quo(came, num(10))
	share := func(of int64) *big.Int { return new(big.Int).Quo(new(big.Int).Mul(came, num(of)), num(100)) }
	larger := func(a, b *big.Int) *big.Int {
		if a.Cmp(b) > 0 {
			return a
		}
		return b
	}
	if soon := share(q.Patience.High); soon.Cmp(most) < 0 {
		most = soon
	}
	limit = larger(limit, most)
	if q.waitsForLast(l) {
		limit = larger(limit, share(q.Patience.Last))
	}
	return limit
}

// waitsForLast is true for a load that is put off to the last moment.
func (q *problem) waitsForLast(l *Load) bool {
	return q.Patience.Last > 0 && l.Fresh > 0 && l.Wait <= 3*q.Times.Lead
}

// wanted is the scale-up in integers without bounds.
func (q *problem) wanted() *big.Int {
	p, pa, num := &q.Plant, &q.Patience, big.NewInt
	mul := func(a, b *big.Int) *big.Int { return new(big.Int).Mul(a, b) }
	div := func(a *big.Int, b int64) *big.Int { return new(big.Int).Quo(a, num(b)) }
	n, most, bet := p.Replicas(), num(0), num(0)
	up := func(want *big.Int, wait int64) {
		if want.Cmp(num(MaxRate)) > 0 {
			want = num(MaxRate)
		}
		replicas := div(new(big.Int).Add(want, num(999)), 1000)
		urgency := num(0)
		if q.Times.Lead > 0 {
			urgency = num(max(1000-div(mul(num(wait), num(500)), q.Times.Lead).Int64(), 0))
		}
		if b := div(mul(div(mul(new(big.Int).Sub(replicas, num(n)), num(pa.Bet)), 1000), urgency), 1000); b.Cmp(bet) > 0 {
			bet = b
		}
		if replicas.Cmp(most) > 0 {
			most = replicas
		}
	}
	up(num(p.Standing), p.Loads[0].Wait)
	for i, l := range p.Loads {
		done := mul(num(p.Ready), num(q.Times.Lead))
		for _, b := range p.Starting {
			done.Add(done, mul(num(b.Count), num(max(min(q.Times.Lead-(b.At-p.Now), q.Times.Lead), 0))))
		}
		ahead := func(share int64) *big.Int {
			sum, before := num(0), int64(0)
			for _, other := range p.Loads[:i] {
				within := min(max(l.Wait-other.Wait, 0), share*l.Wait/1000)
				sum.Add(sum, div(mul(num(max(other.Rate-before, 0)), num(within)), 1000))
				before = other.Rate
			}
			return sum
		}
		projected := div(mul(num(l.Rate), num(q.Times.Lead)), 1000)
		projected.Add(projected, num(l.Backlog)).Sub(projected, done)
		if projected.Sign() < 0 {
			projected = num(0)
		}
		forced := roundUp(min(p.Standing, MaxRate)) > n && q.waitsForLast(&l)
		if new(big.Int).Add(projected, ahead(pa.High)).Cmp(q.limit(&l, n)) <= 0 && !forced {
			continue
		}
		low := div(mul(div(mul(num(pa.Low), num(l.Wait)), 1000), num(l.Rate)), 1000)
		w := projected.Add(projected, ahead(pa.Low))
		drain := max(pa.Drain, l.Wait) / 1000
		if l.Wait <= q.Times.Lead && w.Cmp(div(mul(num(l.Wait), num(l.Rate)), 1000)) > 0 {
			drain = min(drain, max(q.Times.Lead, 1000)/1000)
		}
		w = div(w.Sub(w, low), drain)
		up(w.Add(w, num(l.Rate)), l.Wait)
	}
	bet.Add(bet, most).Add(bet, div(mul(most, num(pa.Over)), 1000))
	if again := num(2*n - p.Ready); !pa.Exact && again.Cmp(bet) > 0 { // as many as are on their way
		return again
	}
	return bet
}

func TestNothingOverflows(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 1))
	for i := range rounds {
		q := atTheBounds(r)
		a, n := q.decide(), q.Plant.Replicas()
		if a.Wanted < 0 || a.Needed < 0 || a.Needed > max(n, roundUp(MaxRate)) || a.Projected < 0 || a.MayWaste < 0 || !a.Memory.Sound() {
			t.Fatalf("round %d: %+v\n%+v", i, a, q)
		}
		if want := q.wanted(); a.Wanted > n && want.Cmp(big.NewInt(a.Wanted)) != 0 {
			t.Fatalf("round %d: wants %d, in unbounded integers %s\n%+v", i, a.Wanted, want, q)
		}
	}
}

// FuzzDecide looks for a tuning and a plant that are sound, and an answer that is not.
func FuzzDecide(f *testing.F) {
	f.Add(uint64(1), int64(500), int64(300), int64(350), int64(60_000), int64(60_000), int64(0), int64(0))
	f.Add(uint64(2), int64(900), int64(300), int64(350), int64(1_200_000), int64(4000), int64(100), int64(2500))
	f.Add(uint64(3), int64(1), int64(0), int64(0), int64(1000), int64(0), int64(10_000), int64(10_000))
	f.Fuzz(func(t *testing.T, seed uint64, high, low, middle, drain, waste, over, bet int64) {
		r := rand.New(rand.NewPCG(seed, 1))
		for _, q := range []*problem{randomProblem(r), atTheBounds(r)} {
			q.Patience = Patience{high, low, middle, q.Patience.Last, drain, waste, q.Patience.Noise, over, q.Patience.Exact, bet}
			if tuning := (Tuning{Known: true, Patience: q.Patience}); !tuning.Sound() {
				return
			}
			a := q.decide()
			if a.Wanted < 0 || a.Needed < 0 || a.Wanted < a.Needed || a.Projected < 0 || !a.Memory.Sound() {
				t.Errorf("%+v\n%+v", a, q)
			}
			if again := q.decide(); again != a {
				t.Errorf("%+v, then %+v", a, again)
			}
		}
	})
}

// With one load the terms, made beforehand, say what Decide says.
func TestTermsAreTheLaw(t *testing.T) {
	check := func(t *testing.T, q *problem) {
		q.Plant.Loads = q.Plant.Loads[:1]
		l, m := &q.Plant.Loads[0], q.Memory
		terms, in := q.Patience.Terms(q.Times, l.Wait), q.Times.Inflow(l.Rate)
		want, got := q.decide(), terms.Wanted(&q.Plant, Waiting{roundUp(q.Plant.Standing), l.Backlog, l.Fresh, l.Later}, &in, &m, q.Elapsed)
		if got != want.Wanted || m != want.Memory {
			t.Errorf("%d with %+v, want %+v", got, m, want)
		}
	}
	eachRandom(t, 9, func(t *testing.T, _ *rand.Rand, q *problem) { check(t, q) })
	r := rand.New(rand.NewPCG(10, 1))
	for range rounds {
		if check(t, atTheBounds(r)); t.Failed() {
			return
		}
	}
}

// A post, asked again and again while little changes, says what Decide says.
func TestPostIsTheLaw(t *testing.T) {
	calm := 0
	eachRandom(t, 11, func(t *testing.T, r *rand.Rand, q *problem) {
		p, l := &q.Plant, &q.Plant.Loads[0]
		p.Loads, p.Starting = p.Loads[:1], nil
		p.Ready = 1 + r.Int64N(40)
		l.Rate = min(l.Rate, 1000*p.Ready)
		terms := q.Patience.Terms(q.Times, l.Wait)
		post := Post{Memory: q.Memory}
		for range 20 {
			in, w := q.Times.Inflow(l.Rate), Waiting{roundUp(p.Standing), l.Backlog, l.Fresh, l.Later}
			want, got := q.decide(), p.Ready
			if post.Stays(w.Standing, w.Backlog, &in) && post.Calm() {
				calm++
			} else {
				got = post.Wanted(&terms, p.Ready, w, &in, q.Elapsed)
			}
			if got != want.Wanted || post.Memory != want.Memory {
				t.Errorf("%d with %+v, want %+v", got, post.Memory, want)
				return
			}
			if q.Memory = want.Memory; r.IntN(8) == 0 && got != p.Ready {
				p.Ready = got
				post.Forget()
			}
			l.Rate = max(l.Rate+l.Rate*(r.Int64N(41)-20)/1000, 0)
			l.Backlog = max(l.Backlog+(r.Int64N(3)-1)*r.Int64N(l.Backlog/10+1000), 0)
			p.Standing = max(p.Standing+(r.Int64N(3)-1)*r.Int64N(1000), 0)
		}
	})
	if calm < rounds {
		t.Errorf("calm %d times", calm)
	}
}
