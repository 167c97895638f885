package tune

import (
	"github.com/modcap/modcap/internal/control"
)

// dueLine is when the work that arrived falls due, in replica-seconds.
type dueLine struct {
	// until is what is due by the end of a slot, from the one at on, for longest slots more: by any
	// later one all of it is.
	until       [reach]float64
	at, longest int
	// total has arrived, old of it has fallen due.
	total, old float64
}

// add is work due in some slots.
func (d *dueLine) add(work float64, slots int) {
	slots = min(max(slots, 0), reach-1)
	for d.longest < slots {
		d.longest++
		d.until[(d.at+d.longest)%reach] = d.total
	}
	for i := slots; i <= d.longest; i++ {
		d.until[(d.at+i)%reach] += work
	}
	d.total += work
}

// pass ends a slot.
func (d *dueLine) pass() {
	d.old = d.until[d.at]
	d.at = (d.at + 1) % reach
	if d.longest--; d.longest < 0 {
		d.longest, d.until[d.at] = 0, d.total
	}
}

// after is the work that came so lately that it is not due within some slots, one at least.
func (d *dueLine) after(slots int) float64 {
	slots = max(slots, 1)
	if slots > d.longest {
		return 0
	}
	return d.total - d.until[(d.at+slots-1)%reach]
}

// later is after for the slots of each look.
func (d *dueLine) later(slots *[control.Looks]int) (than [control.Looks]int64) {
	for k := range than {
		than[k] = replicaMilli(d.after(slots[k]))
	}
	return than
}

// shadow is a pool that never existed. Its work is served by deadline, so that what
// is late is what has fallen due before it was done.
type shadow struct {
	// done is work done; late and cost, in replica-seconds, and the changes fade: they are
	// in the measure of ages, and the cost is of what was paid for until billed.
	done, late, cost, changes, billed float64
	wanted                            int64
	post                              control.Post
	standing, pace                    uint8 // places in what a slot asks for and brings
	n                                 int32 // of flying
	flying                            [launches]control.Batch
	coming                            int64 // replicas of flying
}

// run lets a shadow do the work of slots one after another and decide, in its way.
func (x *shadow) run(ticks []tick, k *control.Terms) {
	for i := 0; i < len(ticks); i++ {
		if x.n > 0 {
			x.fly(k, &ticks[i])
			continue
		}
		if i = x.rest(ticks, i); i < len(ticks) {
			x.stand(k, &ticks[i])
		}
	}
}

// rest does the work of slots from one on, none of its replicas being on their way, up to
// the first at which it has to decide, and says which that is. At most slots it has not:
// this is what a simulation does most often.
func (x *shadow) rest(ticks []tick, from int) int {
	place, pace := uint(x.standing)%places, uint(x.pace)%pacePlaces
	can, done := float64(x.wanted)*ticks[from].slot, x.done
	for i := from; i < len(ticks); i++ {
		t := &ticks[i]
		w := min(t.total-done, can)
		if t.old > done {
			x.late += min(t.old-done, w) * t.weight
		}
		done += w
		waits := (t.total - done) * 1000
		if waits >= float64(control.MaxBacklog) ||
			!x.post.Stays(t.standing[place], int64(waits), &t.inflows[pace]) || !x.post.Calm() {
			x.done = done
			return i
		}
	}
	x.done = done
	return len(ticks)
}

// stand decides where none are on their way.
func (x *shadow) stand(k *control.Terms, t *tick) {
	x.ask(x.post.Wanted(k, x.wanted, x.waits(t), &t.inflows[x.pace], t.width), t)
}

// fly does a slot's work and decides where some are on their way.
func (x *shadow) fly(k *control.Terms, t *tick) {
	x.work(t, float64(x.land(t))*t.slot)
	var p control.Plant
	p.Now, p.Ready, p.Starting = t.now, x.wanted-x.coming, x.flying[:x.n]
	x.ask(k.Wanted(&p, x.waits(t), &t.inflows[x.pace], &x.post.Memory, t.width), t)
}

// ask asks for so many replicas, within the bounds.
func (x *shadow) ask(n int64, t *tick) {
	if n = min(max(n, t.least), t.most); n != x.wanted {
		x.scale(n, t)
	}
}

// waits is what there is to do.
func (x *shadow) waits(t *tick) control.Waiting {
	return control.Waiting{Standing: t.standing[x.standing], Backlog: replicaMilli(t.total - x.done), Fresh: t.fresh, Later: t.later}
}

// work does in a slot what ready replicas can, in replica-seconds.
func (x *shadow) work(t *tick, can float64) {
	w := min(t.total-x.done, can)
	if t.old > x.done {
		x.late += min(t.old-x.done, w) * t.weight
	}
	x.done += w
}

// land lets those that are ready at the end of a slot join, and says how many were ready
// as it began.
func (x *shadow) land(t *tick) (ready int64) {
	ready = x.wanted
	for i := range x.flying[:x.n] {
		if b := &x.flying[i]; b.At > t.now-t.width {
			ready -= b.Count
		}
	}
	for x.n > 0 && x.flying[0].At <= t.now {
		x.coming -= x.flying[0].Count
		copy(x.flying[:], x.flying[1:x.n])
		x.n--
	}
	return ready
}

// replicaMilli is work of replica-seconds in replica-milliseconds, within the law's bounds.
func replicaMilli(work float64) int64 {
	if work *= 1000; work < float64(control.MaxBacklog) {
		return int64(work)
	}
	return control.MaxBacklog
}

// scale asks for replicas that are ready at ready, or lets those asked for last go:
// wanted is not what it was.
func (x *shadow) scale(wanted int64, t *tick) {
	more := wanted - x.wanted
	x.bill(t.ages)
	x.changes += t.weight
	x.wanted = wanted
	x.post.Forget()
	if more > 0 {
		x.coming += more
		if x.n == launches {
			x.n--
			more += x.flying[x.n].Count
		}
		x.flying[x.n] = control.Batch{At: t.ready, Count: more}
		x.n++
		return
	}
	for less := -more; less > 0 && x.n > 0; {
		b := &x.flying[x.n-1]
		k := min(b.Count, less)
		less, x.coming = less-k, x.coming-k
		if b.Count -= k; b.Count == 0 {
			x.n--
		}
	}
}

// ages are how what is old fades: weights grow from slot to slot, those of what is new
// beside those of what was, until accounts are settled. Then they begin at 1 again.
type ages struct {
	weight float64 // of this slot
	paid   float64 // a replica-slot of each slot, by its weight
}

// pass begins a slot, of which keep is left after another.
func (a *ages) pass(slot, keep float64) {
	a.weight /= keep
	a.paid += slot * a.weight
}

// bill charges for the replicas that there were so far.
func (x *shadow) bill(a ages) {
	x.cost += float64(x.wanted) * (a.paid - x.billed)
	x.billed = a.paid
}

// settle brings the accounts to what is left of them now.
func (s *State) settle() {
	for i := range s.shadows {
		x := &s.shadows[i]
		x.bill(s.ages)
		x.cost, x.late, x.changes, x.billed = x.cost/s.ages.weight, x.late/s.ages.weight, x.changes/s.ages.weight, 0
	}
	s.ages = ages{weight: 1}
}
