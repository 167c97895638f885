package simulate

import "slices"

// Pool is what is simulated: workers of one kind on one queue.
type Pool struct {
	// Throughput is items a second of one ready worker.
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
	// Backlog is items waiting, and Arrived the items of the second before.
	Backlog, Arrived float64
	// Oldest is the age of the oldest item waiting, in seconds.
	Oldest int
	// Ready workers, and Desired: those ready or starting.
	Ready, Desired int
	// Ended is true once the day is over: nothing arrives any more, and what waits
	// is worked off.
	Ended bool
	// Starting are the workers that are not ready yet, the next to be ready first.
	// It is only to be read, and only during the call.
	Starting []Starting
}

// Starting is some workers that become ready together at a second.
type Starting struct{ At, Count int }

// Policy decides the replicas.
type Policy interface {
	// Step returns the desired replicas from this second on. It is called once for
	// each second, in order.
	Step(v *View) int
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
	batches []batch
	head    int
	backlog float64
}

func (q *queue) push(b batch) {
	if q.head > 65_536 {
		q.batches = slices.Delete(q.batches, 0, q.head)
		q.head = 0
	}
	q.batches = append(q.batches, b)
	q.backlog += b.items
}

// run is a simulation under way.
type run struct {
	pool     Pool
	queue    queue
	starting []Starting
	pending  int // of desired, in starting
	desired  int
	score    score
	tape     *Tape // nil when nobody asked for one
}

// score counts what was done in time.
type score struct {
	onTime            float64
	windowOK, windowN []float64
	result            Result
}

// Run replays arrivals, by second, under a policy.
func Run(arrivals []float64, pool Pool, policy Policy) Result {
	return newRun(arrivals, pool).play(arrivals, policy)
}

func newRun(arrivals []float64, pool Pool) *run {
	windows := len(arrivals)/scoreWindow + 1
	r := &run{pool: pool, desired: pool.Initial}
	r.score.windowOK, r.score.windowN = make([]float64, windows), make([]float64, windows)
	return r
}

func (r *run) play(arrivals []float64, policy Policy) Result {
	var view View
	arrived := 0.0
	for t := 0; t < len(arrivals) || r.queue.backlog >= 1e-6 && t <= len(arrivals)+longest; t++ {
		ended := t >= len(arrivals)
		view = View{
			Second: t, Ended: ended, Backlog: r.queue.backlog, Arrived: arrived, Oldest: r.oldest(t),
			Ready: r.desired - r.pending, Desired: r.desired, Starting: r.starting,
		}
		r.scale(t, policy.Step(&view))
		arrived = 0
		if !ended {
			arrived = arrivals[t]
			r.arrive(t, arrived)
		}
		r.work(t, !ended)
		if r.tape != nil && !ended {
			r.tape.note(t, r)
		}
	}
	return r.score.done(arrivals)
}

func (r *run) oldest(t int) int {
	if r.queue.head == len(r.queue.batches) {
		return 0
	}
	return t - r.queue.batches[r.queue.head].second
}

// scale asks for workers, or sends some away: those last asked for go first.
func (r *run) scale(t, desired int) {
	desired = min(max(desired, r.pool.Min), r.pool.Max)
	if desired != r.desired {
		r.score.result.Changes++
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
	for len(r.starting) > 0 && r.starting[0].At <= t {
		r.pending -= r.starting[0].Count
		r.starting = slices.Delete(r.starting, 0, 1)
	}
	r.score.result.Most = max(r.score.result.Most, desired)
}

func (r *run) arrive(t int, items float64) {
	if items > 0 {
		r.queue.push(batch{t, items})
		r.score.windowN[t/scoreWindow] += items
	}
}

// work does what the ready workers can do within a second. Draining after the day's
// end is paid too.
func (r *run) work(t int, paid bool) {
	ready := r.desired - r.pending
	if paid {
		r.score.result.WorkerSeconds += float64(r.desired)
	} else {
		r.score.result.WorkerSeconds += float64(ready)
	}
	q := &r.queue
	for left := r.pool.Throughput * float64(ready); q.head < len(q.batches) && left > crumb; {
		b := &q.batches[q.head]
		done := min(b.items, left)
		left -= done
		q.backlog -= done
		if t-b.second < r.pool.Deadline {
			r.score.onTime += done
			r.score.windowOK[b.second/scoreWindow] += done
		} else if r.tape != nil {
			r.tape.Late[b.second] += done
		}
		if b.items -= done; b.items < crumb {
			q.head++
		}
	}
}

func (s *score) done(arrivals []float64) Result {
	s.result.Items = sum(arrivals)
	var shares []float64
	for i, n := range s.windowN {
		if n > 0 {
			shares = append(shares, s.windowOK[i]/n)
		}
	}
	if s.result.Items > 0 {
		slices.Sort(shares)
		s.result.Attained, s.result.Low = s.onTime/s.result.Items, shares[len(shares)/20]
	}
	return s.result
}
