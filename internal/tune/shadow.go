package tune

import (
	"github.com/modcap/modcap/internal/control"
)

// dueLine is when the work that arrived falls due, by slots ahead, in
// replica-seconds.
type dueLine struct {
	ahead [reach]float64
	at    int
	// total has arrived, old of it has fallen due.
	total, old float64
}

// add is work due in some slots.
func (d *dueLine) add(work float64, slots int) {
	d.ahead[(d.at+min(max(slots, 0), reach-1))%reach] += work
	d.total += work
}

// pass ends a slot.
func (d *dueLine) pass() {
	d.old += d.ahead[d.at]
	d.ahead[d.at] = 0
	d.at = (d.at + 1) % reach
}

// shadow is a pool that never existed. Its work is served by deadline, so that what
// is late is what has fallen due before it was done.
type shadow struct {
	// done is work done; late and cost, in replica-seconds, and the changes fade.
	done, late, cost, changes float64
	wanted                    int64
	post                      control.Post
	standing, pace            uint8 // places in what a slot asks for and brings
	n                         int   // of flying
	flying                    [launches]control.Batch
}

// run lets each shadow do a slot's work and decide, in its way.
func (t *tick) run(shadows []shadow, ways []way) {
	for i := range shadows {
		x := &shadows[i]
		if x.n == 0 { // as most are, most of the time
			can := float64(x.wanted) * t.slot
			x.work(t, can, can)
			if x.post.Calm(x.waits(t), &t.inflows[x.pace]) {
				continue
			}
		}
		x.act(&ways[i], t)
	}
}

// act decides, and lets those on their way join before.
func (x *shadow) act(w *way, t *tick) {
	var n int64
	if x.n > 0 {
		x.work(t, float64(x.land(t))*t.slot, float64(x.wanted)*t.slot)
		n = x.decide(t, w)
	} else {
		n = x.post.Wanted(&w.terms, x.wanted, x.waits(t), &t.inflows[x.pace], t.width)
	}
	if n = min(max(n, t.least), t.most); n != x.wanted {
		x.scale(n, t.ready)
	}
}

// waits is what there is to do.
func (x *shadow) waits(t *tick) control.Waiting {
	return control.Waiting{Standing: t.standing[x.standing], Backlog: x.backlog(t)}
}

// work does in a slot what ready replicas can, of those that are paid, in replica-seconds.
func (x *shadow) work(t *tick, can, paid float64) {
	w := min(t.total-x.done, can)
	x.late *= t.keep
	if late := t.old - x.done; late > 0 {
		x.late += min(late, w)
	}
	x.done += w
	x.cost = x.cost*t.keep + paid
	x.changes *= t.keep
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
		copy(x.flying[:], x.flying[1:x.n])
		x.n--
	}
	return ready
}

// decide asks the law how many replicas are wanted.
func (x *shadow) decide(t *tick, w *way) int64 {
	in := &t.inflows[x.pace]
	p := control.Plant{Now: t.now, Standing: t.standing[x.standing] * 1000, Ready: x.wanted, Starting: x.flying[:x.n]}
	for i := range p.Starting {
		p.Ready -= p.Starting[i].Count
	}
	return w.terms.Wanted(&p, x.backlog(t), in, &x.post.Memory, t.width)
}

// backlog is the work that waits, in replica-milliseconds.
func (x *shadow) backlog(t *tick) int64 {
	if waits := (t.total - x.done) * 1000; waits < float64(control.MaxBacklog) {
		return int64(waits)
	}
	return control.MaxBacklog
}

// scale asks for replicas that are ready at ready, or lets those asked for last go:
// wanted is not what it was.
func (x *shadow) scale(wanted, ready int64) {
	more := wanted - x.wanted
	x.changes++
	x.wanted = wanted
	x.post.Forget()
	if more > 0 {
		if x.n == launches {
			x.n--
			more += x.flying[x.n].Count
		}
		x.flying[x.n] = control.Batch{At: ready, Count: more}
		x.n++
		return
	}
	for less := -more; less > 0 && x.n > 0; {
		b := &x.flying[x.n-1]
		k := min(b.Count, less)
		less -= k
		if b.Count -= k; b.Count == 0 {
			x.n--
		}
	}
}
