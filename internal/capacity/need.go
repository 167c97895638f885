package capacity

import "github.com/modcap/modcap/internal/sample"

// need works out what the queues need, each rule raising what the one before
// found.
func (p *plan) need() {
	if len(p.ds) == 0 {
		p.set(RuleNoQueues, p.in.Fleet.Wanted, "")
		p.dec.Needed, p.dec.Fresh = 0, false
		p.low = p.value
		return
	}
	p.workDue()
	p.headroom()
	p.patience()
}

// workDue asks for the least replicas that do all work by the time it is due,
// earliest deadline first over all queues (the processor-demand criterion of
// deadline scheduling): for each time t, the work due by t must be done by the
// ready replicas, by those starting, each from its own time on, and by new ones
// from a lead on. What is too late for new ones stands aside until settle.
func (p *plan) workDue() {
	most, at, tooLate := int64(0), 0, int64(0)
	for i, t := range p.grid.at {
		due := p.due.due[i]
		if t < p.horizon.reach {
			tooLate = max(tooLate, due-p.sup.work(t))
		} else if t < p.horizon.settle {
			due -= tooLate
		}
		if n := p.sup.replicas(due, t, t >= p.horizon.reach); n > most {
			most, at = n, i
		}
	}
	after := int32(min(most, int64(MaxReplicas)))
	if p.terse {
		p.set(RuleWorkDue, after, "")
		return
	}
	t, due := p.grid.at[at], p.due.due[at]
	p.set(RuleWorkDue, after, p.largestDue(t),
		Term{"due", due, MilliWork}, Term{"within", t, Milliseconds},
		Term{"doneByPresent", min(p.sup.work(t), due), MilliWork}, Term{"tooLate", tooLate, MilliWork},
		Term{"backlog", p.total(func(d *demand) int64 { return d.backlog }), MilliWork},
		Term{"agesAssumed", p.count(func(d *demand) bool { return d.assumed && d.backlog > 0 }), Count})
}

// largestDue names the queue with the most work due within t.
func (p *plan) largestDue(t int64) string {
	var name string
	var most int64
	for i := range p.ds {
		d := &p.ds[i]
		if due := d.dueBy(t, p.sup.lead); due > most {
			most, name = due, d.q.Key
		}
	}
	return name
}

func (p *plan) total(of func(*demand) int64) int64 {
	var sum int64
	for i := range p.ds {
		sum = add(sum, of(&p.ds[i]))
	}
	return sum
}

func (p *plan) count(of func(*demand) bool) int64 {
	var n int64
	for i := range p.ds {
		if of(&p.ds[i]) {
			n++
		}
	}
	return n
}

// worstQueue is the first queue whose numbers are of the worst quality, with
// that quality.
func (p *plan) worstQueue() (string, sample.Quality) {
	name, worst := "", sample.Fresh
	for i := range p.ds {
		d := &p.ds[i]
		if d.fresh {
			continue
		}
		q := sample.Worst(d.q.Backlog, d.q.Arrivals)
		if name == "" || q.Quality < worst {
			name, worst = d.q.Key, q.Quality
		}
	}
	return name, worst
}
