package simulate

import "math"

// ranking is how the workers of a pool choose between its queues. They take what is
// due first, whichever queue it is of, which keeps every item in time that can be
// (earliest deadline first is optimal). When what waits cannot all be in time with
// the workers that are ready, queues are admitted by rank: the first k of them get what
// they need to be in time, or as nearly as they can be, before the next gets any, with
// a quarter of their deadlines in reserve, for nobody knows what arrives. That is how
// capacity says who is going to be late.
//
// Whether all can be in time is known without looking at every item in every second:
// slack is by how much, at the worst of all deadlines, what the workers can do by then
// exceeds what is due by then. Serving the earliest first leaves it as it is, what
// arrives lowers it by no more than its own work.
type ranking struct {
	slack    float64
	room     float64 // that slack was worked out with
	shortest int     // deadline, seconds
	width    int     // of due's buckets, seconds
	due      []float64
}

// mostBuckets bounds the buckets by deadline; with longer deadlines they are wider, and
// what is due in one counts as due at its beginning.
const mostBuckets = 2048

func (r *run) ranked() {
	k, longest := &r.rank, 0
	k.shortest = r.queues[0].deadline
	for i := range r.queues {
		k.shortest, longest = min(k.shortest, r.queues[i].deadline), max(longest, r.queues[i].deadline)
	}
	k.width = (longest + mostBuckets - 1) / mostBuckets
	k.due = make([]float64, longest/k.width+1)
	k.slack = math.Inf(1)
}

// share does what workers with room for some work can do within a second.
func (r *run) share(t int, room float64) {
	k := &r.rank
	waiting := r.backlog()
	if waiting <= room {
		r.earliest(t, room, len(r.queues))
		k.slack = math.Inf(1)
		return
	}
	arrived := 0.0
	for i := range r.queues {
		if q := &r.queues[i]; t < len(q.arrivals) {
			arrived += q.arrivals[t] * q.weight
		}
	}
	k.slack = min(k.slack, room*float64(k.shortest)) - arrived
	if room < k.room || k.slack < 0 {
		k.slack = r.spare(t, room)
	}
	if k.room = room; k.slack < -crumb {
		room = r.admit(t, room)
	}
	r.earliest(t, room, len(r.queues))
}

// spare is what slack is about. When what is overdue takes more than there is room for,
// that alone tells that it is below 0.
func (r *run) spare(t int, room float64) float64 {
	k, over := &r.rank, 0.0
	for i := range r.queues {
		over += r.queues[i].overdue(t) * r.queues[i].weight
	}
	if over > room {
		return room - over
	}
	clear(k.due)
	for i := range r.queues {
		k.add(&r.queues[i], r.queues[i].deadline, t)
	}
	return room - k.must(room)
}

// admit serves the queues by rank, each as far as it must be served now, and returns
// the room that is left.
func (r *run) admit(t int, room float64) float64 {
	k := &r.rank
	clear(k.due)
	left := room
	for i := 0; i < len(r.queues) && left > crumb; i++ {
		k.add(&r.queues[i], r.queues[i].deadline-r.queues[i].deadline/4, t)
		if now := min(k.must(room), room) - (room - left); now > 0 {
			left -= now - r.earliest(t, now, i+1)
		}
	}
	return left
}

// add puts a queue's items where they are due, by a deadline. What is overdue is due
// now.
func (k *ranking) add(q *queue, deadline, t int) {
	k.due[0] += q.overdue(t) * q.weight
	for _, b := range q.batches[q.old:] {
		ahead := b.second + deadline - 1 - t
		k.due[max(ahead, 0)/k.width] += b.items * q.weight
	}
}

// overdue is the items that are due at a second, or were before.
func (q *queue) overdue(t int) float64 {
	if q.old <= q.head {
		q.old, q.over = q.head, 0
	}
	for ; q.old < len(q.batches) && q.batches[q.old].second+q.deadline <= t+1; q.old++ {
		q.over += q.batches[q.old].items
	}
	return max(q.over, 0)
}

// must is the least work to be done within this second for all to be in time, with
// room for some each second.
func (k *ranking) must(room float64) float64 {
	most, work := 0.0, 0.0
	for i, w := range k.due {
		if w > 0 {
			work += w
			most = max(most, work-room*float64(i*k.width))
		}
	}
	return most
}

// earliest serves what is due first of the first n queues, and returns the room left.
func (r *run) earliest(t int, room float64, n int) float64 {
	for room > crumb {
		var next *queue
		due := math.MaxInt
		for i := range r.queues[:n] {
			q := &r.queues[i]
			if q.empty() {
				continue
			}
			if d := q.batches[q.head].second + q.deadline; d < due {
				next, due = q, d
			}
		}
		if next == nil {
			return room
		}
		room = next.serve(t, room, next.batches[next.head].second+1)
	}
	return room
}
