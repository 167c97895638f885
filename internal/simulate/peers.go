package simulate

import (
	"fmt"
	"math"
)

// What the peers' rules are: science as read from their code, with the names of
// their own settings.
const (
	hpaSync      = 15  // seconds between two syncs
	hpaTolerance = 0.1 // share by which a metric may be off
	hpaWindow    = 60  // seconds of the rate
	hpaDown      = 300 // downscale stabilization, seconds
	kpaTick      = 2   // seconds between two looks
	kpaStable    = 60  // stable window, seconds
	kpaPanic     = 6   // panic window, seconds
	kpaThreshold = 2   // panic threshold
	kpaUp        = 1000
	kpaDown      = 2
)

// hpa is the rule of a HorizontalPodAutoscaler (and of KEDA, which makes one) on
// external metrics with average values: backlog and arrival rate for each replica,
// of which the larger proposal counts.
type hpa struct {
	backlog float64 // items for each replica; 0 for none
	rate    float64 // items a second for each replica; 0 for none
	recent  ring
	recs    []rec
}

// rec is a recommendation made at a second.
type rec struct{ at, replicas int }

func (p *hpa) Step(v *View) int {
	if v.Second == 0 { // the first recommendation recorded is what is there
		p.recent = newRing(hpaWindow)
		p.recs = append(p.recs, rec{0, v.Desired})
		return v.Desired
	}
	p.recent.push(v.Arrived)
	if v.Second%hpaSync != 0 {
		return v.Desired
	}
	want := 1
	if p.backlog > 0 {
		want = max(want, proposal(v.Backlog, p.backlog, v.Desired))
	}
	if p.rate > 0 {
		want = max(want, proposal(p.recent.mean(), p.rate, v.Desired))
	}
	p.recs = append(p.recs, rec{v.Second, want})
	for p.recs[0].at < v.Second-hpaDown {
		p.recs = p.recs[1:]
	}
	most := 0
	for _, r := range p.recs {
		most = max(most, r.replicas)
	}
	return min(most, max(2*v.Desired, 4))
}

func proposal(total, target float64, replicas int) int {
	if use := total / (target * float64(replicas)); math.Abs(use-1) <= hpaTolerance {
		return replicas
	}
	return int(math.Ceil(total / target))
}

// kpa is Knative's rule on concurrency: items waiting or in work for each replica.
type kpa struct {
	target       float64
	stable, fast ring
	panicking    bool
	since, most  int
	before       float64
}

func (p *kpa) Step(v *View) int {
	inWork := p.before + v.Arrived - v.Backlog // done within the last second
	p.before = v.Backlog
	if v.Second == 0 { // it begins in panic, with the pods it finds
		p.stable, p.fast = newRing(kpaStable), newRing(kpaPanic)
		p.panicking, p.since, p.most = true, 0, v.Desired
		return v.Desired
	}
	p.stable.push(v.Backlog + inWork)
	p.fast.push(v.Backlog + inWork)
	if v.Second%kpaTick != 0 {
		return v.Desired
	}
	ready := max(1, v.Ready)
	limit := func(mean float64) int {
		return min(max(int(math.Ceil(mean/p.target)), ready/kpaDown), kpaUp*ready)
	}
	slow, quick := limit(p.stable.mean()), limit(p.fast.mean())
	if math.Ceil(p.fast.mean()/p.target)/float64(ready) >= kpaThreshold {
		if !p.panicking {
			p.most = 0
		}
		p.panicking, p.since = true, v.Second
	} else if p.panicking && v.Second > p.since+kpaStable {
		p.panicking = false
	}
	if !p.panicking {
		return slow
	}
	p.most = max(p.most, slow, quick)
	return p.most
}

// ring are the latest values, at most as many as it was made for.
type ring struct {
	values []float64
	next   int
}

func newRing(size int) ring { return ring{values: make([]float64, 0, size)} }

func (r *ring) push(v float64) {
	if len(r.values) < cap(r.values) {
		r.values = append(r.values, v)
		return
	}
	r.values[r.next] = v
	r.next = (r.next + 1) % len(r.values)
}

// mean adds from the oldest on: sums of floats depend on their order.
func (r *ring) mean() float64 {
	total := 0.0
	for i := range r.values {
		total += r.values[(r.next+i)%len(r.values)]
	}
	return total / float64(len(r.values))
}

// Rule is a peer's rule with the settings that were tried for it.
type Rule struct {
	Name  string
	Knobs []float64
	// New makes the policy with a knob, for a deadline in seconds and a worker that
	// does throughput items a second.
	New func(knob, deadline, throughput float64) Policy
	// Setting is the knob in the words of the peer's own users.
	Setting func(knob, deadline, throughput float64) string
}

var (
	shares = []float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1}
	loads  = []float64{0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1}
	items  = []float64{0.3, 0.5, 0.7, 0.8, 0.9, 1, 1.5, 2, 3}
)

// Peers are the rules that modcap is compared with, as their users set them.
func Peers(deadline, throughput float64) []Rule {
	concurrency := append([]float64(nil), items...)
	for _, share := range shares {
		concurrency = append(concurrency, share*deadline*throughput)
	}
	return []Rule{{
		"hpa-backlog", shares,
		func(k, t, c float64) Policy { return &hpa{backlog: k * t * c} },
		func(k, t, c float64) string { return fmt.Sprintf("backlog %.3g each", k*t*c) },
	}, {
		"hpa-rate", loads,
		func(k, _, c float64) Policy { return &hpa{rate: k * c} },
		func(k, _, c float64) string { return fmt.Sprintf("rate %.3g/s each", k*c) },
	}, {
		"hpa-both", loads,
		func(k, t, c float64) Policy { return &hpa{rate: k * c, backlog: t * c / 2} },
		func(k, t, c float64) string { return fmt.Sprintf("rate %.3g/s, backlog %.3g each", k*c, t*c/2) },
	}, {
		"kpa", concurrency,
		func(k, _, _ float64) Policy { return &kpa{target: k} },
		func(k, _, _ float64) string { return fmt.Sprintf("concurrency %.3g each", k) },
	}}
}

// Outcome is a peer's result with one knob.
type Outcome struct {
	Rule   string
	Knob   float64
	Result Result
}

// Best is the cheapest outcome of a rule that reaches share, in hindsight; or the one
// that reached most, where none does.
func (r Rule) Best(arrivals []float64, pool Pool, share float64) Outcome {
	var best, top Outcome
	for i, k := range r.Knobs {
		o := Outcome{r.Name, k, Run(arrivals, pool, r.New(k, float64(pool.Deadline), pool.Throughput))}
		if o.Result.Attained >= share && (best.Rule == "" || o.Result.WorkerSeconds < best.Result.WorkerSeconds) {
			best = o
		}
		if i == 0 || o.Result.Attained > top.Result.Attained {
			top = o
		}
	}
	if best.Rule == "" {
		return top
	}
	return best
}
