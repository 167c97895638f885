package capacity

import (
	"github.com/modcap/modcap/internal/control"
	"github.com/modcap/modcap/internal/sample"
)

// headroom asks for replicas that stand ready for what nobody can see coming and no
// new replica could do in time: as many as the tuner found, or, where it has found
// nothing yet, the mean rate and the peaks above it.
func (p *plan) headroom() {
	if p.in.Tuning.Known {
		p.tuning = p.in.Tuning
		p.set(RuleHeadroom, max(p.value, milliUp(p.tuning.Standing)), "",
			Term{"standing", p.tuning.Standing, MilliReplicas}, Term{"rate", p.tuning.Rate, MilliReplicas},
			Term{"lead", p.sup.lead, Milliseconds})
		return
	}
	p.supposed()
}

// supposed makes a tuning of the queues' own numbers. Queues are taken to peak
// independently: their peaks add up as deviations do.
func (p *plan) supposed() {
	excess := make([]int64, 0, len(p.ds))
	var name string
	var most, mean int64
	for i := range p.ds {
		d := &p.ds[i]
		mean = add(mean, d.mean)
		if d.above > 0 {
			excess = append(excess, d.above)
		}
		if d.above > most {
			most, name = d.above, d.q.Key
		}
	}
	extra := hypot(excess)
	p.tuning = control.Tuning{
		Rate:     min(sample.MulDivUp(mean, 1000, p.sup.throughput), control.MaxRate),
		Standing: min(sample.MulDivUp(add(mean, extra), 1000, p.sup.throughput), control.MaxRate),
		Patience: control.Careful(p.times()),
	}
	p.set(RuleHeadroom, max(p.value, milliUp(p.tuning.Standing)), name,
		Term{"standing", p.tuning.Standing, MilliReplicas}, Term{"meanRate", mean, MilliRate},
		Term{"extraRate", extra, MilliRate}, Term{"lead", p.sup.lead, Milliseconds})
}

func (p *plan) times() control.Times {
	return control.Times{Startup: clamped(p.in.Pool.Startup), Lead: clamped(sample.Span(p.sup.lead))}
}

// patience applies the control law: how far the backlog may work before replicas are
// added, and how long replicas too many are kept before they go.
func (p *plan) patience() {
	in := p.in
	t := p.times()
	plant := control.Plant{Standing: p.tuning.Standing, Ready: p.sup.ready, Starting: p.sup.batches(), Loads: p.loads()}
	elapsed := int64(0)
	if in.State.At > 0 {
		elapsed = int64(min(max(in.Now.Since(in.State.At), 0), 3*in.Pool.Interval, sample.Span(control.MaxSpan)))
	}
	a := control.Decide(&plant, t, &p.tuning.Patience, in.State.Law, elapsed)
	p.dec.State.Law = a.Memory
	p.dec.Needed = int32(min(max(int64(p.value), a.Needed), int64(MaxReplicas)))
	p.low = p.dec.Needed
	wanted := int32(min(max(int64(p.value), a.Wanted), int64(MaxReplicas)))
	p.set(RulePatience, wanted, "",
		Term{"needed", a.Needed, Replicas}, Term{"present", plant.Replicas(), Replicas}, Term{"projected", a.Projected, ReplicaMilli},
		Term{"may", p.tuning.Patience.High, PerMille}, Term{"wasted", a.Memory.Waste, ReplicaMilli},
		Term{"mayWaste", p.tuning.Patience.Waste*plant.Replicas() + t.Startup/2, ReplicaMilli})
}

// loads are the work by classes of deadlines, each with those before it.
func (p *plan) loads() []control.Load {
	var mean, backlog, wait, count [control.Classes]int64
	total := int64(0)
	for i := range p.ds {
		d := &p.ds[i]
		deadline := clamped(d.q.Deadline)
		total = add(total, d.mean)
		for c := control.Class(deadline, p.sup.lead); c < control.Classes; c++ {
			mean[c] = add(mean[c], d.mean)
			backlog[c] = add(backlog[c], d.backlog)
			// By rate; evenly among queues at which nothing arrives.
			wait[c] = add(wait[c], part(deadline, d.mean+1, 1))
			count[c]++
		}
	}
	var loads []control.Load
	for c := range control.Classes {
		if count[c] == 0 || c > 0 && count[c] == count[c-1] {
			continue
		}
		loads = append(loads, control.Load{
			Backlog: min(sample.MulDiv(backlog[c], 1000, p.sup.throughput), control.MaxBacklog),
			Rate:    part(p.tuning.Rate, mean[c], max(total, 1)),
			Wait:    wait[c] / (mean[c] + count[c]),
		})
	}
	return loads
}

// clamped is a span that the law can work with.
func clamped(s sample.Span) int64 { return min(int64(s), control.MaxSpan) }
