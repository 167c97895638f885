package capacity

import (
	"slices"

	"github.com/modcap/modcap/internal/control"
	"github.com/modcap/modcap/internal/sample"
)

// headroom asks for replicas that stand ready for what nobody can see coming and no
// new replica could do in time: as many as the tuner found, or, where it has found
// nothing yet, the mean rate and the peaks above it. Both know the rate as it is:
// what season and events foresee is asked for on top.
func (p *plan) headroom() {
	if !p.in.Tuning.Known {
		p.supposed()
		return
	}
	p.tuning = p.in.Tuning
	terms := p.foresee(p.tuning.Rate)
	after := max(p.value, milliUp(p.tuning.Standing))
	if p.terse {
		p.set(RuleHeadroom, after, "")
		return
	}
	p.set(RuleHeadroom, after, "", append([]Term{
		{"standing", p.tuning.Standing, MilliReplicas}, {"rate", p.tuning.Rate, MilliReplicas}, {"lead", p.sup.lead, Milliseconds},
	}, terms...)...)
}

// foresee raises what must stand ready to the rate that is foreseen, if that is more than
// the queues' part of the rate now. On top comes what stands beyond the rate now, grown as random deviations grow
// with a rate, and no more than the peaks: what the tuner found beyond those may be this
// very lift, seen before. Nothing is bet on more than that. Work that may wait for a lead
// and a half is left to patience: asked for when the lift is seen, workers come in time.
func (p *plan) foresee(rate int64) []Term {
	var mean, plain, total int64
	any := false
	for i := range p.ds {
		d := &p.ds[i]
		total = add(total, d.plain)
		if d.urgent {
			mean, plain = add(mean, d.mean), add(plain, d.plain)
			any = any || d.q.Forecast.Foreseen > 0
		}
	}
	if total > 0 {
		rate = part(rate, plain, total)
	}
	foreseen := p.busy(mean)
	if !any || foreseen <= rate {
		return nil
	}
	p.excess = slices.Grow(p.excess[:0], len(p.ds))
	for i := range p.ds {
		p.excess = append(p.excess, p.ds[i].above)
	}
	extra := min(max(p.tuning.Standing-rate, 0), p.busy(hypot(p.excess)))
	growth := rootUp(uint64(sample.MulDivUp(foreseen, 1_000_000, max(rate, 1000)))) // thousandths
	extra = sample.MulDivUp(extra, int64(growth), 1000)
	if standing := min(foreseen+extra, control.MaxRate); standing > p.tuning.Standing {
		p.tuning.Standing, p.tuning.Patience.Bet = standing, 0
	}
	return []Term{{"foreseen", foreseen, MilliReplicas}}
}

// busy is the replicas, in thousandths, that so much work a second keeps busy.
func (p *plan) busy(work int64) int64 {
	return min(sample.MulDivUp(work, 1000, p.sup.throughput), control.MaxRate)
}

// supposed makes a tuning of the queues' own numbers. For work that can wait for new replicas
// none need stand ready: to ask for them on the strength of some seconds is to ask for noise.
// Queues are taken to peak independently: their peaks add up as deviations do.
func (p *plan) supposed() {
	p.excess = slices.Grow(p.excess[:0], len(p.ds))
	var name string
	var most, mean, stands int64
	for i := range p.ds {
		d := &p.ds[i]
		mean = add(mean, d.plain)
		if d.urgent {
			stands = add(stands, d.plain)
		}
		above := d.modest()
		if above > 0 {
			p.excess = append(p.excess, above)
		}
		if above > most {
			most, name = above, d.q.Key
		}
	}
	extra := hypot(p.excess)
	p.tuning = control.Tuning{
		Rate:     p.busy(mean),
		Standing: p.busy(add(stands, extra)),
		Patience: control.Careful(p.times()),
	}
	terms := p.foresee(p.tuning.Rate)
	p.set(RuleHeadroom, max(p.value, milliUp(p.tuning.Standing)), name, append([]Term{
		{"standing", p.tuning.Standing, MilliReplicas}, {"meanRate", stands, MilliRate},
		{"extraRate", extra, MilliRate}, {"lead", p.sup.lead, Milliseconds},
	}, terms...)...)
}

func (p *plan) times() control.Times {
	return control.Times{Startup: clamped(p.in.Pool.Startup), Lead: clamped(sample.Span(p.sup.lead))}
}

// patience applies the control law: how far the backlog may work before replicas are
// added, and how long replicas too many are kept before they go. What the rules before ask
// for is to it what must stand ready: work that is due is no reason to follow each swing.
func (p *plan) patience() {
	in := p.in
	t := p.times()
	p.batches = p.sup.batches(p.batches)
	p.load()
	plant := control.Plant{Standing: min(1000*int64(p.value), control.MaxRate), Ready: p.sup.ready, Starting: p.batches, Loads: p.loads}
	elapsed := int64(0)
	if in.State.At > 0 {
		elapsed = int64(min(max(in.Now.Since(in.State.At), 0), 3*in.Pool.Interval, sample.Span(control.MaxSpan)))
	}
	a := control.Decide(&plant, t, &p.tuning.Patience, in.State.Law, elapsed)
	p.dec.State.Law = a.Memory
	p.dec.Needed = int32(min(max(int64(p.value), a.Needed), int64(MaxReplicas)))
	p.low = p.dec.Needed
	wanted := int32(min(max(int64(p.value), a.Wanted), int64(MaxReplicas)))
	if p.terse {
		p.set(RulePatience, wanted, "")
		return
	}
	terms := []Term{
		{"needed", a.Needed, Replicas}, {"present", plant.Replicas(), Replicas}, {"projected", a.Projected, ReplicaMilli},
		{"may", p.tuning.Patience.High, PerMille},
	}
	if a.MayWaste > 0 {
		terms = append(terms, Term{"wasted", a.Memory.Waste, ReplicaMilli}, Term{"mayWaste", a.MayWaste, ReplicaMilli})
	}
	if a.Occupied {
		terms = append(terms, Term{"occupied", plant.Replicas(), Replicas})
	}
	if a.Due >= int64(wanted) && a.Needed < int64(wanted) {
		terms = append(terms, Term{"due", a.Due, Replicas})
	}
	p.set(RulePatience, wanted, "", terms...)
}

// mostLoads is as many classes of deadlines as the law is told of.
const mostLoads = 16

// load is the work by classes of deadlines, each with those before it. All of a class may
// wait as long as the first of it.
func (p *plan) load() {
	p.waits = p.waits[:0]
	for i := range p.ds {
		p.waits = append(p.waits, clamped(p.ds[i].q.Deadline))
	}
	p.waits = control.Classes(p.waits, mostLoads)
	var mean, backlog [mostLoads]int64
	for i := range p.ds {
		d := &p.ds[i]
		for c := control.Class(p.waits, clamped(d.q.Deadline)); c < len(p.waits); c++ {
			mean[c] = add(mean[c], d.plain)
			backlog[c] = add(backlog[c], d.backlog)
		}
	}
	p.loads = p.loads[:0]
	total := max(mean[len(p.waits)-1], 1)
	for c, wait := range p.waits {
		p.loads = append(p.loads, control.Load{
			Backlog: min(sample.MulDiv(backlog[c], 1000, p.sup.throughput), control.MaxBacklog),
			Rate:    part(p.tuning.Rate, mean[c], total),
			Wait:    wait,
		})
	}
	if len(p.ds) == 1 { // several queues are not served oldest first
		p.loads[0].Fresh, p.loads[0].Later = p.tuning.Fresh, p.tuning.Later
	}
}

// clamped is a span that the law can work with.
func clamped(s sample.Span) int64 { return min(int64(s), control.MaxSpan) }
