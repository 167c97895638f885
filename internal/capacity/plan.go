package capacity

import (
	"slices"

	"github.com/modcap/modcap/internal/control"
	"github.com/modcap/modcap/internal/sample"
)

// Plan decides the replicas of a pool. It is total and pure: the same Input
// gives the same Decision, and bad input a hold with the reason. It changes nothing in
// in, and of it keeps only the scale-downs of the state, where they are the same.
func Plan(in Input) Decision {
	var p Planner
	return p.Plan(&in)
}

// Planner makes plans one after another in the same memory, for who makes thousands. Its
// decisions are Plan's, whatever it planned before. Steps, shares and risks of a decision
// are good until the next one; its state is the caller's. The zero Planner is ready for
// use; no two goroutines may share one.
type Planner struct {
	// Terse leaves out of decisions what follows from the replicas: shares, risks, and
	// when to look again; and of the steps that work out the need, the queue and the terms.
	// The state of a terse decision is good until the second after it.
	Terse bool
	plan  plan
}

// Plan is Plan of what in points to.
func (w *Planner) Plan(in *Input) Decision {
	if f := check(in); f.rule != "" {
		return refuse(in, f)
	}
	p := &w.plan
	p.in, p.terse = in, w.Terse
	p.begin()
	p.need()
	p.limit()
	p.verdict()
	if !w.Terse {
		p.conclude()
	}
	p.in = nil
	clear(p.ds) // they point into the caller's queues
	return p.dec
}

// plan is one decision in the making.
type plan struct {
	in      *Input
	terse   bool
	sup     supply
	horizon horizon
	grid    grid
	due     curve
	dec     Decision
	tuning  control.Tuning
	low     int32 // what the window of stabilisation is told
	value   int32 // replicas so far
	urgent  bool  // some of the work
	room
}

// room is what a plan works in, and another after it; so is the memory of steps, shares
// and risks.
type room struct {
	terms        []Term // of all steps
	ds           []demand
	ranks        []rank
	order        []int32 // of ds, first served first
	coming       []int64 // when replicas under way are ready
	at, done     []int64 // the times of the grid, and the work done until each
	curve, other []int64 // that due is in, and one of the queues admitted
	batches      []control.Batch
	loads        []control.Load
	waits        []int64 // of the loads
	behind       []int64 // work that will be late, of those before a rank
	excess       []int64
	recent       []Recommendation // of the decision before the last, where decisions are terse
}

// Most decisions have no more steps and terms.
const (
	usualSteps = 4
	usualTerms = 16
)

// begin works out what the rules need.
func (p *plan) begin() {
	in := p.in
	p.ds = demands(p.ds, in.Queues)
	p.sup, p.coming = planned(in, p.coming)
	var recent []Recommendation // in the memory of the decision before the last
	if p.terse {
		recent, p.recent = p.recent, p.dec.State.Recommendations
	}
	p.value, p.low, p.urgent = 0, 0, false
	p.dec = Decision{
		Rules: Rules, Fresh: true, Binding: RulePatience, State: observed(in, recent),
		Steps: slices.Grow(p.dec.Steps[:0], usualSteps), Shares: p.dec.Shares[:0], Risk: p.dec.Risk[:0],
	}
	p.terms = slices.Grow(p.terms[:0], usualTerms)
	p.horizon = newHorizon(&in.Pool, p.ds)
	p.grid = newGrid(p.at, p.ds, p.sup, p.horizon)
	p.at = p.grid.at
	p.due, p.curve = newCurve(p.grid, p.curve)
	for i := range p.ds {
		d := &p.ds[i]
		d.standing, d.urgent = int64(d.q.Deadline) < p.sup.lead, !control.CanWait(clamped(d.q.Deadline), p.sup.lead)
		p.urgent = p.urgent || d.urgent
		d.above = d.peak(p.sup.lead)
	}
	if in.Tuning.Known {
		p.tunedRates()
	}
	for i := range p.ds {
		d := &p.ds[i]
		d.place = p.grid.place(d, p.sup.lead)
		p.due.add(d)
	}
	p.due.sum()
}

// tunedRates counts the work that falls due at the rate that the tuner follows, each queue
// at its part by the forecasts: two opinions of one rate would have replicas added on one
// and taken away on the other. What may come above it is the tuner's business, what season
// and events foresee is theirs.
func (p *plan) tunedRates() {
	total := p.total(func(d *demand) int64 { return d.plain })
	rate := sample.MulDiv(p.in.Tuning.Rate, p.sup.throughput, 1000)
	for i := range p.ds {
		d := &p.ds[i]
		d.upper = d.plain
		if total > 0 {
			d.upper = min(part(rate, d.plain, total), maxRate)
		}
		if d.mean == d.plain {
			d.due = d.upper
		}
	}
}

// zeros are n of them, in the memory of s if that is enough.
func zeros[T any](s []T, n int) []T {
	if s == nil || cap(s) < n {
		return make([]T, n)
	}
	clear(s[:n])
	return s[:n]
}

// set records a rule and the replicas after it. The last rule that changed
// anything is the binding one.
func (p *plan) set(rule Rule, after int32, queue string, terms ...Term) {
	from := len(p.terms)
	p.terms = append(p.terms, terms...)
	p.dec.Steps = append(p.dec.Steps, Step{
		Rule: rule, Before: p.value, After: after, Queue: queue, Terms: p.terms[from:len(p.terms):len(p.terms)],
	})
	if after != p.value {
		p.dec.Binding = rule
	}
	p.value = after
}

// verdict is what the caller is to do.
func (p *plan) verdict() {
	d, in := &p.dec, p.in
	d.Replicas, d.Verdict = p.value, Hold
	switch {
	case p.value > in.Fleet.Wanted:
		d.Verdict = ScaleUp
	case p.value < in.Fleet.Wanted:
		d.Verdict = ScaleDown
	}
	d.Sufficient = p.value >= d.Needed && !notArriving(in)
}

// conclude fills in what follows from the replicas.
func (p *plan) conclude() {
	p.dec.Next = nextLook(p.in, &p.dec.State)
	p.rank()
	p.share()
	p.risk()
}

// nextLook is when to decide again if nothing happens: one interval on, or at
// the next thing that is known to come before.
func nextLook(in *Input, s *State) sample.Instant {
	next := in.Now.Add(in.Pool.Interval)
	sooner := func(at sample.Instant) {
		if at > in.Now && at < next {
			next = at
		}
	}
	for _, r := range s.Recommendations {
		sooner(r.At.Add(in.Pool.Stabilization))
	}
	if b := in.Pool.Next; b != nil {
		sooner(b.At.Add(-in.Pool.Lead()))
		sooner(b.At)
	}
	for _, o := range in.Pool.Overrides {
		sooner(o.Until)
	}
	for _, created := range in.Fleet.Starting {
		sooner(created.Add(in.Pool.Startup))
	}
	return next
}

// refuse is the decision on input that cannot be worked with: the replicas stay.
// The window is seeded anew once input is good again.
func refuse(in *Input, f fault) Decision {
	wanted := min(max(in.Fleet.Wanted, 0), MaxReplicas)
	interval := min(max(in.Pool.Interval, sample.Second), MaxSpan)
	state := observed(in, nil)
	state.At, state.SeededAt, state.Recommendations = 0, 0, nil
	return Decision{
		Rules: Rules, Replicas: wanted, Verdict: Hold, Binding: f.rule, Message: f.message,
		Steps: []Step{{Rule: f.rule, Before: wanted, After: wanted, Queue: f.name}},
		Next:  in.Now.Add(interval), State: state,
	}
}
