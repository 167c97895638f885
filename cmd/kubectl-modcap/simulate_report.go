package main

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/simulate"
	"github.com/modcap/modcap/internal/trace"
)

// report is what a simulation says. Shares are from 0 to 1.
type report struct {
	Subject  string   `json:"subject"`
	Trace    string   `json:"trace"`
	Day      string   `json:"day"`
	Seed     uint64   `json:"seed"`
	Seconds  int      `json:"seconds"` // scored
	Promise  promised `json:"promise"`
	Items    float64  `json:"items"`
	MeanRate float64  `json:"meanRate"` // items a second
	// Gaps are bins that the trace lacks, MissingSeconds those of the scored day.
	Gaps           int `json:"gaps"`
	MissingSeconds int `json:"missingSeconds"`
	// HistoryHours before the scored day were given to the engine.
	HistoryHours float64 `json:"historyHours"`
	Modcap       score   `json:"modcap"`
	Clairvoyant  score   `json:"clairvoyant"`
	Peers        []peer  `json:"peers,omitempty"`

	work, bound float64 // worker-seconds
	throughput  float64 // items a second of a worker
	percent     string  // promised
}

type promised struct {
	Share         float64 `json:"share"`
	WithinSeconds int     `json:"withinSeconds"`
}

// score is what came of one policy. Costs are worker time, startup included.
type score struct {
	Attained      float64 `json:"attained"`
	FifthPercent  float64 `json:"attainedFifthPercentile"` // over windows of 5 minutes
	WorkerHours   float64 `json:"workerHours"`
	CostOfWork    float64 `json:"costOfWork"`  // as a multiple of the pure work
	CostOfBound   float64 `json:"costOfBound"` // as a multiple of the clairvoyant's
	ChangesPerDay float64 `json:"changesPerDay"`
	MostReplicas  int     `json:"mostReplicas,omitempty"`
}

type peer struct {
	Rule    string `json:"rule"`
	Setting string `json:"setting"`
	Tried   int    `json:"tried"` // settings, of which this was the best in hindsight
	score
}

func newReport(f *simulation, t *trace.Trace, c *simulate.Case, subject string) *report {
	r := &report{
		Subject: subject, Trace: t.Name, Day: f.day, Seed: f.seed, Seconds: len(c.Arrivals),
		Promise: promised{Share: c.Share, WithinSeconds: c.Pool.Deadline},
		Gaps:    t.Gaps, MissingSeconds: c.Missing,
		throughput: c.Pool.Throughput, work: c.Work(), bound: c.Bound(), percent: c.Declared.Queue.Percent.Percent() + " %",
	}
	for _, n := range c.Arrivals {
		r.Items += n
	}
	r.MeanRate = r.Items / float64(r.Seconds)
	var known sample.Span
	for _, b := range c.History {
		known += b.Width
	}
	r.HistoryHours = known.Duration().Hours()
	r.Clairvoyant = score{Attained: 1, FifthPercent: 1, WorkerHours: r.bound / 3600, CostOfWork: r.bound / r.work, CostOfBound: 1}
	return r
}

func (r *report) score(s simulate.Result) score {
	return score{
		Attained: s.Attained, FifthPercent: s.Low, WorkerHours: s.WorkerSeconds / 3600,
		CostOfWork: s.WorkerSeconds / r.work, CostOfBound: s.WorkerSeconds / r.bound,
		ChangesPerDay: float64(s.Changes) * trace.DaySeconds / float64(r.Seconds), MostReplicas: s.Most,
	}
}

func (r *report) addPeer(rule simulate.Rule, o simulate.Outcome) {
	setting := rule.Setting(o.Knob, float64(r.Promise.WithinSeconds), r.throughput)
	r.Peers = append(r.Peers, peer{Rule: o.Rule, Setting: setting, Tried: len(rule.Knobs), score: r.score(o.Result)})
}

// title and sentence are for the plot.
func (r *report) title() string {
	return fmt.Sprintf("%s, %s, day %s, seed %d", r.Subject, filepath.Base(r.Trace), r.Day, r.Seed)
}

func (r *report) sentence() string {
	return fmt.Sprintf("%s within %s (promised %s): %s; 5th percentile of 5-minute windows %s; cost %.2f of the work; %.0f changes a day",
		percent(r.Modcap.Attained), r.within(), r.percent, r.verdict(), percent(r.Modcap.FifthPercent),
		r.Modcap.CostOfWork, r.Modcap.ChangesPerDay)
}

func (r *report) within() sample.Span { return span(r.Promise.WithinSeconds) }

func span(seconds int) sample.Span { return sample.Span(seconds) * sample.Second }

func (r *report) verdict() string {
	if r.Modcap.Attained >= r.Promise.Share {
		return "kept"
	}
	return "missed"
}

func (r *report) print(out io.Writer, format string) error {
	if format == "json" {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		if err := e.Encode(r); err != nil {
			return fmt.Errorf("write report: %w", err)
		}
		return nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s within %s\n", r.Subject, r.percent, r.within())
	fmt.Fprintf(&b, "%s: day %s, seed %d, %.0f items in %s (%.3g a second)\n",
		r.Trace, r.Day, r.Seed, r.Items, span(r.Seconds), r.MeanRate)
	for _, n := range r.notes() {
		fmt.Fprintf(&b, "note: %s\n", n)
	}
	b.WriteString("\n")
	r.table(&b)
	fmt.Fprintf(&b, "\nThe promise is %s. Cost is worker time, startup included, as a multiple of the pure work and of the clairvoyant:\n"+
		"the least that anybody who knew all arrivals could pay for 100 %% in time, with workers that start at once.\n"+
		"P5 OF 5 MIN is the 5th percentile of what was attained in windows of 5 minutes.\n", r.verdict())
	if len(r.Peers) > 0 {
		b.WriteString("Each peer is shown with the cheapest setting that keeps the promise, chosen in hindsight, or the one nearest to it.\n")
	}
	if _, err := io.WriteString(out, b.String()); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// notes are what the reader must know of the trace.
func (r *report) notes() []string {
	var out []string
	if r.Gaps > 0 {
		out = append(out, fmt.Sprintf("the trace lacks %d bins; in gaps nothing arrives (%s of the scored day)",
			r.Gaps, span(r.MissingSeconds)))
	}
	if r.Seconds < trace.DaySeconds {
		out = append(out, "the trace is shorter than a day and scored whole; changes are given for a day all the same")
	}
	if r.HistoryHours == 0 {
		out = append(out, "nothing is known of the time before: the engine has to learn within the scored time")
	}
	return out
}

func (r *report) table(out io.Writer) {
	t := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(t, "RULE\tTARGET\tATTAINED\tP5 OF 5 MIN\tWORKER-HOURS\tCOST/WORK\tCOST/CLAIRVOYANT\tCHANGES/DAY\tMOST WORKERS")
	row := func(rule, setting string, s score) {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%.1f\t%.3f\t%.3f\t%.0f\t%d\n", rule, setting,
			percent(s.Attained), percent(s.FifthPercent), s.WorkerHours, s.CostOfWork, s.CostOfBound, s.ChangesPerDay, s.MostReplicas)
	}
	row("modcap", "-", r.Modcap)
	for _, p := range r.Peers {
		row(peerNames[p.Rule], fmt.Sprintf("%s (best of %d)", p.Setting, p.Tried), p.score)
	}
	fmt.Fprintf(t, "clairvoyant\t-\t%s\t%s\t%.1f\t%.3f\t%.3f\t-\t-\n", percent(1), percent(1),
		r.Clairvoyant.WorkerHours, r.Clairvoyant.CostOfWork, 1.0)
	_ = t.Flush() // to memory
}

// peerNames are the rules' names for people.
var peerNames = map[string]string{
	"hpa-backlog": "HPA/KEDA on backlog", "hpa-rate": "HPA/KEDA on rate", "hpa-both": "HPA/KEDA on both", "kpa": "Knative KPA",
}

// percent never rounds what was missed up to what was promised.
func percent(share float64) string {
	return fmt.Sprintf("%g %%", float64(int(share*1e4+1e-6))/100)
}
