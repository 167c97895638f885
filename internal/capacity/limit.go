package capacity

import (
	"github.com/modcap/modcap/internal/control"
	"github.com/modcap/modcap/internal/sample"
)

// limit applies, in order, what keeps the need from becoming the answer.
func (p *plan) limit() {
	p.notFresh()
	p.rollout()
	p.stabilize()
	p.flapBudget()
	p.bounds()
	p.arriving()
	p.pause()
}

// notFresh forbids scaling down while a number of any queue is not Fresh:
// absent is not zero.
func (p *plan) notFresh() {
	stale := p.count(func(d *demand) bool { return !d.fresh })
	if stale == 0 {
		return
	}
	p.dec.Fresh = false
	name, quality := p.worstQueue()
	p.set(RuleNotFresh, max(p.value, p.in.Fleet.Wanted), name,
		Term{"queuesNotFresh", stale, Count}, Term{"queues", int64(len(p.ds)), Count},
		Term{"unknown", p.count(func(d *demand) bool { return !d.known }), Count},
		Term{"worstQuality", int64(quality), Count})
	p.anew()
}

// anew lets all that waits for a scale-down begin again: what was seen meanwhile does
// not count.
func (p *plan) anew() { p.low, p.dec.State.Law = p.value, control.Memory{} }

// rollout forbids scaling down while pods are replaced: surge pods are not spare.
func (p *plan) rollout() {
	if p.in.Fleet.Rollout {
		p.set(RuleRollout, max(p.value, p.in.Fleet.Wanted), "")
		p.anew()
	}
}

// stabilize holds a scale-down until the need has been lower for a whole window.
func (p *plan) stabilize() {
	s, wanted := &p.dec.State, p.in.Fleet.Wanted
	recommend(s, p.in.Now, p.low, p.in.Pool.Stabilization)
	if p.value >= wanted {
		return
	}
	top := s.Recommendations[0]
	if top.Replicas <= p.value {
		return
	}
	p.set(RuleStabilization, min(top.Replicas, wanted), "",
		Term{"highest", int64(top.Replicas), Replicas},
		Term{"until", int64(top.At.Add(p.in.Pool.Stabilization)), UnixMilli},
		Term{"window", int64(p.in.Pool.Stabilization), Milliseconds})
}

// flapBudget holds a scale-down when those of the hour are used up.
func (p *plan) flapBudget() {
	limit, done := p.in.Pool.ScaleDownsPerHour, p.dec.State.ScaleDowns
	if limit == 0 || p.value >= p.in.Fleet.Wanted || len(done) < int(limit) {
		return
	}
	p.set(RuleFlapBudget, p.in.Fleet.Wanted, "",
		Term{"done", int64(len(done)), Count}, Term{"perHour", int64(limit), Count},
		Term{"nextAt", int64(done[len(done)-int(limit)].Add(sample.Hour)), UnixMilli})
}

// bounds raises to the minima, then cuts to the maxima: a ceiling wins over
// everything but a pause, even below Pool.Min, because a person asked for it and
// it ends. Protected queues are served first within it.
func (p *plan) bounds() {
	pool := &p.in.Pool
	p.raise(RuleMinimum, pool.Min, "")
	if b := pool.Next; b != nil && p.in.Now.Add(pool.Lead()) >= b.At {
		p.raise(RuleSchedule, b.Min, "", Term{"at", int64(b.At), UnixMilli}, Term{"lead", int64(pool.Lead()), Milliseconds})
	}
	if o := strictest(pool.Overrides, Floor); o != nil {
		p.raise(RuleFloor, o.Replicas, o.Name, Term{"until", int64(o.Until), UnixMilli})
	}
	if p.value > pool.Max {
		p.set(RuleMaximum, pool.Max, "", Term{"max", int64(pool.Max), Replicas})
	}
	if o := strictest(pool.Overrides, Ceiling); o != nil && p.value > o.Replicas {
		p.set(RuleCeiling, o.Replicas, o.Name,
			Term{"ceiling", int64(o.Replicas), Replicas}, Term{"until", int64(o.Until), UnixMilli})
	}
}

// raise is a step for a minimum that makes a difference.
func (p *plan) raise(rule Rule, least int32, name string, terms ...Term) {
	if p.value < least {
		p.set(rule, least, name, append([]Term{{"min", int64(least), Replicas}}, terms...)...)
	}
}

// strictest is the highest floor or the lowest ceiling, nil for none.
func strictest(overrides []Override, kind OverrideKind) *Override {
	var best *Override
	for i := range overrides {
		o := &overrides[i]
		if o.Kind != kind {
			continue
		}
		if best == nil || kind == Floor && o.Replicas > best.Replicas || kind == Ceiling && o.Replicas < best.Replicas {
			best = o
		}
	}
	return best
}

// notArriving is true when replicas asked for have been unschedulable or failing
// for longer than twice the startup time.
func notArriving(in *Input) bool {
	f := &in.Fleet
	return f.Unschedulable+f.Failing > 0 && f.TroubleSince > 0 && in.Now.Since(f.TroubleSince) > 2*in.Pool.Startup
}

// arriving holds scale-up while replicas asked for do not come: asking for more
// of what does not come would only pile up pods.
func (p *plan) arriving() {
	if !notArriving(p.in) {
		return
	}
	f := &p.in.Fleet
	p.set(RuleNotArriving, min(p.value, f.Wanted), "",
		Term{"unschedulable", int64(f.Unschedulable), Replicas}, Term{"failing", int64(f.Failing), Replicas},
		Term{"since", int64(f.TroubleSince), UnixMilli})
}

// pause keeps the replicas as they are, whatever was found.
func (p *plan) pause() {
	if o := strictest(p.in.Pool.Overrides, Pause); o != nil {
		p.set(RulePause, p.in.Fleet.Wanted, o.Name, Term{"until", int64(o.Until), UnixMilli})
		p.dec.Binding = RulePause
	}
}
