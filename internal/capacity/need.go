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
// from a lead on. What is too late for new ones stands aside until settle. Once patience
// was learned, one or two that will still be enough if they are asked for at the next decision
// are not asked for yet: most often they are never needed, or more are.
func (p *plan) workDue() {
	most, at, tooLate := p.inTime(0)
	later := p.soonEnough(most)
	most -= later
	after := int32(min(most, int64(MaxReplicas)))
	if p.terse {
		p.set(RuleWorkDue, after, "")
		return
	}
	t, due := p.grid.at[at], p.due.due[at]
	terms := []Term{
		{"due", due, MilliWork}, {"within", t, Milliseconds},
		{"doneByPresent", min(p.sup.work(t), due), MilliWork}, {"tooLate", tooLate, MilliWork},
		{"backlog", p.total(func(d *demand) int64 { return d.backlog }), MilliWork},
		{"agesAssumed", p.count(func(d *demand) bool { return d.assumed && d.backlog > 0 }), Count},
	}
	if later > 0 {
		terms = append(terms, Term{"later", later, Replicas})
	}
	p.set(RuleWorkDue, after, p.largestDue(t), terms...)
}

// putOff is how many replicas that are needed may be asked for a decision later, of a queue alone
// whose work can wait; where some cannot, or several share the replicas, it is one.
const putOff = 2

// soonEnough is how many of the replicas that do all work in time need not be asked for before
// the next decision: a few, where patience was learned and as few more will be enough then too.
// (Few: what is put off has less time for the same work, and what is much would have to be done by
// many. And with a bound more work is never fewer replicas.)
func (p *plan) soonEnough(most int64) int64 {
	existing, few := p.sup.existing(), int64(1)
	if !p.urgent && len(p.ds) == 1 {
		few = putOff
	}
	if !p.in.Tuning.Known || most <= existing || most > existing+few {
		return 0
	}
	if then, _, tooLate := p.inTime(p.horizon.first); tooLate > 0 || then > existing+few {
		return 0
	}
	return most - existing
}

// inTime is the least replicas that do all work by the time it is due, if new ones are asked
// for some time from now, with the checkpoint for which that many are needed, and the work
// that is due too soon for them.
func (p *plan) inTime(from int64) (most int64, at int, tooLate int64) {
	for i, t := range p.grid.at {
		due := p.due.due[i]
		if t < p.horizon.reach+from {
			tooLate = max(tooLate, due-p.sup.work(t))
		} else if t < p.horizon.settle {
			due -= tooLate
		}
		if n := p.sup.replicas(due, t, from, t >= p.horizon.reach+from); n > most {
			most, at = n, i
		}
	}
	return most, at, tooLate
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
