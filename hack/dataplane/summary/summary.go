package summary

import (
	"time"

	"github.com/modcap/modcap/hack/dataplane/internal/platform"
)

// Summary of a run, from its start until now.
type Summary struct {
	// Seconds that the run has lasted.
	Seconds float64 `json:"seconds"`
	// Queues and Pools in order of name.
	Queues []Queue `json:"queues"`
	Pools  []Pool  `json:"pools"`
	Total  Hours   `json:"total"`
	// Rollouts of policies' changes in order of their beginning, and Waves as declared.
	Rollouts []Rollout `json:"rollouts"`
	Waves    []Wave    `json:"waves"`
}

// Queue says what became of a queue's items.
type Queue struct {
	Name string `json:"name"`
	// Machine stage; nil for a queue of people only.
	Machine *Stage `json:"machine,omitempty"`
	// Reviews are the streams of human work.
	Reviews []Stage `json:"reviews"`
	// Decisions by the router's action: Allow, Act, Review, Unscored.
	Decisions map[string]int64 `json:"decisions"`
	// Held items wait for documents, or for a stream that takes them.
	Held int64 `json:"held"`
	// QASamples are decisions drawn for a second look.
	QASamples int64 `json:"qaSamples"`
	// Relieved items were let through by relief, Deferred were given more time.
	Relieved int64 `json:"relieved"`
	Deferred int64 `json:"deferred"`
}

// Stage is one promise, and what was attained: decided within the time, over items
// whose deadline has passed.
type Stage struct {
	// Name of the stream; empty for the machine stage.
	Name string `json:"name,omitempty"`
	// Percent promised, within so many seconds; 0 where nothing was promised.
	Percent       float64 `json:"percent"`
	WithinSeconds float64 `json:"withinSeconds"`
	// Attained percent; 100 while nothing is due.
	Attained float64 `json:"attained"`
	// Kept says that Attained is at least Percent, compared in whole items.
	Kept     bool  `json:"kept"`
	Due      int64 `json:"due"`
	OnTime   int64 `json:"onTime"`
	Arrivals int64 `json:"arrivals"`
	// Backlog of items that are not decided.
	Backlog int64 `json:"backlog"`
}

// Pool is a pool's worker time, and the fleet of constant size that it is set
// against.
type Pool struct {
	Name string `json:"name"`
	Hours
	// BusyHours is the work done, in hours of a worker.
	BusyHours float64 `json:"busyHours"`
	// PeakWorkers existed at most, FixedWorkers stand in the constant fleet.
	PeakWorkers  int `json:"peakWorkers"`
	FixedWorkers int `json:"fixedWorkers"`
}

// Hours compares worker-hours: from a worker's creation on, its start included.
type Hours struct {
	WorkerHours      float64 `json:"workerHours"`
	FixedWorkerHours float64 `json:"fixedWorkerHours"`
	// SavedPercent of the fixed fleet's; negative if more were used.
	SavedPercent float64 `json:"savedPercent"`
}

// From sums up a report.
func From(r platform.Report) Summary {
	s := Summary{Seconds: r.Now.Seconds(), Queues: []Queue{}, Pools: []Pool{}, Rollouts: rollouts(r), Waves: waves(r)}
	for _, q := range r.Queues {
		s.Queues = append(s.Queues, queue(q))
	}
	var used, fixed float64
	for _, p := range r.Pools {
		constant := float64(p.FixedWorkers) * r.Now.Hours()
		s.Pools = append(s.Pools, Pool{
			Name: p.Name, Hours: hours(p.WorkerTime.Hours(), constant), BusyHours: p.BusyTime.Hours(),
			PeakWorkers: p.PeakWorkers, FixedWorkers: p.FixedWorkers,
		})
		used += p.WorkerTime.Hours()
		fixed += constant
	}
	s.Total = hours(used, fixed)
	return s
}

func hours(used, fixed float64) Hours {
	h := Hours{WorkerHours: used, FixedWorkerHours: fixed}
	if fixed > 0 {
		h.SavedPercent = 100 * (1 - used/fixed)
	}
	return h
}

func queue(r platform.QueueReport) Queue {
	q := Queue{
		Name: r.Name, Reviews: []Stage{}, Decisions: r.Decisions, Held: r.Held, QASamples: r.QASamples,
		Relieved: r.Relieved, Deferred: r.Deferred,
	}
	if r.Classified {
		machine := stage("", r.Promise, r.Machine)
		machine.Backlog = r.Backlog
		q.Machine = &machine
	}
	for _, stream := range r.Streams {
		review := stage(stream.Name, stream.Promise, stream.Ledger)
		review.Backlog = stream.Ledger.Arrivals - stream.Decided
		q.Reviews = append(q.Reviews, review)
	}
	return q
}

func stage(name string, p platform.Promise, l platform.Ledger) Stage {
	s := Stage{
		Name: name, Percent: float64(p.PPM) / 10_000, WithinSeconds: p.Within.Seconds(), Attained: 100,
		Kept: l.Kept(p), Due: l.Due, OnTime: l.OnTime, Arrivals: l.Arrivals,
	}
	if l.Due > 0 {
		s.Attained = 100 * float64(l.OnTime) / float64(l.Due)
	}
	return s
}

// MachineKept reports whether every promise of a machine stage was kept, and names
// the queues where it was not or nothing was measured.
func (s Summary) MachineKept() (kept bool, missed []string) {
	for _, q := range s.Queues {
		if q.Machine != nil && (!q.Machine.Kept || q.Machine.Due == 0) {
			missed = append(missed, q.Name)
		}
	}
	return len(missed) == 0, missed
}

// Within is the time promised.
func (s Stage) Within() time.Duration {
	return time.Duration(s.WithinSeconds * float64(time.Second))
}
