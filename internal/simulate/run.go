package simulate

import "slices"

// Pool is what is simulated: workers of one kind, and the promise of their queue.
type Pool struct {
	// Throughput is items a second of one ready worker; where queues share it, items
	// of weight 1.
	Throughput float64
	// Startup and Deadline in seconds.
	Startup, Deadline int
	Min, Max          int
	// Initial is how many workers are ready at the start.
	Initial int
}

// View is what a policy is shown at the beginning of a second.
type View struct {
	// Second since the start; after the day's end the queue is still worked off.
	Second int
	// Backlog is items waiting, Arrived the items of the second before, and Since those
	// that came since the policy was asked last; where queues share the pool, of all of
	// them, by their weight.
	Backlog, Arrived, Since float64
	// Oldest is the age of the oldest item waiting, in seconds.
	Oldest int
	// Queues are the same for each queue, in items. They are only to be read, and only
	// during the call.
	Queues []Waiting
	// Ready workers, and Desired: those ready or starting.
	Ready, Desired int
	// Ended is true once the day is over: nothing arrives any more, and what waits
	// is worked off.
	Ended bool
	// Starting are the workers that are not ready yet, the next to be ready first.
	// It is only to be read, and only during the call.
	Starting []Starting
}

// Waiting is what is seen of a queue.
type Waiting struct {
	Backlog, Arrived, Since float64 // items
	Oldest                  int     // seconds
}

// Starting is some workers that become ready together at a second.
type Starting struct{ At, Count int }

// Policy decides the replicas.
type Policy interface {
	// Step returns the desired replicas from this second on. It is called once for
	// each second, in order.
	Step(v *View) int
}

// Sparse is a policy that decides in each so many seconds only, from the first on, and is
// not called in the others.
type Sparse interface {
	Policy
	Every() int
}

// Result is what came of a policy.
type Result struct {
	// Attained is the share of items done within the deadline, and Low the 5th
	// percentile of it over windows of five minutes in which something arrived.
	Attained, Low float64
	// WorkerSeconds paid, startup and draining after the day's end included.
	WorkerSeconds float64
	// Items that arrived.
	Items float64
	// Changes of the replica count.
	Changes int
	// Most is the largest replica count.
	Most int
}

const (
	// window of the percentile of attainment, in seconds.
	scoreWindow = 300
	// longest is how long the queue is worked off after the end, in seconds.
	longest = 36_000
	// crumb is an amount of work too small to be any.
	crumb = 1e-12
)

// batch is the items of one second.
type batch struct {
	second int
	items  float64
}

// queue is served first in, first out.
type queue struct {
	arrivals []float64 // by second
	deadline int       // seconds
	weight   float64   // work of an item, in what Pool.Throughput counts
	batches  []batch
	head     int
	backlog  float64 // items
	// over items, of the batches before old, are due at once or overdue; it is brought
	// up to date when a ranking asks.
	over  float64
	old   int
	score score
	late  []float64 // of a tape, nil for none
}

func (q *queue) push(b batch) {
	if q.head > 1024 && 2*q.head > len(q.batches) { // what is done is dropped, in constant time for each
		q.batches = slices.Delete(q.batches, 0, q.head)
		q.old, q.head = q.old-q.head, 0
	}
	q.batches = append(q.batches, b)
	q.backlog += b.items
}

func (q *queue) empty() bool { return q.head == len(q.batches) }

func (q *queue) oldest(t int) int {
	if q.empty() {
		return 0
	}
	return t - q.batches[q.head].second
}

// serve lets workers who have room for some work do, at a second, the oldest of the items
// that came before another second, and returns the room that is left.
func (q *queue) serve(t int, room float64, before int) float64 {
	for q.head < len(q.batches) && room > crumb {
		b := &q.batches[q.head]
		if b.second >= before {
			break
		}
		done := b.items
		if work := done * q.weight; work <= room {
			room -= work
		} else {
			done, room = room/q.weight, 0
		}
		q.backlog -= done
		if q.head < q.old {
			q.over -= done
		}
		if t-b.second < q.deadline {
			q.score.onTime += done
			q.score.windowOK[b.second/scoreWindow] += done
		} else if q.late != nil {
			q.late[b.second] += done
		}
		if b.items -= done; b.items < crumb {
			q.head++
		}
	}
	return room
}

// run is a simulation under way.
type run struct {
	pool     Pool
	queues   []queue // whose items are rather in time than those of the next first
	waiting  []Waiting
	starting []Starting
	pending  int // of desired, in starting
	desired  int
	rank     ranking
	result   Result
	tape     *Tape // nil when nobody asked for one
}

// score counts what was done in time.
type score struct {
	onTime            float64
	windowOK, windowN []float64
}

// Run replays arrivals, by second, under a policy.
func Run(arrivals []float64, pool Pool, policy Policy) Result {
	r := newRun(pool, []queue{{arrivals: arrivals, deadline: pool.Deadline, weight: 1}})
	r.play(policy)
	return r.conclude()
}

func newRun(pool Pool, queues []queue) *run {
	windows := len(queues[0].arrivals)/scoreWindow + 1
	r := &run{pool: pool, desired: pool.Initial, queues: queues, waiting: make([]Waiting, len(queues))}
	for i := range queues {
		queues[i].score = score{windowOK: make([]float64, windows), windowN: make([]float64, windows)}
	}
	return r
}

func (r *run) play(policy Policy) {
	view := View{Queues: r.waiting}
	seconds, every := len(r.queues[0].arrivals), 1
	if p, ok := policy.(Sparse); ok {
		every = p.Every()
	}
	for t := 0; t < seconds || r.backlog() >= 1e-6 && t <= seconds+longest; t++ {
		if t%every == 0 {
			r.look(&view, t, t >= seconds)
			r.scale(t, policy.Step(&view))
		}
		r.land(t)
		r.arrive(t)
		r.work(t, t < seconds)
		if r.tape != nil && t < seconds {
			r.tape.note(t, r)
		}
	}
}

// backlog is the items that wait, by weight.
func (r *run) backlog() float64 {
	total := 0.0
	for i := range r.queues {
		total += r.queues[i].backlog * r.queues[i].weight
	}
	return total
}

// look is what a policy is shown at a second.
func (r *run) look(v *View, t int, ended bool) {
	v.Second, v.Ended, v.Ready, v.Desired, v.Starting = t, ended, r.desired-r.pending, r.desired, r.starting
	backlog, arrived, since, oldest := 0.0, 0.0, 0.0, 0
	for i := range r.queues {
		q, w := &r.queues[i], &r.waiting[i]
		w.Backlog, w.Oldest = q.backlog, q.oldest(t)
		backlog += w.Backlog * q.weight
		arrived += w.Arrived * q.weight
		since += w.Since * q.weight
		oldest = max(oldest, w.Oldest)
	}
	v.Backlog, v.Arrived, v.Since, v.Oldest = backlog, arrived, since, oldest
}

// scale asks for workers, or sends some away: those last asked for go first.
func (r *run) scale(t, desired int) {
	desired = min(max(desired, r.pool.Min), r.pool.Max)
	if desired != r.desired {
		r.result.Changes++
	}
	if more := desired - r.desired; more > 0 {
		r.starting = append(r.starting, Starting{At: t + r.pool.Startup, Count: more})
		r.pending += more
	}
	for less := r.desired - desired; less > 0 && len(r.starting) > 0; {
		last := &r.starting[len(r.starting)-1]
		gone := min(last.Count, less)
		last.Count, less, r.pending = last.Count-gone, less-gone, r.pending-gone
		if last.Count == 0 {
			r.starting = r.starting[:len(r.starting)-1]
		}
	}
	r.desired = desired
	r.result.Most = max(r.result.Most, desired)
	for i := range r.waiting {
		r.waiting[i].Since = 0
	}
}

// land lets those that are ready work.
func (r *run) land(t int) {
	for len(r.starting) > 0 && r.starting[0].At <= t {
		r.pending -= r.starting[0].Count
		r.starting = slices.Delete(r.starting, 0, 1)
	}
}

func (r *run) arrive(t int) {
	for i := range r.queues {
		q, items := &r.queues[i], 0.0
		if t < len(q.arrivals) {
			items = q.arrivals[t]
		}
		r.waiting[i].Arrived = items
		r.waiting[i].Since += items
		if items > 0 {
			q.push(batch{t, items})
			q.score.windowN[t/scoreWindow] += items
		}
	}
}

// work does what the ready workers can do within a second. Draining after the day's
// end is paid too.
func (r *run) work(t int, paid bool) {
	ready := r.desired - r.pending
	if paid {
		r.result.WorkerSeconds += float64(r.desired)
	} else {
		r.result.WorkerSeconds += float64(ready)
	}
	room := r.pool.Throughput * float64(ready)
	if len(r.queues) > 1 {
		r.share(t, room)
		return
	}
	r.queues[0].serve(t, room, t+1)
}

// conclude is the result, of all queues together.
func (r *run) conclude() Result {
	out := r.result
	if len(r.queues) == 1 {
		s := r.queues[0].served()
		out.Items, out.Attained, out.Low = s.Items, s.Attained, s.Low
		return out
	}
	var all queue
	all.score.windowN = make([]float64, len(r.queues[0].score.windowN))
	all.score.windowOK = make([]float64, len(all.score.windowN))
	for i := range r.queues {
		q := &r.queues[i]
		all.score.onTime += q.score.onTime
		out.Items += sum(q.arrivals)
		for k := range all.score.windowN {
			all.score.windowN[k] += q.score.windowN[k]
			all.score.windowOK[k] += q.score.windowOK[k]
		}
	}
	out.Attained, out.Low = all.score.shares(out.Items)
	return out
}

// Served is what came of the items of a queue.
type Served struct {
	// Items that arrived, and Late those not done in time.
	Items, Late float64
	// Attained is the share of items done within the deadline, and Low the 5th
	// percentile of it over windows of five minutes in which something arrived.
	Attained, Low float64
}

func (q *queue) served() Served {
	s := Served{Items: sum(q.arrivals)}
	s.Attained, s.Low = q.score.shares(s.Items)
	s.Late = max(s.Items-q.score.onTime, 0)
	return s
}

// shares are those of the items in time: of all, and the 5th percentile of windows.
func (s *score) shares(items float64) (attained, low float64) {
	if items <= 0 {
		return 0, 0
	}
	var shares []float64
	for i, n := range s.windowN {
		if n > 0 {
			shares = append(shares, s.windowOK[i]/n)
		}
	}
	slices.Sort(shares)
	return s.onTime / items, shares[len(shares)/20]
}
