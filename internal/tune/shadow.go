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
	wanted int64
	flying [launches]control.Batch
	n      int
	memory control.Memory
	// done is work done; late and cost, in replica-seconds, and the changes fade.
	done, late, cost, changes float64
}

// step does a slot's work and decides, in a way.
func (x *shadow) step(w *way, t *tick) {
	var wanted int64
	if x.n == 0 { // as most are, most of the time
		x.work(t, float64(x.wanted)*t.slot)
		p := control.Settled{Ready: x.wanted, Standing: t.standing[w.standing], Backlog: x.backlog(t)}
		wanted = w.terms.Settled(p, &t.inflows[w.pace], &x.memory, t.width)
	} else {
		x.work(t, float64(x.land(t))*t.slot)
		wanted = x.decide(t, w)
	}
	if wanted = min(max(wanted, t.least), t.most); wanted != x.wanted {
		x.scale(wanted, t.ready)
	}
}

// work does in a slot what ready replicas can, in replica-seconds.
func (x *shadow) work(t *tick, can float64) {
	w, late := t.total-x.done, t.old-x.done
	if w > can {
		w = can
	}
	if late < 0 {
		late = 0
	}
	if late > w {
		late = w
	}
	x.late = x.late*t.keep + late
	x.done += w
	x.cost = x.cost*t.keep + float64(x.wanted)*t.slot
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
	in := &t.inflows[w.pace]
	p := control.Plant{Now: t.now, Standing: t.standing[w.standing] * 1000, Ready: x.wanted, Starting: x.flying[:x.n]}
	for i := range p.Starting {
		p.Ready -= p.Starting[i].Count
	}
	return w.terms.Wanted(&p, x.backlog(t), in, &x.memory, t.width)
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
