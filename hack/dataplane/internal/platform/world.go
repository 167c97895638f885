package platform

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

// Tick is the time that one Step takes.
const Tick = 50 * time.Millisecond

// World is the platform at a moment. It is not safe for concurrent use.
type World struct {
	seed    uint64
	now     time.Duration
	number  uint64
	rng     *rand.Rand // arrivals, classes, handle times
	pcg     *rand.PCG  // scores; seeded for each item
	scoring *rand.Rand
	scores  []v1.Score

	peakWindow int // seconds

	queues []*queue
	byName map[string]*queue
	pools  []*pool
	teams  map[string]*team
	order  []string // names of teams, ascending
	router Router
	shifts bool // somebody came on or went off shift in this step

	config   Config
	epoch    time.Time // by the clock
	rollouts []*rollout
	waves    []wave
	checks   heap[*inspection]
	scored   fifo[*item]
	edges    []float64 // of the buckets of scores
	// histograms of the scores
	histograms map[HistogramKey]*histogram
}

// queue is a Queue at work.
type queue struct {
	Queue
	pool                   *pool
	localeSums, domainSums []float64
	upcoming               []time.Duration // arrivals of this second, ascending
	waiting                fifo[*item]     // for classification
	open                   fifo[*item]     // deadline not reached yet
	held                   fifo[*item]     // nobody can say what is to become of them
	machine                Ledger
	decisions              [v1.Unscored + 1]int64
	sampled                int64
	streams                map[string]*Stream
	classes                map[classKey]*class
	document               *v1.PolicyDocument // nil while there is none
	rollout                *rollout           // nil while the queue decides by one revision
	bands                  map[bandKey]*bandCount
	relieved, delayed      int64 // items that relief let through, and gave more time
}

// pool is a Pool at work.
type pool struct {
	Pool
	queues  []*queue
	workers Workers
	credit  float64 // work that can be done now
	done    float64 // work done in all
	cost    time.Duration
	ready   time.Duration
	peak    int
	work    []float64 // that arrived, by second
}

// New makes a platform at time 0.
func New(c Config) (*World, error) {
	if err := c.Validate(); err != nil {
		return nil, fmt.Errorf("set up platform: %w", err)
	}
	w := &World{
		seed: c.Seed, rng: rand.New(rand.NewPCG(c.Seed, 0x776f726c)), pcg: rand.NewPCG(0, 0),
		peakWindow: max(int(c.PeakWindow/time.Second), 1),
		byName:     map[string]*queue{}, teams: map[string]*team{}, config: c, checks: heap[*inspection]{before: byInspection},
		edges: ScoreEdges(), histograms: map[HistogramKey]*histogram{},
	}
	for _, v := range c.Waves {
		w.waves = append(w.waves, wave{v, never})
	}
	w.scoring = rand.New(w.pcg)
	pools := map[string]*pool{}
	for _, p := range c.Pools {
		pools[p.Name] = &pool{Pool: p}
		w.pools = append(w.pools, pools[p.Name])
	}
	for _, declared := range c.Queues {
		q := &queue{
			Queue:      declared,
			pool:       pools[declared.Pool],
			localeSums: running(declared.Locales, func(l Locale) float64 { return l.Weight }),
			domainSums: running(declared.Domains, func(d Domain) float64 { return d.Weight }),
			streams:    map[string]*Stream{},
			classes:    map[classKey]*class{},
			bands:      map[bandKey]*bandCount{},
		}
		if q.pool != nil {
			q.pool.queues = append(q.pool.queues, q)
		}
		q.expect()
		w.queues = append(w.queues, q)
		w.byName[q.Name] = q
	}
	return w, nil
}

// Now is the time since the start.
func (w *World) Now() time.Duration { return w.now }

// Step moves the platform on by one Tick, its surroundings being as given.
func (w *World) Step(in Inputs) {
	begin := w.now
	w.now += Tick
	w.epoch = in.Start
	w.staff(in.Heads)
	w.follow(in.Router)
	w.swell()
	for _, q := range w.queues {
		if begin%time.Second == 0 {
			q.announce(w.rng, begin)
		}
		w.arrive(q)
	}
	for _, p := range w.pools {
		w.serve(p, in.Workers[p.Name])
	}
	for _, name := range w.order {
		w.review(w.teams[name])
	}
	w.standIn()
	w.inspect()
	for _, q := range w.queues {
		q.expire(w.now)
	}
}

// announce draws when in the coming second items arrive.
func (q *queue) announce(r *rand.Rand, begin time.Duration) {
	n := q.Arrivals.Next()
	q.upcoming = q.upcoming[:0]
	for range n {
		q.upcoming = append(q.upcoming, begin+1+time.Duration(r.Int64N(int64(time.Second))))
	}
	slices.Sort(q.upcoming)
}

// arrive admits the items whose time has come.
func (w *World) arrive(q *queue) {
	n, _ := slices.BinarySearch(q.upcoming, w.now+1)
	for _, at := range q.upcoming[:n] {
		w.admit(w.newItem(q, at))
	}
	q.upcoming = q.upcoming[n:]
}

// admit routes an item to its queue. Without an answer from the router, or where it
// names a queue that is not imitated, the item stays in the queue of its traffic.
func (w *World) admit(it *item) {
	if w.router != nil {
		if routed, ok := w.router.Route(it.v1); ok && w.byName[routed.Queue] != nil {
			it.in = w.byName[routed.Queue]
		}
	}
	q := it.in
	q.machine.Arrivals++
	if q.pool == nil {
		q.machine.Completed++
		it.classified = it.arrived
		w.decide(it)
		return
	}
	q.waiting.push(it)
	q.open.push(it)
	second := int(it.arrived / time.Second)
	for len(q.pool.work) <= second {
		q.pool.work = append(q.pool.work, 0)
	}
	q.pool.work[second] += q.Work
}

// serve lets the pool's workers classify for one Tick, earliest deadline first.
func (w *World) serve(p *pool, workers Workers) {
	p.workers = workers
	p.peak = max(p.peak, workers.Existing)
	p.cost += time.Duration(workers.Existing) * Tick
	p.ready += time.Duration(workers.Ready) * Tick
	p.credit += float64(workers.Ready) * p.ItemsPerSecond * Tick.Seconds()
	for {
		q := p.next()
		if q == nil {
			p.credit = 0 // an idle worker does not work ahead
			return
		}
		if p.credit < q.Work {
			return
		}
		p.credit -= q.Work
		p.done += q.Work
		it := q.waiting.pop()
		it.classified = w.now
		q.machine.Completed++
		w.decide(it)
	}
}

// next is the queue with the item that is due first, nil if none waits.
func (p *pool) next() (best *queue) {
	var earliest time.Duration
	for _, q := range p.queues {
		if q.waiting.len() == 0 {
			continue
		}
		if due := q.waiting.first().arrived + q.Promise.Within; best == nil || due < earliest {
			best, earliest = q, due
		}
	}
	return best
}

// expire counts the items whose deadline has passed.
func (q *queue) expire(now time.Duration) {
	for q.open.len() > 0 && q.open.first().arrived+q.Promise.Within <= now {
		it := q.open.pop()
		q.machine.count(it.classified, it.arrived+q.Promise.Within)
	}
	for _, c := range q.classes {
		for c.open.len() > 0 && c.open.first().promised <= now {
			it := c.open.pop()
			c.ledger.count(it.decided, it.promised)
		}
	}
}
