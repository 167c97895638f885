package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/modcap/modcap/internal/simulate"
	"github.com/modcap/modcap/internal/trace"
)

// simulation are the flags of the simulate command.
type simulation struct {
	scenario  string
	manifests []string
	day       string
	seed      uint64
	meanRate  float64
	scale     string
	output    string
	timeline  string
	plot      string
	compare   bool
	traces    []string // QUEUE=FILE
	price     string
}

func newSimulateCommand(s streams) *cobra.Command {
	var f simulation
	c := &cobra.Command{
		Use:   "simulate (--scenario NAME | -f FILE…) (TRACE | --trace QUEUE=FILE…)",
		Short: "Replay a day of recorded traffic under modcap's own engine",
		Long: `Replays a day of a trace, second by second, under the forecast and plan that the
operator runs, and says what share of the items would have been done in time, at
what cost. A trace is lines of t_seconds,count (see "trace record" and "trace
generate"); "-" reads it from standard input. Where several queues share a pool, each
has a trace of its own. Nothing is asked of a cluster.`,
		Example: `  kubectl modcap simulate -f queue.yaml -f pool.yaml --compare traffic.csv
  kubectl modcap simulate -f pool.yaml -f queues.yaml --trace live-br=live.csv --trace comments=comments.csv
  kubectl modcap simulate --scenario live --day peak --plot out.svg traffic.csv`,
		RunE: func(_ *cobra.Command, args []string) error { return f.run(s, args) },
	}
	flags := c.Flags()
	flags.StringVar(&f.scenario, "scenario", "", "promise and pool of the laboratory: "+scenarioNames())
	flags.StringArrayVarP(&f.manifests, "filename", "f", nil,
		"file with the ModerationQueues, their ClassifierPool, or surges (CapacityOverrides); repeat for several")
	flags.StringArrayVar(&f.traces, "trace", nil,
		"QUEUE=FILE, the trace of a queue; repeat for each queue of the pool, in place of TRACE")
	flags.StringVar(&f.day, "day", string(simulate.LastDay),
		"day to score: last (the final 24 hours), peak (the day with the largest bin), or a number, 1 for the first day of the trace")
	flags.Uint64Var(&f.seed, "seed", 1, "seed of the random arrivals within each bin; 0 spreads them evenly")
	flags.Float64Var(&f.meanRate, "mean-rate", 0,
		"items a second over the scored day, of all queues together, to which the traces are scaled")
	flags.StringVar(&f.scale, "scale", "1",
		"factor on the trace's counts, or auto: its busiest 5 minutes then need 70 % of the pool's most replicas")
	flags.StringVarP(&f.output, "output", "o", "table", "table or json")
	flags.StringVar(&f.price, "price", "", "price of a worker for an hour, such as 2.40 or \"2.40 EUR\"; the default is the pool's spec.cost")
	flags.StringVar(&f.timeline, "timeline", "",
		"write t_seconds,arrivals,desired, a row a second, to this file; with several queues, arrivals_QUEUE for each")
	flags.StringVar(&f.plot, "plot", "", "draw arrivals, workers, backlog and late items to this SVG file")
	flags.BoolVar(&f.compare, "compare", false, "show beside it HPA/KEDA and Knative, each with its best setting in hindsight")
	c.MarkFlagsMutuallyExclusive("scenario", "filename")
	c.MarkFlagsMutuallyExclusive("scenario", "trace")
	c.MarkFlagsMutuallyExclusive("scenario", "mean-rate")
	c.MarkFlagsMutuallyExclusive("scenario", "scale")
	c.MarkFlagsMutuallyExclusive("mean-rate", "scale")
	return c
}

func scenarioNames() string {
	var names []string
	for _, s := range simulate.Grid {
		names = append(names, s.Name)
	}
	return strings.Join(names, ", ")
}

// collectEvery is the growth of the heap, in percent, at which garbage is collected:
// decisions leave much of it, and a day in memory is small.
const collectEvery = 400

func (f *simulation) run(s streams, args []string) error {
	if err := errors.Join(f.checkTraces(args), f.check()); err != nil {
		return err
	}
	defer debug.SetGCPercent(debug.SetGCPercent(collectEvery))
	day, err := f.makeDay(s.In, args)
	if err != nil {
		return err
	}
	cases := day.cases
	report := newReport(f, day)
	progress := newProgress(s.Err, f.runs(cases)*cases.Seconds())
	result, tape := cases.Record(progress.watch(cases.Engine()))
	report.Modcap = report.score(result)
	if f.compare {
		for _, rule := range cases.Rules() {
			knob, best := progress.best(rule, cases)
			report.addPeer(rule, knob, best, cases.Pool())
		}
	}
	progress.done()
	if err := f.write(tape, report); err != nil {
		return err
	}
	return report.print(s.Out, f.output)
}

func (f *simulation) checkTraces(args []string) error {
	switch {
	case len(f.traces) == 0 && len(args) != 1:
		return fmt.Errorf("simulate takes one trace file, %d are given; for several queues say which is whose: --trace QUEUE=FILE for each",
			len(args))
	case len(f.traces) > 0 && len(args) > 0:
		return fmt.Errorf("%s is given beside --trace, and nothing says whose it is: write --trace QUEUE=%s", args[0], args[0])
	}
	return nil
}

func (f *simulation) check() error {
	_, noDay := simulate.ParseDay(f.day)
	switch {
	case f.scenario == "" && len(f.manifests) == 0:
		return errors.New("nothing says what to simulate: give your manifests (-f queue.yaml -f pool.yaml) or a --scenario: " + scenarioNames())
	case noDay != nil:
		return fmt.Errorf("--day: %w", noDay)
	case f.output != "table" && f.output != "json":
		return fmt.Errorf("--output is %q: want table or json", f.output)
	case !(f.meanRate >= 0 && f.meanRate <= 1e6):
		return fmt.Errorf("--mean-rate is %g: want more than 0 items a second, and at most a million", f.meanRate)
	}
	return nil
}

// runs is how many times the day is replayed.
func (f *simulation) runs(cases simulate.Shared) int {
	n := 1
	if f.compare {
		for _, r := range cases.Rules() {
			n += len(r.Knobs)
		}
	}
	return n
}

func readTrace(stdin io.Reader, path string) (*trace.Trace, error) {
	if path == "-" {
		return trace.Read("standard input", stdin)
	}
	return trace.ReadFile(path)
}

// task is a day to simulate, and what it is called.
type task struct {
	cases   simulate.Shared
	traces  map[string]*trace.Trace // by the queue's key
	subject string
	price   *price // nil for none
}

// makeDay is the day to simulate.
func (f *simulation) makeDay(stdin io.Reader, args []string) (*task, error) {
	given, err := parsePrice(f.price)
	if err != nil {
		return nil, err
	}
	if f.scenario == "" {
		return f.declaredDay(stdin, args, given)
	}
	t, err := readTrace(stdin, args[0])
	if err != nil {
		return nil, err
	}
	for _, s := range simulate.Grid {
		if s.Name == f.scenario {
			c, err := s.Case(t, simulate.Day(f.day), f.seed)
			if err != nil {
				return nil, err
			}
			return &task{
				cases: simulate.Shared{c}, traces: map[string]*trace.Trace{c.Declared.Queue.Key: t},
				subject: "scenario " + s.Name, price: given,
			}, nil
		}
	}
	return nil, fmt.Errorf("there is no scenario %q: want one of %s", f.scenario, scenarioNames())
}

func (f *simulation) declaredDay(stdin io.Reader, args []string, given *price) (*task, error) {
	m, err := readManifests(stdin, f.manifests)
	if err != nil {
		return nil, err
	}
	files, err := f.files(args)
	if err != nil {
		return nil, err
	}
	if err := m.choose(files); err != nil {
		return nil, err
	}
	ds, err := m.declared()
	if err != nil {
		return nil, err
	}
	out := &task{traces: map[string]*trace.Trace{}, subject: m.subject(), price: given}
	if given == nil {
		out.price = priceOf(m.pool)
	}
	traces := make([]*trace.Trace, len(ds))
	for i := range ds {
		if traces[i], err = readTrace(stdin, files.of(m.queues[i].Name)); err != nil {
			return nil, err
		}
		out.traces[ds[i].Queue.Key] = traces[i]
	}
	mean, err := f.mean(traces, ds)
	if err != nil {
		return nil, err
	}
	out.cases, err = simulate.NewShared(traces, ds, simulate.Load{Day: simulate.Day(f.day), Seed: f.seed, Mean: mean})
	return out, err
}

// files are the trace files by the queue's name, and the one of a queue that needs no
// name, for it is the only one.
type files struct {
	only  string
	named map[string]string
	names []string // as they were given
}

func (f *files) of(queue string) string {
	if f.only != "" {
		return f.only
	}
	return f.named[queue]
}

// files reads the arguments.
func (f *simulation) files(args []string) (*files, error) {
	if len(args) == 1 {
		return &files{only: args[0]}, nil
	}
	out, stdin := &files{named: map[string]string{}}, ""
	for _, arg := range f.traces {
		queue, path, ok := strings.Cut(arg, "=")
		_, twice := out.named[queue]
		switch {
		case !ok || queue == "" || path == "":
			return nil, fmt.Errorf("--trace is %q: want QUEUE=FILE, such as live-br=traffic.csv", arg)
		case twice:
			return nil, fmt.Errorf("--trace names the queue %s twice: a queue has one trace", queue)
		case path == "-" && stdin != "":
			return nil, fmt.Errorf("the traces of %s and %s are both to come from standard input: give one of them as a file", stdin, queue)
		case path == "-":
			stdin = queue
		}
		out.named[queue], out.names = path, append(out.names, queue)
	}
	return out, nil
}

// busiestShare of the most replicas is what the busiest stretch, in seconds, needs
// of them with --scale auto.
const (
	busiestShare   = 0.7
	busiestStretch = 300
)

// mean is the items a second that --mean-rate or --scale ask for, of all queues
// together; 0 leaves the traces as they are.
func (f *simulation) mean(traces []*trace.Trace, ds []simulate.Declared) (float64, error) {
	if f.meanRate > 0 || f.scale == "1" {
		return f.meanRate, nil
	}
	rates, err := simulate.Rates(traces, ds, simulate.Day(f.day))
	if err != nil {
		return 0, err
	}
	day, work := 0.0, make([]float64, len(rates[0]))
	for i := range rates {
		day += simulate.Busiest(rates[i], len(rates[i]))
		for t, r := range rates[i] {
			work[t] += r * ds[i].Queue.WorkPerItem.Float()
		}
	}
	if f.scale == "auto" {
		most := float64(ds[0].Max) * ds[0].Pool(traces[0].Begins).Throughput.Float()
		return busiestShare * most * day / max(simulate.Busiest(work, busiestStretch), 1e-12), nil
	}
	factor, err := strconv.ParseFloat(f.scale, 64)
	if err != nil || !(factor > 0 && factor <= 1e6) {
		return 0, fmt.Errorf("--scale is %q: want a factor above 0, or auto", f.scale)
	}
	return factor * day, nil
}

// write writes the files that were asked for.
func (f *simulation) write(tape *simulate.Tape, r *report) error {
	if f.timeline != "" {
		if err := toFile(f.timeline, tape.Timeline); err != nil {
			return err
		}
	}
	if f.plot == "" {
		return nil
	}
	return toFile(f.plot, func(w io.Writer) error { return tape.Plot(w, r.title(), r.sentence()) })
}

// toFile writes a file.
func toFile(path string, write func(io.Writer) error) error {
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("create output: %w", err)
	}
	if err := write(file); err != nil {
		_ = file.Close() // what went wrong first is told
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := file.Close(); err != nil {
		return fmt.Errorf("write output: %w", err)
	}
	return nil
}
