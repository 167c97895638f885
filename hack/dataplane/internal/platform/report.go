package platform

import (
	"cmp"
	"math"
	"slices"
	"time"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

// Ledger counts a stage of a queue since the start.
type Ledger struct {
	Arrivals, Completed int64
	// Due counts items whose deadline has passed, OnTime those of them that were
	// done by then.
	Due, OnTime int64
}

// count takes an item into account whose deadline has passed.
func (l *Ledger) count(done, deadline time.Duration) {
	l.Due++
	if done != never && done <= deadline {
		l.OnTime++
	}
}

// Kept reports whether a promise was kept so far, as measured. Nothing due keeps it.
func (l Ledger) Kept(p Promise) bool { return l.OnTime*1_000_000 >= l.Due*p.PPM }

// Report is the platform at a moment.
type Report struct {
	Now    time.Duration
	Pools  []PoolReport
	Queues []QueueReport
	Teams  []TeamReport
	// Rollouts in order of their beginning, Waves as they are declared.
	Rollouts []RolloutReport
	Waves    []WaveReport
}

// PoolReport is a pool since the start.
type PoolReport struct {
	Name    string
	Workers Workers
	// PeakWorkers existed at most.
	PeakWorkers int
	// WorkerTime is the time that workers existed, ReadyTime that they were ready.
	WorkerTime, ReadyTime time.Duration
	// Work done, in seconds of one worker.
	BusyTime time.Duration
	// FixedWorkers is the fleet of constant size for the highest arrivals: able to
	// do the work that arrived in any PeakWindow within such a time.
	FixedWorkers int
}

// QueueReport is a queue since the start.
type QueueReport struct {
	Name    string
	Promise Promise
	// Classified says that the queue has a machine stage; Machine counts it.
	Classified bool
	Machine    Ledger
	Backlog    int64
	OldestAge  time.Duration
	Held       int64
	// Decisions by action, and how many of them were drawn for QA.
	Decisions map[string]int64
	QASamples int64
	// Relieved were let through by relief, Deferred were given more time.
	Relieved, Deferred int64
	Bands              []BandReport
	Streams            []StreamReport
}

// StreamReport is a review stream since the start.
type StreamReport struct {
	Name    string
	Promise Promise
	Ledger  Ledger
	Decided int64
	Classes []ClassReport
}

// ClassReport is a work class since the start.
type ClassReport struct {
	Language, HarmDomain string
	Ledger               Ledger // Completed counts decisions
	Decided              int64  // items
	Backlog, InProgress  int64
	OldestAge            time.Duration
	Handled              time.Duration
}

// TeamReport is a team now, and the time it spent on items since the start.
type TeamReport struct {
	Name          string
	Heads         float64
	Busy, Waiting int64
	Handled       time.Duration
}

// Report describes the platform, everything in ascending order of name.
func (w *World) Report() Report {
	r := Report{Now: w.now, Rollouts: w.rolloutReports(), Waves: w.waveReports()}
	for _, p := range w.pools {
		r.Pools = append(r.Pools, PoolReport{
			Name: p.Name, Workers: p.workers, PeakWorkers: p.peak, WorkerTime: p.cost, ReadyTime: p.ready,
			BusyTime:     time.Duration(p.done / p.ItemsPerSecond * float64(time.Second)),
			FixedWorkers: p.fixed(w.peakWindow),
		})
	}
	for _, q := range w.queues {
		r.Queues = append(r.Queues, w.queueReport(q))
	}
	for _, name := range w.order {
		t := w.teams[name]
		r.Teams = append(r.Teams, TeamReport{name, t.heads, int64(t.busy.len()), int64(t.waiting.len()), t.handled})
	}
	slices.SortFunc(r.Pools, func(a, b PoolReport) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(r.Queues, func(a, b QueueReport) int { return cmp.Compare(a.Name, b.Name) })
	return r
}

func (w *World) queueReport(q *queue) QueueReport {
	r := QueueReport{
		Name: q.Name, Promise: q.Promise, Classified: q.pool != nil, Machine: q.machine,
		Backlog: int64(q.waiting.len()), Held: int64(q.held.len()),
		Decisions: map[string]int64{}, QASamples: q.sampled,
		Relieved: q.relieved, Deferred: q.delayed, Bands: q.bandReports(),
	}
	if q.waiting.len() > 0 {
		r.OldestAge = w.now - q.waiting.first().arrived
	}
	for a, n := range q.decisions {
		if n > 0 {
			r.Decisions[v1.Action(a).String()] = n
		}
	}
	for _, s := range q.Streams {
		r.Streams = append(r.Streams, w.streamReport(q, s))
	}
	return r
}

func (w *World) streamReport(q *queue, s Stream) StreamReport {
	r := StreamReport{Name: s.Name, Promise: s.Promise}
	for k, c := range q.classes {
		if k.stream != s.Name {
			continue
		}
		report := ClassReport{
			Language: k.language, HarmDomain: k.domain, Ledger: c.ledger, Decided: c.decided,
			Backlog: c.items, InProgress: c.inHand, Handled: c.handled,
		}
		if at := c.oldest(); at != never {
			report.OldestAge = w.now - at
		}
		r.Classes = append(r.Classes, report)
		r.Ledger.Arrivals += c.ledger.Arrivals
		r.Ledger.Completed += c.ledger.Completed
		r.Ledger.Due += c.ledger.Due
		r.Ledger.OnTime += c.ledger.OnTime
		r.Decided += c.decided
	}
	slices.SortFunc(r.Classes, func(a, b ClassReport) int {
		return cmp.Or(cmp.Compare(a.Language, b.Language), cmp.Compare(a.HarmDomain, b.HarmDomain))
	})
	return r
}

// fixed is the constant fleet for the highest arrivals seen in so many seconds.
func (p *pool) fixed(window int) int {
	var sum, most float64
	for i, work := range p.work {
		sum += work
		if i >= window {
			sum -= p.work[i-window]
		}
		most = max(most, sum)
	}
	return int(math.Ceil(most/(p.ItemsPerSecond*float64(window)) - 1e-9))
}
