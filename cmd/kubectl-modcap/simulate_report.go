package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/simulate"
	"github.com/modcap/modcap/internal/trace"
)

// report is what a simulation says. Shares are from 0 to 1.
type report struct {
	Subject string `json:"subject"`
	Day     string `json:"day"`
	Seed    uint64 `json:"seed"`
	Seconds int    `json:"seconds"` // scored
	// arrived is that of the queue where there is one.
	arrived
	// Queues are those that share the pool, where there are several.
	Queues      []arrived `json:"queues,omitempty"`
	Price       *price    `json:"price,omitempty"`
	Modcap      score     `json:"modcap"`
	Clairvoyant score     `json:"clairvoyant"`
	Peers       []peer    `json:"peers,omitempty"`

	work, bound float64 // worker-seconds
}

// arrived is what arrives at a queue, and what is promised.
type arrived struct {
	Queue    string   `json:"queue,omitempty"`
	Trace    string   `json:"trace,omitempty"`
	Promise  promised `json:"promise,omitzero"`
	Items    float64  `json:"items,omitempty"`
	MeanRate float64  `json:"meanRate,omitempty"` // items a second
	// Gaps are bins that the trace lacks, MissingSeconds those of the scored day.
	Gaps           int `json:"gaps"`
	MissingSeconds int `json:"missingSeconds"`
	// HistoryHours before the scored day were given to the engine.
	HistoryHours float64 `json:"historyHours"`

	percent string // promised
}

type promised struct {
	Share         float64 `json:"share"`
	WithinSeconds int     `json:"withinSeconds"`
}

// score is what came of one policy. Costs are worker time, startup included.
type score struct {
	Attained      float64 `json:"attained"`                // of all items
	FifthPercent  float64 `json:"attainedFifthPercentile"` // over windows of 5 minutes
	LateItems     float64 `json:"lateItems"`
	PromisesKept  int     `json:"promisesKept"`
	WorkerHours   float64 `json:"workerHours"`
	CostOfWork    float64 `json:"costOfWork"`  // as a multiple of the pure work
	CostOfBound   float64 `json:"costOfBound"` // as a multiple of the clairvoyant's
	Money         float64 `json:"money,omitempty"`
	ChangesPerDay float64 `json:"changesPerDay"`
	MostReplicas  int     `json:"mostReplicas,omitempty"`
	// Queues are in the order of the report's.
	Queues []queueScore `json:"queues,omitempty"`
}

// queueScore is what came of a policy for one of several queues.
type queueScore struct {
	Queue        string  `json:"queue"`
	Kept         bool    `json:"kept"`
	Attained     float64 `json:"attained"`
	FifthPercent float64 `json:"attainedFifthPercentile"`
	LateItems    float64 `json:"lateItems"`
}

type peer struct {
	Rule    string `json:"rule"`
	Setting string `json:"setting"`
	Tried   int    `json:"tried"` // settings, of which this was the best in hindsight
	score
}

func newReport(f *simulation, day *task) *report {
	cases := day.cases
	r := &report{
		Subject: day.subject, Day: f.day, Seed: f.seed, Seconds: cases.Seconds(), Price: day.price,
		work: cases.Work(), bound: cases.Bound(),
	}
	for _, c := range cases {
		r.Queues = append(r.Queues, newArrived(c, day.traces[c.Declared.Queue.Key]))
	}
	if len(cases) == 1 {
		r.arrived, r.Queues = r.Queues[0], nil
	}
	r.Clairvoyant = r.cost(r.bound)
	r.Clairvoyant.Attained, r.Clairvoyant.FifthPercent, r.Clairvoyant.PromisesKept = 1, 1, len(cases)
	return r
}

func newArrived(c *simulate.Case, t *trace.Trace) arrived {
	out := arrived{
		Queue: c.Name(), Trace: t.Name, Promise: promised{Share: c.Share, WithinSeconds: c.Pool.Deadline},
		Gaps: t.Gaps, MissingSeconds: c.Missing, percent: c.Declared.Queue.Percent.Percent() + " %",
	}
	for _, n := range c.Arrivals {
		out.Items += n
	}
	out.MeanRate = out.Items / float64(len(c.Arrivals))
	var known sample.Span
	for _, b := range c.History {
		known += b.Width
	}
	out.HistoryHours = known.Duration().Hours()
	return out
}

// all are the queues, also where there is but one.
func (r *report) all() []arrived {
	if len(r.Queues) == 0 {
		return []arrived{r.arrived}
	}
	return r.Queues
}

func (r *report) cost(workerSeconds float64) score {
	hours := workerSeconds / 3600
	return score{
		WorkerHours: hours, CostOfWork: workerSeconds / r.work, CostOfBound: workerSeconds / r.bound, Money: r.Price.of(hours),
	}
}

func (r *report) score(s simulate.Combined) score {
	out := r.cost(s.WorkerSeconds)
	out.Attained, out.FifthPercent, out.MostReplicas = s.Attained, s.Low, s.Most
	out.ChangesPerDay = float64(s.Changes) * trace.DaySeconds / float64(r.Seconds)
	for i, q := range r.all() {
		got := s.Queues[i]
		kept := got.Attained >= q.Promise.Share
		if out.LateItems += got.Late; kept {
			out.PromisesKept++
		}
		if len(r.Queues) > 0 {
			out.Queues = append(out.Queues, queueScore{q.Queue, kept, got.Attained, got.Low, got.Late})
		}
	}
	return out
}

func (r *report) addPeer(rule simulate.Rule, knob float64, o simulate.Combined, pool simulate.Pool) {
	setting := rule.Setting(knob, float64(pool.Deadline), pool.Throughput)
	r.Peers = append(r.Peers, peer{Rule: rule.Name, Setting: setting, Tried: len(rule.Knobs), score: r.score(o)})
}

// title and sentence are for the plot.
func (r *report) title() string {
	if len(r.Queues) > 0 {
		return fmt.Sprintf("%s, day %s, seed %d", r.Subject, r.Day, r.Seed)
	}
	return fmt.Sprintf("%s, %s, day %s, seed %d", r.Subject, filepath.Base(r.Trace), r.Day, r.Seed)
}

func (r *report) sentence() string {
	tail := fmt.Sprintf("cost %.2f of the work; %.0f changes a day", r.Modcap.CostOfWork, r.Modcap.ChangesPerDay)
	if len(r.Queues) > 0 {
		return fmt.Sprintf("%d of %d promises kept, %s of all items in time; %s",
			r.Modcap.PromisesKept, len(r.Queues), percent(r.Modcap.Attained), tail)
	}
	return fmt.Sprintf("%s within %s (promised %s): %s; 5th percentile of 5-minute windows %s; %s",
		percent(r.Modcap.Attained), r.within(), r.percent, r.verdict(), percent(r.Modcap.FifthPercent), tail)
}

func (q *arrived) within() sample.Span { return span(q.Promise.WithinSeconds) }

func (q *arrived) promise() string { return q.percent + " within " + q.within().String() }

func span(seconds int) sample.Span { return sample.Span(seconds) * sample.Second }

func (r *report) verdict() string {
	switch n := len(r.Queues); {
	case n > 1 && r.Modcap.PromisesKept == n:
		return "Every promise is kept"
	case n > 1:
		return fmt.Sprintf("%d of %d promises are kept", r.Modcap.PromisesKept, n)
	case r.Modcap.PromisesKept == 1:
		return "kept"
	}
	return "missed"
}

// notes are what the reader must know of the traces.
func (r *report) notes() []string {
	var out []string
	all := r.all()
	for i := range all {
		q, which := &all[i], "the trace"
		if len(all) > 1 {
			which = q.Trace
		}
		if q.Gaps > 0 {
			out = append(out, fmt.Sprintf("%s lacks %d bins; in gaps nothing arrives (%s of the scored day)",
				which, q.Gaps, span(q.MissingSeconds)))
		}
	}
	if r.Seconds < trace.DaySeconds {
		what := "the trace is shorter than a day and"
		if len(all) > 1 {
			what = "the traces have less than a day in common, which is"
		}
		out = append(out, what+" scored whole; changes are given for a day all the same")
	}
	for i := range all {
		switch q := &all[i]; {
		case q.HistoryHours > 0:
		case len(all) > 1:
			out = append(out, fmt.Sprintf("nothing is known of %s before: the engine has to learn it within the scored time", q.Queue))
		default:
			out = append(out, "nothing is known of the time before: the engine has to learn within the scored time")
		}
	}
	return out
}

// peerNames are the rules' names for people.
var peerNames = map[string]string{
	"hpa-backlog": "HPA/KEDA on backlog", "hpa-rate": "HPA/KEDA on rate", "hpa-both": "HPA/KEDA on both", "kpa": "Knative KPA",
}

// percent never rounds what was missed up to what was promised.
func percent(share float64) string {
	return strings.TrimSpace(fmt.Sprintf("%g %%", float64(int(share*1e4+1e-6))/100))
}
